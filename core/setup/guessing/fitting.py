"""Which column of a table is which canonical field: names propose, types and sampled values decide. Pure.

A column in which no row holds anything is nothing, whatever it is called; only what may well be empty in every row (a
mark of deletion, what was refunded) is taken by its name, and that is said.
"""

import re
from collections.abc import Callable, Mapping
from zoneinfo import ZoneInfo

from core.orders.meaning import number, spelled
from core.orders.meaning.values import seconds
from core.setup.guessing import vocabulary
from core.setup.guessing.sampling import Column, Table

FEW_WORDS = 25
_UTC = ZoneInfo("UTC")
_EMPTY_AS_WELL = frozenset({"deleted", "refunded_amount"})


def pick(table: Table, field: str, *, besides: object = ()) -> str | None:
    """The column of `table` that is likeliest to be a canonical field; None where none is."""
    taken = set(besides) if not isinstance(besides, str) else {besides}  # type: ignore[call-overload] # any iterable
    for pattern in vocabulary.FIELD_NAMES[field]:
        for name in table.columns:
            if name in taken or (field != "amount" and name in table.key):
                continue
            if re.fullmatch(pattern, vocabulary.plain_name(name)) and allows(table, name, field):
                return name
    return None


def called(name: str, field: str) -> bool:
    """Whether a column has one of the names of `field`."""
    plain = vocabulary.plain_name(name)
    return any(re.fullmatch(pattern, plain) for pattern in vocabulary.FIELD_NAMES[field])


def status_columns(table: Table) -> tuple[str, ...]:
    """The columns that together are the status, the order's own first."""
    found = [
        name
        for name, one in table.columns.items()
        if re.fullmatch(vocabulary.STATUS, vocabulary.plain_name(name)) and _worded(one, table)
    ]
    rank = ("main", "payment", "shipment", "refund")
    by_role: dict[str, str] = {}
    for name in sorted(found, key=lambda one: len(vocabulary.plain_name(one))):
        by_role.setdefault(vocabulary.role(name), name)
    return tuple(by_role[one] for one in rank if one in by_role)


def words_of(table: Table, states: tuple[str, ...]) -> Mapping[tuple[str, ...], int]:
    """The combinations of status words among the sampled rows, and how many rows have each."""
    counted: dict[tuple[str, ...], int] = {}
    for row in zip(*(table.columns[name].values for name in states), strict=True):
        raws = tuple(spelled(value) or "" for value in row)
        counted[raws] = counted.get(raws, 0) + 1
    return dict(sorted(counted.items(), key=lambda one: -one[1]))


def allows(table: Table, name: str, field: str) -> bool:
    """Whether column `name` of `table` can be `field` by its type and sampled values; where there is no row, by its
    type."""
    one = table.columns[name]
    filled = bool(one.there) or not table.rows or field in _EMPTY_AS_WELL
    return filled and _ACCEPTS[field](one, table)


def counted(table: Table, name: str) -> bool:
    """Whether a column holds numbers."""
    return allows(table, name, "amount")


def _worded(one: Column, table: Table) -> bool:
    """Whether a column's values can be the words of a status."""
    few = len({spelled(value) for value in one.there}) <= FEW_WORDS
    return one.kind in ("text", "whole", "flag") and few and (bool(one.there) or not table.rows)


def codes(one: Column) -> bool:
    """Whether a column holds codes of currencies."""
    return bool(one.there) and _coded(one, Table("", {}))


def addresses(one: Column) -> bool:
    """Whether a column holds e-mail addresses."""
    return bool(one.there) and _mailed(one, Table("", {}))


def _counted(one: Column, _table: Table) -> bool:
    return one.kind in ("whole", "number") or (
        one.kind == "text" and bool(one.there) and all(number(value) is not None for value in one.there)
    )


def _coded(one: Column, _table: Table) -> bool:
    return one.kind == "text" and all(re.fullmatch(r"\s*[A-Za-z]{3}\s*", str(value)) for value in one.there)


def _mailed(one: Column, _table: Table) -> bool:
    there = one.there
    return one.kind == "text" and sum("@" in str(value) for value in there) * 2 >= len(there)


def _timed(one: Column, table: Table) -> bool:
    if one.kind == "time":
        return bool(one.there) or not table.rows
    there = one.there
    fits = one.kind in ("text", "whole", "number") and all(seconds(value, _UTC) is not None for value in there[:20])
    return fits and (bool(there) or not table.rows) and (one.kind == "text" or all(_epoch(value) for value in there))


def _epoch(value: object) -> bool:
    found = number(value)
    return found is not None and found > 100_000_000  # noqa: PLR2004 - seconds since 1970, of the year 1973


_CODE = re.compile(r"[A-Za-z#/_-]*\d[\w/-]*")  # `S00024`: what else is called name is for people


def _named_once(one: Column, table: Table) -> bool:
    there = [spelled(value) for value in one.there]
    named = one.kind in ("text", "whole") and bool(there) and len(set(there)) >= len(there) * 0.9 and table.rows != 0
    coded = vocabulary.plain_name(one.name) != "name" or all(_CODE.fullmatch(text or "") for text in there)
    return named and coded


def _set_or_not(one: Column, _table: Table) -> bool:
    return one.kind in ("time", "flag", "text", "whole")


def _account(one: Column, _table: Table) -> bool:
    return bool(one.there) and all(str(value).startswith("acct_") for value in one.there)


def _shared(one: Column, _table: Table) -> bool:
    there = one.there
    return bool(there) and len({spelled(value) for value in there}) <= max(1, len(there) // 2)


_ACCEPTS: Mapping[str, Callable[[Column, Table], bool]] = {
    "amount": _counted,
    "refunded_amount": _counted,
    "currency": _coded,
    "number": _named_once,
    "customer_email": _mailed,
    "created_at": _timed,
    "updated_at": _timed,
    "deleted": _set_or_not,
    "tenant": _shared,
    "stripe_account": _account,
}
