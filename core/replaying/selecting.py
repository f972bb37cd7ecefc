"""Which cases a run is planned for. Asks the inbox at most, neither of the two sides."""

from collections.abc import Iterable
from dataclasses import dataclass

from core.journal import Filter, Inbox
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


def _cases(number: int) -> str:
    return f"{number:,} {'case' if number == 1 else 'cases'}"
