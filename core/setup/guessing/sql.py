"""The little SQL that a guessed mapping needs: names, texts, one join. Pure.

Never run from here: it becomes a setting, and is wrapped and bounded like any other.
"""

import re

from core.setup.guessing.sampling import Table


def select(
    dialect: str,
    columns: tuple[tuple[str, str, str], ...],
    table: Table,
    between: Table,
    on: tuple[str, str],
    other: str = "p",
) -> str:
    """`SELECT p.order_id, r.amount FROM refunds r JOIN payments p ON p.id = r.payment_id`."""
    chosen = ", ".join(
        f"{other if alias != 'r' else 'r'}.{quoted(name, dialect)}" + (f" AS {meant}" if name != meant else "")
        for alias, name, meant in columns
    )
    mine, theirs = quoted_table(table.name, dialect), quoted_table(between.name, dialect)
    joined = f"{other}.{quoted(on[1], dialect)} = r.{quoted(on[0], dialect)}"
    return f"SELECT {chosen} FROM {mine} r JOIN {theirs} {other} ON {joined}"  # noqa: S608 - every part is quoted above; it is a setting, and is run as one


def aliased(where: str, table: Table, dialect: str) -> str:
    """A condition on `table` with each column of it named as the alias `r` of a query."""
    for name in sorted(table.columns, key=len, reverse=True):
        where = re.sub(
            rf"(?<![\w.'\"`]){re.escape(quoted(name, dialect))}(?![\w'\"`])", f"r.{quoted(name, dialect)}", where
        )
    return where


def quoted(name: str, dialect: str) -> str:
    """A column's name in SQL: quoted where it has to be."""
    if re.fullmatch(r"[a-z_][a-z0-9_]*", name) and name not in _RESERVED:
        return name
    return f"`{name}`" if dialect in ("mysql", "mariadb") else f'"{name}"'


def quoted_table(name: str, dialect: str) -> str:
    """A table's name in SQL, its schema before it."""
    return ".".join(quoted(part, dialect) for part in name.split("."))


_RESERVED = frozenset(
    "order user group key keys index values default check references transaction desc table to".split()
)


def literal(text: str) -> str:
    """A text in SQL."""
    return "'" + text.replace("'", "''") + "'"
