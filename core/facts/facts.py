"""`Facts`: all that Stripe said about an order at one moment, and what could not be read."""

from collections.abc import Iterable
from dataclasses import dataclass, replace

from core.facts.billing import Invoice, Subscription
from core.facts.destinations import Destination
from core.facts.events import Endpoint, Event
from core.facts.money_back import Dispute, Refund
from core.facts.never_made import NeverMade, about_any
from core.facts.objects import Charge, Intent, Session
from core.facts.saved import SetupIntent
from core.facts.statuses import Mode


@dataclass(frozen=True, slots=True)
class Unread:
    """A read that did not succeed. Never evidence of anything.

    `what`: what was asked for, in words ("the disputes of pi_..."); `because`: why not, in words, with the missing
    permission where Stripe named one; `kind`: the facts that are incomplete without it ("disputes").
    """

    kind: str
    what: str
    because: str


@dataclass(frozen=True, slots=True)
class Missing:
    """Stripe answered: no such object (404 resource_missing). `message` is Stripe's, and may name the other mode."""

    id: str
    code: str
    message: str


@dataclass(frozen=True, slots=True)
class Cost:
    """What a reading cost: requests sent, how many of them had to wait for one another, seconds it took."""

    requests: int = 0
    rounds: int = 0
    seconds: float = 0.0

    def __add__(self, other: "Cost") -> "Cost":
        """Both, one after the other."""
        return Cost(self.requests + other.requests, self.rounds + other.rounds, self.seconds + other.seconds)


@dataclass(frozen=True, slots=True)
class Facts:
    """What Stripe said. `missing` are ids it does not know, `unread` what could not be asked; `events_unsearched`
    says in words which spans or kinds of events were not looked through. `read_at`: seconds since 1970. `account`:
    whose objects these are; it is `connected` where it was read as one that the key's own account is the platform of.
    `also_read`: further accounts on which the order's payment was looked for, and is not. `never_made`: events about
    these objects that Stripe says it failed to make. `destinations`: where else events are sent (EventBridge and the
    like), read only where no webhook endpoint asks for what a shop has to hear of."""

    key_mode: Mode
    read_at: int
    account: str | None = None
    connected: bool = False
    also_read: tuple[str, ...] = ()
    sessions: tuple[Session, ...] = ()
    intents: tuple[Intent, ...] = ()
    charges: tuple[Charge, ...] = ()
    refunds: tuple[Refund, ...] = ()
    disputes: tuple[Dispute, ...] = ()
    subscriptions: tuple[Subscription, ...] = ()
    invoices: tuple[Invoice, ...] = ()
    events: tuple[Event, ...] = ()
    endpoints: tuple[Endpoint, ...] = ()
    setup_intents: tuple[SetupIntent, ...] = ()
    missing: tuple[Missing, ...] = ()
    unread: tuple[Unread, ...] = ()
    events_unsearched: tuple[str, ...] = ()
    never_made: tuple[NeverMade, ...] = ()
    destinations: tuple[Destination, ...] = ()
    cost: Cost = Cost()

    def with_never_made(self, made: Iterable[NeverMade]) -> "Facts":
        """With those of some events that Stripe failed to make which are about an object of this case."""
        kinds = (self.sessions, self.intents, self.charges, self.refunds, self.disputes, self.subscriptions)
        ids = (one.id for things in (*kinds, self.invoices) for one in things)
        found = about_any(made, ids)
        return replace(self, never_made=found) if found else self

    def account_of(self, object_id: str) -> str | None:
        """On which account an object of the case stands."""
        return account_of(object_id, self.account, connected=self.connected)


def account_of(object_id: str, account: str | None, *, connected: bool) -> str | None:
    """On which account an object of a case stands: the endpoints that hear of a connected one are the platform's, as a
    rule, whose id is not said; all else is on the `account`."""
    return None if connected and object_id.startswith(("we_", "ed_")) else account
