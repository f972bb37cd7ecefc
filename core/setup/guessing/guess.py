"""`guess`: what a database seems to be, as a mapping with reasons, and what remains to be asked. Pure.

Refuses to settle what values cannot tell: whether whole amounts are cents, which zone a bare time is in, what a number
or a word such as `complete` means. Those are questions, each with a suggestion. What was not found is asked as well,
never denied: only some rows were looked at.
"""

import re
from collections.abc import Mapping

from core.orders.meaning import number, spelled
from core.setup.guessing import asking, choosing, otherwise, refunding, relating, vocabulary
from core.setup.guessing.beliefs import Confidence, Guess, Making, Open, Question
from core.setup.guessing.hits import hits
from core.setup.guessing.leading import Ways
from core.setup.guessing.mirrors import mirrors
from core.setup.guessing.sampling import Column, Seen, Table
from core.setup.guessing.sql import one_of
from core.setup.guessing.wording import status_map

_FIELDS = "id number status amount refunded_amount currency session_id payment_intent_id charge_id stripe_refs".split()
_ORDER = ("table", "join", "where", "unit", "timezone", "page_by", "columns", "status_map")


def guess(seen: Seen) -> Guess:
    """The mapping of the database that was seen."""
    found = choosing.ranked(seen)
    if not found:
        return Guess({}, nothing_because=_nothing(seen))
    best, making = found[0], Making()
    close = [one.table.name for one in found[1:4] if best.points - one.points <= 2]  # noqa: PLR2004 - points
    because = ", ".join(best.because) + (f"; nearly as likely: {', '.join(close)}" if close else "")
    making.believe("orders.table", best.table.name, "likely" if close else "sure", because)
    orders, joins = _orders(best.table, seen, making)
    mapping: dict[str, object] = {"orders": orders}
    ways = Ways(best.table, seen)
    payments = _payments(ways, making, orders, joins)
    if payments:
        mapping["payments"] = payments
    _doubted(ways, making, orders)
    if refunds := _refunds(ways, making, orders, payments):
        mapping["refunds"] = refunds
    if others := otherwise.otherwise(best.table, seen):
        mapping["paid_otherwise"] = [one.settings for one in others]
        for one in others:
            making.believe("paid_otherwise", one.table, "likely", one.because)
    if joins:
        orders["join"] = joins
    making.opens += asking.fields(best.table, _columns(orders), seen)
    return Guess(_in_order(mapping), tuple(making.beliefs), tuple(making.questions), opens=tuple(making.opens))


def _orders(table: Table, seen: Seen, making: Making) -> tuple[dict[str, object], list[dict[str, str]]]:
    columns, joins = choosing.columns(table, seen)
    for name, spec in columns.items():
        making.believe(f"orders.columns.{name}", spec, *_why(name, spec, table))
    settings: dict[str, object] = {"table": table.name}
    if (kinds := relating.mixed(table)) is not None:
        name, kept, back = kinds
        settings["where"] = one_of(name, kept, seen.dialect)
        making.believe(
            "orders.where", str(settings["where"]), "likely", f"rows of {name} {', '.join(back)} are refunds"
        )
    if "amount" in columns:
        settings["unit"] = _unit(table, columns, making)
    settings["timezone"] = _timezone(table, columns, making)
    if "created_at" not in columns and table.columns[str(columns["id"])].kind == "whole":
        settings["page_by"] = "id"
    if "currency" not in columns and "amount" in columns:
        making.questions.append(Question("orders.columns.currency", "Which currency are all amounts in?", "usd"))
    settings["columns"] = columns
    settings["status_map"] = _status_map(table, columns, seen, making)
    return settings, joins


def _payments(
    ways: Ways, making: Making, orders: dict[str, object], joins: list[dict[str, str]]
) -> list[dict[str, object]]:
    """Where Stripe's ids stand: columns of the orders themselves are added there, other tables returned."""
    table, columns = ways.orders, _columns(orders)
    if own := hits(table):
        found = relating.ids(own)
        columns.update(found)
        for held in own:
            making.believe("orders.columns." + ", ".join(found), held.column, "sure", held.says())
    sources = []
    related, lost = relating.payments(ways)
    for one in related:
        making.believe("payments", one.table, "sure" if one.sure else "unsure", one.because)
        if one.join:
            if one.join not in joins:
                joins.append(one.join)
            before = columns.get("stripe_refs", [])
            refs = [*(before if isinstance(before, list) else [before]), *one.refs]
            columns["stripe_refs"] = refs[0] if len(refs) == 1 else refs
        else:
            sources.append(one.settings)
    if lost:
        making.opens += asking.lost(ways, lost, elsewhere=bool(related or own))
    elif not related and not own:
        _by_name(table, columns, making)
    return sources


def _refunds(
    ways: Ways, making: Making, orders: Mapping[str, object], payments: list[dict[str, object]]
) -> list[dict[str, object]]:
    """The sources of refunds; what only speaks of refunds is asked."""
    if "refunded_amount" in _columns(orders):
        return []
    found = refunding.refunds(ways)
    for one in found:
        making.believe("refunds", one.table, "sure" if one.sure else "unsure", one.because)
    kept = any("refunded_amount" in columns for one in payments if isinstance(columns := one.get("columns"), dict))
    paying = _paying(making)
    if not found and not kept and (said := refunding.speaking(ways.orders, paying, ways.seen)):
        making.opens.append(asking.refunds(ways.orders, said))
    return [one.settings for one in found]


def _doubted(ways: Ways, making: Making, orders: Mapping[str, object]) -> None:
    """An amount that the payments' own rows contradict is not likely."""
    amount = _columns(orders).get("amount")
    if isinstance(amount, str) and (odds := asking.at_odds(ways, amount, _paying(making))):
        making.beliefs = [one for one in making.beliefs if one.key != "orders.columns.amount"]
        making.believe("orders.columns.amount", amount, "unsure", f"{odds}; with STRIPE_API_KEY init can tell")


def _paying(making: Making) -> list[str]:
    return [one.value for one in making.beliefs if one.key == "payments"]


def _by_name(table: Table, columns: dict[str, object], making: Making) -> None:
    """No id of Stripe's was sampled anywhere: names are all there is, and only those that name Stripe are taken."""
    named = {}
    for name in table.columns:
        plain = vocabulary.plain_name(name)
        kind = next((k for k, p in _BY_NAME.items() if re.fullmatch(p, plain)), None)
        if kind and kind not in named:
            named[kind] = name
            because = "by its name alone: no row that was looked at holds an id of Stripe's"
            making.believe(f"orders.columns.{kind}", name, "unsure", because)
    columns.update(named)
    if not named:
        said = "Where are Stripe's ids? No row that was looked at holds one (cs_, pi_, ch_): until it is said, only"
        making.opens.append(Open("payments", f"{said} Stripe's metadata can lead to an order."))


_BY_NAME = {
    "session_id": r"(stripe_)?checkout_session(_id)?|stripe_session(_id)?",
    "payment_intent_id": r"(stripe_)?payment_intent(_id)?|stripe_(payment_id|intent_id|pi)",
    "charge_id": r"stripe_charge(_id)?",
}


def _unit(table: Table, columns: Mapping[str, object], making: Making) -> str:
    """`minor` or `major`: fractions and a name of cents are sure, a whole type is likely, the rest asked."""
    terms = [one.rpartition(".")[-1].strip() for one in str(columns.get("amount", "")).split("+")]
    held = [table.columns[one] for one in terms if one in table.columns]
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


def _timezone(table: Table, columns: Mapping[str, object], making: Making) -> str:
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


def _status_map(table: Table, columns: dict[str, object], seen: Seen, making: Making) -> dict[str, str]:
    spec = columns.get("status")
    if not spec:
        columns["status"] = "=unknown"
        making.believe("orders.columns.status", "=unknown", "unsure", "no column looks like a status: name one")
        return {}
    return status_map(table, spec if isinstance(spec, list) else [str(spec)], seen, making)


def _why(name: str, spec: object, table: Table) -> tuple[Confidence, str]:
    """How firmly a column is believed, and why."""
    if name == "id":
        return "sure", "it is the key"
    first = str(spec[0] if isinstance(spec, list) else spec).split(" + ")[0]
    one = table.columns.get(first)
    if one is None:
        return "likely", "it stands in a joined table"
    if not one.there:
        return "unsure", f"by its name alone: it is empty in {table.rows} of {table.rows} sampled rows"
    if name == "status":
        return "likely", f"{len({spelled(value) for value in one.there})} different words in {table.rows} rows"
    return "likely", f"its name, and {len(one.there)} of {table.rows} sampled rows fit"


def _nothing(seen: Seen) -> str:
    """Why there is nothing to compare, so far as it can be told."""
    if copies := mirrors(seen):
        named = ", ".join(one.name for one in copies[:4]) + (", ..." if len(copies) > 4 else "")  # noqa: PLR2004 - names
        said = f"{len(copies)} of the {len(seen.tables)} tables mirror Stripe ({named}): with them Stripe would be"
        return f"{said} compared with itself. Where are your orders? No other table looks like one of orders."
    named_so = {part for table in seen.tables.values() for part in table.words}
    if named_so & {"subscription", "subscriptions"}:
        return (
            "There are subscriptions, but no table of orders with a status and a total: nothing that could be compared "
            "with a payment."
        )
    return f"None of the {len(seen.tables)} tables looks like one of orders: a status, a total, a time, a key."


def _columns(orders: Mapping[str, object]) -> dict[str, object]:
    found = orders["columns"]
    assert isinstance(found, dict)  # noqa: S101 - made above
    return found


def _in_order(mapping: dict[str, object]) -> dict[str, object]:
    """The columns in the order in which people think of them."""
    orders = mapping["orders"]
    if isinstance(orders, dict):
        columns = _columns(orders)
        rank = {name: at for at, name in enumerate(_FIELDS)}
        orders["columns"] = dict(sorted(columns.items(), key=lambda one: rank.get(one[0], len(rank))))
        mapping["orders"] = {name: orders[name] for name in _ORDER if name in orders}
    return mapping
