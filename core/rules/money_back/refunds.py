"""What went back: refunds that Stripe has and the order does not show, and refunds that the order only claims."""

from core.facts import CLOSED_ORDER, PAID_ORDER, OrderStatus, RefundStatus
from core.findings import Action, Severity
from core.money import Money
from core.rules.money_back import shown
from core.rules.questions import states, subscribed
from core.rules.questions.why_unheard import cause_of_refund
from core.rules.rule import Match, Rule, Seen, does
from core.rules.sentences import money, several
from core.times import DAY, moment

_PATIENCE = 10 * DAY  # a bank may take so long over a refund
_FAILED = frozenset({RefundStatus.FAILED, RefundStatus.CANCELED})
_WAITING = frozenset({RefundStatus.PENDING, RefundStatus.REQUIRES_ACTION})


def refund_not_recorded(seen: Seen) -> Match | None:
    """Refunded in Stripe for longer than the grace time, and not in the order."""
    order, links = seen.order, seen.links
    if not states.refund_missed(seen) or seen.unread(*states.MONEY):
        return None
    at, back = states.refunded_at(seen), shown.amount_of(seen, links.refunded)
    deaf = cause_of_refund(seen) in ("webhook_off", "webhook_not_subscribed")
    hold = (Action.HOLD_FULFILMENT,) if order.status is OrderStatus.PAID else ()
    return Match(
        Severity.HIGH,
        Money(links.refunded, links.left.currency) if links.left else None,
        (*shown.refunds(seen), *shown.left(seen), *shown.held(seen)),
        {
            "back": back,
            "when": f" on {moment(at)}" if at else "",
            "ids": shown.ids(seen),
            "first": " before anything ships" if hold else "",
            "held": several(list(dict.fromkeys(one.state for one in order.refunds_held))),
            "hear": _DEAF if deaf else _LISTED,
        },
        detail="held" if states.refund_held(seen) else "partly" if links.unreturned else None,
        actions=(Action.RECORD_REFUND, *hold, *((Action.SUBSCRIBE_EVENT,) if deaf else ())),
    )


def refund_overstated(seen: Seen) -> Match | None:
    """The order says that money went back, or is closed after a part of it did, and Stripe still has some."""
    if not _claims(seen) or seen.unread(*states.MONEY) or states.bank_unread(seen) or states.first_bill_unseen(seen):
        return None
    links, detail = seen.links, _became(seen)
    on_its_way = (Action.RETRY_REFUND, Action.REOPEN_OR_REFUND) if links.pending_refund else ()
    return Match(
        Severity.LOW if detail in {"pending", "asks"} else Severity.HIGH,
        links.net,
        (*shown.refunds(seen), *shown.left(seen)),
        {
            "back": shown.amount_of(seen, links.refunded),
            "pending": shown.amount_of(seen, links.pending_refund),
            "net": money(links.net),
            "why": _why_failed(seen),
            "since": moment(_waiting_since(seen)),
            "ids": shown.ids(seen),
        },
        detail=detail,
        actions=tuple(action for action in _NEXT[detail] if action not in on_its_way),
    )


def _claims(seen: Seen) -> bool:
    """Whether the order's status promises more than went back."""
    order, links = seen.order, seen.links
    if not links.standing or states.failed_late(seen) or states.won_back(seen) or states.is_squared(seen):
        return False
    if order.refunded_otherwise_minor != 0:  # a card payment that was given back as store credit stays at Stripe
        return _noted(seen) > links.refunded + links.withdrawn
    if order.status is OrderStatus.REFUNDED:
        return bool(links.refunds) or not subscribed.ended_with_it(seen)
    if order.status is OrderStatus.PARTIALLY_REFUNDED:
        went = links.refunded + links.withdrawn
        return _noted(seen) > went or not (went or order.paid_otherwise_minor != 0)
    return order.status in CLOSED_ORDER and links.refunded > 0


def _noted(seen: Seen) -> int:
    """What the order itself says was refunded by Stripe, at least, if in the payment's currency: as much as was paid
    otherwise may have gone back otherwise."""
    order, left = seen.order, seen.links.left
    same = left is not None and (order.currency or "").strip().lower() == left.currency
    if not same or order.paid_otherwise_minor is None or order.refunded_otherwise_minor is None:
        return 0
    untold = max(0, order.paid_otherwise_minor - order.refunded_otherwise_minor)
    return max(0, (order.refunded_minor or 0) - untold)


def _became(seen: Seen) -> str:
    """What became of the refund that the order speaks of."""
    links, has = seen.links, {refund.status for refund in seen.links.refunds}
    situations = (
        (_is_covered(seen) and seen.case.now - _waiting_since(seen) > _PATIENCE, "late"),
        (_is_covered(seen) and RefundStatus.REQUIRES_ACTION in has, "asks"),
        (_is_covered(seen), "pending"),
        (_was_extra(seen), "duplicate"),
        (has & _FAILED, "failed"),
        (links.refunded, "partial"),
    )
    return next((what for holds, what in situations if holds), "none")


def _is_covered(seen: Seen) -> bool:
    """All that did not go back yet is on its way."""
    links, net = seen.links, seen.links.net
    partly = seen.order.status is OrderStatus.PARTIALLY_REFUNDED
    owed = _noted(seen) - links.refunded if partly else net.amount_minor if net else 0
    return 0 < links.pending_refund >= owed


def _was_extra(seen: Seen) -> bool:
    """What went back was a second payment: the order itself is still paid."""
    net, returned = seen.links.net, any(not payment.unreturned for payment in seen.links.payments)
    return seen.order.status is OrderStatus.REFUNDED and returned and net is not None and net == seen.order.due


def _waiting_since(seen: Seen) -> int:
    return min((one.created for one in seen.links.refunds if one.status in _WAITING), default=seen.case.now)


def _why_failed(seen: Seen) -> str:
    """Why refunds failed, in brackets, as Stripe says it; empty where none did."""
    ended = [refund for refund in seen.links.refunds if refund.status in _FAILED]
    if reasons := sorted({refund.failure.replace("_", " ") for refund in ended if refund.failure}):
        return f" ({several(reasons)})"
    return " (it was cancelled)" if any(one.status is RefundStatus.CANCELED for one in ended) else ""


_WAIT = (Action.WAIT, Action.CONTACT_CUSTOMER)
_NEXT: dict[str, tuple[Action, ...]] = {
    "pending": _WAIT,
    "asks": _WAIT,
    "late": _WAIT,
    "duplicate": (Action.MARK_PAID_AFTER_VERIFY, Action.FIX_HANDLER_CODE),
    "failed": (Action.RETRY_REFUND, Action.CONTACT_CUSTOMER),
    "partial": (Action.REOPEN_OR_REFUND, Action.RETRY_REFUND, Action.CONTACT_CUSTOMER),
    "none": (Action.RETRY_REFUND, Action.CONTACT_CUSTOMER, Action.FIX_HANDLER_CODE),
}
_DEAF = "Have refund messages switched on for the webhook endpoint."
_LISTED = "Look whether the shop keeps a list of refunds that wait for somebody: this one may stand there."
_NOT_SO = "Nothing is sent back twice: look first that no refund is still on its way."
REFUND_NOT_RECORDED = Rule(
    code="refund_not_recorded",
    title="Refunded in Stripe, not in the app",
    family="money_back",
    severity="high",
    money="what was refunded: the goods may still go out",
    explanation="The order counts as paid, Stripe has refunded it in full or in part, and what is left is less "
    "than the order's total; or the order counts as partly refunded and nothing is left.",
    support="This payment was refunded in Stripe{when}: {back} went back to the customer. The order is still {status}. "
    "Record it{first}.",
    support_by_detail={
        "partly": "A part of this payment was refunded in Stripe{when}: {back} went back, {net} are left of "
        "{paid}. The order does not show it.",
        "held": "{back} of this payment went back to the customer in Stripe{when}. The shop has noticed: it holds the "
        "refund as {held}, and has not booked it. Somebody has to settle it there{first}.",
    },
    causes=(
        "The refund was made in the Stripe dashboard or by another tool.",
        "The app does not hear of refunds.",
        "A check in the app drops refund messages.",
    ),
    developer="Subscribe charge.refunded and the refund.* events, and book each refund once, by its id: {ids}.",
    remedy=(
        "Hold the order back if it has not shipped.",
        "Record the refund of {back} on the order.",
        "{hear}",
    ),
    remedy_by_detail={
        "held": (
            "Hold the order back if it has not shipped.",
            "Settle the refund in the shop, where it stands as {held}: {ids}, {back}.",
        ),
    },
    guards=(
        "The refund of a second payment, after which the total is still paid.",
        "A refund that is still on its way.",
        "A refund that the order's own refunded amount covers.",
    ),
    actions=(Action.RECORD_REFUND, Action.HOLD_FULFILMENT, Action.SUBSCRIBE_EVENT),
    leads_over=frozenset({"webhook_off", "webhook_not_subscribed", "webhook_failing"}),
    from_absence=True,
    unchecked=("Who made the refund, and why: Stripe's dashboard shows it.",),
    searched=(
        "Stripe dashboard refund not synced to order",
        "charge.refunded webhook not received",
        "refund.updated not handled",
        "order still paid after refund in Stripe",
    ),
    orders=PAID_ORDER | {OrderStatus.PARTIALLY_REFUNDED},
    paid=True,
    check=refund_not_recorded,
)

REFUND_OVERSTATED = Rule(
    code="refund_overstated",
    title="The app claims more refunded than Stripe did",
    family="money_back",
    severity="high, low for ten days while a refund is on its way",
    money="what Stripe still has: owed to the customer, or the order is wrongly closed",
    explanation="The order counts as refunded and money is left at Stripe; or as partly refunded and less went back "
    "than it says; or it is closed, and only a part went back.",
    support="The order is {status}, and {net} are left at Stripe.",
    support_by_detail={
        "failed": "The order is {status}, but the refund failed{why}: {net} did not go back and are owed to the "
        "customer.",
        "pending": "The order is {status}, but the refund of {since} is still on its way: {pending}. A bank may take "
        "ten days.",
        "asks": "The order is {status}, but the refund of {since} waits for the customer: {pending}. Stripe asks them "
        "for their bank details first.",
        "late": "The order is {status}, but the refund of {since} has been on its way for more than ten days: "
        "{pending}. Ask Stripe what became of it.",
        "partial": "The order is {status}, but only {back} of {paid} went back: {net} are left at Stripe.",
        "none": "The order is {status}, but nothing went back: Stripe still has {net}.",
        "duplicate": "The order is {status}, but what went back was a second payment. The order itself is still paid: "
        "{net}.",
    },
    causes=(
        "The refund failed, or is not through yet, and the app took the request for the result.",
        "A part was refunded, and the app took it for all.",
        "What was refunded was a second payment of the same order.",
        "One refund was booked twice.",
    ),
    developer="Only a refund whose status is succeeded counts. Sum them by refund id ({ids}) and compare what is left, "
    "{net}, with the total.",
    remedy=(
        "Look with a colleague what was meant to go back.",
        does(Action.RETRY_REFUND, "Refund the rest, or correct the order: a person decides. " + _NOT_SO),
        "Tell the customer what was done.",
    ),
    remedy_by_detail={
        "failed": (
            "Look in Stripe why it failed; often the card or the account is closed.",
            does(Action.RETRY_REFUND, "Refund again in Stripe, or in another way. " + _NOT_SO),
            "Tell the customer when to expect it.",
        ),
        "pending": (
            "Wait; do not refund again while it is on its way.",
            "If the customer asks: it was sent on {since}.",
        ),
        "asks": (
            "Remind the customer of the e-mail in which Stripe asks for their bank details.",
            "Do not refund again while it is on its way.",
        ),
        "late": (
            "Ask Stripe what became of {ids}; do not refund again while it is on its way.",
            "Tell the customer what you have learned.",
        ),
        "duplicate": (
            does(Action.MARK_PAID_AFTER_VERIFY, "Read session and payment afresh, then mark the order paid again."),
            "Have the handler compare what is left with the total before it closes an order.",
        ),
    },
    guards=(
        "A refund on its way is a small matter for ten days; bank debits take that long.",
        "An order that an old failure notice closed.",
        "A closed order of which nothing went back: that is another matter.",
    ),
    actions=(Action.RETRY_REFUND, Action.WAIT, Action.CONTACT_CUSTOMER, Action.REOPEN_OR_REFUND),
    supersedes=frozenset({"paid_order_closed"}),
    from_absence=True,
    unchecked=("Whether the customer got the money in another way, by transfer or as credit.",),
    searched=(
        "Stripe refund failed but order shows refunded",
        "refund status pending charge.refunded received",
        "Charge has already been refunded",
        "partial refund marks order as fully refunded",
        "refund.failed",
    ),
    orders=CLOSED_ORDER | {OrderStatus.REFUNDED, OrderStatus.PARTIALLY_REFUNDED},
    paid=True,
    check=refund_overstated,
)
