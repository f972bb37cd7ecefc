"""What came of a sending: the order is watched, both sides are read again, and that is said.

The endpoint's answer is not the proof; the row is. Where the row or Stripe cannot be read any more, that is an outcome
of its own: what was sent stays sent.
"""

from collections.abc import Callable
from dataclasses import dataclass

from core.desk.changes import changes
from core.desk.results import Opened, Outcome, Proof
from core.desk.sides import Sides
from core.errors import OrderlensError
from core.facts import Event, Order
from core.replays import Brings, Replay, brings, candidates, reflected
from core.webhooks import Delivery

WAIT_SECONDS = 30.0
SETTLE_SECONDS = 2.0
_PAUSES = (0.25, 0.5, 0.5, 1.0)  # then as the last


@dataclass(frozen=True, slots=True)
class Proving:
    """Both sides to read, and a way to wait."""

    sides: Sides
    pause: Callable[[float], None]

    def of(self, replay: Replay, delivery: Delivery, before: Opened) -> Proof:
        """The proof of what was sent. Raises no OrderlensError."""
        began, row, after, unread = self.sides.clock(), before.case.order, None, ""
        try:
            if delivery.accepted or delivery.uncertain:
                row = self._watched(before, replay.event, began)
            waited = round(self.sides.clock() - began, 2)
            after = self.sides.open(before.key)
            row = after.case.order
        except OrderlensError as error:
            waited, unread = round(self.sides.clock() - began, 2), error.message
        outcome = _outcome(replay.event, delivery, before.case.order, row, looked=after is not None)
        if after and outcome is Outcome.UNCHANGED and delivery.accepted:
            after = self.sides.knowing(after, in_vain=replay.event.id)
        return Proof(
            replay=replay,
            delivery=delivery,
            before=before,
            after=after,
            changes=changes(before, after) if after else (),
            outcome=outcome,
            waited=waited,
            says=_says(outcome, delivery, before.case.order, row, waited, unread) + _next(after, outcome),
        )

    def _watched(self, before: Opened, event: Event, began: float) -> Order | None:
        """The order as it is when it is healed, or when WAIT_SECONDS have passed since `began`. A change that does not
        heal it may be the first of several: the look goes on for SETTLE_SECONDS."""
        was, looks, until = before.case.order, 0, began + WAIT_SECONDS
        while not _healed(event, was, row := self.sides.row(before)):
            now = self.sides.clock()
            until = min(until, now + SETTLE_SECONDS) if row != was else until
            if now >= until:
                return row
            self.pause(_PAUSES[min(looks, len(_PAUSES) - 1)])
            looks += 1
        return row


def _next(after: Opened | None, outcome: Outcome) -> str:
    """What to send instead, where something was accepted in vain."""
    if after is None or outcome is not Outcome.UNCHANGED or not after.case.in_vain:
        return ""
    left = [event for event in candidates(after) if event.id not in after.case.in_vain]
    return f" Next: {left[0].type}." if left else ""


def called(order: Order | None) -> str:
    """The state of the order, in the app's own word."""
    return order.state if order else "not in the books"


def _healed(event: Event, before: Order | None, after: Order | None) -> bool:
    if brings(event) in (Brings.NOTHING, Brings.UNDER_WAY):
        return after is not None and before != after
    return reflected(after, event) is not None and reflected(before, event) is None


def _outcome(event: Event, delivery: Delivery, before: Order | None, after: Order | None, *, looked: bool) -> Outcome:
    if _healed(event, before, after):
        return Outcome.HEALED
    reached = delivery.status is not None or delivery.uncertain
    if not looked and reached:
        return Outcome.UNVERIFIED
    if before != after:
        return Outcome.CHANGED
    if delivery.accepted or delivery.uncertain:
        return Outcome.UNCHANGED
    return Outcome.NOT_DELIVERED if delivery.error else Outcome.NOT_ACCEPTED


def _says(
    outcome: Outcome, delivery: Delivery, before: Order | None, after: Order | None, waited: float, unread: str
) -> str:
    was, now = called(before), called(after)
    since = f" Both sides could not be read again: {unread}" if unread else f" The order is still {now}."
    match outcome:
        case Outcome.HEALED:
            soon = "less than a second" if waited < 1 else f"{waited:.0f} s"
            return f"Healed: the order was {was} and is {now}, {soon} after the sending.{since if unread else ''}"
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
