"""What the error says, and what it may mean: from a text somebody pasted or searched for to the codes behind it.

Owns the texts that mean several codes, as data; those that mean one stand on the rule (`Rule.searched`). Matching
forgives capitals, punctuation, ids and everything around the text, so that a whole line of a log will do. Does not
diagnose: a text is a reason to look, never a finding.
"""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from urllib.parse import unquote

from core.rules import Rule

_KINDS = "acct ch cs cus du dp evt in pi plink pm price prod py pyr re req rk seti sk src sub we whsec"
_ID = re.compile(rf"\b(?:(?:{'|'.join(_KINDS.split())})_\w*|\w*\d\w*)")  # ids by their kind; and numbers of any sort
_OTHER = re.compile(r"[^a-z]+")
_FEW = 2  # words: what is shorter is no part of a text, it is a word to filter by


@dataclass(frozen=True, slots=True)
class Symptom:
    """A text people see or search for, and the codes it may mean, likeliest first."""

    text: str
    codes: tuple[str, ...]


SEVERAL: tuple[Symptom, ...] = tuple(
    Symptom(text, tuple(codes.split()))
    for text, codes in {
        # Stripe's API
        "No such checkout.session": "session_not_found key_mode_mismatch wrong_account id_malformed id_placeholder "
        "id_wrong_type",
        "No such payment_intent": "session_not_found key_mode_mismatch wrong_account id_wrong_type id_malformed",
        "resource_missing": "session_not_found key_mode_mismatch wrong_account id_malformed id_placeholder",
        "a similar object exists in test mode, but a live mode key was used to make this request": "key_mode_mismatch",
        "a similar object exists in live mode, but a test mode key was used to make this request": "key_mode_mismatch",
        'Only Checkout Sessions with a status in ["open"] can be expired': "paid_order_closed expired_order_open "
        "open_session_on_closed_order",
        "This PaymentIntent could not be captured because it has a status of canceled": "auth_expired",
        "Keys for idempotent requests can only be used with the same parameters they were first used with": (
            "amount_stale_cart duplicate_payment"
        ),
        "does not have access to account": "wrong_account",
        "Charge has already been refunded": "refund_not_recorded refund_overstated",
        "No such notification": "paid_not_recorded",
        # the SDKs, in a webhook's handler
        "No signatures found matching the expected signature for payload": "webhook_failing note_duplicate_endpoints "
        "key_mode_mismatch",
        "Webhook payload must be provided as a string or a Buffer": "webhook_failing",
        "Unable to extract timestamp and signatures from header": "webhook_failing",
        "Timestamp outside the tolerance zone": "webhook_failing",
        "Received event with API version": "note_api_version_skew webhook_failing",
        # the app's own checks
        "Session data mismatch": "session_foreign metadata_drift stale_id amount_stale_cart amount_mismatch",
        "Session does not match order": "session_foreign stale_id metadata_drift",
        "Payment status incorrect": "fulfilled_before_funds async_failed auth_not_captured unpaid_marked_paid "
        "no_pi_by_design",
        "payment_status is unpaid": "fulfilled_before_funds async_marked_failed auth_not_captured async_failed",
        "Amount mismatch": "amount_mismatch amount_explained amount_stale_cart minor_unit_error currency_mismatch",
        "Amount does not match order total": "amount_mismatch amount_explained amount_stale_cart minor_unit_error "
        "currency_mismatch",
        "payment_intent is null": "no_pi_by_design metadata_not_on_pi",
        "metadata is empty": "metadata_not_on_pi link_missing",
        "Order not found": "webhook_before_order metadata_not_on_pi link_missing session_foreign",
        # what people say
        "webhook not received": "webhook_off webhook_not_subscribed webhook_wrong_host webhook_failing",
        "order stuck on pending": "webhook_failing webhook_acked_not_applied webhook_off webhook_not_subscribed "
        "stale_id id_missing",
        "paid but order not updated": "webhook_acked_not_applied webhook_failing webhook_off stale_id id_missing",
        "customer charged twice": "duplicate_payment subscription_doubled",
        "still charged after cancelling": "subscription_still_charged subscription_doubled",
        "user still has access after subscription ended": "subscription_ended",
        "duplicate order": "order_copied session_foreign",
    }.items()
)


def symptoms(rules: Iterable[Rule]) -> tuple[Symptom, ...]:
    """Every text that is known, alphabetically; one that several rules name has the codes of all of them."""
    rules = tuple(rules)
    known = {rule.code for rule in rules}
    merged: dict[str, tuple[str, list[str]]] = {}
    single = (Symptom(text, (rule.code,)) for rule in rules for text in rule.searched)
    for one in (*SEVERAL, *single):
        merged.setdefault(plain(one.text), (one.text, []))[1].extend(one.codes)
    found = [
        Symptom(text, tuple(code for code in dict.fromkeys(codes) if code in known)) for text, codes in merged.values()
    ]
    return tuple(sorted((one for one in found if one.codes), key=lambda one: plain(one.text)))


def matching(every: Iterable[Symptom], pasted: str) -> tuple[Symptom, ...]:
    """The symptoms whose text stands in what was pasted, the longest first; then those it is itself a part of."""
    wanted = plain(pasted)
    part = wanted if len(wanted.split()) >= _FEW else ""
    texts = [(one, plain(one.text)) for one in every]
    whole = [one for one, text in texts if _within(text, wanted)]
    longer = [one for one, text in texts if _within(part, text) and text != part]
    return tuple(sorted(whole, key=lambda one: -len(one.text)) + longer)


def plain(text: str) -> str:
    """A text as it is compared: small letters and single spaces; no ids, no numbers, no punctuation, no %7B."""
    return " ".join(_OTHER.sub(" ", _ID.sub(" ", unquote(text).lower())).split())


def _within(part: str, whole: str) -> bool:
    """Whether the words of `part` stand in `whole`, next to each other."""
    return bool(part) and f" {part} " in f" {whole} "
