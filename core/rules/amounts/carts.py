"""A cart that changed after its checkout was opened: the page, or the payment, is about the old one."""

from core.facts import OPEN_ORDER, PAID_ORDER, Intent, Session
from core.findings import Action, Severity
from core.linking import parts
from core.money import Money
from core.rules.questions.figures import cart_changed_at, figures, of_payment, outdated, payable, unit_factor
from core.rules.questions.states import money_unread
from core.rules.rule import Match, Rule, Seen, does
from core.rules.sentences import about, about_order, costs, status_of
from core.times import moment


def amount_stale_cart(seen: Seen) -> Match | None:
    """The old total was paid, or is still asked for, and the app says that its cart changed since."""
    found, changed = _found(seen), cart_changed_at(seen)
    if found is None or money_unread(seen):
        return None
    old, paid, total, is_paid = found
    difference = Money(abs(paid.amount_minor - total.amount_minor), total.currency)
    return Match(
        Severity.HIGH if is_paid else Severity.MEDIUM,
        difference,
        (
            about(old, "paid" if is_paid else "asks for", paid),
            about(old, "created", moment(old.created)),
            about_order(seen.order, "cart_updated_at", moment(changed)),
            *costs(seen.order),
            status_of(seen.order),
        ),
        {
            "paid": str(paid),
            "difference": str(difference),
            "opened": moment(old.created),
            "changed": moment(changed),
            "id": old.id,
        },
        detail=None if is_paid else "asked",
        actions=None if is_paid else (Action.EXPIRE_SESSION, Action.REQUEST_NEW_PAYMENT, Action.FIX_HANDLER_CODE),
    )


def _found(seen: Seen) -> tuple[Session | Intent, Money, Money, bool] | None:
    """The outdated checkout or payment, its amount, the total, and whether it is paid."""
    changed = cart_changed_at(seen)
    if changed is None:
        return None
    pair, old, page = figures(seen), outdated(seen), payable(seen)
    if pair and old:
        paid, total = pair
        session, intent = of_payment(seen)
        return (old, paid, total, True) if _unexplained(paid, total, session, intent) else None
    if page and changed > page[0].created and _unexplained(page[1], page[2], page[0], None):
        return (*page, False)
    return None


def _unexplained(paid: Money, total: Money, session: Session | None, intent: Intent | None) -> bool:
    gap = paid.amount_minor - total.amount_minor
    return bool(gap) and not unit_factor(paid, total) and not parts(session, intent, gap)


AMOUNT_STALE_CART = Rule(
    code="amount_stale_cart",
    title="The cart changed after the checkout was opened",
    family="amounts",
    severity="high if it is paid, medium while it is open",
    money="the difference",
    explanation="The app's own metadata (cart_updated_at) says that the cart changed after the checkout was opened, "
    "and what was paid, or is asked for, is not the order's total; nothing that Stripe lists explains it.",
    support="The cart was changed after the payment page was opened, and the old total was paid: {paid} instead of "
    "{total}.",
    support_by_detail={
        "asked": "The cart was changed after the payment page was opened, and the page still asks for the old total: "
        "{paid} instead of {total}. It should be closed.",
    },
    causes=(
        "The checkout, or its client secret, was kept and used again.",
        "The payment was not updated when the cart was.",
        "The customer paid in a second tab.",
    ),
    developer="{id} was made {opened}, the cart changed {changed}. Expire and recreate the session (or update the "
    "intent) on every change of the cart; never reuse it across carts.",
    remedy=(
        "Tell the customer that what was paid and what was ordered are {difference} apart.",
        "If that is too little, ask for the rest, or correct the order.",
        does(Action.REFUND_PAYMENT, "If it is too much, send that back, once; a person decides."),
        "Have the app make a new payment page whenever a cart changes.",
    ),
    remedy_by_detail={
        "asked": (
            "Have the old payment page closed, before somebody pays it.",
            "Send the customer a new one for {total}.",
            "Have the app make a new payment page whenever a cart changes.",
        ),
    },
    guards=(
        "Tax, shipping, a discount or a tip that Stripe lists and that explains the difference.",
        "A cart that changed before the checkout was opened.",
        "An app that does not say when its cart changed.",
        "Refunds: then only what is left is judged.",
    ),
    actions=(Action.CONTACT_CUSTOMER, Action.CORRECT_AMOUNT, Action.FIX_HANDLER_CODE),
    supersedes=frozenset({"amount_mismatch"}),
    leads_over=frozenset({"webhook_acked_not_applied"}),
    from_absence=True,
    unchecked=("What the cart held when the page was opened.",),
    searched=(
        "Stripe checkout session shows old cart total",
        "PaymentIntent amount not updated when cart changes",
        "client secret reused old amount",
        "Session data mismatch",
    ),
    orders=OPEN_ORDER | PAID_ORDER,
    check=amount_stale_cart,
)
