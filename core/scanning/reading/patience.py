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

    def find(
        self,
        *,
        ids: Iterable[str] = (),
        sessions: Iterable[str] = (),
        intents: Iterable[str] = (),
        charges: Iterable[str] = (),
        numbers: Iterable[str] = (),
        emails: Iterable[str] = (),
        limit: int = 50,
    ) -> tuple[Order, ...]:
        """As `OrdersReader.find`; OrdersUnreachable where the last try failed too."""
        named = {"ids": ids, "sessions": sessions, "intents": intents, "charges": charges, "numbers": numbers}
        wanted = {name: tuple(values) for name, values in {**named, "emails": emails}.items()}
        for pause in self.pauses:
            try:
                return self.orders.find(**wanted, limit=limit)
            except OrdersUnreachable:
                time.sleep(pause)
                self.go_on()
        return self.orders.find(**wanted, limit=limit)
