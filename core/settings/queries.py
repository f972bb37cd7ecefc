"""Queries that stand in the settings: what may be one, and the gaps in one that asks for a single order. Pure."""

import re
from typing import Annotated, Final

from pydantic import AfterValidator

GAPS: Final = ("id", "number", "session_id", "payment_intent_id", "charge_id")
"""What a query can ask with: `:id` is the order's."""
_LITERAL = r"'[^']*(?:'|\Z)|\"[^\"]*(?:\"|\Z)|`[^`]*(?:`|\Z)|--[^\n]*|/\*.*?(?:\*/|\Z)"
_GAP = re.compile(rf"(?P<kept>{_LITERAL}|::)|:(?P<gap>[A-Za-z_]\w*)", re.DOTALL)


def _select(sql: str) -> str:
    bare = re.sub(r"--[^\n]*|/\*.*?(?:\*/|\Z)", " ", sql, flags=re.DOTALL).strip()
    if not re.match(r"(?i)\(*\s*(select|with)\b", bare):
        raise ValueError("a query is one SELECT (or WITH ... SELECT) and nothing else")
    return sql


def _asking(sql: str) -> str:
    found = gaps(sql)
    unknown = [name for name in found if name not in GAPS]
    if unknown:
        raise ValueError(f"the query cannot ask with `:{unknown[0]}`; it can with :{', :'.join(GAPS)}")
    if not found:
        raise ValueError("the query says the same of every order: let it ask for this one, `WHERE order_id = :id`")
    return sql


def gaps(sql: str) -> tuple[str, ...]:
    """The names of the gaps in a query, each once; a colon inside a text, a comment or a cast is none."""
    return tuple(dict.fromkeys(found["gap"] for found in _GAP.finditer(sql) if found["gap"]))


def bound(sql: str) -> str:
    """The query as SQLAlchemy's text: its gaps are parameters, no other colon is."""
    return _GAP.sub(lambda one: f":{one['gap']}" if one["gap"] else one["kept"].replace(":", "\\:"), sql)


Query = Annotated[str, AfterValidator(_select)]
Asking = Annotated[Query, AfterValidator(_asking)]
"""A query about one order."""
