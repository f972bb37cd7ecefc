"""`Guess`: what a database seems to be, as a mapping with reasons, and what remains to be asked. Pure.

Refuses to settle what values cannot tell: whether whole amounts are cents, which zone a bare time is in, what a number
or a word such as `complete` means. Those are questions, each with a suggestion.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Literal

from core.orders.meaning import number, spelled
from core.setup.guessing import choosing, relating, vocabulary
from core.setup.guessing.hits import hits
from core.setup.guessing.sampling import Column, Seen, Table
from core.setup.guessing.sql import quoted

Confidence = Literal["sure", "likely", "unsure"]
CHOICES = ("created", "pending", "paid", "fulfilled", "cancelled", "failed", "refunded", "partially_refunded")


@dataclass(frozen=True, slots=True)
class Belief:
    """One part of the mapping: its key in the settings, what is believed, how firmly, and why. No value of a row."""

    key: str
    value: str
    confidence: Confidence
    because: str


@dataclass(frozen=True, slots=True)
class Question:
    """What the user knows and the database does not say. `key` is that of the setting; of a status map its pattern
    follows after `#`. `suggestion` "" means that there is none."""

    key: str
    asks: str
    suggestion: str
    choices: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Guess:
    """A mapping as the settings file would have it (without secrets), and how far it is to be believed. `mapping` is
    empty where no table looks like one of orders."""

    mapping: Mapping[str, Any]
    beliefs: tuple[Belief, ...] = ()
    questions: tuple[Question, ...] = ()
    nothing_because: str = ""


@dataclass(slots=True)
class _Making:
    beliefs: list[Belief] = field(default_factory=list)
    questions: list[Question] = field(default_factory=list)

    def believe(self, key: str, value: object, confidence: Confidence, because: str) -> None:
        self.beliefs.append(Belief(key, value if isinstance(value, str) else _listed(value), confidence, because))


def guess(seen: Seen) -> Guess:
    """The mapping of the database that was seen."""
    found = choosing.ranked(seen)
    if not found:
        return Guess({}, nothing_because=_nothing(seen))
    best, making = found[0], _Making()
    close = [one.table.name for one in found[1:4] if best.points - one.points <= 2]  # noqa: PLR2004 - points
    because = ", ".join(best.because) + (f"; nearly as likely: {', '.join(close)}" if close else "")
    making.believe("orders.table", best.table.name, "likely" if close else "sure", because)
    orders, joins = _orders(best.table, seen, making)
    mapping: dict[str, object] = {"orders": orders}
    payments = _payments(best.table, seen, making, orders, joins)
    if payments:
        mapping["payments"] = payments
    if "refunded_amount" not in _columns(orders):
        refunds = relating.refunds(best.table, seen, seen.dialect)
        for one in refunds:
            making.believe("refunds", one.table, "sure" if one.sure else "unsure", one.because)
        if refunds:
            mapping["refunds"] = [one.settings for one in refunds]
    if joins:
        orders["join"] = joins
    return Guess(_in_order(mapping), tuple(making.beliefs), tuple(making.questions))


def _orders(table: Table, seen: Seen, making: _Making) -> tuple[dict[str, object], list[dict[str, str]]]:
    columns, joins = choosing.columns(table, seen)
    for name, spec in columns.items():
        making.believe(f"orders.columns.{name}", spec, "sure" if name == "id" else "likely", _why(name, spec, table))
    settings: dict[str, object] = {"table": table.name}
    if (kinds := _kinds(table, seen.dialect)) is not None:
        settings["where"], because = kinds
        making.believe("orders.where", str(settings["where"]), "likely", because)
    settings["unit"] = _unit(table, columns, making)
    settings["timezone"] = _timezone(table, columns, making)
    if "created_at" not in columns and table.columns[str(columns["id"])].kind == "whole":
        settings["page_by"] = "id"
    if "currency" not in columns and "amount" in columns:
        columns["currency"] = "=usd"
        making.believe("orders.columns.currency", "=usd", "unsure", "no column holds a currency: it has to be said")
        making.questions.append(Question("orders.columns.currency", "Which currency are all amounts in?", "usd"))
    settings["columns"] = columns
    settings["status_map"] = _status_map(table, columns, seen, making)
    return settings, joins


def _payments(
    table: Table, seen: Seen, making: _Making, orders: dict[str, object], joins: list[dict[str, str]]
) -> list[dict[str, object]]:
    """Where Stripe's ids stand: columns of the orders themselves are added there, other tables returned."""
    columns = _columns(orders)
    if own := hits(table):
        found = relating.ids(own)
        columns.update(found)
        for held in own:
            making.believe("orders.columns." + ", ".join(found), held.column, "sure", held.says())
    sources = []
    for one in relating.payments(table, seen):
        making.believe("payments", one.table, "sure" if one.sure else "unsure", one.because)
        if one.join:
            if one.join not in joins:
                joins.append(one.join)
            before = columns.get("stripe_refs", [])
            refs = [*(before if isinstance(before, list) else [before]), *one.refs]
            columns["stripe_refs"] = refs[0] if len(refs) == 1 else refs
        else:
            sources.append(one.settings)
    if not sources and not own and not joins_ids(columns):
        _by_name(table, columns, making)
    return sources


def joins_ids(columns: Mapping[str, object]) -> bool:
    """Whether any column of Stripe's ids is named."""
    return not columns.keys().isdisjoint(("session_id", "payment_intent_id", "charge_id", "stripe_refs"))


def _by_name(table: Table, columns: dict[str, object], making: _Making) -> None:
    """No id of Stripe's was sampled anywhere: names are all there is, and only those that name Stripe are taken."""
    for name in table.columns:
        plain = vocabulary.plain_name(name)
        kind = next((k for k, p in _BY_NAME.items() if re.fullmatch(p, plain)), None)
        if kind and kind not in columns:
            columns[kind] = name
            making.believe(
                f"orders.columns.{kind}", name, "unsure", "by its name alone: no row holds an id of Stripe's"
            )
    if not joins_ids(columns):
        said = "no column holds an id of Stripe's (cs_, pi_, ch_): only Stripe's metadata can lead to an order"
        making.believe("payments", "nothing", "unsure", said)


_BY_NAME = {
    "session_id": r"(stripe_)?checkout_session(_id)?|stripe_session(_id)?",
    "payment_intent_id": r"(stripe_)?payment_intent(_id)?|stripe_(payment_id|intent_id|pi)",
    "charge_id": r"stripe_charge(_id)?",
}


def _unit(table: Table, columns: Mapping[str, object], making: _Making) -> str:
    """`minor` or `major`: fractions and a name of cents are sure, a whole type is likely, the rest asked."""
    terms = [one.rpartition(".")[-1].strip() for one in str(columns.get("amount", "")).split("+")]
    held = [table.columns[one] for one in terms if one in table.columns]
    if not held:
        return "minor"
    values = [found for one in held for value in one.there if (found := number(value)) is not None]
    said = "_".join(vocabulary.plain_name(one.name) for one in held)
    if any(value != value.to_integral_value() for value in values):
        making.believe("orders.unit", "major", "sure", "amounts have fractions")
        return "major"
    if re.search(r"cents?\b|minor", said.replace("_", " ")):
        making.believe("orders.unit", "minor", "sure", "the column's name says so")
        return "minor"
    whole = all(one.kind == "whole" for one in held)
    suggestion = "minor" if whole else "major"
    making.believe("orders.unit", suggestion, "likely" if whole else "unsure", "by its type alone")
    asks = "Is an amount of 4200 there 42.00 (minor) or 4200.00 (major)?"
    making.questions.append(Question("orders.unit", asks, suggestion, ("minor", "major")))
    return suggestion


def _timezone(table: Table, columns: Mapping[str, object], making: _Making) -> str:
    name = str(columns.get("created_at", ""))
    one = table.columns.get(name)
    if one is not None and _bare(one) and not re.search(r"(gmt|utc)$", vocabulary.plain_name(name)):
        making.believe("orders.timezone", "UTC", "unsure", f"times in {name} name no zone")
        making.questions.append(Question("orders.timezone", f"Which time zone are times in {name} in?", "UTC"))
    return "UTC"


def _bare(one: Column) -> bool:
    """Whether times are written without a zone: neither an offset nor a count of seconds."""
    first = next(iter(one.there), None)
    if first is None or number(first) is not None:
        return False
    zone = getattr(first, "tzinfo", None)
    return zone is None and not re.search(r"(Z|UTC|GMT|[+-]\d\d:?(\d\d)?)$", str(first).strip()[10:])


def _status_map(table: Table, columns: dict[str, object], seen: Seen, making: _Making) -> dict[str, str]:
    spec = columns.get("status")
    states = tuple(spec) if isinstance(spec, list) else (str(spec),) if spec else ()
    if not states:
        columns["status"] = "=unknown"
        making.believe("orders.columns.status", "=unknown", "unsure", "no column looks like a status: name one")
        return {}
    roles = [vocabulary.role(name) for name in states]
    called = choosing.labels(table, states[0], seen) if len(states) == 1 else {}
    found: dict[str, str] = {}
    unsure = 0
    for raws, rows in choosing.words_of(table, states).items():
        pattern = "/".join(raws)
        words = tuple(called.get(raw, raw) for raw in raws)
        meant = vocabulary.combined(roles, words)
        if meant:
            found[pattern] = meant
        elif pattern.strip("/"):
            unsure += 1
            hint = vocabulary.suggested(words[0]) if not words[0].isdecimal() else None
            label = f" ({words[0]})" if words != raws else ""
            asks = f"What does the status {pattern}{label} mean ({rows} of the newest {table.rows} orders have it)?"
            making.questions.append(Question(f"orders.status_map#{pattern}", asks, hint or "", CHOICES))
    said = f"{len(found)} of {len(found) + unsure} are words whose meaning is certain"
    making.believe("orders.status_map", f"{len(found)} words", "unsure" if unsure else "likely", said)
    return found


def _kinds(table: Table, dialect: str) -> tuple[str, str] | None:
    """The condition that keeps refunds out, where the table mixes them with orders."""
    if (kinds := relating.mixed(table)) is None:
        return None
    name, kept, back = kinds
    listed = ", ".join(f"'{kind}'" for kind in kept)
    return f"{quoted(name, dialect)} IN ({listed})", f"rows of {name} {', '.join(back)} are refunds"


def _why(name: str, spec: object, table: Table) -> str:
    if name == "id":
        return "it is the key"
    first = str(spec[0] if isinstance(spec, list) else spec).split(" + ")[0]
    one = table.columns.get(first)
    if one is None:
        return "it stands in a joined table"
    if name == "status":
        return f"{len({spelled(value) for value in one.there})} different words in {table.rows} rows"
    return f"its name, and {len(one.there)} of {table.rows} sampled rows fit" if table.rows else "its name"


def _nothing(seen: Seen) -> str:
    """Why there is nothing to compare, so far as it can be told."""
    named = {part for table in seen.tables.values() for part in table.words}
    if named & {"subscription", "subscriptions"}:
        return (
            "There are subscriptions, but no table of orders with a status and a total: nothing that could be compared "
            "with a payment."
        )
    return f"None of the {len(seen.tables)} tables looks like one of orders: a status, a total, a time, a key."


def _columns(orders: Mapping[str, object]) -> dict[str, object]:
    found = orders["columns"]
    assert isinstance(found, dict)  # noqa: S101 - made above
    return found


def _listed(value: object) -> str:
    return ", ".join(map(str, value)) if isinstance(value, list | tuple) else str(value)


_FIELDS = "id number status amount refunded_amount currency session_id payment_intent_id charge_id stripe_refs".split()


def _in_order(mapping: dict[str, object]) -> dict[str, object]:
    """The columns in the order in which people think of them."""
    orders = mapping["orders"]
    if isinstance(orders, dict):
        columns = _columns(orders)
        rank = {name: at for at, name in enumerate(_FIELDS)}
        orders["columns"] = dict(sorted(columns.items(), key=lambda one: rank.get(one[0], len(rank))))
        order = ("table", "join", "where", "unit", "timezone", "page_by", "columns", "status_map")
        mapping["orders"] = {name: orders[name] for name in order if name in orders}
    return mapping
