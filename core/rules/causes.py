"""Why did the app not hear of it? Exactly one cause is named: the first that holds, in the catalogue's order.

Causes that have no rule yet are asked all the same: they keep the ones below them from speaking, and lend
`paid_not_recorded` a sentence and its actions.
"""

from collections.abc import Callable
from urllib.parse import urlsplit

from core.facts import Endpoint, Event
from core.linking import references, same_site, stored_ids
from core.rules.rule import Seen, once
from core.rules.words import seconds

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


@once
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


@once
def carrying(seen: Seen) -> tuple[Event, ...]:
    """The events of this order that could have told the app."""
    types = carriers(seen)
    return tuple(event for event in seen.links.events if event.type in types)


@once
def listening(seen: Seen) -> tuple[Endpoint, ...]:
    """The endpoints that are switched on in this mode."""
    live = seen.case.facts.key_mode == "live"
    return tuple(e for e in seen.case.facts.endpoints if e.enabled and (e.livemode is None or e.livemode == live))


@once
def subscribed(seen: Seen) -> tuple[Endpoint, ...]:
    """Those of them that ask for at least one of the carriers."""
    types = carriers(seen)
    return tuple(endpoint for endpoint in listening(seen) if any(map(endpoint.wants, types)))


@once
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
    return about_payments and any(not references(i) and i.id not in stored for i in intents)


def _wrong_host(seen: Seen) -> bool:
    urls = [s.success_url for s in seen.links.sessions if s.success_url]
    shops = [*seen.case.surroundings.webhook_hosts, *(host(url) for url in urls)]
    if not any(shops) or not subscribed(seen):
        return False
    hosts = [host(endpoint.url) for endpoint in subscribed(seen)]
    return not any(same_site(_domain(at), _domain(shop)) for at in hosts for shop in shops if at and shop)


def _failing(seen: Seen) -> bool:
    return any(event.pending_webhooks > 0 for event in carrying(seen))


def _before_order(seen: Seen) -> bool:
    created, events = seconds(seen.order.created_at), carrying(seen)
    return created is not None and bool(events) and not _failing(seen) and min(e.created for e in events) < created


def _acknowledged(seen: Seen) -> bool:
    return not seen.unread("endpoints", "events") and bool(delivered(seen))


CAUSES: tuple[tuple[str, Callable[[Seen], bool]], ...] = (
    ("webhook_off", _off),
    ("webhook_not_subscribed", _not_subscribed),
    ("metadata_not_on_pi", _number_missing),
    ("webhook_wrong_host", _wrong_host),
    ("webhook_failing", _failing),
    ("webhook_before_order", _before_order),
    ("webhook_acked_not_applied", _acknowledged),
)


@once
def cause(seen: Seen) -> str | None:
    """The code of the first cause that holds; None where none can be told."""
    return next((code for code, holds in CAUSES if holds(seen)), None)


def host(url: str) -> str:
    try:
        return urlsplit(url).hostname or ""
    except ValueError:  # a malformed IPv6 address
        return ""


def _domain(host: str) -> str:
    """The registrable part, nearly: the last two labels, three under a short second level such as `co.uk`."""
    labels = host.lower().split(".")
    short = len(labels) > 2 and len(labels[-1]) == 2 and len(labels[-2]) <= 3  # noqa: PLR2004 - lengths of labels
    return ".".join(labels[-3 if short else -2 :])
