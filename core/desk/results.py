"""What the desk hands out. All of it is frozen: a page may keep it, and show how old it is."""

from dataclasses import dataclass
from enum import StrEnum

from core.facts import Cost, Expected, Order, Unread
from core.money import Money
from core.pasted import Ref
from core.replays import Replay
from core.rules import Examined
from core.webhooks import Delivery


@dataclass(frozen=True, slots=True)
class Hit:
    """One case a search found. `key` opens it: "order:<id>", or "stripe:<id>" for a payment that no order claims;
    `label` names it for people; `why` says what of the search it matched; `at`: when it was made (seconds since 1970);
    `state`: of a payment, Stripe's own word for it."""

    key: str
    order: Order | None
    label: str
    why: str
    money: Money | None = None
    at: int | None = None
    customer: str = ""
    state: str = ""


@dataclass(frozen=True, slots=True)
class Found:
    """The outcome of a search: orders newest first, then payments no order claims. `more`: there are further hits that
    are not shown; `near`: where none has the number, orders whose number begins so or is nearly that, for somebody to
    choose; `sought`: what was looked for, `looked`: where, in words; `unread`: where could not be looked; `customers`:
    of an e-mail address, those who use it (by name or id); `described`: found by what was said of them (an amount and a
    day, a card, a name), which may be true of others too."""

    query: str
    ref: Ref
    hits: tuple[Hit, ...]
    more: bool
    looked: tuple[str, ...]
    unread: tuple[Unread, ...]
    cost: Cost
    near: tuple[Hit, ...] = ()
    sought: str = ""
    customers: tuple[str, ...] = ()
    described: bool = False

    @property
    def only(self) -> Hit | None:
        """The one case that was named: it may be opened without asking. What was only described, somebody has to
        choose, be it alone: it is somebody's payment."""
        return self.hits[0] if len(self.hits) == 1 and not self.described else None


@dataclass(frozen=True, slots=True)
class Opened(Examined):
    """A case as both sides had it at `case.facts.read_at` (at the cost of `case.facts.cost`), and what is wrong.
    `key` opens it again."""

    key: str

    @property
    def name(self) -> str:
        """What people call it: the order's number, else the id of the order or of the payment."""
        order = self.case.order
        return order.name if order else self.key.partition(":")[2]


@dataclass(frozen=True, slots=True)
class Change:
    """One field that differs between two readings. `source`: "order 1042", "session cs_...", "diagnosis"; values as
    people read them, empty where there was nothing."""

    source: str
    field: str
    before: str
    after: str


@dataclass(frozen=True, slots=True)
class Retrieved:
    """A case read afresh, beside the reading before."""

    before: Opened
    after: Opened
    changes: tuple[Change, ...]


class Outcome(StrEnum):
    """What a sending came to, as the journal keeps it. Those from REFUSED on are of sendings without a proof."""

    HEALED = "healed"  # the order shows what the event brings, and did not before
    INCOMPLETE = "healed in part"  # it shows that, and not all is true that the settings want of a paid order
    CHANGED = "changed"  # the order is not as it was, but does not show that
    UNCHANGED = "unchanged"  # the event was taken, or may have been, and the order is as it was
    NOT_ACCEPTED = "not accepted"  # the endpoint refused it
    NOT_DELIVERED = "not delivered"  # it reached no endpoint
    REFUSED = "refused"  # it must not be sent
    FAILED = "failed"  # it was not sent: a side could not be read
    UNVERIFIED = "sent, not verified"  # what became of it could not be read
    SENDING = "sending"  # somebody is at it
    NOT_KNOWN = "sent or not: not known"  # whoever was at it never came to the end

    @property
    def called(self) -> str:
        """In a few words, for people."""
        return _TITLES.get(self, self.capitalize())


_TITLES = {
    Outcome.INCOMPLETE: "Paid now, but not all that belongs to it is there",
    Outcome.CHANGED: "Sent, but the order changed otherwise",
    Outcome.UNCHANGED: "Sent, but the order did not change",
    Outcome.UNVERIFIED: "Sent, but could not look what came of it",
}


@dataclass(frozen=True, slots=True)
class Proof:
    """What came of a sending: `outcome`, and `says` the same in a sentence. `waited`: seconds until the order was
    healed, or until nobody waited any longer. `after`: None where both sides could not be read again; then nothing is
    known of it but `delivery` and what the order's row said while it was watched. `expected`: what the settings want to
    be true of a paid order, before (None where it was not looked at, as of no order) and after."""

    replay: Replay
    delivery: Delivery
    before: Opened
    after: Opened | None
    changes: tuple[Change, ...]
    outcome: Outcome
    waited: float
    says: str
    expected: tuple[tuple[Expected | None, Expected], ...] = ()


@dataclass(frozen=True, slots=True)
class Unsettled:
    """A sending of which it is not known what came of it, or that somebody is at: what is known, and what to do."""

    outcome: Outcome
    says: str
    next_step: str


@dataclass(frozen=True, slots=True)
class Survey:
    """The newest orders of a span, each opened. `failed`: orders that could not be, and why; `since`, `until`: as asked
    for (seconds since 1970, None is open); `more`: there are older ones in the span; `cost`: requests together."""

    opened: tuple[Opened, ...]
    failed: tuple[tuple[Order, str], ...]
    since: int | None
    until: int | None
    read_at: int
    more: bool
    cost: Cost
