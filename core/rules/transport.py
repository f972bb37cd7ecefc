"""Why did the app not hear of it? For an order that Stripe has settled and the app has not.

Exactly one cause is named, the first that holds. `cause` asks for all of them, in the catalogue's order; those that
have no rule yet keep the ones below them from speaking, and lend `paid_not_recorded` a sentence.
"""

from collections.abc import Callable
from urllib.parse import urlsplit

from core.facts import CLOSED_ORDER, Endpoint, Event
from core.findings import Action, Confidence, Evidence, Severity
from core.linking import references, same_site, stored_ids
from core.rules import states
from core.rules.rule import Match, Rule, Seen
from core.rules.words import about_order, moment, seconds, several, status_of

_ANY = ("checkout.session.completed",)
_NOW = (*_ANY, "payment_intent.succeeded", "charge.succeeded")
_LATER = ("checkout.session.async_payment_succeeded", "payment_intent.succeeded", "charge.succeeded")
_SUBSCRIPTION = (
    *_ANY,
    "invoice.paid",
    "invoice.payment_succeeded",
    "customer.subscription.created",
    "customer.subscription.updated",
)
_SETUP = (*_ANY, "setup_intent.succeeded")


def carriers(seen: Seen) -> tuple[str, ...]:
    """The types of event that could have told the app."""
    links = seen.links
    if not links.standing:
        modes = {session.mode for session in links.free}
        return _SETUP if modes == {"setup"} else _SUBSCRIPTION if "subscription" in modes else _ANY
    if any(event.type == _LATER[0] for event in links.events):
        return _LATER
    if any(p.session and p.session.mode == "subscription" for p in links.standing):
        return _SUBSCRIPTION
    return _NOW


def carrying(seen: Seen) -> tuple[Event, ...]:
    """The events of this order that could have told the app."""
    types = carriers(seen)
    return tuple(event for event in seen.links.events if event.type in types)


def listening(seen: Seen) -> tuple[Endpoint, ...]:
    """The endpoints that are switched on in this mode."""
    live = seen.case.facts.key_mode == "live"
    return tuple(e for e in seen.case.facts.endpoints if e.enabled and (e.livemode is None or e.livemode == live))


def subscribed(seen: Seen) -> tuple[Endpoint, ...]:
    """Those of them that ask for at least one of the carriers."""
    types = carriers(seen)
    return tuple(endpoint for endpoint in listening(seen) if any(map(endpoint.wants, types)))


def delivered(seen: Seen) -> tuple[Event, ...]:
    """Carriers that an endpoint wanted and every endpoint accepted. The counter is 0 also when nobody wanted it."""
    wanted = [e for e in carrying(seen) if any(endpoint.wants(e.type) for endpoint in subscribed(seen))]
    return tuple(event for event in wanted if event.pending_webhooks == 0)


def _off(seen: Seen) -> bool:
    return not seen.unread("endpoints") and not listening(seen)


def _not_subscribed(seen: Seen) -> bool:
    return not seen.unread("endpoints") and not subscribed(seen)


def _number_missing(seen: Seen) -> bool:
    """The endpoints hear of payments only, and this payment neither carries the order number nor is stored."""
    asked = [event for endpoint in subscribed(seen) for event in endpoint.enabled_events]
    intents = [payment.intent for payment in seen.links.standing if payment.intent]
    about_payments = bool(asked) and all(e.startswith(("payment_intent.", "charge.")) for e in asked)
    stored = stored_ids(seen.order)
    return about_payments and any(not references(i.metadata) and i.id not in stored for i in intents)


def _wrong_host(seen: Seen) -> bool:
    urls = [s.success_url for s in seen.links.sessions if s.success_url]
    shops = [*seen.case.surroundings.webhook_hosts, *(_host(url) for url in urls)]
    if not any(shops) or not subscribed(seen):
        return False
    hosts = [_host(endpoint.url) for endpoint in subscribed(seen)]
    return not any(same_site(_domain(host), _domain(shop)) for host in hosts for shop in shops if host and shop)


def _failing(seen: Seen) -> bool:
    return any(event.pending_webhooks > 0 for event in carrying(seen))


def _before_order(seen: Seen) -> bool:
    created, events = seconds(seen.order.created_at), carrying(seen)
    return created is not None and bool(events) and not _failing(seen) and min(e.created for e in events) < created


def _acknowledged(seen: Seen) -> bool:
    return not seen.unread("endpoints", "events") and bool(delivered(seen))


CAUSES: tuple[tuple[str, Callable[[Seen], bool], str], ...] = (
    ("webhook_off", _off, "Stripe has no webhook endpoint switched on in {mode} mode, so nothing told your app."),
    ("webhook_not_subscribed", _not_subscribed, "No endpoint of yours asks for the message that says so ({types})."),
    (
        "metadata_not_on_pi",
        _number_missing,
        "Your endpoint hears of payments only, and this payment carries no number.",
    ),
    ("webhook_wrong_host", _wrong_host, "Stripe sends its messages to {hosts}, which is not this shop."),
    ("webhook_failing", _failing, ""),
    ("webhook_before_order", _before_order, "Stripe's message came before the order was saved."),
    ("webhook_acked_not_applied", _acknowledged, ""),
)


def cause(seen: Seen) -> str | None:
    """The code of the first cause that holds; None where none can be told."""
    return next((code for code, holds, _ in CAUSES if holds(seen)), None)


def webhook_failing(seen: Seen) -> Match | None:
    """The app refuses the message."""
    if not states.missed(seen) or cause(seen) != "webhook_failing":
        return None
    waiting = [event for event in carrying(seen) if event.pending_webhooks > 0]
    unnumbered = all(not references(s.metadata, s.client_reference_id) for s in seen.links.sessions)
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
            "event": waiting[0].type,
            "hosts": several([_host(endpoint.url) for endpoint in subscribed(seen)]) or "your endpoint",
        },
        detail="free" if not seen.links.standing else None,
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
        {"event": event.type, "told": moment(event.created), "written": moment(updated)},
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
    why = next((text for name, _, text in CAUSES if name == code), "") or _no_message(seen)
    hosts = several([_host(endpoint.url) for endpoint in subscribed(seen)])
    things = [p.intent or p.session or p.charges[0] for p in links.standing]
    proof = [Evidence(f"Stripe on {thing.id}", "status", "succeeded") for thing in things]
    proof += [Evidence(f"session {s.id}", "payment_status", s.payment_status.value) for s in links.free]
    return Match(
        Severity.HIGH,
        states.at_stake(seen),
        (*proof, status_of(order)),
        {
            "on": moment(links.settled_at),
            "why": why.format(mode=facts.key_mode, types=carriers(seen)[0], hosts=hosts),
        },
        detail="free" if not links.standing else None,
    )


def _no_message(seen: Seen) -> str:
    """Why no message is there to look at."""
    if seen.case.now - (seen.links.settled_at or 0) > 30 * states.DAY:
        return "Stripe keeps its messages for 30 days, so why your app missed it can no longer be told."
    if seen.case.facts.events_unsearched:
        return "Its message was not among those that were looked through, so the cause cannot be told."
    return "Stripe lists no message about it, so the cause cannot be told."


def _event(event: Event, name: str, value: object) -> Evidence:
    return Evidence(f"event {event.id} ({event.type})", name, str(value))


def _host(url: str) -> str:
    try:
        return urlsplit(url).hostname or ""
    except ValueError:  # a malformed IPv6 address
        return ""


def _domain(host: str) -> str:
    """The registrable part, nearly: the last two labels, three under a short second level such as `co.uk`."""
    labels = host.lower().split(".")
    short = len(labels) > 2 and len(labels[-1]) == 2 and len(labels[-2]) <= 3  # noqa: PLR2004 - lengths of labels
    return ".".join(labels[-3 if short else -2 :])


_MARK = "Read session and payment afresh, then mark the order paid."
WEBHOOK_FAILING = Rule(
    code="webhook_failing",
    title="Stripe keeps trying, your app refuses",
    family="transport",
    severity="high",
    money="what was paid and is not in the order",
    explanation="The payment is older than five minutes, the order is not paid, and a message about it still has "
    "deliveries outstanding (pending_webhooks above 0).",
    support="The customer paid {net}. Stripe has been trying to tell your app since {since}, and your app does not "
    "accept the message.",
    support_by_detail={
        "free": "The customer has finished this checkout; nothing was due. Stripe has been trying to tell your "
        "app since "
        "{since}, and your app does not accept the message.",
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
    support="The customer paid {net}. Your app confirmed that it received the message ({told}), but the order is still "
    "{status}.",
    support_by_detail={
        "never_wrote": "The customer paid {net}. Your app confirmed that it received the message ({told}), but never "
        "touched the order after it.",
        "wrote_after": "The customer paid {net}. Your app received the message ({told}), and wrote the order "
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
    support="The customer paid {net} on {on}, and the order is still {status}. {why}",
    support_by_detail={
        "free": "The customer finished this checkout on {on}; nothing was due. The order is still {status}. {why}",
    },
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
