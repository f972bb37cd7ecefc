"""Payments without a session: intents, and the charges of the years before these, listed where orders wait for many.

Stands between the reading of sessions and the comparing, so that what is listed is compared like all else: a pair that
is well is discarded, a payment that no order claims is an orphan. What a session has inside it is known already and not
kept a second time. Two things are worth a list (`list_or_ask`): ids that orders store and no session had (what is left
is fetched by its id), and orders without any payment, for there may be one that nothing points at. Where orders come of
payments (the settings name carts), all of the span is, if that takes a few requests. What the key may not see is not
listed.
"""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import partial
from typing import Final

from core.facts import OPEN_ORDER, PAID_ORDER, Json
from core.facts.json import ref
from core.scanning.heart import Heart
from core.scanning.reading import list_or_ask
from core.scanning.reading.at_rest import AtRest
from core.scanning.reading.list_or_ask import Volume
from core.scanning.reading.restricted_keys import INSIDE, without_what_is_hidden
from core.scanning.scratch import Scratch, coverage, of_id
from core.stripe_api.spans import CHARGES, INTENTS, Batch, Hole, Listing, Range, SpanReader, gist_of
from core.times import DAY, HOUR

_BY_HOUR: Final = f"""
SELECT created / {HOUR}, count(*) FROM objects
WHERE created >= ? AND created < ? AND (intent IS NOT NULL OR kind = 'charge') GROUP BY 1
"""  # noqa: S608 - a number of our own
# "+": nearly all orders keep an intent, so the table is read through rather than by the index
_INTENTS: Final = f"""
SELECT o.created_at / {HOUR}, count(*) FROM orders o
WHERE o.created_at >= ? AND o.created_at < ? AND +o.intent_key IS NOT NULL
  AND NOT EXISTS (SELECT 1 FROM objects p WHERE p.intent_key = o.intent_key)
  AND (o.session_key IS NULL OR EXISTS (SELECT 1 FROM objects s WHERE s.key = o.session_key))
  AND NOT EXISTS (SELECT 1 FROM absent a WHERE a.id = o.intent)
GROUP BY 1
"""  # noqa: S608 - a number of our own
_CHARGES: Final = """
SELECT o.created_at, o.charge FROM orders o
WHERE o.created_at >= ? AND o.created_at < ? AND o.charge IS NOT NULL AND o.session_key IS NULL AND o.intent_key IS NULL
  AND NOT EXISTS (SELECT 1 FROM absent a WHERE a.id = o.charge)
"""
_COUNTED: Final = ", ".join(f"'{status.value}'" for status in sorted(PAID_ORDER | OPEN_ORDER))
_UNPAID: Final = f"""
SELECT DISTINCT o.created_at / {HOUR} FROM orders o
WHERE o.created_at >= ? AND o.created_at < ? AND o.make <> 'bare' AND o.status IN ({_COUNTED})
  AND NOT EXISTS (SELECT 1 FROM objects s WHERE s.key = o.session_key AND (s.money = 1 OR s.state = 'open'))
  AND NOT EXISTS (SELECT 1 FROM objects p WHERE p.intent_key = o.intent_key AND p.money = 1)
"""  # noqa: S608 - our own words


@dataclass(slots=True)
class PaymentsAlone:
    """The reading of payments without a session in `span`; `of_carts`: whether orders come of payments;
    `at_rest`: a copy, which is read before Stripe is; `follows`: the span before was sieved, and its last day's orders
    may have been paid in this one."""

    scratch: Scratch
    spans: SpanReader
    heart: Heart
    span: Range
    of_carts: bool = False
    at_rest: AtRest | None = None
    follows: bool = False
    _holes: list[Hole] = field(default_factory=list)

    def read(self, holes: list[Hole]) -> list[Hole]:
        """Read, beside what was read with these holes. All holes. Stops early where the heart says so."""
        self._holes = holes
        if any(hole.kind == INSIDE for hole in holes):
            return holes
        ends = (self.span.since, self.span.until)
        for listing, waiting in ((INTENTS, self._intents), (CHARGES, self._charges)):
            there = {hour: some for hour, some in waiting().items() if not self._unsure(hour)}
            volume = Volume(self.span, Counter(self._counted(_BY_HOUR, *ends)) + Counter(there))
            self._list(listing, list_or_ask.worth_listing(there, volume), volume)
        volume = Volume(self.span, self._counted(_BY_HOUR, *ends))
        if list_or_ask.is_quiet(volume):
            every = range(ends[0] // HOUR, ends[1] // HOUR + 1) if self.of_carts else ()
            hours = every or [row[0] for row in self.scratch.rows(_UNPAID, ends)]
            before = range((ends[0] - DAY) // HOUR, ends[0] // HOUR) if self.follows else ()
            unpaid = [hour for hour in (*before, *hours) if not self._unsure(hour)]
            self._list(INTENTS, list_or_ask.affordable(unpaid, volume), volume)
        return self._holes

    def _list(self, listing: Listing, ranges: tuple[Range, ...], volume: Volume) -> None:
        """List these ranges, and what an earlier holder of the scan began to."""
        kind = listing.kind
        wanted = coverage.joined([*ranges, *self._chosen(kind)], 0)
        self.scratch.set_meta(f"chosen {kind}", " ".join(f"{one.since}-{one.until}" for one in wanted))
        failed = [Range(hole.since, hole.until) for hole in self._holes if hole.kind == kind]
        left = coverage.less(wanted, [*self.scratch.done(kind), *failed])
        if left and self.at_rest is not None:
            left = coverage.joined([r for _, some in self.at_rest.read([(listing, left)], self._keep) for r in some], 0)
        if not left or self.heart.stopped():
            return
        before = self.heart.requests
        progress = partial(self.heart.listed, before)
        read = self.spans.read(
            [(listing, left)], edges=volume.edges, keep=self._keep, stop=self.heart.stopped, progress=progress
        )
        self.heart.requests = before + read.requests
        found = [*self._holes, *read.holes, *self._flaws(kind)]
        self._holes = without_what_is_hidden(self.scratch, self.spans, self.heart, found, self._fresh)

    def _chosen(self, kind: str) -> list[Range]:
        ends = (one.partition("-") for one in (self.scratch.meta(f"chosen {kind}") or "").split())
        return [Range(int(since), int(until)) for since, _, until in ends]

    def _flaws(self, kind: str) -> list[Hole]:
        """Objects of this list that could not be taken."""
        return [hole for hole in self.scratch.flaws(events=False, of=[kind]) if hole not in self._holes]

    def _keep(self, batch: Batch) -> None:
        self.scratch.keep(batch.listing.kind, self._fresh(batch), batch.done, batch.flaws(), at_rest=batch.at_rest)

    def _fresh(self, batch: Batch) -> list[Json]:
        return fresh(self.scratch, batch.listing.kind, batch.objects)

    def _intents(self) -> dict[int, int]:
        """How many orders, by the hour, keep an intent that nobody has read."""
        return self._counted(_INTENTS, self.span.since, self.span.until)

    def _charges(self) -> dict[int, int]:
        """How many orders, by the hour, keep nothing but a charge that nobody has read."""
        ends, found = (self.span.since, self.span.until), Counter[int]()
        self.scratch.meet()
        for rows in self.scratch.stream(_CHARGES, ends, size=500):
            marks = ", ".join("?" * len(rows))
            query = f"SELECT handle FROM handles WHERE side = 1 AND handle IN ({marks})"  # noqa: S608 - only marks
            borne = {row[0] for row in self.scratch.rows(query, [of_id(one) for _, one in rows])}
            found.update(at // HOUR for at, one in rows if of_id(one) not in borne)
        return dict(found)

    def _counted(self, query: str, *values: int) -> dict[int, int]:
        return dict(self.scratch.rows(query, values))

    def _unsure(self, hour: int) -> bool:
        """Whether the payments of an order of that hour may lie in a hole: then nobody knows what is missing."""
        return bool(coverage.near(hour * HOUR, self._holes, ("sessions", "intents")))


def fresh(scratch: Scratch, kind: str, objects: Sequence[Json]) -> list[Json]:
    """The intents, or charges, that are not known by what they are inside of."""
    known = _inside(scratch, kind, objects)
    return [raw for raw in objects if known.isdisjoint(_handles(raw))]


def _inside(scratch: Scratch, kind: str, objects: Sequence[Json]) -> frozenset[int]:
    """The handles of these that a session bears, or of charges also an intent: they are known by it."""
    handles = sorted({one for raw in objects for one in _handles(raw)})
    marks = ", ".join("?" * len(handles))
    query = f"SELECT intent_key FROM objects WHERE kind = 'session' AND intent_key IN ({marks})"  # noqa: S608 - only marks
    if kind == CHARGES.kind:
        scratch.meet()
        query = f"""SELECT t.handle FROM handles t JOIN objects p ON p.key = t.owner
                    WHERE t.side = 1 AND t.handle IN ({marks}) AND p.kind IN ('session', 'intent')"""  # noqa: S608 - only marks
    return frozenset(row[0] for row in scratch.rows(query, handles))


def _handles(raw: Json) -> frozenset[int]:
    """Of an intent: its own. Of a charge: its own, and its intent's."""
    gist = gist_of(raw)
    ids = (str(gist["id"]), None if gist.get("object") == "payment_intent" else ref(gist, "payment_intent"))
    return frozenset(of_id(one) for one in ids if one)
