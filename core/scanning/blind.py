"""A key that may list checkout sessions but not see the payment inside them: they are listed without it.

Stripe refuses the whole list where the key may not read what would be expanded in it. What can be read is better than
nothing: a scan reads the sessions as they are, says what it did not see, and is partial. Each later scan of the span
tries the whole again, for a key can be given the right. Refuses to conclude anything about payments it has not seen.
"""

from typing import Final

from core.scanning import coverage
from core.scanning.heart import Heart
from core.scanning.scratch import Scratch
from core.stripe_api.spans import SESSIONS, Batch, Hole, Listing, Range, SpanReader

INSIDE: Final = "payments"  # the kind of a hole: the sessions were read, the payments inside them were not
_REFUSED: Final = "the key "  # how the words for a 403 begin; another key would be answered
_LESS: Final = {  # by the kind of hole that it leaves
    "charges": Listing(SESSIONS.kind, SESSIONS.path, {"expand[0]": "data.payment_intent"}),
    INSIDE: Listing(SESSIONS.kind, SESSIONS.path, {}),
}


def without_what_is_hidden(scratch: Scratch, spans: SpanReader, heart: Heart, holes: list[Hole]) -> list[Hole]:
    """List again, with less inside, what of the sessions was refused to the key. The holes that are left."""
    refused = [hole for hole in holes if hole.kind == SESSIONS.kind and hole.because.startswith(_REFUSED)]
    others = [hole for hole in holes if hole not in refused]
    for kind, listing in _LESS.items():
        if not refused or heart.stopped():
            break
        name = f"sessions without {kind}"  # what is done so is not done for good

        def keep(batch: Batch, name: str = name) -> None:
            scratch.keep(name, batch.objects, batch.done, batch.flaws())

        left = coverage.less([Range(hole.since, hole.until) for hole in refused], scratch.done(name))
        before = heart.requests
        read = spans.read([(listing, left)], keep=keep, stop=heart.stopped)
        heart.requests = before + read.requests
        still = [hole for hole in read.holes if hole.because.startswith(_REFUSED)]
        if not still:
            hidden = [Hole(kind, hole.since, hole.until, hole.because) for hole in refused]
            flaws = [hole for hole in scratch.flaws(events=False) if hole not in holes]
            return [*others, *hidden, *read.holes, *flaws]
        refused = still
    return [*others, *refused]
