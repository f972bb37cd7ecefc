"""A copy of Stripe's data gone through by its sieve, where it lies: only what is not healthy beyond doubt comes here.

After all that is read from Stripe itself has come in: whoever is touched by that is left, too, and compared with it.
Out come orders, and the objects that hang together with them; what of these is not over is read from Stripe. Nothing
that lies there counts as read: whoever goes on with a killed scan sieves again. What the sieve passed is not believed
where a scan's own look at a sample of it, at the same data, says otherwise: then, as where the engine fails, the copy
is read piece by piece.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor, wait
from dataclasses import dataclass, field
from typing import Final, Self

import msgspec

from core.errors import Unreachable
from core.facts import Json, NameKeys
from core.jobs import BEAT, Stopped
from core.linking import Pair
from core.rest.assembling import finished
from core.rest.sieve import Listed, Sieves, Sieving, Touch
from core.rest.sieve.words import EMAIL, ID, NAME
from core.scanning.looking import Looked
from core.scanning.names import PAIRS, written
from core.scanning.reading.at_rest import FEW, TAKEN, AtRest
from core.scanning.reading.patience import Patient
from core.scanning.reading.payments_alone import fresh
from core.scanning.scratch import coverage, passed
from core.scanning.scratch.copied import There, any_copied, is_sieved, sieved
from core.scanning.scratch.row_at_rest import touches_of
from core.stripe_api import PAGE
from core.stripe_api.spans import (
    INTENTS,
    INVOICES,
    SESSIONS,
    SUBSCRIPTIONS,
    Batch,
    Hole,
    Listing,
    Range,
    Sent,
    sent,
    without_secrets,
)
from core.times import moment

WORTH_IT: Final = 50_000
"""Payments of a span from which on the sieve is the cheaper way: its statements take 2 s whatever there is, and then
some 0.1 ms a pair less than a scan's own path (`benchmarks/at_rest.py`; docs/scale.md has the figures)."""
AT_A_TIME: Final = 400
_PLANS: Final = {SUBSCRIPTIONS.kind: "subscription", INVOICES.kind: "invoice"}
Look = Callable[[Sequence[int]], Mapping[int, Looked]]


@dataclass(slots=True)
class Sifting:
    """The sieving of what lies `there`, in the copy `at_rest`. `canary`: the share of the passed that is looked at all
    the same; `subscribed`: a session there began a subscription; `said`: what is to be told; `holes`: what is not
    read."""

    at_rest: AtRest
    sieves: Sieves
    canary: float
    there: There
    subscribed: bool
    said: str = ""
    holes: list[Hole] = field(default_factory=list)
    _canaries: list[int] = field(default_factory=list)
    _going_on: dict[str, dict[str, int]] = field(default_factory=dict)
    _borne: set[int] = field(default_factory=set)

    @classmethod
    def begun(cls, at_rest: AtRest, sieves: Sieves | None, fewest: int, canary: float) -> Self | None:
        """Before anything is read: the sieving of what the copy has of `fewest` payments or more; None where it is not
        worth it, or cannot be: of single columns, or of what lacks anything."""
        scratch, before = at_rest.scratch, sieved(at_rest.scratch)
        is_sieved(scratch, None)
        span, copy = at_rest.widest, at_rest.copy
        if sieves is None or span is None or (any_copied(scratch) and before is None):
            return None
        try:
            if copy.flat or copy.lacks:  # what it does not show could touch whom it passes
                return None
            sessions, intents = copy.count(SESSIONS.kind, span), copy.count(INTENTS.kind, span)
            if max(sessions, intents) < fewest:
                return None
            subscribed = copy.subscribed(span)
        except Unreachable:  # whoever reads piece by piece says so
            return None
        there = There(span.since, span.until, sessions, max(sessions, intents))
        at_rest.begin_anew()
        is_sieved(scratch, there)
        at_rest.sieved = span
        return cls(at_rest, sieves, canary, there, subscribed)

    @property
    def span(self) -> Range:
        """What is sieved."""
        return Range(self.there.since, self.there.until)

    def pairs(self, orders: Patient) -> Iterator[Pair]:
        """Some orders beside the payment whose id they keep, as it lies there."""
        scratch, copy = self.at_rest.scratch, self.at_rest.copy
        kept = passed.some_paid_for(scratch, PAIRS, within=self.span)
        try:
            raws = dict[str, Json]()
            for kind, some in (("sessions", "cs_"), ("intents", "pi_")):
                if asked := {one for one in kept.values() if one.startswith(some)}:
                    raws |= copy.known(kind, asked)
        except Unreachable:
            return
        for order in orders.find(ids=kept, limit=2 * len(kept)) if raws else ():
            if (raw := raws.get(kept.get(order.id, ""))) is not None:
                yield Pair(order, written(raw))

    def run(self, keys: NameKeys, kept: Iterable[str], holes: Iterable[Hole] = ()) -> bool:
        """Sieve, and bring in what is left. `keys`: where the names of orders stand; `kept`: the keys of open cases,
        which are left in any case; `holes`: what Stripe could not be asked for. Whether that came to its end; if not,
        it gave up. Stopped where that is asked for."""
        try:
            sieving = self.sieves(keys, self.canary)
        except Unreachable as error:
            return self._give_up(error.message)
        if sieving is None:
            return self._give_up("")
        failed: list[Unreachable] = []
        flaws = self.at_rest.scratch.flaws(events=False, of=_PLANS.keys())
        plans = self._plans() if not flaws and _PLANS.keys().isdisjoint(hole.kind for hole in holes) else None

        def work() -> None:
            try:
                self._sieve(sieving, keys, tuple(kept), plans)
            except Unreachable as error:
                failed.append(error)

        try:
            self._apart(work)
        finally:
            sieving.close()
        if failed:
            return self._give_up(failed[0].message)
        self._read_live(keys)
        return True

    def believes(self, look: Look, lively: Callable[[Looked], bool]) -> bool:
        """Whether a full look at the sample of what was passed, by the same data, finds it well, too. If not, the sieve
        has a fault, and is given up."""
        for first in range(0, len(self._canaries), AT_A_TIME):
            for one in look(self._canaries[first : first + AT_A_TIME]).values():
                if not (one.diagnosis.clean or one.partly_read or one.waits or lively(one)):
                    headline = one.diagnosis.headline
                    code = headline.code if headline else one.diagnosis.undetermined
                    return self._give_up(f"It passed {one.key}, of which a full look says: {code}.")
            self.at_rest.heart.must_go_on()
        return True

    def _give_up(self, why: str) -> bool:
        scratch = self.at_rest.scratch
        passed.forget_beside(scratch, self.span)
        passed.let_all_in(scratch)
        is_sieved(scratch, None)
        self.at_rest.sieved = None
        self._canaries.clear()
        self.holes.clear()
        self.said = (
            f"The sieve of the copy was given up, and the copy read piece by piece. {why}".strip() if why else ""
        )
        return False

    def _apart(self, work: Callable[[], None]) -> None:
        """In a thread, for a statement may take minutes; this one beats."""
        with ThreadPoolExecutor(1, thread_name_prefix="scan-sieve") as thread:
            doing = thread.submit(work)
            while not wait([doing], timeout=BEAT).done:
                self.at_rest.heart.beat()
            doing.result()

    def _go_on(self) -> None:
        if self.at_rest.heart.stopped():
            raise Stopped

    def _sieve(self, sieving: Sieving, keys: NameKeys, kept: tuple[str, ...], plans: Listed | None) -> None:
        scratch, there = self.at_rest.scratch, self.there
        passed.once(scratch)
        orders = [key.removeprefix("order:") for key in kept if key.startswith("order:")]
        found = sieving.run(
            passed.rows(scratch), since=there.since, until=there.until, now=None,
            beside=self._beside(keys, kept, orders, plans), listed=plans, go_on=self._go_on,
        )  # fmt: skip
        for kind, some in sieving.objects():
            self._keep(kind, some, keys)
            self._go_on()
        passed.forget_beside(scratch, self.span)
        every = passed.count(scratch)
        sample = set(passed.let_in(scratch, found.canaries))
        passed.let_in(scratch, {*found.suspects, *found.around, *orders})
        self._canaries = sorted(sample)
        well = passed.count(scratch) + len(sample)
        self.said = (
            f"Of {every:,} orders {well:,} were passed by its sieve, where it lies, as of {moment(self.at_rest.at)}; "
            f"{len(sample):,} of these were looked at in full all the same."
        )

    def _plans(self) -> Listed | None:
        """Subscriptions and their bills as Stripe has listed them, where a session there began one."""
        return {kind: self._read(f"kind = '{one}'") for kind, one in _PLANS.items()} if self.subscribed else None

    def _read(self, which: str) -> Iterator[Json]:
        """What was read from Stripe."""
        scratch = self.at_rest.scratch
        for places in scratch.stream(f"SELECT raw FROM objects WHERE {which}", size=500):  # noqa: S608 - our own words
            yield from (scratch.raw(place) for (place,) in places)

    def _beside(
        self, keys: NameKeys, kept: Sequence[str], orders: Sequence[str], plans: Listed | None
    ) -> Iterator[Touch]:
        """By what all that was read from Stripe may belong to what lies there, but for `plans`, which are compared with
        it as they are; and what cases that are open rest on."""
        scratch = self.at_rest.scratch
        for one in self._read("kind NOT IN ('subscription', 'invoice')" if plans else "TRUE"):
            yield from touches_of(one, keys)
        yield from (Touch(key, ID, key.removeprefix("stripe:")) for key in kept if key.startswith("stripe:"))
        yield from (Touch(f"order:{order}", ID, one) for order, one in passed.ids_kept(scratch, orders))

    def _keep(self, kind: str, objects: Sequence[Json], keys: NameKeys) -> None:
        """What is over stays as it lies there; of the others their ids. What goes on moving was listed."""
        if kind not in {listing.kind for listing in TAKEN}:
            return
        read = (sent(without_secrets(msgspec.json.encode(one))) for one in objects)
        raws: Sequence[Json] = [one for one in read if isinstance(one, Sent)]
        if kind != SESSIONS.kind:
            raws = fresh(self.at_rest.scratch, kind, raws)
        over = [one for one in raws if finished(kind, one)]
        if len(over) < len(raws):
            for one in raws:
                if not finished(kind, one):
                    self._going_on.setdefault(kind, {})[str(one["id"])] = int(str(one["created"]))
                    self._borne |= {hash(touch) for touch in touches_of(one, keys)}
        self.at_rest.scratch.keep(kind, over, at_rest=True)

    def _read_live(self, keys: NameKeys) -> None:
        """What was not over: by its ids, or by lists where these take fewer requests. What it says now may touch
        whom it did not touch there."""
        names, emails = set[str](), set[str]()

        def keep(kind: str, raws: Sequence[Json]) -> None:
            found = raws if kind == SESSIONS.kind else fresh(self.at_rest.scratch, kind, raws)
            self.at_rest.scratch.keep(kind, found)
            for touch in (one for raw in found for one in touches_of(raw, keys)):
                if touch.kind != ID and hash(touch) not in self._borne:
                    {NAME: names, EMAIL: emails}[touch.kind].add(touch.said)

        for listing in TAKEN:
            left = self._going_on.get(listing.kind)
            if not left:
                continue
            if len(left) <= max(FEW, self.there.payments // PAGE):
                left = self._retrieve(listing.kind, left, keep)
            self._list(listing, left, keep)
        passed.let_in(self.at_rest.scratch, list(passed.touched(self.at_rest.scratch, names, emails)))

    def _retrieve(
        self, kind: str, left: Mapping[str, int], keep: Callable[[str, Sequence[Json]], None]
    ) -> dict[str, int]:
        """By their ids. Those that Stripe did not answer for."""
        read = set[str]()

        def take(raw: Json) -> None:
            read.add(str(raw["id"]))
            keep(kind, [raw])

        missing, all_told = self.at_rest.retrieved(left, take)
        if missing:
            self.said += f" The copy has {missing[0].id}, which Stripe does not know ({len(missing)} such)."
        gone = {one.id for one in missing}
        return {} if all_told else {one: at for one, at in left.items() if one not in read | gone}

    def _list(self, listing: Listing, left: Mapping[str, int], keep: Callable[[str, Sequence[Json]], None]) -> None:
        """By lists of when they were made. What could not be listed is a hole."""
        if not left:
            return
        a_page = PAGE * (self.there.until - self.there.since) // max(self.there.payments, 1)
        ranges = coverage.joined([Range(at, at + 1) for at in left.values()], a_page)

        def take(batch: Batch) -> None:
            keep(listing.kind, [raw for raw in batch.objects if str(raw["id"]) in left])
            self.holes.extend(batch.flaws())

        heart = self.at_rest.heart
        read = self.at_rest.spans.read([(listing, ranges)], keep=take, stop=heart.stopped)
        heart.requests += read.requests
        self.holes += read.holes
