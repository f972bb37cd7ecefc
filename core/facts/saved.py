"""Cards that are saved to be charged later: setup intents as facts, read as those of `core.facts.objects` are."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Self

from core.facts import json
from core.facts.events import Event
from core.facts.json import Json
from core.facts.objects import Session


@dataclass(frozen=True, slots=True)
class SetupIntent:
    """A SetupIntent (`seti_`). A card that it saved can be charged later only where it belongs to a customer.
    `status` is Stripe's word."""

    id: str
    status: str
    created: int
    livemode: bool | None = None
    customer_id: str | None = None
    payment_method_id: str | None = None
    raw: Json = field(default_factory=dict, compare=False, repr=False)

    @classmethod
    def of(cls, raw: Json) -> Self:
        """Read setup_intent JSON."""
        return cls(
            id=json.text(raw, "id") or "",
            status=json.text(raw, "status") or "unknown",
            created=json.whole(raw, "created") or 0,
            livemode=json.flag(raw, "livemode"),
            customer_id=json.ref(raw, "customer") or json.ref(raw, "customer_account"),
            payment_method_id=json.ref(raw, "payment_method"),
            raw=raw,
        )


def setup_intents(sessions: Iterable[Session], events: Iterable[Event]) -> tuple[SetupIntent, ...]:
    """Those that sessions carry whole, and those that events tell of, as the newest of them has it. What does not say
    whose it is was cut short, and is left out."""
    told = [event for event in events if event.type.startswith("setup_intent.")]
    told.sort(key=lambda event: event.created)
    raws = [json.inner(json.inner(event.raw, "data"), "object") for event in told]
    raws += [inner for session in sessions if isinstance(inner := session.raw.get("setup_intent"), Mapping)]
    found = {raw["id"]: SetupIntent.of(raw) for raw in raws if {"id", "customer", "payment_method"} <= raw.keys()}
    return tuple(found.values())
