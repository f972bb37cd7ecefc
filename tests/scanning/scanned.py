"""A scan of a sandbox world: the real readers, over real HTTP and real databases."""

import time
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

from core.journal import Filter, Journal, ScanRecord
from core.orders import OrdersReader
from core.sandbox import World
from core.scanning.plan import Plan
from core.scanning.scan import Sources, run
from core.settings import OrdersTable
from core.stripe_api import Access
from core.stripe_api.spans import Limits, SpanReader
from core.surroundings import Surroundings
from tests.waiting import LIMIT

FAST = Limits(per_endpoint=1000.0, overall=1000.0)
DAY = 86_400


class Shop:
    """A world, its journal and what a scan of it needs; `close` it."""

    record: ScanRecord

    def __init__(
        self, world: World, folder: Path, *, clock: Callable[[], float] = time.time, holds_out: float = 2.0
    ) -> None:
        """`holds_out`: seconds that Stripe may be gone."""
        self.world, self.folder, self.clock = world, folder, clock
        self.patience: tuple[float, ...] = (0.1,)
        self.scratch = folder / "scratch"
        self.orders = OrdersReader(world.orders_database_url, OrdersTable.model_validate(world.orders_mapping))
        access = Access(api_key=world.secret_key, api_base=world.stripe_url)
        self.spans = SpanReader(access, FAST, timeout=LIMIT, patience=holds_out)
        self.ahead = SpanReader(access, FAST, timeout=LIMIT, patience=holds_out, workers=4)
        self.journal = Journal(f"sqlite:///{folder / 'journal.sqlite3'}")

    def sources(self, stop: Callable[[], bool] = lambda: False) -> Sources:
        return Sources(
            self.orders,
            self.spans,
            self.journal,
            self.scratch,
            Surroundings(as_live=True),
            self.clock,
            stop,
            patience=self.patience,
            ahead=self.ahead,
        )

    def scan(self, *, days: int | None = 120, stop: Callable[[], bool] = lambda: False) -> ScanRecord:
        """A scan of the last `days` (None: since the scan before), with a full look at what the cheap test discards."""
        since = None if days is None else int(self.clock()) - days * DAY
        return run(Plan(since=since, who="tests", canary=1.0), self.sources(stop))

    def fill(self, scan_id: int) -> ScanRecord:
        """Read what a scan left."""
        return run(Plan(since=None, who="tests", scan_id=scan_id, canary=1.0), self.sources())

    def headlines(self) -> dict[str, str | None]:
        """The headline of each kept case by its order's number; of those that are not resolved."""
        cases, _ = self.journal.inbox.page(Filter(), limit=5000)
        return {case.number or case.key: case.code for case in cases if case.state != "resolved"}

    def of_account(self, account: str) -> ScanRecord:
        """A scan of the orders of one connected account."""
        access = replace(self.spans.access, account=account)
        readers = [SpanReader(access, FAST, timeout=LIMIT) for _ in range(2)]
        sources = replace(self.sources(), spans=readers[0], ahead=readers[1], platform=self.spans)
        try:
            return run(Plan(since=int(self.clock()) - 120 * DAY, who="tests", canary=1.0), sources)
        finally:
            for one in readers:
                one.close()

    def close(self) -> None:
        self.orders.close()
        self.spans.close()
        self.ahead.close()
        self.journal.close()
