"""Carrying out a plan: look again, send, watch the order, prove, write it into the journal.

The endpoint's answer is not the proof; the row is. Every outcome is recorded, a refusal and a failure too, and nothing
is sent while the journal cannot be written.
"""

from collections.abc import Callable
from dataclasses import dataclass, replace

from core.addresses import shown
from core.desk.changes import changes, said
from core.desk.results import Opened, Outcome, Proof
from core.desk.sides import Sides
from core.errors import OrderlensError, Refused, Unreachable
from core.facts import Event, Order
from core.journal import Entry, Journal
from core.replays import SIGNATURE, Brings, How, Replay, brings, candidates, plan, reflected
from core.stripe_api import StripeReader
from core.webhooks import Delivery, Sender

WAIT_SECONDS = 30.0
SETTLE_SECONDS = 2.0
_PAUSES = (0.25, 0.5, 0.5, 1.0)  # then as the last

_ToEntry = Callable[[Outcome, dict[str, object]], Entry]


@dataclass(frozen=True, slots=True)
class Acting:
    """What sending needs: both sides to read, both ways to send, the journal, and a way to wait."""

    sides: Sides
    sender: Sender
    journal: Journal
    pause: Callable[[float], None]

    def plan(self, opened: Opened, event_id: str, *, how: How, endpoint_id: str | None = None) -> Replay:
        """A plan on what `opened` shows. Refused with the reason."""
        return plan(
            opened,
            _event(opened, event_id),
            how=how,
            url=self.sender.url,
            can_sign=self.sender.can_sign,
            now=self.sides.now(),
            endpoint_id=endpoint_id,
        )

    def carry_out(self, replay: Replay, opened: Opened, *, who: str, note: str) -> Proof:
        """Do what `replay` says, and prove what came of it. Refused where the case has moved on since the plan."""
        self.journal.check()
        entry = _entry(replay, opened, who, note, self.sides.now())
        delivery: Delivery | None = None
        try:
            before = self.sides.open(opened.key)
            self.plan(before, replay.event.id, how=replay.how, endpoint_id=replay.endpoint_id)
            delivery = self._sent(replay)
            proof = self._proof(replay, delivery, before)
        except OrderlensError as error:
            unproved = Outcome.FAILED if delivery is None else Outcome.UNVERIFIED
            outcome = Outcome.REFUSED if isinstance(error, Refused) else unproved
            self.journal.record(entry(outcome, {"says": error.message, **(_delivered(delivery) if delivery else {})}))
            raise
        return self._recorded(proof, entry)

    def _sent(self, replay: Replay) -> Delivery:
        if replay.how == "replay":
            return self.sender.send(replay, now=self.sides.now())
        return _resent(self.sides.stripe, replay, self.sides.clock)

    def _proof(self, replay: Replay, delivery: Delivery, before: Opened) -> Proof:
        began = self.sides.clock()
        if delivery.accepted or delivery.uncertain:
            self._watch(before, replay.event, began)
        waited = round(self.sides.clock() - began, 2)
        after = self.sides.open(before.key)
        outcome = _outcome(replay.event, delivery, before.case.order, after.case.order)
        if outcome is Outcome.UNCHANGED and delivery.accepted:
            after = self.sides.knowing(after, in_vain=replay.event.id)
        return Proof(
            replay=replay,
            delivery=delivery,
            before=before,
            after=after,
            changes=changes(before, after),
            outcome=outcome,
            waited=waited,
            says=_says(outcome, delivery, before, after, waited),
        )

    def _recorded(self, proof: Proof, entry: _ToEntry) -> Proof:
        """The proof as it was written into the journal; it is not lost where that fails now, but says so."""
        try:
            self.journal.record(entry(proof.outcome, _details(proof)))
        except Unreachable as error:
            return replace(proof, says=f"{proof.says} It could not be recorded: {error.message}")
        return proof

    def _watch(self, before: Opened, event: Event, began: float) -> None:
        """Look at the order until it is healed or WAIT_SECONDS have passed since `began`. A change that does not heal
        it may be the first of several: the look goes on for SETTLE_SECONDS."""
        was, looks, until = before.case.order, 0, began + WAIT_SECONDS
        while not _healed(event, was, row := self.sides.row(before)):
            now = self.sides.clock()
            until = min(until, now + SETTLE_SECONDS) if row != was else until
            if now >= until:
                return
            self.pause(_PAUSES[min(looks, len(_PAUSES) - 1)])
            looks += 1


def _event(opened: Opened, event_id: str) -> Event:
    found = next((event for event in opened.case.facts.events if event.id == event_id), None)
    if found is None:
        raise Refused(
            f"{event_id} is not an event of this case.",
            next_step="Retrieve the case afresh, and choose one of the events it lists.",
        )
    return found


def _resent(stripe: StripeReader, replay: Replay, clock: Callable[[], float]) -> Delivery:
    """What Stripe said to a resend. The endpoint's own answer stays with Stripe: no API tells it."""
    began = clock()
    resent = stripe.resend(replay.event.id, replay.endpoint_id or "")
    took = int((clock() - began) * 1000)
    perhaps = resent.accepted or resent.status is None  # without an answer Stripe may have accepted all the same
    error = None if perhaps else resent.says
    return Delivery(replay.url, None, took, resent.says, error, int(began), uncertain=perhaps)


def _healed(event: Event, before: Order | None, after: Order | None) -> bool:
    if brings(event) in (Brings.NOTHING, Brings.UNDER_WAY):
        return after is not None and before != after
    return reflected(after, event) is not None and reflected(before, event) is None


def _outcome(event: Event, delivery: Delivery, before: Order | None, after: Order | None) -> Outcome:
    if _healed(event, before, after):
        return Outcome.HEALED
    if before != after:
        return Outcome.CHANGED
    if delivery.accepted or delivery.uncertain:
        return Outcome.UNCHANGED
    return Outcome.NOT_DELIVERED if delivery.error else Outcome.NOT_ACCEPTED


def _says(outcome: Outcome, delivery: Delivery, before: Opened, after: Opened, waited: float) -> str:
    was, now = _status(before.case.order), _status(after.case.order)
    match outcome:
        case Outcome.HEALED:
            soon = "less than a second" if waited < 1 else f"{waited:.0f} s"
            return f"Healed: the order was {was} and is {now}, {soon} after the sending."
        case Outcome.CHANGED:
            return f"The order changed (it was {was}, it is {now}), but it does not show what the event brings."
        case Outcome.UNCHANGED:
            answer = delivery.error or delivery.answer
            begins = f"{answer} The" if delivery.uncertain else "The endpoint accepted it, but the"
            return f"{begins} order did not change within {waited:.0f} s: it is still {now}.{_next(after)}"
        case Outcome.NOT_DELIVERED:
            return f"Not delivered. {delivery.error} The order is still {now}."
        case _:
            return f"The endpoint refused it with status {delivery.status}. The order is still {now}."


def _next(after: Opened) -> str:
    """What to send instead, where something was accepted in vain."""
    left = [event for event in candidates(after) if event.id not in after.case.in_vain]
    return f" Next: {left[0].type}." if after.case.in_vain and left else ""


def in_vain(journal: Journal, key: str) -> tuple[str, ...]:
    """The events of a case that Orderlens has sent, that the endpoint accepted, and that left the order as it was; none
    where the journal cannot be read."""
    try:
        entries, _ = journal.recent(limit=50, case_key=key)
    except OrderlensError:
        return ()
    sent = (one for one in entries if one.what == "replay" and one.outcome == Outcome.UNCHANGED.value)
    return tuple(dict.fromkeys(one.object_id for one in sent if one.details.get("status")))


def _status(order: Order | None) -> str:
    return (order.raw_status or order.status) if order else "not in the books"


def _entry(replay: Replay, opened: Opened, who: str, note: str, at: int) -> _ToEntry:
    def entry(outcome: Outcome, details: dict[str, object]) -> Entry:
        about = {
            "order": opened.name,
            "event": replay.event.type,
            "url": shown(replay.url),
            "endpoint": replay.endpoint_id,
            "note": note,
        }
        known = {name: value for name, value in about.items() if value}
        return Entry(at, who, replay.how, opened.key, replay.event.id, outcome.value, {**known, **details})

    return entry


def _delivered(delivery: Delivery) -> dict[str, object]:
    sent = {name: "t=...,v1=***" if name == SIGNATURE else value for name, value in delivery.headers}
    return {
        "status": delivery.status,
        "latency_ms": delivery.latency_ms,
        "answer": delivery.answer[:500],
        "error": delivery.error,
        "headers": sent,
    }


def _details(proof: Proof) -> dict[str, object]:
    return {
        "says": proof.says,
        **_delivered(proof.delivery),
        "order_before": _status(proof.before.case.order),
        "order_after": _status(proof.after.case.order),
        "changes": said(proof.changes),
        "waited_seconds": proof.waited,
    }
