"""`Case`: one order (or a payment without one) with the facts, and its bundle: the same as one JSON document.

Owns the format of `cases.jsonl`. Unknown keys of a bundle are ignored on the way in. On the way out e-mails are masked
unless asked otherwise, and raw Stripe JSON is kept, so that a bundle has the diagnosis of what was seen.
"""

import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import asdict, dataclass, field, replace
from typing import TypeVar

from core.errors import UsageError, redact
from core.facts import (
    Cart,
    Charge,
    Destination,
    Dispute,
    Endpoint,
    Event,
    Expected,
    Facts,
    Intent,
    Invoice,
    Json,
    Missing,
    Mode,
    NeverMade,
    Order,
    Refund,
    Session,
    SetupIntent,
    Subscription,
    Trace,
    Unread,
    may_name,
    order_references,
    plainly,
    same_name,
)
from core.facts import json as read
from core.surroundings import Surroundings

_PART = r"[^\s@<>()\[\]{},;:\"'=/?&|\\]"  # of an address, in any script; %40 is its @ inside a URL
_RUN = re.compile(rf"{_PART}+")
T = TypeVar("T")
Raw = (
    Session | Intent | Charge | Refund | Dispute | Subscription | Invoice | SetupIntent | Event | Endpoint | Destination
)


@dataclass(frozen=True, slots=True)
class Case:
    """An order with what Stripe said about it. `order` is None for a payment that no order claims; `other_orders` are
    rows that share an id with it, and rows of a name that one of Stripe's objects bears; `no_order` the names that
    objects bear (as they spell them), that the orders database was asked for, and that no order has; `in_vain` the
    events that Orderlens has sent, that were accepted, and that left the order as it was. `cart`: what a payment
    without an order was made for, where exactly one has it; `carts_unread`: why the carts could not be read, empty
    where they were. `expected`: what the settings want to be true of a paid order, as it was looked at.
    `now`: seconds since 1970."""

    order: Order | None
    facts: Facts
    now: int
    other_orders: tuple[Order, ...] = ()
    surroundings: Surroundings = field(default_factory=Surroundings)
    name: str = ""
    no_order: tuple[str, ...] = ()
    in_vain: tuple[str, ...] = ()
    cart: Cart | None = None
    carts_unread: str = ""
    expected: tuple[Expected, ...] = ()

    @property
    def is_rehearsal(self) -> bool:
        """Whether no real money is in it: it was read in test mode."""
        return self.facts.key_mode == "test" and not self.surroundings.as_live

    @classmethod
    def of(cls, bundle: object) -> "Case":
        """A case from a bundle. UsageError where the document is not one."""
        if not isinstance(bundle, Mapping) or not isinstance(bundle.get("stripe"), Mapping):
            raise UsageError(
                "This is not a case: a bundle is a JSON object with the keys order, stripe, key_mode and now.",
                next_step="Write one with `orderlens case REF --bundle FILE`.",
            )
        now = read.whole(bundle, "now")
        if now is None:
            raise UsageError(
                "This case does not say when it was seen: `now` (seconds since 1970) is missing.",
                next_step="Add `now`; without it nothing can be called late.",
            )
        order, config = bundle.get("order"), read.inner(bundle, "config")
        return cls(
            order=Order.of(order) if isinstance(order, Mapping) else None,
            facts=_facts(bundle, now),
            now=now,
            other_orders=_each(bundle, "other_orders", Order.of),
            surroundings=Surroundings.of(config),
            name=read.text(bundle, "case") or "",
            no_order=read.texts(bundle, "no_order_has"),
            in_vain=read.texts(bundle, "sent_in_vain"),
            cart=Cart.of(cart) if isinstance(cart := bundle.get("cart"), Mapping) else None,
            carts_unread=read.text(bundle, "carts_unread") or "",
            expected=_each(bundle, "expected", Expected.of),
        )

    @property
    def foreign_names(self) -> tuple[str, ...]:
        """The names that Stripe's objects bear and that are not the order's, each once, as it is spelled there: what
        the orders database is to be asked for."""
        things, keys, order = self._things, self.surroundings.keys, self.order
        borne = dict.fromkeys(name for one in things for name in order_references(one, keys) if may_name(name))
        own = [*order.names, *order.metadata_expected.values()] if order else []
        known = order.surnames if order else frozenset[str]()
        return tuple(
            name for name in borne if plainly(name) not in known and not any(same_name(name, one) for one in own)
        )

    @property
    def trace(self) -> Trace:
        """What the payments of the case can be led to their cart by."""
        return Trace.of(self._things)

    @property
    def _things(self) -> tuple[Session | Intent | Charge, ...]:
        return (*self.facts.sessions, *self.facts.intents, *self.facts.charges)

    def answered(self, found: Mapping[str, tuple[Order, ...]]) -> "Case":
        """The case with the orders that were found of such names; () means that no order has one. Of a name that is not
        in `found` nothing is known."""
        named = [order for orders in found.values() for order in orders]
        others = {order.id: order for order in (*self.other_orders, *named)}
        if self.order:
            others.pop(self.order.id, None)
        nobody = tuple(name for name, orders in found.items() if not orders)
        return replace(self, other_orders=tuple(others.values()), no_order=nobody)


def bundle(case: Case, *, masked: bool = True) -> dict[str, object]:
    """The case as one JSON document, whose diagnosis is the same. Secrets never; e-mails only if not `masked`."""
    facts = case.facts
    document: dict[str, object] = {
        "case": case.name or (case.order.id if case.order else ""),
        "order": _order_json(case.order) if case.order else None,
        "other_orders": [_order_json(order) for order in case.other_orders],
        "no_order_has": list(case.no_order),
        **({"sent_in_vain": list(case.in_vain)} if case.in_vain else {}),
        **({"cart": asdict(case.cart)} if case.cart else {}),
        **({"carts_unread": case.carts_unread} if case.carts_unread else {}),
        **({"expected": [asdict(one) for one in case.expected]} if case.expected else {}),
        "stripe": {
            "account": facts.account,
            **({"connected": True} if facts.connected else {}),
            **({"also_read": list(facts.also_read)} if facts.also_read else {}),
            "sessions": _raws(facts.sessions),
            "payment_intents": _raws(facts.intents),
            "charges": _raws(facts.charges),
            "refunds": _raws(facts.refunds),
            "disputes": _raws(facts.disputes),
            "subscriptions": _raws(facts.subscriptions),
            "invoices": _raws(facts.invoices),
            "events": _raws(facts.events),
            "webhook_endpoints": _raws(facts.endpoints),
            "setup_intents": _raws(facts.setup_intents),
            "lookup_errors": [{"id": m.id, "code": m.code, "message": m.message} for m in facts.missing],
            "unread": [{"kind": u.kind, "what": u.what, "because": u.because} for u in facts.unread],
            "events_unsearched": list(facts.events_unsearched),
            **({"event_destinations": _raws(facts.destinations)} if facts.destinations else {}),
            **({"never_made": [asdict(one) for one in facts.never_made]} if facts.never_made else {}),
        },
        "config": case.surroundings.as_json(),
        "key_mode": facts.key_mode,
        "now": case.now,
    }
    clean = cleaned(document, masked=masked)
    assert isinstance(clean, dict)  # noqa: S101 - for the type checker: a dict stays a dict
    return clean


def mask(text: str) -> str:
    """`text` with each e-mail address reduced to its first letter and its domain: `j***@example.com`."""
    if "@" not in text and "%40" not in text:
        return text
    kept, done = [], 0
    for run in _RUN.finditer(text):
        start, end = run.span()
        if start < done or not (address := _address(text, start, end)):
            continue
        sign, past = address
        kept += [text[done : start + 1], "***", text[sign:past]]
        done = past
    return "".join([*kept, text[done:]])


def _address(text: str, start: int, end: int) -> tuple[int, int] | None:
    """Where the sign of the address that begins at `start` stands, and where the address ends; None where none begins.
    Letters that an address may hold go on until `end`. Walked, not matched: nothing is looked at many times."""
    if text.startswith("@", end):
        domain = _RUN.match(text, end + 1)
        if domain and text.find(".", end + 2, domain.end() - 2) >= 0:
            return end, domain.end()
    dot = text.rfind(".", start, max(end - 2, start))
    sign = text.rfind("%40", start + 1, dot - 1) if dot > start else -1
    return (sign, end) if sign >= 0 else None


def _facts(bundle: Json, now: int) -> Facts:
    stripe = read.inner(bundle, "stripe")
    errors = _each(stripe, "lookup_errors", _missing_of)
    mode: Mode = "live" if bundle.get("key_mode") == "live" else "test"
    return Facts(
        key_mode=mode,
        read_at=now,
        account=read.text(stripe, "account"),
        connected=read.flag(stripe, "connected") or False,
        also_read=read.texts(stripe, "also_read"),
        sessions=_each(stripe, "sessions", Session.of),
        intents=_each(stripe, "payment_intents", Intent.of),
        charges=_each(stripe, "charges", Charge.of),
        refunds=_each(stripe, "refunds", Refund.of),
        disputes=_each(stripe, "disputes", Dispute.of),
        subscriptions=_each(stripe, "subscriptions", Subscription.of),
        invoices=_each(stripe, "invoices", Invoice.of),
        events=_each(stripe, "events", Event.of),
        endpoints=_each(stripe, "webhook_endpoints", Endpoint.of),
        setup_intents=_each(stripe, "setup_intents", SetupIntent.of),
        missing=tuple(error for error in errors if error.code == "resource_missing"),
        unread=_each(stripe, "unread", _unread_of)
        + tuple(Unread("lookup", e.id, e.message or e.code) for e in errors if e.code != "resource_missing"),
        events_unsearched=read.texts(stripe, "events_unsearched"),
        never_made=_each(stripe, "never_made", NeverMade.of),
        destinations=_each(stripe, "event_destinations", Destination.of),
    )


def _missing_of(raw: Json) -> Missing:
    return Missing(*(read.text(raw, key) or "" for key in ("id", "code", "message")))


def _unread_of(raw: Json) -> Unread:
    return Unread(*(read.text(raw, key) or "" for key in ("kind", "what", "because")))


def _each(raw: Json, key: str, of: Callable[[Json], T]) -> tuple[T, ...]:
    value = raw.get(key)
    return tuple(of(item) for item in value if isinstance(item, Mapping)) if isinstance(value, list) else ()


def _raws(objects: Iterable[Raw]) -> list[object]:
    return [dict(found.raw) for found in objects]


def _order_json(order: Order) -> dict[str, object]:
    return {
        "id": order.id,
        "number": order.number,
        "status": order.status.value,
        "raw_status": order.raw_status,
        "amount_minor": order.amount_minor,
        "refunded_minor": order.refunded_minor,
        **({"refunds_held": [asdict(held) for held in order.refunds_held]} if order.refunds_held else {}),
        **({} if order.refunded_otherwise_minor == 0 else {"refunded_otherwise_minor": order.refunded_otherwise_minor}),
        **{name: getattr(order, name) for name in ("paid_otherwise_minor", "booked_minor", "rounded")},
        "currency": order.currency,
        "session_id": order.session_id,
        "payment_intent_id": order.payment_intent_id,
        "charge_id": order.charge_id,
        **{name: list(getattr(order, name)) for name in ("session_ids", "payment_intent_ids", "charge_ids")},
        "customer_email": order.customer_email,
        "metadata": dict(order.metadata),
        "created_at": order.created_at,
        "updated_at": order.updated_at,
        "deleted": order.deleted,
        "tenant": order.tenant,
        "stripe_account": order.stripe_account,
        "metadata_expected": dict(order.metadata_expected),
        **({"called": {key: list(names) for key, names in order.called.items()}} if order.called else {}),
        "extra": dict(order.extra),
        **order.odd_times,
        **({"odd_amount": order.odd_amount} if order.odd_amount else {}),
    }


def cleaned(value: object, *, masked: bool) -> object:
    """A document without secrets, and without e-mails where they are `masked`."""
    if isinstance(value, Mapping):
        return {str(key): cleaned(item, masked=masked) for key, item in value.items() if key != "client_secret"}
    if isinstance(value, list | tuple):
        return [cleaned(item, masked=masked) for item in value]
    if isinstance(value, str):
        whole = value if value.isascii() else value.encode("utf-8", "replace").decode()  # no half letters
        return mask(redact(whole)) if masked else redact(whole)
    return value
