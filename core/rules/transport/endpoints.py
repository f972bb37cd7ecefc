"""For an order that Stripe has settled and the app has not: Stripe is set up so that no message could reach the app."""

from core.facts import CLOSED_ORDER, OPEN_ORDER
from core.findings import Action, Confidence, Evidence, Severity
from core.rules.questions.why_unheard import (
    cause,
    cause_of_refund,
    listening,
    shop_hosts,
    subscribed,
    switched_on,
)
from core.rules.rule import Match, Rule, Seen, does
from core.rules.sentences import several, status_of
from core.rules.transport.messages import TEST_CAUSE, happened, hosts, mark, proofs, stake, telling


def webhook_off(seen: Seen) -> Match | None:
    """No endpoint is switched on in this mode that hears of this account."""
    if (cause(seen) or cause_of_refund(seen)) != "webhook_off":
        return None
    mode = seen.case.facts.key_mode
    connect = list(switched_on(seen))
    disabled = [e for e in seen.links.endpoints if e.livemode in (None, mode == "live") and e not in connect]
    others = [e for e in seen.links.endpoints if e.livemode not in (None, mode == "live")]
    known, facts = connect or disabled or others, seen.case.facts
    unknown = "not_connect" if facts.connected else None
    return Match(
        Severity.CRITICAL,
        stake(seen),
        (
            *proofs(seen),
            status_of(seen.order),
            *(Evidence(f"endpoint {e.id}", "hears of", "connected accounts only") for e in connect),
            *(Evidence(f"endpoint {e.id}", "status", "disabled") for e in disabled),
            *(Evidence(f"endpoint {e.id}", "mode", "live" if e.livemode else "test") for e in others),
            *(() if known else (Evidence("Stripe", "webhook endpoints", _none(seen)),)),
        ),
        happened(seen)
        | {"hosts": hosts([e.url for e in known]), "type": telling(seen), "account": facts.account or ""},
        detail="connect" if connect else "disabled" if disabled else "other_mode" if others else unknown,
        actions=(Action.FIX_ENDPOINT, *mark(seen)),
    )


def _none(seen: Seen) -> str:
    mode, facts = seen.case.facts.key_mode, seen.case.facts
    return f"none in {mode} mode" + (f" that hears of the connected account {facts.account}" * facts.connected)


def webhook_not_subscribed(seen: Seen) -> Match | None:
    """Endpoints are switched on, and none of them asks for a message that says so."""
    if (cause(seen) or cause_of_refund(seen)) != "webhook_not_subscribed":
        return None
    return Match(
        Severity.HIGH,
        stake(seen),
        (
            *proofs(seen),
            status_of(seen.order),
            *(Evidence(f"endpoint {e.id}", "enabled_events", several(list(e.enabled_events))) for e in listening(seen)),
        ),
        happened(seen) | {"type": telling(seen), "hosts": hosts([e.url for e in listening(seen)])},
        actions=(Action.SUBSCRIBE_EVENT, *mark(seen)),
    )


def webhook_wrong_host(seen: Seen) -> Match | None:
    """The endpoints that hear of it stand on no site of this shop."""
    if cause(seen) != "webhook_wrong_host":
        return None
    return Match(
        Severity.HIGH,
        stake(seen),
        (
            *proofs(seen),
            *(Evidence(f"endpoint {e.id}", "url", e.url) for e in subscribed(seen)),
            *(Evidence(f"session {s.id}", "success_url", s.success_url) for s in seen.links.sessions if s.success_url),
            status_of(seen.order),
        ),
        happened(seen) | {"hosts": hosts([e.url for e in subscribed(seen)]), "shop": several(list(shop_hosts(seen)))},
        confidence=Confidence.PROBABLE,
        actions=(Action.FIX_ENDPOINT, *mark(seen)),
    )


WEBHOOK_OFF = Rule(
    code="webhook_off",
    title="Nobody is listening",
    family="transport",
    severity="critical: every order since then is concerned",
    money="what was paid, or refunded, and is not in this order; other orders come on top",
    explanation="The payment or refund is older than five minutes, the order does not show it, and Stripe has no "
    "webhook endpoint switched on in this mode: none at all, only disabled ones, only those of the other mode, or only "
    "a Connect platform's, which hear of connected accounts and not of its own.",
    support="{happened} Stripe has no webhook endpoint in {mode} mode, so nothing could tell your app.{test}",
    support_by_detail={
        "connect": "{happened} The only webhook endpoint, at {hosts}, hears of connected accounts only, and this "
        "payment is on your own account: nothing could tell your app.",
        "not_connect": "{happened} The payment is on the connected account {account}, and no webhook endpoint in "
        "Stripe hears of that in {mode} mode: none of its own, and none of yours for connected accounts.{test}",
        "disabled": "{happened} The webhook endpoint at {hosts} is switched off in Stripe, so nothing could tell your "
        "app.{test}",
        "other_mode": "{happened} The only webhook endpoint, at {hosts}, is for the other mode, so nothing could tell "
        "your app of {mode} payments.{test}",
    },
    causes=(
        "Stripe switched the endpoint off after days of failures.",
        "No endpoint was ever made for live mode.",
        "Somebody deleted it.",
        TEST_CAUSE,
        "The app relies on the customer coming back to the return page.",
    ),
    developer="Switch on an endpoint for {mode} mode that asks for {type}. What happened in the gap is not sent by "
    "itself: reconcile those orders from Stripe.",
    remedy=(
        "Have a webhook endpoint switched on in Stripe, in {mode} mode.",
        does(Action.MARK_PAID_AFTER_VERIFY, "{then}"),
        "Look in the Inbox for other orders since then: they are all concerned.",
    ),
    remedy_by_detail={
        "not_connect": (
            "Have a webhook endpoint made in Stripe that listens to events on connected accounts, in {mode} mode.",
            does(Action.MARK_PAID_AFTER_VERIFY, "{then}"),
            "Look at the other orders of connected accounts since then: they are all concerned.",
        ),
        "connect": (
            "Have a second webhook endpoint made in Stripe, which listens to events on your own account.",
            does(Action.MARK_PAID_AFTER_VERIFY, "{then}"),
            "Look in the Inbox for other payments on your own account: they are all concerned.",
        ),
    },
    guards=(
        "An order that is right already.",
        "Endpoints that could not be read.",
        "An event destination other than a webhook (EventBridge, Event Grid) that asks for it.",
        "Apps that ask Stripe themselves: no list shows them.",
    ),
    actions=(Action.FIX_ENDPOINT, Action.MARK_PAID_AFTER_VERIFY),
    supersedes=frozenset({"webhook_failing", "webhook_acked_not_applied", "no_pi_by_design"}),
    leads_over=frozenset({"id_missing"}),
    confidence="certain: the list of endpoints was read",
    unchecked=("Event destinations (EventBridge, a queue) where the key or the account does not show them.",),
    searched=(
        "Your webhook endpoint has been disabled",
        "Stripe webhook not firing in live mode",
        "works in test mode but not in live mode",
        "stripe listen works but production webhook does not",
    ),
    paid=True,
    check=webhook_off,
)

WEBHOOK_NOT_SUBSCRIBED = Rule(
    code="webhook_not_subscribed",
    title="The app does not receive this kind of event",
    family="transport",
    severity="high",
    money="what was paid, or refunded, and is not in the order",
    explanation="The payment or refund is older than five minutes, the order does not show it, and none of the "
    "endpoints that are switched on asks for any event that could have told the app.",
    support="{happened} Your app does not ask Stripe for the message that says so ({type}), so it was never "
    "told.{test}",
    causes=(
        "The event was not ticked when the endpoint was made.",
        "The events of delayed methods, or of refunds, were forgotten.",
        "A plug-in was updated, and its settings were not saved again.",
        TEST_CAUSE,
    ),
    developer="Add {type} to the events of {hosts}. Events of before that never reach it, not even when resent: "
    "reconcile older orders from Stripe.",
    remedy=(
        "Have {type} added to the webhook endpoint in Stripe.",
        does(Action.MARK_PAID_AFTER_VERIFY, "{then}"),
        "Look in the Inbox for other orders of the same kind.",
    ),
    guards=(
        "An endpoint that asks for everything (*).",
        "Another event that would have done: the payment's instead of the checkout's.",
        "An event destination other than a webhook (EventBridge, Event Grid) that asks for it.",
    ),
    actions=(Action.SUBSCRIBE_EVENT, Action.MARK_PAID_AFTER_VERIFY),
    supersedes=frozenset({"webhook_acked_not_applied", "no_pi_by_design"}),
    leads_over=frozenset({"id_missing"}),
    confidence="certain: the endpoints and their events were read",
    unchecked=("Event destinations (EventBridge, a queue) where the key or the account does not show them.",),
    searched=(
        "checkout.session.async_payment_succeeded not received",
        "SEPA payment stays pending after it succeeded",
        "charge.refunded webhook not received",
        "Stripe event not sent to endpoint",
        "Payment status incorrect",
    ),
    paid=True,
    check=webhook_not_subscribed,
)

WEBHOOK_WRONG_HOST = Rule(
    code="webhook_wrong_host",
    title="Stripe reports to another address than this shop",
    family="transport",
    severity="high",
    money="what was paid and is not in the order",
    explanation="The payment is older than five minutes, the order does not show it, and none of the endpoints that "
    "ask for its events is on the site the customer comes back to, nor on one named in the settings.",
    support="{happened} Stripe sends its messages to {hosts}, but your shop is at {shop}.",
    causes=(
        "The shop moved to another domain.",
        "The address of a staging site was left in live mode.",
        "A copy of the shop took the endpoint over.",
    ),
    developer="Point the endpoint at {shop}, without a redirect; one endpoint a site. If {hosts} is right, name it as "
    "a webhook host in the settings of Orderlens.",
    remedy=(
        "Ask who runs {hosts}, and whether it is meant to hear of this shop's payments.",
        "Have the endpoint's address corrected in Stripe.",
        does(Action.MARK_PAID_AFTER_VERIFY, "{then}"),
    ),
    guards=(
        "An API on another domain by design: said only of orders that were missed, and not of hosts in the settings.",
        "Subdomains, and `www.`, of one site.",
        "Orders that do get booked.",
    ),
    actions=(Action.FIX_ENDPOINT, Action.MARK_PAID_AFTER_VERIFY),
    supersedes=frozenset({"webhook_acked_not_applied"}),
    leads_over=frozenset({"id_missing"}),
    confidence="probable: who is behind an address cannot be seen",
    unchecked=("Whether {hosts} passes its messages on to {shop}.",),
    searched=(
        "Stripe webhook still going to old domain",
        "webhook sent to staging site after migration",
        "Test webhook error: 404",
        "webhook endpoint 301 redirect",
    ),
    orders=OPEN_ORDER | CLOSED_ORDER,
    paid=True,
    check=webhook_wrong_host,
)
