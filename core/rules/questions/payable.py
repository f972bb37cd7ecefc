"""What can still be paid: until when a checkout can, and what of an order's attempts nobody is to pay any more."""

from core.facts import CLOSED_ORDER, OPEN_ORDER, PAID_ORDER, Intent, IntentStatus, OrderStatus, Session, json
from core.rules.questions import states
from core.rules.questions.figures import is_open, is_rest
from core.rules.rule import Seen
from core.times import DAY


def planned_end(session: Session) -> int:
    """When a checkout is to expire."""
    return session.expires_at or session.created + DAY


def end(seen: Seen, session: Session) -> int:
    """When a checkout expired. One that the shop closed ended before its time, as only its message tells."""
    events = [e for e in seen.links.events if e.type == "checkout.session.expired" and e.object_id == session.id]
    return min([planned_end(session), *(event.created for event in events)])


def last_chance(seen: Seen, session: Session) -> int:
    """Until when somebody could pay it: a link to recover it outlives the page."""
    recovery = json.inner(json.inner(session.raw, "after_expiration"), "recovery")
    linked = json.whole(recovery, "expires_at") if recovery.get("enabled") is True and recovery.get("url") else None
    return max(end(seen, session), linked or 0)


def is_over(seen: Seen) -> bool:
    """The order is closed, or all of it was given back."""
    return seen.order.status in CLOSED_ORDER or seen.order.status is OrderStatus.REFUNDED


def paid_otherwise(seen: Seen) -> bool:
    """The order counts as paid, and not by Stripe."""
    return seen.order.status in PAID_ORDER and states.other_method(seen)


def too_many(seen: Seen) -> tuple[list[Session], list[Intent]]:
    """The open checkouts that nobody is to pay any more, and the payments under way that nobody waits for; none while
    that is not certain. An intent that nobody has got on with waits in every shop and asks nobody to pay."""
    pages = [session for session in seen.links.sessions if is_open(session, seen.case.now)]
    alive = [intent for intent in seen.links.intents if _is_alive(intent, seen.case.now)]
    if not (pages or alive) or seen.unread(*states.MONEY) or _is_settling(seen):
        return [], []
    if is_over(seen) or paid_otherwise(seen):
        return pages, [] if seen.order.status in CLOSED_ORDER else alive  # other rules speak of what was given up
    if not states.settled(seen):
        return [], []
    return (
        [page for page in pages if not is_rest(seen, page)],
        [intent for intent in alive if not _is_rest(seen, intent)],
    )


def _is_settling(seen: Seen) -> bool:
    return seen.order.status in OPEN_ORDER and states.is_young(seen)


def _is_alive(intent: Intent, now: int) -> bool:
    """The bank may still pay, or the customer with what they have at hand."""
    in_hand = intent.awaited and (intent.pay_by is None or intent.pay_by > now)
    return in_hand or intent.status is IntentStatus.PROCESSING


def _is_rest(seen: Seen, intent: Intent) -> bool:
    """Whether it asks for no more than what is missing from the total."""
    total, net = seen.order.due, seen.links.net
    if not total or not net or {total.currency} != {net.currency, intent.currency}:
        return False
    return net.amount_minor + intent.amount <= total.amount_minor
