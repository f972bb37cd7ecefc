"""What is paid with: payment methods, what a charge says of them, and the test cards that do not work.

Owns the fields of `payment_method`, and Stripe's published names and numbers of test cards with what each of them does.
A card is known again by its last four digits, as Stripe's own are. Like all builders it fills in what follows from what
it is given, and an override always wins.
"""

from random import Random
from typing import Literal

from core.sandbox.stripe.objects.ids import new_id
from core.sandbox.stripe.objects.sessions import Json, address

_SEPA_LIKE = {"bank_code": "37040044", "branch_code": "0", "country": "DE", "fingerprint": "Gk2sQdPhWnYkz0vL"}
_CARDS = {
    "visa": ("visa", "4242"),
    "visa_debit": ("visa", "5556"),
    "mastercard": ("mastercard", "4444"),
    "mastercard_debit": ("mastercard", "3222"),
    "mastercard_prepaid": ("mastercard", "5100"),
    "amex": ("amex", "8431"),
    "discover": ("discover", "9424"),
    "diners": ("diners", "3237"),
    "jcb": ("jcb", "0505"),
    "unionpay": ("unionpay", "0005"),
    "chargedeclined": ("visa", "0002"),
    "chargedeclinedinsufficientfunds": ("visa", "9995"),
    "chargedeclinedlostcard": ("visa", "9987"),
    "chargedeclinedstolencard": ("visa", "9979"),
    "chargedeclinedexpiredcard": ("visa", "0069"),
    "chargedeclinedincorrectcvc": ("visa", "0127"),
    "chargedeclinedprocessingerror": ("visa", "0119"),
    "chargedeclinedvelocitylimitexceeded": ("visa", "6975"),
    "chargecustomerfail": ("visa", "0341"),
    "threedsecure2required": ("visa", "3220"),
    "threedsecurerequired": ("visa", "3063"),
    "authenticationrequired": ("visa", "3184"),
    "authenticationrequiredonsetup": ("visa", "3155"),
    "createdispute": ("visa", "0259"),
    "createdisputeinquiry": ("visa", "1976"),
}
"""Stripe's test cards by what follows `pm_card_` or `tok_` in lower case: brand, last four digits."""

Failing = dict[str, str]
_AGAIN, _NEVER, _CHECK = ("try_again_later", "02"), ("do_not_try_again", "01"), ("confirm_card_data", "03")
_GENERIC = "Your card was declined."


def _declined(reason: str, message: str = _GENERIC, advice: tuple[str, str] = _AGAIN, network: str = "") -> Failing:
    named = {"code": "card_declined", "decline_code": reason, "message": message, "advice_code": advice[0]}
    return {**named, **({"network_advice_code": advice[1], "network_decline_code": network} if network else {})}


def _wrong(code: str, message: str, advice: tuple[str, str], network: str, param: str | None = None) -> Failing:
    failing = {**_declined(code, message, advice, network), "code": code}
    return {**failing, "param": param} if param else failing


DECLINES: dict[str, Failing] = {
    "0002": _declined("generic_decline"),
    "0341": _declined("generic_decline"),
    "9995": _declined("insufficient_funds", "Your card has insufficient funds.", network="51"),
    "9987": _declined("lost_card", advice=_NEVER, network="41"),
    "9979": _declined("stolen_card", advice=_NEVER, network="43"),
    "6975": _declined(
        "card_velocity_exceeded",
        "Your card was declined for making repeated attempts too frequently or exceeding its amount limit.",
        network="61",
    ),
    "0069": _wrong("expired_card", "Your card has expired.", _CHECK, "54", "exp_month"),
    "0127": _wrong("incorrect_cvc", "Your card's security code is incorrect.", _CHECK, "N7", "cvc"),
    "0119": _wrong(
        "processing_error",
        "An error occurred while processing your card. Try again in a little bit.",
        ("try_again_later", ""),
        "06",
    ),
}
"""What the bank says to a charge on the card that ends so: the words of recorded answers."""

_AUTHENTICATES = {"3220", "3063", "3184", "3155"}
"""The cards whose customer has to confirm a payment in the browser; 3155 only until it was saved."""

DISPUTED: dict[str, str] = {"0259": "needs_response", "1976": "warning_needs_response"}
"""The cards whose owner disputes what was charged, and how the dispute begins."""

_SLOW = {"sepa_debit", "us_bank_account", "bacs_debit", "au_becs_debit", "acss_debit", "boleto", "konbini", "oxxo"}
"""The kinds of payment methods whose money comes days later; any other but a card sends its owner to a bank's page."""

Conduct = Literal["pays", "declines", "asks", "slow"]


def conduct(method: Json) -> Conduct:
    """What a payment method does when it is charged."""
    if method["type"] != "card":
        return "slow" if method["type"] in _SLOW else "pays" if method["type"] == "link" else "asks"
    last4 = method["card"]["last4"]
    if last4 in DECLINES:
        return "declines"
    return "asks" if last4 in _AUTHENTICATES and not (last4 == "3155" and method["customer"]) else "pays"


def decline_of(method: Json) -> Failing:
    """Why a payment method is refused; without the doors that the answer adds (`charge`, `payment_intent`)."""
    failing = DECLINES[method["card"]["last4"]]
    return {"type": "card_error", "doc_url": f"https://stripe.com/docs/error-codes/{_dashed(failing)}", **failing}


def _dashed(failing: Failing) -> str:
    return failing["code"].replace("_", "-")


def method_named(name: str, rng: Random, created: int, **overrides: object) -> Json | None:
    """A payment method for one of Stripe's test names (`pm_card_visa`, `tok_chargeDeclined`, `pm_sepaDebit`), or None
    for a name that Stripe does not publish."""
    word = name.lower().removeprefix("pm_").removeprefix("tok_").removeprefix("card_")
    if word.startswith(("sepa", "usbank", "bacs", "aubecs", "au_becs", "acss")):
        return payment_method(rng, created, kind="sepa_debit", **overrides)
    if word not in _CARDS:
        word = word.removeprefix("visa_")  # pm_card_visa_chargeDeclined is the same card
    if word not in _CARDS:
        return None
    brand, last4 = _CARDS[word]
    return payment_method(rng, created, brand=brand, last4=last4, **overrides)


def payment_method(rng: Random, created: int, **overrides: object) -> Json:
    """A `payment_method`: the Visa card that ends in 4242, another by `brand` and `last4`, or another `kind`."""
    given: Json = dict(overrides)
    kind, brand, last4 = given.pop("kind", "card"), given.pop("brand", "visa"), given.pop("last4", "4242")
    about: Json = _saved_card(brand, last4) if kind == "card" else {}
    if kind == "sepa_debit":
        about = {**_SEPA_LIKE, "branch_code": "", "last4": "3000", "generated_from": {"charge": None}}
        about["generated_from"]["setup_attempt"] = None
    return {
        "id": new_id("pm", rng, created),
        "object": "payment_method",
        "allow_redisplay": "unspecified",
        "billing_details": billing_details(),
        kind: about,
        "created": created,
        "customer": None,
        "customer_account": None,
        "livemode": False,
        "metadata": {},
        "type": kind,
        **given,
    }


def _saved_card(brand: str, last4: str) -> Json:
    return {
        "brand": brand,
        "checks": {"address_line1_check": None, "address_postal_code_check": None, "cvc_check": "unchecked"},
        "country": "US",
        "display_brand": brand,
        "exp_month": 4,
        "exp_year": 2031,
        "fingerprint": _fingerprint(last4),
        "funding": "credit",
        "generated_from": None,
        "last4": last4,
        "networks": {"available": [brand], "preferred": None},
        "regulated_status": "unregulated",
        "three_d_secure_usage": {"supported": True},
        "wallet": None,
    }


def billing_details(email: str | None = None, name: str | None = None) -> Json:
    """The `billing_details` of a charge."""
    return {"address": address(), "email": email, "name": name, "phone": None, "tax_id": None}


def payment_method_details(method: str, amount: int, *, brand: str = "visa", last4: str = "4242") -> Json:
    """How a charge was paid: a card (the Visa that ends in 4242), a bank account, or just the name of the method."""
    if method == "card":
        return {"card": _charged_card(amount, brand, last4), "type": "card"}
    if method == "sepa_debit":
        return {"sepa_debit": {**_SEPA_LIKE, "last4": "3000", "mandate": None}, "type": method}
    return {method: {}, "type": method}


def _charged_card(amount: int, brand: str, last4: str) -> Json:
    off: Json = {"status": "unavailable"}
    return {
        "amount_authorized": amount,
        "authorization_code": "472009",
        "brand": brand,
        "checks": {"address_line1_check": None, "address_postal_code_check": None, "cvc_check": "pass"},
        "country": "US",
        "exp_month": 4,
        "exp_year": 2031,
        "extended_authorization": {"status": "disabled"},
        "fingerprint": _fingerprint(last4),
        "funding": "credit",
        "incremental_authorization": off,
        "installments": None,
        "last4": last4,
        "mandate": None,
        "multicapture": off,
        "network": brand,
        "network_token": {"used": False},
        "network_transaction_id": "105102104705511",
        "overcapture": {"maximum_amount_capturable": amount, "status": "unavailable"},
        "regulated_status": "unregulated",
        "three_d_secure": None,
        "wallet": None,
    }


def _fingerprint(last4: str) -> str:
    """One for each card, so that the same card is known again."""
    return "w4XDzQOFakih5EZM" if last4 == "4242" else f"w4XDzQOFaki{last4}M"
