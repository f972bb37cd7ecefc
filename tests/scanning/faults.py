"""What the tests of faults share: what stands between a scan and Stripe, a scan as a process of its own, and what an
inbox holds."""

import json
import multiprocessing
import os
import sys
from collections.abc import Callable, Iterable, Iterator, MutableMapping
from contextlib import contextmanager
from dataclasses import asdict, dataclass, field, replace
from pathlib import Path
from types import ModuleType
from typing import Any, NamedTuple

import pytest
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from core.journal import Filter, Journal, Kept
from core.outages import Outage, outages
from core.sandbox import World
from tests.scanning.one_scan import tell

ROOT = Path(__file__).parents[2]
DAY = 86_400
FORKS = multiprocessing.get_context("forkserver")
FORKS.set_forkserver_preload(["pytest", "tests.scanning.one_scan"])
Json = MutableMapping[str, Any]
Inbox = dict[str, tuple[object, ...]]  # cases by their keys, as an operator sees them
WHEN = frozenset("id happened_at read_at first_seen last_seen opened_at resolved_at says cells".split())
"""Of a case what differs between two scans of the same: its times, and the words that tell how long ago a thing was."""


def quietly(_number: int, _path: str) -> None:
    """Nothing happens at a request."""


@dataclass
class Between:
    """Stands before the sandbox's Stripe. `before` is told each request's number and path, when it comes; `bend` may
    change what a page says before it goes out."""

    before: Callable[[int, str], None] = quietly
    bend: Callable[[str, Json], None] | None = None
    asked: int = 0
    paths: list[str] = field(default_factory=list)

    @classmethod
    def of(cls, world: World) -> "Between":
        """Put before the Stripe of a world that nobody has asked anything yet."""
        between = cls()
        world.stripe.app.add_middleware(_Standing, between=between)
        return between


class _Standing:
    def __init__(self, app: ASGIApp, between: Between) -> None:
        self.app, self.between = app, between

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        between = self.between
        between.asked += 1
        between.paths.append(scope["path"])
        between.before(between.asked, scope["path"])
        bend = between.bend
        if bend is None:
            await self.app(scope, receive, send)
            return
        sent: list[Message] = []

        async def catch(message: Message) -> None:
            sent.append(message)

        await self.app(scope, receive, catch)
        start, *rest = sent
        body = b"".join(part.get("body", b"") for part in rest)
        if start["status"] == 200:
            told = json.loads(body)
            bend(scope["path"], told)
            body = json.dumps(told).encode()
        headers = [pair for pair in start["headers"] if pair[0] != b"content-length"]
        await send({**start, "headers": [*headers, (b"content-length", str(len(body)).encode())]})
        await send({"type": "http.response.body", "body": body})


@dataclass
class Child:
    """A scan as a process of its own; whatever `given` says is what the same command says the next time."""

    world: World
    folder: Path
    journal_url: str
    orders_url: str
    largest_file: int | None = None
    who: str = "tests"

    def start(self) -> "Running":
        """Start it."""
        given = {
            "stripe_url": self.world.stripe_url,
            "key": self.world.secret_key,
            "orders_url": self.orders_url,
            "mapping": dict(self.world.orders_mapping),
            "journal_url": self.journal_url,
            "folder": str(self.folder),
            "since": self.world.now - 120 * DAY,
            "largest_file": self.largest_file,
            "who": self.who,
        }
        return Running(given)

    def run(self) -> dict[str, Any]:
        """Run it to its end; what it says of itself."""
        return self.start().ended()


@contextmanager
def nameless_main() -> Iterator[None]:
    """A child imports what its parent calls `__main__`: behind a test of a page that is the page."""
    main = sys.modules["__main__"]
    sys.modules["__main__"] = ModuleType("__main__")
    try:
        yield
    finally:
        sys.modules["__main__"] = main


class Running:
    """The process of a scan. It is forked from one that has imported everything: a dozen come one after another."""

    def __init__(self, given: dict[str, Any]) -> None:
        self._answer, theirs = FORKS.Pipe(duplex=False)
        self._process = FORKS.Process(target=tell, args=(given, theirs))
        with nameless_main():
            self._process.start()
        theirs.close()

    @property
    def pid(self) -> int:
        """The number of its process."""
        assert self._process.pid is not None
        return self._process.pid

    def kill(self) -> None:
        """With -9, and wait until nothing of it is left."""
        self._process.kill()
        self._process.join()
        self._answer.close()

    def ended(self) -> dict[str, Any]:
        """Wait for its end; its record, or what it complained of."""
        with self._answer:
            assert self._answer.poll(150), "it does not end"
            found: dict[str, Any] = self._answer.recv()
        self._process.join()
        assert self._process.exitcode == 0
        return found


def command_env(world: World, folder: Path, journal_url: str) -> dict[str, str]:
    """The environment of the command `orderlens` on a world, as fast as it can."""
    return {
        **os.environ,
        **world.settings_env(),
        "PYTHONPATH": str(ROOT),
        "ORDERLENS_CACHE_DIR": str(folder),
        "ORDERLENS_JOURNAL_URL": journal_url,
        "ORDERLENS_STRIPE_RATE_ENDPOINT": "1000",
        "ORDERLENS_STRIPE_RATE_OVERALL": "1000",
    }


def inbox(journal: Journal) -> Inbox:
    """The cases as an operator sees them; without the times, and without the words that tell times."""
    cases, more = journal.inbox.page(Filter(), limit=10_000)
    assert more is None
    return as_seen(cases)


class Told(NamedTuple):
    """All that scans have told: `cases` by their keys with all that is kept of what was found; the `readings` of each;
    the `outages` among them; `times`, when each of these began and ended and each case happened; `booked`: beside how
    many orders that came through well, by the slot in which these were made."""

    cases: dict[str, dict[str, object]]
    readings: dict[str, list[tuple[object, ...]]]
    outages: list[Outage]
    times: Any
    booked: tuple[tuple[int, int], ...]


def told(journal: Journal, now: int) -> Told:
    """What a page shows of it at `now` (seconds since 1970), but for what tells when it was read."""
    cases, more = journal.inbox.page(Filter(), limit=10_000)
    assert more is None
    booked = journal.inbox.booked(0, now)
    seen = outages(journal.inbox.sightings(Filter()), now, booked=booked or None, at_least=2)
    found = sorted(seen, key=lambda one: (one.code, one.since))
    times = {one.key: one.happened_at or 0 for one in cases}
    for n, one in enumerate(found):
        times |= {f"since {n}": one.since, f"last {n}": one.last, f"until {n}": one.until or 0}
    readings = {one.key: journal.inbox.readings(one.key) for one in cases}
    return Told(
        {one.key: {name: value for name, value in asdict(one).items() if name not in WHEN} for one in cases},
        {key: [(one.code, one.money, one.times) for one in some] for key, some in readings.items()},
        [replace(one, since=0, last=0, until=None if one.until is None else 0) for one in found],
        times,
        booked,
    )


def about(found: Told) -> Told:
    """The same, to be held against another: when a payment settled is known to some seconds, for its events tell it
    best, and whose events are listed depends on who else is looked for."""
    return found._replace(times=pytest.approx(found.times, abs=60))


def as_seen(cases: Iterable[Kept]) -> Inbox:
    """The same of cases that were read already."""
    return {
        case.key: (case.number, case.code, case.codes, case.severity, case.money, case.state, case.session_ids)
        for case in cases
    }


def times_told(journal: Journal) -> set[int]:
    """How many readings each case has, and how often each was made."""
    cases, _ = journal.inbox.page(Filter(), limit=10_000)
    return {sum(reading.times for reading in journal.inbox.readings(case.key)) for case in cases}
