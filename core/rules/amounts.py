"""How much, and in which currency: what was paid against what the order costs.

Compared only while nothing is refunded; after that, what is left is judged by `refunds`. Compared in the currency the
app charged in, or in the one the customer saw if the order was kept in that.
"""

from itertools import combinations

from core.facts import OPEN_ORDER, PAID_ORDER, Session
from core.findings import Action, Evidence, Severity
from core.linking import Payment
from core.money import Money, exponent
from core.rules import states
from core.rules.rule import Match, Rule, Seen
from core.rules.words import about_order, money, several, status_of

ROUNDING = 2  # minor units
_FINE = 3  # decimals of dinars, where factors of 10 and 1000 come from unit errors too


def currency_mismatch(seen: Seen) -> Match | None:
    """A payment in a currency that neither the order nor a conversion of Stripe's knows."""
    order = seen.order
    if not order.currency or not _comparable(seen) or seen.unread("sessions"):
        return None
    own = order.currency.strip().lower()
    other = [payment for payment in seen.links.standing if payment.net and own not in _currencies(payment)]
    if not other:
        return None
    paid = several([money(payment.net) for payment in other])
    return Match(
        Severity.HIGH,
        order.amount,
        (
            *(Evidence(f"payment {payment.id}", "paid", money(payment.net)) for payment in other),
            about_order(order, "total", order.amount or order.currency.upper()),
            status_of(order),
        ),
        {"paid": paid, "currency": own.upper()},
    )


def amount_mismatch(seen: Seen) -> Match | None:
    """What was paid is not what the order costs, and nothing that Stripe or the app says explains it."""
    pair = _figures(seen)
    if pair is None or seen.unread("sessions", "intents", "charges", "refunds"):
        return None
    paid, total = pair
    gap = paid.amount_minor - total.amount_minor
    instalment = gap < 0 and len(seen.links.standing) > 1 and seen.order.status in OPEN_ORDER
    if not gap or instalment or _unit_error(paid, total) or _parts(seen, gap) or states.cart_changed(seen):
        return None
    small = abs(gap) <= ROUNDING
    return Match(
        Severity.LOW if small else Severity.HIGH,
        Money(abs(gap), total.currency),
        (
            *(Evidence(f"payment {payment.id}", "paid", money(payment.net)) for payment in seen.links.standing),
            about_order(seen.order, "total", total),
            status_of(seen.order),
        ),
        {"difference": str(Money(abs(gap), total.currency)), "paid": str(paid)},
        detail=("over" if gap > 0 else "under") if not small else "rounding",
        actions=(Action.CORRECT_AMOUNT,) if small else (),
    )


def amount_explained(seen: Seen) -> Match | None:
    """What was paid differs from the total by a discount, a tax, shipping or a tip that Stripe itself lists."""
    pair = _figures(seen) or _free_figures(seen)
    if pair is None:
        return None
    paid, total = pair
    gap = paid.amount_minor - total.amount_minor
    parts = _parts(seen, gap) if gap else ()
    session = _session(seen)
    if not parts or _unit_error(paid, total):
        return None
    source = f"session {session.id}" if session else f"payment {seen.links.standing[0].id}"
    mark = (Action.MARK_PAID_AFTER_VERIFY,) if seen.order.status in OPEN_ORDER else ()
    return Match(
        Severity.LOW,
        Money(0, total.currency),
        (
            Evidence(source, "paid", str(paid)),
            *(Evidence(source, name, str(Money(minor, total.currency))) for name, minor in parts),
            about_order(seen.order, "total", total),
        ),
        {
            "difference": str(Money(abs(gap), total.currency)),
            "parts": several([name for name, _ in parts]),
            "paid": str(paid),
        },
        actions=(*mark, Action.CORRECT_AMOUNT),
    )


def _comparable(seen: Seen) -> bool:
    """Amounts are compared on open and paid orders, while nothing is refunded and nothing is still arriving."""
    links, status = seen.links, seen.order.status
    arriving = status in OPEN_ORDER and states.is_young(seen)
    if states.grouped(seen):
        return False
    return status in OPEN_ORDER | PAID_ORDER and not (links.refunded or links.pending_refund or arriving)


def _currencies(payment: Payment) -> set[str]:
    return {amount.currency for amount in (payment.net, payment.shown) if amount}


def _figures(seen: Seen) -> tuple[Money, Money] | None:
    """What was paid and the order's total, in one currency; None where they cannot be compared."""
    total, standing = seen.order.amount, seen.links.standing
    if total is None or not standing or not _comparable(seen):
        return None
    for paid in (seen.links.net, standing[0].shown if len(standing) == 1 else None):
        if paid and paid.currency == total.currency:
            return paid, total
    return None


def _free_figures(seen: Seen) -> tuple[Money, Money] | None:
    """The same for a checkout where nothing had to be paid. A trial explains nothing and is not asked."""
    total, free = seen.order.amount, seen.links.free
    if total is None or not free or seen.links.payments or not _comparable(seen):
        return None
    paid = free[-1].total or Money(0, free[-1].currency or total.currency)
    return (paid, total) if paid.currency == total.currency else None


def _session(seen: Seen) -> Session | None:
    sessions = [payment.session for payment in seen.links.standing] or list(seen.links.free)
    return sessions[-1] if len(seen.links.standing) <= 1 and sessions else None


def _parts(seen: Seen, gap: int) -> tuple[tuple[str, int], ...]:
    """Stripe's own figures that add up to the gap: a discount lowers what is paid, the others raise it."""
    session, standing = _session(seen), seen.links.standing
    intent = standing[0].intent if len(standing) == 1 else None
    figures = (
        ("promotion code", -session.amount_discount if session else 0),
        ("tax", session.amount_tax if session else 0),
        ("shipping", session.amount_shipping if session else 0),
        ("tip", intent.tip if intent else 0),
    )
    named = [(name, minor) for name, minor in figures if minor]
    for count in range(1, len(named) + 1):
        for some in combinations(named, count):
            if sum(minor for _, minor in some) == gap:
                return some
    return ()


def _unit_error(paid: Money, total: Money) -> bool:
    """Off by a power of ten that comes from counting in the wrong unit. Nothing else is said of such an amount."""
    factors = (10, 100, 1000) if exponent(total.currency) == _FINE else (100,)
    one, two = abs(paid.amount_minor), abs(total.amount_minor)
    return bool(one and two) and any(one == two * factor or one * factor == two for factor in factors)


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
    developer="Send the order's currency explicitly, and store what was paid beside it: `currency_conversion` on "
    "sessions made "
    "before 31 March 2025, `presentment_details` since.",
    remedy=(
        "Work out what {paid} is worth in {currency}.",
        "If it is about the total, correct the order's currency; if it is not, talk to the customer.",
        "Have the currency the app sends checked.",
    ),
    guards=("Upper and lower case.", "Adaptive pricing, where Stripe converts for the customer."),
    actions=(Action.CONTACT_CUSTOMER, Action.CORRECT_AMOUNT),
    supersedes=frozenset({"amount_mismatch", "amount_explained", "amount_stale_cart"}),
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
        "rounding": "The customer paid {paid} for an order of {total}. The difference of {difference} is rounding.",
    },
    causes=(
        "Shipping or a fee was added after the payment was made ready.",
        "Only a part was captured, or a transfer was too small.",
        "Two places round differently, or a wrong price was used.",
    ),
    developer="Work the total out once, on the server, in minor units, and send that same number to Stripe.",
    remedy=(
        "Look at the order's lines and find the {difference}.",
        "If something is missing, talk to the customer before shipping; if too much was paid, refund the difference.",
        "Correct the amount on the order.",
    ),
    remedy_by_detail={
        "rounding": (
            "Accept the difference and correct the amount on the order.",
            "If it is on many orders, have the rounding looked at.",
        ),
    },
    guards=(
        "A checkout that is not finished.",
        "Refunds: then only what is left is judged.",
        "Deposits of an order that is still open.",
        "ISK and UGX, which Stripe counts with two decimals.",
        "Orders that share one payment on purpose (metadata.order_group).",
    ),
    actions=(Action.CONTACT_CUSTOMER, Action.CORRECT_AMOUNT),
    leads_over=frozenset({"webhook_acked_not_applied"}),
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
    developer="Compare the order with `amount_subtotal`, or store Stripe's `total_details` beside the total.",
    remedy=("Accept the difference: {parts}.", "Correct the order's total; if the order is open, mark it paid."),
    guards=("Figures that do not add up to the difference.",),
    actions=(Action.MARK_PAID_AFTER_VERIFY, Action.CORRECT_AMOUNT),
    leads_over=frozenset({"webhook_acked_not_applied"}),
    check=amount_explained,
)
