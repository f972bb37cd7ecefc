"""From anything a customer gave to the cases it can mean, on both sides at once.

Where Stripe cannot be reached the orders' side still answers, and the search says what it could not look through. Where
the orders database cannot be read nothing can be opened: OrdersUnreachable.
"""

from collections.abc import Callable, Mapping
from concurrent.futures import Future, ThreadPoolExecutor
from functools import cache, partial

from core.desk import spoken
from core.desk.results import Found, Hit
from core.desk.sides import ORDER, STRIPE, Sides
from core.errors import OrdersUnreachable, StripeUnreachable
from core.facts import (
    Cart,
    Charge,
    ChargeStatus,
    Cost,
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
from core.pasted import Kind, Ref, parse, stripe_id
from core.stripe_api import Resolved

SHOWN = 50
SAMPLE = 60  # orders whose numbers tell how the shop writes them
NEAR = 6  # orders that are offered where nothing was found
_BROAD = frozenset({Kind.EMAIL, Kind.CUSTOMER})  # these name a person, not a payment
_WHY = {Kind.ORDER: "its number or id", Kind.EMAIL: "the customer's e-mail"}
_ORDERS_SIDE = {
    Kind.ORDER: "the orders' ids and numbers",
    Kind.EMAIL: "the orders' customer e-mails",
    Kind.SESSION: "the orders' stored sessions",
    Kind.INTENT: "the orders' stored payment intents",
    Kind.CHARGE: "the orders' stored charges",
}
_CARTS = "the carts of the shop, which may say whose a payment is"
_Thing = Session | Intent | Charge


def find(sides: Sides, text: str) -> Found:
    """The cases that `text` can mean. UsageError where it means nothing at all."""
    if known := _by_key(sides, text.strip()):
        return known
    ref = parse(text)
    shapes = cache(partial(_shapes, sides))  # asked for once, where they are needed at all
    theirs, unread = _carts_of(sides, ref)
    with ThreadPoolExecutor(1, "find") as beside:
        keys = sides.known().keys
        asked = beside.submit(sides.stripe.resolve, ref, now=sides.now(), keys=keys, traces=theirs)
        direct = _direct(sides, ref, shapes)
        resolved = _stripe_side(asked, ref)
    named = direct if ref.kind is Kind.ORDER else ()  # whoever names an order means it, not what hangs on it
    through = () if named else _through(sides, resolved, broad=ref.kind in _BROAD)
    orders = {order.id: order for order in (*direct, *through)}
    groups = {} if named else _unclaimed(resolved, tuple(orders.values()), keys, broad=ref.kind in _BROAD)
    carts, lost = _carts(sides, groups)
    hits = [
        *(_hit(order, ref, direct=order in direct) for order in sorted(orders.values(), key=_newest_first)),
        *(_nobodys(payment, things, cart) for (payment, things), cart in zip(groups.items(), carts, strict=True)),
    ]
    return Found(
        query=text,
        ref=ref,
        near=() if hits or ref.kind is not Kind.ORDER else _near(sides, ref, shapes()),
        hits=tuple(hits[:SHOWN]),
        more=len(hits) > SHOWN or (resolved.more and not named),
        looked=(_ORDERS_SIDE.get(ref.kind, "the orders, through what Stripe knows"), *resolved.looked),
        unread=(*resolved.unread, *dict.fromkeys((*unread, *lost))),
        cost=resolved.cost,
    )


def _stripe_side(asked: Future[Resolved], ref: Ref) -> Resolved:
    """What Stripe knows; where it cannot be reached, nothing, and why."""
    try:
        return asked.result()
    except StripeUnreachable as error:
        return Resolved(ref, unread=(Unread("search", "Stripe's side of the search", error.message),))


def _by_key(sides: Sides, key: str) -> Found | None:
    """A key of an earlier hit, given instead of what a customer has; None where it is none (any longer)."""
    value = key.partition(":")[2]
    order = sides.orders.get(value) if key.startswith(ORDER) else None
    ref = stripe_id(value) if key.startswith(STRIPE) else Ref(Kind.ORDER, value) if order else None
    if ref is None:
        return None
    hit = Hit(key, order, _label(order) if order else value, "its key")
    return Found(key, ref, (hit,), more=False, looked=(), unread=(), cost=Cost())


def _direct(sides: Sides, ref: Ref, shapes: Callable[[], tuple[spoken.Shape, ...]]) -> tuple[Order, ...]:
    """Orders that carry the reference themselves; one more than is shown."""
    limit = SHOWN + 1
    match ref.kind:
        case Kind.ORDER:
            found = sides.orders.find(ids=ref.spellings, numbers=ref.spellings, limit=limit)
            return found or sides.named([ref.value])[:limit] or _said(sides, spoken.meant(ref.value, shapes()))
        case Kind.EMAIL:
            return sides.orders.find(emails=(ref.value,), limit=limit)
        case Kind.SESSION:
            return sides.orders.find(sessions=(ref.value,), limit=limit)
        case Kind.INTENT:
            return sides.orders.find(intents=(ref.value,), limit=limit)
        case Kind.CHARGE:
            return sides.orders.find(charges=(ref.value,), limit=limit)
        case _:
            return ()


def _shapes(sides: Sides) -> tuple[spoken.Shape, ...]:
    """How the shop writes its numbers, by its newest orders."""
    return spoken.shapes(order.name for order in sides.orders.page(since=None, until=None, limit=SAMPLE).orders)


def _said(sides: Sides, names: tuple[str, ...]) -> tuple[Order, ...]:
    return sides.orders.find(ids=names, numbers=names, limit=SHOWN + 1) if names else ()


def _near(sides: Sides, ref: Ref, shapes: tuple[spoken.Shape, ...]) -> tuple[Hit, ...]:
    """Orders whose number is nearly what was said: a digit another, missing or too many, or two of them swapped."""
    orders = _said(sides, spoken.near(ref.value, shapes))
    found = sorted(orders, key=_newest_first)[:NEAR]
    return tuple(Hit(f"{ORDER}{order.id}", order, _label(order), "its number is nearly this one") for order in found)


def _through(sides: Sides, resolved: Resolved, *, broad: bool) -> tuple[Order, ...]:
    """Orders to which Stripe's objects lead; by e-mail only where the search was for a person."""
    stored = sides.orders.find(
        sessions=resolved.session_ids,
        intents=resolved.intent_ids,
        charges=resolved.charge_ids,
        emails=resolved.emails if broad else (),
        limit=SHOWN + 1,
    )
    return (*stored, *sides.named(resolved.references))[: SHOWN + 1]


def _hit(order: Order, ref: Ref, *, direct: bool) -> Hit:
    why = _WHY.get(ref.kind, "it stores this id") if direct else "what Stripe knows about it leads here"
    if direct and ref.kind is Kind.ORDER and not {order.name, order.id} & set(ref.spellings):
        why = "read as its number"
    return Hit(f"{ORDER}{order.id}", order, _label(order), why)


def _carts_of(sides: Sides, ref: Ref) -> tuple[list[Trace], list[Unread]]:
    """What the payments for a person's carts bear, or why the carts could not be read."""
    try:
        found = sides.orders.carts.of_person(ref.value, limit=NEAR) if ref.kind is Kind.EMAIL else ()
    except OrdersUnreachable as error:
        return [], [Unread("carts", _CARTS, error.message)]
    return [trace for _, trace in found], []


def _carts(sides: Sides, groups: Mapping[str, list[_Thing]]) -> tuple[tuple[Cart | None, ...], list[Unread]]:
    """The cart of each payment, or why the carts could not be read."""
    try:
        return sides.orders.carts.led_to([Trace.of(things) for things in groups.values()]), []
    except OrdersUnreachable as error:
        return (None,) * len(groups), [Unread("carts", _CARTS, error.message)]


def _unclaimed(
    resolved: Resolved, orders: tuple[Order, ...], keys: NameKeys, *, broad: bool
) -> dict[str, list[_Thing]]:
    """Payments that none of these orders claims, each with its objects. In a search for a person only those with
    money."""
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
    label = _payment_label(payment, things)
    return Hit(f"{STRIPE}{payment}", None, f"{label} · {of}" if of else label, "a payment that no order claims")


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


def _payment_label(payment: str, things: list[_Thing]) -> str:
    money = next((amount for amount in map(_amount, things) if amount is not None), None)
    state = next((str(one.payment_status if isinstance(one, Session) else one.status) for one in things), "")
    email = next((one.email for one in things if one.email), None)
    return " · ".join(str(part) for part in (payment, money, state, email) if part)


def _amount(thing: _Thing) -> Money | None:
    if isinstance(thing, Session):
        return thing.total
    return Money(thing.amount, thing.currency) if thing.currency else None


def _newest_first(order: Order) -> tuple[int, str]:
    return -(order.created_at or 0), order.id


def _label(order: Order) -> str:
    """An order in a line: number, amount, status, customer."""
    parts = (order.name, order.amount, order.raw_status or order.status, order.customer_email)
    return " · ".join(str(part) for part in parts if part)
