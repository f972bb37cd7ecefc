"""Where the order's id leads: to an old checkout while another one was paid, or nowhere because none was kept."""

import re

from core.facts import CLOSED_ORDER, OPEN_ORDER, PAID_ORDER, Intent, IntentStatus, Session, SessionStatus
from core.findings import Action, Evidence, Severity
from core.linking import Payment, stored_ids
from core.rules.ids.broken import AT_STAKE, mark
from core.rules.questions import states, subscribed
from core.rules.rule import Match, Rule, Seen, does, once
from core.rules.sentences import about, about_order, money, several, status_of
from core.times import GRACE, moment

_WELL_FORMED = re.compile(r"cs_(?:test|live)_[A-Za-z0-9]{20,}|pi_[A-Za-z0-9]{10,}")


def stale_id(seen: Seen) -> Match | None:
    """What the order points at was not paid; another checkout of the same order was."""
    order, links = seen.order, seen.links
    past = _points_past(seen)
    if not past or (order.status in OPEN_ORDER and states.is_young(seen)):
        return None
    if seen.unread(*states.MONEY):  # the stored one may be paid as well: then it was paid twice
        return None
    booked, closed = order.status in PAID_ORDER, order.status in CLOSED_ORDER
    open_ones = [s.id for s in links.sessions if s.status is SessionStatus.OPEN]
    return Match(
        Severity.LOW if booked else Severity.HIGH,
        states.at_stake(seen),
        (*_columns(seen), *past, *_proofs(seen), status_of(order)),
        {"real": several(sorted({*map(_name, links.free), *map(_title, _paid_now(seen))}))},
        detail="booked" if booked else "free" if not links.still_paid else "closed" if closed else None,
        actions=(Action.FIX_STORED_ID, *mark(seen), *((Action.EXPIRE_SESSION,) if open_ones else ())),
    )


@once
def _settled(seen: Seen) -> frozenset[str]:
    """Every id by which an order may point at what was paid, or was free; not what a subscription that is over was paid
    by, where another payment stands."""
    links = seen.links
    return frozenset[str]().union([session.id for session in links.free], *[one.ids for one in _paid_now(seen)])


def _paid_now(seen: Seen) -> list[Payment]:
    gone = subscribed.spent(seen)
    return [one for one in seen.links.still_paid if one.id not in gone]


def _points_past(seen: Seen) -> list[Evidence]:
    """What Stripe says of the stored session and intent, where it is not that they are paid. A column of which any
    id is paid points right: the app keeps all its attempts."""
    order, settled = seen.order, _settled(seen)
    if not settled:
        return []
    columns = ((order.session_id, order.session_ids), (order.payment_intent_id, order.payment_intent_ids))
    wrong = {one for one, kept in columns if one and one not in settled and settled.isdisjoint(kept)}
    if not wrong:
        return []
    missing = _unknown(seen)
    past = [
        about(session, "status", f"{session.status.value}, {session.payment_status.value}")
        for session in seen.links.sessions
        if session.id in wrong
    ]
    past += [
        about(intent, "status", intent.status.value)
        for intent in seen.links.intents
        if intent.id in wrong and intent.status is not IntentStatus.SUCCEEDED
    ]
    return past + [Evidence(f"Stripe on {one}", "answer", missing[one]) for one in sorted(wrong & missing.keys())]


def _unknown(seen: Seen) -> dict[str, str]:
    """Well-formed stored ids of which nothing was returned, with what was said instead. Ids that could not be read are
    left out."""
    facts = seen.case.facts
    said = {missing.id: missing.message for missing in facts.missing}
    nowhere = dict.fromkeys(states.unresolved(seen), "not among what Stripe returned") if not facts.unread else {}
    if not any(p.intent or (p.session and p.session.payment_intent_id) for p in seen.links.still_paid):
        nowhere = {one: what for one, what in nowhere.items() if not one.startswith("pi_")}
    return {one: what for one, what in (nowhere | said).items() if _WELL_FORMED.fullmatch(one)}


def id_missing(seen: Seen) -> Match | None:
    """The row has no Stripe id, and something in Stripe names the order: a payment, or an attempt that may yet become
    one. Not where the app writes the id when it books the payment: then it is not there yet, or went with its word."""
    order, links, now = seen.order, seen.links, seen.case.now
    if stored_ids(order) or seen.unread("sessions", "intents") or (states.other_method(seen) and not links.payments):
        return None
    if states.is_young(seen) or _comes_with_the_payment(seen):
        return None
    named: list[Session | Intent] = [s for s in links.sessions if seen.names_ours(s)]
    named += [intent for intent in links.intents if seen.names_ours(intent) and not _came_to_nothing(intent)]
    old = [thing for thing in named if now - thing.created >= GRACE]
    if not old:
        return None
    paid, free = bool(links.still_paid), bool(links.free)
    settled = _settled(seen)
    return Match(
        Severity.HIGH if paid else Severity.MEDIUM,
        states.at_stake(seen),
        (
            about_order(order, "session_id", order.session_id),
            about_order(order, "payment_intent_id", order.payment_intent_id),
            *(about(thing, "created", moment(thing.created)) for thing in old),
            *_proofs(seen),
        ),
        {"real": several([_name(thing) for thing in old if thing.id in settled] or [_name(thing) for thing in old])},
        detail=None if paid else "free" if free else "unpaid",
        actions=(Action.FIX_STORED_ID, *mark(seen)),
    )


def _comes_with_the_payment(seen: Seen) -> bool:
    """Whether the row has no id because the app has not booked a payment."""
    booked = seen.links.still_paid and seen.order.status not in states.LACKING
    return seen.case.surroundings.ids_come_with_payment and not booked


def _came_to_nothing(intent: Intent) -> bool:
    """Whether the attempt was declined or given up: nobody has to find it again."""
    return intent.status is IntentStatus.CANCELED or (
        intent.status is IntentStatus.REQUIRES_PAYMENT_METHOD and intent.failure is not None
    )


def _columns(seen: Seen) -> tuple[Evidence, ...]:
    columns = {"session_id": seen.order.session_id, "payment_intent_id": seen.order.payment_intent_id}
    return tuple(about_order(seen.order, name, value) for name, value in columns.items() if value)


def _proofs(seen: Seen) -> tuple[Evidence, ...]:
    """What shows that the money, or the free checkout, is elsewhere."""
    return tuple(Evidence(_title(p), "paid", money(p.amount)) for p in _paid_now(seen)) + tuple(
        about(session, "payment_status", session.payment_status.value) for session in seen.links.free
    )


def _name(thing: Session | Intent) -> str:
    return f"{'session' if isinstance(thing, Session) else 'payment'} {thing.id}"


def _title(payment: Payment) -> str:
    return f"session {payment.session.id}" if payment.session else f"payment {payment.id}"


STALE_ID = Rule(
    code="stale_id",
    title="The order points at an old checkout; another one was paid",
    family="ids",
    severity="high, low if the order is paid already",
    money=AT_STAKE,
    explanation="The session or intent stored on the order is not paid, or Stripe does not know it, and another "
    "checkout of the same order is paid.",
    support="The customer paid {net}, but through another checkout of the same order: {real}. The order is still "
    "waiting "
    "for the first one.",
    support_by_detail={
        "booked": "The order is rightly paid, through {real}. It still points at an earlier checkout, which will "
        "confuse "
        "refunds and look-ups later.",
        "free": "The customer finished another checkout of the same order: {real}. Nothing was due. The order is still "
        "waiting for the first one.",
        "closed": "The customer paid {net}, but through another checkout of the same order: {real}. The order points "
        "at the first one, and is {status}.",
    },
    causes=(
        "The customer paid in an older tab, or by a recovery link.",
        "A retry overwrote the id, or made a new one without saving it.",
        "The first attempt was declined and a second one went through.",
    ),
    developer="Keep every session id of an order; here {real} settled it. Act on the id in the event, not on the "
    "stored one, and expire the previous session when you make a new one.",
    remedy=(
        "Point the order at {real}.",
        does(Action.MARK_PAID_AFTER_VERIFY, "If it is open: read that payment afresh and mark the order paid."),
        "Close what can still be paid of the old checkout.",
    ),
    remedy_by_detail={
        "booked": ("Point the order at {real}.", "Close what can still be paid of the old checkout."),
        "closed": (
            "Point the order at {real}.",
            does(Action.REOPEN_OR_REFUND, "Decide what becomes of the order: bring it back, or refund {net}."),
            "Close what can still be paid of the old checkout.",
        ),
    },
    guards=(
        "The same order number on another site.",
        "Several checkouts, of which the stored one is paid.",
        "An order that keeps all its ids.",
    ),
    actions=(Action.FIX_STORED_ID, Action.MARK_PAID_AFTER_VERIFY, Action.EXPIRE_SESSION),
    supersedes=frozenset({"webhook_acked_not_applied", "no_pi_by_design", "expired_order_open", "session_not_found"}),
    confidence="certain: the stored one is not paid, another one of this order is",
    unchecked=("Whether the old checkout was left open on purpose.",),
    searched=(
        "Payment status incorrect",
        "order pending but customer paid in another tab",
        "payment_intent id on order differs from paid payment_intent",
        "checkout session recovered_from order not updated",
    ),
    paid=True,
    check=stale_id,
)

ID_MISSING = Rule(
    code="id_missing",
    title="No Stripe id was kept",
    family="ids",
    severity="high if Stripe has a payment, else medium",
    money=AT_STAKE,
    explanation="The order stores no Stripe id, and a session or intent older than five minutes names it. Not where "
    "the app's other rows show that it writes the id only when it books the payment.",
    support="The app never saved the payment number of this order. Stripe has a payment of {net} for it: {real}.",
    support_by_detail={
        "unpaid": "The app never saved the payment number of this order. Stripe has {real} for it, "
        "which is not paid: no money waits.",
        "free": "The app never saved the payment number of this order. Stripe has {real} for it, which is finished; "
        "nothing was due.",
    },
    causes=(
        "The answer that creates the checkout was not saved.",
        "Saving failed after the customer was charged.",
        "Only the first attempt is saved.",
    ),
    developer="Order {order} was saved without {real}. Save session.id in the same transaction as the order, before "
    "redirecting; fail the request if that fails.",
    remedy=(
        "Have {real} kept with the order, where your app keeps such ids.",
        does(Action.MARK_PAID_AFTER_VERIFY, "If the order is open: read that afresh, then mark the order paid."),
    ),
    remedy_by_detail={
        "unpaid": (
            "Nothing is to be booked: nothing is paid.",
            "Have the code checked that begins the payment: other orders are probably without their id too.",
        ),
    },
    guards=(
        "An order that was just made, or just paid.",
        "An app that writes the id when it books the payment: its newest rows show that.",
        "An attempt that was declined or given up.",
        "Free and offline orders, of which Stripe knows nothing.",
    ),
    actions=(Action.FIX_STORED_ID, Action.MARK_PAID_AFTER_VERIFY),
    confidence="certain: the columns are empty, and Stripe's object names the order",
    unchecked=("Columns that the settings do not name, where an id may be kept.",),
    searched=(
        "stripe session id null in database",
        "payment_intent is null after checkout session created",
        "No Stripe id stored on order",
        "Missing required param: intent",
    ),
    check=id_missing,
)
