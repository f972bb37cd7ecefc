"""What went back: refunds that one side has and the other does not."""

from core.facts import PAID_ORDER, OrderStatus, RefundStatus
from core.findings import Action, Evidence, Severity
from core.money import Money
from core.rules import states
from core.rules.causes import listening
from core.rules.rule import Match, Rule, Seen
from core.rules.words import about_order, moment, money, status_of

_TELLS = ("charge.refunded", "refund.created", "refund.updated", "charge.refund.updated")


def unrecorded(seen: Seen) -> bool:
    """Money went back for good, and the order does not show it."""
    order, links, total = seen.order, seen.links, seen.order.amount
    left = links.net
    if not links.refunded or left is None or (order.refunded_minor or 0) >= links.refunded:
        return False
    if order.status is OrderStatus.PARTIALLY_REFUNDED:
        return left.amount_minor <= 0 or order.refunded_minor is not None
    if order.status not in PAID_ORDER:
        return False
    return left.amount_minor < total.amount_minor if total and total.currency == left.currency else not links.standing


def refunded_at(seen: Seen) -> int | None:
    """When the newest refund that went through was made."""
    went = {RefundStatus.SUCCEEDED, RefundStatus.UNKNOWN}
    return max((refund.created for refund in seen.links.refunds if refund.status in went), default=None)


def refund_not_recorded(seen: Seen) -> Match | None:
    """Refunded in Stripe for longer than the grace time, and not in the order."""
    at, order, links = refunded_at(seen), seen.order, seen.links
    if not unrecorded(seen) or seen.unread("sessions", "intents", "charges", "refunds") or _is_young(seen):
        return None
    back = Money(links.refunded, links.net.currency) if links.net else None
    deaf = not seen.unread("endpoints") and not any(e.wants(kind) for e in listening(seen) for kind in _TELLS)
    hold = (Action.HOLD_FULFILMENT,) if order.status is OrderStatus.PAID else ()
    return Match(
        Severity.HIGH,
        back,
        (
            *(Evidence(f"refund {r.id}", r.status.value, f"{r.amount} minor units") for r in links.refunds if not back),
            *(
                Evidence(f"refund {r.id}", r.status.value, f"{Money(r.amount, back.currency)} ({moment(r.created)})")
                for r in links.refunds
                if back
            ),
            Evidence("Stripe", "left of the payment", money(links.net)),
            status_of(order),
            about_order(order, "refunded amount", order.refunded_minor),
        ),
        {"back": money(back), "when": f" on {moment(at)}" if at else ""},
        detail="partly" if links.standing else None,
        actions=(Action.RECORD_REFUND, *hold, *((Action.SUBSCRIBE_EVENT,) if deaf else ())),
    )


def _is_young(seen: Seen) -> bool:
    at = refunded_at(seen)
    return at is not None and seen.case.now - at < states.GRACE


REFUND_NOT_RECORDED = Rule(
    code="refund_not_recorded",
    title="Refunded in Stripe, not in the app",
    family="refunds",
    severity="high",
    money="what was refunded: the goods may still go out",
    explanation="The order counts as paid, Stripe has refunded it in full or in part, and what is left is less "
    "than the "
    "order's total; or the order counts as partly refunded and nothing is left.",
    support="This payment was refunded in Stripe{when}: {back} went back to the customer. The order is still {status}. "
    "Record it "
    "before anything ships.",
    support_by_detail={
        "partly": "A part of this payment was refunded in Stripe{when}: {back} went back, {net} are left of "
        "{paid}. The "
        "order does not "
        "show it.",
    },
    causes=(
        "The refund was made in the Stripe dashboard or by another tool.",
        "The app does not hear of refunds.",
        "A check in the app drops refund messages.",
    ),
    developer="Subscribe charge.refunded and the refund.* events, and book each refund once, by its id.",
    remedy=(
        "Hold the order back if it has not shipped.",
        "Record the refund of {back} on the order.",
        "Have refund messages switched on for the webhook endpoint, if they are not.",
    ),
    guards=(
        "The refund of a second payment, after which the total is still paid.",
        "A refund that is still on its way.",
        "A refund that the order's own refunded amount covers.",
    ),
    actions=(Action.RECORD_REFUND, Action.HOLD_FULFILMENT, Action.SUBSCRIBE_EVENT),
    check=refund_not_recorded,
)
