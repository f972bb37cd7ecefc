"""The app says paid, and Stripe has no payment: nothing came in, and nothing stands in its place."""

from core.facts import PAID_ORDER, Order, SessionStatus
from core.findings import Action, Confidence, Evidence, Severity
from core.linking import Claim, stored_ids
from core.rules.questions import last_attempt, not_paid_but, states
from core.rules.rule import SEARCH, Match, Rule, Seen, does
from core.rules.sentences import about, status_of


def unpaid_marked_paid(seen: Seen) -> Match | None:
    """The order counts as paid, all that it leads to was read, and none of it is a payment."""
    order, links = seen.order, seen.links
    if order.status not in PAID_ORDER or not _costs(order) or not not_paid_but.nothing_paid(seen):
        return None
    if states.other_method(seen) or not_paid_but.anything(seen) or not_paid_but.untold(seen) or states.unresolved(seen):
        return None
    if any(what is Claim.TAKEN for what, _ in links.claims):  # `session_foreign` says so, and how sure that is
        return None
    if seen.unread(SEARCH) and not (links.sessions or links.intents):
        return None
    by_stripe = "stripe" in order.metadata.get("payment_method", "").lower()
    if not (stored_ids(order) or links.sessions or links.intents or by_stripe):
        return None
    detail, actions = _how(seen)
    said = {"tried": last_attempt.why(seen), "anew": last_attempt.anew(seen)}
    return Match(Severity.CRITICAL, order.due, (status_of(order), *_unpaid(seen)), said, detail, actions=actions)


def _costs(order: Order) -> bool:
    """Whether anything of the order was to be paid by Stripe, as far as is known."""
    return order.paid_otherwise_minor is not None and (order.due is None or order.due.amount_minor != 0)


def _how(seen: Seen) -> tuple[str | None, tuple[Action, ...]]:
    """What stands in the place of a payment, and what follows from it."""
    hold, links = Action.HOLD_FULFILMENT, seen.links
    if links.foreign:
        return "foreign", (hold, Action.REVIEW_SECURITY, Action.REQUEST_NEW_PAYMENT)
    if links.on_other_site and not links.sessions:
        return "elsewhere", (hold, Action.FIX_ENDPOINT)
    detail = "open" if any(session.status is SessionStatus.OPEN for session in links.sessions) else None
    return detail, (hold, Action.CONTACT_CUSTOMER, Action.FIX_HANDLER_CODE, Action.REVIEW_SECURITY)


def _unpaid(seen: Seen) -> tuple[Evidence, ...]:
    links = seen.links
    found = [about(s, "status", f"{s.status.value}, {s.payment_status.value}") for s in links.sessions]
    found += [about(intent, "status", last_attempt.state(intent)) for intent in links.intents]
    found += [about(thing, "names another order", "yes") for thing in links.foreign]
    found += [about(session, "success_url", session.success_url) for session in links.on_other_site]
    return tuple(found) or (Evidence("Stripe", "payments of this order", "none"),)


UNPAID_MARKED_PAID = Rule(
    code="unpaid_marked_paid",
    title="Paid in the app, no payment in Stripe",
    family="payment",
    severity="critical",
    money="the order's total",
    explanation="The order is paid or fulfilled and costs something, everything it points at was read, and none "
    "of it is a "
    "payment: not paid, not free, not under way, not reserved.",
    support="The app says that this order is {status}, but Stripe has no payment for it.{tried} Please stop shipping "
    "and ask the customer how they paid.",
    support_by_detail={
        "open": "The app says that this order is {status}, but the customer has not paid: the payment page is "
        "still open.{tried} Please stop shipping.",
        "foreign": "The app says that this order is {status}, but the only payment it points at is another order's. "
        "Please stop shipping.",
        "elsewhere": "The app says that this order is {status}, but the payment with this order number was made "
        "on another "
        "site. Please stop shipping.",
    },
    causes=(
        "The app took the visit to its success page for a payment.",
        "The status was set when the checkout was made, or by the browser.",
        "An error while charging was ignored.",
        "Fraud.",
    ),
    developer="Find what set order {order} to {status}. Only a session or intent that you fetched from Stripe, or an "
    "event whose signature was verified, may do that; never the success page.",
    remedy=(
        "Hold the order back.",
        "Ask the customer how they paid; look whether another payment method was used.",
        does(Action.REQUEST_NEW_PAYMENT, "If it was not paid, ask for a payment{anew}, or put the order back."),
        "Have a developer find out what set it to {status}.",
    ),
    guards=(
        "Another payment method (PayPal, cash, invoice, gift card) in the order's metadata.",
        "A total of 0, a trial, a coupon of 100 %.",
        "A payment that is under way, only reserved, expired or refused later.",
        "An id that Stripe does not know, or that could not be read.",
    ),
    actions=(Action.HOLD_FULFILMENT, Action.CONTACT_CUSTOMER, Action.REVIEW_SECURITY, Action.FIX_HANDLER_CODE),
    supersedes=frozenset({"open_session_on_closed_order", "expired_order_open"}),
    from_absence=True,
    confidence="certain where all was read; probable where the account has no search",
    sureness={Confidence.CERTAIN: "certain: all that the order leads to was read, and none of it is a payment"},
    unchecked=(
        "Payments by another method, or in another Stripe account.",
        "Payments that do not name this order and that it does not point at.",
    ),
    searched=(
        "order marked paid without payment stripe success_url",
        "order completed but no payment in Stripe",
        "payment_status unpaid but order processing",
    ),
    orders=PAID_ORDER,
    paid=False,
    check=unpaid_marked_paid,
)
