"""For an order that Stripe has settled and the app has not: the message was refused, was taken and not booked, or
nothing tells what became of it.

Exactly one cause is named, by `why_unheard.cause`; a refusal may stand beside a wrong host or a missing order number.
"""

from core.facts import CLOSED_ORDER, OPEN_ORDER, Mode
from core.findings import Action, Confidence, Evidence, Severity
from core.rules.questions import sites, states, why_unheard
from core.rules.questions.why_unheard import never_made
from core.rules.rule import Match, Rule, Seen, does
from core.rules.sentences import about, about_order, status_of
from core.rules.transport import messages
from core.times import DAY, moment

RETRIES: dict[Mode, int] = {"live": 3 * DAY, "test": DAY // 2}  # how long Stripe keeps trying
_MAY_REFUSE = frozenset({"webhook_failing", "metadata_not_on_pi", "webhook_wrong_host"})


def webhook_failing(seen: Seen) -> Match | None:
    """The app refuses the message."""
    if why_unheard.cause(seen) not in _MAY_REFUSE and why_unheard.cause_of_refund(seen) != "webhook_failing":
        return None
    refused = why_unheard.waiting(seen)
    if not refused:
        return None
    unnumbered = all(not seen.bears_a_name(s) for s in seen.links.sessions)
    extra = (Action.FIX_METADATA_LINK,) if seen.links.sessions and unnumbered else ()
    event, turned = messages.to_send(refused, seen), _redirected(seen)
    return Match(
        Severity.HIGH,
        messages.stake(seen),
        (
            *(messages.about_event(event, "pending_webhooks", event.pending_webhooks) for event in refused),
            *(Evidence(f"endpoint {e.id}", "url", e.url) for e in why_unheard.subscribed(seen)),
            *(about(s, "success_url", s.success_url) for s in seen.links.sessions if turned and s.success_url),
            status_of(seen.order),
        ),
        messages.happened(seen)
        | {
            "likely": f" Likely a redirect ({turned}), which Stripe never follows." if turned else "",
            "since": moment(refused[0].created),
            "event": event.type,
            "id": event.id,
            "hosts": messages.hosts([endpoint.url for endpoint in why_unheard.subscribed(seen)]),
            "resend": messages.again(event, seen, ", and watch the order change."),
        },
        detail="stopped" if seen.case.now - refused[-1].created > RETRIES[seen.case.facts.key_mode] else None,
        confidence=Confidence.PROBABLE if len(why_unheard.subscribed(seen)) > 1 else Confidence.CERTAIN,
        actions=(Action.FIX_ENDPOINT, *messages.replay(seen), *messages.mark(seen), Action.FIX_HANDLER_CODE, *extra),
    )


def _redirected(seen: Seen) -> str | None:
    """What makes it likely that the endpoint answers with a redirect, in words."""
    shops = why_unheard.shop_hosts(seen)
    said = [sites.redirect(endpoint, shops) for endpoint in why_unheard.subscribed(seen)]
    return said[0] if said and None not in said else None


def webhook_acked_not_applied(seen: Seen) -> Match | None:
    """The app took the message and did not book it. Not said of a closed order: closing it may have been the answer."""
    order = seen.order
    if order.status in CLOSED_ORDER or why_unheard.cause(seen) != "webhook_acked_not_applied":
        return None
    event, updated = why_unheard.delivered(seen)[0], order.updated_at
    wrote = None if updated is None else "wrote_after" if updated >= event.created else "never_wrote"
    actions = (Action.MARK_PAID_AFTER_VERIFY, Action.FIX_HANDLER_CODE)
    sent = messages.to_send(why_unheard.delivered(seen), seen)
    return Match(
        Severity.HIGH,
        states.at_stake(seen),
        (
            messages.about_event(event, "pending_webhooks", event.pending_webhooks),
            messages.about_event(event, "created", moment(event.created)),
            about_order(order, "updated_at", moment(updated)),
            status_of(order),
        ),
        {
            "event": sent.type,
            "id": sent.id,
            "heard": moment(event.created),
            "written": moment(updated),
            "test": messages.in_test(seen),
        },
        detail=wrote,
        confidence=Confidence.PROBABLE,
        actions=actions if wrote == "wrote_after" else (*actions, Action.REPLAY_EVENT),
    )


def paid_not_recorded(seen: Seen) -> Match | None:
    """Settled and open, and none of the causes explains it."""
    order, links = seen.order, seen.links
    if order.status in CLOSED_ORDER or not why_unheard.unheard(seen) or why_unheard.cause(seen) is not None:
        return None
    return Match(
        Severity.HIGH,
        states.at_stake(seen),
        (
            *messages.proofs(seen),
            *(Evidence(f"Stripe on {one.about}", "event it failed to make", one.type) for one in never_made(seen)),
            status_of(order),
        ),
        {"on": moment(links.settled_at), "why": _no_message(seen)},
        detail="never_made" if never_made(seen) else None,
        actions=(Action.MARK_PAID_AFTER_VERIFY, Action.CONTACT_CUSTOMER),
    )


def _no_message(seen: Seen) -> str:
    """Why no message is there to look at."""
    if lost := never_made(seen):
        return (
            f"Stripe itself says that it failed to make the message about it ({lost[-1].type}, noticed "
            f"{moment(lost[-1].at)}): it was never sent, and Stripe can send it neither now nor later."
        )
    if not why_unheard.subscribed(seen) and (others := why_unheard.elsewhere(seen)):
        return (
            f"Stripe sends its messages to {others[0].called} ({others[0].id}) and to no webhook endpoint: whether "
            "they reached your app from there, Stripe does not tell."
        )
    said = why_unheard.carrying(seen)
    if said and all(endpoint.created > said[-1].created for endpoint in why_unheard.listening(seen)):
        return "The webhook endpoint of today was made only after that: it told your app nothing of it."
    if seen.case.now - (seen.links.settled_at or 0) > 30 * DAY:
        return "Stripe keeps its messages for 30 days, so why your app missed it can no longer be told."
    if seen.case.facts.events_unsearched:
        return "Its message was not among those that were looked through, so the cause cannot be told."
    return "Stripe lists no message about it, so the cause cannot be told."


WEBHOOK_FAILING = Rule(
    code="webhook_failing",
    title="Stripe keeps trying, your app refuses",
    family="transport",
    severity="high",
    money="what was paid, or refunded, and is not in the order",
    explanation="The payment or refund is older than five minutes, the order does not show it, and a message about it "
    "still has deliveries outstanding (pending_webhooks above 0).",
    support="{happened} Stripe has been trying to tell your app since {since}, and your app does not "
    "accept the message.{likely}",
    support_by_detail={
        "stopped": "{happened} Stripe tried to tell your app from {since} on and has given up: the message was never "
        "accepted.{likely}",
    },
    causes=(
        "The signing secret is wrong or was changed.",
        "The body is parsed before the signature is checked.",
        "The handler crashes or answers 4xx or 5xx.",
        "A redirect stands in the way (www or not, http for https, another host): Stripe never follows one.",
        "A firewall or a deploy stands in the way.",
        "The SDK refuses events of another API version.",
    ),
    developer="Stripe's dashboard shows what {hosts} answered to {id}. Live deliveries are retried for three days; "
    "after that, mend the handler and send {event} again.",
    remedy=(
        "Have the endpoint mended: its answers stand beside {id} in the Stripe dashboard.",
        does(Action.MARK_PAID_AFTER_VERIFY, "{then} This need not wait for the rest."),
        does(Action.REPLAY_EVENT, "{resend}"),
    ),
    guards=(
        "A payment or refund younger than five minutes.",
        "An order that is right already, whatever still fails.",
        "The counter covers all endpoints: with several, another one may be the one that fails.",
    ),
    actions=(Action.FIX_ENDPOINT, Action.REPLAY_EVENT, Action.MARK_PAID_AFTER_VERIFY, Action.FIX_HANDLER_CODE),
    supersedes=frozenset({"webhook_acked_not_applied"}),
    leads_over=frozenset({"id_missing"}),
    confidence="certain; probable where several endpoints ask for the message, as any of them may be the one that "
    "fails",
    sureness={
        Confidence.CERTAIN: "certain: Stripe says that the message was not accepted",
        Confidence.PROBABLE: "probable: several endpoints ask for the message, and any of them may fail",
    },
    unchecked=("What the endpoint answered: only the delivery attempts in Stripe's dashboard show that.",),
    searched=(
        "No signatures found matching the expected signature for payload",
        "Are you passing the raw request body you received from Stripe?",
        "Unable to extract timestamp and signatures from header",
        "Webhook signature verification failed",
        "Timestamp outside the tolerance zone",
        "Received event with API version",
        "Test webhook error: 400",
        "No webhook payload was provided",
    ),
    paid=True,
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
    support="{happened} Your app confirmed that it received the message ({heard}), but the order is still "
    "{status}.{test}",
    support_by_detail={
        "never_wrote": "{happened} Your app confirmed that it received the message ({heard}), but never "
        "touched the order after it.{test}",
        "wrote_after": "{happened} Your app received the message ({heard}), wrote the order ({written}) and left it "
        "{status}, perhaps on purpose. Sending it again will hardly help.",
    },
    causes=(
        "The handler swallows an error, or its queue lost the message.",
        "It looked the order up and did not find it (by the customer's e-mail, say), or refused the amount.",
        "It refused on purpose, for want of stock or quota, and did not give the money back.",
        messages.TEST_CAUSE,
        "A later save of an older copy put the status back.",
    ),
    developer="Look for {id} in the log of {heard}. Answer 5xx on errors, persist the event before answering 200, lock "
    "the row, and fetch the object instead of trusting the payload.",
    remedy=(
        messages.MARK,
        "Have the handler's log of {heard} looked at.",
        does(Action.REPLAY_EVENT, "Once it is mended, send {event} again to prove it."),
    ),
    remedy_by_detail={
        "wrote_after": (
            "Find out why the app left it {status} at {written}: perhaps on purpose (stock, quota, amount).",
            does(
                Action.REFUND_PAYMENT,
                "If it did, and the order cannot be carried out: refund the payment, or agree on something else.",
            ),
            does(Action.MARK_PAID_AFTER_VERIFY, "If not: read session and payment afresh, then mark the order paid."),
        ),
    },
    guards=(
        "Another listener on the same endpoint list may have taken the message.",
        "An endpoint that never asked for it, or was made later: Stripe's counter is 0 then too.",
        "A closed order: closing it may have been the app's answer.",
    ),
    actions=(Action.MARK_PAID_AFTER_VERIFY, Action.FIX_HANDLER_CODE, Action.REPLAY_EVENT),
    confidence="probable: Stripe does not say which endpoint accepted the message",
    unchecked=("Which endpoint accepted {id}, and what the app did with it: only the app's own log shows that.",),
    searched=(
        "Stripe webhook returns 200 but order not updated",
        "Order stuck in pending payment after Stripe payment",
        "Session data mismatch",
        "Payment status incorrect",
        "webhook received but database not updated",
    ),
    orders=OPEN_ORDER,
    paid=True,
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
        "The list of messages that was read is not complete.",
        "Stripe failed to make the message, and says so in a health event.",
        "The payment was made through another flow than the app expects.",
        messages.TEST_CAUSE,
    ),
    developer="Book the order from the session or the payment of {on}. A daily reconciliation finds a lost message the "
    "next day, before the customer does.",
    remedy=(
        messages.MARK,
        "Tell the customer that the payment has arrived.",
        "Look in the Inbox for other orders of the same days.",
    ),
    remedy_by_detail={
        "never_made": (
            messages.MARK,
            "Or have an operator send a reconstructed event, where the settings allow it: then the app does it itself.",
            "Tell the customer that the payment has arrived.",
        ),
    },
    guards=("Events or endpoints that could not be read.",),
    actions=(Action.MARK_PAID_AFTER_VERIFY, Action.CONTACT_CUSTOMER),
    confidence="certain that it is paid and not recorded; the cause is not known",
    unchecked=("Messages that Stripe no longer lists, and the app's own log of {on}.",),
    searched=(
        "Stripe payment succeeded but order still pending",
        "Payment status incorrect",
        "checkout.session.completed not received",
        "Stripe paid order not updated in database",
    ),
    orders=OPEN_ORDER,
    paid=True,
    check=paid_not_recorded,
)
