"""What a probe sends, and what the answers to it mean: a correctly signed event of a type nobody knows, and the same
with a wrong signature. Pure; sent by `core.webhooks`."""

import json
from collections.abc import Iterator
from dataclasses import dataclass
from functools import partial
from typing import Final

import msgspec

from core.checks import Check, Level, worst_of
from core.facts import Mode
from core.times import ago

TYPE: Final = "orderlens.probe"
_line = partial(Check, "webhooks")
_OK, _REDIRECT, _CLIENT, _SERVER = 200, 300, 400, 500  # where HTTP's families of answers begin
_DOORS: Final = (401, 403, 407)


@dataclass(frozen=True, slots=True)
class Answered:
    """What came back: the `status`, None where none came; `error`: why, in words; `page`: it was a web page."""

    status: int | None
    error: str | None = None
    page: bool = False
    latency_ms: int = 0

    @property
    def taken(self) -> bool:
        """Whether it was acknowledged: 2xx."""
        return self.status is not None and _OK <= self.status < _REDIRECT


@dataclass(frozen=True, slots=True)
class Probe:
    """One probe: when (seconds since 1970), by whom, of which address (as it may be shown), and the two answers."""

    at: int
    who: str
    url: str
    good: Answered
    bad: Answered


def body(now: int, *, mode: Mode, api_version: str | None, name: str) -> bytes:
    """The event that is sent: of no type of Stripe's, about nothing. `name` makes its id another one."""
    event = {
        "id": f"evt_orderlens_probe_{now}_{name}",
        "object": "event",
        "api_version": api_version,
        "created": now,
        "data": {"object": {"id": "orderlens_probe", "object": TYPE}},
        "livemode": mode == "live",
        "pending_webhooks": 1,
        "request": {"id": None, "idempotency_key": None},
        "type": TYPE,
    }
    return json.dumps(event, indent=2).encode()


def is_page(answer: str) -> bool:
    """Whether an answer is a web page and no answer of a program's."""
    return answer.lstrip()[:15].lower().startswith(("<!doctype html", "<html"))


def meaning(probe: Probe) -> tuple[Check, ...]:
    """What the two answers mean, in doctor's lines."""
    return (*_of_the_signed(probe.good, probe.bad), *_of_the_wrong(probe.good, probe.bad))


def brief(probe: Probe, now: float) -> str:
    """In a sentence, for a case whose message is refused: what the endpoint answered last, and how long ago."""
    worst = worst_of(meaning(probe))
    right = " From here, it takes what is signed and refuses the rest." if worst is Level.FINE else ""
    said = f"to a signed event {_answer(probe.good)}, to a wrong signature {_answer(probe.bad)}"
    return f"Last probe of the endpoint ({ago(probe.at, now)}, by {probe.who}): {said}.{right}"


def written(probe: Probe) -> str:
    """A probe as the journal keeps it."""
    return msgspec.json.encode(probe).decode()


def read(kept: str | None) -> Probe | None:
    """What the journal kept; None where there is none that can be read."""
    try:
        return msgspec.json.decode(kept, type=Probe) if kept else None
    except msgspec.DecodeError:
        return None


def _of_the_signed(good: Answered, bad: Answered) -> Iterator[Check]:
    line, status = partial(_line, "probe, signed"), good.status
    took = f"Answered {status} in {good.latency_ms} ms"
    if status is None:
        yield line(Level.ERROR, f"No answer. {good.error or ''}".strip(), _unanswered(good.error or ""))
    elif good.page:
        said = f"{took}, with a web page: a log-in or a start page stands where the app's endpoint is expected."
        yield line(
            Level.ERROR, said, "Correct the address, or let what stands in front pass Stripe's requests through."
        )
    elif good.taken:
        yield line(Level.FINE, f"{took}: it takes what is signed with this secret.")
    elif status < _CLIENT:
        said = f"{took}: a redirect. Stripe follows none and takes it for a failure."
        yield line(Level.ERROR, said, "Register the address it leads to (https, www. or not, the slash at the end).")
    elif status >= _SERVER:
        did = "fails before it looks at the signature" if bad.status == status else "fails at an event it does not know"
        yield line(Level.ERROR, f"{took}: the app, or what stands in front of it, {did}.", "Look into its log.")
    else:
        yield line(Level.ERROR, f"{took}: {_refusal(status, bad)}", _cure(status, bad))


def _refusal(status: int, bad: Answered) -> str:
    told_apart = bad.status is not None and bad.status != status and _CLIENT <= bad.status < _SERVER
    if told_apart:
        return (
            f"it refuses a wrong signature otherwise ({bad.status}), so the secret is most likely right, and this is "
            "its answer to a type of event that it does not know."
        )
    if status in _DOORS:
        return "something asks Stripe to log in, or a firewall turns it away; a few apps say so of a wrong signature."
    by_status = {
        404: "nothing answers at this address, or the app says so of what it does not know.",
        405: "this address takes no POST: it is a page, or another part of the app.",
        429: "it limits how often it may be called.",
    }
    return by_status.get(
        status,
        "it refuses what is signed with this secret: the app checks with another one, or turns down types it does not "
        "know. Another endpoint's secret, the other mode's and that of `stripe listen` all look alike from outside.",
    )


def _cure(status: int, bad: Answered) -> str:
    if bad.status is not None and bad.status != status and _CLIENT <= bad.status < _SERVER:
        return "Have the app answer 2xx to events it does not know: Stripe tries again for days otherwise."
    if status in _DOORS:
        return "Let Stripe's requests to this path through without a log-in."
    if status in (404, 405):
        return "Compare the address with the app's route."
    return "Compare ORDERLENS_WEBHOOK_SECRET, and the app's own, with the secret of this endpoint and mode at Stripe."


def _unanswered(error: str) -> str:
    if "certificate" in error or "SSL" in error or "TLS" in error:
        return "Have the certificate renewed, or its chain completed: Stripe refuses it too."
    if error.startswith("No answer within"):
        return "Have the app answer first and work afterwards: Stripe waits no longer."
    return "See whether the app runs and the address is right, also from outside of this network."


def _of_the_wrong(good: Answered, bad: Answered) -> Iterator[Check]:
    line = partial(_line, "probe, wrong signature")
    if bad.taken and not good.taken:
        said = f"Answered {bad.status}, though it did not take what was signed rightly."
        yield line(Level.ERROR, said, "Look into the app's log: it does not tell the two apart.")
    elif bad.taken:
        said = (
            f"Answered {bad.status} to it as well: something in front acknowledges in the app's place, or the app does "
            "not check signatures, or it answers before it checks and swallows what fails."
        )
        do = "Have a wrong signature answered 400. Till then what Stripe calls delivered may never have arrived."
        yield line(Level.WARNING, said, do)
    elif bad.status is None:
        yield line(Level.UNREAD, f"No answer. {bad.error or ''}".strip(), "Probe again.")
    elif _CLIENT <= bad.status < _SERVER and good.taken:
        yield line(Level.FINE, f"Answered {bad.status}: it refuses what Stripe did not sign.")
    elif bad.status >= _SERVER and good.taken:
        said = f"Answered {bad.status}: it is not taken, by a failure instead of a refusal."
        yield line(Level.FINE, said)
    else:
        yield line(Level.UNREAD, f"Answered {bad.status}, which tells nothing while the signed one is not taken.")


def _answer(one: Answered) -> str:
    if one.status is None:
        return "no answer"
    return f"{one.status}{' with a web page' if one.page else ''}"
