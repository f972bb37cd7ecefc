"""How much, and in which currency: what was paid against what the order costs (`figures` brings them together)."""

from core.facts import OPEN_ORDER, PAID_ORDER
from core.findings import Action, Evidence, Severity
from core.linking import Payment, parts
from core.money import Money
from core.rules.questions import apart, figures, states
from core.rules.questions.states import money_unread
from core.rules.rule import Match, Rule, Seen, does
from core.rules.sentences import costs, money, several, status_of

ROUNDING = 2  # minor units
_QUANTITIES = 20  # of one thing, that somebody may have chosen in the checkout


def currency_mismatch(seen: Seen) -> Match | None:
    """A payment in a currency that neither the order nor a conversion of Stripe's knows."""
    order = seen.order
    if not order.currency or not figures.comparable(seen) or money_unread(seen):
        return None
    own, paid_by = order.currency.strip().lower(), [one for one in apart.current(seen) if one.still_paid]
    other = [payment for payment in paid_by if _is_apart(payment, own)]
    if not other:
        return None
    paid = several([money(payment.net) for payment in other])
    return Match(
        Severity.HIGH,
        order.due,
        (
            *(Evidence(f"payment {payment.id}", "paid", money(payment.net)) for payment in other),
            *costs(order),
            status_of(order),
        ),
        {"paid": paid, "currency": own.upper()},
    )


def amount_mismatch(seen: Seen) -> Match | None:
    """What was paid is not what the order costs, and nothing that Stripe or the app says explains it."""
    pair = figures.figures(seen)
    if pair is None or money_unread(seen) or (len(seen.links.still_paid) > 1 and seen.unread("refunds")):
        return None
    paid, total = pair
    gap = paid.amount_minor - total.amount_minor
    if (
        not gap
        or (gap < 0 and (_is_instalment(seen) or states.waits_for_the_rest(seen)))
        or figures.unit_factor(paid, total)
        or parts(*figures.of_payment(seen), gap)
        or figures.outdated(seen)
        or figures.own_figure(seen, gap)
    ):
        return None
    small, booked = abs(gap) <= ROUNDING, seen.order.status in PAID_ORDER
    times = paid.amount_minor // total.amount_minor if total.amount_minor > 0 else 0
    multiple = 1 < times <= _QUANTITIES and paid.amount_minor == times * total.amount_minor
    detail = "rounding" if small else "multiple" if multiple else "over" if gap > 0 else "under"
    hold = (Action.HOLD_FULFILMENT,) if detail == "under" and booked else ()
    return Match(
        Severity.LOW if small else Severity.HIGH,
        Money(abs(gap), total.currency),
        (
            *(Evidence(f"payment {payment.id}", "paid", money(payment.net)) for payment in seen.links.still_paid),
            *costs(seen.order),
            status_of(seen.order),
        ),
        {
            "difference": str(Money(abs(gap), total.currency)),
            "paid": str(paid),
            "times": str(times),
            "first": "Hold the order back. " if hold else "",
        },
        detail=detail,
        actions=(Action.CORRECT_AMOUNT,) if small else (*hold, Action.CONTACT_CUSTOMER, Action.CORRECT_AMOUNT),
    )


def amount_explained(seen: Seen) -> Match | None:
    """What was paid differs from the total by a discount, a tax, shipping or a tip that Stripe itself lists."""
    pair = figures.figures(seen) or figures.free_figures(seen)
    if pair is None or money_unread(seen):
        return None
    paid, total = pair
    gap = paid.amount_minor - total.amount_minor
    if not gap:
        return None
    session, intent = figures.of_payment(seen)
    between = parts(session, intent, gap)
    if not between or figures.unit_factor(paid, total):
        return None
    source = f"session {session.id}" if session else f"payment {seen.links.still_paid[0].id}"
    mark = (Action.MARK_PAID_AFTER_VERIFY,) if seen.order.status in OPEN_ORDER else ()
    return Match(
        Severity.LOW,
        Money(0, total.currency),
        (
            Evidence(source, "paid", str(paid)),
            *(Evidence(source, name, str(Money(minor, total.currency))) for name, minor in between),
            *costs(seen.order),
        ),
        {
            "difference": str(Money(abs(gap), total.currency)),
            "parts": several([name for name, _ in between]),
            "paid": str(paid),
            "then": " Then read the payment afresh and mark the order paid." if mark else "",
        },
        actions=(*mark, Action.CORRECT_AMOUNT),
    )


def _is_instalment(seen: Seen) -> bool:
    """Whether more is to come: parts were paid on an open order, or a page asks for the rest."""
    waits = [s for s in seen.links.sessions if figures.is_open(s, seen.case.now) and figures.is_rest(seen, s)]
    return seen.order.status in OPEN_ORDER and (len(seen.links.still_paid) > 1 or bool(waits))


def _is_apart(payment: Payment, own: str) -> bool:
    """Whether neither what came in nor what the customer saw is in the order's own currency."""
    if not payment.net or payment.net.currency == own:
        return False
    return payment.shown is None or payment.shown.currency != own


CURRENCY_MISMATCH = Rule(
    code="currency_mismatch",
    title="Paid in another currency",
    family="amounts",
    severity="high",
    money="the order's total: the two values cannot be compared",
    explanation="The payment's currency is not the order's, and Stripe shows no conversion between the two.",
    support="The customer paid {paid}, but the order is in {currency}. Please check what that is worth before "
    "shipping.",
    causes=(
        "The app sent no currency, or its default one.",
        "The number of one currency was sent with the code of another.",
        "The price of another region was used.",
    ),
    developer="{paid} came in for an order in {currency}: send the order's currency explicitly, and store what was "
    "paid beside it (`presentment_details`; `currency_conversion` on sessions of before 31 March 2025).",
    remedy=(
        "Work out what {paid} is worth in {currency}.",
        "If it is about the total, correct the order's currency; if it is not, talk to the customer.",
        "Have the currency the app sends checked.",
    ),
    guards=("Upper and lower case.", "Adaptive pricing, where Stripe converts for the customer."),
    actions=(Action.CONTACT_CUSTOMER, Action.CORRECT_AMOUNT),
    supersedes=frozenset({"amount_mismatch", "amount_explained", "amount_stale_cart"}),
    unchecked=("The rate of exchange on the day of the payment.",),
    searched=(
        "Stripe charged in wrong currency",
        "Session data mismatch",
        "presentment_currency order total",
        "Currency of the payment does not match the order",
    ),
    orders=OPEN_ORDER | PAID_ORDER,
    paid=True,
    check=currency_mismatch,
)
AMOUNT_MISMATCH = Rule(
    code="amount_mismatch",
    title="Paid amount and order total differ",
    family="amounts",
    severity="high, low if off by at most 2 of the smallest coin",
    money="the difference",
    explanation="What was paid differs from the order's total in the same currency; no discount, tax, shipping "
    "or tip in "
    "Stripe explains it, and no error of units.",
    support="The customer paid {paid} for an order of {total}.",
    support_by_detail={
        "under": "The customer paid {paid} for an order of {total}: {difference} are missing.",
        "over": "The customer paid {paid} for an order of {total}: {difference} too much.",
        "multiple": "The customer paid {paid} for an order of {total}: exactly {times} times that. The quantity may "
        "have been changed in the checkout.",
        "rounding": "The customer paid {paid} for an order of {total}. The difference of {difference} is rounding.",
    },
    causes=(
        "Shipping or a fee was added after the payment was made ready.",
        "Only a part was captured, or a transfer was too small.",
        "The quantity was changed in the checkout (adjustable quantities).",
        "Two places round differently, or a wrong price was used.",
    ),
    developer="{paid} came in for a total of {total}: work the total out once, on the server, in minor units, and send "
    "that same number to Stripe.",
    remedy=(
        "Look at the order's lines and find the {difference}.",
        "Talk to the customer before anything ships, and correct the amount on the order.",
    ),
    remedy_by_detail={
        "under": (
            "Look at the order's lines and find the {difference}.",
            "{first}Talk to the customer before shipping: ask for the rest, or correct the amount on the order.",
        ),
        "multiple": (
            "Look in Stripe at the quantity in the checkout's line items.",
            "If it was changed there, correct the order.",
            does(Action.REFUND_PAYMENT, "Or refund the difference, once; a person decides."),
            "A subscription repeats the quantity with each bill: put it right there too.",
        ),
        "over": (
            "Look at the order's lines and find the {difference}.",
            "Correct the amount on the order.",
            does(Action.REFUND_PAYMENT, "Or refund the difference, once; a person decides."),
            does(Action.REFUND_PAYMENT, "Tell the customer which of the two."),
        ),
        "rounding": (
            "Accept the difference and correct the amount on the order.",
            "If it is on many orders, have the rounding looked at.",
        ),
    },
    guards=(
        "A checkout that is not finished.",
        "Refunds: then only what is left is judged.",
        "Deposits of an order that is still open.",
        "A store credit, a gift card or a fee that the order itself notes, to the coin.",
        "Payments of a row that was paid again and again, a week and more apart: only the current one is compared.",
        "ISK and UGX, which Stripe counts with two decimals.",
        "Orders that share one payment on purpose (metadata.order_group).",
    ),
    actions=(Action.CONTACT_CUSTOMER, Action.CORRECT_AMOUNT),
    leads_over=frozenset({"webhook_acked_not_applied"}),
    from_absence=True,
    unchecked=("The order's lines: which of them makes the difference is not in its total.",),
    searched=(
        "Session data mismatch",
        "Validation error: Stripe amounts do not match",
        "Payment amount does not match order total",
        "order total differs from Stripe amount",
    ),
    orders=OPEN_ORDER | PAID_ORDER,
    paid=True,
    check=amount_mismatch,
)
AMOUNT_EXPLAINED = Rule(
    code="amount_explained",
    title="Difference explained by Stripe's own figures",
    family="amounts",
    severity="low",
    money="nothing: the difference only has to be booked",
    explanation="What was paid differs from the order's total by exactly the discount, tax, shipping or tip that "
    "Stripe "
    "lists.",
    support="The customer paid {paid} for an order of {total}. The difference of {difference} is the {parts} in "
    "Stripe, and "
    "is right.",
    causes=("A promotion code was used in the checkout.", "Stripe worked out tax or shipping.", "The customer tipped."),
    developer="{paid} against {total}: compare the order with `amount_subtotal`, or store Stripe's `total_details` "
    "({parts}) beside the total.",
    remedy=("Accept the difference: {parts}.", "Correct the order's total.{then}"),
    guards=("Figures that do not add up to the difference.",),
    actions=(Action.MARK_PAID_AFTER_VERIFY, Action.CORRECT_AMOUNT),
    leads_over=frozenset({"webhook_acked_not_applied"}),
    confidence="certain: the figures add up exactly",
    unchecked=("Whether the shop meant to grant the {parts}.",),
    searched=(
        "Stripe Checkout tax added to amount_total",
        "promotion code changes amount_total",
        "amount_total does not match order after discount",
        "Session data mismatch",
    ),
    orders=OPEN_ORDER | PAID_ORDER,
    paid=True,
    check=amount_explained,
)
