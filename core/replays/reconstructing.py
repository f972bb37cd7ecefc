"""Events that Stripe no longer has, made of its objects: off by default, and never called Stripe's own. Pure.

What is made tells an app of a thing as its object shows it at this moment, in the API version in which it was read. Its
id says what it is, and is the same each time: an app that keeps the ids of what it has applied applies it once.

Made is only what the object proves by itself, and what cannot have been otherwise at the moment the event is of: a
payment that stands, a checkout that expired, an intent that was canceled, a charge that went back whole by one refund.
Not of a part that went back, or of several refunds: Stripe's own events tell what each of them changed. Not of an
attempt that failed, nor of a bank's no: what comes after it is all that the object shows.
"""

import hashlib
import re
from collections.abc import Iterator, Mapping
from typing import Final

from core.errors import Refused
from core.facts import (
    RECONSTRUCTED,
    STRIPE_VERSION,
    Charge,
    ChargeStatus,
    Event,
    Facts,
    Intent,
    IntentStatus,
    Json,
    RefundStatus,
    Session,
    SessionStatus,
)
from core.facts import json as read
from core.linking import Links, Payment
from core.rules import Examined
from core.times import DAY, moment

KEPT_SECONDS: Final = 30 * DAY
"""For how long Stripe keeps an event."""
_COMPLETED, _LATER = "checkout.session.completed", "checkout.session.async_payment_succeeded"
_OUT_OF_REACH = re.compile(r"events before .+: Stripe lists them for \d+ days")
_SETTING = "replays.reconstruct"
_FETCHES = "app.fetches_events"
_Thing = Session | Intent | Charge


def reconstructed(seen: Examined) -> tuple[Event, ...]:
    """An event for each object of the case that proves one now: of the payments of which something is still there, what
    the app books on first, where the settings say that; then of what is over."""
    books = seen.case.surroundings.booked_on
    made = [one for payment in seen.links.payments if payment.still_paid for one in _made(payment, books)]
    return (*sorted(made, key=lambda one: bool(books) and one.type not in books), *_over(seen.links))


def unsure(facts: Facts) -> str:
    """Why it is not known whether Stripe still has an event, in words; empty where it is: all was read, but for what
    is older than Stripe keeps."""
    if facts.unread:
        return f"{facts.unread[0].what}: {facts.unread[0].because}"
    return next((one for one in facts.events_unsearched if not _OUT_OF_REACH.fullmatch(one)), "")


def refuse_reconstructed(seen: Examined, event: Event) -> None:
    """Refused where this event may not be made, with the reason."""
    around = seen.case.surroundings
    if not around.reconstructs:
        raise Refused(
            "Reconstructed events are not sent here: the settings do not allow it.",
            next_step="If your app trusts what a signed event says, write reconstruct = true under [replays].",
            setting=_SETTING,
        )
    if around.fetches_events:
        raise Refused(
            f"By your settings the app fetches each event from Stripe by its id: {event.id} it would not find.",
            next_step="Correct the order in the shop.",
            setting=_FETCHES,
        )
    if event.id not in {one.id for one in reconstructed(seen)}:
        raise Refused(
            f"{event.id} cannot be made any more: nothing of this case shows what it says.",
            next_step="Retrieve the case afresh, and look at what is left of it.",
        )
    _refuse_what_stripe_has(seen, event)


def _refuse_what_stripe_has(seen: Examined, event: Event) -> None:
    facts = seen.case.facts
    own = next((one for one in facts.events if (one.type, one.object_id) == (event.type, event.object_id)), None)
    if own is not None:
        raise Refused(f"Stripe still has this event: {own.id}.", next_step="Send that one.")
    if because := unsure(facts):
        raise Refused(
            f"Whether Stripe still has this event is not known: not everything was read ({because.rstrip('.')}).",
            next_step="Retrieve the case afresh, and see to it that the key may read events.",
        )


def said_of(event: Event, now: int, facts: Facts) -> tuple[str, ...]:
    """What speaks against a reconstructed event, whichever it is; `facts`: when they were read, and what Stripe itself
    says it failed to make."""
    made = f"made of {event.object_id} as Stripe showed it at {moment(facts.read_at, seconds=True)}"
    young = now - event.created <= KEPT_SECONDS
    known = any((one.type, one.about) == (event.type, event.object_id) for one in facts.never_made)
    return (
        f"It is reconstructed and not Stripe's own event, {made}. Stripe lists none of {moment(event.created)}.",
        "Stripe keeps events for 30 days and lists none for this payment, though it is younger: look why first."
        if young and not known
        else "",
        "It has an id of Orderlens' own: an app that has applied Stripe's event knows that by another id.",
        "It tells of the object as it is now, not as it was then.",
    )


def _made(payment: Payment, books: tuple[str, ...]) -> Iterator[Event]:
    session, intent = payment.session, payment.intent
    if session is not None and session.payment_status == "paid":
        yield _event(_LATER if _LATER in books and _COMPLETED not in books else _COMPLETED, session, payment.at)
    if intent is not None and intent.status is IntentStatus.SUCCEEDED:
        yield _event("payment_intent.succeeded", intent, payment.at)
    for charge in payment.charges[-1:]:
        if charge.status is ChargeStatus.SUCCEEDED and charge.captured:
            captured = "charge.captured" in books and "charge.succeeded" not in books
            yield _event("charge.captured" if captured else "charge.succeeded", charge, payment.at)


def _over(links: Links) -> Iterator[Event]:
    """Of what has come to its end, and of which the end's moment is known."""
    for session in links.sessions:
        if session.status is SessionStatus.EXPIRED and session.expires_at:
            yield _event("checkout.session.expired", session, session.expires_at)
    for intent in links.intents:
        if intent.status is IntentStatus.CANCELED and intent.canceled_at:
            yield _event("payment_intent.canceled", intent, intent.canceled_at)
    for charge in links.charges:
        back = [one for one in links.refunds if one.charge_id == charge.id]
        whole = charge.refunded and len(back) == 1 and back[0].amount == charge.amount
        if whole and back[0].status is RefundStatus.SUCCEEDED:
            before = {"amount_refunded": 0, "refunded": False}
            yield _event("charge.refunded", charge, back[0].created, before)


def _event(kind: str, thing: _Thing, at: int, before: Mapping[str, object] | None = None) -> Event:
    """As Stripe's libraries take it: every field of an event, and no other. `before`: of an event that tells of a
    change, what was otherwise."""
    sealed = hashlib.sha256(f"{kind} {thing.id}".encode()).hexdigest()[:24]
    raw: Json = {
        "id": RECONSTRUCTED + sealed,
        "object": "event",
        "api_version": STRIPE_VERSION,
        "created": at,
        "data": {"object": dict(thing.raw), **({"previous_attributes": dict(before)} if before else {})},
        "livemode": read.flag(thing.raw, "livemode") or False,
        "pending_webhooks": 0,
        "request": {"id": None, "idempotency_key": None},
        "type": kind,
    }
    return Event.of(raw)
