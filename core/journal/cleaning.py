"""What may be kept of a text or a number that came from elsewhere: no keys, no secrets, no full e-mail address, and
nothing that a database cannot hold. And what was kept, read again: a file that was damaged may hold anything."""

import json
from collections.abc import Mapping
from typing import TypeVar

from core.cases import mask
from core.errors import redact

_MOST = 2**63 - 1
T = TypeVar("T")


def text(value: str) -> str:
    """Without keys, secrets and NUL; e-mail addresses masked; valid as UTF-8."""
    if "_" in value or "://" in value:  # every secret has one of these; asked first, for most texts have not
        value = redact(value)
    if "@" in value or "%40" in value:
        value = mask(value)
    return plain(value)


def plain(value: str) -> str:
    """As both engines can store it."""
    if value.isascii() and "\x00" not in value:  # as most are
        return value
    return value.replace("\x00", "").encode("utf-8", "replace").decode("utf-8")


def whole(value: int | None) -> int | None:
    """A number that fits 64 bits; None for one that does not, as for one that is not known."""
    return value if value is not None and abs(value) <= _MOST else None


def whole_of(value: object) -> int | None:
    """A number that was kept; None where something else stands there."""
    return value if isinstance(value, int) else None


def read(kept: object, kind: type[T]) -> T | None:
    """JSON that was kept, if it is JSON and of this kind."""
    try:
        found = json.loads(kept) if isinstance(kept, str) else None
    except (ValueError, RecursionError):
        return None
    return found if isinstance(found, kind) else None


def details(value: Mapping[str, object]) -> dict[str, object]:
    """The same for anything JSON can hold."""
    return {str(key): _clean(item) for key, item in value.items()}


def _clean(value: object) -> object:
    if isinstance(value, str):
        return text(str(value))
    if isinstance(value, Mapping):
        return details(value)
    if isinstance(value, list | tuple):
        return [_clean(item) for item in value]
    if value is None or isinstance(value, bool | int | float):
        return value
    return text(str(value))
