"""Suspects: everything about each of them, and what is wrong. In batches, first without events, then with them.

Events tell why, not what: so a suspect is judged without them first, most are found well, and the events of the others
are listed over as few spans as their number makes cheapest. What Stripe said is as old as the scan, so a suspect whose
order has moved since, or may have, is read again by its ids before anything is said of it. The diagnosis is the one
that opening the case would give. Refuses to keep anything: what was found is handed on, batch by batch.
"""

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from typing import Final

from core.cases import Case, Surroundings
from core.facts import Facts, Order, Unread
from core.linking import stored_ids
from core.orders import OrdersReader
from core.pasted import mode_of, stripe_id
from core.rules import examine
from core.scanning.looking.facts_of import Account, Gathered, absent, facts_of, gathered
from core.scanning.looking.looked import Looked, event_spans, ids_to_read, tells
from core.scanning.reading.patience import Patient
from core.scanning.reading.restricted_keys import INSIDE
from core.scanning.scratch import Scratch, brief_of_order, coverage, of_id
from core.stripe_api import KEPT_DAYS
from core.stripe_api.spans import Hole, Range, Retrieved, SpanReader, events_of, merged
from core.times import DAY, moment

AT_A_TIME: Final = 400  # suspects; their rows come in one statement
SHARERS: Final = 20  # other orders with the same id, for one case
_HIDDEN: Final = ("pi_", "ch_", "py_")
LIVELY: Final = 300  # seconds before a scan from which on an order may have moved while Stripe was read


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
    _failed: dict[str, Unread] = field(default_factory=dict)
    _gone: str | None = None  # Stripe answered nothing of what was last asked, after all patience: it is asked no more

    def fetch(self, ids: Iterable[str]) -> Retrieved:
        """Read objects by their ids and keep them; what is no id is not asked for."""
        asked = [one for one in dict.fromkeys(ids) if (ref := stripe_id(one)) is not None and ref.value == one]
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
        for failed in read.failed:
            self._failed[failed.what.rpartition(" ")[2]] = failed
        if read.failed and not self.stop():
            several = f"{len(read.failed)} objects by their ids: {read.failed[0].because}"
            self.holes.append(Hole("objects", self.span.since, self.span.until, several))
        return read

    def lost(self) -> list[str]:
        """Ids that suspects store and nobody has read, by what the briefs tell; orders in a hole are left out."""
        query = """
            SELECT o.created_at, coalesce(o.session, o.intent) FROM suspects JOIN orders o USING (key)
            WHERE coalesce(o.session_key, o.intent_key) IS NOT NULL
              AND NOT EXISTS (SELECT 1 FROM objects p WHERE p.key = coalesce(o.session_key, o.intent_key))
              AND NOT EXISTS (SELECT 1 FROM objects p WHERE p.intent_key = coalesce(o.session_key, o.intent_key))
              AND NOT EXISTS (SELECT 1 FROM absent a WHERE a.id = coalesce(o.session, o.intent))"""
        found: list[str] = []
        for rows in self.scratch.stream(query):
            ours = [
                (at, one) for at, one in rows if mode_of(one) in (None, self.account.mode) and not self._hidden(one)
            ]
            found += [one for at, one in ours if not coverage.near(at, self.holes, ("sessions", "intents"))]
        return found

    def askable(self, ids: Iterable[str]) -> list[str]:
        """Of stored ids those that Stripe was not asked for in vain, and may know."""
        ours = [one for one in ids if mode_of(one) in (None, self.account.mode) and not self._hidden(one)]
        known = absent(self.scratch, ours) | self._failed.keys()
        return [one for one in ours if one not in known]

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
        """A look while things still come in, for which nothing is read. Notes which events are worth reading. Orders
        that may have moved meanwhile are passed over."""
        now = int(self.clock())
        for key, look in self._cases(keys, now, asking=False):
            if look.diagnosis.clean or not (look.waits or self.lively(look)):
                if look.diagnosis.findings and tells(look):
                    self._want_events(look, now)
                yield key, look

    def first(self, keys: Sequence[int]) -> Iterator[tuple[int, Looked]]:
        """A first look at suspects by their keys in the scratch, without events; notes which events are worth reading.
        Orders that are gone by now are passed over."""
        now = int(self.clock())
        found = list(self._cases(keys, now))
        if again := [one for one, look in found if not look.diagnosis.clean and self.lively(look)]:
            ids = {name for key, look in found if key in again for name in ids_to_read(look)}
            self.fetch(ids)
            found = [pair for pair in found if pair[0] not in again] + list(self._cases(again, int(self.clock())))
        for key, look in found:
            if look.diagnosis.findings and tells(look):
                self._want_events(look, now)
            yield key, look

    def second(self, keys: Sequence[int], *, asking: bool = True) -> Iterator[tuple[int, Looked]]:
        """The full look, once the events are read. `asking`: also for ids that nobody has read yet."""
        return self._cases(keys, int(self.clock()), final=True, asking=asking)

    def read_events(self) -> None:
        """List the events that `first` asked for, in as few requests as their number makes cheapest."""
        gap = coverage.page_of_events(self.span, self.scratch.count("objects"))
        oldest = self.span.until - KEPT_DAYS * DAY
        wanted = []
        for types, ranges in self.events.items():
            kept = [Range(max(one.since, oldest), min(one.until, self.began)) for one in ranges]
            left = coverage.less(coverage.joined(kept, gap), self.scratch.done("/".join(types)))
            if left:
                wanted.append((events_of(types), left))
        if wanted:
            read = self.spans.read(wanted, keep=self.scratch.keep_events, stop=self.stop)
            self.requests += read.requests
            self.holes += read.holes
        self.events.clear()
        self.holes += self.scratch.flaws(events=True)

    def orphan(self, key: int) -> tuple[str, Looked]:
        """The id and the case of a payment that no order claims."""
        ((own, intent),) = self.scratch.rows("SELECT id, intent FROM objects WHERE key = ?", (key,))
        payment, now = str(intent or own), int(self.clock())
        one = gathered(self.scratch, None, (str(own), payment))
        unread = [coverage.unread(hole) for hole in self.holes if hole.kind in ("orders", "refunds", "charges", INSIDE)]
        facts = facts_of(self.scratch, one, self.account, now=now, unread=unread)
        case = Case(order=None, facts=facts, now=now, surroundings=self.surroundings, name=payment)
        seen = examine(case)
        return payment, Looked(seen.case, seen.links, seen.diagnosis, f"stripe:{payment}")

    def _cases(
        self, keys: Sequence[int], now: int, *, final: bool = False, asking: bool = True
    ) -> Iterator[tuple[int, Looked]]:
        orders = self._rows(keys)
        sharing = self._sharing(orders.values())
        met = {key: gathered(self.scratch, order) for key, order in orders.items()}
        able = [key for key, order in orders.items() if not self._near(order) and not self._of_other_mode(order)]
        untried = {one for key in able for one in met[key].lost}
        untried = {one for one in untried - self._failed.keys() if not self._hidden(one)}
        untried -= absent(self.scratch, untried)
        outside = {one for one in untried if (ref := stripe_id(one)) is not None and ref.value == one}
        if outside and asking and not self.stop():
            self.fetch(outside)
            met |= {key: gathered(self.scratch, orders[key]) for key, found in met.items() if found.lost & untried}
        for key, order in orders.items():
            facts = self._facts(order, met[key], now, final=final)
            case = Case(
                order=order,
                facts=facts,
                now=now,
                other_orders=tuple(sharing.get(order.id, ())),
                surroundings=self.surroundings,
                name=order.name,
            )
            shadowed = len(facts.unread) > len(self.account.unread)
            unseen = bool(self._near(order)) or not met[key].lost.isdisjoint(self._failed)
            one = met[key]
            waits = not one.lost.isdisjoint(outside) and not asking
            seen, name = examine(case), f"order:{order.id}"
            known = (seen.case, seen.links, seen.diagnosis)
            yield key, Looked(*known, name, shadowed, unseen, waits, one.handles, one.met)

    def _last(self) -> int:
        return int(self.scratch.rows("SELECT coalesce(max(n), 0) FROM raws")[0][0])

    def _rows(self, keys: Sequence[int]) -> dict[int, Order]:
        """The suspects' rows as they are now, in one statement for each batch."""
        marks = ", ".join("?" * len(keys))
        ids = [str(row[0]) for row in self.scratch.rows(f"SELECT id FROM orders WHERE key IN ({marks})", list(keys))]  # noqa: S608 - only marks
        found = self.orders.find(ids=ids, limit=2 * len(ids) + 1) if ids else ()
        return {of_id(f"order {order.id}"): order for order in found}

    def _sharing(self, orders: Iterable[Order]) -> dict[str, list[Order]]:
        """Other rows that carry one of the same ids, the newest first, by the order's id."""
        suspects = [order for order in orders if stored_ids(order)]
        if not suspects:
            return {}
        carrying = self.orders.find(
            sessions={one for order in suspects for one in order.session_ids},
            intents={one for order in suspects for one in order.payment_intent_ids},
            charges={one for order in suspects for one in order.charge_ids},
            limit=SHARERS * len(suspects),
        )
        bearers: dict[str, list[Order]] = {}
        for order in carrying:
            for one in _kept(order):
                bearers.setdefault(one, []).append(order)
        found: dict[str, list[Order]] = {}
        for order in suspects:
            sharing = (other for one in _kept(order) for other in bearers.get(one, ()))
            others = {other.id: other for other in sharing if other.id != order.id}
            found[order.id] = sorted(others.values(), key=lambda one: (-(one.created_at or 0), one.id))[:SHARERS]
        return found

    def _facts(self, order: Order, one: Gathered, now: int, *, final: bool) -> Facts:
        unread = [self._failed[name] for name in sorted(one.lost) if name in self._failed]
        unread += map(coverage.unread, self._near(order))
        charges = list(one.collected.charges.values())
        if any(charge.amount_refunded for charge in charges):
            unread += [coverage.unread(hole) for hole in self.holes if hole.kind == "refunds"]
        if any(charge.disputed for charge in charges):
            unread += [coverage.unread(hole) for hole in self.holes if hole.kind == "disputes"]
        unread += self._inside(order, one)
        facts = facts_of(self.scratch, one, self.account, now=now, unread=unread)
        if not final:
            return replace(facts, events_unsearched=("the events: they are read where something is found",))
        told = list(event_spans(facts, order, now))
        oldest = self.span.until - KEPT_DAYS * DAY
        beyond = [f"events before {moment(oldest)}: Stripe lists them for {KEPT_DAYS} days"]
        failed = [
            Unread("events", span.words, hole.because)
            for span in told
            for hole in self.holes
            if hole.kind == "events" and hole.since <= span.until and span.since < hole.until
        ]
        return replace(
            facts,
            unread=(*facts.unread, *failed),
            events_unsearched=tuple(beyond) if any(span.until < oldest for span in told) else (),
        )

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
        return coverage.near(order.created_at, self.holes, ("sessions", "intents"))

    def _of_other_mode(self, order: Order) -> bool:
        """Whether its session's id says that this key cannot know it: asking would teach nothing."""
        return mode_of(order.session_id or "") not in (None, self.account.mode)

    def _want_events(self, look: Looked, now: int) -> None:
        for span in event_spans(look.case.facts, look.case.order, now):
            ranges = self.events.setdefault(span.types, [])
            ranges.append(Range(span.since, span.until + 1))
            if len(ranges) > 10 * AT_A_TIME:
                self.events[span.types] = list(merged(ranges))

    def lively(self, look: Looked) -> bool:
        """Whether the order may have moved since Stripe was read: it did, or it is so new that nobody can tell."""
        order = look.case.order
        if order is None:
            return False
        brief = brief_of_order(order)[0]
        kept = self.scratch.rows("SELECT * FROM orders WHERE key = ?", (brief.key,))
        if kept and kept[0] != tuple(brief):
            return True
        written = order.updated_at
        if written is None:
            made = order.created_at
            return made is None or made >= self.began - DAY
        return written >= self.began - LIVELY


def _kept(order: Order) -> tuple[str, ...]:
    return (*order.session_ids, *order.payment_intent_ids, *order.charge_ids)
