"""What must hold between the settings of a mapping, each breach in a sentence. Pure.

Works on the file as it was parsed, whatever else is wrong with it, so that all problems are said at once. Shapes are
checked by pydantic, in `mapping`.
"""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from difflib import get_close_matches
from string import Formatter
from typing import get_args

from core.errors import redact
from core.settings import columns
from core.settings.mapping import CART_FIELDS, FIELDS, KNOWN, OrderWord, fields_of

Raw = Mapping[str, object]
_SECRET = re.compile(
    r"\b(?:sk|rk|rkcs)_(?:test|live)_\w{4,}|\bwhsec_\w+|\b(?:pi|cs|seti)_\w+_secret_\w+|://[^\s/@:]*:[^\s/@]+@"
)
_FIELD = re.compile(r"[A-Za-z_]\w*")
_NEEDED = {
    "orders": ("id", "status"),
    "payments": ("order_id",),
    "refunds": ("order_id", "amount"),
    "paid_otherwise": ("order_id", "amount"),
    "carts": ("id",),
}
_ONE = ("orders", "carts")  # of these there is one
_IDS = frozenset({"session_id", "payment_intent_id", "charge_id", "stripe_refs"})
_WHOSE = frozenset({"customer_email", "customer_name"})
_ONE_COLUMN = frozenset({"id", "order_id"})


@dataclass(frozen=True, slots=True)
class Problem:
    """One thing that is wrong: the key, what is wrong with it, what to write instead."""

    key: str
    said: str
    example: str


def problems(raw: Raw) -> Iterator[Problem]:
    """Everything that is wrong with the parsed file besides the shapes of its values."""
    yield from _secrets(raw, "")
    database = raw.get("database")
    if isinstance(database, Mapping) and "url" in database and "url_env" in database:
        yield Problem("database.url", "`url` and `url_env` both name the address", 'url = "env:ORDERLENS_DATABASE_URL"')
    for kind, key, relation in relations(raw):
        yield from _relation(kind, key, relation)
    yield from _templates(raw)
    carts = raw.get("carts")
    if isinstance(carts, Mapping):
        yield from _carts(carts)


def quoted_key(written: str, complaint: str) -> str:
    """What to write where the parser's `complaint` is of a key that has to be quoted (`3|4 = ...`); "" for others."""
    at = re.search(r"at line (\d+)", complaint)
    line = [*written.splitlines(), ""][int(at[1]) - 1] if at else ""
    key, equals, value = line.partition("=")
    key = key.strip()
    bare = all(re.fullmatch(r"[A-Za-z0-9_-]+", part.strip()) for part in key.split("."))
    if not equals or bare or not key or key[0] == "[" or not {"'", '"', "#"}.isdisjoint(key):
        return ""
    said = "A key with |, /, *, a space or other such signs stands in quotes"
    meant = value.strip() if value.strip().strip("'\"") in get_args(OrderWord) else "..."  # else it may be anybody's
    return redact(f'{said}: "{key}" = {meant}')


def relations(raw: Raw) -> Iterator[tuple[str, str, Raw]]:
    """Each relation of a parsed file: its kind, its key, its settings."""
    for kind in _NEEDED:
        found = raw.get(kind)
        if isinstance(found, Mapping) and kind in _ONE:
            yield kind, kind, found
        elif isinstance(found, list):
            yield from ((kind, f"{kind}.{n}", one) for n, one in enumerate(found) if isinstance(one, Mapping))


def _secrets(value: object, key: str) -> Iterator[Problem]:
    if isinstance(value, Mapping):
        for name, inner in value.items():
            yield from _secrets(inner, f"{key}.{name}" if key else str(name))
    elif isinstance(value, list):
        for inner in value:
            yield from _secrets(inner, key)
    elif isinstance(value, str) and _SECRET.search(value):
        said = "a secret stands here; secrets stand in the environment only, where no repository keeps them"
        yield Problem(key, said, "export STRIPE_API_KEY=rk_live_...")


def _relation(kind: str, key: str, relation: Raw) -> Iterator[Problem]:
    if ("table" in relation) == ("query" in relation):
        said = "both `table` and `query` are given" if "table" in relation else "neither `table` nor `query` is given"
        yield Problem(key, said, f'table = "{kind}"')
    if "query" in relation:
        for name in ("join", "where"):
            if name in relation:
                yield Problem(f"{key}.{name}", "a query says this itself", "JOIN and WHERE inside the query")
    named = relation.get("columns", {})
    if isinstance(named, Mapping):
        yield from _columns(kind, key, named, whole="query" not in relation)
        yield from _status_map(kind, key, relation, named)


def _columns(kind: str, key: str, named: Raw, *, whole: bool) -> Iterator[Problem]:
    known = KNOWN[kind]
    for name in sorted(set(named) - known):
        near = get_close_matches(name, known, n=1)
        meant = f" Did you mean `{near[0]}`?" if near else ""
        said = f"`{name}` is not a name Orderlens knows here.{meant} Known: {', '.join(sorted(known))}"
        example = f'{near[0]} = "{named[name]}"' if near else f'[{kind}.extra] {name} = "{name}"'
        yield Problem(f"{key}.columns", said, example)
    for name in _NEEDED[kind] if whole else ():
        if name not in named:
            yield Problem(f"{key}.columns", f"`{name}` is missing", f'{name} = "{name}"')
    for name in sorted(_ONE_COLUMN & set(named)):
        try:
            one = columns.parse(named[name]).column
        except ValueError:
            continue  # said where shapes are judged
        if one is None:
            said = f"`{name}` has to be one column: orders are looked up and joined by it"
            yield Problem(f"{key}.columns.{name}", said, f'{name} = "{name}"')


def _status_map(kind: str, key: str, relation: Raw, named: Raw) -> Iterator[Problem]:
    spec = named.get("status")
    patterns = relation.get("status_map")
    if not isinstance(patterns, Mapping):
        return
    if kind == "refunds" and patterns and not {"succeeded", "otherwise"} & set(map(str, patterns.values())):
        said = "no word means `succeeded`, so that no refund would count"
        yield Problem(f"{key}.status_map", said, 'status_map = { done = "succeeded" }')
    if kind == "refunds" and patterns and spec is None and "query" not in relation:
        yield Problem(f"{key}.columns", "`status` is missing, and `status_map` says what it means", 'status = "state"')
    count = len(spec) if isinstance(spec, list) else 1
    for pattern in patterns:
        found = len(str(pattern).split("/"))
        if count > 1 and found != count:
            said = (
                f"`{pattern}` has {found} parts and there are {count} status columns: a part for each, with / between"
            )
            yield Problem(f"{key}.status_map", said, f'"{"/".join(["paid"] + ["*"] * (count - 1))}" = "paid"')


def _carts(carts: Raw) -> Iterator[Problem]:
    """Whether a payment can be led to its cart, and that to a customer."""
    named, metadata, extra = (carts.get(name, {}) for name in ("columns", "metadata", "extra"))
    if not isinstance(named, Mapping) or not isinstance(metadata, Mapping) or not isinstance(extra, Mapping):
        return  # said where shapes are judged
    if "query" not in carts and not metadata and _IDS.isdisjoint(named):
        said = "nothing says which payment is for a cart: neither a column with Stripe's ids nor `metadata`"
        yield Problem("carts", said, 'metadata = { cart_id = "{id}" }')
    if "query" not in carts and _WHOSE.isdisjoint(named):
        said = "`customer_email` or `customer_name` is missing: a cart is there to say whose a payment is"
        yield Problem("carts.columns", said, 'customer_email = "email"')
    for name, template in metadata.items():
        used = set(fields_of(str(template)))
        if len(used) != 1 or not used <= CART_FIELDS | set(map(str, extra)):
            said = f"`{template}` has to hold one column of the cart in braces: `id`, or one of `extra`"
            yield Problem(f"carts.metadata.{name}", said, f'{name} = "{{id}}"')


def _templates(raw: Raw) -> Iterator[Problem]:
    stripe = raw.get("stripe")
    templates = stripe.get("metadata") if isinstance(stripe, Mapping) else None
    if not isinstance(templates, Mapping):
        return
    extra: set[str] = set()
    for kind, _, one in relations(raw):
        named = one.get("extra") if kind != "carts" else None
        extra.update(map(str, named) if isinstance(named, Mapping) else ())
    for name, template in templates.items():
        key, example = f"stripe.metadata.{name}", f'{name} = "{{id}}"'
        try:
            used = [field for _, field, _, _ in Formatter().parse(str(template)) if field is not None]
        except ValueError as error:
            yield Problem(key, f"this is no template: {error}", example)
            continue
        for field in used:
            if not _FIELD.fullmatch(field) or field not in FIELDS | extra:
                said = f"`{{{field}}}` is neither a canonical name nor one of `extra`"
                yield Problem(key, said, example)
