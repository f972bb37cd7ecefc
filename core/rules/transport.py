"""For an order that Stripe has settled and the app has not: what became of the message.

Exactly one of these is said, by `causes.cause`.
"""

from collections.abc import Sequence

from core.facts import CLOSED_ORDER, Event, Mode
from core.findings import Action, Confidence, Evidence, Severity
from core.linking import references
from core.rules import states
from core.rules.causes import carriers, carrying, cause, delivered, host, listening, subscribed
from core.rules.rule import Match, Rule, Seen
from core.rules.words import about_order, moment, seconds, several, status_of

RETRIES: dict[Mode, int] = {"live": 3 * states.DAY, "test": states.DAY // 2}  # how long Stripe keeps trying
_UNNAMED = {  # causes without a rule of their own: what can be said of them, and what follows
    "webhook_off": (
        "Stripe has no webhook endpoint switched on in {mode} mode, so nothing told your app.",
        (Action.FIX_ENDPOINT,),
    ),
    "webhook_not_subscribed": (
        "No endpoint of yours asks Stripe for the message that says so ({types}).",
        (Action.SUBSCRIBE_EVENT,),
    ),
    "metadata_not_on_pi": (
        "Your endpoint hears of payments only, and this payment does not carry the order's number.",
        (Action.FIX_METADATA_LINK,),
    ),
    "webhook_wrong_host": (
        "Stripe sends its messages to {hosts}, which is not this shop.",
        (Action.FIX_ENDPOINT,),
    ),
    "webhook_before_order": (
        "Stripe's message came before the order was saved.",
        (Action.REPLAY_EVENT, Action.FIX_HANDLER_CODE),
    ),
}


def webhook_failing(seen: Seen) -> Match | None:
    """The app refuses the message."""
    if not states.missed(seen) or cause(seen) != "webhook_failing":
        return None
    waiting = [event for event in carrying(seen) if event.pending_webhooks > 0]
    unnumbered = all(not references(s) for s in seen.links.sessions)
    extra = (Action.FIX_METADATA_LINK,) if seen.links.sessions and unnumbered else ()
    return Match(
        Severity.HIGH,
        states.at_stake(seen),
        (
            *(_event(event, "pending_webhooks", event.pending_webhooks) for event in waiting),
            *(Evidence(f"endpoint {e.id}", "url", e.url) for e in subscribed(seen)),
            status_of(seen.order),
        ),
        {
            "since": moment(waiting[0].created),
            "event": _to_send(waiting, seen),
            "hosts": several([host(endpoint.url) for endpoint in subscribed(seen)]) or "your endpoint",
        },
        detail="stopped" if seen.case.now - waiting[-1].created > RETRIES[seen.case.facts.key_mode] else None,
        confidence=Confidence.PROBABLE if len(subscribed(seen)) > 1 else Confidence.CERTAIN,
        actions=(
            Action.FIX_ENDPOINT,
            Action.REPLAY_EVENT,
            Action.MARK_PAID_AFTER_VERIFY,
            Action.FIX_HANDLER_CODE,
            *extra,
        ),
    )


def webhook_acked_not_applied(seen: Seen) -> Match | None:
    """The app took the message and did not book it. Not said of a closed order: closing it may have been the answer."""
    order = seen.order
    if order.status in CLOSED_ORDER or not states.missed(seen) or cause(seen) != "webhook_acked_not_applied":
        return None
    event, updated = delivered(seen)[0], seconds(order.updated_at)
    wrote = None if updated is None else "wrote_after" if updated >= event.created else "never_wrote"
    actions = (Action.MARK_PAID_AFTER_VERIFY, Action.FIX_HANDLER_CODE)
    return Match(
        Severity.HIGH,
        states.at_stake(seen),
        (
            _event(event, "pending_webhooks", event.pending_webhooks),
            _event(event, "created", moment(event.created)),
            about_order(order, "updated_at", moment(updated)),
            status_of(order),
        ),
        {"event": _to_send(delivered(seen), seen), "told": moment(event.created), "written": moment(updated)},
        detail=wrote,
        confidence=Confidence.PROBABLE,
        actions=actions if wrote == "wrote_after" else (*actions, Action.REPLAY_EVENT),
    )


def paid_not_recorded(seen: Seen) -> Match | None:
    """Settled and open, and none of the causes that have a rule explains it."""
    facts, order, links = seen.case.facts, seen.order, seen.links
    if order.status in CLOSED_ORDER or not states.missed(seen) or seen.unread("events", "endpoints"):
        return None
    code = cause(seen)
    if code in ("webhook_failing", "webhook_acked_not_applied"):
        return None
    why, actions = _UNNAMED.get(code or "", (_no_message(seen), ()))
    things = [p.intent or p.session or p.charges[0] for p in links.standing]
    proof = [Evidence(f"Stripe on {thing.id}", "status", "succeeded") for thing in things]
    proof += [Evidence(f"session {s.id}", "payment_status", s.payment_status.value) for s in links.free]
    told = [Evidence(f"endpoint {e.id}", "url", e.url) for e in listening(seen)] if code else []
    hosts = several([host(endpoint.url) for endpoint in subscribed(seen)])
    return Match(
        Severity.HIGH,
        states.at_stake(seen),
        (*proof, status_of(order), *told),
        {
            "on": moment(links.settled_at),
            "why": why.format(mode=facts.key_mode, types=carriers(seen)[0], hosts=hosts),
        },
        actions=(Action.MARK_PAID_AFTER_VERIFY, *actions, Action.CONTACT_CUSTOMER),
    )


def _to_send(events: Sequence[Event], seen: Seen) -> str:
    """The kind of event that tells a handler most: the checkout's own before the payment's."""
    types = carriers(seen)
    return min((event.type for event in events), key=lambda kind: types.index(kind) if kind in types else len(types))


def _no_message(seen: Seen) -> str:
    """Why no message is there to look at."""
    if seen.case.now - (seen.links.settled_at or 0) > 30 * states.DAY:
        return "Stripe keeps its messages for 30 days, so why your app missed it can no longer be told."
    if seen.case.facts.events_unsearched:
        return "Its message was not among those that were looked through, so the cause cannot be told."
    return "Stripe lists no message about it, so the cause cannot be told."


def _event(event: Event, name: str, value: object) -> Evidence:
    return Evidence(f"event {event.id} ({event.type})", name, str(value))


_MARK = "Read session and payment afresh, then mark the order paid."
WEBHOOK_FAILING = Rule(
    code="webhook_failing",
    title="Stripe keeps trying, your app refuses",
    family="transport",
    severity="high",
    money="what was paid and is not in the order",
    explanation="The payment is older than five minutes, the order is not paid, and a message about it still has "
    "deliveries outstanding (pending_webhooks above 0).",
    support="{happened} Stripe has been trying to tell your app since {since}, and your app does not "
    "accept the message.",
    support_by_detail={
        "stopped": "{happened} Stripe tried to tell your app from {since} on, and has given up by now: your app "
        "did not "
        "accept the message.",
    },
    causes=(
        "The signing secret is wrong or was changed.",
        "The body is parsed before the signature is checked.",
        "The handler crashes or answers 4xx or 5xx.",
        "A redirect, a firewall or a deploy stands in the way.",
        "The SDK refuses events of another API version.",
    ),
    developer="Read the delivery attempts of this event in the Stripe dashboard: they show your endpoint's "
    "answer. Live "
    "deliveries are retried for three days; after that, send the event again.",
    remedy=(
        "Have the endpoint mended: its answers stand beside the event in the Stripe dashboard.",
        "Send {event} again, and watch the order change.",
        "If it cannot wait: " + _MARK[0].lower() + _MARK[1:],
    ),
    guards=(
        "A payment younger than five minutes.",
        "An order that is right already, whatever still fails.",
        "The counter covers all endpoints: with several, another one may be the one that fails.",
    ),
    actions=(Action.FIX_ENDPOINT, Action.REPLAY_EVENT, Action.MARK_PAID_AFTER_VERIFY, Action.FIX_HANDLER_CODE),
    supersedes=frozenset({"webhook_acked_not_applied"}),
    check=webhook_failing,
)

WEBHOOK_ACKED_NOT_APPLIED = Rule(
    code="webhook_acked_not_applied",
    title="Received, but not booked",
    family="transport",
    severity="high",
    money="what was paid and is not in the order",
    explanation="The order is open, its payment is older than five minutes, the order existed when the message was "
    "sent, and every endpoint accepted it.",
    support="{happened} Your app confirmed that it received the message ({told}), but the order is still {status}.",
    support_by_detail={
        "never_wrote": "{happened} Your app confirmed that it received the message ({told}), but never "
        "touched the order after it.",
        "wrote_after": "{happened} Your app received the message ({told}), and wrote the order "
        "afterwards "
        "({written}), but left it {status}. Sending the message again will probably not help.",
    },
    causes=(
        "The handler swallows an error, or its queue lost the message.",
        "It looked the order up and did not find it, or refused the amount.",
        "A later save of an older copy put the status back.",
    ),
    developer="Answer 5xx on errors and persist the event before answering 200. Lock the row, and fetch the "
    "object instead "
    "of trusting the payload.",
    remedy=(
        _MARK,
        "Have the handler's log of {told} looked at.",
        "Once it is mended, send {event} again to prove it.",
    ),
    remedy_by_detail={
        "wrote_after": (_MARK, "Have a developer look what wrote the order at {written}."),
    },
    guards=(
        "Another listener on the same endpoint list may have taken the message.",
        "An endpoint that never asked for it: Stripe's counter is 0 then too.",
        "A closed order: closing it may have been the app's answer.",
    ),
    actions=(Action.MARK_PAID_AFTER_VERIFY, Action.FIX_HANDLER_CODE, Action.REPLAY_EVENT),
    check=webhook_acked_not_applied,
)

PAID_NOT_RECORDED = Rule(
    code="paid_not_recorded",
    title="Paid in Stripe, open in the app",
    family="transport",
    severity="high",
    money="what was paid and is not in the order",
    explanation="The order is open, its payment is older than five minutes, and no message that Stripe still lists "
    "shows why the app missed it.",
    support="{happened} That was on {on}, and the order is still {status}. {why}",
    causes=(
        "The message is older than the 30 days Stripe keeps it.",
        "The app was never told: no endpoint, or not for this message.",
        "The payment was made through another flow than the app expects.",
    ),
    developer="Book the order from the session or the payment. Run a daily reconciliation, so that a lost message is "
    "found the next day and not by the customer.",
    remedy=(
        _MARK,
        "Tell the customer that the payment has arrived.",
        "Look at Discrepancies for other orders of the same days.",
    ),
    guards=("Events or endpoints that could not be read.",),
    actions=(Action.MARK_PAID_AFTER_VERIFY, Action.CONTACT_CUSTOMER),
    check=paid_not_recorded,
)
