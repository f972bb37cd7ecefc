"""Values of a wrong shape and keys that nobody knows, a line each: where, what, and what to write instead. Pure.

Owns the sentences for what pydantic refuses. A key that is not understood is an error at any depth, never ignored; the
word that was meant is named, where one is near.
"""

from collections.abc import Iterator, Sequence
from difflib import get_close_matches
from typing import Any, get_args

from pydantic import BaseModel, ValidationError

from core.errors import redact
from core.settings.mapping import EXAMPLE

_EXAMPLES = {
    "unit": 'unit = "minor"   # cents; "major": 42.00; 2: always amount x 100',
    "timezone": 'timezone = "Europe/Berlin"',
    "page_by": 'page_by = "id"',
    "columns": 'columns = { id = "id", status = "status", amount = "total", currency = "currency" }',
    "extra": 'extra = { cart_id = "cart_id" }',
    "status_map": '[orders.status_map]\n  "completed|shipped" = "paid"',
    "refund_overrides": 'refund_overrides = ["paid", "fulfilled", "cancelled"]',
    "join": 'join = [{ table = "users", as = "u", on = "id = user_id" }]',
    "query": 'query = "SELECT id, state AS status FROM orders"',
    "find": "find.payment_intent = \"q.data->>'id' = :value\"",
    "url": 'url = "env:ORDERLENS_DATABASE_URL"',
    "url_env": 'url_env = "ORDERLENS_DATABASE_URL"',
    "prefix": 'prefix = "wp_"',
    "schema": 'schema = "tenant_a"',
    "booked_on": 'booked_on = "charge.succeeded"',
    "roles": '[login.roles]\n  support = ["support"]   # viewer, support, operator or admin',
    "people": '[login.people]\n  support = ["ann@shop.example"]',
    "claim": 'claim = "groups"',
    "scopes": 'scopes = "openid email profile groups"',
    "hours": "hours = 10",
    "outcome": '[outcome.access]\n  says = "access was given"\n  query = "SELECT 1 FROM access WHERE order_id = :id"',
    "metadata": '[stripe.metadata]\n  order_id = "{id}"',
}


def problems(error: ValidationError, settings: type[BaseModel], file: str) -> Iterator[str]:
    """A line for each value of a wrong shape; of several shapes that were tried, one line."""
    said: dict[str, str] = {}
    for one in error.errors():
        key = ".".join(str(part) for part in one["loc"] if not _is_shape(part))
        if one["type"] == "extra_forbidden":
            said.setdefault(key, f"this is no setting that Orderlens knows. {_meant(settings, one['loc'])}")
            continue
        found = "" if one["type"] == "missing" else f" (found {_found(one['input'])})"
        parts = key.split(".")
        last = [part for part in (parts[:1] if parts[0] == "outcome" else parts) if part in _EXAMPLES]
        example = f"Example: {_EXAMPLES[last[-1]]}" if last else f"Example:\n{EXAMPLE}"
        said.setdefault(key, f"{one['msg'].removeprefix('Value error, ')}{found}. {example}")
    for key, what in said.items():
        yield f"{file}: {key or 'the file'}: {what}"


def _meant(settings: type[BaseModel], loc: Sequence[str | int]) -> str:
    """The key that was meant by one that nobody knows, with all that stand beside it."""
    at: type[BaseModel] | None = settings
    for part in loc[:-1]:
        if at is None or isinstance(part, int):
            continue
        fields = {field.alias or name: field.annotation for name, field in at.model_fields.items()}
        at = _inside(fields[part]) if part in fields else at  # else it is a name that somebody gave
    known = [field.alias or name for name, field in at.model_fields.items()] if at else []
    near = get_close_matches(str(loc[-1]), known, n=1)
    return f"Did you mean `{near[0]}`?" if near else f"Known here: {', '.join(known)}." if known else ""


def _inside(annotation: Any) -> type[BaseModel] | None:  # noqa: ANN401 - a type, or what typing makes of several
    """The settings that a field holds, one or many."""
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        return annotation
    return next((found for one in get_args(annotation) if (found := _inside(one))), None)


def _found(value: object) -> str:
    """What stands in the file, but for what may be an address: that may hold a password."""
    return "an address" if "://" in str(value) else redact(repr(value))[:60]


def _is_shape(part: Any) -> bool:  # noqa: ANN401 - a key or an index, as pydantic gives it
    """Whether a part of a location is pydantic's name for a member of a union, not a key of the file."""
    return isinstance(part, str) and (
        part in ("int", "[key]") or part.startswith(("literal[", "function-", "constrained-"))
    )
