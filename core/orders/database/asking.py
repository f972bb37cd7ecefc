"""A query of the settings about one order: its rows, at most some, with the order's own names in its gaps."""

from collections.abc import Mapping, Sequence

from sqlalchemy import TextClause, bindparam, select, text
from sqlalchemy.engine import Connection
from sqlalchemy.types import NullType

from core.settings import bound, gaps

MOST = 20


def asked(connection: Connection, query: str, names: Mapping[str, object], prefix: str) -> Sequence[object]:
    """The first column of the rows that the query finds. A value goes without a type, so that the database takes it as
    that of the column beside it (`order_id = :id`, be it a number or a UUID there)."""
    statement = text(bound(query.replace("{prefix}", prefix).strip().removesuffix(";")) + "\n")
    own = [bindparam(name, names[name], type_=NullType()) for name in gaps(query)]
    wrapped: TextClause = statement.bindparams(*own)
    rows = connection.execute(select(text("*")).select_from(wrapped.columns().subquery("q")).limit(MOST))
    return [row[0] for row in rows]
