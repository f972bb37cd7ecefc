"""What Stripe tells of, and whom: events and webhook endpoints as facts, read the way `core.facts.objects` reads."""

from dataclasses import dataclass, field
from typing import Self

from core.facts import json
from core.facts.billing import paid_by, subscription_of
from core.facts.json import Json

_NAMED = ("id", "payment_intent", "charge", "latest_charge", "invoice", "subscription")


@dataclass(frozen=True, slots=True)
class Event:
    """A snapshot event. `object_id` and `related_ids` are the objects its data names; `pending_webhooks` counts the
    endpoints that have not yet accepted it, over all endpoints (0 also when none wants it)."""

    id: str
    type: str
    created: int
    livemode: bool | None = None
    pending_webhooks: int = 0
    api_version: str | None = None
    object_id: str | None = None
    related_ids: frozenset[str] = frozenset()
    raw: Json = field(default_factory=dict, compare=False, repr=False)

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
    """A webhook endpoint registered at Stripe. `enabled_events` may be `("*",)`."""

    id: str
    url: str
    enabled: bool
    enabled_events: tuple[str, ...] = ()
    livemode: bool | None = None
    created: int = 0
    api_version: str | None = None
    raw: Json = field(default_factory=dict, compare=False, repr=False)

    def wants(self, event_type: str) -> bool:
        """Whether it is enabled and subscribed to `event_type`."""
        return self.enabled and ("*" in self.enabled_events or event_type in self.enabled_events)

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
            raw=raw,
        )
