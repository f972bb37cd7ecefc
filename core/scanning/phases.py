"""The phases of a scan, one after the other: both sides read, a copy sieved, compared, looked at, noted."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

from core.facts import NameKeys
from core.jobs import Stopped
from core.scanning.heart import Heart
from core.scanning.looking import Account, Ahead, Looking, Suspects, batches
from core.scanning.names import Names, renamed
from core.scanning.plan import Plan
from core.scanning.reading import went_back
from core.scanning.reading.at_rest import AtRest
from core.scanning.reading.both_sides import Reading
from core.scanning.reading.patience import Patient
from core.scanning.reading.payments_alone import PaymentsAlone
from core.scanning.reading.restricted_keys import without_what_is_hidden
from core.scanning.reading.subscriptions import Subscriptions
from core.scanning.scratch import Scratch, coverage
from core.scanning.scratch.copied import is_sieved
from core.scanning.sieve import Compared, Comparing, claim, look_again
from core.scanning.sifting import Sifting
from core.scanning.sources import Sources
from core.stripe_api.spans import Hole, Range


@dataclass(slots=True)
class Phases:
    """Of one scan that `began` (seconds since 1970)."""

    plan: Plan
    sources: Sources
    account: Account
    heart: Heart
    scratch: Scratch
    names: Names
    began: int
    span: Range = field(init=False)
    _orders: Patient = field(init=False)
    _at_rest: AtRest | None = None
    _sifting: Sifting | None = None

    def __post_init__(self) -> None:
        self.span = Range(self.heart.record.since, self.heart.record.until)
        self._orders = Patient(self.sources.orders, self.sources.patience, self.heart.must_go_on)

    def run(self) -> tuple[list[Hole], str]:
        """What could not be read, and what is to be told of a copy. Stopped where that is asked for."""
        sources, scratch, heart = self.sources, self.scratch, self.heart
        comparing = Comparing(scratch, self.account.mode, self.plan.canary, self.account.account)
        early = self._suspects([], stop=heart.stopped, early=True)
        self._find_copy()
        ahead = Ahead(scratch, comparing, early, heart.record.id, reading=sources.ahead is not None, idle=sources.idle)
        reading = Reading(
            scratch, sources.orders, sources.spans, heart, self.span, self.began, self.plan.only, sources.patience,
            ahead.begin, sources.lister, self._at_rest, self.account.account if self.account.alone else None,
        )  # fmt: skip
        try:
            holes = reading.read()
            if self._at_rest:
                went_back.put_right(self.scratch)
            ahead.compared(heart.beat)
            holes = self._read_beside(holes)
            if heart.stopped():
                raise Stopped
            heart.progressed("comparing", 0, 0)
            learned = self._learn()
            holes = self._sieved(holes, reading)
            suspects = self._suspects(holes, stop=heart.must_stop)
            compared = self._compared(comparing, suspects, self.names.keys if learned else None)
            ahead.end(heart.beat)
            if learned:
                ahead.forget()
            heart.requests += ahead.requests
            Looking(scratch, suspects, sources.journal, heart, self.span).run(compared)
        finally:
            ahead.abort()
        return suspects.holes, self._told(suspects)

    def _suspects(self, holes: list[Hole], *, stop: Callable[[], bool], early: bool = False) -> Suspects:
        sources = self.sources
        return Suspects(
            self.scratch, sources.orders if early else self._orders,
            (sources.ahead if early else None) or sources.spans, self.names.surroundings, self.account, holes,
            self.began, self.span, sources.clock, stop,
        )  # fmt: skip

    def _find_copy(self) -> None:
        """The copy of Stripe's data, seen what it is, where there is any; and whether it is gone through by a sieve."""
        if self.sources.copy is None:
            is_sieved(self.scratch, None)
            return
        alone = self.account.account
        orders = self.sources.orders
        found = AtRest(self.sources.copy, self.scratch, self.sources.spans, self.heart, self.span, alone, orders)
        found.begin()
        self._at_rest = found
        sieves = None if self.plan.only else self.sources.sieves
        self._sifting = Sifting.begun(found, sieves, self.sources.sieved_from, self.plan.canary)

    def _read_beside(self, holes: list[Hole]) -> list[Hole]:
        """What is read for what the lists of the span have brought; nothing of what is sieved."""
        scratch, spans, heart = self.scratch, self.sources.spans, self.heart
        holes = without_what_is_hidden(scratch, spans, heart, holes)
        known = self._sifting is not None and self._sifting.subscribed
        holes = Subscriptions(scratch, spans, heart, self.span, self.began, known).read(holes)
        of_carts = self.sources.orders.mapping.carts is not None
        sieved = self._at_rest.sieved if self._at_rest else None
        for part in coverage.less([self.span], [sieved] if sieved else []):
            follows = sieved is not None and part.since == sieved.until
            alone = PaymentsAlone(scratch, spans, heart, part, of_carts, self._at_rest, follows)
            holes = alone.read(holes)
        return holes

    def _learn(self) -> bool:
        """Whether anything is new of where names stand."""
        pairs = self._sifting.pairs(self._orders) if self._sifting else None
        learned = self.names.learn(self.scratch, self._orders, now=int(self.sources.clock()), pairs=pairs)
        if self._sifting:
            self.scratch.keys = self.names.keys
        return learned

    def _sieved(self, holes: list[Hole], reading: Reading) -> list[Hole]:
        """What is left of a copy has come in, too: what went back of its payments is known now; and what it cannot
        prove."""
        if self._at_rest is None:
            return holes
        if self._sifting is not None and not self._is_sieved(self._sifting, holes):
            holes = self._read_beside([*holes, *reading.read_again(self._sifting.span)])
            went_back.put_right(self.scratch)
        if self.heart.stopped():
            raise Stopped
        return [*holes, *(self._sifting.holes if self._sifting else ()), *self._at_rest.holes]

    def _is_sieved(self, sifting: Sifting, holes: Sequence[Hole]) -> bool:
        """Whether the sieve came to its end, and is right by all that is looked at."""
        if not sifting.run(self.names.keys, self.sources.journal.inbox.keys_open(), holes):
            return False
        went_back.put_right(self.scratch)
        looking = self._suspects(list(holes), stop=self.heart.must_stop)
        try:
            return sifting.believes(looking.as_read, looking.lively)
        finally:
            self.heart.requests += looking.requests

    def _compared(self, comparing: Comparing, suspects: Suspects, fresh: NameKeys | None) -> Compared:
        """Who is to be looked at: the suspects of the span, orders that its payments lead to, orders of kept cases.
        `fresh`: where names stand, if that was not known while things were read."""
        scratch, live_first, heart = suspects.scratch, suspects.live_first, self.heart
        with scratch.deducing() as db:
            for table in ("suspects", "elsewhere", "orphans", "kept_open"):
                db.execute(f"DELETE FROM {table}")  # noqa: S608 - our own word
        for keys in batches(self.sources.journal.inbox.keys_open(), 1000):
            with scratch.deducing() as db:
                db.executemany("INSERT OR IGNORE INTO kept_open VALUES (?)", [(key,) for key in keys])
        live_first.before_comparing()
        found = comparing.finish(int(self.sources.clock()), heart.must_go_on)
        heart.must_go_on()
        live_first.before_claiming()
        if fresh is not None:
            renamed(scratch, fresh)
        alone = heart.record.alone
        suspects.holes += claim(scratch, self._orders, go_on=heart.must_go_on, alone=alone)
        if not self.plan.only:
            look_again(scratch, self._orders, turn=heart.record.id, alone=alone)
        return found

    def _told(self, suspects: Suspects) -> str:
        if self._at_rest is None:
            return ""
        of_sieve = self._sifting.said if self._sifting else ""
        return " ".join(filter(None, [self._at_rest.told(suspects.live_first.stale), of_sieve]))
