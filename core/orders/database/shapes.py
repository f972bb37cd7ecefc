"""What the relations really look like, and whether this user may do more than read them.

Owns every question to the database's own catalogue: a table's columns, the columns of a query's result, rights. Reads
no order.
"""

import re
from collections.abc import Collection, Mapping
from datetime import date, datetime
from decimal import Decimal
from uuid import UUID

from sqlalchemy import Boolean, CursorResult, TextClause, inspect, select, text
from sqlalchemy.engine import Connection, Inspector
from sqlalchemy.exc import NoSuchTableError
from sqlalchemy.types import NullType

from core.orders.database.complaints import no_such
from core.orders.database.connections import Doors

Shape = Mapping[str, type | None]
"""The Python type each column holds; None where it may hold anything."""

_WRITING = ("INSERT", "UPDATE", "DELETE", "TRUNCATE")
_MYSQL_WRITING = re.compile(r"^GRANT (?P<rights>.*?) ON (?P<what>\S+) TO", re.IGNORECASE)
_MYSQL_MORE = ("ALL PRIVILEGES", "ALL", "DROP", "ALTER", "CREATE", "FILE", "SUPER")
_POSTGRESQL_RIGHTS = text("""
SELECT bool_or(has_table_privilege(c.oid, 'INSERT')), bool_or(has_table_privilege(c.oid, 'UPDATE')),
       bool_or(has_table_privilege(c.oid, 'DELETE')), bool_or(has_table_privilege(c.oid, 'TRUNCATE'))
FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
WHERE c.relkind IN ('r', 'p') AND n.nspname <> 'information_schema' AND n.nspname !~ '^pg_'
""")
_POSTGRESQL_TYPES: dict[int, type] = {
    16: bool, 17: bytes, 20: int, 21: int, 23: int, 700: float, 701: float, 1700: Decimal, 2950: UUID,
    114: dict, 3802: dict, 1082: date, 1114: datetime, 1184: datetime,
}  # fmt: skip
_MYSQL_TYPES: dict[int, type] = {
    0: Decimal, 246: Decimal, 1: int, 2: int, 3: int, 8: int, 9: int, 4: float, 5: float, 10: date, 7: datetime,
    12: datetime,
}  # fmt: skip


def table(doors: Doors, connection: Connection, name: str, schema: str | None) -> Shape:
    """A table's or view's columns. OrdersUnreachable where it is not there, with what is."""
    inspector = inspect(connection)
    try:
        found = inspector.get_columns(name, schema=schema)
    except NoSuchTableError:
        raise no_such(doors.url, "table", name, _names(inspector, schema)) from None
    return {column["name"]: _python_type(doors.kind, column["type"]) for column in found}


def result(connection: Connection, query: TextClause) -> Shape:
    """The columns of a query's result. Where the server's description does not tell text from binary (MySQL), one row
    is read to see."""
    kind = connection.dialect.name
    rows = 1 if kind in ("mysql", "mariadb") else 0
    asked = select(text("*")).select_from(query.columns().subquery("q")).limit(rows)
    found: CursorResult[tuple[object, ...]] = connection.execute(asked)
    described = found.cursor.description
    names, row = list(found.keys()), found.first()
    types = [_described(kind, column[1], None if row is None else row[at]) for at, column in enumerate(described or ())]
    return dict(zip(names, types, strict=True))


def warnings(doors: Doors, tables: Collection[str] = ()) -> tuple[str, ...]:
    """What this database user may do besides reading `tables`, each in a sentence with the remedy. A SQLite file is
    opened so that it cannot be written, whoever we are: nothing to warn of."""
    if doors.kind == "sqlite":
        return ()
    with doors.reading() as connection:
        user, rights = _postgresql(connection) if doors.kind == "postgresql" else _mysql(connection)
    if not rights:
        return ()
    warning = f"The database user {user} may do more than read: {', '.join(rights)}. Orderlens never writes, but"
    read = ", ".join(sorted(tables)) or "the tables it reads"
    return (f"{warning} a user of its own with SELECT only is safer: GRANT SELECT ON {read} TO orderlens_reader.",)


def _names(inspector: Inspector, schema: str | None) -> list[str]:
    return inspector.get_table_names(schema) + inspector.get_view_names(schema)


def _python_type(kind: str, column_type: object) -> type | None:
    if isinstance(column_type, Boolean):
        return bool
    if kind == "sqlite" or isinstance(column_type, NullType):
        return None
    try:
        known = column_type.python_type  # type: ignore[attr-defined] # a type of SQLAlchemy's
    except NotImplementedError:
        return str
    return known if isinstance(known, type) else None


def _described(kind: str, code: object, sample: object) -> type | None:
    """The type that a driver's description and one value of the column tell."""
    if kind == "sqlite" or not isinstance(code, int):
        return None
    if kind == "postgresql":
        return _POSTGRESQL_TYPES.get(code, str)
    return _MYSQL_TYPES.get(code) or (bytes if isinstance(sample, bytes) else str)


def _postgresql(connection: Connection) -> tuple[str, list[str]]:
    user, superuser = connection.execute(
        text("SELECT current_user, coalesce((SELECT rolsuper FROM pg_roles WHERE rolname = current_user), false)")
    ).one()
    may = connection.execute(_POSTGRESQL_RIGHTS).one()
    return str(user), (["superuser"] if superuser else []) + [
        right for right, granted in zip(_WRITING, may, strict=True) if granted
    ]


def _mysql(connection: Connection) -> tuple[str, list[str]]:
    user = str(connection.scalar(text("SELECT CURRENT_USER()")))
    rights: dict[str, None] = {}
    for (grant,) in connection.execute(text("SHOW GRANTS FOR CURRENT_USER")):
        found = _MYSQL_WRITING.match(str(grant))
        for right in re.sub(r"\([^()]*\)", "", found["rights"]).upper().split(",") if found else ():
            if right.strip() in (*_WRITING, *_MYSQL_MORE):
                rights[right.strip()] = None
    return user, list(rights)
