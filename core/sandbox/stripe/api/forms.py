"""Parameters as they come over the wire: `expand[]`, `expand[0]`, `created[gte]`, percent-encoded or not.

Owns their nesting and their types, and what Stripe says to a value that is not what it must be.
"""

import re
from collections.abc import Iterable
from typing import Any
from urllib.parse import parse_qsl

from core.sandbox.stripe.api import refusals

_PART = re.compile(r"\[([^\[\]]*)\]")
_LONGEST = 100_000


class Form:
    """The parameters of one request, nested as their brackets say; a hash with numbers for names is a list."""

    def __init__(self, encoded: str) -> None:
        nested: dict[str, Any] = {}
        for name, value in parse_qsl(encoded, keep_blank_values=True):
            _place(nested, _path(name), value)
        self.fields: dict[str, Any] = {name: _with_lists(value) for name, value in nested.items()}

    def refuse_unknown(self, accepted: Iterable[str]) -> None:
        """Refuse the first parameter that the endpoint does not have."""
        for name in self.fields.keys() - set(accepted):
            raise refusals.unknown_parameter(name)

    def text(self, path: str) -> str | None:
        """The value at `path` (`customer_details[email]`); None where there is none."""
        value = self._at(path)
        if value is None or isinstance(value, str):
            return value
        raise refusals.invalid("Invalid string: must be a string", path)

    def required(self, path: str) -> str:
        """The value at `path`, which must be given."""
        if not (value := self.text(path)):
            raise refusals.missing_parameter(path)
        return value

    def choice(self, path: str, among: tuple[str, ...]) -> str | None:
        """One of a few words."""
        value = self.text(path)
        if value is not None and value not in among:
            words = f"{', '.join(among[:-1])}, or {among[-1]}" if len(among) > 2 else " or ".join(among)  # noqa: PLR2004 - grammar
            raise refusals.invalid(f"Invalid {path}: must be one of {words}", path)
        return value

    def integer(self, path: str, least: int | None = None, most: int | None = None) -> int | None:
        """A whole number within bounds."""
        text = self.text(path)
        if text is None:
            return None
        if not re.fullmatch(r"-?\d{1,18}", text):
            raise refusals.invalid(f"Invalid integer: {text}", path, "parameter_invalid_integer")
        value = int(text)
        if least is not None and value < least:
            message = f"This value must be greater than or equal to {least}."
            raise refusals.invalid(message, path, "parameter_invalid_integer")
        if most is not None and value > most:
            message = f"This value must be less than or equal to {most}."
            raise refusals.invalid(message, path, "parameter_invalid_integer")
        return value

    def required_integer(self, path: str, least: int | None = None) -> int:
        """A whole number, which must be given."""
        if (value := self.integer(path, least)) is None:
            raise refusals.missing_parameter(path)
        return value

    def flag(self, path: str) -> bool | None:
        """True or false; early versions of the SDK write `True` and `False`, which Stripe takes."""
        text = self.text(path)
        if text is not None and text.lower() not in ("true", "false"):
            raise refusals.invalid(f"Invalid boolean: {text}", path)
        return None if text is None else text.lower() == "true"

    def texts(self, path: str) -> list[str]:
        """A list of words; empty where there is none."""
        value = self._at(path) or []
        if not isinstance(value, list) or not all(isinstance(one, str) for one in value):
            raise refusals.invalid("Invalid array", path)
        return value

    def mapping(self, path: str) -> dict[str, str]:
        """A hash of words, such as metadata; empty where there is none."""
        value = self._at(path) or {}
        if isinstance(value, list):  # names that are numbers are names all the same
            value = {str(number): one for number, one in enumerate(value)}
        if not isinstance(value, dict) or not all(isinstance(one, str) for one in value.values()):
            raise refusals.invalid("Invalid hash", path)
        return value

    def merged(self, metadata: dict[str, str] | None) -> dict[str, str]:
        """Metadata after an update: keys are added or replaced, an empty value removes one, an empty hash all."""
        if self.fields.get("metadata") == "":
            return {}
        both = {**(metadata or {}), **self.mapping("metadata")}
        return {name: value for name, value in both.items() if value != ""}

    def parts(self, path: str) -> list["Form"]:
        """A list of hashes, such as line items."""
        value = self._at(path) or []
        if not isinstance(value, list) or not all(isinstance(one, dict) for one in value):
            raise refusals.invalid("Invalid array", path)
        return [_form(one) for one in value]

    def part(self, path: str) -> "Form | None":
        """A hash, such as the bounds of `created`; None where there is none or where a plain value stands."""
        value = self._at(path)
        return _form(value) if isinstance(value, dict) else None

    def _at(self, path: str) -> Any:  # noqa: ANN401 - text, list or hash
        value: Any = self.fields
        for part in _path(path):
            value = value.get(part) if isinstance(value, dict) else None
        return value


def _form(fields: dict[str, Any]) -> Form:
    form = Form("")
    form.fields = fields
    return form


def _path(name: str) -> list[str]:
    head, bracket, _ = name.partition("[")
    return [head, *_PART.findall(name)] if bracket else [head]


def _place(into: dict[str, Any], path: list[str], value: str) -> None:
    for number, part in enumerate(path):
        name = part or str(len(into))  # `expand[]` counts on
        if number == len(path) - 1:
            into[name] = value
            return
        inner = into.get(name)
        if not isinstance(inner, dict):
            inner = into[name] = {}
        into = inner


def _with_lists(value: Any) -> Any:  # noqa: ANN401 - text, list or hash
    if not isinstance(value, dict):
        return value
    inner = {name: _with_lists(one) for name, one in value.items()}
    if inner and all(name.isdecimal() and len(name) < len(str(_LONGEST)) for name in inner):
        return [inner[name] for name in sorted(inner, key=int)]
    return inner
