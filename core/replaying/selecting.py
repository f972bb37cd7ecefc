"""Which cases a run is planned for."""

from collections.abc import Iterable
from dataclasses import dataclass

from core.desk import Desk
from core.errors import UsageError
from core.journal import Filter, Inbox
from core.people import Person
from core.replays import How
from core.times import moment

_PAGE = 500


@dataclass(frozen=True, slots=True)
class Wanted:
    """One case; `event_id`: that event of it alone. `how`, `endpoint_id`: as a plan's file has them, else the run's."""

    key: str
    event_id: str | None = None
    how: How | None = None
    endpoint_id: str | None = None


@dataclass(frozen=True, slots=True)
class Selection:
    """Which cases, and `says` the same in words."""

    wanted: tuple[Wanted, ...]
    says: str


def of_keys(keys: Iterable[str], says: str = "") -> Selection:
    """Cases by their keys."""
    wanted = tuple(Wanted(key) for key in dict.fromkeys(keys))
    return Selection(wanted, says or _cases(len(wanted)))


def of_filter(inbox: Inbox, chosen: Filter, says: str, *, most: int = 100_000) -> Selection:
    """All cases of a filter, the worst first; one more than `most` where there are more, so that this is seen."""
    keys, after = list[str](), None
    while len(keys) <= most:
        cases, after = inbox.page(chosen, after=after, limit=_PAGE)
        keys += [case.key for case in cases]
        if after is None:
            break
    return Selection(tuple(map(Wanted, keys[: most + 1])), says)


def of_cause(inbox: Inbox, code: str, *, since: int | None = None, most: int = 100_000) -> Selection:
    """The unsettled cases with this headline, that happened at or after `since` (seconds since 1970)."""
    span = f" since {moment(since)}" if since is not None else ""
    return of_filter(inbox, Filter(headlines=(code,), happened_since=since), f"all cases of {code}{span}", most=most)


def of_references(desk: Desk, references: Iterable[str], *, who: Person) -> Selection:
    """Cases by what people call them, or by an event (`evt_...`), which is then sent alone. UsageError where one means
    none, or several."""
    wanted = list[Wanted]()
    for name in dict.fromkeys(references):
        found = desk.find(name, who=who)
        if found.only is None:
            keys = ", ".join(hit.key for hit in found.hits[:5])
            raise UsageError(
                f"{name} means several cases." if found.hits else f"Nothing was found for {name}.",
                next_step=f"Ask again with one of these: {keys}." if keys else "Check how it is written, and the mode.",
            )
        wanted.append(Wanted(found.only.key, name.strip() if name.strip().startswith("evt_") else None))
    return Selection(tuple(wanted), _cases(len(wanted)))


def _cases(number: int) -> str:
    return f"{number:,} {'case' if number == 1 else 'cases'}"
