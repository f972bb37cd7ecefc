"""An inbox made up in a journal, and what the page shows of it."""

import time

from streamlit.testing.v1 import AppTest

from core.findings import Severity
from core.journal import Hole, Journal
from core.journal.scan_records import State
from core.money import Money
from tests.dashboard.conftest import listed
from tests.journal.noted import found, untold

GREEN = ":green"
HOSTILE = "![i](https://evil.example/i.png) <img src=x onerror=alert(1)> [l](https://evil.example) **b** $x$"


def scanned(journal: Journal, state: State = "complete", *, until: int | None = None, orders: int = 0) -> int:
    """A scan of seven days that has just ended so."""
    now = int(time.time())
    begun = journal.scans.begin(
        since=now - 7 * 86_400, until=until or now - 5, key_mode="test", account=None, who="ana", now=now - 60
    )
    holes = [Hole("sessions", now - 3600, now - 1800, f"Stripe answered 500 {HOSTILE}")] if state == "partial" else []
    numbers = {"orders": orders, "sessions": orders + 60, "requests": 14}
    ended = journal.scans.finish(begun.id, state, now=now, holes=holes, why="", **numbers)
    return ended.id


def orders(page: AppTest) -> list[str]:
    """The orders of the table, from the top."""
    return [row["order"] for row in listed(page)]


def noted(journal: Journal) -> None:
    """Four cases and a scan."""
    now = int(time.time())
    cases = [
        found("order:1", at=now, severity=Severity.HIGH, code="stale_id", codes=("stale_id",)),
        found("order:2", at=now, money=Money(900, "jpy"), currency="jpy"),
        found("order:3", at=now, money=None, number=HOSTILE, email=HOSTILE, title=HOSTILE),
        untold("order:4", at=now, because=HOSTILE),
    ]
    journal.inbox.note(cases, now=now)
    scanned(journal)
