"""Reading a span of Stripe in bulk, at the speed it allows, and saying exactly what was read and what was not.

reading     the door: SpanReader.read (listings over ranges), retrieve (by ids)
windows     which page next: pure, splits itself where the volume is
lanes       a listing, or a list of ids: what to ask, what came of it
listings    what is listed; ranges, batches, holes; a page, sifted
pacing      the limits: buckets that leak evenly, slower after a 429
fetching    one question until it is answered
sent        an object of a page: its bytes, and its gist
transport   below the SDK: lean answers, connections that can be cut
"""

from core.stripe_api.spans.listings import (
    CHARGES,
    DISPUTES,
    INTENTS,
    INVOICES,
    REFUNDS,
    SESSIONS,
    SUBSCRIPTIONS,
    Batch,
    Hole,
    Listing,
    Malformed,
    Range,
    events_of,
    merged,
)
from core.stripe_api.spans.pacing import Limits
from core.stripe_api.spans.reading import Progress, Retrieved, SpanRead, SpanReader
from core.stripe_api.spans.sent import Sent, gist_of, sent, whole, without_secrets

__all__ = [
    "CHARGES", "DISPUTES", "INTENTS", "INVOICES", "REFUNDS", "SESSIONS", "SUBSCRIPTIONS", "Batch", "Hole", "Limits",
    "Listing", "Malformed", "Progress", "Range", "Retrieved", "Sent", "SpanRead", "SpanReader", "events_of", "gist_of",
    "merged", "sent", "whole", "without_secrets",
]  # fmt: skip
