"""The inbox with many cases: how long a page, a summary, a count, a batch of readings and the whole CSV take.

A page should cost the same wherever it stands and however the cases are filtered: the ratio beside each is to the first
page without a filter. On SQLite and PostgreSQL.

    python benchmarks/inbox.py [--cases 100000] [--times 5]
"""

import argparse
import random
import statistics
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from dataclasses import replace
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[1]))

from core.findings import Confidence, Severity
from core.journal import Filter, Journal, Noted
from core.money import Money
from core.outages import outages
from tests.databases import SERVERS, postgresql
from tests.people import person

NOW = 1_760_000_000
DAY = 86_400
BATCH = 500
FIRST = "first page"
CODES = [f"code_number_{n}" for n in range(40)]
SAID = "The customer paid 42.00 USD on 1 Oct 2026 and the order still says pending, because no event arrived. " * 3


def main() -> None:
    """Fill, measure, print side by side."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--cases", type=int, default=100_000)
    parser.add_argument("--times", type=int, default=5)
    chosen = parser.parse_args()
    took: dict[str, dict[str, float]] = {}
    for name, opened in (("SQLite", _sqlite), ("PostgreSQL", postgresql)):
        with opened() as url, closing(Journal(url)) as journal:
            took[name] = measured(journal, chosen.cases, chosen.times)
    print(f"{chosen.cases} cases, median of {chosen.times}; beside each, how many times a first page\n")
    print(" " * 32 + "".join(f"{name:>12}{'':8}" for name in took))
    for label in next(iter(took.values())):
        cells = (f"{1000 * one[label]:9.1f} ms{one[label] / one[FIRST]:8.1f}" for one in took.values())
        print(f"{label:32}" + "".join(cells))


def measured(journal: Journal, cases: int, times: int) -> dict[str, float]:
    """The seconds that each question takes, on one engine."""
    inbox = journal.inbox
    noting = statistics.median(_fill(journal, cases))
    inbox.acknowledge([f"order:{n}" for n in range(0, cases, 7)], person("ada"), NOW)
    inbox.ignore([f"order:{n}" for n in range(3, cases, 50)], NOW + DAY, person("ada"), NOW)
    every, deep = Filter(states=()), None
    for _ in range(min(cases // 100, 400)):
        deep = inbox.page(Filter(), after=deep, limit=100)[1] or deep
    rare = Filter(codes=(CODES[-1],), currencies=("jpy",), severities=(Severity.INFO,))
    history, of_one = journal.history, Filter(states=(), headlines=(CODES[0],))
    often: dict[str, Callable[[], object]] = {
        FIRST: lambda: inbox.page(Filter()),
        "a page far down": lambda: inbox.page(Filter(), after=deep),
        "newest, every state": lambda: inbox.page(every, order_by="newest"),
        "dearest in yen": lambda: inbox.page(Filter(currencies=("jpy",)), order_by="dearest"),
        "ignored": lambda: inbox.page(Filter(states=("ignored",))),
        "resolved (none)": lambda: inbox.page(Filter(states=("resolved",))),
        "one rare kind": lambda: inbox.page(rare),
        "between two amounts": lambda: inbox.page(Filter(at_least=4000, at_most=4010)),
        "older than a month": lambda: inbox.page(Filter(older_than=NOW - 30 * DAY)),
        "text: a number": lambda: inbox.page(Filter(text="WEB-777")),
        "text: in half of all": lambda: inbox.page(Filter(text="even.example.com")),
        "text: in none": lambda: inbox.page(Filter(text="nothing")),
        "one case": lambda: inbox.get("order:777"),
        "summary": lambda: inbox.summary(Filter()),
        "summary of one kind": lambda: inbox.summary(rare),
        "tally": lambda: inbox.tally(every),
        "count": lambda: inbox.count(Filter()),
        "count, one rare kind": lambda: inbox.count(rare),
        "count, text: in half of all": lambda: inbox.count(Filter(text="even.example.com")),
        "one headline, hour by hour": lambda: history.happened(of_one, width=3600),
        "30 days by headline": lambda: history.happened(replace(every, happened_since=NOW - 30 * DAY), width=DAY),
        "time to heal": lambda: history.healing(since=NOW - 30 * DAY),
        "what was done about one headline": lambda: history.deeds(of_one),
        "outages of all": lambda: outages(inbox.sightings(every), NOW),
    }
    took = {label: statistics.median(_seconds(ask) for _ in range(times)) for label, ask in often.items()}
    once: dict[str, Callable[[], object]] = {
        "the whole CSV": lambda: sum(1 for _ in inbox.rows_for_csv(every)),
        "acknowledging all that are open": lambda: inbox.acknowledge(Filter(states=("open",)), person("ada"), NOW),
    }
    return {**took, f"noting, a batch of {BATCH}": noting} | {label: _seconds(ask) for label, ask in once.items()}


def _fill(journal: Journal, cases: int) -> list[float]:
    chance = random.Random(7)  # noqa: S311 - made-up cases need no cryptography
    took = []
    for start in range(0, cases, BATCH):
        batch = [noted(n, chance) for n in range(start, min(start + BATCH, cases))]
        took.append(_seconds(lambda batch=batch: journal.inbox.note(batch, now=batch[0].read_at)))  # type: ignore[misc] # of this turn
    return took


def noted(number: int, chance: random.Random) -> Noted:
    """A made-up reading of a case that was found."""
    severity = chance.choice(list(Severity))
    code = chance.choice(CODES)
    currency = chance.choices(("usd", "eur", "jpy"), (80, 18, 2))[0]
    at = NOW - chance.randrange(90 * DAY)
    noted = Noted(
        key=f"order:{number}",
        order_id=str(number),
        number=f"WEB-{number}",
        order_status="pending",
        email=f"customer{number}@{'even' if number % 2 else 'odd'}.example.com",
        code=code,
        codes=(code, chance.choice(CODES)),
        title="Paid, and the order does not know",
        severity=severity,
        confidence=Confidence.CERTAIN,
        money=Money(chance.randrange(100, 100_000), currency),
        currency=currency,
        happened_at=at,
        says=SAID,
        session_ids=(f"cs_test_{chance.randbytes(24).hex()}",),
        intent_ids=(f"pi_{chance.randbytes(12).hex()}",),
        read_at=at + 60,
        scan_id=1,
    )
    cells = {"order_id": str(number), "code": code, "says": SAID, "remedy": SAID, "evidence": SAID}
    return replace(noted, cells=(cells,))


def _seconds(ask: Callable[[], object]) -> float:
    began = time.perf_counter()
    ask()
    return time.perf_counter() - began


@contextmanager
def _sqlite() -> Iterator[str]:
    with tempfile.TemporaryDirectory(prefix="ol-inbox-") as folder:
        yield f"sqlite:///{folder}/journal.sqlite3"


if __name__ == "__main__":
    with SERVERS:
        main()
