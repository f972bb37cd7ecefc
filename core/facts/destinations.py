"""Where Stripe sends events: webhook endpoints (API v1) and event destinations (API v2), as one fact."""

from dataclasses import dataclass, field
from typing import Final, Literal, Self

from core.facts import json
from core.facts.json import Json
from core.times import read_iso

Hears = Literal["own", "connected", "both"]
_OWN, _CONNECTED = "@self", "@accounts"
_KINDS: Final = {
    "webhook_endpoint": "a webhook endpoint",
    "amazon_eventbridge": "Amazon EventBridge",
    "azure_event_grid": "Azure Event Grid",
}


@dataclass(frozen=True, slots=True)
class Destination:
    """`kind`: `webhook_endpoint`, `amazon_eventbridge`, `azure_event_grid`, or another; `url`: of a webhook
    endpoint, empty where Stripe shows none; `hears`: of whose account; `thin`: it gets notifications instead of
    snapshots; `api_version`: None for the account's own, and of what is thin; `listed_by`: which API listed it."""

    id: str
    kind: str
    enabled: bool
    enabled_events: tuple[str, ...] = ()
    url: str = ""
    livemode: bool | None = None
    created: int = 0
    api_version: str | None = None
    hears: Hears = "own"
    thin: bool = False
    listed_by: Literal["v1", "v2"] = "v1"
    raw: Json = field(default_factory=dict, compare=False, repr=False)

    @property
    def is_webhook(self) -> bool:
        """Whether it is an address that Stripe posts to."""
        return self.kind == "webhook_endpoint"

    @property
    def called(self) -> str:
        """What kind it is, for people."""
        return _KINDS.get(self.kind, f"a destination of another kind ({self.kind})")

    def asks_for(self, event_type: str) -> bool:
        """Whether it is subscribed to a snapshot's type, or to that of its thin twin; enabled or not."""
        return not {"*", event_type, f"v1.{event_type}"}.isdisjoint(self.enabled_events)

    @classmethod
    def of_endpoint(cls, raw: Json) -> Self:
        """Read webhook_endpoint JSON (API v1)."""
        return cls(
            id=json.text(raw, "id") or "",
            kind="webhook_endpoint",
            enabled=raw.get("status") == "enabled",
            enabled_events=json.texts(raw, "enabled_events"),
            url=json.text(raw, "url") or "",
            livemode=json.flag(raw, "livemode"),
            created=json.whole(raw, "created") or 0,
            api_version=json.text(raw, "api_version"),
            hears="connected" if json.ref(raw, "application") else "own",
            raw=raw,
        )

    @classmethod
    def of(cls, raw: Json) -> Self:
        """Read v2.core.event_destination JSON."""
        return cls(
            id=json.text(raw, "id") or "",
            kind=json.text(raw, "type") or "unknown",
            enabled=raw.get("status") == "enabled",
            enabled_events=json.texts(raw, "enabled_events"),
            url=json.text(json.inner(raw, "webhook_endpoint"), "url") or "",
            livemode=json.flag(raw, "livemode"),
            created=read_iso(json.text(raw, "created") or "") or 0,
            api_version=json.text(raw, "snapshot_api_version"),
            hears=_hears(json.texts(raw, "events_from")),
            thin=raw.get("event_payload") == "thin",
            listed_by="v2",
            raw=raw,
        )


def _hears(events_from: tuple[str, ...]) -> Hears:
    others = any(_CONNECTED in one or one.startswith("@organization") for one in events_from)
    if not others:
        return "own"
    return "both" if _OWN in events_from else "connected"
