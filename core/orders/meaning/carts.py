"""A row of [carts] -> a `Cart`. Pure."""

from zoneinfo import ZoneInfo

from core.facts import Cart
from core.orders.meaning.records import Record
from core.orders.meaning.values import instant, minor, spelled
from core.settings import Carts, OrdersTable


def read_cart(row: Record, settings: Carts, orders: OrdersTable, led: tuple[str, str]) -> Cart:
    """The cart of a row; `led`: what led to it, and what stands there. The name of a customer may be in several
    columns, which are put together; unit and time zone are the orders' own where they are not said."""
    currency = spelled(row.first("currency"))
    zone = ZoneInfo(settings.timezone or orders.timezone)
    at = next((one for one in (instant(value, zone) for value in row.of("created_at")) if one is not None), None)
    name = " ".join(text for value in row.of("customer_name") if (text := (spelled(value) or "").strip()))
    return Cart(
        spelled(row.first("id")) or "",
        *led,
        customer_email=(spelled(row.first("customer_email")) or "").strip() or None,
        customer_name=" ".join(name.split()) or None,
        amount_minor=minor(row.first("amount"), orders.unit if settings.unit is None else settings.unit, currency),
        currency=currency.lower() if currency else None,
        created_at=None if at is None else int(at),
    )
