"""`CartBook`: the carts of an app whose orders come of its payments, asked whose a payment is that no order claims."""

from collections.abc import Callable, Sequence

from core.facts import Cart, Trace
from core.orders.database import Books, CartRows, Doors
from core.settings import Carts


class CartBook:
    """Reads [carts] as `opened` has it; without such `settings` it knows of none, and asks nothing. OrdersUnreachable
    and SettingsError where it cannot be read."""

    def __init__(self, doors: Doors, settings: Carts | None, opened: Callable[[], Books]) -> None:
        self._doors = doors
        self._settings = settings
        self._opened = opened

    def led_to(self, traces: Sequence[Trace]) -> tuple[Cart | None, ...]:
        """The cart of each payment; None where none is known, and where several could be meant."""
        if self._settings is None or not traces:
            return (None,) * len(traces)
        rows = CartRows.of(self._opened(), self._settings)
        with self._doors.reading() as connection:
            found = rows.led_to(self._doors, connection, traces)
        return tuple(carts[0] if len(carts) == 1 else None for carts in found)

    def of_person(self, email: str, *, limit: int) -> tuple[tuple[Cart, Trace], ...]:
        """The newest carts with this address, in any letter case, each with what a payment for it would bear."""
        if self._settings is None:
            return ()
        rows = CartRows.of(self._opened(), self._settings)
        with self._doors.reading() as connection:
            return tuple(rows.of_people(connection, [email], limit))
