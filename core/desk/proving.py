"""What came of a sending: the order is watched, both sides are read again, and that is said.

The endpoint's answer is not the proof; the row is, with what else the settings want to be true of a paid order. Where
the row or Stripe cannot be read any more, that is an outcome of its own: what was sent stays sent.
"""

from collections.abc import Callable
from dataclasses import dataclass

from core.desk.changes import changes
from core.desk.fulfilled import also, before_and_after, lacking
from core.desk.results import Opened, Outcome, Proof
from core.desk.sides import Sides
from core.errors import OrderlensError
from core.facts import Event, Expected, Order, lacks
from core.replays import Brings, Replay, brings, candidates, reflected
from core.webhooks import Delivery

WAIT_SECONDS = 30.0
SETTLE_SECONDS = 2.0
FULFIL_SECONDS = 10.0  # that an app may take, after the order is paid, for what else belongs to it
_PAUSES = (0.25, 0.5, 0.5, 1.0)  # then as the last


@dataclass(frozen=True, slots=True)
class Proving:
    """Both sides to read, and a way to wait."""

    sides: Sides
    pause: Callable[[float], None]

    def of(self, replay: Replay, delivery: Delivery, before: Opened, *, sent: float | None = None) -> Proof:
        """The proof of what was sent, at `sent` by the clock, or a moment ago. Raises no OrderlensError."""
        began, row, after, unread = self.sides.clock() if sent is None else sent, before.case.order, None, ""
        expected = before.case.expected
        try:
            if delivery.accepted or delivery.uncertain:
                row, expected = self._watched(before, replay.event, began)
            waited = round(self.sides.clock() - began, 2)
            after = self.sides.open(before.key)
            row, expected = after.case.order, after.case.expected
        except OrderlensError as error:
            waited, unread = round(self.sides.clock() - began, 2), error.message
        outcome = _outcome(replay.event, delivery, before.case.order, row, expected, looked=after is not None)
        if after and outcome is Outcome.UNCHANGED and delivery.accepted:
            after = self.sides.knowing(after, in_vain=replay.event.id)
        says = (
            _incomplete(before.case.order, row, expected, waited)
            if outcome is Outcome.INCOMPLETE
            else _says(outcome, delivery, before.case.order, row, waited, unread)
        )
        return Proof(
            replay=replay,
            delivery=delivery,
            before=before,
            after=after,
            changes=changes(before, after) if after else (),
            outcome=outcome,
            waited=waited,
            says=says + _beside(replay.event, outcome, expected) + _next(after, outcome) + _found(after, outcome),
            expected=before_and_after(before.case.expected, expected),
        )

    def _watched(self, before: Opened, event: Event, began: float) -> tuple[Order | None, tuple[Expected, ...]]:
        """The order as it is when it is healed with all that belongs to it, or when WAIT_SECONDS have passed since
        `began`. A change that does not heal it may be the first of several: the look goes on for SETTLE_SECONDS; after
        it is paid, for what lacks, FULFIL_SECONDS."""
        was, looks, until, paid = before.case.order, 0, began + WAIT_SECONDS, False
        while True:
            row = self.sides.row(before)
            shown, now = healed(event, was, row), self.sides.clock()
            expected = self.sides.orders.outcomes.of(row) if shown else before.case.expected
            if shown and not lacking(event, expected):
                return row, expected
            if shown and not paid:
                paid, until = True, now + FULFIL_SECONDS
            elif row != was and not paid:
                until = min(until, now + SETTLE_SECONDS)
            if now >= until:
                return row, expected
            self.pause(_PAUSES[min(looks, len(_PAUSES) - 1)])
            looks += 1


def _beside(event: Event, outcome: Outcome, expected: tuple[Expected, ...]) -> str:
    """What is to be said of the rest, where the order has become what the event brings."""
    return also(event, expected) if outcome in (Outcome.HEALED, Outcome.INCOMPLETE) else ""


def _next(after: Opened | None, outcome: Outcome) -> str:
    """What to send instead, where something was accepted in vain."""
    if after is None or outcome is not Outcome.UNCHANGED or not after.case.in_vain:
        return ""
    left = [event for event in candidates(after) if event.id not in after.case.in_vain]
    return f" Next: {left[0].type}." if left else ""


def _found(after: Opened | None, outcome: Outcome) -> str:
    """What is found of a case whose order has become what the event brings: a second payment that came meanwhile, say.
    Nobody is to read that it is healed, and not this."""
    if after is None or outcome not in (Outcome.HEALED, Outcome.INCOMPLETE):
        return ""
    diagnosis = after.diagnosis
    if diagnosis.undetermined:
        return f" The rest of the case could not be told: {diagnosis.undetermined}"
    return f" What is found of it now: {diagnosis.headline.title}." if diagnosis.headline else ""


def called(order: Order | None) -> str:
    """The state of the order, in the app's own word."""
    return order.state if order else "not in the books"


def healed(event: Event, before: Order | None, after: Order | None) -> bool:
    """Whether the order shows what the event brings, and did not before."""
    if brings(event) in (Brings.NOTHING, Brings.UNDER_WAY):
        return False  # whatever changed, it is not known that this event was to change it
    return reflected(after, event) is not None and reflected(before, event) is None


def _outcome(
    event: Event,
    delivery: Delivery,
    before: Order | None,
    after: Order | None,
    expected: tuple[Expected, ...],
    *,
    looked: bool,
) -> Outcome:
    if healed(event, before, after):
        return Outcome.INCOMPLETE if lacking(event, expected) else Outcome.HEALED
    reached = delivery.status is not None or delivery.uncertain
    if not looked and reached:
        return Outcome.UNVERIFIED
    if before != after:
        return Outcome.CHANGED
    if delivery.accepted or delivery.uncertain:
        return Outcome.UNCHANGED
    return Outcome.NOT_DELIVERED if delivery.error else Outcome.NOT_ACCEPTED


def _incomplete(before: Order | None, after: Order | None, expected: tuple[Expected, ...], waited: float) -> str:
    became = f"the order was {called(before)} and is {called(after)}"
    return f"Paid now, but {lacks(expected)}: {became}, and that is how it stood {_soon(waited)} after the sending."


def healed_says(
    event: Event, before: Order | None, after: Order | None, expected: tuple[Expected, ...], waited: float
) -> str:
    """What is said of a sending that healed its order, with all that belongs to it; `waited`: seconds."""
    return _healed_soon(before, after, waited) + also(event, expected)


def _healed_soon(before: Order | None, after: Order | None, waited: float) -> str:
    return f"Healed: the order was {called(before)} and is {called(after)}, {_soon(waited)} after the sending."


def _soon(waited: float) -> str:
    return "less than a second" if waited < 1 else f"{waited:.0f} s"


def _says(
    outcome: Outcome, delivery: Delivery, before: Order | None, after: Order | None, waited: float, unread: str
) -> str:
    was, now = called(before), called(after)
    since = f" Both sides could not be read again: {unread}" if unread else f" The order is still {now}."
    match outcome:
        case Outcome.HEALED:
            return f"{_healed_soon(before, after, waited)}{since if unread else ''}"
        case Outcome.CHANGED:
            return f"The order changed (it was {was}, it is {now}), but it does not show what the event brings."
        case Outcome.UNCHANGED:
            answer = delivery.error or delivery.answer
            begins = f"{answer} The" if delivery.uncertain else "The endpoint accepted it, but the"
            return f"{begins} order did not change within {waited:.0f} s: it is still {now}."
        case Outcome.UNVERIFIED:
            answered = f"the endpoint answered with status {delivery.status}" if delivery.status else "no answer came"
            begins = delivery.error or delivery.answer if delivery.uncertain else f"It was sent, and {answered}."
            return (
                f"{begins} What came of it could not be looked at: {unread} "
                "Do not send it again before you have looked: retrieve the case afresh when that can be read."
            )
        case Outcome.NOT_DELIVERED:
            return f"Not delivered. {delivery.error}{since}"
        case _:
            return f"The endpoint refused it with status {delivery.status}.{since}"
