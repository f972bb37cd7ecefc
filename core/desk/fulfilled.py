"""What the settings want to be true of a paid order, beside a sending that made it paid: pure, in words."""

from collections.abc import Sequence

from core.facts import Event, Expected, Held, listed
from core.replays import Brings, brings

Pair = tuple[Expected | None, Expected]
NEXT = "Sending it again does not help: the order has the payment. Look for what your app does once it has booked one."


def lacking(event: Event, expected: Sequence[Expected]) -> tuple[Expected, ...]:
    """What is not true, after an event that brings a payment; of any other nothing is expected."""
    return tuple(one for one in expected if one.held is Held.NO) if brings(event) is Brings.PAID else ()


def before_and_after(before: Sequence[Expected], after: Sequence[Expected]) -> tuple[Pair, ...]:
    """Each as it was and as it is."""
    was = {one.name: one for one in before}
    return tuple((was.get(one.name), one) for one in after)


def also(event: Event, expected: Sequence[Expected]) -> str:
    """What is said of the others after the sentence on the order, each named; "" where nothing is expected of it."""
    if not expected or brings(event) is not Brings.PAID:
        return ""
    said = {held: [one for one in expected if one.held is held] for held in Held}
    parts = []
    if yes := said[Held.YES]:
        parts.append(f"Also true: {listed([one.says for one in yes])}.")
    if unread := said[Held.UNREAD]:
        parts.append(f"Could not look whether {listed([one.says for one in unread])}: {unread[0].because}")
    return "".join(f" {one}" for one in [*parts, *([NEXT] if said[Held.NO] else [])])


def told(pairs: Sequence[Pair]) -> list[str]:
    """Each in a line, for the journal."""
    return [f"{now.says}: {was.held.value if was else 'no order'} -> {now.held.value}" for was, now in pairs]
