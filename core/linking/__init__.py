"""Which of Stripe's objects belong to which order, and what they add up to.

    fitting    whether a payment fits an order, and what lies between two amounts
    learning   under which keys orders are named: what pairs of an order and its payment prove
    ownership  whose a session or an intent is: ours, another's, nobody's, not known
    claims     several orders that store one payment: shared, copied, taken over
    ledger     every movement of a payment's money, and what it adds up to
    billing    whose a subscription or an invoice is, and what events tell of it
    taken      what came in for an order: each sum of money once
    payments   the same, each with its ledger
    tidy       the facts in one order, each object once
    links      Links: all that belongs to a case's order, charges, refunds, disputes and events too
    joining    link: what of the facts that is

Owns the terms of the catalogue: order reference, linked, payment, refunded, net, free. Does not say that an order and
its payments disagree: that is for `core.rules`. Everything here is a pure function of a case, and the order in which
Stripe listed its objects makes no difference.
"""

from core.linking import learning
from core.linking.billing import invoices_told, subscriptions_told
from core.linking.claims import Claim, is_dated
from core.linking.fitting import contradictions, parts
from core.linking.joining import link
from core.linking.learning import Learned, Pair
from core.linking.ledger import Kind, Movement
from core.linking.links import Links
from core.linking.ownership import (
    GROUP_KEY,
    Books,
    Whose,
    is_make,
    names_this,
    references,
    same_site,
    shares,
    stored_ids,
)
from core.linking.payments import Payment

__all__ = [
    "GROUP_KEY", "Books", "Claim", "Kind", "Learned", "Links", "Movement", "Pair",
    "Payment", "Whose", "contradictions", "invoices_told",
    "is_dated", "is_make", "learning", "link", "names_this", "parts", "references", "same_site", "shares", "stored_ids",
    "subscriptions_told",
]  # fmt: skip
