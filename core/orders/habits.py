"""`Habits`: what an app's newest rows tell of its ways, which no setting says and no table's shape shows.

Owns the learning: some hundred rows, in one reading, at most once an hour. Where the database does not answer, nothing
is learned, and nobody is told of it: who reads the orders themselves says that they cannot be read.
"""

from collections.abc import Iterable
from typing import Final, Protocol

from core.errors import OrdersUnreachable
from core.facts import CLOSED_ORDER, OPEN_ORDER, PAID_ORDER, Order, OrderStatus
from core.times import HOUR

NEWEST: Final = 200  # rows that are looked at
_SOME: Final = 2  # of either sort: one row alone tells of itself, and of no habit
_STRAYS: Final = 10  # of so many unpaid rows one may have an id: it was paid, and put back
_HAD_MONEY: Final = PAID_ORDER | {OrderStatus.REFUNDED, OrderStatus.PARTIALLY_REFUNDED}


class Page(Protocol):
    """As many orders as were asked for, the newest first."""

    @property
    def orders(self) -> tuple[Order, ...]:
        """Them."""


class Newest(Protocol):
    """`OrdersReader.page`."""

    def __call__(self, *, since: int | None, until: int | None, limit: int) -> Page:
        """A page of the newest orders."""


class Habits:
    """The ways of the app whose orders `page` reads."""

    def __init__(self, page: Newest) -> None:
        self._page = page
        self._learned: tuple[int, bool] | None = None

    def ids_come_with_payment(self, now: int) -> bool:
        """Whether the app writes an id of Stripe's into the row only when it books the payment. False too where that is
        not known. `now`: seconds since 1970."""
        learned = self._learned
        if learned is None or not 0 <= now - learned[0] < HOUR:
            try:
                late = ids_come_with_payment(self._page(since=None, until=None, limit=NEWEST).orders)
            except OrdersUnreachable:
                late = False
            self._learned = learned = now, late
        return learned[1]


def ids_come_with_payment(orders: Iterable[Order]) -> bool:
    """Whether of these orders the paid ones keep an id of Stripe's, and the unpaid ones none: then an unpaid order
    without one is as the app means it. One that shows a part as paid tells of neither. Pure."""
    paid, unpaid = {True: 0, False: 0}, {True: 0, False: 0}
    for order in orders:
        if order.status in _HAD_MONEY:
            paid[bool(order.stored_ids)] += 1
        elif order.status in OPEN_ORDER | CLOSED_ORDER and not order.booked_minor:
            unpaid[bool(order.stored_ids)] += 1
    booked = paid[True] >= max(_SOME, paid[False])
    return booked and unpaid[False] >= max(_SOME, unpaid[True] * _STRAYS)
