"""Stripe as the oracle: a few orders beside their payments settle what a database does not say. Pure.

Unit, currency and time zone, each by what most pairs agree on. Nothing is concluded from fewer than
three pairs, and no difference is named that only one pair shows: that is a finding of that order, not of the settings.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC
from zoneinfo import ZoneInfo, available_timezones

from core import linking
from core.checks import Check, Level
from core.facts import CLIENT, Order, all_written
from core.money import Money
from core.orders.meaning import decoded, instant, minor, number
from core.settings import OrdersMapping, Unit
from core.stripe_api import Sampled

ENOUGH = 3
MOST = 0.6
_FEW = 3  # of so many amounts one may differ: that is a finding of its order
_NEAR_SECONDS = 1800.0  # between an order and its payment
UNITS: tuple[Unit, ...] = ("minor", "major", 2, 3)
_OBJECTS = ("payment_intent", "checkout.session", "charge")  # the one that says most first
_DEEPEST = 4  # levels of JSON around an object
_COMMON = (
    "UTC Europe/Berlin Europe/London America/New_York America/Chicago America/Denver America/Los_Angeles Europe/Athens "
    "Europe/Moscow Asia/Kolkata Asia/Dubai Asia/Singapore Asia/Tokyo Australia/Sydney America/Sao_Paulo "
    "America/Toronto Pacific/Auckland Africa/Johannesburg"
).split()


@dataclass(frozen=True, slots=True)
class Pair:
    """An order and the payment it names."""

    order: Order
    payment: Sampled


@dataclass(frozen=True, slots=True)
class Verdict:
    """What the payments say; None where they do not settle it. `unit` and `timezone` are as the settings write them."""

    pairs: int
    unit: Unit | None = None
    currency: str | None = None
    timezone: str | None = None


def wanted(orders: Iterable[Order], limit: int) -> dict[str, Order]:
    """Orders that most likely were paid, each by the id under which Stripe is to be asked for its payment."""
    paid = sorted(orders, key=lambda order: order.status.value not in ("paid", "fulfilled", "refunded"))
    found: dict[str, Order] = {}
    for order in paid:
        name = order.payment_intent_id or order.charge_id or order.session_id
        if name and name not in found and len(found) < limit:
            found[name] = order
    return found


def pairs(asked: Mapping[str, Order], sampled: Mapping[str, Sampled | None]) -> tuple[Pair, ...]:
    """Each order with its payment, where Stripe has one."""
    return tuple(Pair(order, one) for name, order in asked.items() if (one := sampled.get(name)) is not None)


def bearing(found: Iterable[Pair], checkouts: Mapping[str, Sampled | None]) -> tuple[linking.Pair, ...]:
    """The same pairs with all that the payment bears, and its order's `checkouts`: the payment's own of each key."""
    every = []
    for one in found:
        sold = [paid for key in one.order.session_ids if (paid := checkouts.get(key)) is not None]
        written: dict[str, str] = {}
        for thing in (*sold, one.payment):
            written |= dict(all_written(thing.metadata)) | ({CLIENT: thing.client} if thing.client else {})
        every.append(linking.Pair(one.order, written))
    return tuple(every)


def checkouts_of(asked: Mapping[str, Order]) -> list[str]:
    """The sessions of these orders that are not asked for anyway: the newest of each, which may bear another name."""
    return [one.session_id for one in asked.values() if one.session_id and one.session_id not in asked]


def stored(orders: Iterable[Order]) -> tuple[Pair, ...]:
    """Pairs from payments and checkouts that the app keeps as JSON, wherever in it: an oracle without Stripe. What
    became of them since is not known of these."""
    found = []
    for order in orders:
        rows = order.raw.get("payments")
        held = [one for row in [order.raw, *(rows if isinstance(rows, list) else [])] for one in _kept(row)]
        best = min(held, key=lambda one: _OBJECTS.index(str(one["object"])), default=None)
        if best is not None:
            found.append(Pair(order, _sampled(best)))
    return tuple(found)


def _kept(row: object) -> Iterator[Mapping[str, object]]:
    """Stripe's objects that a row keeps as JSON."""
    refs = row.get("stripe_refs") if isinstance(row, Mapping) else None
    for one in refs if isinstance(refs, list) else [refs]:
        yield from _objects(decoded(one), 0)


def _objects(value: object, depth: int) -> Iterator[Mapping[str, object]]:
    if isinstance(value, Mapping) and str(value.get("object")) in _OBJECTS and isinstance(value.get("id"), str):
        yield value
    elif depth < _DEEPEST and isinstance(value, Mapping | list):
        for inner in value.values() if isinstance(value, Mapping) else value:
            yield from _objects(inner, depth + 1)


def verdict(found: Sequence[Pair], mapping: OrdersMapping) -> Verdict:
    """What the pairs agree on."""
    if len(found) < ENOUGH:
        return Verdict(len(found))
    return Verdict(
        len(found),
        unit=_unit(found, mapping),
        currency=_agreed(one.payment.currency for one in found),
        timezone=_timezone(found, mapping),
    )


def checks(asked: Mapping[str, Order], sampled: Mapping[str, Sampled | None], mapping: OrdersMapping) -> list[Check]:
    """What the payments say of the settings, as lines of doctor's. One that is said to be on a connected account, and
    is not on this one, says nothing."""
    away = {name for name, order in asked.items() if order.connected_account and sampled.get(name) is None}
    asked = {name: order for name, order in asked.items() if name not in away}
    if away and not asked:
        said = f"All {len(away)} payments that the newest orders name are said to be on connected accounts."
        do = "Open one of them as a case: it is read from its account (docs/connect.md)."
        return [Check("stripe", "same account", Level.UNREAD, said, do)]
    unknown = sum(name in sampled and sampled[name] is None for name in asked)
    if unknown * 2 >= len(asked):
        said = f"Stripe does not know {unknown} of {len(asked)} payments that the newest orders name."
        do = "The key is of another account or mode; for Connect, see docs/connect.md."
        return [Check("stripe", "same account", Level.ERROR, said, do)]
    found = pairs(asked, sampled)
    lines = [
        Check("stripe", "same account", Level.FINE, f"Stripe knows {len(found)} of {len(asked)} payments asked for.")
    ]
    if len(found) < ENOUGH:
        said = f"Only {len(found)} orders could be laid beside their payments: unit and time zone are not tried."
        return [*lines, Check("stripe", "orders beside payments", Level.UNREAD, said, "Come back when there are more.")]
    says = verdict(found, mapping)
    return [*lines, _said_unit(found, says, mapping), _said_currency(found, says), _said_zone(says, mapping)]


def _said_unit(found: Sequence[Pair], says: Verdict, mapping: OrdersMapping) -> Check:
    unit = mapping.orders.unit
    if says.unit in (None, unit):
        apart = [one for one in found if not _equal(one, unit)]
        if not apart:
            return Check("stripe", "unit of amounts", Level.FINE, f"Read in {unit} units they equal Stripe's.")
        said = f"{len(found) - len(apart)} of {len(found)} amounts equal Stripe's, and no other unit fits them better."
        if len(apart) <= max(1, len(found) // _FEW):
            return Check("stripe", "unit of amounts", Level.FINE, said)
        names = ", ".join(one.order.name for one in apart[:3])
        do = (
            f"Look at {names}: what was paid by gift card or credit is `paid_otherwise`, what refunds took off the "
            "total has to be added to it; else check which column is amount."
        )
        return Check("stripe", "unit of amounts", Level.WARNING, said, do)
    said = f"Read in {unit} units they differ from Stripe's; in {says.unit} units they are equal."
    paste = f"unit = {says.unit if isinstance(says.unit, int) else repr(says.unit)}".replace("'", '"')
    return Check("stripe", "unit of amounts", Level.ERROR, said, "Write this in [orders].", paste)


def _said_currency(found: Sequence[Pair], says: Verdict) -> Check:
    apart = [one for one in found if one.order.currency and one.order.currency != one.payment.currency]
    if len(apart) < len(found) * MOST:
        return Check("stripe", "currency", Level.FINE, f"{len(found) - len(apart)} of {len(found)} are Stripe's.")
    said = f"{len(apart)} of {len(found)} orders name another currency than their payment."
    paste = f'currency = "={says.currency}"' if says.currency else ""
    return Check("stripe", "currency", Level.ERROR, said, "Check currency in [orders.columns].", paste)


def _said_zone(says: Verdict, mapping: OrdersMapping) -> Check:
    zone = mapping.orders.timezone
    if says.timezone in (None, zone):
        return Check("stripe", "time zone", Level.FINE, f"Read in {zone}, orders stand close to their payments.")
    said = f"Read in {zone}, orders stand whole or half hours from their payments; in {says.timezone} they do not."
    do = "Write this in [orders]; another zone with the same clock will do as well."
    return Check("stripe", "time zone", Level.ERROR, said, do, f'timezone = "{says.timezone}"')


def _unit(found: Sequence[Pair], mapping: OrdersMapping) -> Unit | None:
    """The unit in which most amounts equal Stripe's; the one that is set where several do."""
    own = mapping.orders.unit
    candidates = [own, *(one for one in UNITS if one != own)]
    counted = {unit: sum(_fits(one, unit) for one in found) for unit in candidates}
    best = max(candidates, key=lambda unit: counted[unit])
    return best if counted[best] >= len(found) * MOST else None


def _fits(one: Pair, unit: Unit) -> bool:
    raw = one.order.raw.get("amount")
    value = next((value for value in raw if value is not None), None) if isinstance(raw, list) else raw
    amount = minor(number(value), unit, one.payment.currency)
    return amount is not None and amount == one.payment.amount_minor


def _equal(one: Pair, unit: Unit) -> bool:
    """Whether what is due at Stripe, or the whole total, is what the payment was made for."""
    if _fits(one, unit):
        return True
    if one.payment.amount_minor is None or not one.payment.currency:
        return False
    paid = Money(one.payment.amount_minor, one.payment.currency)
    return one.order.due_beside(paid) == paid


def _timezone(found: Sequence[Pair], mapping: OrdersMapping) -> str | None:
    """The zone in which most orders stand close to their payments; None where times carry their own zone."""
    naive = [(raw, one.payment.created) for one in found if (raw := _bare_time(one.order)) and one.payment.created]
    if len(naive) < ENOUGH:
        return None
    counted: dict[str, int] = {}
    for name in dict.fromkeys([mapping.orders.timezone, *_COMMON, *sorted(available_timezones())]):
        zone = ZoneInfo(name)
        near = (instant(raw, zone) for raw, _ in naive)
        hits = sum(
            at is not None and abs(at - (paid or 0)) <= _NEAR_SECONDS for at, (_, paid) in zip(near, naive, strict=True)
        )
        counted[name] = hits
        if hits == len(naive):
            break
    best = max(counted, key=lambda name: counted[name])
    return best if counted[best] >= len(naive) * MOST else None


def _bare_time(order: Order) -> object:
    """The time an order was created, as it stands, where that names no zone."""
    raw = order.raw.get("created_at")
    value = next((value for value in raw if value is not None), None) if isinstance(raw, list) else raw
    if not isinstance(value, str) or number(value) is not None:
        return None
    return value if instant(value, ZoneInfo("UTC")) != instant(value, ZoneInfo("Asia/Tokyo")) else None


def _agreed(values: Iterable[str | None]) -> str | None:
    """The one value that all share."""
    different = set(values)
    return different.pop() if len(different) == 1 else None


def _sampled(kept: Mapping[str, object]) -> Sampled:
    amount, created, metadata = kept.get("amount", kept.get("amount_total")), kept.get("created"), kept.get("metadata")
    client = kept.get(CLIENT)
    return Sampled(
        str(kept.get("id")),
        int(found) if (found := number(amount)) is not None else None,
        str(kept["currency"]).lower() if kept.get("currency") else None,
        int(at) if (at := instant(created, ZoneInfo(str(UTC)))) is not None else None,
        {str(k): str(v) for k, v in metadata.items()} if isinstance(metadata, Mapping) else {},
        client=client if isinstance(client, str) else None,
    )
