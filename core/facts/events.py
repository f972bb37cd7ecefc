"""What Stripe tells of, and whom: events and webhook endpoints as facts, read the way `core.facts.objects` reads; and
what only events tell of: early fraud warnings, and reviews."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Final, Self

from core.facts import json
from core.facts.billing import paid_by, subscription_of
from core.facts.json import Json

STRIPE_VERSION: Final = "2026-10-28.endive"
"""The API version in which Stripe's objects are read."""
RECONSTRUCTED: Final = "evt_reconstructed_"
"""What the id of an event begins with that Orderlens made of an object."""
_NAMED = ("id", "payment_intent", "charge", "latest_charge", "invoice", "subscription")


@dataclass(frozen=True, slots=True)
class Event:
    """A snapshot event. `object_id` and `related_ids` are the objects its data names; `pending_webhooks` counts the
    endpoints that have not yet accepted it, over all endpoints (0 also when none wants it). `account` is the connected
    account that it is of, None where it is of the account itself."""

    id: str
    type: str
    created: int
    livemode: bool | None = None
    pending_webhooks: int = 0
    api_version: str | None = None
    account: str | None = None
    object_id: str | None = None
    related_ids: frozenset[str] = frozenset()
    raw: Json = field(default_factory=dict, compare=False, repr=False)

    @property
    def reconstructed(self) -> bool:
        """Whether Orderlens made it of an object, and Stripe does not know it."""
        return self.id.startswith(RECONSTRUCTED)

    @property
    def called(self) -> str:
        """Its type for people; what is reconstructed is called so wherever it stands."""
        return f"{self.type} (reconstructed)" if self.reconstructed else self.type

    @classmethod
    def of(cls, raw: Json) -> Self:
        """Read event JSON."""
        return cls(
            id=json.text(raw, "id") or "",
            type=json.text(raw, "type") or "unknown",
            created=json.whole(raw, "created") or 0,
            livemode=json.flag(raw, "livemode"),
            pending_webhooks=json.whole(raw, "pending_webhooks") or 0,
            api_version=json.text(raw, "api_version"),
            account=json.text(raw, "account"),
            object_id=json.text(json.inner(json.inner(raw, "data"), "object"), "id"),
            related_ids=related_ids(raw),
            raw=raw,
        )


def related_ids(raw: Json) -> frozenset[str]:
    """The ids of the objects that event JSON names."""
    data = json.inner(json.inner(raw, "data"), "object")
    related = [json.ref(data, key) for key in _NAMED]
    if "parent" in data or "payments" in data:  # an invoice since 2025-03-31
        related += [subscription_of(data), *paid_by(data, "payment_intent"), *paid_by(data, "charge")]
    return frozenset([found for found in related if found])


@dataclass(frozen=True, slots=True)
class Endpoint:
    """A webhook endpoint registered at Stripe. `enabled_events` may be `("*",)`. One with an `application` is a Connect
    platform's: it hears of connected accounts only, never of the account that it is listed in."""

    id: str
    url: str
    enabled: bool
    enabled_events: tuple[str, ...] = ()
    livemode: bool | None = None
    created: int = 0
    api_version: str | None = None
    application: str | None = None
    raw: Json = field(default_factory=dict, compare=False, repr=False)

    def wants(self, event_type: str) -> bool:
        """Whether it is enabled and subscribed to `event_type`."""
        return self.enabled and ("*" in self.enabled_events or event_type in self.enabled_events)

    def could_hear(self, event: Event) -> bool:
        """Whether the event could have been sent to it: of its kind, mode and accounts, and not before it was made."""
        of_mode = None in (self.livemode, event.livemode) or self.livemode is event.livemode
        of_account = not self.application or event.account is not None
        return self.wants(event.type) and of_mode and of_account and self.created <= event.created

    @classmethod
    def of(cls, raw: Json) -> Self:
        """Read webhook_endpoint JSON."""
        return cls(
            id=json.text(raw, "id") or "",
            url=json.text(raw, "url") or "",
            enabled=raw.get("status") == "enabled",
            enabled_events=json.texts(raw, "enabled_events"),
            livemode=json.flag(raw, "livemode"),
            created=json.whole(raw, "created") or 0,
            api_version=json.text(raw, "api_version"),
            application=json.ref(raw, "application"),
            raw=raw,
        )


@dataclass(frozen=True, slots=True)
class FraudWarning:
    """The issuer of the card reports a payment as fraudulent, before any dispute. `actionable`: a refund would still
    help; it ends with a refund or a dispute. `at` is when Stripe last told of it."""

    id: str
    at: int
    actionable: bool = False
    kind: str | None = None
    charge_id: str | None = None
    payment_intent_id: str | None = None


@dataclass(frozen=True, slots=True)
class Review:
    """Stripe, or a rule of the shop's, wants a person to look at a payment. `reason` is why it was opened, or how it
    was closed (`approved`, `refunded`, ...); `at` is when Stripe last told of it."""

    id: str
    at: int
    is_open: bool
    reason: str | None = None
    charge_id: str | None = None
    payment_intent_id: str | None = None


def fraud_warnings(events: Iterable[Event]) -> tuple[FraudWarning, ...]:
    """The warnings that events tell of, each as the newest of its events has it."""
    found = {}
    for event, about in _about(events, "radar.early_fraud_warning."):
        found[event.object_id] = FraudWarning(
            id=event.object_id or "",
            at=event.created,
            actionable=json.flag(about, "actionable") or False,
            kind=json.text(about, "fraud_type"),
            charge_id=json.ref(about, "charge"),
            payment_intent_id=json.ref(about, "payment_intent"),
        )
    return tuple(found.values())


def reviews(events: Iterable[Event]) -> tuple[Review, ...]:
    """The reviews that events tell of, each as the newest of its events has it."""
    found = {}
    for event, about in _about(events, "review."):
        found[event.object_id] = Review(
            id=event.object_id or "",
            at=event.created,
            is_open=event.type == "review.opened",
            reason=json.text(about, "closed_reason") or json.text(about, "reason"),
            charge_id=json.ref(about, "charge"),
            payment_intent_id=json.ref(about, "payment_intent"),
        )
    return tuple(found.values())


def _about(events: Iterable[Event], family: str) -> Iterable[tuple[Event, Json]]:
    """The events of a family with the object of each, the oldest first; of one second, the end after the beginning."""
    some = [event for event in events if event.type.startswith(family)]
    some.sort(key=lambda event: (event.created, event.type.endswith(("closed", "updated"))))
    return [(event, json.inner(json.inner(event.raw, "data"), "object")) for event in some]
