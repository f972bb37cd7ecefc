"""Stripe answered that it does not know the id: it is on another account, or Stripe does not say why.

Nothing is said here about paid or unpaid: a look-up that failed is no evidence of either.
"""

import re

from core.facts import PAID_ORDER, Missing
from core.findings import Action, Confidence, Evidence, Severity
from core.linking import stored_ids
from core.rules.identity.not_ours import stored_as
from core.rules.questions import states
from core.rules.rule import Match, Rule, Seen
from core.rules.sentences import about_order, status_of

_ID = re.compile(r"cs_(?:test|live)_[A-Za-z0-9]{20,}|(?:pi|ch|py)_[A-Za-z0-9]{10,}")


def wrong_account(seen: Seen) -> Match | None:
    """Stripe does not know the id on this account, and the order says that its payment is on another."""
    links, missing = seen.links, _missing(seen)
    other, here = states.other_account(seen) if missing else None, seen.case.facts.account
    if not missing or not other or not here or links.payments or links.free or links.foreign:
        return None
    if seen.unread("sessions", "intents", "charges"):
        return None
    first = missing[0]
    return Match(
        Severity.HIGH,
        None,
        (
            *stored_as(seen, {first.id}),
            Evidence("Stripe", first.code, first.message),
            about_order(seen.order, "stripe_account", other),
            Evidence("Stripe", "account that was read", here),
        ),
        {"id": first.id, "account": other, "here": here},
        detail="closed" if any(one.kind == "account" for one in seen.case.facts.unread) else None,
        confidence=Confidence.PROBABLE,
    )


def session_not_found(seen: Seen) -> Match | None:
    """Stripe answered that it has no such object, and nothing else leads to the order's payment."""
    links = seen.links
    reachable = links.sessions or links.intents or links.payments or links.foreign
    missing = _missing(seen)
    if not missing or reachable or states.other_account(seen) or seen.unread("sessions", "intents", "charges"):
        return None
    first = missing[0]
    return Match(
        Severity.HIGH,
        seen.order.due if seen.order.status in PAID_ORDER else None,
        (*stored_as(seen, {first.id}), Evidence("Stripe", first.code, first.message), status_of(seen.order)),
        {"id": first.id, "account": seen.case.facts.account or "the account of your key"},
        detail="connected" if seen.case.facts.connected else None,
    )


def _missing(seen: Seen) -> list[Missing]:
    """Well-formed ids on the order that Stripe does not know, in this mode."""
    if not seen.case.facts.missing:
        return []
    stored = stored_ids(seen.order)
    unknown = [m for m in seen.case.facts.missing if m.id in stored and _ID.fullmatch(m.id)]
    return sorted(unknown, key=lambda missing: (missing.id != seen.order.session_id, missing.id))


WRONG_ACCOUNT = Rule(
    code="wrong_account",
    title="The payment is on another (connected) account",
    family="identity",
    severity="high",
    money="cannot be told until it is read on that account",
    explanation="The id on the order is well formed and of the right mode, Stripe does not know it in the account of "
    "the key, and the order names another account (metadata.stripe_account).",
    support="This payment is on the seller's Stripe account {account}, not on {here}, where we looked. Look it up "
    "there; until then we cannot say whether it is paid.",
    support_by_detail={
        "closed": "The order says that its payment is on the connected account {account}, which our key does not open. "
        "It is not on {here}. Until it is read there, we cannot say whether it is paid.",
    },
    causes=(
        "The Stripe-Account header is missing when the payment is read.",
        "The account of an event (event.account) is ignored.",
        "The wrong seller was picked for the order.",
    ),
    developer="Send Stripe-Account: {account} with every call about this order, keep the account on the order, and go "
    "by event.account in webhooks. A look-up that failed says nothing about payment.",
    remedy=(
        "Read the order on account {account}.",
        "If it is not there either, find out which seller the order was for.",
        "Until then neither ship nor cancel.",
        "Have the app send the account with every call.",
    ),
    remedy_by_detail={
        "closed": (
            "Ask the seller, or find out why {account} is not connected (any more) to the platform of the key.",
            "Read the order again once it is, or find out which account it was really for.",
            "Until then neither ship nor cancel.",
        ),
    },
    guards=(
        "Destination charges, whose objects are on the platform and are found.",
        "An id that was not looked up, or could not be.",
        "An account of the key that is not known.",
        "An order of which a payment was found here after all.",
    ),
    actions=(Action.FIX_KEY_OR_ACCOUNT, Action.FRESH_RETRIEVE),
    supersedes=frozenset(
        {
            "session_not_found",
            "async_failed",
            "auth_expired",
            "auth_not_captured",
            "fulfilled_before_funds",
            "async_marked_failed",
            "unpaid_marked_paid",
            "expired_order_open",
        }
    ),
    confidence="probable: the id is not here, and the order names that account; it was not read there",
    unchecked=("The account {account}, where the payment should be.",),
    searched=(
        "No such checkout.session",
        "No such payment_intent",
        "resource_missing connected account",
        "The specified Checkout Session could not be found",
        "It's possible this PaymentMethod exists on one of your connected accounts",
        "does not have access to account",
    ),
    paid=False,
    check=wrong_account,
)

SESSION_NOT_FOUND = Rule(
    code="session_not_found",
    title="Stripe does not know this id",
    family="identity",
    severity="high",
    money="the order's total if it counts as paid; otherwise it cannot be told",
    explanation="The id on the order is well formed and of the right mode, Stripe answered that there is no such "
    "object in the account, and nothing else in the account names the order.",
    support="Stripe does not know the payment number {id} in the account we are connected to. That says nothing about "
    "whether the customer paid. Were the Stripe keys changed recently?",
    support_by_detail={
        "connected": "Stripe does not know the payment number {id}: neither on the connected account {account}, which "
        "the order names, nor on our own. That says nothing about whether the customer paid. Is it the right account?",
    },
    causes=(
        "The payment was made with the keys of another Stripe account.",
        "The shop moved to another account, and old orders kept their ids.",
        "The id was edited by hand.",
    ),
    developer="Compare the account of the key ({account}) with the one in use when the order was made. Store the "
    "account "
    "beside the id, and never mark an order unpaid because a look-up failed.",
    remedy=(
        "Read the order again once, in case Stripe was only slow to show it.",
        "Ask whether the shop's Stripe account or keys were changed since {created}.",
        "If so, look this payment up in the account of that time.",
        "Until then neither ship nor cancel.",
    ),
    guards=(
        "A network error, a time-out, a 401, a 429 or a 5xx is not an answer.",
        "An order of a connected account.",
    ),
    actions=(Action.FRESH_RETRIEVE, Action.FIX_KEY_OR_ACCOUNT),
    supersedes=frozenset({"unpaid_marked_paid", "expired_order_open"}),
    from_absence=True,
    confidence="certain that Stripe does not know it here; what that means for the order is open",
    unchecked=(
        "Any Stripe account but {account}.",
        "Payments that do not name this order.",
    ),
    searched=(
        "No such checkout.session",
        "No such checkout session",
        "No such payment_intent",
        "resource_missing",
        "The specified Checkout Session could not be found",
    ),
    paid=False,
    check=session_not_found,
)
