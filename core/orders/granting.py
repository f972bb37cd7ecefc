"""The SQL that makes a database user for Orderlens who may read what the settings name, and nothing else.

It is for the database's owner to run. No password is in it.
"""

from core.orders.database import Doors, tables_of
from core.settings import OrdersMapping

ROLE = "orderlens_reader"


def grants(doors: Doors, mapping: OrdersMapping) -> str:
    """The statements, one a line; "" for SQLite, whose file is opened so that it cannot be written."""
    tables = sorted(tables_of(mapping))
    name = doors.url.database or ""
    if doors.kind == "postgresql":
        own = mapping.database.schema_name or "public"
        schemas = sorted({_split(one, own)[0] for one in tables} | {own})
        return "\n".join(
            [
                f"CREATE ROLE {ROLE} LOGIN PASSWORD '...';",
                f"ALTER ROLE {ROLE} SET default_transaction_read_only = on;",
                f'GRANT CONNECT ON DATABASE "{name}" TO {ROLE};',
                *(f'GRANT USAGE ON SCHEMA "{schema}" TO {ROLE};' for schema in schemas),
                *('GRANT SELECT ON "{}"."{}" TO {};'.format(*_split(one, own), ROLE) for one in tables),
            ]
        )
    if doors.kind in ("mysql", "mariadb"):
        return "\n".join(
            [
                f"CREATE USER '{ROLE}'@'%' IDENTIFIED BY '...';",
                *("GRANT SELECT ON `{}`.`{}` TO '{}'@'%';".format(*_split(one, name), ROLE) for one in tables),
            ]
        )
    return ""


def _split(table: str, own: str) -> tuple[str, str]:
    schema, _, bare = table.rpartition(".")
    return schema or own, bare
