"""Outages made up in a journal, as scans would have left them."""

import time
from typing import Any

from core.journal import Journal
from core.money import Money
from core.outages import SLOT
from core.times import HOUR
from tests.journal.noted import found

FAILING = "webhook_failing"
TITLE = "Stripe keeps trying, your app refuses"


def scanned(
    journal: Journal,
    *,
    days: int = 7,
    until: int | None = None,
    state: Any = "complete",  # noqa: ANN401 - a state
    why: str = "",
) -> int:
    """A scan of these days that has just ended so."""
    now = int(time.time())
    until = until or now - 5
    begun = journal.scans.begin(
        since=until - days * 86_400, until=until, key_mode="test", account=None, who="ana", now=now - 60
    )
    ended = journal.scans.finish(begun.id, state, now=now, why=why, orders=1240, sessions=1300, requests=14)
    return ended.id


def outage(
    journal: Journal,
    *,
    since: int,
    cases: int = 12,
    step: int = 300,
    code: str = FAILING,
    first: int = 1,
    **changed: Any,  # noqa: ANN401 - any field
) -> list[str]:
    """Cases of one code, one every `step` seconds from `since` on; their keys."""
    now = int(time.time())
    about: dict[str, Any] = {"codes": (code,), "currency": "eur", "money": Money(14_900, "eur"), "at": now}
    keys = [f"order:{number}" for number in range(first, first + cases)]
    noted = [
        found(key, code, **{**about, "happened_at": since + step * place, **changed}) for place, key in enumerate(keys)
    ]
    journal.inbox.note(noted, now=now)
    return keys


def booked(journal: Journal, *, since: int, until: int, orders: int = 5) -> None:
    """So many orders in each slot came through well."""
    journal.inbox.note_booked(dict.fromkeys(range(since // SLOT * SLOT, until, SLOT), orders))


def morning() -> int:
    """Some hours ago, at the beginning of a slot."""
    return (int(time.time()) - 6 * HOUR) // SLOT * SLOT
