"""`Heart`: a scan's heartbeat: it says that it goes on and how far it is, and hears that it should stop."""

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Final

from core.errors import Unreachable
from core.journal import ScanRecord, Scans
from core.orders import OrdersReader
from core.scanning.plan import Stage
from core.stripe_api.spans import Progress

BEAT: Final = 2  # seconds between two


class Stopped(Exception):
    """Somebody asked the scan to stop, or has taken it over."""


@dataclass(slots=True)
class Heart:
    """Of the scan `record`. `requests` and `findings` are counted up by whoever makes them; statements are the orders
    reader's own count since `before`."""

    record: ScanRecord
    scans: Scans
    orders: OrdersReader
    clock: Callable[[], float]
    stop: Callable[[], bool]
    progress: Callable[[Stage], None]
    before: int
    requests: int
    findings: int = 0
    stage: Stage = field(default_factory=lambda: Stage("reading", 0, 0, 0))
    lost: bool = False
    _beaten: float = 0.0

    @property
    def statements(self) -> int:
        """Sent to the orders database, by earlier holders of the scan too."""
        return self.record.statements + self.orders.statements - self.before

    def told(self, phase: str, done: int, total: int) -> None:
        """How far it is; `total` 0: not known."""
        self.stage = Stage(phase, done, total, self.requests)
        self.beat()

    def listed(self, before: int, progress: Progress) -> None:
        """How far the reading of a list is that was begun after `before` requests."""
        self.requests = before + progress.requests
        total = 0 if progress.left is None else progress.pages + round(progress.left)
        self.told("reading", progress.pages, total)

    def beat(self) -> None:
        """A beat, if it is time for one. Unreachable where the journal cannot be written."""
        now = self.clock()
        if 0 <= now - self._beaten < BEAT:
            return
        self._beaten = now
        self.progress(self.stage)
        stage = self.stage
        try:
            goes_on = self.scans.beat(
                self.record.id, now=int(now), phase=stage.phase, done=stage.done, total=stage.total,
                requests=self.requests, statements=self.statements, findings=self.findings,
            )  # fmt: skip
        except Unreachable:
            self.lost = True  # whoever reads beside this thread is not to go on alone
            raise
        self.lost = self.lost or not goes_on

    def stopped(self) -> bool:
        """Whether to stop."""
        return self.lost or self.stop()

    def must_stop(self) -> bool:
        """A beat; whether to stop: for what takes long and is asked often, in the scan's own thread."""
        self.beat()
        return self.stopped()

    def must_go_on(self) -> None:
        """A beat; Stopped where that is asked for."""
        if self.must_stop():
            raise Stopped
