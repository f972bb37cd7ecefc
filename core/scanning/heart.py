"""`Heart`: a scan's heartbeat, and what a scan counts."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from core.jobs import Heartbeat
from core.journal import ScanRecord, Scans
from core.orders import OrdersReader
from core.scanning.plan import Stage
from core.stripe_api.spans import Progress


@dataclass(slots=True, kw_only=True)
class Heart(Heartbeat):
    """Of the scan `record`. `requests` and `findings` are counted up by whoever makes them; statements are the orders
    reader's own count since `before`."""

    record: ScanRecord
    records: Scans
    orders: OrdersReader
    progress: Callable[[Stage], None]
    before: int
    requests: int
    findings: int = 0
    phase: str = "reading"

    @property
    def statements(self) -> int:
        """Sent to the orders database, by earlier holders of the scan too."""
        return self.record.statements + self.orders.statements - self.before

    def counted(self) -> Mapping[str, int]:
        return {"requests": self.requests, "statements": self.statements, "findings": self.findings}

    def show(self) -> None:
        self.progress(Stage(self.phase, self.done, self.total, self.requests))

    def listed(self, before: int, progress: Progress) -> None:
        """How far the reading of a list is that was begun after `before` requests."""
        self.requests = before + progress.requests
        total = 0 if progress.left is None else progress.pages + round(progress.left)
        self.progressed("reading", progress.pages, total)
