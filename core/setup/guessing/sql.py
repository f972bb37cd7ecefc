"""The little SQL that a guessed mapping needs: names, texts, one join. Pure.

Never run from here: it becomes a setting, and is wrapped and bounded like any other.
"""

import re
from collections.abc import Iterable

_RESERVED = frozenset(
    "order user group key keys index values default check references transaction desc table to".split()
)


def select(columns: Iterable[tuple[str, str]], source: str, *, join: str = "", where: Iterable[str] = ()) -> str:
    """`SELECT p.order_id, r.amount FROM refunds r JOIN ... WHERE ...`, a line each; of `columns` the expression and
    what it is called, of `where` the conditions that all have to hold, "" for none."""
    chosen = ", ".join(one if _bare(one) == meant else f"{one} AS {meant}" for one, meant in columns)
    lines = [f"SELECT {chosen}", f"FROM {source}", *([f"JOIN {join}"] if join else [])]  # a setting: see above
    return "\n".join([*lines, *([f"WHERE {wanted}"] if (wanted := both(*where)) else []), ""])


def both(*conditions: str) -> str:
    """Conditions that all have to hold; "" for none."""
    return " AND ".join(one for one in conditions if one)


def one_of(column: str, words: Iterable[str], dialect: str, *, alias: str = "") -> str:
    """That a column holds one of these words."""
    return f"{named(column, dialect, alias)} IN ({', '.join(literal(one, dialect) for one in words)})"


def named(column: str, dialect: str, alias: str = "") -> str:
    """A column, of the table that `alias` stands for where it is said."""
    return f"{alias}.{quoted(column, dialect)}" if alias else quoted(column, dialect)


def quoted(name: str, dialect: str) -> str:
    """A column's name in SQL: quoted where it has to be."""
    if re.fullmatch(r"[a-z_][a-z0-9_]*", name) and name not in _RESERVED:
        return name
    return f"`{name}`" if dialect in ("mysql", "mariadb") else f'"{name}"'


def quoted_table(name: str, dialect: str) -> str:
    """A table's name in SQL, its schema before it."""
    return ".".join(quoted(part, dialect) for part in name.split("."))


def literal(text: str, dialect: str = "") -> str:
    """A text in SQL; MySQL reads a backslash as an escape."""
    plain = text.replace("\\", "\\\\") if dialect in ("mysql", "mariadb") else text
    return "'" + plain.replace("'", "''") + "'"


def _bare(expression: str) -> str:
    return expression.rpartition(".")[2].strip('"`')
