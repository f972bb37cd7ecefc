"""Reading both sides of a span into the scratch, side by side: the orders in a thread of their own, Stripe's lists in a
process of their own where there is a `lister`, else in the caller's thread. What is there already is not read again;
what could not be read is a hole.
"""

import threading
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from functools import partial
from typing import Final

from core.errors import OrderlensError, OrdersUnreachable
from core.facts import Order
from core.jobs import BEAT
from core.orders import LeftOut, OrdersReader
from core.scanning.heart import Heart
from core.scanning.reading.at_rest import WENT_BACK, AtRest
from core.scanning.reading.lister import Lister
from core.scanning.scratch import Scratch, coverage, passed
from core.stripe_api.spans import (
    DISPUTES,
    REFUNDS,
    SESSIONS,
    Batch,
    Hole,
    Listing,
    Range,
    SpanReader,
)
from core.times import HOUR

PATIENCE: Final[tuple[float, ...]] = (1, 2, 4, 8, 15, 30)  # seconds between two tries to read the orders
PARTS: Final = 64  # of the orders' times, from which the windows of Stripe's lists are begun
NOT_ASKED: Final = "it was not asked for"


@dataclass(slots=True)
class Reading:
    """One reading of `span` for a scan that began at `began`. `only`: read nothing else of Stripe;
    `at_rest`: a copy, which is read before Stripe is; `alone`: keep no order but those that name this account;
    `begun`: called once the scratch is ready for orders."""

    scratch: Scratch
    orders: OrdersReader
    spans: SpanReader
    heart: Heart
    span: Range
    began: int
    only: tuple[Range, ...] = ()
    patience: tuple[float, ...] = PATIENCE
    begun: Callable[[], None] = lambda: None
    lister: Lister | None = None
    at_rest: AtRest | None = None
    alone: str | None = None
    _holes: list[Hole] = field(default_factory=list)

    def read(self) -> list[Hole]:
        """Read, and return what is not read. Stops early where the heart says so."""
        edges = self._edges()
        self._drop_stale()
        self.scratch.forget_flaws()
        beside = threading.Thread(target=self._read_orders, name="scan-orders")
        beside.start()
        try:
            self._read_stripe(edges)
        finally:
            while beside.is_alive():
                beside.join(timeout=BEAT)
                self.heart.beat()
        self._holes += self.scratch.flaws(events=False)
        return self._holes

    def read_again(self, span: Range) -> list[Hole]:
        """Read the sessions of what was to be sieved, and return what is not read."""
        before = len(self._holes)
        self._read_lists([(SESSIONS, span)], self._edges())
        flaws = [hole for hole in self.scratch.flaws(events=False) if hole not in self._holes]
        return [*self._holes[before:], *flaws]

    def _read_stripe(self, edges: tuple[int, ...]) -> None:
        """What was paid and, beside it, what went back."""
        late = Range(
            self.span.since, max(self.span.until, self.began)
        )  # what went back may have done so after the span
        refunds, disputes = (REFUNDS, DISPUTES) if self.at_rest is None else WENT_BACK
        self._read_lists([(SESSIONS, self.span), (refunds, late), (disputes, late)], edges)

    def _read_lists(self, listings: Sequence[tuple[Listing, Range]], edges: tuple[int, ...]) -> None:
        wanted: list[tuple[Listing, tuple[Range, ...]]] = []
        for listing, whole in listings:
            left = coverage.less([whole], self.scratch.done(listing.kind))
            asked = coverage.both(left, self.only) if self.only else left
            self._holes += [Hole(listing.kind, r.since, r.until, NOT_ASKED) for r in coverage.less(left, asked)]
            if asked:
                wanted.append((listing, asked))
        if self.at_rest is not None:
            wanted = self.at_rest.read(wanted, self._keep)
        if not wanted:
            return
        before = self.heart.requests
        progress = partial(self.heart.listed, before)
        if self.lister is not None:
            read = self.lister.read(self.scratch, wanted, edges=edges, stop=self.heart.stopped, progress=progress)
        else:
            read = self.spans.read(wanted, edges=edges, keep=self._keep, stop=self.heart.stopped, progress=progress)
        self.heart.requests = before + read.requests
        self._holes += read.holes

    def _keep(self, batch: Batch) -> None:
        self.scratch.keep(batch.listing.kind, batch.objects, batch.done, batch.flaws(), at_rest=batch.at_rest)

    def _edges(self) -> tuple[int, ...]:
        """Where the volume is, by the orders' own times; without it the windows find out by themselves."""
        try:
            return self.orders.quantiles(PARTS, since=self.span.since, until=self.span.until)
        except OrdersUnreachable:
            return ()

    def _drop_stale(self) -> None:
        """What was read long ago may have changed since: the last day below the last reading is read again."""
        last = int(self.scratch.meta("read_at") or self.began)
        if self.began - last > HOUR:
            with self.scratch.writing() as db:
                db.execute("DELETE FROM done WHERE until > ?", (last - 25 * HOUR,))
        self.scratch.set_meta("read_at", str(self.began))

    def _is_meant(self, order: Order) -> bool:
        return self.alone is None or order.connected_account == self.alone

    def _keep_orders(self, orders: Sequence[Order]) -> None:
        """Those of what a copy's sieve goes through wait for it, beside all others."""
        sieved = self.at_rest.sieved if self.at_rest else None
        if sieved is None:
            self.scratch.keep_orders(orders)
            return
        passed.wait(self.scratch, orders)
        beside = [one for one in orders if not sieved.since <= (one.created_at or 0) < sieved.until]
        self.scratch.keep_orders(beside)

    def _leave(self, left: LeftOut) -> None:
        """An order that is not read is a hole where it was made: what was paid about then may be its own."""
        at = left.order.created_at or self.span.since
        self._holes.append(Hole("orders", at, at + 1, f"order {left.order.name}: {left.because}"))

    def _read_orders(self) -> None:
        """All orders of the span. A database that is gone is waited for; what stays unread is a hole."""
        until, pauses, ended = self.span.until, iter(self.patience), False
        try:
            self.scratch.forget_orders()
            self.begun()
            while True:
                try:
                    for batch in self.orders.batches(since=self.span.since, until=until, left=self._leave):
                        self._keep_orders([one for one in batch if self._is_meant(one)])
                        if batch:
                            until, pauses = min(until, (batch[-1].created_at or until) + 1), iter(self.patience)
                        if self.heart.stopped():
                            break
                    break
                except OrdersUnreachable:
                    pause = next(pauses, None)
                    if pause is None or self.heart.stopped():
                        raise
                    time.sleep(pause)
            ended = True
        except OrderlensError as error:
            self._holes.append(Hole("orders", self.span.since, until, error.message))
            ended = True
        finally:
            if not ended:  # by something nobody foresaw, which the process complains of where it does
                self._holes.append(Hole("orders", self.span.since, until, "reading them broke off"))
