"""What the journal's sendings mean for who looks at a case or plans to send: pure, in words.

Nothing is planned while somebody sends the same, nor on a reading from before the last sending: the order may show
already what it brought. What was sent before is told; whether it is sent again is a person's decision.
"""

from collections.abc import Iterable, Iterator
from dataclasses import replace

from core.desk.results import Opened, Outcome, Unsettled
from core.errors import Refused
from core.journal import HOLD, Entry, under_way
from core.replays import Replay, candidates, makeable
from core.times import ago, moment

_ENDS = (
    Outcome.HEALED, Outcome.INCOMPLETE, Outcome.CHANGED, Outcome.UNCHANGED, Outcome.NOT_ACCEPTED, Outcome.NOT_DELIVERED,
)  # fmt: skip
_OPEN = (Outcome.UNVERIFIED, Outcome.NOT_KNOWN)
_CAME = {  # what came of a sending, told before another one
    Outcome.HEALED: "the order showed it then",
    Outcome.INCOMPLETE: "the order was paid then, but not all that belongs to it was there",
    Outcome.CHANGED: "the order changed, but did not show it",
    Outcome.UNCHANGED: "the order did not change",
    Outcome.NOT_ACCEPTED: "the endpoint refused it",
    Outcome.UNVERIFIED: "what came of it could not be looked at",
}
LATELY = 600  # seconds for which what came of a sending stands above its case
LOOK_THERE = "Look into the log of your endpoint, and at the order. If neither shows it, it may be sent again."


def as_it_stands(entry: Entry, now: int) -> Entry:
    """An entry with the outcome it has at this moment: of a sending that is under way, or was left, that is not what
    was written last."""
    if not entry.holder:
        return entry
    if under_way(entry, now):
        return replace(entry, outcome=Outcome.SENDING)
    left = Outcome.NOT_KNOWN if entry.outcome == Outcome.SENDING else entry.outcome
    return replace(entry, outcome=left)


def telling(replay: Replay, last: Entry | None, opened: Opened, now: int) -> Replay:
    """The plan, with what it has to tell of the last sending of its event to its address. Refused where it has to wait
    for what comes of that, or for a look at it."""
    if last is None:
        return replay
    last = as_it_stands(last, now)
    at = moment(last.at, seconds=True)
    if last.outcome == Outcome.SENDING:
        raise Refused(
            f"{last.who} is sending this event to this address since {at} ({ago(last.at, now)}).",
            next_step="Wait for what comes of it; it stands under Done so far.",
        )
    if _unseen(last, opened.case.facts.read_at, now):
        did = "began to send" if last.outcome == Outcome.NOT_KNOWN else "sent"
        raise Refused(
            f"{last.who} {did} this event to this address at {at}, after this case was read: the order may show it.",
            next_step="Retrieve the case afresh first.",
        )
    told = tuple(_told(last))
    return replace(replay, knows_of=last.id, objections=(*told, *replay.objections))


def unsettled(sendings: Iterable[Entry], opened: Opened, now: int) -> tuple[Unsettled, ...]:
    """Of the last sendings of a case those that nobody knows the end of, and that the order does not show since."""
    worth = {event.id for event in (*candidates(opened), *makeable(opened))}
    found = (_unsettled(as_it_stands(one, now), opened, now) for one in sendings if one.object_id in worth)
    return tuple(one for one in found if one)


def lately(sendings: Iterable[Entry], now: int) -> Entry | None:
    """The newest of these sendings, where its end is known and it is of the last minutes."""
    newest = max(sendings, key=lambda one: (one.at, one.id or 0), default=None)
    if newest is None or not 0 <= now - newest.at <= LATELY:
        return None
    came = as_it_stands(newest, now)
    return came if came.outcome in _ENDS else None


def _unseen(last: Entry, read_at: int, now: int) -> bool:
    """Whether it may have arrived after the case was read. (One from far ahead is of a clock that stepped.)"""
    if last.outcome == Outcome.NOT_DELIVERED or last.at > now + HOLD:
        return False
    return read_at < last.at or (read_at == last.at and last.outcome in _OPEN)


def _told(last: Entry) -> Iterator[str]:
    at = moment(last.at, seconds=True)
    if last.outcome == Outcome.NOT_KNOWN:
        yield f"{last.who} began to send it to this address at {at}: whether it was sent is not known. {LOOK_THERE}"
    elif came := _CAME.get(Outcome(last.outcome)) if last.outcome in set(Outcome) else None:
        yield f"{last.who} sent it to this address at {at}: {came}. Your app gets it once more."


def _unsettled(last: Entry, opened: Opened, now: int) -> Unsettled | None:
    at = moment(last.at, seconds=True)
    event = f"{last.details.get('event', 'the event')} ({last.object_id}) to {last.details.get('url', 'its address')}"
    if last.outcome == Outcome.SENDING:
        says = f"{last.who} is sending {event} since {at} ({ago(last.at, now)})."
        return Unsettled(Outcome.SENDING, says, "Wait for what comes of it, then retrieve the case afresh.")
    if last.outcome == Outcome.NOT_KNOWN:
        says = f"{last.who} began to send {event} at {at}, and that never came to an end that was written down."
        return Unsettled(Outcome.NOT_KNOWN, says, LOOK_THERE)
    if last.outcome == Outcome.UNVERIFIED and opened.case.facts.read_at <= last.at:
        says = f"{last.who} sent {event} at {at}. What came of it could not be looked at."
        return Unsettled(Outcome.UNVERIFIED, says, "Retrieve the case afresh; do not send it again before.")
    return None
