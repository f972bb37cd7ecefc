"""What is shown before a webhook is sent again, and what as proof afterwards.

Pure words. Whether something may be sent is `core.replays`; the answer of an endpoint is no proof, the row is.
"""

from dataclasses import dataclass

from core.addresses import shown
from core.desk import Change, Outcome, Proof
from core.errors import redact
from core.facts import Event
from core.replays import Replay
from core.report import Tone
from core.times import ago
from dashboard.words import LOOKS, Look, md_escape

REPEATS = {  # a field of the row that says the same as another one
    "raw_status": "status",
    "session_ids": "session_id",
    "payment_intent_ids": "payment_intent_id",
    "charge_ids": "charge_id",
}
TONES = {
    Outcome.HEALED: Tone.AGREES,
    Outcome.INCOMPLETE: Tone.HIGH,
    Outcome.CHANGED: Tone.HIGH,
    Outcome.UNCHANGED: Tone.HIGH,
    Outcome.NOT_ACCEPTED: Tone.CRITICAL,
    Outcome.NOT_DELIVERED: Tone.CRITICAL,
    Outcome.UNVERIFIED: Tone.COULD_NOT_LOOK,
    Outcome.NOT_KNOWN: Tone.CANNOT_TELL,
    Outcome.SENDING: Tone.INFO,
}
ANSWER = 600  # characters of an endpoint's answer shown at once


@dataclass(frozen=True, slots=True)
class Verdict:
    """What a sending came to. `delivery`: its facts, in words; `answer`: the endpoint's, cut."""

    look: Look
    title: str
    says: str
    delivery: str
    answer: str


def event_label(event: Event, now: int) -> str:
    """An event in a list to choose from."""
    return f"{event.called} · {ago(event.created, now)} · {event.id}"


def request(replay: Replay) -> str:
    """The request, letter by letter as it will be sent, except for what is made at that moment, and for a key or a
    password that stands in it: those are sent, never shown."""
    head = [f"POST {shown(replay.url)}", *(f"{name}: {value}" for name, value in replay.headers)]
    return redact("\n".join([*head, "", replay.body.decode("utf-8", errors="replace")]))


def verdict(proof: Proof) -> Verdict:
    """The proof in words, and the facts of its delivery."""
    delivery = proof.delivery
    if delivery.error is not None:
        answered = delivery.error
    elif delivery.status is None:
        answered = "Stripe took the request; it does not say what the endpoint answered."
    else:
        answered = f"The endpoint answered HTTP {delivery.status} after {delivery.latency_ms} ms."
    return Verdict(LOOKS[TONES[proof.outcome]], proof.outcome.called, proof.says, answered, delivery.answer[:ANSWER])


def change_rows(changes: tuple[Change, ...]) -> list[dict[str, str]]:
    """Changes as rows of a table whose cells Markdown may read; what repeats another change is left out."""
    shown = {(change.source, change.field, change.after) for change in changes}
    return [
        {
            "Where": md_escape(change.source),
            "Field": md_escape(change.field.replace("_", " ") if " " not in change.field else change.field),
            "Before": md_escape(change.before or "nothing"),
            "After": f"**{md_escape(change.after or 'nothing')}**",
        }
        for change in changes
        if (change.source, REPEATS.get(change.field), change.after) not in shown
        and not (change.field == "could not look" and any(other.source == "reading" for other in changes))
    ]
