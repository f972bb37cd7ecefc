"""Careful steps into JSON that may be anything: each returns the value if it has the type, else its absence."""

import re
from collections.abc import Mapping

Json = Mapping[str, object]
EMPTY: Json = {}
FURTHEST = 2**53  # where whole numbers end that every reader of JSON takes as they are: no amount, no second is there
DEEPEST = 64  # levels of lists and objects: more than anything that is meant has
# In JSON text: a backslash, a letter of two halves, and half a one alone, which is none and can be stored nowhere.
_ESCAPED = r"\\\\|\\u[dD][89abAB][\da-fA-F]{2}\\u[dD][c-fC-F][\da-fA-F]{2}|\\u[dD][89a-fA-F][\da-fA-F]{2}"
_HALVES, _HALVES_OF_BYTES = re.compile(_ESCAPED), re.compile(_ESCAPED.encode())
_HALF = len("\\ud800")


def legible(said: str) -> str:
    """JSON text with a sign in place of each half of a letter that stands alone."""
    if "\\ud" not in said and "\\uD" not in said:
        return said
    return _HALVES.sub(lambda found: r"\ufffd" if len(found[0]) == _HALF else found[0], said)


def legible_bytes(said: bytes) -> bytes:
    """The same for JSON as it was sent."""
    if b"\\ud" not in said and b"\\uD" not in said:
        return said
    return _HALVES_OF_BYTES.sub(lambda found: rb"\ufffd" if len(found[0]) == _HALF else found[0], said)


def deeper(value: object, most: int) -> bool:
    """Whether something in a value stands below more than `most` levels of lists and mappings."""
    level = [value]
    for _ in range(most + 1):
        level = [
            inner
            for one in level
            if isinstance(one, Mapping | list)
            for inner in (one.values() if isinstance(one, Mapping) else one)
            if isinstance(inner, Mapping | list)
        ]
        if not level:
            return False
    return True


def text(raw: Json, key: str) -> str | None:
    """A non-empty string (numbers are spelled out), else None."""
    value = raw.get(key)
    if isinstance(value, int) and not isinstance(value, bool):
        return str(value)
    return value if isinstance(value, str) and value else None


def whole(raw: Json, key: str, *, within: int = FURTHEST) -> int | None:
    """An integer (amounts in minor units, seconds since 1970) that is not beyond all of these, else None."""
    value = raw.get(key)
    if not isinstance(value, int) or isinstance(value, bool):
        return None
    return value if -within < value < within else None


def flag(raw: Json, key: str) -> bool | None:
    """A boolean, else None."""
    value = raw.get(key)
    return value if isinstance(value, bool) else None


def inner(raw: Json, key: str) -> Json:
    """An object, else the empty one."""
    value = raw.get(key)
    return value if type(value) is dict or isinstance(value, Mapping) else EMPTY


def ref(raw: Json, key: str) -> str | None:
    """The id under an expandable key: a bare string, or the `id` of the expanded object."""
    value = raw.get(key)
    return text(value, "id") if isinstance(value, Mapping) else text(raw, key)


def texts(raw: Json, key: str) -> tuple[str, ...]:
    """A list's strings."""
    value = raw.get(key)
    return tuple(item for item in value if isinstance(item, str)) if isinstance(value, list | tuple) else ()


def pairs(raw: Json, key: str) -> dict[str, str]:
    """Metadata: strings under strings, numbers and booleans spelled as Stripe would have stored them."""
    return {
        str(name): value if isinstance(value, str) else str(value)
        for name, value in inner(raw, key).items()
        if value is not None
    }


def email_of(raw: Json) -> str | None:
    """The customer's e-mail, where a session, an intent or a charge has it."""
    details = raw.get("customer_details") or raw.get("billing_details")
    own = text(details, "email") if isinstance(details, Mapping) else None
    return own or text(raw, "customer_email") or text(raw, "receipt_email")
