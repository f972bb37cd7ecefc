"""`Bulk`: both sides of many plain cases at once, as they stand beside the sights of their plan; and whether those that
show the payment by now are healthy beyond doubt.

A few requests for a hundred cases. It answers only for cases of which all that counts was read; for every other one,
and whenever anything could not be read, it has no answer, and the case is read whole. Sends nothing, writes nothing.
"""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Final

from core.desk.sides import ORDER, Sides
from core.facts import Expected, Json, Order
from core.journal import ReplayItem
from core.linking import stored_ids
from core.replaying.newcomers import Newcomers
from core.replaying.sights import Sight, mark, payment_of
from core.replays.reconstructing import KEPT_SECONDS
from core.scanning.looking.rows import SHARERS, sharing
from core.scanning.scratch import brief_of_order
from core.scanning.scratch.coverage import joined
from core.scanning.sieve import provably_healthy
from core.stripe_api import PAGE
from core.stripe_api.spans import INTENTS, SESSIONS, Batch, Limits, Listing, Range, SpanReader, events_of, gist_of
from core.times import MINUTE

PATIENCE: Final = 5.0  # seconds that Stripe may be gone: then each case says so for itself
WORKERS: Final = 6
FRESH: Final = 5.0  # seconds for which a reading stands
_CHEAPER: Final = 4  # objects a request that a list has to find, to be worth it
_TYPES: Final = 20  # that one list of events takes
_UNLIMITED: Final = Limits(1000.0, 1000.0)  # a stand-in on this machine


@dataclass(frozen=True, slots=True, kw_only=True)
class Looked:
    """A case that stands as it was planned: its `item` and `sight`, the `order`, the payment and the event as Stripe
    sent them, what the settings want of it (`expected`), and when that was read, by the clock."""

    item: ReplayItem
    sight: Sight
    order: Order
    payment: Json
    event: Json
    expected: tuple[Expected, ...]
    at: float

    def stands(self, now: float) -> bool:
        """Whether it may be sent on this reading, at `now` by the clock."""
        return 0 <= now - self.at <= FRESH


@dataclass(frozen=True, slots=True)
class Well:
    """The order of a case that is healthy beyond doubt, and what the settings want of it, as it is."""

    order: Order
    expected: tuple[Expected, ...]


@dataclass(slots=True)
class Bulk:
    """Of one thread; `close` it."""

    sides: Sides
    spans: SpanReader
    newcomers: Newcomers
    account: str | None
    _worth: dict[str, float] = field(default_factory=dict)  # of each list, how many it found a request

    @classmethod
    def of(cls, sides: Sides, since: int) -> "Bulk":
        """Since the oldest of the sights was taken; with half of what Stripe allows, for there are two.
        StripeUnreachable where the key is none."""
        access = sides.stripe.access
        half, most = 0.5, _UNLIMITED if access.rehearsing else Limits.published(access)
        limits = Limits(half * most.per_endpoint, half * most.overall)
        spans = SpanReader(access, limits, workers=WORKERS, patience=PATIENCE)
        account, _ = spans.whose()
        return cls(sides, spans, Newcomers(spans, since), account)

    def look(self, pairs: Sequence[tuple[ReplayItem, Sight]]) -> list[Looked]:
        """Of these cases those that stand as they were planned, each with its event. OrdersUnreachable where the
        orders cannot be read."""
        at, keys = self.sides.clock(), self.sides.known().keys
        if not self.newcomers.read(keys, int(at), made=True):
            return []
        rows = self._rows(pairs)
        stood = [
            (item, sight, row)
            for item, sight in pairs
            if (row := rows.get(_id_of(item))) is not None
            and mark(row) == sight.order
            and not self.newcomers.touch(brief_of_order(row)[1], sight.ids)
        ]
        payments = self._payments([sight for _, sight, _ in stood])
        events = self._events([item for item, _, _ in stood])
        return [
            Looked(
                item=item, sight=sight, order=row, payment=payment, event=event, at=at,
                expected=self.sides.orders.outcomes.of(row),
            )
            for item, sight, row in stood
            if (payment := payments.get(sight.root)) is not None
            and mark(payment_of(payment, keys)) == sight.payment
            and (event := events.get(item.event_id)) is not None
            and self._may_go(event, item)
        ]  # fmt: skip

    def orders(self, looked: Iterable[Looked]) -> Mapping[str, Order]:
        """The orders of these cases as they are now, by their ids; those are left out that are gone, or of which
        another order stores an id. OrdersUnreachable where they cannot be read."""
        return self._rows([(one.item, one.sight) for one in looked])

    def well(self, shown: Sequence[tuple[Looked, Order]]) -> dict[int, Well]:
        """Of cases whose order was read again those that are healthy beyond doubt, by the item's id: Stripe was read
        again too, and nothing has come to touch them."""
        now, keys, mode = self.sides.now(), self.sides.known().keys, self.sides.stripe.key_mode
        if not self.newcomers.read(keys, now, made=False):
            return {}
        payments = self._payments([one.sight for one, _ in shown])
        found = dict[int, Well]()
        for one, row in shown:
            raw = payments.get(one.sight.root)
            payment = payment_of(raw, keys) if raw is not None else None
            order, handles = brief_of_order(row)
            if payment is None or mark(payment) != one.sight.payment or self.newcomers.touch(handles, one.sight.ids):
                continue
            if provably_healthy(order, payment, mode=mode, now=now):
                found[one.item.id] = Well(row, self.sides.orders.outcomes.of(row))
        return found

    def close(self) -> None:
        """Let the connections go."""
        self.spans.close()

    def _may_go(self, event: Json, item: ReplayItem) -> bool:
        """Whether it is the event that was planned, of this mode, and Stripe still has it."""
        planned = (item.event_type, item.event_created, self.sides.stripe.key_mode == "live")
        same = (event.get("type"), event.get("created"), event.get("livemode")) == planned
        return same and self.sides.now() - item.event_created <= KEPT_SECONDS

    def _rows(self, pairs: Sequence[tuple[ReplayItem, Sight]]) -> dict[str, Order]:
        """The orders by their ids, in one statement where an index finds all that stores an id of theirs."""
        orders, ids = self.sides.orders, [_id_of(item) for item, _ in pairs]
        if not ids:
            return {}
        if orders.looks_through:
            found = orders.find(ids=ids, limit=SHARERS * len(ids))
            shared = sharing(orders, found)
            crowded = any(len(others) >= SHARERS for others in shared.values())  # then some of others' may be left out
            alone = {} if crowded else {row.id: row for row in found if not shared.get(row.id)}
        else:
            by_kind = {name: [one for _, sight in pairs for one in sight.of_kind(name)] for name in ("cs", "pi", "ch")}
            found = orders.find(
                ids=ids, sessions=by_kind["cs"], intents=by_kind["pi"], charges=by_kind["ch"], limit=SHARERS * len(ids)
            )
            alone = _alone(found) if len(found) < SHARERS * len(ids) else {}
        times = Counter(row.id for row in found)
        return {key: row for key in ids if (row := alone.get(key)) is not None and times[key] == 1}

    def _payments(self, sights: Sequence[Sight]) -> dict[str, Json]:
        """Checkouts and intents by their ids, with the payment inside."""
        found = dict[str, Json]()
        for listing, begins in ((SESSIONS, "cs_"), (INTENTS, "pi_")):
            wanted = {one.root: one.made for one in sights if one.root.startswith(begins)}
            found |= self._read([(listing, wanted)])
        return found

    def _events(self, items: Sequence[ReplayItem]) -> dict[str, Json]:
        """Events by their ids."""
        wanted = {item.event_id: item.event_created for item in items}
        types = sorted({item.event_type for item in items})
        lists = [events_of(types[first : first + _TYPES]) for first in range(0, len(types), _TYPES)]
        return self._read([(one, wanted) for one in lists])

    def _read(self, lists: Sequence[tuple[Listing, Mapping[str, int]]]) -> dict[str, Json]:
        """Objects by their ids, of which it is known when each was made: listed where that takes fewer requests; what
        the lists did not have is asked for by its id. What could not be read is left out."""
        wanted = {key: made for _, some in lists for key, made in some.items()}
        found, asking = dict[str, Json](), [(listing, some) for listing, some in lists if some]
        if not wanted:
            return found

        def keep(raw: Json) -> None:
            own = str(gist_of(raw).get("id"))
            if own in wanted:
                found[own] = raw

        kind, pages = asking[0][0].kind, 0

        def keep_all(batch: Batch) -> None:
            nonlocal pages
            pages += 1
            for raw in batch.objects:
                keep(raw)

        ranges = _ranges(wanted.values())
        most = max(1, len(wanted) // _CHEAPER)
        if self._worth.get(kind, PAGE) >= _CHEAPER and len(ranges) * len(asking) <= most:
            self.spans.read(
                [(listing, ranges) for listing, _ in asking],
                keep=keep_all, stop=lambda: pages >= most or found.keys() >= wanted.keys(),
            )  # fmt: skip
            self._worth[kind] = len(found) / max(pages, 1)
        if left := [one for one in wanted if one not in found]:
            self.spans.retrieve(left, keep=keep)
        return found


def _ranges(times: Iterable[int]) -> tuple[Range, ...]:
    """The seconds around these, in as few ranges as lie close together."""
    known = sorted(times)
    gap = max(MINUTE, 4 * (known[-1] - known[0]) // len(known))
    return joined([Range(at, at + 1) for at in known], gap)


def _alone(rows: Iterable[Order]) -> dict[str, Order]:
    """Those of which no other stores an id, by their ids."""
    rows, bearers = list(rows), Counter[str]()
    for row in rows:
        bearers.update(stored_ids(row))
    return {row.id: row for row in rows if all(bearers[one] == 1 for one in stored_ids(row))}


def _id_of(item: ReplayItem) -> str:
    return item.case_key.removeprefix(ORDER)
