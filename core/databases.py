"""A database's address: understood, called by a name that tells nothing, and an engine that keeps it to itself.

What a driver says of a connection that fails may quote the address: every such text is cleaned where it is raised, so
that no error holds a password, nor one that it was raised from. Which statements are run is not known here.
"""

import warnings
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Final

from sqlalchemy import Engine, event, make_url
from sqlalchemy import create_engine as new_engine
from sqlalchemy.engine import URL
from sqlalchemy.exc import SAWarning, SQLAlchemyError

from core.addresses import ESCAPED, hidden, misnamed, misplaced_at, unfinished
from core.errors import SettingsError

PORTS: Final = 65_536
_WRONG = (ValueError, TypeError, LookupError, AttributeError, RuntimeError)  # drivers raise them beside their own


@dataclass(frozen=True, slots=True)
class Setting:
    """The setting that holds an address. `name`: the variable; `whose`: "The journal's"; `drivers`: SQLAlchemy's by the
    names that people use; `example`: what to set it to."""

    name: str
    whose: str
    drivers: Mapping[str, str]
    example: str

    def error(self, what: str, next_step: str = "") -> SettingsError:
        """It is wrong: `what`, to be read after "The journal's address"."""
        step = next_step or f"Set {self.name} to {self.example}."
        return SettingsError(f"{self.whose} address {what}.", next_step=step, setting=self.name)

    def understood(self, url: str) -> URL:
        """The address as SQLAlchemy reads it. SettingsError, which repeats nothing of it, where it is none."""
        try:
            parsed = make_url(url.strip())
        except (SQLAlchemyError, ValueError):  # the latter: a port that is no number
            parsed = None
        driver = parsed and self.drivers.get(parsed.drivername.partition("+")[0])
        if parsed is None or not driver:
            raise self.error("is not one Orderlens understands", f"{self._step()} {ESCAPED}")
        if driver == "sqlite":
            if parsed.database in (None, "", ":memory:") or parsed.host or parsed.username or parsed.password:
                raise self.error("is not one Orderlens understands", self._step())
        elif misplaced_at(url) or set(parsed.host or "") & set('?#@"<>\\ '):
            raise self.error("has an @ that is not the one before the host", f"{ESCAPED} It stands in {self.name}.")
        elif unfinished(url) or (parsed.port is not None and not 0 < parsed.port < PORTS):
            raise self.error("has a port that is none", f"{self._step()} {ESCAPED}")
        return parsed.set(drivername=driver)

    def engine(self, url: URL, **options: Any) -> Engine:  # noqa: ANN401 - SQLAlchemy's
        """An engine on it. SettingsError, then or at the first connection, where the driver does not take an option."""
        problem, made = "", None
        try:
            with warnings.catch_warnings(action="error", category=SAWarning):  # of an option that it would pass over
                made = new_engine(url, **options)
        except (SQLAlchemyError, SAWarning, *_WRONG) as error:
            problem = hidden(str(error), held(url))
        if made is None:
            raise self._option(problem)

        @event.listens_for(made, "do_connect")
        def _(dialect: Any, _record: object, args: Any, params: Any) -> Any:  # noqa: ANN401 - SQLAlchemy's
            try:
                return dialect.connect(*args, **params)
            except _WRONG as error:
                problem = hidden(str(error), held(url))
            except (dialect.loaded_dbapi.Error, OSError) as error:
                _clean(error, url)
                raise
            raise self._option(problem)

        return made

    def _step(self) -> str:
        return f"Set {self.name} to {self.example}."

    def _option(self, problem: str) -> SettingsError:
        step = f"Correct the options behind the ? in {self.name}, or leave them out."
        return self.error(f"has something that its driver does not take ({' '.join(problem.split())[:200]})", step)


def place(url: URL) -> str:
    """Which database, for people: the file, or name, host and port; never who or with what."""
    if url.get_backend_name() == "sqlite":
        path = str(url.database)
        last = path.rfind("@")
        colon = path.find(":", 0, max(last, 0))
        if colon < 0:
            return path
        return f"{path[: path.rfind('/', 0, colon) + 1]}***@{path[last + 1 :]}"  # a user's place is in no path
    hosts = url.query.get("host") or ()
    host = url.host or (hosts if isinstance(hosts, str) else ", ".join(hosts)) or "localhost"
    at = f"{host}{f':{url.port}' if url.port else ''}"
    return f"{url.database} at {at}" if url.database else at


def held(url: URL) -> frozenset[str]:
    """What of an address nobody may see: the password, and every option that says not where the database is."""
    options = [
        one
        for name, values in url.query.items()
        if name not in ("host", "port", "dbname")
        for one in ((values,) if isinstance(values, str) else values)
    ]
    return frozenset(filter(None, [str(url.password or ""), *options, *misnamed(url.query)]))


def _clean(error: BaseException, url: URL) -> None:
    """Take out of an error, and of all that it came from, what the address holds."""
    for one in _chain(error):
        one.args = tuple(hidden(part, held(url)) if isinstance(part, str) else part for part in one.args)


def _chain(error: BaseException | None) -> Iterator[BaseException]:
    seen: list[BaseException] = []
    waiting = [error]
    while waiting:
        one = waiting.pop()
        if one is not None and one not in seen:
            seen.append(one)
            waiting += [one.__cause__, one.__context__]
    yield from seen
