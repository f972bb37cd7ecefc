"""What a reading by hand means for a case that the inbox keeps: it settles it, changes it, or opens it again, at once.

Only cases that are kept already: what scans have not found is not put on anybody's list by looking at it. A reading
that saw less than was known of the case changes nothing; nor does an inbox that does not answer stop anybody.
"""

from collections.abc import Iterable
from contextlib import suppress

from core.desk.results import Opened
from core.errors import OrderlensError
from core.facts import Order
from core.journal import Inbox, Kept, Noted


def settle(inbox: Inbox, opened: Opened, *, now: int) -> None:
    """Note the reading of a kept case."""
    with suppress(OrderlensError):
        known = inbox.get(opened.key)
        if known is None or _saw_less(opened, known):
            return
        inbox.note([Noted.of(opened.key, opened, partial=_partly_read(opened))], now=now)


def settle_healed(inbox: Inbox, healed: Iterable[tuple[str, Order, frozenset[str]]], *, now: int) -> None:
    """Note that the kept ones of these cases are well: each a key, its order, the ids of the payment that was read
    beside it. As `settle`, of a pair that is healthy beyond doubt."""
    with suppress(OrderlensError):
        read = {key: (order, seen) for key, order, seen in healed}
        known = inbox.known(list(read))
        well = [one.key for one in known if read[one.key][1].issuperset((*one.session_ids, *one.intent_ids))]
        if well:
            inbox.note([_well(key, read[key][0], now) for key in well], now=now)


def _well(key: str, order: Order, now: int) -> Noted:
    return Noted(
        key=key,
        order_id=order.id,
        number=order.number,
        order_status=order.raw_status or order.status.value,
        email=order.customer_email or "",
        currency=order.currency or "",
        session_ids=order.session_ids,
        intent_ids=order.payment_intent_ids,
        read_at=now,
    )


def _partly_read(opened: Opened) -> bool:
    facts = opened.case.facts
    return bool(facts.unread or facts.events_unsearched)


def _saw_less(opened: Opened, known: Kept) -> bool:
    """Whether a payment that was known of it was not read now: then nobody can say that it is well."""
    facts = opened.case.facts
    seen = {
        *(one.id for one in facts.sessions), *(one.id for one in facts.intents), *(one.id for one in facts.charges),
    }  # fmt: skip
    return not seen.issuperset((*known.session_ids, *known.intent_ids))
