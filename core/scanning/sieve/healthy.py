"""The cheap test: is this pair healthy beyond doubt? Exact in one direction: what it passes, `examine` finds clean.

It takes the common case apart from all others, so that nine pairs of ten need no full look; to everything unusual it
says no, which costs a full look and nothing else. It presumes that nothing else touches the pair (`comparing` sees to
that), and is a second statement of what the rules say: a property test holds the two together, and each scan looks at
some of what it discarded (`suspects.CANARY`). Pure.
"""

from core.facts import CLOSED_ORDER, OPEN_ORDER, PAID_ORDER, Mode
from core.scanning.scratch import ObjectBrief, OrderBrief

_PAID = frozenset(status.value for status in PAID_ORDER)
_OPEN = frozenset(status.value for status in OPEN_ORDER)
_CLOSED = frozenset(status.value for status in CLOSED_ORDER)


def provably_healthy(order: OrderBrief, thing: ObjectBrief | None, *, mode: Mode, now: int) -> bool:
    """Whether an order beside the one session or intent that touches it (None: nothing does) is clean.

    Paid beside paid: the same amount and currency, every stored id the payment's own, whatever it names is this order.
    Closed beside expired. Open beside a checkout that can still be paid. No id beside nothing. `now`: seconds since
    1970.
    """
    if thing is None:
        return order.make == "bare"
    if order.make != "plain" or not _of_mode(thing, mode) or not _points_at(order, thing) or not _named(order, thing):
        return False
    same = (order.amount, order.currency) == (thing.amount, thing.currency)
    match thing.state:
        case "paid":
            return same and order.status in _PAID
        case "open":
            return same and order.status in _OPEN and thing.until is not None and now < thing.until
        case "expired":
            return order.status in _CLOSED
        case _:
            return False


def _of_mode(thing: ObjectBrief, mode: Mode) -> bool:
    """It was made with a key like ours, and its id says so too."""
    by_id = thing.kind != "session" or thing.id.startswith(f"cs_{mode}_")
    return thing.livemode == (mode == "live") and by_id


def _points_at(order: OrderBrief, thing: ObjectBrief) -> bool:
    """Each id the order keeps is the thing's own, and it keeps at least one of them."""
    session = thing.id if thing.kind == "session" else None
    kept = ((order.session, session), (order.intent, thing.intent), (order.charge, thing.charge))
    return all(ours is None or ours == theirs for ours, theirs in kept) and bool(order.session or order.intent)


def _named(order: OrderBrief, thing: ObjectBrief) -> bool:
    """It names this order, or nobody."""
    if not thing.references:
        return True
    names = order.names.split("\n")
    return any(one.casefold() in names for one in thing.references.split("\n"))
