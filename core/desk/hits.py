"""What a search found, as hits: orders to which Stripe's objects lead, and payments that no order claims, with the cart
that says whose they are."""

from collections.abc import Mapping

from core.desk.results import Hit
from core.desk.sides import ORDER, STRIPE, Sides
from core.errors import OrdersUnreachable
from core.facts import (
    Cart,
    Charge,
    ChargeStatus,
    Intent,
    IntentStatus,
    NameKeys,
    Order,
    PaymentStatus,
    Session,
    Trace,
    Unread,
)
from core.linking import names_this
from core.money import Money
from core.pasted import Kind, Ref
from core.stripe_api import Resolved

SHOWN = 50
_CARTS_SHOWN = 6
_CARTS = "the carts of the shop, which may say whose a payment is"
_Thing = Session | Intent | Charge


def of_order(order: Order, why: str) -> Hit:
    """An order, and why it is among what was found."""
    customer = " · ".join(part for part in (order.customer_name, order.customer_email) if part)
    return Hit(f"{ORDER}{order.id}", order, label(order), why, order.amount, order.created_at, customer)


def through(sides: Sides, resolved: Resolved, *, broad: bool) -> tuple[Order, ...]:
    """Orders to which Stripe's objects lead; by e-mail only where the search was for a person."""
    stored = sides.orders.find(
        sessions=resolved.session_ids,
        intents=resolved.intent_ids,
        charges=resolved.charge_ids,
        emails=resolved.emails if broad else (),
        limit=SHOWN + 1,
    )
    return (*stored, *sides.named(resolved.references))[: SHOWN + 1]


def unclaimed(
    sides: Sides, resolved: Resolved, orders: tuple[Order, ...], keys: NameKeys, *, broad: bool
) -> tuple[tuple[Hit, ...], tuple[Unread, ...]]:
    """Payments that none of these orders claims: one hit a payment. In a search for a person only those with money. And
    why the carts could not be read, where they could not."""
    groups = _groups(resolved, orders, keys, broad=broad)
    carts, lost = _carts(sides, groups)
    found = zip(groups.items(), carts, strict=True)
    return tuple(_nobodys(payment, things, cart) for (payment, things), cart in found), lost


def carts_of(sides: Sides, ref: Ref) -> tuple[list[Trace], list[Unread]]:
    """What the payments for a person's carts bear, or why the carts could not be read."""
    try:
        found = sides.orders.carts.of_person(ref.value, limit=_CARTS_SHOWN) if ref.kind is Kind.EMAIL else ()
    except OrdersUnreachable as error:
        return [], [Unread("carts", _CARTS, error.message)]
    return [trace for _, trace in found], []


def newest_first(order: Order) -> tuple[int, str]:
    """What orders are sorted by."""
    return -(order.created_at or 0), order.id


def label(order: Order) -> str:
    """An order in a line: number, amount, status, customer."""
    parts = (order.name, order.amount, order.raw_status or order.status, order.customer_email)
    return " · ".join(str(part) for part in parts if part)


def _carts(sides: Sides, groups: Mapping[str, list[_Thing]]) -> tuple[tuple[Cart | None, ...], tuple[Unread, ...]]:
    """The cart of each payment, or why the carts could not be read."""
    try:
        return sides.orders.carts.led_to([Trace.of(things) for things in groups.values()]), ()
    except OrdersUnreachable as error:
        return (None,) * len(groups), (Unread("carts", _CARTS, error.message),)


def _groups(resolved: Resolved, orders: tuple[Order, ...], keys: NameKeys, *, broad: bool) -> dict[str, list[_Thing]]:
    """The objects of each payment that none of these orders claims."""
    seen = {key for order in orders for key in (*order.session_ids, *order.payment_intent_ids, *order.charge_ids)}
    groups: dict[str, list[_Thing]] = {}
    found: tuple[_Thing, ...] = (*resolved.intents, *resolved.sessions, *resolved.charges)
    for thing in found:
        groups.setdefault(_payment_id(thing), []).append(thing)
    return {
        payment: things
        for payment, things in groups.items()
        if payment not in seen
        and not any(one.id in seen or _is_named(one, orders, keys) for one in things)
        and (not broad or any(_has_money(one) for one in things))
    }


def _nobodys(payment: str, things: list[_Thing], cart: Cart | None) -> Hit:
    of = f"cart {cart.id}" + (f" of {cart.customer}" if cart.customer else "") if cart else None
    money = next((amount for amount in map(_amount, things) if amount is not None), None)
    state = next((str(one.payment_status if isinstance(one, Session) else one.status) for one in things), "")
    email = next((one.email for one in things if one.email), None)
    said = " · ".join(str(part) for part in (payment, money, state, email, of) if part)
    made = min((one.created for one in things), default=None)
    customer = " · ".join(part for part in (email, of) if part)
    return Hit(f"{STRIPE}{payment}", None, said, "a payment that no order claims", money, made, customer, state)


def _is_named(thing: _Thing, orders: tuple[Order, ...], keys: NameKeys) -> bool:
    return any(names_this(order, thing, keys) for order in orders)


def _payment_id(thing: _Thing) -> str:
    """The id a payment goes by: its intent's, else its own."""
    return (thing.id if isinstance(thing, Intent) else thing.payment_intent_id) or thing.id


def _has_money(thing: _Thing) -> bool:
    match thing:
        case Intent():
            return thing.status in (IntentStatus.SUCCEEDED, IntentStatus.PROCESSING, IntentStatus.REQUIRES_CAPTURE)
        case Session():
            return thing.payment_status is PaymentStatus.PAID
        case Charge():
            return thing.status is ChargeStatus.SUCCEEDED


def _amount(thing: _Thing) -> Money | None:
    if isinstance(thing, Session):
        return thing.total
    return Money(thing.amount, thing.currency) if thing.currency else None
