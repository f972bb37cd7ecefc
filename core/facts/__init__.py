"""What an order and Stripe's objects look like to the product; Stripe's JSON becomes facts here, once.

    order        Order: a row of the shop's books, in our words
    cart         Cart: what an order was to come of; Trace: what leads a payment to it
    objects      Session, Intent, Charge
    billing      Subscription, Invoice
    money_back   Refund, Dispute
    destinations Destination: where Stripe sends events, as either of its APIs lists it
    events       Event, Endpoint; FraudWarning, Review: what only events tell of
    never_made   NeverMade: an event that Stripe failed to make
    saved        SetupIntent: a card for later
    expected     Expected: what must be true of a paid order beside its status, and whether it is
    facts        Facts: all that Stripe said at one moment; Unread, Missing: what it did not say
    statuses     our words for the states of all these; `unknown` for any other
    naming       what an object says of the order it is for, and how one name is spelled
    json         careful steps into JSON that may be anything
    numbers      the amounts and times that stand in an object and cannot be read
    remembered   a property that is worked out once

Which object belongs to which order is for `core.linking` to say, what is wrong for `core.rules`.
"""

from core.facts.billing import Invoice, Subscription
from core.facts.cart import Cart, Trace
from core.facts.destinations import Destination
from core.facts.events import (
    RECONSTRUCTED,
    STRIPE_VERSION,
    Endpoint,
    Event,
    FraudWarning,
    Review,
    fraud_warnings,
    reviews,
)
from core.facts.expected import Expected, Held, lacks, listed, unsettled
from core.facts.facts import Cost, Facts, Missing, Unread
from core.facts.json import Json, email_of
from core.facts.money_back import Dispute, Refund
from core.facts.naming import (
    CLIENT,
    CUSTOMARY,
    INSIDE,
    REFERENCE_KEYS,
    NameKeys,
    all_written,
    differing,
    may_name,
    order_references,
    plain,
    plainly,
    references_in,
    same_name,
    shape,
    spellings_of,
    written,
)
from core.facts.never_made import NeverMade
from core.facts.numbers import unreadable
from core.facts.objects import Charge, Intent, Session
from core.facts.order import HeldRefund, Order
from core.facts.saved import SetupIntent, setup_intents
from core.facts.statuses import (
    CLOSED_ORDER,
    OPEN_ORDER,
    PAID_ORDER,
    ChargeStatus,
    DisputeStatus,
    IntentStatus,
    InvoiceStatus,
    Mode,
    OrderStatus,
    PaymentStatus,
    RefundStatus,
    SessionStatus,
    SubscriptionStatus,
)

__all__ = [
    "CLIENT", "CLOSED_ORDER", "CUSTOMARY", "INSIDE", "OPEN_ORDER", "PAID_ORDER", "RECONSTRUCTED", "REFERENCE_KEYS",
    "STRIPE_VERSION", "Cart", "Charge", "ChargeStatus", "Cost", "Destination", "Dispute", "DisputeStatus", "Endpoint",
    "Event", "Expected", "Facts", "FraudWarning", "Held", "HeldRefund", "Intent", "IntentStatus", "Invoice",
    "InvoiceStatus", "Json", "Missing", "Mode", "NameKeys", "NeverMade", "Order", "OrderStatus", "PaymentStatus",
    "Refund", "RefundStatus", "Review", "Session", "SessionStatus", "SetupIntent", "Subscription", "SubscriptionStatus",
    "Trace", "Unread", "all_written", "differing", "email_of", "fraud_warnings", "lacks", "listed", "may_name",
    "order_references", "plain", "plainly", "references_in", "reviews", "same_name", "setup_intents", "shape",
    "spellings_of", "unreadable", "unsettled", "written",
]  # fmt: skip
