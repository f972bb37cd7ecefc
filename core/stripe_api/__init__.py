"""Reading Stripe: one case, or the trail of one reference, afresh each time. An operator's resend is the only write.

reader      the door: check, resolve, read_case, resend
case_reading, resolving, event_search, elsewhere     what to ask next, given what is known
asks, event_spans, collected              pure: questions, spans, and what hangs together
reading     rounds of questions, what was not read, what it cost
examining   what doctor asks: key, rights, clock; payments to compare a few orders with
registered  where Stripe sends events, by both of its APIs; which are not delivered
spans       in bulk: everything in a span of time, and many objects by their ids
resending   one event, sent once more
wire, answers, failures, pace     HTTP through Stripe's SDK, tries, bodies within bounds, words for what went wrong
"""

from core.stripe_api.asks import PAGE
from core.stripe_api.collected import Collected, newest
from core.stripe_api.event_spans import KEPT_DAYS, PAID, Span
from core.stripe_api.examining import PERMISSIONS, Sampled
from core.stripe_api.reader import StripeReader
from core.stripe_api.resending import Resent
from core.stripe_api.resolving import Resolved
from core.stripe_api.wire import Access

__all__ = [
    "KEPT_DAYS", "PAGE", "PAID", "PERMISSIONS", "Access", "Collected", "Resent", "Resolved", "Sampled", "Span",
    "StripeReader", "newest",
]  # fmt: skip
