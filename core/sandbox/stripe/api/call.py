"""One request that has been let in, and what answering it needs.

Owns the finding of objects in the mode of the key, and the announcing of what happened. An `Operation` is one
endpoint as a value: each module of the API lists its own.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from random import Random
from typing import Any

from core.sandbox.stripe.api import refusals
from core.sandbox.stripe.api.forms import Form
from core.sandbox.stripe.deliveries import Deliveries
from core.sandbox.stripe.objects import ACCOUNT_ID, Json, event
from core.sandbox.stripe.store import Store
from core.sandbox.stripe.switches import Switches
from core.sandbox.stripe.versions import TODAY, Version, rendered

_NAMES = {
    "checkout.session": ("checkout.session", "session"),
    "payment_intent": ("payment_intent", "intent"),
    "setup_intent": ("setupintent", "intent"),
    "webhook_endpoint": ("webhook endpoint", "webhook_endpoint"),
    "balance_transaction": ("balance transaction", "id"),
    "invoice": ("invoice", "invoice"),
}
"""How Stripe calls a kind when it misses one, and the parameter it blames; else its own name and `id`."""


@dataclass(frozen=True, slots=True)
class Asker:
    """Whose key it is: the mode it opens, its rights (None for all), and whose data it asks for."""

    key: str
    livemode: bool
    rights: frozenset[str] | None
    account: str = ACCOUNT_ID

    def may(self, right: str) -> bool:
        """Whether the key has a right such as `charge_read`; to write implies to read."""
        if self.rights is None:
            return True
        return bool({right, right.replace("_read", "_write")} & self.rights)


@dataclass(slots=True)
class Account:
    """The account that is asked: what it holds, how it behaves, what makes its ids, what it sends. `connected`: the
    accounts that it is the platform of, by their ids; one of these knows its `platform`."""

    id: str = ACCOUNT_ID
    store: Store = field(default_factory=Store)
    switches: Switches = field(default_factory=Switches)
    rng: Random = field(default_factory=Random)
    platform: "Account | None" = None
    connected: "dict[str, Account]" = field(default_factory=dict)
    deliveries: Deliveries = field(init=False)

    def __post_init__(self) -> None:
        platform = self.platform.store if self.platform else None
        self.deliveries = Deliveries(self.store, self.switches, platform)

    def connect(self, account_id: str) -> "Account":
        """A further account that is connected to this one, or the one of that id. It behaves as this one does."""
        if account_id not in self.connected:
            made = Account(account_id, switches=self.switches, rng=self.rng, platform=self)
            made.deliveries.attempts = self.deliveries.attempts
            self.connected[account_id] = made
        return self.connected[account_id]

    def of(self, account_id: str) -> "Account":
        """This account, or a connected one."""
        return self if account_id == self.id else self.connected[account_id]


@dataclass(frozen=True, slots=True)
class Call:
    """A request: the account, who asks, the parameters, the ids in the path, the API version that it wants. One without
    a `request_id` is nobody's: what happens by itself."""

    account: Account
    asker: Asker
    form: Form
    path: Mapping[str, str] = field(default_factory=dict)
    request_id: str | None = None
    idempotency_key: str | None = None
    version: Version = TODAY

    @property
    def store(self) -> Store:
        """What the account holds."""
        return self.account.store

    @property
    def switches(self) -> Switches:
        """How the account behaves."""
        return self.account.switches

    @property
    def deliveries(self) -> Deliveries:
        """What the account sends."""
        return self.account.deliveries

    @property
    def rng(self) -> Random:
        """What makes its ids."""
        return self.account.rng

    @property
    def now(self) -> int:
        """The sandbox's time, in unix seconds."""
        return self.switches.now()

    @property
    def livemode(self) -> bool:
        """The mode of the key."""
        return self.asker.livemode

    def get(self, kind: str, made_id: str) -> Json | None:
        """The object of that kind and id, if it is there."""
        thing = self.store.get(made_id, livemode=self.livemode)
        return thing if thing and thing["object"] == kind else None

    def find(self, kind: str, made_id: str, param: str | None = None) -> Json:
        """The object of that kind and id; refused as Stripe does where there is none."""
        if thing := self.get(kind, made_id):
            return thing
        label, blamed = _NAMES.get(kind, (kind, "id"))
        there = self.store.get(made_id, livemode=not self.livemode)
        other_mode = not self.livemode if there and there["object"] == kind else None
        raise refusals.missing(label, made_id, param or blamed, other_mode=other_mode)

    def shown(self, thing: Any) -> Any:  # noqa: ANN401 - an object, or a word about one
        """An object, or a list of them, in the shape of the request's version; anything else as it is."""
        return rendered(thing, self.version, self.store) if isinstance(thing, dict) else thing

    def announce(self, kind: str, about: Json, *, automatic: bool = False, previous: Json | None = None) -> Json:
        """Make an event of what happened, and deliver it; an `automatic` one was caused by no request of the shop."""
        cause = (None, None) if automatic else (self.request_id, self.idempotency_key)
        of = {"account": self.account.id} if self.account.platform else {}
        happened = event(
            self.rng,
            self.now,
            kind,
            about,
            livemode=self.livemode,
            previous=previous,
            request={"id": cause[0], "idempotency_key": cause[1]},
            **of,
        )
        return self.deliveries.announce(happened)


@dataclass(frozen=True, slots=True)
class Operation:
    """One endpoint: what it answers, to whom, and which parameters it has."""

    method: str
    path: str
    answer: Callable[[Call], Json]
    right: str
    accepts: tuple[str, ...] = ()

    @property
    def searches(self) -> bool:
        """Searching has a limit of its own."""
        return self.path.endswith("/search")


RIGHT_NAMES = {
    "checkout_session": "Checkout Sessions",
    "payment_intent": "PaymentIntents",
    "setup_intent": "SetupIntents",
    "charge": "Charges and Refunds",
    "dispute": "Disputes",
    "event": "Events",
    "webhook": "Webhook Endpoints, Event Destinations",
    "customer": "Customers",
    "invoice": "Invoices",
    "subscription": "Subscriptions",
    "account": "Accounts",
    "balance": "Balance",
    "balance_transaction_source": "Balance Transaction Sources",
    "payment_method": "PaymentMethods",
    "plan": "Products and Prices",
    "application_fee": "Application Fees",
    "file": "Files",
    "identity": "Identity Verification Sessions and Reports",
    "issuing": "Issuing",
    "payout": "Payouts",
    "transfer": "Transfers",
}
"""What Stripe's dashboard calls a right."""


def require(asker: Asker, right: str) -> None:
    """Refuse a key that lacks a right."""
    if not asker.may(right):
        raise refusals.lacks_right(asker.key, right, RIGHT_NAMES[right.rsplit("_", 1)[0]])
