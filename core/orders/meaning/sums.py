"""What an order's rows add up to: refunds, money paid otherwise, what the app itself has booked as paid. Pure.

Owns what refunds make of a status. A total may have been lowered since it was paid (a cancellation fee is kept, a line
was taken off), so that it is what is left of the payment that decides, never the total alone.
"""

from collections.abc import Iterable
from dataclasses import dataclass

from core.facts import OrderStatus
from core.orders.meaning.values import minor
from core.settings import Unit

Amounts = Iterable[tuple[object, Unit, str | None]]
"""Values as they stand, each with its unit and its currency."""


@dataclass(frozen=True, slots=True)
class Figures:
    """An order's figures in minor units, None where the database does not say."""

    total: int | None
    refunded: int | None
    elsehow: int | None  # what of that went back by other means than Stripe
    otherwise: int | None
    booked: int | None

    @property
    def paid(self) -> int | None:
        """All that came in, by Stripe and otherwise."""
        return None if self.booked is None or self.otherwise is None else self.booked + self.otherwise

    @property
    def by_stripe(self) -> int | None:
        """What of the refunds went back by Stripe; None where either is not known."""
        return None if self.refunded is None or self.elsehow is None else max(0, self.refunded - self.elsehow)


def returned(amounts: Amounts) -> int | None:
    """The sum without signs; an empty column is nothing, one that cannot be understood makes the sum unknown."""
    return _added(amounts, signed=False)


def otherwise(rows: Amounts, column: tuple[object, Unit, str | None] | None) -> int | None:
    """What was paid by other means than Stripe: the rows, of which those taken back bear the other sign, and the
    order's own column, whatever its sign. None where anything of it cannot be understood."""
    found, own = _added(rows, signed=True), returned([column] if column else [])
    return None if found is None or own is None else abs(found) + own


def booked(settled: Iterable[tuple[frozenset[str], int | None]]) -> int | None:
    """What the app's rows of settled payments say came in, each payment once, by its ids; None where no row says it."""
    largest: dict[frozenset[str], int] = {}
    for ids, amount in settled:
        if amount is not None:
            largest[ids] = max(abs(amount), largest.get(ids, 0))
    return sum(largest.values()) if largest else None


def after_refunds(said: OrderStatus, total: int | None, refunded: int, paid: int | None) -> OrderStatus:
    """What a paid order is once `refunded` went back of the `paid` (None: the app does not say how much that was).

    What is left is exactly the total: it was lowered, or a second payment went back, and the app's own word stands.
    Where more went back than the total and nobody says what was paid, the total was lowered too.
    """
    if paid is not None and refunded < paid:
        return said if paid - refunded == total else OrderStatus.PARTIALLY_REFUNDED
    if paid is not None or refunded == total:
        return OrderStatus.REFUNDED
    return said if total is not None and refunded > total else OrderStatus.PARTIALLY_REFUNDED


def _added(amounts: Amounts, *, signed: bool) -> int | None:
    total = 0
    for value, unit, currency in amounts:
        if value is None:
            continue
        found = minor(value, unit, currency)
        if found is None:
            return None
        total += found if signed else abs(found)
    return minor(total, "minor", None)
