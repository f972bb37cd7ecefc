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


def may_be_signed(order: OrderBrief, session: ObjectBrief, *, mode: Mode) -> bool:
    """Whether a paid order and the sign-up that it stores agree, so that what is left to see is the subscription and
    its first bill. Where nothing was due yet, a trial's order says what it will be."""
    agree = order.make in ("plain", "free") and session.state == "signed" and order.session == session.id
    same = order.currency == session.currency and session.amount in (0, order.amount)
    return agree and same and order.status in _PAID and _of_mode(session, mode) and _named(order, session)


def provably_signed(
    order: OrderBrief,
    session: ObjectBrief,
    plan: ObjectBrief,
    bill: ObjectBrief,
    *,
    payment: ObjectBrief | None,
    mode: Mode,
) -> bool:
    """Whether an order of a subscription is clean: beside its session, the subscription (`plan`) that this began, the
    first bill of that, and the `payment` of the bill, where it was read.

    Paid beside a subscription that runs, by a first bill of the same amount and currency that was paid by one payment,
    nothing of which went back, or for which nothing was due. A closed order is never so: whether its subscription was
    to end is for the rules.
    """
    if not may_be_signed(order, session, mode=mode) or (plan.state, bill.state) != ("active", "first"):
        return False
    due = (session.amount, session.currency, session.livemode)
    if plan.livemode != session.livemode or (bill.amount, bill.currency, bill.livemode) != due:
        return False
    if session.payer_key != bill.key or not session.plan_key == plan.key == bill.plan_key:
        return False
    if payment is not None and (payment.state, payment.references) != ("paid", ""):
        return False
    if payment is not None and (payment.amount, payment.currency, payment.livemode) != due:
        return False
    paid = (None, None) if payment is None else (payment.id, payment.charge)
    stored = all(ours in (None, theirs) for ours, theirs in zip((order.intent, order.charge), paid, strict=True))
    return stored and {*order.plans.split("\n")} <= {"", plan.id, bill.id}


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
