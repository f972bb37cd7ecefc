"""Reads orders, retrying while the database restarts, but not for ever."""

import time
from collections.abc import Callable, Collection, Iterable, Mapping
from dataclasses import dataclass
from typing import TypeVar

from core.errors import OrdersUnreachable
from core.facts import Order
from core.orders import CartBook, Habits, Leaving, OrdersReader, OutcomeBook, TooManyRows

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Patient:
    """`pauses`: seconds between two tries; `go_on`: called after each, may raise to stop."""

    orders: OrdersReader
    pauses: tuple[float, ...]
    go_on: Callable[[], None]

    def find(self, *, limit: int = 50, **named: Iterable[str]) -> tuple[Order, ...]:
        """As `OrdersReader.find`; OrdersUnreachable where the last try failed too."""
        wanted = {name: tuple(values) for name, values in named.items()}
        return self._answer(lambda: self.orders.find(**wanted, limit=limit))

    def named(self, names: Collection[str], *, left: Leaving = lambda _: None) -> Mapping[str, tuple[Order, ...]]:
        """As `OrdersReader.named`; OrdersUnreachable where the last try failed too."""
        return self._answer(lambda: self.orders.named(names, left=left))

    @property
    def outcomes(self) -> OutcomeBook:
        """As `OrdersReader.outcomes`: they say what cannot be looked at."""
        return self.orders.outcomes

    @property
    def carts(self) -> CartBook:
        """As `OrdersReader.carts`: they tell whose a payment is, or not."""
        return self.orders.carts

    @property
    def habits(self) -> Habits:
        """As `OrdersReader.habits`: they are learned, or not."""
        return self.orders.habits

    def _answer(self, ask: Callable[[], T]) -> T:
        for pause in self.pauses:
            try:
                return ask()
            except TooManyRows:
                raise
            except OrdersUnreachable:
                time.sleep(pause)
                self.go_on()
        return ask()
