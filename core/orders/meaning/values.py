"""Single values as a driver gives them, in our terms. Pure.

SQL fetches, this interprets: amounts, times, metadata of any database, one place for all of them. Nothing here raises
on a strange value: what cannot be understood is None ("the database does not say"). Amounts with more decimals than
the currency has are rounded, as shops do before they ask for them; a float is taken by its shortest spelling.
"""

import json
import re
from collections.abc import Mapping
from datetime import date, datetime, time
from decimal import ROUND_HALF_UP, Decimal, InvalidOperation
from typing import Literal
from zoneinfo import ZoneInfo

from core.errors import redact
from core.facts.json import DEEPEST, deeper, legible
from core.money import exponent
from core.times import MICROSECONDS_FROM, MILLISECONDS_FROM

_FALSE = frozenset({"", "0", "f", "false", "n", "no", "off"})
_DUST = Decimal("0.000001")  # what arithmetic in floats leaves behind
_MANY_DIGITS = 20
_TOO_MUCH = Decimal(2) ** 63  # what no database counts to: neither an amount nor a time, and slow to spell
_MOST = 10**15  # minor units: a thousand times what Stripe takes, and thousands of them can still be added up
_SHOWN = 40  # letters of what is none of what it should be
_KEY_BYTES = 16  # a UUID as binary


def spelled(value: object) -> str | None:
    """A value as a person would write it; None for nothing. A binary key is spelled in hexadecimal, other binary as
    the text it is, a bit as 0 or 1, a whole number without a point, whatever type the driver chose for it."""
    if value is None or type(value) is str:  # most of what there is
        return (value or "").strip() or None
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, bytes | bytearray | memoryview):
        return _spelled_bytes(bytes(value))
    if isinstance(value, Decimal | float):
        found = number(value)
        return str(value if found is None or found != found.to_integral_value() else int(found))
    if isinstance(value, Mapping | list):
        return json.dumps(value, default=str)
    return str(value).strip() or None


def truthy(value: object) -> bool:
    """Whether a flag is set: a time it was set at, true, 1, a bit; not the many spellings of false, nor MySQL's day
    zero."""
    if isinstance(value, bytes):
        return any(value)
    text = (spelled(value) or "").lower()
    return text not in _FALSE and not text.startswith("0000-00-00")


def minor(value: object, unit: Literal["minor", "major"] | int, currency: str | None) -> int | None:
    """An amount column's value in minor units; a whole `unit` N says that amounts are stored times 10^N whatever the
    currency. Parts of the smallest coin (`is_finer`) are rounded. None where it is no number, or no whole one although
    the unit is minor, or more than anybody pays, or where it cannot be told without the currency."""
    if unit == "minor" and type(value) is int:
        return value if abs(value) < _MOST else None
    found = _scaled(value, unit, currency)
    if found is None:
        return None
    rounded = found.to_integral_value(ROUND_HALF_UP)
    whole = unit != "minor" or abs(rounded - found) < _DUST
    return int(rounded) if whole and abs(rounded) < _MOST else None


def odd_amount(value: object, unit: Literal["minor", "major"] | int, currency: str | None) -> str | None:
    """What stands in an amount's column and is no amount, whatever the currency: the beginning, without secrets."""
    known = (unit == "minor" or bool(currency)) and minor(value, unit, currency) is None
    return redact(said)[:_SHOWN] if known and (said := spelled(value)) else None


def is_finer(value: object, unit: Literal["minor", "major"] | int, currency: str | None) -> bool:
    """Whether an amount has parts of the currency's smallest coin: 4.90 of yen."""
    found = None if unit == "minor" else _scaled(value, unit, currency)
    return found is not None and abs(found.to_integral_value() - found) >= _DUST


def _scaled(value: object, unit: Literal["minor", "major"] | int, currency: str | None) -> Decimal | None:
    """An amount in minor units, parts of them too."""
    found = number(value)
    if found is None or unit == "minor":
        return found
    return found.scaleb(exponent(currency) - (0 if unit == "major" else unit)) if currency else None


def seconds(value: object, zone: ZoneInfo) -> int | None:
    """A time column's value as whole seconds since 1970; see `instant`."""
    at = instant(value, zone)
    return None if at is None else int(at)


def instant(value: object, zone: ZoneInfo) -> float | None:
    """A time column's value as seconds since 1970: dates, datetimes (`zone` where they name none, the earlier instant
    where a clock shows it twice), ISO text, and numbers in seconds, milli- or microseconds by their magnitude."""
    if value is None or isinstance(value, bool):
        return None
    if isinstance(value, str):
        value = _parsed_time(value.strip())
    if isinstance(value, date):
        moment = value if isinstance(value, datetime) else datetime.combine(value, time())
        try:
            return (moment if moment.tzinfo else moment.replace(tzinfo=zone)).timestamp()
        except (OverflowError, ValueError):  # the first and the last day there are
            return None
    found = number(value)
    if found is None:
        return None
    size = abs(found)
    at = float(found / (1_000_000 if size >= MICROSECONDS_FROM else 1000 if size >= MILLISECONDS_FROM else 1))
    return at if abs(at) < MILLISECONDS_FROM else None


def metadata_of(value: object) -> dict[str, str]:
    """Metadata from a JSON column, JSON text, or JSON text inside JSON text; {} where it is none of these."""
    for _ in range(2):
        if isinstance(value, str | bytes):
            value = parsed(value)
    if not isinstance(value, Mapping):
        return {}
    return {
        str(key): item if isinstance(item, str) else json.dumps(item, default=str)
        for key, item in value.items()
        if item is not None
    }


def parsed(text: str | bytes | bytearray, *, exact: bool = False) -> object:
    """What JSON text says, `exact` with Decimal for float; None where it is no JSON, or nested deeper than anything
    that is meant: whoever walks through a value goes a step down for each level."""
    try:
        said = text if isinstance(text, str) else text.decode()
        found: object = json.loads(legible(said), parse_float=Decimal if exact else None)
    except (ValueError, RecursionError):
        return None
    return found if said.count("[") + said.count("{") <= DEEPEST or not deeper(found, DEEPEST) else None


def number(value: object) -> Decimal | None:
    """The finite number that a value is or spells, in text or (as some apps keep decimals in SQLite) in bytes; None for
    any other, and for true and false."""
    if isinstance(value, bytes | bytearray | memoryview):
        value = bytes(value).decode("ascii", "replace")
    if isinstance(value, bool) or not isinstance(value, int | float | Decimal | str):
        return None
    try:
        found = Decimal(str(value).strip())
    except InvalidOperation:
        return None
    small = found.is_finite() and found.adjusted() < _MANY_DIGITS  # asked first: `1e999999999` cannot even be compared
    return found if small and abs(found) < _TOO_MUCH else None


def showable(value: object) -> object:
    """A value as JSON can carry it and a page may show it: no secret in it."""
    if value is None or isinstance(value, bool | int | float):
        return value
    if isinstance(value, str):
        return redact(value)
    if isinstance(value, datetime | date):
        return value.isoformat()
    if isinstance(value, Mapping):
        return {str(key): showable(inner) for key, inner in value.items()}
    if isinstance(value, list | tuple):
        return [showable(inner) for inner in value]
    return redact(spelled(value) or "")


def _spelled_bytes(value: bytes) -> str | None:
    if value in (b"\x00", b"\x01"):
        return str(value[0])
    if len(value) == _KEY_BYTES:
        return value.hex()
    try:
        text = value.decode()
    except UnicodeDecodeError:
        return value.hex()
    return text.strip() or None if text.isprintable() else value.hex()


def _parsed_time(text: str) -> datetime | Decimal | None:
    if re.fullmatch(r"-?\d{9,}(\.\d+)?", text):
        return Decimal(text)
    if text.endswith(("UTC", "GMT")):
        text = text[:-3].rstrip() + "+00:00"
    try:
        return datetime.fromisoformat(text)
    except ValueError:
        return None
