"""A bill that somebody marked as paid by other means: no money came in at Stripe, and yet the order is paid."""

from core.facts import OPEN_ORDER, Intent, IntentStatus
from core.findings import Action, Evidence, Severity
from core.linking import Movement
from core.rules.questions import hearing, subscribed
from core.rules.rule import Match, Rule, Seen, does
from core.rules.sentences import about, money, several, status_of
from core.times import moment

_TELL = ("invoice.paid", "invoice.payment_succeeded")


def paid_outside_stripe(seen: Seen) -> Match | None:
    """The order waits for money, and a bill of it was settled outside Stripe for longer than the grace time."""
    links = seen.links
    settled = [one for one in links.outside if subscribed.is_settled_at(seen, one.at)]
    if not settled or links.payments or links.under_way:
        return None
    return Match(
        Severity.MEDIUM,
        settled[0].amount if len(settled) == 1 else None,
        (*map(_shown, settled), *_dropped(seen), status_of(seen.order)),
        {
            "settled": several([money(one.amount) for one in settled]),
            "bills": several([one.source for one in settled]),
            "when": f" on {moment(settled[-1].at)}" if settled[-1].at else "",
        },
        actions=(Action.MARK_PAID_AFTER_VERIFY, *hearing.cure(seen, *_TELL)),
    )


def _shown(one: Movement) -> Evidence:
    return Evidence(f"invoice {one.source}", one.field, f"yes, {money(one.amount)}, paid at Stripe: nothing")


def _dropped(seen: Seen) -> tuple[Evidence, ...]:
    """The payments that Stripe gave up because of it."""
    ended: list[Intent] = [one for one in seen.links.intents if one.status is IntentStatus.CANCELED]
    return tuple([about(one, "status", one.status.value) for one in ended])


PAID_OUTSIDE_STRIPE = Rule(
    code="paid_outside_stripe",
    title="Settled outside Stripe",
    family="billing",
    severity="medium",
    money="what was settled elsewhere",
    explanation="An invoice of the order is paid, and somebody marked it as paid outside Stripe (paid_out_of_band), so "
    "that Stripe took nothing and cancelled the payment; the order is still open.",
    support="Invoice {bills} over {settled} was settled outside Stripe{when}, so Stripe has no payment. The order is "
    "still {status}. Please do not ask the customer to pay again.",
    causes=(
        "The customer paid by transfer, cheque or cash, and somebody marked the invoice as paid in Stripe.",
        "The app books a payment only by an intent or a charge, and this has neither.",
    ),
    developer="Book invoice {bills} by invoice.paid: status paid with paid_out_of_band is paid, though amount_paid "
    "is 0 and the intent is canceled. A canceled intent alone closes nothing.",
    remedy=(
        "Look in the bank account, or ask who marked {bills} as paid, that {settled} did come in.",
        does(Action.MARK_PAID_AFTER_VERIFY, "If so, mark the order paid, with a word on how it was paid."),
        "If not, talk to whoever marked it: at Stripe the invoice counts as settled.",
    ),
    guards=(
        "An invoice that was voided, or written off: that is no payment.",
        "An order for which a payment stands, or is under way.",
        "An invoice that was marked in the last five minutes.",
        "An order that is paid already.",
    ),
    actions=(Action.MARK_PAID_AFTER_VERIFY, Action.FIX_HANDLER_CODE),
    supersedes=frozenset({"expired_order_open", "auth_expired", "async_failed", "hold_released"}),
    confidence="certain: the invoice says so, and the order is open",
    unchecked=("Whether the money did come in: only the bank account tells.",),
    searched=(
        "stripe invoice paid_out_of_band order still pending",
        "invoice marked as paid outside of stripe webhook",
        "mark invoice as paid payment intent canceled",
    ),
    orders=OPEN_ORDER,
    check=paid_outside_stripe,
)
