"""An amount in the wrong unit: cents for whole ones, or whole ones for cents."""

from core.facts import OPEN_ORDER, PAID_ORDER, Session
from core.findings import Action, Confidence, Evidence, Severity
from core.money import Money
from core.rules.questions.figures import TWO_MEANINGS, figures, payable, unit_factor
from core.rules.questions.states import money_unread, with_bank
from core.rules.rule import Match, Rule, Seen, does
from core.rules.sentences import costs, money, status_of

_SURE = (
    "probable: both values were read and disagree; whether the order's column is read in the right unit, other "
    "orders tell"
)
_PARTS = {10: "a tenth", 100: "a hundredth", 1000: "a thousandth"}


def minor_unit_error(seen: Seen) -> Match | None:
    """What was paid, or is asked for, is the total times or divided by a power of ten that is an error of units."""
    found = _amounts(seen)
    if found is None or money_unread(seen):
        return None
    page, paid, total = found
    factor = unit_factor(paid, total)
    if factor is None or total.currency in TWO_MEANINGS:
        return None
    much = abs(paid.amount_minor) > abs(total.amount_minor)
    proof = [Evidence(f"session {page.id}", "asks for", str(paid))] if page else []
    return Match(
        Severity.CRITICAL,
        Money(abs(paid.amount_minor - total.amount_minor), total.currency),
        (
            *(Evidence(f"payment {payment.id}", "paid", money(payment.net)) for payment in seen.links.still_paid),
            *proof,
            *costs(seen.order),
            status_of(seen.order),
        ),
        {
            "paid": str(paid),
            "times": f"{factor} times that" if much else f"{_PARTS[factor]} of that",
            "currency": total.currency.upper(),
            "theirs": str(paid.amount_minor),
            "ours": str(total.amount_minor),
            "owed": "" if with_bank(seen) else " If the order is right, what is too much has to go back.",
        },
        detail="asked" if page else "high" if much else "low",
        confidence=Confidence.PROBABLE,
        actions=(Action.CHECK_UNITS, Action.EXPIRE_SESSION, Action.CORRECT_AMOUNT) if page else None,
    )


def _amounts(seen: Seen) -> tuple[Session | None, Money, Money] | None:
    """What was paid and the total; where nothing is paid yet, what a page asks for, and that page."""
    if pair := figures(seen):
        return (None, *pair)
    return payable(seen)


MINOR_UNIT_ERROR = Rule(
    code="minor_unit_error",
    title="Amount is off by a factor of 100 (or 10, 1000)",
    family="amounts",
    severity="critical",
    money="the difference",
    explanation="What was paid, or what an open payment page asks for, is exactly a hundred times the order's total or "
    "a hundredth of it; for currencies of three decimals also ten or a thousand times.",
    support="The order is {total}, and the customer paid {times}: {paid}.",
    support_by_detail={
        "high": "The order is {total}, and the customer was charged {times}: {paid}.{owed}",
        "low": "The order is {total}, and the customer paid only {times}: {paid}.",
        "asked": "The order is {total}, and its payment page asks for {times}: {paid}. Nothing is paid yet; the page "
        "should be closed.",
    },
    causes=(
        "A currency without decimals, such as yen, was multiplied by 100.",
        "The order's column holds whole units, and it was sent as if it held cents.",
        "Orderlens is set to read the column in the wrong unit: then most orders show this.",
    ),
    developer="Stripe has {theirs}, the order {ours} ({currency}). Convert by the currency's own decimals: none for "
    "JPY or KRW, three for KWD or BHD, two for most.",
    remedy=(
        "Look at other orders: if most are off alike, it is the unit in Orderlens' settings and not the charges.",
        "If it is this charge, talk to the customer about the difference.",
        does(Action.REFUND_PAYMENT, "Send back what is too much, once; a person decides."),
        "Tell the customer before they see it on their statement.",
        "Have the conversion in the app mended before anybody else pays.",
    ),
    remedy_by_detail={
        "low": (
            "Look at other orders: if most are off alike, it is the unit in Orderlens' settings and not the charges.",
            "If it is this charge, talk to the customer before shipping: ask for the rest, or let it be.",
            "Have the conversion in the app mended before anybody else pays.",
        ),
        "asked": (
            "Look at other orders: if most are off alike, it is the unit in Orderlens' settings and not the page.",
            "Have the payment page closed before somebody pays it, and a new one made.",
            "Have the conversion in the app mended.",
        ),
    },
    guards=(
        "ISK and UGX, which have no decimals by nature and two at Stripe.",
        "Other ratios; of ten and a thousand only for currencies of three decimals.",
        "Refunds: then only what is left is judged.",
        "Orders that share one payment on purpose (metadata.order_group).",
    ),
    actions=(Action.CHECK_UNITS, Action.CORRECT_AMOUNT, Action.CONTACT_CUSTOMER),
    supersedes=frozenset({"amount_mismatch", "amount_explained", "amount_stale_cart", "webhook_acked_not_applied"}),
    confidence=_SURE,
    sureness={Confidence.PROBABLE: _SURE},
    unchecked=("Whether other orders are off alike: then the settings of Orderlens are, not the charges.",),
    searched=(
        "Stripe charged 100 times too much",
        "zero-decimal currency JPY amount multiplied by 100",
        "Invalid integer",
        "Amount must convert to at least 50 cents",
        "Amount must be no more than",
    ),
    orders=OPEN_ORDER | PAID_ORDER,
    check=minor_unit_error,
)
