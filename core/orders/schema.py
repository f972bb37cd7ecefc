"""What the orders table really looks like, and whether this user may do more than read it.

Owns every question to the database's own catalogue. Refuses to read a row.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass

from sqlalchemy import inspect, text
from sqlalchemy.engine import Connection
from sqlalchemy.exc import NoSuchTableError
from sqlalchemy.types import NullType

from core.orders.doors import Doors
from core.orders.trouble import no_such
from core.settings import OrdersTable

_WRITING = ("INSERT", "UPDATE", "DELETE", "TRUNCATE")
_MYSQL_WRITING = re.compile(r"^GRANT (?P<rights>.*?) ON (?P<what>\S+) TO", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Shape:
    """The Python type each of our columns holds (by our name); None where it may hold anything."""

    types: Mapping[str, type | None]


def shape(doors: Doors, table: OrdersTable) -> Shape:
    """The table as it is. OrdersUnreachable where the table or a column is not there, with what is."""
    with doors.inspecting() as connection:
        inspector = inspect(connection)
        try:
            found = inspector.get_columns(table.table, schema=table.schema_name)
        except NoSuchTableError:
            there = inspector.get_table_names(table.schema_name) + inspector.get_view_names(table.schema_name)
            raise no_such(doors.url, "table", table.table, there) from None
        types = {column["name"]: column["type"] for column in found}
        for ours, name in table.columns.items():
            if name not in types:
                raise no_such(doors.url, f"column for {ours} in `{table.table}`:", name, list(types))
        return Shape({ours: _python_type(doors.kind, types[name]) for ours, name in table.columns.items()})


def warnings(doors: Doors, table: OrdersTable) -> tuple[str, ...]:
    """What this database user may do besides reading, each in a sentence with the remedy. A SQLite file is opened so
    that it cannot be written, whoever we are: nothing to warn of."""
    if doors.kind == "sqlite":
        return ()
    with doors.reading() as connection:
        user, rights = _postgresql(connection, table) if doors.kind == "postgresql" else _mysql(connection, table)
    if not rights:
        return ()
    name = f"{table.schema_name}.{table.table}" if table.schema_name else table.table
    warning = f"The database user {user} may do more than read: {', '.join(rights)}. Orderlens never writes, but"
    return (f"{warning} a user of its own with SELECT only is safer: GRANT SELECT ON {name} TO orderlens_reader.",)


def _python_type(kind: str, column_type: object) -> type | None:
    if kind == "sqlite" or isinstance(column_type, NullType):
        return None
    try:
        known = column_type.python_type  # type: ignore[attr-defined] # a type of SQLAlchemy's
    except NotImplementedError:
        return str
    return known if isinstance(known, type) else None


def _postgresql(connection: Connection, table: OrdersTable) -> tuple[str, list[str]]:
    user, superuser = connection.execute(
        text("SELECT current_user, coalesce((SELECT rolsuper FROM pg_roles WHERE rolname = current_user), false)")
    ).one()
    name = ".".join(
        connection.dialect.identifier_preparer.quote(part) for part in (table.schema_name, table.table) if part
    )
    asked = text("SELECT has_table_privilege(current_user, :name, :right)")
    rights = [right for right in _WRITING if connection.scalar(asked, {"name": name, "right": right})]
    return str(user), (["superuser"] if superuser else []) + rights


def _mysql(connection: Connection, table: OrdersTable) -> tuple[str, list[str]]:
    user = str(connection.scalar(text("SELECT CURRENT_USER()")))
    database = table.schema_name or connection.scalar(text("SELECT DATABASE()"))
    ours = {f"{schema}.{name}".lower() for schema in ("*", database) for name in ("*", table.table)}
    rights: dict[str, None] = {}
    for (grant,) in connection.execute(text("SHOW GRANTS FOR CURRENT_USER")):
        found = _MYSQL_WRITING.match(str(grant))
        if not found or found["what"].replace("`", "").replace("\\", "").lower() not in ours:
            continue
        for right in re.sub(r"\(.*?\)", "", found["rights"]).upper().split(","):
            if right.strip() in (*_WRITING, "ALL PRIVILEGES", "ALL", "DROP", "ALTER", "CREATE", "FILE", "SUPER"):
                rights[right.strip()] = None
    return user, list(rights)
