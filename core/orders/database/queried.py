"""Which tables a mapping reads, those inside its queries and conditions among them. Pure.

Owns the little of SQL's grammar that this takes: what follows FROM and JOIN. Refuses to judge whether they are there.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from core.settings import OrdersMapping

_PREFIX = "{prefix}"
_NO_SQL = re.compile(r"--[^\n]*|/\*.*?(?:\*/|\Z)|'[^']*(?:'|\Z)", re.DOTALL)
_PART = r'(?:"[^"]+"|`[^`]+`|[A-Za-z_{][\w${}]*)'
_TOKEN = re.compile(rf"{_PART}(?:\s*\.\s*{_PART})*|[(),;]|\S")
_BEFORE = frozenset({"LATERAL", "ONLY"})
_ENDING = frozenset("ON USING WHERE GROUP ORDER HAVING LIMIT UNION EXCEPT INTERSECT WINDOW FETCH OFFSET".split())


@dataclass(slots=True)
class _Level:
    """One pair of brackets: whether a SELECT stands in it, whether tables are listed, whether one is due."""

    selects: bool = False
    listing: bool = False
    due: bool = False


def tables_of(mapping: OrdersMapping) -> tuple[str, ...]:
    """Every table that is read, each once, with its schema where one is said."""
    own, prefix = mapping.orders.schema_name, mapping.database.prefix
    found: dict[str, None] = {}
    for relation in mapping.relations:
        named = [name for name in (relation.table, *(join.table for join in relation.join)) if name]
        if own and relation is mapping.orders:
            named = [name if "." in name else f"{own}.{name}" for name in named]
        for sql in (relation.query, relation.where, *relation.find.values()):
            named += queried(sql or "")
        found.update(dict.fromkeys(name.replace(_PREFIX, prefix) for name in named))
    for one in mapping.outcome.values():
        found.update(dict.fromkeys(name.replace(_PREFIX, prefix) for name in queried(one.query or "")))
    return tuple(found)


def queried(sql: str) -> tuple[str, ...]:
    """The tables of a statement or condition, without quotes; not the names that it makes itself (WITH ... AS)."""
    tokens = _TOKEN.findall(_NO_SQL.sub(" ", sql))
    made = {_plain(name).casefold() for name in _made(tokens)}
    names = (_plain(one) for one in _named(tokens))
    return tuple(dict.fromkeys(one for one in names if one.casefold() not in made))


def _named(tokens: Sequence[str]) -> Iterator[str]:
    """What stands where a table is due. `EXTRACT(day FROM x)` and `IS DISTINCT FROM x` name none."""
    levels = [_Level()]
    for at, token in enumerate(tokens):
        word, now = token.upper(), levels[-1]
        if token == "(":  # noqa: S105 - a bracket
            levels.append(_Level(selects=now.due, listing=now.due, due=now.due))
            now.due = False
        elif token == ")" and len(levels) > 1:  # noqa: S105 - a bracket
            levels.pop()
        elif word == "SELECT":
            levels[-1] = _Level(selects=True)
        elif (word == "FROM" and now.selects and not _compares(tokens, at)) or (word == "JOIN" and now.listing):
            now.listing = now.due = True
        elif token == "," and now.listing:  # noqa: S105 - a comma
            now.due = True
        elif word in _ENDING:
            now.listing = now.listing and word in ("ON", "USING")
            now.due = False
        elif now.due and word not in _BEFORE:
            now.due = False
            if re.match(r'[\w"`{]', token) and tokens[at + 1 : at + 2] != ["("]:
                yield token


def _made(tokens: Sequence[str]) -> Iterator[str]:
    """The names of WITH: what stands before `AS (`, or before the columns in brackets before it."""
    for at, token in enumerate(tokens):
        further = [one for one in tokens[at + 1 : at + 4] if one.upper() not in ("NOT", "MATERIALIZED")]
        if at and token.upper() == "AS" and further[:1] == ["("]:
            before = at - 1
            if tokens[before] == ")":
                before = next((one for one in range(before, 0, -1) if tokens[one] == "("), 1) - 1
            yield tokens[before]


def _compares(tokens: Sequence[str], at: int) -> bool:
    """Whether this FROM belongs to `IS [NOT] DISTINCT FROM`."""
    before = [token.upper() for token in tokens[max(at - 3, 0) : at]]
    return before[-1:] == ["DISTINCT"] and "IS" in before


def _plain(name: str) -> str:
    return re.sub(r'["`\s]', "", name)
