"""Suspects: everything about each of them, and what is wrong. In batches, first without events, then with them.

Events tell why, not what: so a suspect is judged without them first, most are found well, and the events of the others
are listed over as few spans as their number makes cheapest. What Stripe said is as old as the scan, so a suspect whose
order has moved since, or may have, is read again by its ids before anything is said of it. The diagnosis is the one
that opening the case would give. What was found is handed on, batch by batch.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Final

from core.cases import Case
from core.errors import OrdersUnreachable
from core.facts import Facts, Order, Unread
from core.orders import OrdersReader
from core.pasted import mode_of
from core.rules import examine
from core.scanning.looking.elsewhere import gathered_here, held_here
from core.scanning.looking.facts_of import Account, Gathered, Suspect, absent, facts_of, gathered, is_id, unread_ids
from core.scanning.looking.live_first import LiveFirst
from core.scanning.looking.looked import Looked, event_spans, ids_to_read, only_events_tell, tells, untold
from core.scanning.looking.rows import carted, may_have_moved, named, rows_of, sharing
from core.scanning.reading.patience import Patient
from core.scanning.reading.restricted_keys import INSIDE
from core.scanning.scratch import Scratch, coverage
from core.scanning.scratch.copied import in_all
from core.stripe_api import KEPT_DAYS
from core.stripe_api.spans import Hole, Range, Retrieved, SpanReader, events_of, merged
from core.surroundings import Surroundings
from core.times import DAY

AT_A_TIME: Final = 400  # suspects; their rows come in one statement
_HIDDEN: Final = ("pi_", "ch_", "py_")


@dataclass(slots=True)
class Suspects:
    """The suspects of one scan of `span`. `began`: when Stripe was first asked; `holes`: what was not read, to which
    more may be added; `requests`: spent here; `events`: the spans in which the events of suspects lie."""

    scratch: Scratch
    orders: OrdersReader | Patient
    spans: SpanReader
    surroundings: Surroundings
    account: Account
    holes: list[Hole]
    began: int
    span: Range
    clock: Callable[[], float]
    stop: Callable[[], bool]
    requests: int = 0
    events: dict[tuple[str, ...], list[Range]] = field(default_factory=dict)
    live_first: LiveFirst = field(init=False)
    _failed: dict[str, Unread] = field(default_factory=dict)
    _billed: set[str] = field(default_factory=set)  # the payments whose bills were asked for
    _nameless: bool = False  # the orders were asked in vain for the names that payments bear
    _gone: str | None = None  # Stripe answered nothing of what was last asked, after all patience: it is asked no more

    def __post_init__(self) -> None:
        self.live_first = LiveFirst(self.scratch, self.fetch)

    def fetch(self, ids: Iterable[str]) -> Retrieved:
        """Read objects by their ids and keep them; what is no id is not asked for."""
        asked = [one for one in dict.fromkeys(ids) if is_id(one)]
        if self._gone is not None:
            for one in asked:
                self._failed[one] = Unread("objects", one, self._gone)
            return Retrieved((), (), 0, 0, 0, 0.0)
        before = self._last()
        read = self.spans.retrieve(asked, keep=lambda raw: self.scratch.keep("ids", [raw]), stop=self.stop)
        if len(read.failed) > 2 and not read.missing and self._last() == before:  # noqa: PLR2004 - not one bad object
            self._gone = read.failed[0].because
        self.requests += read.requests
        self.scratch.keep_absent((one.id, one.code, one.message) for one in read.missing)
        self._note_failed("objects", "objects by their ids", read.failed)
        return read

    def lost(self) -> list[str]:
        """Ids that suspects store and nobody has read, by what the briefs tell; orders in a hole are left out."""
        every = (row for rows in unread_ids(self.scratch, self.account.account) for row in rows)
        return [one for at, one in every if self._askable(one) and not coverage.near(at, self.holes, coverage.PAYMENTS)]

    def askable(self, ids: Iterable[str]) -> list[str]:
        """Of stored ids those that Stripe was not asked for in vain, and may know."""
        ours = [one for one in ids if self._askable(one)]
        known = absent(self.scratch, ours) | self._failed.keys()
        return [one for one in ours if one not in known]

    def _askable(self, one: str) -> bool:
        return mode_of(one) in (None, self.account.mode) and not self._hidden(one)

    def heard(self, look: Looked) -> bool:
        """Whether all events that could say more of a case have been listed."""
        oldest = self.span.until - KEPT_DAYS * DAY
        query = "SELECT since, until FROM done WHERE kind = ? AND since < ? AND until > ?"
        for one in event_spans(look.case.facts, look.case.order, look.case.now) if tells(look) else ():
            asked = Range(max(one.since, oldest), min(one.until + 1, self.began))
            done = self.scratch.rows(query, ("/".join(one.types), asked.until, asked.since))
            if coverage.less([asked], (Range(*row) for row in done)):
                return False
        return True

    def early(self, keys: Sequence[int]) -> Iterator[tuple[int, Looked]]:
        """A first look while things come in, without asking Stripe. Who may have moved, or waits, is passed over."""
        for key, look in self._without_events(self._gathered(keys)):
            if look.diagnosis.clean and only_events_tell(look):
                continue
            if look.diagnosis.clean or not (look.waits or look.at_rest or self.lively(look)):
                self._want_events(look)
                yield key, look

    def early_second(self, keys: Sequence[int]) -> Iterator[tuple[int, Looked]]:
        """The full look while things still come in, for which nothing is read but what is there."""
        return self._with_events(self._gathered(keys))

    def first(self, keys: Sequence[int]) -> Iterator[tuple[int, Looked]]:
        """A first look at suspects by their keys in the scratch, without events; notes which events are worth reading.
        Orders that are gone by now are passed over."""
        found = self.live_first.again(self.as_read(keys), self.as_read)
        if again := [key for key, look in found.items() if not look.diagnosis.clean and self.lively(look)]:
            self.fetch({name for key in again for name in ids_to_read(found.pop(key))})
            found |= self.as_read(again)
        for key, look in found.items():
            self._want_events(look)
            yield key, look

    def as_read(self, keys: Sequence[int]) -> dict[int, Looked]:
        """A look by what was read, a copy's too."""
        return dict(self._without_events(self._completed(keys)))

    def second(self, keys: Sequence[int]) -> Iterator[tuple[int, Looked]]:
        """The full look, once the events are read."""
        return self._with_events(self._completed(keys))

    def read_events(self) -> None:
        """List the events that `first` asked for, in as few requests as their number makes cheapest."""
        orders, oldest = in_all(self.scratch), self.span.until - KEPT_DAYS * DAY
        wanted = []
        for types, ranges in self.events.items():
            kept = [Range(max(one.since, oldest), min(one.until, self.began)) for one in ranges]
            gap = coverage.page_of_events(self.span, orders, types)
            left = coverage.less(coverage.joined(kept, gap), self.scratch.done("/".join(types)))
            if left:
                wanted.append((events_of(types), left))
        if wanted:
            read = self.spans.read(wanted, keep=self.scratch.keep_events, stop=self.stop)
            self.requests += read.requests
            self.holes += read.holes
        self.events.clear()
        self.holes += self.scratch.flaws(events=True)

    def orphans(self, keys: Iterable[int]) -> Iterator[tuple[str, Looked]]:
        """The id and the case of each payment that no order claims."""
        for seen in map(examine, carted(self.orders, self._named([self._orphan(key) for key in keys]))):
            yield seen.case.name, Looked(seen.case, seen.links, seen.diagnosis, f"stripe:{seen.case.name}")

    def _orphan(self, key: int) -> Case:
        ((own, intent),) = self.scratch.rows("SELECT id, intent FROM objects WHERE key = ?", (key,))
        payment, now = str(intent or own), int(self.clock())
        one = gathered(self.scratch, None, (str(own), payment))
        unread = [coverage.unread(hole) for hole in self.holes if hole.kind in ("orders", "refunds", "charges", INSIDE)]
        facts = facts_of(self.scratch, one, self.account, now=now, unread=unread)
        return Case(order=None, facts=facts, now=now, surroundings=self.surroundings, name=payment)

    def _gathered(self, keys: Sequence[int], *, at_last: bool = False) -> dict[int, Suspect]:
        """As their rows are now, with what the scan has read of them; but for those of other accounts."""
        at, rows = int(self.clock()), rows_of(self.scratch, self.orders, keys)
        orders, found = gathered_here(self.scratch, rows, self.account, at_last=at_last)
        others = sharing(self.orders, orders.values())
        able = [key for key, order in orders.items() if not self._near(order) and not self._of_other_mode(order)]
        lost = {one for key in able for one in found[key].lost if is_id(one) and not self._hidden(one)}
        lost -= self._failed.keys() | absent(self.scratch, lost)
        return {
            key: Suspect(order, others.get(order.id, ()), own, own.lost & lost, own.unbilled - self._billed, at)
            for key, order in orders.items()
            for own in (found[key],)
        }

    def _completed(self, keys: Sequence[int]) -> dict[int, Suspect]:
        """The same, once Stripe was asked for the ids that nobody has read."""
        suspects = self._gathered(keys, at_last=True)
        unasked = {one for suspect in suspects.values() for one in suspect.unasked}
        if unasked and not self.stop():
            self.fetch(unasked)
            suspects = {key: self._again(one) if one.unasked else one for key, one in suspects.items()}
        unbilled = {one for suspect in suspects.values() for one in suspect.unbilled}
        if unbilled and not self.stop():
            self._fetch_bills(unbilled)
            suspects = {key: self._again(one) if one.unbilled else one for key, one in suspects.items()}
        return held_here(self.scratch, suspects, self.account, self.stop)

    def _again(self, one: Suspect) -> Suspect:
        """With what was read of it meanwhile."""
        parts = gathered(self.scratch, one.order)
        return replace(one, parts=parts, unasked=frozenset(), unbilled=parts.unbilled - self._billed)

    def _fetch_bills(self, intents: set[str]) -> None:
        """Read and keep the bills of payments. A payment whose bill nobody can show is told with the case."""
        self._billed |= intents
        if self._gone is not None:
            self._failed |= {one: Unread("invoices", f"the invoice of {one}", self._gone) for one in intents}
            return
        read = self.spans.bills_of(intents, keep=lambda raw: self.scratch.keep("ids", [raw]), stop=self.stop)
        self.requests += read.requests
        self._note_failed("invoices", "invoices of payments", read.failed)

    def _note_failed(self, kind: str, words: str, failed: Sequence[Unread]) -> None:
        self._failed |= {one.what.rpartition(" ")[2]: one for one in failed}
        if failed and not self.stop():
            several = f"{len(failed)} {words}: {failed[0].because}"
            self.holes.append(Hole(kind, self.span.since, self.span.until, several))

    def _without_events(self, suspects: Mapping[int, Suspect]) -> Iterator[tuple[int, Looked]]:
        later = ("the events: they are read where something is found",)
        return self._looked(suspects, [replace(self._facts(o), events_unsearched=later) for o in suspects.values()])

    def _with_events(self, suspects: Mapping[int, Suspect]) -> Iterator[tuple[int, Looked]]:
        facts = [untold(self._facts(one), one.order, one.at, self.holes, self.span) for one in suspects.values()]
        return self._looked(suspects, facts)

    def _looked(self, suspects: Mapping[int, Suspect], facts: Iterable[Facts]) -> Iterator[tuple[int, Looked]]:
        cases = [
            Case(one.order, read, one.at, other_orders=one.sharing, surroundings=self.surroundings, name=one.order.name)
            for one, read in zip(suspects.values(), facts, strict=True)
        ]
        for (key, one), case in zip(suspects.items(), self._named(cases), strict=True):
            seen = examine(case)
            yield (
                key,
                Looked(
                    seen.case,
                    seen.links,
                    seen.diagnosis,
                    f"order:{one.order.id}",
                    partly_read=len(case.facts.unread) > len(self.account.unread),
                    payment_unread=bool(self._near(one.order))
                    or not (one.parts.lost | one.parts.at_rest).isdisjoint(self._failed),
                    waits=bool(one.unasked or one.unbilled),
                    at_rest=one.parts.at_rest,
                    rests=one.parts.handles,
                    mark=one.parts.mark,
                ),
            )

    def _named(self, cases: Sequence[Case]) -> Sequence[Case]:
        """With the orders of the names that their payments bear; without, where the database once did not say."""
        try:
            return cases if self._nameless else named(self.orders, cases)
        except OrdersUnreachable:
            self._nameless = True
            return cases

    def _last(self) -> int:
        return int(self.scratch.rows("SELECT coalesce(max(n), 0) FROM raws")[0][0])

    def _facts(self, one: Suspect) -> Facts:
        """All but the events, and what of it could not be read."""
        unread = [self._failed[key] for key in sorted(one.parts.lost | one.parts.at_rest) if key in self._failed]
        unread += map(coverage.unread, self._near(one.order))
        read = one.parts.collected
        charges, plans = list(read.charges.values()), any(s.subscription_id for s in read.sessions.values())
        told = {"refunds": any(c.amount_refunded for c in charges), "disputes": any(c.disputed for c in charges)}
        later = coverage.later(one.order.created_at, self.holes) if plans else ()
        unread += [coverage.unread(hole) for hole in self.holes if told.get(hole.kind) or hole in later]
        unread += [self._failed[key] for key in sorted(one.parts.unbilled) if key in self._failed]
        unread += self._inside(one.order, one.parts)
        return facts_of(self.scratch, one.parts, self.account, now=one.at, unread=unread)

    def _inside(self, order: Order, one: Gathered) -> Iterator[Unread]:
        """What the key may not see: any payment, or the charges of those that it sees."""
        charges = {intent.latest_charge_id for intent in one.collected.intents.values()} | set(order.charge_ids)
        kinds = (INSIDE, "charges") if charges - one.collected.charges.keys() - {None} else (INSIDE,)
        return map(coverage.unread, coverage.near(order.created_at, self.holes, kinds))

    def _hidden(self, one: str) -> bool:
        """Whether the key may not see objects of this kind: asking would teach nothing."""
        return one.startswith(_HIDDEN) and any(hole.kind == INSIDE for hole in self.holes)

    def _near(self, order: Order) -> tuple[Hole, ...]:
        """The holes in which its payment may lie."""
        return coverage.near(order.created_at, self.holes, coverage.PAYMENTS)

    def _of_other_mode(self, order: Order) -> bool:
        """Whether its session's id says that this key cannot know it: asking would teach nothing."""
        return mode_of(order.session_id or "") not in (None, self.account.mode)

    def _want_events(self, look: Looked) -> None:
        """Note which events are worth reading for a case."""
        if not ((look.diagnosis.findings or only_events_tell(look)) and tells(look)):
            return
        for span in event_spans(look.case.facts, look.case.order, look.case.now):
            ranges = self.events.setdefault(span.types, [])
            ranges.append(Range(span.since, span.until + 1))
            if len(ranges) > 10 * AT_A_TIME:
                self.events[span.types] = list(merged(ranges))

    def lively(self, look: Looked) -> bool:
        """Whether the order may have moved since Stripe was read."""
        return may_have_moved(self.scratch, look.case.order, self.began)
