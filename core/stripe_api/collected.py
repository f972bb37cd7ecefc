"""What a reading has brought in: Stripe's objects by id, each once, and which of them hang together.

Owns the unpacking of expanded objects (each object's JSON is kept as if it had been read alone) and the dropping of
client secrets. An object with an amount or a time that cannot be read is not kept: it is `unread`. `kin` says only what
shares an id or names the order, so that enough is read; whether an object belongs to the order is for `core.linking` to
say.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Final, TypeVar

from core.facts import (
    CUSTOMARY,
    Charge,
    Dispute,
    Endpoint,
    Event,
    Intent,
    Invoice,
    Json,
    NameKeys,
    Order,
    Refund,
    Session,
    SetupIntent,
    Subscription,
    Unread,
    json,
    order_references,
    unreadable,
    written,
)

Linked = Session | Intent | Charge | Refund | Dispute | Subscription | Invoice
T = TypeVar("T", Session, Intent, Charge, Refund, Dispute, Subscription, Invoice, SetupIntent, Event, Endpoint)
_KINDS: Final = {
    "checkout.session": "sessions", "payment_intent": "intents", "charge": "charges", "refund": "refunds",
    "dispute": "disputes", "subscription": "subscriptions", "invoice": "invoices",
}  # fmt: skip
_INSIDE: Final = ("payment_intent", "latest_charge", "charge", "recovered_from")


@dataclass(frozen=True, slots=True)
class Kept:
    """What belongs to a case, each kind newest first."""

    sessions: tuple[Session, ...]
    intents: tuple[Intent, ...]
    charges: tuple[Charge, ...]
    refunds: tuple[Refund, ...]
    disputes: tuple[Dispute, ...]
    subscriptions: tuple[Subscription, ...]
    invoices: tuple[Invoice, ...]

    @property
    def linked(self) -> tuple[Linked, ...]:
        """All of it."""
        billed: tuple[Linked, ...] = (*self.subscriptions, *self.invoices)
        return (*self.sessions, *self.intents, *self.charges, *self.refunds, *self.disputes, *billed)


class Collected:
    """Objects by id. The first reading of an object counts: all were read within the same moment."""

    def __init__(self) -> None:
        self.sessions: dict[str, Session] = {}
        self.intents: dict[str, Intent] = {}
        self.charges: dict[str, Charge] = {}
        self.refunds: dict[str, Refund] = {}
        self.disputes: dict[str, Dispute] = {}
        self.subscriptions: dict[str, Subscription] = {}
        self.invoices: dict[str, Invoice] = {}
        self.events: dict[str, Event] = {}
        self.endpoints: dict[str, Endpoint] = {}
        self.setup_intents: dict[str, SetupIntent] = {}
        self.others: dict[str, Json] = {}
        self.unread: dict[str, Unread] = {}
        self._take: dict[str, Callable[[str, Json], object]] = {
            "checkout.session": lambda key, raw: self.sessions.setdefault(key, Session.of(raw)),
            "payment_intent": lambda key, raw: self.intents.setdefault(key, Intent.of(raw)),
            "charge": lambda key, raw: self.charges.setdefault(key, Charge.of(raw)),
            "refund": lambda key, raw: self.refunds.setdefault(key, Refund.of(raw)),
            "dispute": lambda key, raw: self.disputes.setdefault(key, Dispute.of(raw)),
            "subscription": lambda key, raw: self.subscriptions.setdefault(key, Subscription.of(raw)),
            "invoice": lambda key, raw: self.invoices.setdefault(key, Invoice.of(raw)),
            "event": lambda key, raw: self.events.setdefault(key, Event.of(raw)),
            "webhook_endpoint": lambda key, raw: self.endpoints.setdefault(key, Endpoint.of(raw)),
            "setup_intent": lambda key, raw: self.setup_intents.setdefault(key, SetupIntent.of(raw)),
        }

    def take(self, raw: Json) -> None:
        """Keep an object and those inside it. What is no object of Stripe's is passed over."""
        found, kind = raw.get("id"), raw.get("object")
        if not isinstance(found, str) or not isinstance(kind, str):
            return
        if kind == "invoice_payment":
            self._take_payment(raw)
        alone = dict(raw)
        for name in _INSIDE:
            inner = raw.get(name)
            if isinstance(inner, Mapping) and isinstance(inner.get("id"), str):
                self.take(inner)
                alone[name] = inner["id"]
        if kind in _KINDS and (because := unreadable(alone)):
            self.unread[found] = Unread(_KINDS[kind], f"the {kind.replace('_', ' ')} {found}", because)
            return
        alone = without_secrets(alone)
        self._take.get(kind, self.others.setdefault)(found, alone)

    def _take_payment(self, raw: Json) -> None:
        """What stands inside a payment of an invoice: the intent, and the invoice, which knows all its payments where
        their list came with it, else this one."""
        payment, bill = json.inner(raw, "payment"), json.inner(raw, "invoice")
        paid_by = json.inner(payment, "payment_intent")
        if paid_by:
            self.take(paid_by)
        if bill:
            named = {"type": "payment_intent", "payment_intent": json.ref(payment, "payment_intent")}
            alone = {"object": "list", "data": [{**raw, "invoice": bill["id"], "payment": named}]}
            self.take({**bill, "payments": bill.get("payments") or alone})

    def linked(self) -> Iterator[Linked]:
        """Everything that can belong to an order."""
        yield from self.sessions.values()
        yield from self.intents.values()
        yield from self.charges.values()
        yield from self.refunds.values()
        yield from self.disputes.values()
        yield from self.subscriptions.values()
        yield from self.invoices.values()

    def kin(self, seeds: frozenset[str], order: Order | None = None) -> frozenset[str]:
        """The ids that hang together with `seeds`, or with an object that names the order."""
        known = set(seeds)
        waiting = [(touched(found), order is not None and _names(found, order)) for found in self.linked()]
        while True:
            near = [(ids, said) for ids, said in waiting if ids & known or said]
            if not near:
                return frozenset(known)
            waiting = [pair for pair in waiting if pair not in near]
            known.update(*(ids for ids, _ in near))

    def kept(self, kin: frozenset[str], order: Order | None = None) -> Kept:
        """The kin, and sessions that name nobody, with their payments. Sessions that name another order are dropped."""
        keys = NameKeys(tuple(order.called)) if order is not None else CUSTOMARY
        sessions = newest(one for one in self.sessions.values() if one.id in kin or not order_references(one, keys))
        ids = kin | {one.payment_intent_id for one in sessions if one.payment_intent_id}
        charges = newest(one for one in self.charges.values() if ids & {one.id, one.payment_intent_id})
        owners = ids | {one.id for one in charges}
        invoices = newest(
            one
            for one in self.invoices.values()
            if not ids.isdisjoint((one.id, one.subscription_id, *one.intent_ids, *one.charge_ids))
        )
        owners |= {key for one in invoices for key in (*one.intent_ids, *one.charge_ids)}
        return Kept(
            sessions=sessions,
            intents=newest(one for one in self.intents.values() if one.id in ids),
            charges=charges,
            refunds=newest(r for r in self.refunds.values() if owners & {r.id, r.charge_id, r.payment_intent_id}),
            disputes=newest(d for d in self.disputes.values() if owners & {d.id, d.charge_id, d.payment_intent_id}),
            subscriptions=newest(
                one for one in self.subscriptions.values() if one.id in ids or not order_references(one, keys)
            ),
            invoices=invoices,
        )


def _names(found: Linked, order: Order) -> bool:
    """Whether it names the order, letter by letter, under a customary key or one of the order's own."""
    if not order.names.isdisjoint(order_references(found)):
        return True
    return any(written(found, key) in names for key, names in order.called.items())


def newest(found: Iterable[T]) -> tuple[T, ...]:
    """By creation, the newest first; by id where that is the same, so that two readings agree."""
    return tuple(sorted(found, key=lambda one: (-one.created, one.id)))


def touched(found: Linked) -> frozenset[str]:
    """Its own id and the ids it carries."""
    ids: tuple[str | None, ...]
    match found:
        case Session():
            billed = (found.subscription_id, found.invoice_id)
            ids = (found.id, found.payment_intent_id, found.recovered_from, *billed)
        case Intent():
            ids = (found.id, found.latest_charge_id, found.invoice_id)
        case Charge():
            ids = (found.id, found.payment_intent_id, found.invoice_id)
        case Refund() | Dispute():
            ids = (found.id, found.payment_intent_id, found.charge_id)
        case Subscription():
            ids = (found.id,)
        case Invoice():
            first = found.is_first or found.subscription_id is None  # a later bill has payments of its own
            ids = (found.id, found.subscription_id, *(found.intent_ids + found.charge_ids if first else ()))
    return frozenset(key for key in ids if key)


def without_secrets(raw: Mapping[str, object], level: int = 0) -> dict[str, object]:
    """The same JSON with each `client_secret` emptied, at any depth: whoever has one can act for the customer. What
    stands deeper than anything that is meant is left out: nobody who walks through it later has to mind it."""
    return {key: None if key == "client_secret" else _without_secrets(value, level) for key, value in raw.items()}


def _without_secrets(value: object, level: int) -> object:
    if not isinstance(value, Mapping | list):
        return value
    if level == json.DEEPEST:
        return None
    if isinstance(value, Mapping):
        return without_secrets(value, level + 1)
    return [_without_secrets(item, level + 1) for item in value]
