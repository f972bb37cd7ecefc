"""The states of a case that several rules ask for, each a small question with the catalogue's own meaning.

States that no rule names yet are asked here all the same, so that a rule does not speak for them.
"""

import re

from core.facts import CLOSED_ORDER, OPEN_ORDER, PAID_ORDER, IntentStatus, Mode, PaymentStatus, SessionStatus
from core.linking import shares, stored_ids
from core.money import Money
from core.rules.rule import Seen, once
from core.rules.words import seconds

GRACE = 300  # seconds after the newest payment event within which a webhook may still be on its way
HOUR, DAY = 3_600, 86_400
_STRIPE_METHODS = frozenset(
    "card cards link klarna affirm afterpay_clearpay alipay au_becs_debit bacs_debit bancontact blik boleto cashapp "
    "eps giropay ideal konbini multibanco oxxo p24 paynow pix sepa_debit sofort swish us_bank_account wechat_pay "
    "apple_pay google_pay checkout credit_card creditcard".split()
)
_MODE = re.compile(r"(?<![A-Za-z0-9])cs_(test|live)_", re.IGNORECASE)
_FAILURES = frozenset(
    {
        "charge.failed",
        "payment_intent.payment_failed",
        "checkout.session.async_payment_failed",
    }
)


def mode_of(session_id: str) -> Mode | None:
    """The mode a session id says it is of, damaged or not."""
    said = _MODE.search(session_id)
    if said is None:
        return None
    return "test" if said[1].lower() == "test" else "live"


@once
def settled(seen: Seen) -> bool:
    """Stripe is done with it: money stands, or none had to be paid."""
    return bool(seen.links.standing or seen.links.free)


@once
def is_young(seen: Seen) -> bool:
    """The newest payment is so recent that the app may not have heard of it."""
    at = seen.links.settled_at
    return at is not None and seen.case.now - at < GRACE


@once
def missed(seen: Seen) -> bool:
    """A missed transition: settled at Stripe for longer than the grace time, and not in the order."""
    lacking = OPEN_ORDER | CLOSED_ORDER if seen.links.standing else OPEN_ORDER
    return settled(seen) and seen.order.status in lacking and not is_young(seen)


@once
def other_method(seen: Seen) -> bool:
    """The order says that it was paid without Stripe."""
    method = seen.order.metadata.get("payment_method", "").strip().lower()
    return bool(method) and "stripe" not in method and method not in _STRIPE_METHODS


@once
def unresolved(seen: Seen) -> tuple[str, ...]:
    """Stored ids that lead nowhere: Stripe does not know them, or they were not read."""
    facts = seen.case.facts
    known = {session.id for session in facts.sessions} | {intent.id for intent in facts.intents}
    known |= {charge.id for charge in facts.charges}
    return tuple(sorted(i for i in stored_ids(seen.order) if i not in known))


@once
def other_account(seen: Seen) -> str | None:
    """The connected account that the order says its payment is on, if that is not the one that was read. Where all
    that is stored was found, it is on this account after all: a destination charge."""
    account = seen.order.stripe_account or seen.order.metadata.get("stripe_account", "")
    here = account == seen.case.facts.account or (stored_ids(seen.order) and not unresolved(seen))
    return account if account.startswith("acct_") and not here else None


@once
def authorised(seen: Seen) -> bool:
    """A card is reserved and not charged yet."""
    return any(intent.status is IntentStatus.REQUIRES_CAPTURE for intent in seen.links.intents)


@once
def lapsed(seen: Seen) -> bool:
    """A reservation ran out before it was captured. An intent that was never authorised does not count."""
    uncaptured = {c.payment_intent_id for c in seen.links.charges if not c.captured and c.status == "succeeded"}
    return any(event.type == "charge.expired" for event in seen.links.events) or any(
        intent.status is IntentStatus.CANCELED
        and intent.cancellation_reason in {"automatic", "expired"}
        and (intent.capture_method == "manual" or intent.id in uncaptured)
        for intent in seen.links.intents
    )


@once
def failed_later(seen: Seen) -> bool:
    """A delayed payment that the bank has refused by now."""
    waiting = [s for s in seen.links.sessions if s.status is SessionStatus.COMPLETE]
    waiting = [s for s in waiting if s.payment_status is PaymentStatus.UNPAID]
    refused = {i.id for i in seen.links.intents if i.status is IntentStatus.REQUIRES_PAYMENT_METHOD and i.failure}
    told = any(event.type == "checkout.session.async_payment_failed" for event in seen.links.events)
    return any(told or session.payment_intent_id in refused for session in waiting)


@once
def failed_late(seen: Seen) -> bool:
    """The order failed by an old failure notice, although a payment stands."""
    told = any(event.type in _FAILURES for event in seen.links.events)
    return seen.order.status == "failed" and bool(seen.links.standing) and told


@once
def between(seen: Seen) -> str | None:
    """What a payment is that is neither paid nor unpaid, in words: unpaid is another thing."""
    if failed_later(seen):
        return "was refused by the bank afterwards"
    if lapsed(seen):
        return "was only reserved, and the reservation has ended"
    if authorised(seen):
        return "is only reserved on the card"
    return "is still under way at the bank" if seen.links.under_way else None


@once
def grouped(seen: Seen) -> bool:
    """What is paid is paid for several orders on purpose: its amount is not this order's alone."""
    order, links = seen.order, seen.links
    return any(shares(order, s) for s in links.sessions) or any(shares(order, i) for i in links.intents)


def cart_changed(seen: Seen) -> bool:
    """The app says that its cart changed after a checkout of this order was opened."""
    text = seen.order.metadata.get("cart_updated_at", "").strip()
    at = seconds(int(text)) if text.isdecimal() and len(text) < 20 else None  # noqa: PLR2004 - 64 bits
    return at is not None and any(at > session.created for session in seen.links.sessions)


def due(seen: Seen) -> Money | None:
    """The order's total if money is still expected or claimed for it: what is promised without payment."""
    return seen.order.amount if seen.order.status in PAID_ORDER else nothing(seen)


@once
def at_stake(seen: Seen) -> Money | None:
    """What stands at Stripe and is not in the order; nothing where the order has it."""
    if seen.order.status in PAID_ORDER:
        return nothing(seen)
    return seen.links.net if seen.links.standing else nothing(seen)


def nothing(seen: Seen) -> Money | None:
    """No money at all, in the case's currency; None where it has none."""
    currency = seen.order.currency or (seen.links.net.currency if seen.links.net else None)
    return Money(0, currency) if currency else None
