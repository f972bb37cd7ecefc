"""`Watch`: after a scan, only what changes: Stripe's events and the rows of the orders, from where it last stopped.

One `step` is one round: hear what happened, see which rows were written, look at what is due, note it, tell people. It
neither sleeps nor starts a thread; whoever calls it does. How far it has read is written to the journal at the end of a
round, after the inbox: what a crash cuts off is heard again, and the inbox takes the same news once. Where the journal
does not know how far that is, or it is longer ago than Stripe keeps events, and once a day, a scan is made: set-wise it
sees what no event tells.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Final
from zlib import crc32

from core.errors import OrdersUnreachable, StripeUnreachable
from core.facts import Json, Order
from core.facts.json import inner, whole
from core.journal import Change, ScanRecord, watch_name
from core.orders import moved_at
from core.scanning.names import Names
from core.scanning.plan import Plan
from core.scanning.scan import Sources, names_of, run
from core.scanning.scratch import brief_of_order
from core.scanning.watch import how_far, unsent
from core.scanning.watch.announcing import Reporter
from core.scanning.watch.glances import Full, Glancing
from core.scanning.watch.how_far import BILLING_TYPES, SLACK, TYPES, Followed, Touched, Waiting, touched, waiting_with
from core.stripe_api import KEPT_DAYS
from core.stripe_api.spans import Batch, Range, events_of, gist_of
from core.times import DAY, GRACE, HOUR

OVERLAP: Final = 300  # seconds: an event is listed, and a row is committed, a little after the time it bears
GAP: Final = (KEPT_DAYS - 1) * DAY
MANY: Final = 1000  # rows written in one round; where there are more, a scan is cheaper
AT_A_TIME: Final = 400  # cases looked at in one round
SOON: Final = 600  # seconds after which a scan that failed is tried again
ALIVE: Final = 90  # seconds for which another watch that was seen is taken to be running


@dataclass(frozen=True, slots=True)
class Step:
    """What one round came to. `requests`: to Stripe, those of `scan` among them; `looked`: at how many cases, `fully`:
    at how many of them with everything about them; `waiting`: how many are not due yet; `sent`: messages that arrived;
    `troubles`: what could not be done, in words; it is done in a later round."""

    changes: tuple[Change, ...] = ()
    requests: int = 0
    looked: int = 0
    fully: int = 0
    waiting: int = 0
    scan: ScanRecord | None = None
    sent: int = 0
    troubles: tuple[str, ...] = ()


_ONE_ACCOUNT: Final = "of the connected accounts that orders name it is not asked, only of the one that is read"


@dataclass(slots=True)
class _Round:
    """A round under way."""

    now: int
    state: Followed
    changes: tuple[Change, ...] = ()
    requests: int = 0
    looked: int = 0
    fully: int = 0
    scan: ScanRecord | None = None
    troubles: list[str] = field(default_factory=list)


class Watch:
    """Follows the shop and the account of `sources`. `full` opens a case by its key with everything about it; `who` and
    `me` are for the journal: whose watch it is, and which process; `reporter` tells people, where there is one."""

    def __init__(
        self, sources: Sources, full: Full, *, who: str, me: str, reporter: Reporter | None = None, every: int = DAY
    ) -> None:
        self._sources, self._who, self._me, self._reporter, self._every = sources, who, me, reporter, every
        access = sources.spans.access
        self._name = watch_name(access.mode, access.account)
        self._names: Names | None = None
        self._glancing = Glancing(sources.orders, sources.spans, sources.journal.inbox, full, sources.surroundings.keys)

    def step(self, now: int) -> Step:
        """One round at `now` (seconds since 1970). Unreachable where the journal cannot be used; everything else that
        cannot be reached is said in the step, and caught up with later."""
        if other := self._other(now):
            return Step(troubles=(f"Another watch follows this account: {other}. This one stands by.",))
        cursors, inbox = self._sources.journal.cursors, self._sources.journal.inbox
        kept = cursors.get(self._name)
        state = how_far.read(kept)
        if state is None or now - state.heard_at > GAP:
            state = Followed(heard_at=now, events_to=now - 2 * GRACE, orders_to=now - 2 * GRACE)
            cursors.set(self._name, how_far.written(state), now)  # from here on, whatever becomes of the scan
        this = _Round(now, state)
        woken = inbox.due_again(now)
        self._recall()
        for part in (self._unsent, self._scan, self._hear, self._see, self._look):
            try:
                part(this)
            except (OrdersUnreachable, StripeUnreachable) as error:
                this.troubles.append(error.message)
        if (state_now := how_far.written(this.state)) != kept:
            cursors.set(self._name, state_now, now)
        sent = 0
        if self._reporter is not None:
            moved = bool(woken or this.scan or any(one.what not in ("again", "quiet") for one in this.changes))
            sent, missed = self._reporter.report(now, moved=moved)
            this.troubles += missed
        return Step(
            this.changes, this.requests, this.looked, this.fully, len(this.state.waiting), this.scan, sent,
            tuple(this.troubles),
        )  # fmt: skip

    def end(self, now: int) -> None:
        """Let another watch take over at once."""
        cursors = self._sources.journal.cursors
        if (cursors.get(f"{self._name} by") or "").partition(" ")[2] == self._me:
            cursors.set(f"{self._name} by", "", now)

    def _recall(self) -> None:
        """Take over what scans have learned of names."""
        if self._names is None:
            self._names = names_of(self._sources)
        else:
            self._names.recall()
        self._glancing.keys = self._names.keys

    def _other(self, now: int) -> str | None:
        """Who else follows the account at this moment; None: we do, from here on."""
        cursors, name = self._sources.journal.cursors, f"{self._name} by"
        at, _, who = (cursors.get(name) or "").partition(" ")
        if who and who != self._me and at.isdigit() and abs(now - int(at)) < ALIVE:
            return who
        cursors.set(name, f"{now} {self._me}", now)
        return None

    def _scan(self, this: _Round) -> None:
        """The scan that is due, if one is: all since the last one, or only what that left."""
        if this.now < this.state.scan_at:
            return
        record = run(Plan(since=None, who=self._who, scan_id=this.state.fill), self._sources)
        this.scan, this.requests = record, this.requests + record.requests + 1
        this.state = replace(this.state, billing=self._sources.spans.has_subscriptions() or this.state.billing)
        if record.state == "complete":
            this.state = replace(this.state, scan_at=this.now + self._every, fill=None)
            return
        this.troubles.append(f"Scan {record.id} is {record.state}: {record.why}")
        fill = record.id if record.state == "partial" else None
        this.state = replace(this.state, scan_at=this.now + (HOUR if fill else SOON), fill=fill)

    def _hear(self, this: _Round) -> None:
        """The events since the newest that is known: whose payment they tell of, and when that is to be looked at."""
        state, since = this.state, this.state.events_to - OVERLAP
        known, fresh, newest = dict(state.events), list[Touched](), state.events_to

        def keep(batch: Batch) -> None:
            nonlocal newest
            for raw in batch.objects:
                self._sells(this, raw)
                event, at = str(raw["id"]), whole(raw, "created") or 0
                newest = max(newest, min(at, this.now))
                if event not in known and (payment := touched(raw, self._glancing.keys)) is not None:
                    fresh.append(payment)
                known[event] = at

        lists = [events_of(TYPES), *([events_of(BILLING_TYPES)] if state.billing else [])]
        span = Range(since, this.now + HOUR)
        read = self._sources.spans.read([(listing, [span]) for listing in lists], keep=keep)
        this.requests += read.requests
        this.troubles += sorted({f"Events could not be read: {hole.because}" for hole in read.holes})
        waits = self._merged(state.waiting, fresh)
        to = min([newest, *(hole.since for hole in read.holes)])
        events = {event: at for event, at in known.items() if at >= to - OVERLAP}
        heard_at = state.heard_at if read.holes else this.now
        this.state = replace(
            this.state, heard_at=heard_at, events_to=max(to, state.events_to), events=events, waiting=waits
        )

    def _unsent(self, this: _Round) -> None:
        """What Stripe says it failed to make: looked at in this round. Why that cannot be read is said once."""
        if this.now < this.state.unsent_at:
            return
        heard = unsent.hear(self._sources.spans, self._sources.journal, self._glancing.keys, this.now)
        this.requests += heard.requests
        why = heard.because or (_ONE_ACCOUNT if self._sources.orders.mapping.names_accounts else "")
        if why and why != this.state.unsent_why:
            this.troubles.append(f"Whether Stripe failed to make an event is not known: {why}")
        waits = self._merged(this.state.waiting, heard.payments)
        at = this.now + unsent.EVERY
        this.state = replace(this.state, unsent_at=at, unsent_why=why, waiting=waits)

    def _sells(self, this: _Round, raw: Json) -> None:
        """Remember that subscriptions are sold here, where an event shows one."""
        if not this.state.billing and "subscription" in (thing := inner(inner(gist_of(raw), "data"), "object")):
            this.state = replace(this.state, billing=bool(thing["subscription"]))

    def _merged(self, waiting: Mapping[str, Waiting], fresh: Sequence[Touched]) -> Mapping[str, Waiting]:
        """What waits, with the payments of fresh events: under their order, where there is one already."""
        news: dict[str, Waiting] = {}
        for one in fresh:
            key = f"stripe:{one.payment}" + (" later" if one.later else "")
            news = waiting_with(news, key, at=one.at, due=one.due, ids=one.ids, names=one.names)
        soon = {key: one for key, one in news.items() if not key.endswith(" later")}
        claimed = self._glancing.claimed(soon) if soon else {}
        waits = dict(waiting)
        for key, new in news.items():
            for under in [f"order:{order.id}" for order in claimed.get(key, ())] or [key]:
                waits = waiting_with(waits, under, at=new.since, due=new.due, ids=new.ids, names=new.names)
        return waits

    def _see(self, this: _Round) -> None:
        """The orders whose row was written since the newest that is known."""
        state = this.state
        rows = self._sources.orders.changed(
            state.orders_to - OVERLAP,
            limit=MANY,
            left=lambda one: this.troubles.append(f"Order {one.order.name} was not read: {one.because}."),
        )
        if len(rows) >= MANY:  # one by one they would cost more than all together
            this.state = replace(state, orders_to=this.now + OVERLAP, orders={}, scan_at=min(state.scan_at, this.now))
            this.troubles.append(f"More than {MANY} orders were written at once: a scan looks at them.")
            return
        known, waits, newest = dict[str, int](), dict(state.waiting), state.orders_to
        for order in rows:
            at = min(moved_at(order) or this.now, this.now)
            newest, known[order.id] = max(newest, at), _print(order)
            if state.orders.get(order.id) != known[order.id]:
                waits = waiting_with(waits, f"order:{order.id}", at=at, due=at + GRACE + SLACK)
        this.state = replace(state, orders_to=newest, orders=known, waiting=waits)

    def _look(self, this: _Round) -> None:
        """Look at what is due, and note it in the inbox."""
        due = sorted((one.due, key) for key, one in this.state.waiting.items() if one.due <= this.now)[:AT_A_TIME]
        if not due:
            return
        chosen = {key: this.state.waiting[key] for _, key in due}
        seen = self._glancing.glance(chosen, this.now)
        this.requests, this.looked = this.requests + seen.requests, this.looked + seen.looked
        this.fully += seen.fully
        this.troubles += seen.troubles
        this.changes += self._sources.journal.inbox.note(seen.noted, now=this.now)
        waits = {key: one for key, one in this.state.waiting.items() if key not in seen.done}
        for key in seen.again:
            waits[key] = replace(waits[key], due=this.now + GRACE, tries=waits[key].tries + 1)
        for key in seen.later:
            waits[key] = replace(waits[key], due=this.now + GRACE)
        this.state = replace(this.state, waiting=waits)


def _print(order: Order) -> int:
    """Tells whether a row is another than before, also within one second."""
    return crc32(repr((order.updated_at, order.raw_status, order.refunded_minor, brief_of_order(order)[0])).encode())
