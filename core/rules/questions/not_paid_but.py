"""What stands in the place of a payment: a hold, money under way, a hold that ran out, a debit the bank refused.

Each is known by what Stripe said of the objects themselves. What is alive is asked before what has failed: a card that
is reserved anew, or a second debit under way, makes the first attempt history.
"""

from core.facts import Charge, ChargeStatus, Intent, IntentStatus, OrderStatus, PaymentStatus, Session, SessionStatus
from core.money import Money
from core.rules.questions import states
from core.rules.rule import Seen, once
from core.times import DAY

ASYNC_FAILED = "checkout.session.async_payment_failed"
HOLD_ENDED = "charge.expired"
AUTHORISED = "payment_intent.amount_capturable_updated"
USUAL_HOLD = 7 * DAY  # of a card, where Stripe does not say; docs.stripe.com/payments/place-a-hold-on-a-payment-method
_CARDS = frozenset({None, "card", "card_present", "link"})
BY_ITSELF = frozenset({"automatic", "expired"})  # Stripe ended the intent, not the shop
SLOW = frozenset(  # the bank's answer takes days
    "acss_debit au_becs_debit bacs_debit boleto customer_balance konbini multibanco nz_bank_account oxxo sepa_debit "
    "sofort us_bank_account".split()
)


@once
def nothing_paid(seen: Seen) -> bool:
    """All that the order leads to was read and understood, and none of it is a payment, nor did it have to be one."""
    links = seen.links
    if links.payments or links.free or links.outside or links.unclear or states.other_account(seen):
        return False
    return not seen.unread("sessions", "intents", "charges")


def held(seen: Seen) -> tuple[Intent, ...]:
    """The intents of which money is reserved and not taken yet."""
    return tuple([intent for intent in seen.links.intents if intent.status is IntentStatus.REQUIRES_CAPTURE])


@once
def hold_ends(seen: Seen) -> tuple[int | None, bool]:
    """When the first of the reservations ends, and whether Stripe says so; where it does not, it is the usual time of
    a card, and None of another method."""
    held_ids = {intent.id for intent in held(seen)}
    charges = [c for c in seen.links.charges if c.payment_intent_id in held_ids and _only_reserved(c)]
    if said := [charge.capture_before for charge in charges if charge.capture_before]:
        return min(said), True
    usual = [charge.created + USUAL_HOLD for charge in charges if charge.method in _CARDS]
    return min(usual, default=None), False


def left_to_take(held: tuple[Intent, ...], *, taken: bool = False) -> Money | None:
    """What can still be taken (or was taken) of these; None where the currencies differ or are unknown."""
    currencies = {intent.currency for intent in held}
    currency = currencies.pop() if len(currencies) == 1 else None
    minor = sum(i.amount_received if taken else i.amount_capturable or i.amount - i.amount_received for i in held)
    return Money(minor, currency) if currency else None


@once
def let_go(seen: Seen) -> tuple[Intent, ...]:
    """The reservations that were ended on purpose, before their time, and of which nothing was taken."""
    ended = [i for i in seen.links.intents if i.status is IntentStatus.CANCELED and not i.amount_received]
    reserved = {c.payment_intent_id for c in seen.links.charges if _only_reserved(c)}
    reserved |= {event.object_id for event in seen.links.events if event.type == AUTHORISED}
    lapsed_by_itself = {i for event in seen.links.events if event.type == HOLD_ENDED for i in event.related_ids}
    return tuple([i for i in ended if i.id in reserved - lapsed_by_itself and i.cancellation_reason not in BY_ITSELF])


def _only_reserved(charge: Charge) -> bool:
    return charge.status is ChargeStatus.SUCCEEDED and not charge.captured


def under_way(seen: Seen) -> bool:
    """Whether the bank, or a customer with a voucher, may still pay. A finished, unpaid checkout whose intent is not
    here counts, unless it is known to have failed."""
    if not seen.links.under_way:
        return False
    known = {intent.id for intent in seen.links.intents}
    unanswered = [s for s in _unpaid(seen) if s.payment_intent_id not in known]
    alive = any(i.status is IntentStatus.PROCESSING or i.awaited for i in seen.links.intents)
    alive |= any(charge.status is ChargeStatus.PENDING for charge in seen.links.charges)
    return alive or any(session not in refused(seen) for session in unanswered)


@once
def refused(seen: Seen) -> tuple[Session | Intent, ...]:
    """Delayed payments that failed afterwards: of a finished checkout, or of a bank debit that had none."""
    links = seen.links
    said = {i for event in links.events if event.type == ASYNC_FAILED for i in event.related_ids}
    failed = {i.id for i in links.intents if i.status is IntentStatus.REQUIRES_PAYMENT_METHOD and i.failure}
    if not said and not failed:
        return ()
    of_checkouts = [s for s in _unpaid(seen) if {s.id, s.payment_intent_id} & said or s.payment_intent_id in failed]
    slow = {c.payment_intent_id for c in links.charges if c.status is ChargeStatus.FAILED and c.method in SLOW}
    alone = (failed & slow) - {session.payment_intent_id for session in links.sessions}
    return (*of_checkouts, *(intent for intent in links.intents if intent.id in alone))


@once
def lapsed(seen: Seen) -> bool:
    """A reservation ran out before it was taken. An intent that was never authorised does not count: Stripe ends it
    by itself too, when its checkout expires."""
    links = seen.links
    if any(event.type == HOLD_ENDED for event in links.events):
        return True
    ended = [i for i in links.intents if i.status is IntentStatus.CANCELED and i.cancellation_reason in BY_ITSELF]
    if not ended:
        return False
    reserved = {c.payment_intent_id for c in links.charges if _only_reserved(c)}
    idle = {session.payment_intent_id for session in links.sessions if session.status is not SessionStatus.COMPLETE}
    idle |= {charge.payment_intent_id for charge in links.charges}
    return any(i.id in reserved or (i.capture_method == "manual" and i.id not in idle) for i in ended)


def anything(seen: Seen) -> bool:
    """Whether one of them stands there: then the order is not simply unpaid."""
    return bool(held(seen) or under_way(seen) or refused(seen) or lapsed(seen) or let_go(seen))


def untold(seen: Seen) -> bool:
    """The events were not read, and only they would tell a failed debit or a hold that ran out from no payment."""
    ended = any(intent.status is IntentStatus.CANCELED for intent in seen.links.intents)
    return seen.unread("events") and (ended or bool(_unpaid(seen)))


def shipped(seen: Seen) -> bool:
    """Whether the goods have gone out already."""
    return seen.order.status is OrderStatus.FULFILLED


def _unpaid(seen: Seen) -> list[Session]:
    """The checkouts that the customer finished and that are not paid."""
    done = [session for session in seen.links.sessions if session.status is SessionStatus.COMPLETE]
    return [session for session in done if session.payment_status is PaymentStatus.UNPAID]
