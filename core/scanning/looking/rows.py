"""The rows of suspects as they are now, those that share an id with them, those of the names that their payments bear,
and the carts of payments without an order: a statement or two for a whole batch each. And what the newest rows tell of
the app's ways, once for a scan."""

from collections.abc import Iterable, Sequence
from dataclasses import replace
from typing import Final

from core.cases import Case
from core.errors import OrdersUnreachable
from core.facts import Order
from core.orders import OrdersReader
from core.scanning.reading.patience import Patient
from core.scanning.scratch import Scratch, brief_of_order, of_id
from core.times import DAY

SHARERS: Final = 20  # other orders with the same id, for one case
LIVELY: Final = 300  # seconds before a scan from which on an order may have moved while Stripe was read


def rows_of(scratch: Scratch, orders: OrdersReader | Patient, keys: Sequence[int]) -> dict[int, Order]:
    """The orders with these keys in the scratch, by them; those that are gone are left out."""
    marks = ", ".join("?" * len(keys))
    ids = [str(row[0]) for row in scratch.rows(f"SELECT id FROM orders WHERE key IN ({marks})", list(keys))]  # noqa: S608 - only marks
    found = orders.find(ids=ids, limit=2 * len(ids) + 1) if ids else ()
    return {of_id(f"order {order.id}"): order for order in found}


def sharing(orders: OrdersReader | Patient, suspects: Iterable[Order]) -> dict[str, tuple[Order, ...]]:
    """Other rows that carry one of the same ids, the newest first, by the suspect's id."""
    asking = [order for order in suspects if _kept(order)]
    if not asking:
        return {}
    carrying = orders.find(
        sessions={one for order in asking for one in order.session_ids},
        intents={one for order in asking for one in order.payment_intent_ids},
        charges={one for order in asking for one in order.charge_ids},
        limit=SHARERS * len(asking),
    )
    bearers: dict[str, list[Order]] = {}
    for order in carrying:
        for one in _kept(order):
            bearers.setdefault(one, []).append(order)
    found: dict[str, tuple[Order, ...]] = {}
    for order in asking:
        others = {other.id: other for one in _kept(order) for other in bearers.get(one, ()) if other.id != order.id}
        found[order.id] = tuple(sorted(others.values(), key=lambda one: (-(one.created_at or 0), one.id))[:SHARERS])
    return found


def may_have_moved(scratch: Scratch, order: Order | None, began: int) -> bool:
    """Whether an order may have moved since Stripe was read, from `began` on: it did, or it is so new that nobody can
    tell."""
    if order is None:
        return False
    brief = brief_of_order(order)[0]
    kept = scratch.rows("SELECT * FROM orders WHERE key = ?", (brief.key,))
    if kept and kept[0] != tuple(brief):
        return True
    if order.updated_at is None:
        made = order.created_at
        return made is None or made >= began - DAY
    return order.updated_at >= began - LIVELY


def named(orders: OrdersReader | Patient, cases: Sequence[Case]) -> list[Case]:
    """The cases with the orders of the names that their payments bear, asked for all at once."""
    cases = [_taught(orders, case) for case in cases]
    borne = [case.foreign_names for case in cases]
    asked = dict.fromkeys(name for names in borne for name in names)
    found = orders.named(asked) if asked else {}
    told = [{name: found[name] for name in names if name in found} for names in borne]
    return [case.answered(some) if some else case for case, some in zip(cases, told, strict=True)]


def carted(orders: OrdersReader | Patient, cases: Sequence[Case]) -> list[Case]:
    """The cases of payments without an order with their carts, asked for all at once; or with why they could not be
    read."""
    try:
        found = orders.carts.led_to([case.trace for case in cases])
    except OrdersUnreachable as error:
        return [replace(case, carts_unread=error.message) for case in cases]
    return [replace(case, cart=cart) for case, cart in zip(cases, found, strict=True)]


def _taught(orders: OrdersReader | Patient, case: Case) -> Case:
    """The case of an order without an id, with whether that is the app's way."""
    if case.order is None or case.order.stored_ids or not orders.habits.ids_come_with_payment(case.now):
        return case
    return replace(case, surroundings=replace(case.surroundings, ids_come_with_payment=True))


def _kept(order: Order) -> tuple[str, ...]:
    return (*order.session_ids, *order.payment_intent_ids, *order.charge_ids)
