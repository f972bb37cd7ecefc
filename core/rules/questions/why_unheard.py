"""Why did the app not hear of it? Exactly one cause is named: the first that holds, in the catalogue's order.

What it may have missed is a payment (`states.missed`) or a refund (`states.refund_missed`). No cause is
named where a part of what it rests on was not read.
"""

from collections.abc import Callable

from core.facts import PAID_ORDER, Destination, Endpoint, Event, NeverMade
from core.linking import stored_ids
from core.rules.questions import states
from core.rules.questions.not_paid_but import SLOW
from core.rules.questions.sites import host, one_site
from core.rules.rule import Seen, once

_ANY = ("checkout.session.completed",)
NOW = (*_ANY, "payment_intent.succeeded", "charge.succeeded")
LATER = ("checkout.session.async_payment_succeeded", "payment_intent.succeeded", "charge.succeeded")
SUBSCRIPTION = (
    *_ANY,
    "invoice.paid",
    "invoice.payment_succeeded",
    "customer.subscription.created",
    "customer.subscription.updated",
)
_SETUP = (*_ANY, "setup_intent.succeeded")
REFUND = ("charge.refunded", "refund.created", "refund.updated", "charge.refund.updated")


def unheard(seen: Seen) -> bool:
    """A payment that the app missed, and all was read that a cause rests on."""
    return states.missed(seen) and not states.money_unread(seen) and not seen.unread("events", "endpoints")


def unheard_refund(seen: Seen) -> bool:
    """A refund that the app missed, and all was read that a cause rests on. One that it holds has been heard of."""
    if not states.refund_missed(seen) or states.missed(seen) or states.refund_held(seen):
        return False
    return not seen.unread(*states.MONEY, "events", "endpoints")


@once
def carriers(seen: Seen) -> tuple[str, ...]:
    """The types of event that could have told the app."""
    links = seen.links
    if states.refund_missed(seen) and not states.missed(seen):
        return REFUND
    if not links.still_paid:
        modes = {session.mode for session in links.free}
        return _SETUP if modes == {"setup"} else SUBSCRIPTION if "subscription" in modes else _ANY
    methods = [charge.method for payment in links.still_paid for charge in payment.charges]
    if not SLOW.isdisjoint(methods) or LATER[0] in [event.type for event in links.events]:
        return LATER
    modes = {payment.session.mode for payment in links.still_paid if payment.session}
    return SUBSCRIPTION if "subscription" in modes else NOW


@once
def carrying(seen: Seen) -> tuple[Event, ...]:
    """The events of this order that could have told the app."""
    types = carriers(seen)
    return tuple([event for event in seen.links.events if event.type in types])


@once
def waiting(seen: Seen) -> tuple[Event, ...]:
    """Those of them that an endpoint has not accepted yet, and that one of today's was there to be sent."""
    return tuple([event for event in carrying(seen) if event.pending_webhooks > 0 and _was_sent(seen, event)])


@once
def listening(seen: Seen) -> tuple[Endpoint, ...]:
    """The endpoints that are switched on in this mode, for the account that the payment is on."""
    return tuple([e for e in switched_on(seen) if not e.application or is_connected(seen)])


def switched_on(seen: Seen) -> tuple[Endpoint, ...]:
    """The endpoints that are switched on in this mode, whichever accounts they hear of."""
    live = seen.case.facts.key_mode == "live"
    return tuple([e for e in seen.links.endpoints if e.enabled and e.livemode in (None, live)])


def is_connected(seen: Seen) -> bool:
    """Whether the order's payment is on a connected account: the order says so, or its events do."""
    return bool(seen.order.connected_account) or any(event.account for event in seen.links.events)


@once
def elsewhere(seen: Seen) -> tuple[Destination, ...]:
    """The other destinations (EventBridge, ...) that are sent a carrier. What becomes of it there is not seen."""
    live, types = seen.case.facts.key_mode == "live", carriers(seen)
    return tuple(
        one
        for one in seen.case.facts.destinations
        if one.enabled
        and one.livemode in (None, live)
        and (one.hears != "connected" or is_connected(seen))
        and any(map(one.asks_for, types))
    )


@once
def subscribed(seen: Seen) -> tuple[Endpoint, ...]:
    """Those of them that ask for at least one of the carriers."""
    types = carriers(seen)
    return tuple([endpoint for endpoint in listening(seen) if any(map(endpoint.wants, types))])


@once
def delivered(seen: Seen) -> tuple[Event, ...]:
    """Carriers that an endpoint wanted and every endpoint accepted. The counter is 0 also when nobody wanted it, or
    when the endpoint was made only afterwards."""
    return tuple([event for event in carrying(seen) if event.pending_webhooks == 0 and _was_sent(seen, event)])


@once
def never_made(seen: Seen) -> tuple[NeverMade, ...]:
    """The carriers of this order that Stripe says it failed to make, that an endpoint asks for and that are not listed
    all the same; where it is known on which events the app books, of these alone."""
    books, listed = seen.case.surroundings.booked_on, {event.type for event in carrying(seen)}
    types = {kind for kind in carriers(seen) if kind not in listed and (not books or kind in books)}
    links = seen.links
    own = {one.id for things in (links.sessions, links.intents, links.charges, links.refunds) for one in things}
    return tuple(
        one
        for one in seen.case.facts.never_made
        if one.type in types and one.about in own and any(to.wants(one.type) for to in subscribed(seen))
    )


def _was_sent(seen: Seen, event: Event) -> bool:
    """Whether an endpoint of today's asks for it, and was there when it was made."""
    return any(to.wants(event.type) and to.created <= event.created for to in subscribed(seen))


def sells_otherwise(seen: Seen) -> bool:
    """Whether it is known that the app books orders that do have a payment intent."""
    return any(one.payment_intent_id and one.status in PAID_ORDER for one in seen.case.other_orders)


def never_wrote(seen: Seen) -> bool:
    """The app has not touched the order since the first message about it, as far as its times and the messages tell."""
    said, updated = min((event.created for event in carrying(seen)), default=None), seen.order.updated_at
    return said is None or updated is None or updated < said


def without_intent(seen: Seen) -> bool:
    """The checkout is finished and has no payment intent, by design: a subscription, a saved card, nothing due."""
    done = [*seen.links.free, *[payment.session for payment in seen.links.still_paid]]
    return bool(done) and all(session and session.payment_intent_id is None for session in done)


def _off(seen: Seen) -> bool:
    return not listening(seen) and not elsewhere(seen)


def _not_subscribed(seen: Seen) -> bool:
    return not subscribed(seen) and not elsewhere(seen)


def _number_missing(seen: Seen) -> bool:
    """The endpoints hear of payments only, and this payment neither carries the order number nor is stored."""
    asked = [event for endpoint in subscribed(seen) for event in endpoint.enabled_events]
    intents = [payment.intent for payment in seen.links.still_paid if payment.intent]
    about_payments = (
        bool(asked) and not elsewhere(seen) and all(e.startswith(("payment_intent.", "charge.")) for e in asked)
    )
    stored = stored_ids(seen.order)
    return about_payments and any(not seen.bears_a_name(i) and i.id not in stored for i in intents)


def shop_hosts(seen: Seen) -> tuple[str, ...]:
    """The hosts the shop is known to be on: where its customers come back to, and what the settings say."""
    around = seen.case.surroundings
    back = [host(session.success_url or "") for session in seen.links.sessions]
    return tuple(dict.fromkeys(filter(None, (*back, *around.app_hosts, *around.webhook_hosts))))


def _wrong_host(seen: Seen) -> bool:
    shops, there = shop_hosts(seen), {host(endpoint.url) for endpoint in subscribed(seen)} - {""}
    if not shops or not there or not there.isdisjoint(shops) or elsewhere(seen):
        return False
    return not any(one_site(at, shop) for at in there for shop in shops)


def _failing(seen: Seen) -> bool:
    return bool(waiting(seen))


def _before_order(seen: Seen) -> bool:
    created, events = seen.order.created_at, delivered(seen)
    return (
        created is not None
        and bool(events)
        and not never_made(seen)
        and min(event.created for event in events) < created
    )


def _acknowledged(seen: Seen) -> bool:
    return bool(delivered(seen)) and not never_made(seen)


CAUSES: tuple[tuple[str, Callable[[Seen], bool]], ...] = (
    ("webhook_off", _off),
    ("webhook_not_subscribed", _not_subscribed),
    ("metadata_not_on_pi", _number_missing),
    ("webhook_wrong_host", _wrong_host),
    ("webhook_failing", _failing),
    ("webhook_before_order", _before_order),
    ("webhook_acked_not_applied", _acknowledged),
)
OF_REFUNDS: tuple[tuple[str, Callable[[Seen], bool]], ...] = (
    ("webhook_off", _off),
    ("webhook_not_subscribed", _not_subscribed),
    ("webhook_failing", _failing),
)


@once
def cause(seen: Seen) -> str | None:
    """The code of the first cause of a missed payment that holds; None where none can be told."""
    return _first(CAUSES, seen) if unheard(seen) else None


@once
def cause_of_refund(seen: Seen) -> str | None:
    """The same for a missed refund: only what is wrong with the endpoints, for the payment itself was heard of."""
    return _first(OF_REFUNDS, seen) if unheard_refund(seen) else None


def _first(causes: tuple[tuple[str, Callable[[Seen], bool]], ...], seen: Seen) -> str | None:
    for code, holds in causes:
        if holds(seen):
            return code
    return None
