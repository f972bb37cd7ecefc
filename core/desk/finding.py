"""From anything a customer gave to the cases it can mean, on both sides at once.

First by what names an order or a payment; only where that finds nothing, by what was said of it (an amount, a card, a
name), and then by what is near. What is near is offered, never taken for it. Where Stripe cannot be reached the orders'
side still answers, and the search says what it could not look through. Where the orders database cannot be read nothing
can be opened: OrdersUnreachable.
"""

from collections.abc import Callable, Iterable
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import replace
from datetime import UTC, tzinfo
from functools import cache, partial

from core.described import Described, describe
from core.desk import hits, spoken
from core.desk.hits import SHOWN, of_order
from core.desk.results import Found, Hit
from core.desk.sides import ORDER, STRIPE, Sides
from core.errors import StripeUnreachable, UsageError
from core.facts import Cost, Order, Unread
from core.pasted import Kind, Ref, parse, stripe_id
from core.stripe_api import Resolved

SAMPLE = 60  # orders whose numbers tell how the shop writes them
NEAR = 6  # orders that are offered where nothing was found
COMPARED = 2_000  # orders of a day whose amounts are compared
_UNPAID = Unread(
    "orders",
    "orders that nobody has paid, by their amount",
    "they are looked for by amount and day together: add the day",
)
_RECEIPTS = Unread(
    "charges",
    "receipts of single payments (those of invoices were)",
    "Stripe's search has no field for them: the e-mail address it went to, or amount and day, find the payment",
)
_CONNECTED = Unread(
    "search",
    "connected accounts",
    "an id does not say on which account it is, and no order stores it: search for the order's number; its case is "
    "read from its account",
)
_BROAD = frozenset({Kind.EMAIL, Kind.CUSTOMER})  # these name a person, not a payment
_WHY = {Kind.ORDER: "its number or id", Kind.EMAIL: "by the e-mail address alone"}
_ORDERS_SIDE = {
    Kind.ORDER: "the orders' ids and numbers",
    Kind.EMAIL: "the orders' customer e-mails",
    Kind.SESSION: "the orders' stored sessions",
    Kind.INTENT: "the orders' stored payment intents",
    Kind.CHARGE: "the orders' stored charges",
}
Sample = Callable[[], tuple[Order, ...]]


def find(sides: Sides, text: str, zone: tzinfo = UTC) -> Found:
    """The cases that `text` can mean; days in it are those of `zone`. UsageError where it means nothing at all."""
    if known := _by_key(sides, text.strip()):
        return known
    ref = parse(text)
    sample = cache(partial(_sample, sides))  # asked for once, where it is needed at all
    said = describe(ref.value, now=sides.now(), zone=zone) if ref.kind is Kind.ORDER else None
    found = _by_reference(sides, text, ref, said, sample)
    if found.hits:
        return found
    if said is not None:
        found = _by_description(sides, found, said, sample)
    return replace(found, near=_near(sides, ref, said, sample, begun_only=bool(found.hits)))


def _by_reference(sides: Sides, text: str, ref: Ref, said: Described | None, sample: Sample) -> Found:
    """By the number, address or id that the text is or has in it. Whoever names an order means it, not what hangs on
    it: Stripe is asked for a number only where no order has it, and not for one that is an amount or a card."""
    theirs, unread = hits.carts_of(sides, ref)
    numbered = ref.kind is Kind.ORDER
    with ThreadPoolExecutor(1, "find") as beside:
        keys = sides.known().keys
        resolve = partial(sides.stripe.resolve, ref, now=sides.now(), keys=keys, traces=theirs)
        asked = None if numbered else beside.submit(resolve)
        direct = _direct(sides, ref, said, sample)
        named = direct if numbered else ()
        if numbered and not (named or (said is not None and said.sure)):
            asked = beside.submit(resolve)
        resolved = _stripe_side(asked, ref) if asked else Resolved(ref)
    through = () if named else hits.through(sides, resolved, broad=ref.kind in _BROAD)
    orders = {order.id: order for order in (*direct, *through)}
    lone, lost = hits.unclaimed(sides, resolved, tuple(orders.values()), keys, broad=ref.kind in _BROAD)
    every = [
        *(
            of_order(one, _why(one, ref, direct=one in direct))
            for one in sorted(orders.values(), key=hits.newest_first)
        ),
        *lone,
    ]
    if resolved.missing and not every and any(order.connected_account for order in sample()):
        lost = (*lost, _CONNECTED)
    return Found(
        query=text,
        ref=ref,
        hits=tuple(every[:SHOWN]),
        more=len(every) > SHOWN or resolved.more,
        sought=_sought(ref, said),
        customers=_customers(resolved, orders.values()) if ref.kind is Kind.EMAIL else (),
        looked=(_ORDERS_SIDE.get(ref.kind, "the orders, through what Stripe knows"), *resolved.looked),
        unread=(*resolved.unread, *dict.fromkeys((*unread, *lost))),
        cost=resolved.cost,
    )


def _by_description(sides: Sides, so_far: Found, said: Described, sample: Sample) -> Found:
    """By what was said of the payment or the customer, where no number was found."""
    usual = dict.fromkeys(order.currency for order in sample() if order.currency)
    keys = sides.known().keys
    with ThreadPoolExecutor(1, "find") as beside:
        asked = beside.submit(sides.stripe.search, so_far.ref, said, said.amounts(usual), now=sides.now(), keys=keys)
        called, missing = sides.orders.called(said.name, limit=SHOWN + 1) if said.name else ((), "")
        ordered, compared, cut = _of_amount(sides, said)
        resolved = _stripe_side(asked, so_far.ref)
    unread = (*cut, *((Unread("orders", "the orders' customer names", missing),) if missing else ()))
    unread += (_RECEIPTS,) if said.receipt else ()
    through = hits.through(sides, resolved, broad=bool(said.name))
    orders = {order.id: order for order in (*called, *ordered, *through)}
    lone, lost = hits.unclaimed(sides, resolved, tuple(orders.values()), keys, broad=bool(said.name))
    every = [
        *(
            of_order(one, _told(one, said, called=one in called, ordered=one not in through))
            for one in sorted(orders.values(), key=hits.newest_first)
        ),
        *lone,
    ]
    names = ("the orders' customer names",) if said.name else ()
    return replace(
        so_far,
        hits=tuple(every[:SHOWN]),
        more=len(every) > SHOWN or resolved.more,
        looked=(*so_far.looked, *names, *compared, *resolved.looked),
        unread=(*so_far.unread, *unread, *resolved.unread, *lost),
        cost=so_far.cost + resolved.cost,
        described=bool(every),
    )


def _sought(ref: Ref, said: Described | None) -> str:
    """What was looked for, in plain words."""
    if said is not None and said.sure:
        return said.says
    match ref.kind:
        case Kind.ORDER:
            number = f"an order with the number or id {ref.value}"
            return f"{number}, or {said.says}" if said else number
        case Kind.EMAIL:
            return f"orders and payments of {ref.value}"
        case _:
            return f"the {ref.kind.value} {ref.value}"


def _told(order: Order, said: Described, *, called: bool, ordered: bool) -> str:
    """Why an order is among what was described."""
    if called:
        return f"the customer is called {order.customer_name}"
    if ordered:
        return "an order of this amount, made about then"
    return "a customer of Stripe's of this name leads here" if said.name else f"has {said.says}"


def _of_amount(sides: Sides, said: Described) -> tuple[tuple[Order, ...], tuple[str, ...], tuple[Unread, ...]]:
    """The orders of an amount that were made on a day (one that nobody has paid is not among Stripe's charges), where
    was looked, and what was not."""
    if said.amount is None or not said.days:
        return (), (), (_UNPAID,) if said.amount is not None else ()
    what, found, cut = "the orders of that day, by their amount", dict[str, Order](), False
    try:
        for since, until in said.spans:
            page = sides.orders.page(since=since, until=until, limit=COMPARED)
            cut = cut or page.next is not None
            found |= {
                one.id: one
                for one in page.orders
                if one.amount and said.fits(one.amount.amount_minor, one.amount.currency)
            }
    except UsageError:  # no column says when an order was made
        return (), (), (Unread("orders", what, "the settings name no column that says when an order was made"),)
    bound = (Unread("orders", what, f"only the newest {COMPARED:,} were compared"),) if cut else ()
    return tuple(found.values())[: SHOWN + 1], (what,), bound


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
    hit = Hit(key, order, hits.label(order) if order else value, "its key")
    return Found(key, ref, (hit,), more=False, looked=(), unread=(), cost=Cost())


def _direct(sides: Sides, ref: Ref, said: Described | None, sample: Sample) -> tuple[Order, ...]:
    """Orders that carry the reference themselves; one more than is shown."""
    limit = SHOWN + 1
    match ref.kind:
        case Kind.ORDER:
            found = sides.orders.find(ids=ref.spellings, numbers=ref.spellings, limit=limit)
            text = said.rest if said is not None and said.sure else ref.value  # digits of an amount are no number
            return found or sides.named([ref.value])[:limit] or _numbered(sides, spoken.meant(text, _shapes(sample)))
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


def _sample(sides: Sides) -> tuple[Order, ...]:
    """The shop's newest orders: they tell how it writes its numbers, and in which currencies it sells."""
    return sides.orders.page(since=None, until=None, limit=SAMPLE).orders


def _shapes(sample: Sample) -> tuple[spoken.Shape, ...]:
    return spoken.shapes(order.name for order in sample())


def _numbered(sides: Sides, names: tuple[str, ...]) -> tuple[Order, ...]:
    return sides.orders.find(ids=names, numbers=names, limit=SHOWN + 1) if names else ()


def _near(
    sides: Sides, ref: Ref, said: Described | None, sample: Sample, *, begun_only: bool = False
) -> tuple[Hit, ...]:
    """Orders whose number begins with what was said; or, but for `begun_only`, is nearly that (a digit another, missing
    or too many, two of them swapped), or whose e-mail address is."""
    if ref.kind is Kind.EMAIL and not begun_only:
        found, _ = sides.orders.nearly_of(ref.value, limit=NEAR)
        return tuple(of_order(one, f"its e-mail is nearly this one: {one.customer_email}") for one in found)
    if ref.kind is not Kind.ORDER or (said is not None and said.sure):
        return ()
    known = _shapes(sample)
    begun, near = spoken.begun(ref.value, known), () if begun_only else spoken.near(ref.value, known)
    orders = sorted(
        _numbered(sides, (*begun, *near)), key=hits.newest_first
    )  # one question: where none has one, it is slow
    beginning = [order for order in orders if not {order.name, order.id}.isdisjoint(begun)]
    if beginning or begun_only:
        return tuple(of_order(order, "its number begins so") for order in beginning[:NEAR])
    return tuple(of_order(order, "its number is nearly this one") for order in orders[:NEAR])


def _why(order: Order, ref: Ref, *, direct: bool) -> str:
    if not direct:
        return "what Stripe knows about it leads here"
    if ref.kind is Kind.ORDER and not {order.name, order.id} & set(ref.spellings):
        return "read as its number"
    return _WHY.get(ref.kind, "it stores this id")


def _customers(resolved: Resolved, orders: Iterable[Order]) -> tuple[str, ...]:
    """The customers that use one e-mail address: by their names on the orders, or Stripe's ids of them, whichever are
    more."""
    names = {folded: name for order in orders if (name := order.customer_name) and (folded := name.casefold())}
    return max(tuple(names.values()), resolved.customers, key=len)
