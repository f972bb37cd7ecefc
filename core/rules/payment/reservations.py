"""Cards that are reserved and do not fit the order: it is closed, or it costs more."""

from core.facts import CLOSED_ORDER, Intent, OrderStatus
from core.findings import Action, Evidence, Severity
from core.linking import parts
from core.money import Money
from core.rules.questions import figures, not_paid_but, states
from core.rules.rule import Match, Rule, Seen, does
from core.rules.sentences import about, costs, money, several, status_of
from core.times import GRACE, moment

_OVER = CLOSED_ORDER | {OrderStatus.REFUNDED}


def hold_on_closed_order(seen: Seen) -> Match | None:
    """The order is over, and a card is still reserved for it."""
    order, held = seen.order, not_paid_but.held(seen)
    if order.status not in _OVER or not held or states.other_method(seen) or seen.links.unclear:
        return None
    if states.other_account(seen) or seen.unread("sessions", "intents", "charges", "refunds"):
        return None
    until, said = not_paid_but.hold_ends(seen)
    if _young(seen, held) or (until is not None and until <= seen.case.now):
        return None
    given_up = order.status is OrderStatus.FAILED and not seen.links.payments
    return Match(
        Severity.HIGH if given_up else Severity.MEDIUM,
        not_paid_but.left_to_take(held),
        (*(about(i, "status", f"{i.status.value}, {money(_held((i,)))} can be taken") for i in held), status_of(order)),
        {
            "held": money(_held(held)),
            "intent": several([intent.id for intent in held]),
            "until": _until(until, said=said),
        },
        detail="failed" if given_up else None,
        actions=(Action.RELEASE_HOLD, Action.CAPTURE_NOW, Action.CONTACT_CUSTOMER) if given_up else None,
    )


def hold_short(seen: Seen) -> Match | None:
    """What is reserved, with what is paid, is less than the order costs, and nothing explains the rest."""
    order, links, held = seen.order, seen.links, not_paid_but.held(seen)
    reserved, total = _held(held), order.due
    if order.status not in states.ALIVE or not held or not reserved or not total or links.unclear or links.free:
        return None
    if states.other_method(seen) or states.grouped(seen) or states.other_account(seen) or _young(seen, held):
        return None
    if seen.unread("sessions", "intents", "charges", "refunds") or reserved.currency != total.currency:
        return None
    paid = sum(i.amount_received for i in held) + (links.net.amount_minor if links.net else 0)
    gap = total.amount_minor - reserved.amount_minor - paid
    if gap <= 0 or (links.payments and links.net is None) or _explained(seen, held, gap):
        return None
    return Match(
        Severity.HIGH,
        Money(gap, total.currency),
        (
            *(about(i, "amount_capturable", money(_held((i,)))) for i in held),
            *(Evidence(f"payment {p.id}", "paid", money(p.net)) for p in links.still_paid),
            *costs(order),
        ),
        {
            "held": money(reserved),
            "gap": money(Money(gap, total.currency)),
            "intent": several([intent.id for intent in held]),
        },
    )


def _held(held: tuple[Intent, ...]) -> Money | None:
    return not_paid_but.left_to_take(held)


def _young(seen: Seen, held: tuple[Intent, ...]) -> bool:
    """Reserved, or the order written, so recently that one may not know of the other."""
    ids = {intent.id for intent in held}
    at = [charge.created for charge in seen.links.charges if charge.payment_intent_id in ids]
    return seen.case.now - max([*at, *(i.created for i in held), seen.order.updated_at or 0]) < GRACE


def _until(until: int | None, *, said: bool) -> str:
    if until is None:
        return "until it ends by itself"
    return f"until {moment(until)}" if said else f"until about {moment(until)}"


def _explained(seen: Seen, held: tuple[Intent, ...], gap: int) -> bool:
    """Whether Stripe's own figures make up the rest, or something else that the order was paid with."""
    sessions = {session.payment_intent_id: session for session in seen.links.sessions}
    own = any(parts(sessions.get(intent.id), intent, -gap) for intent in held)
    return own or bool(figures.own_figure(seen, -gap))


HOLD_ON_CLOSED_ORDER = Rule(
    code="hold_on_closed_order",
    title="A reservation lives on for a closed order",
    family="payment",
    severity="medium; high if the order failed, for then it may have been given up by mistake",
    money="what is reserved and could still be taken",
    explanation="The intent is at requires_capture, and the order is cancelled, failed or refunded.",
    support="The order is {status}, and {held} is still reserved on the customer's card {until}. Release it.",
    support_by_detail={
        "failed": "The order is {status}, but the customer's card is reserved for {held} {until}: the payment did not "
        "fail. Find out whether the order is still wanted; if not, release the reservation.",
    },
    causes=(
        "The app cancels the order and not the intent.",
        "The order was given up on a timer, or on the failure of an earlier attempt.",
        "A capture that is tried later would still succeed, for an order that nobody wants.",
    ),
    developer="Cancel the intent when order {order} is cancelled: {intent} is still at requires_capture. Check that no "
    "job captures for closed orders.",
    remedy=(
        "Read the payment afresh.",
        "Cancel the intent {intent} in Stripe; that releases {held}, and nothing is charged.",
        "Tell the customer that nothing was charged, if they see it on their statement.",
        "Read the order again: this finding is gone when the reservation is.",
    ),
    remedy_by_detail={
        "failed": (
            "Find out whether the order is still wanted.",
            "If not, cancel the intent {intent} in Stripe; that releases {held}.",
            "If it is, bring the order back first, and take {held} only then.",
            "Have a developer find out what set the order to {status}.",
        ),
    },
    guards=(
        "A reservation, or a change of the order, of the last minutes.",
        "An order that was paid by another method.",
        "A reservation whose time is over: it ends by itself.",
    ),
    actions=(Action.RELEASE_HOLD, Action.FIX_HANDLER_CODE),
    confidence="certain: Stripe says that it is reserved, the app that the order is over",
    unchecked=("Whether the shop means to take a fee for the cancellation from the reservation.",),
    searched=(
        "order cancelled but payment still authorized",
        "cancel uncaptured PaymentIntent when order is cancelled",
        "requires_capture after order cancelled",
        "release authorization hold Stripe",
    ),
    orders=_OVER,
    check=hold_on_closed_order,
)
HOLD_SHORT = Rule(
    code="hold_short",
    title="The reserved sum is less than the order",
    family="payment",
    severity="high",
    money="what is missing from the reservation",
    explanation="The order's total is more than what is reserved and paid for it together, and neither a tip, tax, "
    "shipping or discount in Stripe nor a credit on the order makes up the difference.",
    support="The customer's card is reserved for {held}, the order costs {total}: {gap} more. As a rule no more can be "
    "taken than is reserved, so ask the customer how the rest is to be paid.",
    causes=(
        "An article, a fee or shipping was added after the card was reserved.",
        "The reservation was made for an older cart.",
        "A partial payment was meant, and the rest was never asked for.",
    ),
    developer="Never call capture with more than amount_capturable: {intent} holds {held}, the order {total}. When the "
    "cart grows, raise the authorisation where the card allows it, or make a second payment.",
    remedy=(
        "Find out which of the two sums is right.",
        does(Action.REQUEST_NEW_PAYMENT, "If the total is: ask the customer to pay the missing {gap}, or to pay anew."),
        "Take no more than {held} from the reservation, and that only once the rest is agreed.",
    ),
    guards=(
        "Several payments that add up to the total.",
        "A credit, gift card or deposit on the order that is exactly the difference.",
        "A payment that several orders share.",
        "A reservation, or a change of the order, of the last minutes.",
    ),
    actions=(Action.CONTACT_CUSTOMER, Action.CAPTURE_NOW),
    supersedes=frozenset({"minor_unit_error"}),
    confidence="certain: both sums were read",
    unchecked=("Whether this card lets the shop take more than was reserved (overcapture, a raised authorisation).",),
    searched=(
        "the requested capture amount is greater than the authorized amount",
        "amount_to_capture greater than amount_capturable",
        "order total changed after authorization",
    ),
    orders=states.ALIVE,
    check=hold_short,
)
