"""What was sent is looked after: many at once where that proves them, each for itself where it does not.

A proof is the same as of one sending: the order was read again after it, and Stripe too, and all that the settings want
is true. What cannot be proved so (another change, no change, a refusal, anything that could not be read) is proved by
reading its case whole, as always.
"""

from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field, replace
from typing import Final

from core.desk import Desk, Opened, Outcome
from core.desk.acting import delivered, details_of
from core.desk.changes import of_healed
from core.desk.fulfilled import before_and_after
from core.desk.proving import WAIT_SECONDS, called, healed, healed_says
from core.desk.settling import settle, settle_healed
from core.errors import OrderlensError
from core.facts import Facts, Held, Order
from core.journal import Came, Entry, ReplayItem, ReplayRun
from core.replaying.bulk import Bulk, Looked, Well
from core.replaying.guarding import refuse_another_account
from core.replaying.sending import SENT, of_proof
from core.replaying.sights import Sight
from core.replays import Replay
from core.stripe_api import Collected
from core.webhooks import Delivery

_NONE: Final[Mapping[str, Order]] = {}
PAUSE: Final = 0.25  # seconds between two looks at orders that have not changed yet


@dataclass(frozen=True, slots=True, kw_only=True)
class Posted:
    """What was sent, as it stands in the journal (`sending`), and answered `at` (by the clock)."""

    looked: Looked
    replay: Replay
    sending: Entry
    delivery: Delivery
    at: float

    @property
    def item(self) -> ReplayItem:
        """What it is of the run."""
        return self.looked.item

    @property
    def came(self) -> Came:
        """What the journal is told before anybody has looked after it."""
        return Came(self.sending, Outcome.UNVERIFIED, delivered(self.delivery), over=False)


@dataclass(frozen=True, slots=True)
class Round:
    """What a look at all that was sent came to: `done`, as it was written down; `left`: not changed yet; `strange`: to
    be proved each for itself."""

    done: tuple[ReplayItem, ...]
    left: tuple[Posted, ...]
    strange: tuple[Posted, ...]


@dataclass(slots=True)
class ProvingMany:
    """Of one run: `look` in one thread, `round` in one, `alone` in any; `since`: when the oldest sight of its plan was
    taken. `close` it."""

    desk: Desk
    run: ReplayRun
    since: int
    _before_it: Bulk | None = field(default=None, init=False)  # one of each thread
    _after_it: Bulk | None = field(default=None, init=False)

    def look(self, pairs: Sequence[tuple[ReplayItem, Sight]]) -> list[Looked]:
        """Of these those that stand as they were planned, and may be sent within the next seconds. Raises nothing: what
        cannot be read says so for itself."""
        with suppress(OrderlensError):
            if self._before_it is None:
                self._before_it = Bulk.of(self.desk.acting.sides, self.since)
            refuse_another_account(self.run, self._before_it.account)
            return self._before_it.look(pairs)
        return []

    def round(self, posted: Sequence[Posted]) -> Round:
        """Look at what was sent. Unreachable where the journal cannot be used."""
        now, rows, sure = self.desk.acting.sides.clock(), _NONE, [one for one in posted if one.delivery.accepted]
        with suppress(OrderlensError):
            if self._after_it is None:
                self._after_it = Bulk.of(self.desk.acting.sides, self.since)
            rows = self._after_it.orders([one.looked for one in sure])
        bulk = self._after_it
        shown, left = list[Posted](), list[Posted]()
        for one in sure:
            was, row = one.looked.order, rows.get(one.looked.order.id)
            if row is not None and healed(one.replay.event, was, row):
                shown.append(one)
            elif row == was and now - one.at < WAIT_SECONDS:
                left.append(one)
        well = dict[int, Well]()
        if bulk is not None and shown:
            with suppress(OrderlensError):
                well = bulk.well([(one.looked, rows[one.looked.order.id]) for one in shown])
        proved = [(one, found) for one in shown if (found := well.get(one.item.id)) is not None and _whole(found)]
        done = self._healed(proved) if proved else ()
        known = {one.item.id for one, _ in proved} | {one.item.id for one in left}
        return Round(done, tuple(left), tuple(one for one in posted if one.item.id not in known))

    def alone(self, posted: Posted) -> ReplayItem:
        """Prove it by reading its case whole. Unreachable where the journal cannot be used."""
        acting = self.desk.acting
        proof = acting.prove(
            posted.replay, posted.delivery, self._before(posted), posted.sending, sent=posted.at
        )  # fmt: skip
        if proof.after is not None:
            settle(self.desk.inbox, proof.after, now=self.desk.now())
        done = replace(of_proof(posted.item, proof), ended_at=self.desk.now())
        self.desk.journal.replay_items.tell(done, turn=self.run.turn)
        return done

    def close(self) -> None:
        """Let Stripe's connections go."""
        for one in (self._before_it, self._after_it):
            if one is not None:
                one.close()

    def _healed(self, proved: Sequence[tuple[Posted, Well]]) -> tuple[ReplayItem, ...]:
        """Written down as healed, in one transaction; the kept cases stand by it."""
        now, clock = self.desk.now(), self.desk.acting.sides.clock()
        came, done = list[Came](), list[ReplayItem]()
        for one, found in proved:
            was, waited, event = one.looked.order, round(max(0.0, clock - one.at), 2), one.replay.event
            says = healed_says(event, was, found.order, found.expected, waited)
            details = details_of(
                says, one.delivery, called(was), {"order_after": called(found.order)},
                of_healed(was, found.order, one.looked.sight.found),
                before_and_after(one.looked.expected, found.expected), waited,
            )  # fmt: skip
            came.append(Came(one.sending, Outcome.HEALED, details, over=True))
            answer = (one.delivery.error or one.delivery.answer)[:500]
            done.append(
                replace(
                    one.item,
                    state=SENT[Outcome.HEALED],
                    says=says,
                    before=called(was),
                    after=called(found.order),
                    status=one.delivery.status,
                    answer=answer,
                    ended_at=now,
                )
            )
        self.desk.journal.sending_many.tell(came, done, turn=self.run.turn)
        read = [
            (one.item.case_key, found.order, frozenset(one.looked.sight.ids)) for one, found in proved
        ]  # fmt: skip
        settle_healed(self.desk.inbox, read, now=now)
        return tuple(done)

    def _before(self, posted: Posted) -> Opened:
        """The case as it was before the sending. Stripe's side of it is read now, where it can be: what an app does
        with an event changes nothing there."""
        sides, looked = self.desk.acting.sides, posted.looked
        try:
            return sides.as_it_was(sides.open(posted.item.case_key), looked.order, looked.expected)
        except OrderlensError:
            return sides.beside(posted.item.case_key, looked.order, self._facts(posted), looked.expected)

    def _facts(self, posted: Posted) -> Facts:
        """What was read of it right before the sending."""
        stripe, found = self.desk.acting.sides.stripe, Collected()
        found.take(posted.looked.payment)
        return Facts(
            key_mode=stripe.key_mode, read_at=int(posted.looked.at), account=stripe.account,
            sessions=tuple(found.sessions.values()), intents=tuple(found.intents.values()),
            charges=tuple(found.charges.values()), events=(posted.replay.event,),
            events_unsearched=("all but the event that was sent",),
        )  # fmt: skip


def _whole(found: Well) -> bool:
    """Whether all is true that the settings want of it."""
    return all(one.held is Held.YES for one in found.expected)
