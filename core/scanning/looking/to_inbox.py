"""From what was compared to the inbox: every suspect and orphan is looked at, and what is found is noted, in batches.

A killed scan that goes on looks again at all of them; the inbox takes the same finding of the same scan once. Healthy
orders are written to the inbox only to resolve a kept case, and never if part of the case was not read.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from itertools import islice
from typing import Final, TypeVar

import msgspec

from core.facts import CLOSED_ORDER, OPEN_ORDER, PAID_ORDER
from core.journal import Journal, Noted
from core.outages import SLOT
from core.pasted import mode_of
from core.scanning.heart import Heart
from core.scanning.looking.ahead import still_true
from core.scanning.looking.live_first import DEAREST
from core.scanning.looking.looked import Looked, only_events_tell, tells_less
from core.scanning.looking.orphans import assign, orphans
from core.scanning.looking.suspects import AT_A_TIME, Suspects
from core.scanning.scratch import Scratch, coverage, of_id
from core.scanning.scratch.copied import OF_A_COPY
from core.scanning.sieve import Compared
from core.stripe_api.spans import Hole, Range

AT_ONCE: Final = 200  # cases noted in one transaction
_WELL: Final = "key NOT IN (SELECT key FROM suspects UNION ALL SELECT key FROM elsewhere)"
_ANY: Final = ("sessions", "intents", "refunds", "disputes", "orders", "quick test")
WRONG: Final = "the quick test is wrong: it passed {}, of which a full look says: {}"
BEHIND: Final = "the copy of Stripe's data is behind: it passed {}, of which Stripe itself says: {}"
_FRESH, _QUIET, _FOUND, _NOTED = range(4)  # the state of a suspect
T = TypeVar("T")


@dataclass(slots=True)
class Looking:
    """The looking of one scan over `span`. `base`: requests made before."""

    scratch: Scratch
    suspects: Suspects
    journal: Journal
    heart: Heart
    span: Range
    base: int = 0

    def run(self, compared: Compared) -> None:
        """Look at all of them and note what is found. Stopped where that is asked for."""
        self.base = self.heart.requests
        self._progressed("suspects", 0)
        seen = self._seen()
        self.suspects.fetch([*self.suspects.lost(), *self._known()])
        self._check(self.suspects.live_first.probe(), "copy", BEHIND)
        self._check([key for key in compared.sample if key not in seen], "quick test", WRONG)
        for keys in self._keys(_FRESH):
            self._first(keys)
        self.suspects.read_events()
        self._progressed("noting", 0)
        for keys in self._keys(_FOUND):
            self._note([look for _, look in self.suspects.second(keys)])
            self._is_now(_NOTED, keys)
            self._progressed("noting", len(keys))
        for part in batches(orphans(self.scratch, self.suspects, scan_id=self.heart.record.id), AT_ONCE):
            self._write(part)
            self.heart.must_go_on()
        self._settle()
        self._progressed("noting", 0)

    def _seen(self) -> frozenset[int]:
        """Take over what was seen while things came in, as far as it still holds; who was found well. Nothing of it
        counts where not all could be read, or where a kept case must be resolved."""
        if self.suspects.holes:
            return frozenset()
        still_true(self.scratch)
        with self.scratch.deducing() as db:
            db.execute(
                """UPDATE suspects SET state = ? WHERE key IN (SELECT key FROM early WHERE noted IS NULL)
                   AND NOT EXISTS (SELECT 1 FROM orders o JOIN kept_open k ON k.key = 'order:' || o.id
                                   WHERE o.key = suspects.key)""",
                (_QUIET,),
            )
        query = "SELECT key, noted FROM early JOIN suspects USING (key) WHERE noted IS NOT NULL AND state = ? LIMIT ?"
        while rows := self.scratch.rows(query, (_FRESH, AT_ONCE)):
            self._write(msgspec.msgpack.decode(noted, type=Noted) for _, noted in rows)
            self._is_now(_NOTED, [key for key, _ in rows])
            self.heart.must_go_on()
        return frozenset(row[0] for row in self.scratch.rows("SELECT key FROM early WHERE noted IS NULL"))

    def _first(self, keys: list[int]) -> None:
        """What shows nothing wrong is done with; of the others the events are wanted."""
        self._is_now(_QUIET, keys)
        found, quiet = list[int](), list[Looked]()
        for key, look in self.suspects.first(keys):
            if look.diagnosis.findings or only_events_tell(look):
                found.append(key)
            else:
                quiet.append(look)
        self._note(quiet)
        self._is_now(_FOUND, found)
        self._progressed("suspects", len(keys))

    def _check(self, sample: list[int], kind: str, wrong: str) -> None:
        """Some of what was discarded is looked at all the same; a disagreement is as loud as a hole."""
        for keys in batches(sample, AT_A_TIME):
            for key, look in self.suspects.first(keys):
                if look.diagnosis.clean or look.partly_read or self.suspects.lively(look):
                    continue
                code = look.diagnosis.headline.code if look.diagnosis.headline else look.diagnosis.undetermined
                because = wrong.format(look.key, code)
                self.suspects.holes.append(Hole(kind, self.span.since, self.span.until, because))
                with self.scratch.deducing() as db:
                    db.execute("INSERT OR IGNORE INTO suspects (key) VALUES (?)", (key,))
            self.heart.must_go_on()

    def _note(self, looks: Iterable[Looked]) -> None:
        """Note what was found and what could not be determined; of kept cases also that all is well."""
        for some in batches(looks, AT_ONCE):
            kept = self._kept([look.key for look in some])
            part = [look for look in some if not (look.key in kept and self._saw_less(look))]
            self._write(
                self._noted(look, is_kept=look.key in kept)
                for look in part
                if (look.diagnosis.findings and not look.payment_unread)
                or (not look.partly_read and (not look.diagnosis.clean or look.key in kept))
            )
            self.heart.must_go_on()

    def _noted(self, look: Looked, *, is_kept: bool) -> Noted:
        """What was found; partial where more may be there: parts were not read, or the case is older than the span, or
        than the events that would tell why. Not so where the order has moved: it is another story."""
        noted = Noted.of(look.key, look, scan_id=self.heart.record.id, partial=look.partly_read)
        asking = is_kept and (bool(look.case.facts.events_unsearched) or self._is_beside(look))
        known = self.journal.inbox.get(look.key) if asking else None
        if known is None or known.order_status != noted.order_status:
            return noted
        less = self._is_beside(look) or tells_less(noted, look, known)
        return replace(noted, partial=look.partly_read or less)

    def _known(self) -> Iterator[str]:
        """What was known of kept cases that are looked at again though they are older than the span."""
        query = """SELECT k.key FROM kept_open k JOIN orders o ON k.key = 'order:' || o.id
                   JOIN suspects s ON s.key = o.key
                   WHERE (o.created_at < ? OR o.created_at >= ?) AND (o.make NOT LIKE 'acct%' OR o.make IS ?)"""
        ends = (self.span.since + coverage.BEFORE, self.span.until)
        for (key,) in self.scratch.rows(query, (*ends, self.suspects.account.account)):
            known = self.journal.inbox.get(key)
            for one in (known.session_ids or known.intent_ids) if known else ():
                read = self.scratch.rows("SELECT 1 FROM objects WHERE key = ?1 OR intent_key = ?1", (of_id(one),))
                if not read and mode_of(one) in (None, self.suspects.account.mode):
                    yield one

    def _is_beside(self, look: Looked) -> bool:
        """Whether its payments may be older than the span: those are read by the ids that the order stores, no others,
        and of what went back nothing is."""
        made = look.case.order.created_at if look.case.order else None
        return made is not None and not self.span.since + coverage.BEFORE <= made < self.span.until

    def _saw_less(self, look: Looked) -> bool:
        """Whether less is seen of a kept case than what was known of it: then nobody can say that it is well."""
        order, facts = look.case.order, look.case.facts
        if order is None or not self._is_beside(look):
            return False
        known, seen = (
            self.journal.inbox.get(look.key),
            {*(one.id for one in facts.sessions), *(one.id for one in facts.intents)},
        )
        went_back = any(charge.amount_refunded or charge.disputed for charge in facts.charges)
        went_back = went_back or order.status not in PAID_ORDER | OPEN_ORDER | CLOSED_ORDER
        return known is not None and (went_back or not seen.issuperset((*known.session_ids, *known.intent_ids)))

    def _write(self, some: Iterable[Noted]) -> None:
        if noted := list(map(self._with_what_lacks, some)):
            self.journal.inbox.note(noted, now=int(self.heart.clock()))
            if named := [i for one in noted if one.order_id and one.code for i in (*one.session_ids, *one.intent_ids)]:
                assign(self.scratch, named)
            self.heart.findings += sum(one.code is not None for one in noted)

    def _with_what_lacks(self, noted: Noted) -> Noted:
        """Before a kept case is settled, what else the settings want of a paid order is asked for."""
        orders, own = self.suspects.orders, noted.order_id
        if noted.outcome != "clean" or own is None or not orders.outcomes.asked:
            return noted
        return noted.lacking(orders.outcomes.lacking(next(iter(orders.find(ids=[own], limit=1)), None)))

    def _settle(self) -> None:
        """Kept cases whose order was seen healthy, or whose payment has an order by now, are well; not by what a copy
        alone says of it. And for the outages: how many orders came through well, and when."""
        orders = f"""SELECT k.key, o.id, o.created_at,
                       EXISTS (SELECT 1 FROM objects p WHERE p.key = o.session_key AND p.plan_key IS NOT NULL)
                     FROM kept_open k JOIN orders o ON k.key = 'order:' || o.id
                     WHERE o.{_WELL}"""  # noqa: S608 - our own words
        payments = f"""SELECT k.key, NULL, p.created, 0 FROM kept_open k JOIN objects p
                       ON k.key = 'stripe:' || coalesce(p.intent, p.id)
                       WHERE p.money = 1
                       AND p.key NOT IN (SELECT key FROM orphans UNION ALL SELECT key FROM elsewhere)
                       AND NOT coalesce({OF_A_COPY.format("p.raw")}, 0)"""  # noqa: S608 - our own words
        now = int(self.heart.clock())
        for query in (orders, payments):
            for rows in self.scratch.stream(query, size=AT_ONCE):
                self._write(
                    Noted(key=key, order_id=own, read_at=now, scan_id=self.heart.record.id)
                    for key, own, at, signed in rows
                    if not coverage.near(at, self.suspects.holes, _ANY)
                    if not (signed and coverage.later(at, self.suspects.holes))
                )
        if self.suspects.account.alone:
            return  # they are few of those of the shop, by which a cause is measured
        paid = ", ".join(f"'{status.value}'" for status in PAID_ORDER)
        slot = f"created_at / {SLOT} * {SLOT}"
        good = f"status IN ({paid}) AND created_at IS NOT NULL AND {_WELL}"
        passed = f"SELECT created_at FROM passed WHERE status IN ({paid}) AND created_at IS NOT NULL"  # noqa: S608 - our own words
        every = f"SELECT created_at FROM orders WHERE {good} UNION ALL {passed}"  # noqa: S608 - our own words
        booked = f"SELECT {slot}, count(*) FROM ({every}) GROUP BY 1"  # noqa: S608 - our own words
        self.journal.inbox.note_booked(dict(self.scratch.rows(booked)))

    def _kept(self, keys: list[str]) -> frozenset[str]:
        marks = ", ".join("?" * len(keys))
        found = self.scratch.rows(f"SELECT key FROM kept_open WHERE key IN ({marks})", keys)  # noqa: S608 - only marks
        return frozenset(row[0] for row in found)

    def _keys(self, state: int) -> Iterator[list[int]]:
        """The suspects in a state, some at a time, until none is."""
        query = DEAREST if self.suspects.live_first.in_use else "SELECT key FROM suspects WHERE state = ? LIMIT ?"
        while keys := [row[0] for row in self.scratch.rows(query, (state, AT_A_TIME))]:
            self.heart.must_go_on()
            yield keys

    def _is_now(self, state: int, keys: Iterable[int]) -> None:
        with self.scratch.deducing() as db:
            db.executemany("UPDATE suspects SET state = ? WHERE key = ?", [(state, key) for key in keys])

    def _progressed(self, phase: str, more: int) -> None:
        done = more + (self.heart.done if self.heart.phase == phase else 0)
        whole = self.scratch.count("suspects" if phase == "suspects" else f"suspects WHERE state >= {_FOUND}")
        platform = self.suspects.account.platform
        self.heart.requests = self.base + self.suspects.requests + (platform.requests if platform else 0)
        self.heart.progressed(phase, done, whole)


def batches(things: Iterable[T], size: int) -> Iterator[list[T]]:
    """`things` in lists of at most `size`."""
    waiting = iter(things)
    while part := list(islice(waiting, size)):
        yield part
