"""What Stripe never sends: events that it failed to make, as its health events name them.

Such an event can be neither delivered nor listed nor sent again; the object it was about is all that is left. Owns how
health events are read, and the text by which the journal keeps what they said.
"""

import json as text
from collections.abc import Iterable
from dataclasses import asdict, dataclass
from typing import Final

from core.facts import json
from core.facts.json import Json
from core.times import read_iso

HEALTH: Final = "v2.core.health.event_generation_failure.resolved"
KEPT: Final = 1000  # the newest of an account


@dataclass(frozen=True, slots=True)
class NeverMade:
    """An event that Stripe failed to make: of which `type`, `about` which object (its id), and when Stripe had noticed
    (`at`, seconds since 1970); `id`: the health event's own. What Stripe left out is empty."""

    id: str
    type: str
    about: str
    at: int

    @classmethod
    def of(cls, raw: Json) -> "NeverMade":
        """Read a health event as it is fetched, or what a bundle has of it."""
        data = json.inner(raw, "data")
        impact = json.inner(data, "impact")
        kind, about = json.text(impact, "event_type"), json.ref(impact, "related_object")
        at = read_iso(json.text(data, "resolved_at") or json.text(raw, "created") or "")
        return cls(
            id=json.text(raw, "id") or "",
            type=kind or json.text(raw, "type") or "",
            about=about or json.text(impact, "related_object_id") or json.text(raw, "about") or "",
            at=at if at is not None else json.whole(raw, "at") or 0,
        )


def about_any(made: Iterable[NeverMade], ids: Iterable[str]) -> tuple[NeverMade, ...]:
    """Those that are about one of these objects, the oldest first."""
    known = frozenset(ids)
    return tuple(sorted((one for one in made if one.about in known), key=lambda one: (one.at, one.id)))


def kept_under(mode: str, account: str | None) -> str:
    """By which name the journal keeps them, for an account of the settings."""
    return f"never made {mode} {account or ''}".strip()


def written(made: Iterable[NeverMade]) -> str:
    """They as one text: each once, the newest KEPT."""
    each = {one.id: one for one in made}
    newest = sorted(each.values(), key=lambda one: (one.at, one.id))[-KEPT:]
    return text.dumps([asdict(one) for one in newest])


def read(kept: str | None) -> tuple[NeverMade, ...]:
    """What was written; nothing where it cannot be read."""
    try:
        found = text.loads(kept or "[]")
    except ValueError:
        return ()
    return tuple(NeverMade.of(one) for one in found if isinstance(one, dict)) if isinstance(found, list) else ()
