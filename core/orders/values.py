"""A row as the driver gives it becomes an `Order`. Pure.

SQL fetches, this interprets: amounts, times, metadata and words of any database, one place for all of them. Nothing
here raises on a strange value: what cannot be understood is None ("the database does not say"), and `Order.raw` keeps
what was read. Amounts with more decimals than the currency has are None; a float is taken by its shortest spelling.
"""

import json
import re
from collections.abc import Mapping
from datetime import date, datetime, time
from decimal import Decimal, InvalidOperation
from typing import Literal
from zoneinfo import ZoneInfo

from core.facts import Order, OrderStatus
from core.money import Money, exponent
from core.settings import OrdersTable

Row = Mapping[str, object]
MILLISECONDS_FROM = 100_000_000_000  # as seconds the year 5138, as milliseconds 1973
MICROSECONDS_FROM = MILLISECONDS_FROM * 1000
_FALSE = frozenset({"", "0", "f", "false", "n", "no", "off"})
_FLOAT_DUST = Decimal("0.000001")
_TOO_MUCH = Decimal(10) ** 19  # neither an amount nor a time, and slow to spell
_LAST_SECOND = 253_402_300_799  # of the year 9999


def order_of(row: Row, table: OrdersTable, zone: ZoneInfo) -> Order:
    """The order in `row`, whose keys are our column names."""
    currency = spelled(row.get("currency"))
    metadata = metadata_of(row.get("metadata"))
    session, intent, charge = (spelled(row.get(name)) for name in ("session_id", "payment_intent_id", "charge_id"))
    raw_status = spelled(row.get("status")) or ""
    return Order(
        id=spelled(row.get("id")) or "",
        status=status_of(raw_status, table.status_map),
        raw_status=raw_status,
        number=spelled(row.get("number")),
        amount_minor=minor(row.get("amount"), table.unit, currency),
        refunded_minor=minor(row.get("refunded_amount"), table.unit, currency),
        currency=currency.lower() if currency else None,
        session_id=session,
        payment_intent_id=intent,
        charge_id=charge,
        session_ids=(session,) if session else (),
        payment_intent_ids=(intent,) if intent else (),
        charge_ids=(charge,) if charge else (),
        customer_email=spelled(row.get("customer_email")),
        metadata=metadata,
        created_at=seconds(row.get("created_at"), zone),
        updated_at=seconds(row.get("updated_at"), zone),
        deleted=_is_set(row.get("deleted")),
        raw={name: _showable(value) for name, value in row.items()},
    )


def spelled(value: object) -> str | None:
    """A value as a person would write it; None for nothing. Binary keys are spelled in hexadecimal, a whole number
    without a point, whatever type the driver chose for it."""
    if value is None:
        return None
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, bytes | bytearray | memoryview):
        return bytes(value).hex() or None
    if isinstance(value, Decimal | float):
        number = _number(value)
        return str(value if number is None or number != number.to_integral_value() else int(number))
    return str(value).strip() or None


def status_of(raw: str, status_map: Mapping[str, str]) -> OrderStatus:
    """The app's word in ours. Exact spelling first, then any letter case; a word nobody knows is UNKNOWN."""
    folded = {key.casefold(): word for key, word in status_map.items()}
    return OrderStatus.of(status_map.get(raw) or folded.get(raw.casefold()) or raw.casefold())


def minor(value: object, unit: Literal["minor", "major"], currency: str | None) -> int | None:
    """An amount column's value in minor units. None where it is no number, or cannot be told without the currency."""
    number = _number(value)
    if number is None:
        return None
    if unit == "minor":
        return int(number) if number == number.to_integral_value() else None
    if not currency:
        return None
    if isinstance(value, float):
        rounded = round(number, exponent(currency))
        number = rounded if abs(rounded - number) < _FLOAT_DUST else number
    try:
        return Money.from_major(number, currency).amount_minor
    except ValueError:
        return None


def seconds(value: object, zone: ZoneInfo) -> int | None:
    """A time column's value as seconds since 1970: dates, datetimes (`zone` where they name none), ISO text, and
    numbers in seconds, milli- or microseconds by their magnitude."""
    if isinstance(value, str):
        value = _parsed_time(value.strip())
    if isinstance(value, bool) or value is None:
        return None
    if isinstance(value, datetime):
        return int((value if value.tzinfo else value.replace(tzinfo=zone)).timestamp())
    if isinstance(value, date):
        return int(datetime.combine(value, time(), zone).timestamp())
    number = _number(value)
    if number is None:
        return None
    size = abs(number)
    at = int(number / (1_000_000 if size >= MICROSECONDS_FROM else 1000 if size >= MILLISECONDS_FROM else 1))
    return at if abs(at) <= _LAST_SECOND else None


def metadata_of(value: object) -> dict[str, str]:
    """Metadata from a JSON column, JSON text, or JSON text inside JSON text; {} where it is none of these."""
    for _ in range(2):
        if isinstance(value, str | bytes):
            try:
                value = json.loads(value)
            except ValueError:
                return {}
    if not isinstance(value, Mapping):
        return {}
    return {
        str(key): item if isinstance(item, str) else json.dumps(item) for key, item in value.items() if item is not None
    }


def _is_set(value: object) -> bool:
    """Whether a flag or a time of deletion says yes; a BIT column comes as bytes."""
    if isinstance(value, bytes):
        return any(value)
    return (spelled(value) or "").lower() not in _FALSE


def _parsed_time(text: str) -> datetime | Decimal | None:
    if re.fullmatch(r"-?\d{9,}(\.\d+)?", text):
        return Decimal(text)
    try:
        return datetime.fromisoformat(re.sub(r"\s*(UTC|GMT)$", "+00:00", text))
    except ValueError:
        return None


def _number(value: object) -> Decimal | None:
    if isinstance(value, bool) or not isinstance(value, int | float | Decimal | str):
        return None
    try:
        number = Decimal(str(value).strip())
    except InvalidOperation:
        return None
    return number if number.is_finite() and abs(number) < _TOO_MUCH else None


def _showable(value: object) -> object:
    if value is None or isinstance(value, bool | int | float | str):
        return value
    if isinstance(value, datetime | date):
        return value.isoformat()
    if isinstance(value, Mapping | list):
        return value
    return spelled(value)
