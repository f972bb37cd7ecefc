"""`Newcomers`: what happened at Stripe since a run was planned: payments made, money on its way back, doubts. Whoever
shares a name or an id with one of them is read whole: a second payment, a warning of fraud may belong to their case.

Read on from where it was last read, so that each is listed about once in a run: what was made before anything is sent,
what is told of it also after. Where they are too many, or cannot be read, nobody can be judged beside them.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from itertools import chain
from typing import Final

from core.facts import Json, NameKeys
from core.facts.json import inner
from core.scanning.scratch import Handle, brief_of_object, of_id
from core.stripe_api.event_spans import DOUBTED
from core.stripe_api.spans import INTENTS, SESSIONS, Batch, Listing, Range, SpanReader, events_of, gist_of

PAGES: Final = 25  # of one reading
LAG: Final = 60  # seconds: so long after it was made an object may be in no search yet
OVERLAP: Final = 2  # seconds that are read twice, for what is listed late
_TOLD: Final = events_of(
    (
        *("checkout.session.completed", "checkout.session.async_payment_succeeded", "payment_intent.succeeded"),
        *("charge.succeeded", "charge.refunded", "refund.created", "charge.dispute.created", *DOUBTED),
    )
)
_MADE: Final[tuple[Listing, ...]] = (SESSIONS, INTENTS)


@dataclass(slots=True)
class Newcomers:
    """Since `since`, seconds since 1970. Of one thread."""

    spans: SpanReader
    since: int
    _bearers: dict[int, set[str]] = field(default_factory=dict)  # by handle, the ids of the objects that bear it
    _until: dict[str, int] = field(default_factory=dict)  # by kind, up to when it was read

    def read(self, keys: NameKeys, now: int, *, made: bool) -> bool:
        """Read on to the present, by what is told and, if `made`, by what is listed; whether all of them are known.
        `keys`: where the names of orders stand."""
        lists = (*_MADE, _TOLD) if made else (_TOLD,)
        asked = [(one, (self._range(one.kind, now),)) for one in lists]
        pages = 0

        def keep(batch: Batch) -> None:
            nonlocal pages
            pages += 1
            for raw in batch.objects:
                self._take(raw, keys)

        read = self.spans.read(asked, keep=keep, stop=lambda: pages >= PAGES)
        if read.holes or read.stopped:
            return False
        self._until |= dict.fromkeys((one.kind for one in lists), now)
        return True

    def touch(self, handles: Iterable[Handle], ids: Sequence[str]) -> bool:
        """Whether one of them bears a name or an id of an order (its `handles`) or of its payment's `ids`, and is none
        of these."""
        own = set(ids)
        borne = chain((one.value for one in handles), map(of_id, ids))
        return any(self._bearers.get(one, own) - own for one in borne)

    def _range(self, kind: str, now: int) -> Range:
        return Range(max(self.since - LAG, self._until.get(kind, 0) - OVERLAP), now + 1)

    def _take(self, raw: Json, keys: NameKeys) -> None:
        about = inner(inner(raw, "data"), "object") if raw.get("object") == "event" else gist_of(raw)
        for one in brief_of_object(about, keys)[1]:
            self._bearers.setdefault(one.value, set()).add(str(about.get("id")))
