"""Why a sending is safe, and what speaks against it without forbidding it: sentences for who decides. Pure."""

from core.cases import Case
from core.facts import CLOSED_ORDER, DisputeStatus, Endpoint, Event, Order, OrderStatus
from core.linking import Links
from core.replays.meaning import Brings, amount, brings, keeps_a_secret
from core.replays.reconstructing import said_of
from core.rules import Examined
from core.times import GRACE, moment

_LEAVING = frozenset(DisputeStatus) - {
    DisputeStatus.WON,
    DisputeStatus.WARNING_CLOSED,
    DisputeStatus.PREVENTED,
    DisputeStatus.UNKNOWN,
}


def reasons(case: Case, event: Event, url: str, *, resent: bool) -> tuple[str, ...]:
    """Why sending `event` to `url` is safe; `resent` by Stripe or by us."""
    order = case.order
    kept = "unchanged" if resent or not keeps_a_secret(event) else "unchanged but for its client secret, left empty"
    own = f"It is Stripe's own event of {moment(event.created)}, {kept}: an app that has applied {event.id} knows it."
    said = [
        *([] if event.reconstructed else [own]),
        f"It goes to {url} and nowhere else{', sent by Stripe' if resent else ''}.",
    ]
    if event.account:
        said.append(f"It says that it is of {event.account}, as all that Connect endpoints are sent.")
    if order is not None and brings(event) is not Brings.NOTHING and order.status is not OrderStatus.UNKNOWN:
        said.insert(0, f"It says {brings(event)}; the order is {order.state} and lacks that.")
    money = amount(event)
    if order is not None and brings(event) is Brings.PAID and money is not None and money == order.due_beside(money):
        said.append(f"Its amount is the order's: {money}.")
    return tuple(said)


def objections(seen: Examined, event: Event, endpoint: Endpoint | None, now: int) -> tuple[str, ...]:
    """What speaks against it; `endpoint` is the one at Stripe with the address it goes to."""
    case, links = seen.case, seen.links
    return tuple(
        said
        for said in (
            *(said_of(event, now, case.facts) if event.reconstructed else ()),
            *_objections_of_order(case.order, event),
            against_money(event, links),
            _against_event(case, event),
            None if event.reconstructed else _against_handler(case, event, endpoint, now),
            _against_endpoint(case, event, endpoint),
            _against_order_of_events(event, links),
            _against_version(case, event),
            "Not everything about this case could be read." if case.facts.unread else None,
        )
        if said
    )


def _objections_of_order(order: Order | None, event: Event) -> tuple[str | None, ...]:
    if order is None:
        return ("No order claims this payment: only your app's answer will tell what it did with the event.",)
    money = amount(event)
    differs = brings(event) is Brings.PAID and money is not None and order.due_beside(money) not in (None, money)
    return (
        f"The order is {order.state}: your app may reopen it, or drop the event."
        if order.status in CLOSED_ORDER and brings(event) is Brings.PAID
        else None,
        f"Its amount is {money}, the order's is {order.due}: your app may refuse it for that." if differs else None,
        f"Orderlens does not know what `{order.raw_status}` means: the order may show this already."
        if order.status is OrderStatus.UNKNOWN
        else None,
        f"Orderlens cannot tell what your app does on {event.type}." if brings(event) is Brings.NOTHING else None,
        "It says that the money is still on its way: it will not make the order paid."
        if brings(event) is Brings.UNDER_WAY
        else None,
    )


def against_money(event: Event, links: Links) -> str | None:
    """The money that the event speaks of may not stay."""
    if brings(event) is not Brings.PAID:
        return None
    if links.pending_refund:
        return "A refund of its payment is on its way: the order would be paid with money that is leaving."
    lost = any(one.status in _LEAVING for one in links.disputes)
    return "A dispute over its payment is open or lost: the money may not stay." if lost else None


def _against_event(case: Case, event: Event) -> str | None:
    """It may not be the one that the app books on."""
    books = case.surroundings.booked_on
    if event.id in case.in_vain:
        return "Orderlens has sent it before: it was accepted, and the order did not change."
    if books and brings(event) is Brings.PAID and event.type not in books:
        return f"By your settings the app books a payment on {' or '.join(books)}, not on {event.type}."
    return None


def _against_handler(case: Case, event: Event, endpoint: Endpoint | None, now: int) -> str | None:
    """What became of it at the first sending, as far as Stripe's counter proves that: it is of all endpoints together,
    and one that asks for it now, and was there when it was made, was sent it."""
    if now - event.created < GRACE:
        return "It is a few minutes old: Stripe may still be delivering it."
    sent = [one for one in case.facts.endpoints if one.could_hear(event)]
    ours = endpoint in sent
    if event.pending_webhooks and ours and len(sent) == 1:
        return "Stripe has sent it and was refused. Unless the handler has been mended, it will refuse again."
    if event.pending_webhooks and ours:
        return "An endpoint has not accepted it. If it was this one, and it has not been mended, it will refuse again."
    if not event.pending_webhooks and ours and event.id not in case.in_vain:
        return "Your app has accepted it once without booking it. Sending it again may not help."
    return None


def _against_endpoint(case: Case, event: Event, endpoint: Endpoint | None) -> str | None:
    if endpoint is None:
        if case.facts.connected:
            whose = f"No endpoint at this address hears of the connected account {case.facts.account}"
            return f"{whose}: if your app checks those events with another secret, it will refuse this one."
        return "Stripe knows no endpoint at this address." if case.facts.endpoints else None
    if not endpoint.enabled:
        return "This endpoint is disabled at Stripe: later events will not reach it."
    if not endpoint.wants(event.type):
        return f"This endpoint is not subscribed to {event.type}: your app may not know what to do with it."
    return None


def _against_order_of_events(event: Event, links: Links) -> str | None:
    newer = [
        other
        for other in links.events
        if other.created > event.created and brings(other) not in (Brings.NOTHING, brings(event))
    ]
    if not newer:
        return None
    latest = max(newer, key=lambda other: other.created)
    return (
        f"There is a newer event, {latest.type} of {moment(latest.created)}: sent after it, this one is out of order."
    )


def _against_version(case: Case, event: Event) -> str | None:
    ours = case.surroundings.app_api_version
    if ours is None or event.api_version in (None, ours):
        return None
    return f"It is written in API version {event.api_version}, and your app expects {ours}."
