"""Reads orders, retrying while the database restarts, but not for ever."""

import time
from collections.abc import Callable, Iterable
from dataclasses import dataclass

from core.errors import OrdersUnreachable
from core.facts import Order
from core.orders import OrdersReader


@dataclass(frozen=True, slots=True)
class Patient:
    """`pauses`: seconds between two tries; `go_on`: called after each, may raise to stop."""

    orders: OrdersReader
    pauses: tuple[float, ...]
    go_on: Callable[[], None]

    def find(self, *, limit: int = 50, **named: Iterable[str]) -> tuple[Order, ...]:
        """As `OrdersReader.find`; OrdersUnreachable where the last try failed too."""
        wanted = {name: tuple(values) for name, values in named.items()}
        for pause in self.pauses:
            try:
                return self.orders.find(**wanted, limit=limit)
            except OrdersUnreachable:
                time.sleep(pause)
                self.go_on()
        return self.orders.find(**wanted, limit=limit)
