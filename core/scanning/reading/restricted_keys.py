"""A key that may list objects but not see what is inside them: they are listed without it.

Stripe refuses the whole list where the key may not read what would be expanded in it. What can be read is better than
nothing: a scan reads sessions without their payments, or payments without their charges, says what it did not see, and
is partial. Whoever goes on with it tries the whole again, for a key can be given the right.
"""

from collections.abc import Callable, Mapping, Sequence
from typing import Final

from core.facts import Json
from core.scanning.heart import Heart
from core.scanning.scratch import Scratch, coverage
from core.stripe_api.spans import CHARGES, INTENTS, SESSIONS, Batch, Hole, Listing, Range, SpanReader

INSIDE: Final = "payments"  # the kind of a hole: the sessions were read, the payments inside them were not
_REFUSED: Final = "the key "  # how the words for a 403 begin; another key would be answered
_LESS: Final[Mapping[str, Mapping[str, Listing]]] = {  # of each list, what is left of it, by the hole that it leaves
    SESSIONS.kind: {
        CHARGES.kind: Listing(SESSIONS.kind, SESSIONS.path, {"expand[0]": "data.payment_intent"}),
        INSIDE: Listing(SESSIONS.kind, SESSIONS.path, {}),
    },
    INTENTS.kind: {CHARGES.kind: Listing(INTENTS.kind, INTENTS.path, {})},
}
Sift = Callable[[Batch], Sequence[Json]]


def without_what_is_hidden(
    scratch: Scratch, spans: SpanReader, heart: Heart, holes: list[Hole], sift: Sift = lambda batch: batch.objects
) -> list[Hole]:
    """List again, with less inside, what was refused to the key, and keep what `sift` leaves of each page. The holes
    that remain."""
    left = list(holes)
    for of, variants in _LESS.items():
        for kind, listing in variants.items():
            refused = [hole for hole in left if hole.kind == of and hole.because.startswith(_REFUSED)]
            if refused and not heart.stopped():
                found = _listed(scratch, spans, heart, refused, listing, f"{of} without {kind}", sift)
                left = [hole for hole in left if hole not in refused] + found
                if not any(hole.kind == of and hole.because.startswith(_REFUSED) for hole in found):
                    hidden = (Hole(kind, hole.since, hole.until, hole.because) for hole in refused)
                    left += [hole for hole in hidden if hole not in left]
    return left


def _listed(
    scratch: Scratch, spans: SpanReader, heart: Heart, refused: list[Hole], listing: Listing, name: str, sift: Sift
) -> list[Hole]:
    """What this list does not bring either of what was refused. Done so, under `name`, it is not done for good."""

    def keep(batch: Batch) -> None:
        scratch.keep(name, sift(batch), batch.done, batch.flaws())

    before, known = heart.requests, scratch.flaws(events=False)
    left = coverage.less([Range(hole.since, hole.until) for hole in refused], scratch.done(name))
    read = spans.read([(listing, left)], keep=keep, stop=heart.stopped)
    heart.requests = before + read.requests
    return [*read.holes, *(flaw for flaw in scratch.flaws(events=False) if flaw not in known)]
