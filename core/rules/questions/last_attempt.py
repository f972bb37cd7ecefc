"""What the newest attempt at paying says of itself: why it failed, what it waits for, by which method it was made."""

from core.facts import ChargeStatus, Intent, IntentStatus, Session
from core.rules.rule import Seen, once
from core.times import moment

_NAMES = {
    "acss_debit": "Canadian bank debit",
    "au_becs_debit": "Australian bank debit",
    "bacs_debit": "Bacs debit",
    "boleto": "boleto",
    "customer_balance": "bank transfer",
    "display": "bank transfer",
    "konbini": "konbini payment",
    "multibanco": "Multibanco payment",
    "oxxo": "OXXO voucher",
    "sepa_debit": "SEPA debit",
    "us_bank_account": "US bank debit",
}
_DAYS = {  # until the bank has answered; docs.stripe.com/payments/sepa-debit, bacs-debit, ach-direct-debit
    "bacs_debit": "up to 7 working days",
    "sepa_debit": "up to 14 working days",
    "us_bank_account": "up to 4 working days",
}
_NOT_FOR_CUSTOMERS = frozenset(  # docs.stripe.com/declines/codes: to be told as a decline without a reason
    "fraudulent highest_risk_level lost_card merchant_blacklist pickup_card stolen_card".split()
)
_UNFINISHED = frozenset(
    {
        IntentStatus.REQUIRES_PAYMENT_METHOD,
        IntentStatus.REQUIRES_CONFIRMATION,
        IntentStatus.REQUIRES_ACTION,
        IntentStatus.CANCELED,
    }
)


@once
def why(seen: Seen) -> str:
    """Why it was not paid, a sentence with a space before it; empty where the attempt does not say."""
    intent = _newest(seen)
    failure = _failure(seen, intent)
    if intent is not None and intent.unconfirmed:
        return " The customer never finished the confirmation with their bank" + (
            " (3-D Secure)." if _is_card(seen, intent) else "."
        )
    if failure:
        return f" The last attempt failed: {failure}."
    if intent is not None and intent.status is IntentStatus.CANCELED and intent.cancellation_reason:
        return f" The payment was cancelled ({intent.cancellation_reason.replace('_', ' ')})."
    return ""


def anew(seen: Seen) -> str:
    """How the customer can pay after all, the end of a clause; empty where the attempt does not say."""
    intent = _newest(seen)
    if intent is not None and intent.unconfirmed:
        return ", and have the customer finish the confirmation with their bank"
    if not _failure(seen, intent):
        return ""
    if intent is not None and intent.decline_code in _NOT_FOR_CUSTOMERS:
        return " by another card, without naming the bank's reason"
    return ", best by another card or method"


def awaits(seen: Seen) -> str | None:
    """What the customer still has to do for a payment that may come in: `micro` (confirm small sums), `voucher`."""
    waiting = [intent for intent in seen.links.intents if intent.awaited]
    if not waiting:
        return None
    return "micro" if waiting[-1].micro_deposits else "voucher"


def page(seen: Seen) -> str:
    """Where the customer can do that, the end of a clause."""
    found = [intent.action_url for intent in seen.links.intents if intent.awaited and intent.action_url]
    return f", at {found[-1]}" if found else ""


def arrives(seen: Seen) -> str:
    """When the small sums arrive, the end of a clause."""
    found = [i.action_from for i in seen.links.intents if i.micro_deposits and i.action_from]
    return f" ({'there' if found[-1] <= seen.case.now else 'expected'} on {moment(found[-1])})" if found else ""


def state(thing: Session | Intent) -> str:
    """The status, with what else says how it stands."""
    if isinstance(thing, Session):
        return f"{thing.status.value}, {thing.payment_status.value}"
    ended = thing.cancellation_reason if thing.status is IntentStatus.CANCELED else None
    return ", ".join(filter(None, [thing.status.value, thing.next_action, ended, thing.failure]))


def method(seen: Seen) -> str:
    """What the method is called, in words."""
    return _NAMES.get(_key(seen), "bank payment")


def takes(seen: Seen) -> str:
    """How long its bank may take."""
    return _DAYS.get(_key(seen), "some working days")


def _key(seen: Seen) -> str:
    """Stripe's word for the method: the newest charge's, else the one that the voucher belongs to."""
    used = [charge.method for charge in seen.links.charges if charge.method]
    steps = [(intent.next_action or "").split("_display_")[0].split("_")[0] for intent in seen.links.intents]
    return used[-1] if used else next(filter(None, steps), "")


def _newest(seen: Seen) -> Intent | None:
    unfinished = [intent for intent in seen.links.intents if intent.status in _UNFINISHED]
    return unfinished[-1] if unfinished else None


def _failure(seen: Seen, intent: Intent | None) -> str:
    """In words: the intent's own, else that of its newest charge that failed."""
    of_charges = [
        charge.failure
        for charge in seen.links.charges
        if charge.status is ChargeStatus.FAILED and (intent is None or charge.payment_intent_id == intent.id)
    ]
    said = [*filter(None, of_charges[-1:]), *filter(None, [intent.failure if intent else None])]
    return said[-1].rstrip(". ") if said else ""


def _is_card(seen: Seen, intent: Intent) -> bool:
    used = [c.method for c in seen.links.charges if c.payment_intent_id == intent.id and c.method]
    listed = intent.raw.get("payment_method_types")
    return used[-1:] == ["card"] or listed == ["card"] or intent.next_action == "use_stripe_sdk"
