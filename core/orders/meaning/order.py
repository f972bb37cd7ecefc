"""The rows of an order become an `Order`. Pure.

Owns what the mapping language says of meaning: status patterns, units, time zones, which payment is *the* payment,
metadata the app is expected to have written; what rows add up to is for `sums`. Nothing here raises on a strange value.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from zoneinfo import ZoneInfo

from core.errors import SettingsError
from core.facts import HeldRefund, Order, OrderStatus
from core.orders.meaning import named, sums
from core.orders.meaning.customers import whole_name
from core.orders.meaning.records import Record, first
from core.orders.meaning.statuses import Words
from core.orders.meaning.stripe_ids import KINDS, Ids, ids_of
from core.orders.meaning.values import (
    instant,
    is_finer,
    metadata_of,
    minor,
    number,
    odd_amount,
    showable,
    spelled,
    truthy,
)
from core.settings import OrdersMapping, OrdersTable, PaidOtherwise, Payments, Refunds, Unit

Children = Sequence[tuple[int, Record]]
"""Rows that name an order, each with the position of its relation in the settings."""
_STATUSES = {status.value: status for status in OrderStatus}
_WENT_BACK = ("succeeded", "otherwise")
_SETTLED = frozenset({"succeeded", "refunded", "partially_refunded"})


@dataclass(frozen=True, slots=True)
class _Reading:
    """How one relation's values are read."""

    unit: Unit
    zone: ZoneInfo
    words: Words


@dataclass(frozen=True, slots=True)
class _Attempt:
    """One payment: what it is sorted by, whether it was settled, how its amount is read, and what it says."""

    place: tuple[float, int, float, str]
    settled: bool
    ids: Ids
    row: Record
    unit: Unit

    def amount(self, currency: str | None) -> int | None:
        """What its row says was paid, in minor units."""
        return minor(self.row.first("amount"), self.unit, _own(self.row, currency))


class Interpreter:
    """Reads rows as a mapping says; `naming`: the keys of [stripe.metadata] whose values name one order. SettingsError
    where a time zone is none."""

    def __init__(self, mapping: OrdersMapping, naming: Sequence[str] | None = None) -> None:
        orders = mapping.orders
        self._naming = {key: mapping.metadata[key] for key in (mapping.naming_keys if naming is None else naming)}
        self._mapping = mapping
        self._orders = _Reading(orders.unit, _zone(orders.timezone), Words(orders.status_map))
        self._payments = [_reading(one, orders, one.status_map) for one in mapping.payments]
        self._refunds = [_reading(one, orders, one.status_map) for one in mapping.refunds]
        self._otherwise = [_reading(one, orders, {}) for one in mapping.paid_otherwise]

    @property
    def zone(self) -> ZoneInfo:
        """The zone of the orders' own times."""
        return self._orders.zone

    def word(self, raws: Sequence[str]) -> OrderStatus:
        """What the status columns mean by the status map alone. A word that already is ours needs no entry."""
        word = self._orders.words.of(raws)
        word = raws[0].casefold() if word is None and len(raws) == 1 else word
        return _STATUSES.get(word or "", OrderStatus.UNKNOWN)

    def created_at(self, row: Record) -> int | None:
        """When an order was created, seconds since 1970."""
        return self._time(row, "created_at")

    def order(
        self, row: Record, payments: Children = (), refunds: Children = (), others: Children = (), *, raw: bool = True
    ) -> Order:
        """The order of a row and of the rows that name it; without `raw`, what is only for showing is left out."""
        currency, own = spelled(row.first("currency")), ids_of(row, keep_damaged=True)
        attempts = self._attempts(payments) if payments else []
        session, intent, charge = [_primary(kind, own, attempts) for kind in KINDS]
        money = self._figures(row, payments, refunds, others, attempts)
        status, raw_status = self._status(row, money)
        order = Order(
            id=spelled(row.first("id")) or "",
            status=status,
            raw_status=raw_status,
            number=spelled(row.first("number")),
            amount_minor=money.total,
            refunded_minor=money.by_stripe,
            refunded_otherwise_minor=money.elsehow,
            refunds_held=self._held(refunds, currency) if refunds else (),
            paid_otherwise_minor=money.otherwise,
            booked_minor=money.booked,
            odd_amount=odd_amount(row.first("amount"), self._orders.unit, currency) if money.total is None else None,
            rounded=is_finer(row.first("amount"), self._orders.unit, currency),
            currency=currency.lower() if currency else None,
            session_id=session,
            payment_intent_id=intent,
            charge_id=charge,
            session_ids=_all("session", session, own, attempts),
            payment_intent_ids=_all("payment_intent", intent, own, attempts),
            charge_ids=_all("charge", charge, own, attempts),
            customer_email=spelled(row.first("customer_email")),
            customer_name=whole_name(row.of("customer_name")),
            metadata=metadata_of(row.first("metadata")),
            created_at=self.created_at(row),
            updated_at=self._time(row, "updated_at"),
            deleted=any(map(truthy, row.of("deleted"))),
            tenant=spelled(row.first("tenant")),
            stripe_account=_account(row, payments),
            extra=_extra(row, attempts, intent),
            raw=_raw(row, payments=payments, refunds=refunds, paid_otherwise=others) if raw else {},
        )
        order = named.with_metadata(order, self._mapping.metadata)
        return named.with_names(order, self._naming, [_texts(one.extra) for _, one in payments if one.extra])

    def _figures(
        self, row: Record, payments: Children, refunds: Children, others: Children, attempts: Sequence[_Attempt]
    ) -> sums.Figures:
        currency = spelled(row.first("currency"))
        return sums.Figures(
            minor(row.first("amount"), self._orders.unit, currency),
            self._refunded(row, payments, refunds, currency),
            self._refunded_otherwise(row, refunds, currency),
            self._paid_otherwise(row, others, currency),
            sums.booked([(_identity(one), one.amount(currency)) for one in attempts if one.settled]),
        )

    def _status(self, row: Record, money: sums.Figures) -> tuple[OrderStatus, str]:
        raws = [spelled(value) or "" for value in row.of("status")]
        status = self.word(raws)
        if money.refunded and status.value in self._mapping.orders.refund_overrides:
            status = sums.after_refunds(status, money.total, money.refunded, money.paid)
        return status, "/".join(raws)

    def _paid_otherwise(self, row: Record, rows: Children, currency: str | None) -> int | None:
        """What was paid by other means than Stripe, in minor units; None where that cannot be read."""
        own = (row.first("paid_otherwise"), self._orders.unit, currency) if row.of("paid_otherwise") else None
        return sums.otherwise(
            ((one.first("amount"), self._otherwise[at].unit, _own(one, currency)) for at, one in rows), own
        )

    def _refunded(self, row: Record, payments: Children, refunds: Children, currency: str | None) -> int | None:
        """What went back, from the refunds' own rows, else the order's column, else the payments'; None: not said."""
        if self._refunds:
            done = [(at, one) for at, one in refunds if self._became(at, one)[0] in _WENT_BACK]
            return sums.returned((one.first("amount"), self._refunds[at].unit, _own(one, currency)) for at, one in done)
        if row.of("refunded_amount"):
            return sums.returned([(row.first("refunded_amount"), self._orders.unit, currency)])
        kept = any("refunded_amount" in one.columns for one in self._mapping.payments)
        if kept or any(one.of("refunded_amount") for _, one in payments):
            return sums.returned(
                (one.first("refunded_amount"), self._payments[at].unit, _own(one, currency)) for at, one in payments
            )
        return None

    def _refunded_otherwise(self, row: Record, refunds: Children, currency: str | None) -> int | None:
        """What of that went back by other means than Stripe, in minor units; None where that cannot be read."""
        own = (row.first("refunded_otherwise"), self._orders.unit, currency)
        rows = [(at, one) for at, one in refunds if self._became(at, one)[0] == "otherwise"]
        return sums.returned(
            [own, *((one.first("amount"), self._refunds[at].unit, _own(one, currency)) for at, one in rows)]
        )

    def _became(self, at: int, row: Record) -> tuple[str | None, str]:
        """What became of a refund, by its status map, and the app's word for it; without a map each row went back."""
        words = self._refunds[at].words
        raws = [spelled(value) or "" for value in row.of("status")]
        return words.of(raws) if words.patterns else "succeeded", "/".join(raws)

    def _held(self, refunds: Children, currency: str | None) -> tuple[HeldRefund, ...]:
        """The refunds that are in the books, and neither went back nor failed."""
        every = [(*self._became(at, one), one, self._refunds[at].unit) for at, one in refunds]
        return tuple(
            HeldRefund(raw, abs(found) if (found := minor(one.first("amount"), unit, _own(one, currency))) else found)
            for word, raw, one, unit in every
            if word not in (*_WENT_BACK, "failed")
        )

    def _attempts(self, payments: Children) -> list[_Attempt]:
        """The payments that carry any of Stripe's ids, oldest first."""
        found = [self._attempt(self._payments[at], row) for at, row in payments]
        return sorted((one for one in found if one.ids), key=lambda one: one.place)

    def _attempt(self, reading: _Reading, row: Record) -> _Attempt:
        raws = [spelled(value) or "" for value in row.of("status")]
        word = reading.words.of(raws) or "/".join(raws).casefold()
        at = next((one for one in (instant(v, reading.zone) for v in row.of("created_at")) if one is not None), None)
        seq = row.first("seq")
        whole = number(seq)
        place = (float("-inf") if at is None else at, int(whole is None), float(whole or 0), spelled(seq) or "")
        return _Attempt(place, word in _SETTLED, ids_of(row, keep_damaged=False), row, reading.unit)

    def _time(self, row: Record, name: str) -> int | None:
        """The first alternative that is a time: `0000-00-00` is none."""
        for value in row.of(name):
            if (at := instant(value, self._orders.zone)) is not None:
                return int(at)
        return None


def _primary(kind: str, own: Ids, attempts: Sequence[_Attempt]) -> str | None:
    """The id by which the order goes: of the last settled payment; else the order's own; else of the last attempt."""
    if not attempts:
        return (own.of(kind) or (None,))[-1]
    settled = [one.ids.of(kind) for one in attempts if one.settled and one.ids.of(kind)]
    every = [one.ids.of(kind) for one in attempts if one.ids.of(kind)]
    for found in (settled[-1:], [own.of(kind)], every[-1:]):
        if found and found[0]:
            return found[0][-1]
    return None


def _all(kind: str, primary: str | None, own: Ids, attempts: Sequence[_Attempt]) -> tuple[str, ...]:
    if not attempts and len(own.of(kind)) <= 1:
        return own.of(kind)
    every = [*own.of(kind), *(one for attempt in attempts for one in attempt.ids.of(kind))]
    return tuple(dict.fromkeys([*([primary] if primary else []), *every]))


def _identity(attempt: _Attempt) -> frozenset[str]:
    """The ids by which one payment is told from another: those of the payment itself, where there are any."""
    ids = attempt.ids
    return frozenset(ids.payment_intent or ids.charge or ids.session)


def _own(row: Record, currency: str | None) -> str | None:
    return spelled(row.first("currency")) or currency


def _account(row: Record, payments: Children) -> str | None:
    own = spelled(row.first("stripe_account"))
    every = (spelled(one.first("stripe_account")) for _, one in reversed(payments))
    return own or next((one for one in every if one), None)


def _texts(named: Mapping[str, tuple[object, ...]]) -> dict[str, str]:
    found = {name: spelled(first(values)) for name, values in named.items()}
    return {name: text for name, text in found.items() if text is not None}


def _extra(row: Record, attempts: Sequence[_Attempt], intent: str | None) -> dict[str, str]:
    """The further columns, those of the payment by which the order goes before all others."""
    extra = _texts(row.extra) if row.extra else {}
    for attempt in sorted(attempts, key=lambda one: intent in one.ids.payment_intent):
        extra |= _texts(attempt.row.extra)
    return extra


def _raw(row: Record, **further: Children) -> dict[str, object]:
    """What was read, for whoever wants to see it: by canonical name, several alternatives as a list."""
    found = _shown(row)
    for name, children in further.items():
        if children:
            found[name] = [_shown(one) for _, one in children]
    return found


def _shown(row: Record) -> dict[str, object]:
    return {
        name: showable(values[0] if len(values) == 1 else list(values))
        for name, values in (*row.fields.items(), *row.extra.items())
    }


def _reading(child: Payments | Refunds | PaidOtherwise, orders: OrdersTable, words: Mapping[str, str]) -> _Reading:
    unit = orders.unit if child.unit is None else child.unit
    return _Reading(unit, _zone(child.timezone or orders.timezone), Words(words))


def _zone(name: str) -> ZoneInfo:
    try:
        return ZoneInfo(name)
    except (KeyError, ValueError, OSError) as error:
        raise SettingsError(
            f"orders.timezone: {name} is not a time zone.",
            next_step='Use a name such as "UTC" or "Europe/Berlin".',
            setting="orders.timezone",
        ) from error
