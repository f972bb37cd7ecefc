"""A database's complaint becomes `OrdersUnreachable`: what, where, and the next step; so does what the settings name
and it has not. No password is ever repeated."""

import re
from collections.abc import Collection, Iterable
from difflib import get_close_matches

from sqlalchemy.engine import URL
from sqlalchemy.exc import SQLAlchemyError

from core import databases
from core.addresses import hidden
from core.errors import OrdersUnreachable, SettingsError, redact

_NEARLY = 0.8  # of two words that are one but for a slip, or an ending
SETTING = "ORDERLENS_DATABASE_URL"
_AWAY = (
    r"could not translate host|Name or service not known|Connection refused|Can't connect|could not connect"
    r"|connection failed|connection timeout|No such file|server closed|timed out|gone away|Lost connection"
)
_KINDS: tuple[tuple[str, str, str], ...] = (
    (r"database is locked|lock timeout|Lock wait timeout", "is locked by another program", "Try again in a moment."),
    (
        r"interrupted|statement timeout|max_statement_time|maximum statement execution|timed out during",
        "took too long to answer; the query was ended",
        "Try again; if it stays so, an index on the column that is searched for helps.",
    ),
    (
        r"unable to open database file|attempt to write a readonly",
        "cannot be opened by this user",
        "Let it read the file, and (for a database in WAL mode) the folder with its -wal and -shm files.",
    ),
    (r"file is not a database|malformed", "is not a SQLite database", f"Check the path in {SETTING}."),
    (
        r"password authentication failed|Access denied|no password supplied|role \S+ does not exist",
        "refused the user or its password",
        f"Check user and password in {SETTING}.",
    ),
    (r"database \S+ does not exist|Unknown database", "has no such database", f"Check its name in {SETTING}."),
    (
        r"permission denied|command denied|not authorized|prohibited",
        "does not let this user read the orders",
        "Grant it SELECT on the orders table, nothing else.",
    ),
    (
        r"unsupported startup parameter",
        "is a connection pooler that refuses Orderlens' read-only settings",
        f"Put the database's own address (not the pooler's) into {SETTING}.",
    ),
    (_AWAY, "cannot be reached", f"Check that it runs, and host and port in {SETTING}."),
)


def place(url: URL) -> str:
    """Which database, for people: the file, or name and host."""
    return f"The orders database {databases.place(url)}"


def unreachable(url: URL, error: SQLAlchemyError | OSError) -> OrdersUnreachable:
    """The complaint `error` of the database at `url` in words."""
    original = getattr(error, "orig", None) or error
    said = " ".join(redact(hidden(str(original), databases.held(url))).split())
    for pattern, what, step in _KINDS:
        if re.search(pattern, said, re.IGNORECASE):
            return OrdersUnreachable(f"{place(url)} {what} ({said[:200]}).", next_step=step, setting=SETTING)
    return OrdersUnreachable(
        f"{place(url)} could not be read: {said[:300]}.",
        next_step=f"Check {SETTING}, and the columns in orderlens.toml.",
        setting=SETTING,
    )


def no_file(url: URL) -> OrdersUnreachable:
    """The SQLite file is not there. It is not made: an empty database would look like a shop without orders."""
    return OrdersUnreachable(
        f"{place(url)} is not there, or is not a file.",
        next_step=f"Check the path in {SETTING}: sqlite:///relative/path or sqlite:////absolute/path.",
        setting=SETTING,
    )


def misspelled(result: Iterable[str], given: Collection[str], used: Collection[str], known: Collection[str]) -> None:
    """SettingsError where a column of a query's result that nobody uses is nearly one of the `known` names, which
    nothing gives (`given`): it would be passed over, and nobody would know."""
    missing = sorted(set(known) - set(given))
    for name in result:
        if name not in used and (near := get_close_matches(name.lower(), missing, n=1, cutoff=_NEARLY)):
            raise SettingsError(
                f"The query's result has a column `{name}`, no name that Orderlens knows. Did you mean `{near[0]}`?",
                next_step=f"Select it AS {near[0]}; if it is something else, leave it out, or name it in extra.",
                setting="orders.query",
            )


def no_such(url: URL, kind: str, name: str, there: list[str]) -> OrdersUnreachable:
    """The settings name a table or column (`kind`) that does not exist; `there` is what does."""
    close = get_close_matches(name.lower(), [one.lower() for one in there], n=1, cutoff=0.5)
    hint = next((f" Did you mean `{one}`?" for one in there if close and one.lower() == close[0]), "")
    listed = ", ".join(sorted(there)[:40]) or "nothing this user may see"
    return OrdersUnreachable(
        f"{place(url)} has no {kind} `{name}`.{hint} There is: {listed}.",
        next_step=f"Name the right {kind.split(maxsplit=1)[0]} in orderlens.toml.",
        setting="orders.table" if kind == "table" else "orders.columns",
    )


def no_equation(on: str) -> SettingsError:
    """The error for a `join.on` that is no equation of two columns."""
    return SettingsError(
        f"join.on: `{on}` is not an equation of two columns.",
        next_step='Write on = "id = user_id": a column of the joined table, then one of the relation (or a list).',
        setting="orders.join",
    )
