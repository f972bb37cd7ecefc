"""Reading a span of Stripe at the speed it allows: several listings side by side, or objects by their ids.

Requests are made in a few threads; what to ask next and what to keep is decided in the caller's. Never raises for
Stripe's failures: what was not read is said. Never reads anything newer than its ranges; keeps nothing.
"""

import time
from collections import deque
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from concurrent.futures import FIRST_COMPLETED, Future, ThreadPoolExecutor, wait
from dataclasses import dataclass
from threading import Event
from typing import Final, TypeVar

from core.errors import redact
from core.facts import Json, Missing, NeverMade, Unread, json, unreadable
from core.pasted import stripe_id
from core.stripe_api import asks
from core.stripe_api.spans.fetching import PATIENCE, Fetcher
from core.stripe_api.spans.lanes import AsksLane, Lane, ListingLane, joined
from core.stripe_api.spans.listings import Batch, Hole, Listing, Range, is_page
from core.stripe_api.spans.pacing import Limits, Pacer
from core.stripe_api.spans.transport import Line
from core.stripe_api.wire import Access, Answer, Ask

STOPPED: Final = "the reading was stopped"
AS_ORDERS_ARE: Final = frozenset({"sessions", "intents"})  # made about when an order is; refunds come when they come
_LOOK_UP: Final = 0.2  # seconds between two looks at whether to stop
T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Progress:
    """How far a reading is. `left`: about how many pages are still to come; None before that can be told."""

    requests: int
    pages: int
    objects: int
    left: float | None


@dataclass(frozen=True, slots=True)
class SpanRead:
    """What a reading came to. `retried`: requests that were another try; `slowed`: answers that were 429."""

    holes: tuple[Hole, ...]
    requests: int
    retried: int
    slowed: int
    seconds: float
    pages: int
    objects: int
    stopped: bool


@dataclass(frozen=True, slots=True)
class Retrieved:
    """What reading by ids came to. `missing`: Stripe answered that there is no such object; `failed`: not read."""

    missing: tuple[Missing, ...]
    failed: tuple[Unread, ...]
    requests: int
    retried: int
    slowed: int
    seconds: float


class SpanReader:
    """Reads one account in bulk, one reading at a time; writes nothing. `close` it: no thread outlives that."""

    def __init__(
        self,
        access: Access,
        limits: Limits | None = None,
        *,
        workers: int = 24,
        timeout: float = 20.0,
        patience: float = PATIENCE,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        """`limits`: what Stripe allows this account, its published limits where None; `workers`: the most requests
        under way, of which only as many are used as the limits keep busy; `timeout`: seconds for one answer;
        `patience`: seconds that nobody may get through before ranges are given up. StripeUnreachable: not a key."""
        self.access = access
        self._workers = workers
        self._clock = clock
        self._line = Line(access, connections=workers, timeout=timeout)
        self._pacer = Pacer(limits or Limits.published(access), clock)
        self._fetcher = Fetcher(self._line, self._pacer, patience=patience, clock=clock)
        self._broken_off: set[Future[Answer | None]] = set()
        self._pool = ThreadPoolExecutor(workers, thread_name_prefix="stripe-span")

    def read(
        self,
        wanted: Sequence[tuple[Listing, Sequence[Range]]],
        *,
        keep: Callable[[Batch], None],
        edges: Sequence[int] = (),
        stop: Callable[[], bool] = lambda: False,
        progress: Callable[[Progress], None] = lambda _: None,
    ) -> SpanRead:
        """The listings over their ranges, side by side. `edges`: quantiles of the orders' `created_at`, from which the
        windows of sessions and intents are begun; they cost a few part-filled pages. `keep`, `stop` and `progress` are
        called in this thread; batches come in any order of windows, each exactly once. What `keep` raises ends the
        reading."""
        began, before = self._clock(), self._fetcher.spent
        lanes = [
            ListingLane(
                listing,
                ranges,
                edges=edges if listing.kind in AS_ORDERS_ARE else (),
                parts=self._pacer.at_once(listing.path, sharing=len(wanted)),
            )
            for listing, ranges in wanted
        ]

        def noted() -> None:
            progress(_progress(lanes, (self._fetcher.spent - before).requests))

        stopped = not self._run(lanes, keep, stop, noted)
        spent = self._fetcher.spent - before
        return SpanRead(
            holes=tuple(hole for lane in lanes for hole in lane.holes(STOPPED)),
            requests=spent.requests,
            retried=spent.retried,
            slowed=spent.slowed,
            seconds=self._clock() - began,
            pages=sum(lane.pages for lane in lanes),
            objects=sum(lane.objects for lane in lanes),
            stopped=stopped,
        )

    def retrieve(
        self, ids: Iterable[str], *, keep: Callable[[Json], None], stop: Callable[[], bool] = lambda: False
    ) -> Retrieved:
        """Sessions, intents, charges, refunds and disputes by their ids, with the payment inside them; the endpoints
        side by side. Each id is asked for once."""
        began, before = self._clock(), self._fetcher.spent
        by_path: dict[str, list[Ask]] = {}
        strange = []
        for one in dict.fromkeys(ids):
            ref = stripe_id(one)
            if ref is None:
                strange.append(Unread("objects", redact(one), "this is no id of a payment's"))
                continue
            ask = asks.one(ref.kind, ref.value)
            by_path.setdefault(ask.path.rpartition("/")[0], []).append(ask)
        lanes = [AsksLane(some) for some in by_path.values()]
        self._run(lanes, keep, stop, lambda: None)
        for lane in lanes:
            lane.end(STOPPED)
        spent = self._fetcher.spent - before
        return Retrieved(
            missing=tuple(one for lane in lanes for one in lane.missing),
            failed=(*strange, *(one for lane in lanes for one in lane.failed)),
            requests=spent.requests,
            retried=spent.retried,
            slowed=spent.slowed,
            seconds=self._clock() - began,
        )

    def bills_of(
        self, intents: Iterable[str], *, keep: Callable[[Json], None], stop: Callable[[], bool] = lambda: False
    ) -> Retrieved:
        """The invoices that payment intents paid or were to pay, with all that paid them, if any; one request each."""
        began, before = self._clock(), self._fetcher.spent
        lane = AsksLane([asks.bill_of_intent(one) for one in dict.fromkeys(intents)], paged=True)

        def unfold(page: Json) -> None:
            data = page.get("data")
            for payment in data if isinstance(data, list) else ():
                bill = payment.get("invoice") if isinstance(payment, Mapping) else None
                if isinstance(bill, Mapping) and isinstance(bill.get("id"), str):
                    if because := unreadable(bill):
                        own = f"the invoice of {json.ref(json.inner(payment, 'payment'), 'payment_intent')}"
                        lane.failed.append(Unread("invoices", own, because))
                    else:
                        keep(bill)

        self._run([lane], unfold, stop, lambda: None)
        lane.end(STOPPED)
        spent = self._fetcher.spent - before
        return Retrieved((), tuple(lane.failed), spent.requests, spent.retried, spent.slowed, self._clock() - began)

    def whose(self, *, stop: Callable[[], bool] = lambda: False) -> tuple[str | None, tuple[Json, ...] | Unread]:
        """Whose data is read: the connected account, else the key's own; None where it may not tell. And the account's
        webhook endpoints (one request a hundred, of which Stripe allows sixteen), or why not. Both asked at once."""
        listed, found = AsksLane([asks.endpoints()], paged=True), list[Json]()
        lanes = [listed] if self.access.account else [listed, AsksLane([asks.own_account()])]
        self._run(lanes, found.append, stop, lambda: None)
        listed.end(STOPPED)
        own = [one["id"] for one in found if not is_page(one) and isinstance(one.get("id"), str)]
        return self.access.account or next(map(str, own), None), joined(listed, filter(is_page, found))

    def destinations(self, *, stop: Callable[[], bool] = lambda: False) -> tuple[Json, ...] | Unread:
        """The event destinations of API v2; none where the account does not answer it; why not, where the list broke
        off. One request a hundred."""
        found, listed = list[Json](), AsksLane([asks.destinations()])
        self._run([listed], found.append, stop, lambda: None)
        return joined(listed, found) if found else ()

    def never_made(
        self, since: int, *, known: Collection[str] = (), stop: Callable[[], bool] = lambda: False
    ) -> tuple[tuple[NeverMade, ...], tuple[Unread, ...], int]:
        """The events that Stripe says it failed to make, by health events made since then, but those whose ids are
        `known`; what could not be read of them; and how many requests that took: one, and one for each."""
        listed, pages, before = AsksLane([asks.health_events(since)]), list[Json](), self._fetcher.spent
        self._run([listed], pages.append, stop, lambda: None)
        listed.end(STOPPED)
        data = pages[0].get("data") if pages else None
        ids = [one.get("id") for one in data if isinstance(one, Mapping)] if isinstance(data, list) else []
        fresh, found = [one for one in ids if isinstance(one, str) and one not in known], list[Json]()
        failed = list(listed.failed)
        if fresh:
            each = AsksLane([asks.thin_event(one) for one in fresh])
            self._run([each], found.append, stop, lambda: None)
            each.end(STOPPED)
            failed += each.failed
        spent = (self._fetcher.spent - before).requests
        return tuple(map(NeverMade.of, found)), tuple(failed), spent

    def has_subscriptions(self, *, stop: Callable[[], bool] = lambda: False) -> bool:
        """Whether the account has any, of whatever state; one request. False where it was not told."""
        found = list[Json]()
        self._run([AsksLane([asks.any_subscription()], paged=True)], found.append, stop, lambda: None)
        return any(bool(page.get("data")) for page in found)

    def close(self) -> None:
        """End the threads and let the connections go; a request under way is broken off."""
        while wait(self._broken_off, timeout=0.1).not_done:
            self._line.cut()  # again: it may have been about to connect
        self._pool.shutdown()
        self._line.close()

    def _run(
        self, lanes: Sequence[Lane[T]], keep: Callable[[T], None], stop: Callable[[], bool], noted: Callable[[], None]
    ) -> bool:
        """Ask until nothing is left; False where it was stopped. One answer is kept at a time, and new questions go out
        in between, so that slow keeping holds up no reading; but not more than can wait in memory."""
        halt = Event()
        under_way: dict[Future[Answer | None], Lane[T]] = {}
        parcels = deque[T]()
        self._fetcher.begin()
        try:
            while not stop():
                self._send(lanes, under_way, halt, room=self._workers - len(parcels))
                if not (under_way or parcels):
                    return True
                came, _ = wait(under_way, timeout=0 if parcels else _LOOK_UP, return_when=FIRST_COMPLETED)
                landed = [_landed(future.result(), under_way.pop(future), lanes) for future in came]
                parcels.extend(parcel for parcel in landed if parcel is not None)
                self._send(lanes, under_way, halt, room=self._workers - len(parcels))
                if parcels:
                    keep(parcels.popleft())
                noted()
            for parcel in parcels:
                keep(parcel)
            return False
        finally:
            halt.set()
            self._broken_off = {future for future in under_way if not future.cancel()}
            if self._broken_off:
                self._line.cut()

    def _send(
        self, lanes: Sequence[Lane[T]], under_way: dict[Future[Answer | None], Lane[T]], halt: Event, *, room: int
    ) -> None:
        """As many questions as keep the lanes busy and there is room for, the least busy lane first."""
        waiting = list(lanes)
        while waiting and len(under_way) < room:
            lane = min(waiting, key=lambda one: one.under_way)
            active = sum(one.under_way > 0 for one in lanes) or 1
            ask = lane.next() if lane.under_way < self._pacer.at_once(lane.endpoint, sharing=active) else None
            if ask is None:
                waiting.remove(lane)
            else:
                under_way[self._pool.submit(self._fetcher.fetch, ask, paged=lane.paged, halt=halt)] = lane


def _progress(lanes: Sequence[ListingLane], requests: int) -> Progress:
    left = [lane.left() for lane in lanes]
    return Progress(
        requests,
        sum(lane.pages for lane in lanes),
        sum(lane.objects for lane in lanes),
        None if None in left else sum(one for one in left if one is not None),
    )


def _landed(answer: Answer | None, lane: Lane[T], lanes: Sequence[Lane[T]]) -> T | None:
    if answer is None:
        return None
    parcel = lane.land(answer)
    if answer.failure is not None and answer.failure.refuses_key:
        for other in lanes:
            other.refuse(answer.failure.because)
    return parcel
