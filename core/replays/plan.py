"""The plan of a sending: refused with the reason, or shown exactly as it will be sent. Pure."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final, Literal

import msgspec

from core.cases import Case
from core.errors import Refused
from core.facts import Event
from core.replays.meaning import BRINGS, Brings, brings, overtaken, reflected
from core.replays.reconstructing import KEPT_SECONDS, reconstructed, refuse_reconstructed
from core.replays.weighing import objections, reasons
from core.rules import Examined

How = Literal["replay", "resend"]
SIGNATURE = "Stripe-Signature"
MADE_BY_US = ("Orderlens-Reconstructed", "true")
SIGNED_WHEN_SENT = "t=<time of sending>,v1=<signature>"
USER_AGENT = "Stripe/1.0 (+https://stripe.com/docs/webhooks) Orderlens/0.1"


@dataclass(frozen=True, slots=True)
class Replay:
    """A plan: `event` to `url`, as `headers` and `body` say, byte by byte; only the signature is made at the sending.

    `how`: "replay" (Orderlens sends) or "resend" (Stripe sends, to `endpoint_id`; then headers and body are Stripe's
    own and empty here). `reasons`: why it is safe; `objections`: what speaks against it without forbidding it;
    `knows_of`: which sending of this event to this address before it they tell of, None where there was none;
    `account`: the connected account that Stripe is asked to resend it as.
    """

    how: How
    event: Event
    url: str
    endpoint_id: str | None
    headers: tuple[tuple[str, str], ...]
    body: bytes
    reasons: tuple[str, ...]
    objections: tuple[str, ...]
    knows_of: int | None = None
    account: str | None = None


def plan(
    seen: Examined,
    event: Event,
    *,
    how: How,
    url: str | None,
    can_sign: bool,
    now: int,
    endpoint_id: str | None = None,
) -> Replay:
    """A plan to send `event` of a case again. Refused, with the reason, where it must not be.

    `url`, `can_sign`: the configured endpoint, and whether its signing secret is; `endpoint_id`: where Stripe is to
    resend to; `now`: seconds since 1970.
    """
    case = seen.case
    _refuse_strangers(seen, event)
    _refuse_what_is_done(seen, event)
    if event.reconstructed:
        _refuse_made(seen, event, how)
    target = (
        _replay_target(url, can_sign=can_sign) if how == "replay" else _resend_target(case, event, endpoint_id, now)
    )
    resent = how == "resend"
    endpoint = next((one for one in case.facts.endpoints if one.id == endpoint_id or one.url == target), None)
    return Replay(
        how=how,
        event=event,
        url=target,
        endpoint_id=endpoint_id,
        headers=() if resent else _headers(event),
        body=b"" if resent else body_of(event),
        reasons=reasons(case, event, target, resent=resent),
        objections=objections(seen, event, endpoint, now),
        account=case.facts.account if case.facts.connected else None,
    )


def planned_before(event: Event, url: str) -> Replay:
    """What is sent of an event that was planned to go to `url`, where nothing has moved on since."""
    return Replay("replay", event, url, None, _headers(event), body_of(event), (), ())


def candidates(seen: Examined) -> tuple[Event, ...]:
    """The events of a case that are worth sending: those that bring what the order does not show yet. Best first: what
    was not sent in vain, what the app books on, what an endpoint is subscribed to, payments before refunds before
    failures, then the newest."""
    books, vain = seen.case.surroundings.booked_on, seen.case.in_vain

    def rank(event: Event) -> tuple[bool, bool, bool, int, int]:
        wanted = any(endpoint.wants(event.type) for endpoint in seen.case.facts.endpoints)
        order = list(BRINGS).index(event.type)
        return event.id in vain, event.type not in books, not wanted, order, -event.created

    worth = (
        event
        for event in seen.links.events
        if brings(event) not in (Brings.NOTHING, Brings.UNDER_WAY)
        and not reflected(seen.case.order, event)
        and overtaken(seen, event) is None
        and not of_other_mode(seen.case, event)
    )
    return tuple(sorted(worth, key=rank))


def makeable(seen: Examined) -> tuple[Event, ...]:
    """The reconstructed events that are worth sending, where the settings allow them: those that bring what the order
    does not show, and that no event of Stripe's brings."""
    around = seen.case.surroundings
    if not around.reconstructs or around.fetches_events:
        return ()
    brought = {brings(event) for event in candidates(seen)}
    worth = (
        event
        for event in reconstructed(seen)
        if brings(event) not in brought
        and not reflected(seen.case.order, event)
        and overtaken(seen, event) is None
        and not of_other_mode(seen.case, event)
    )
    return tuple(sorted(worth, key=lambda event: event.id in seen.case.in_vain))


def sendable(seen: Examined) -> tuple[Event, ...]:
    """The events that nothing in the case speaks against sending: the order does not show what they bring, and they
    would do no harm. Whether one is worth it is not said. As Stripe listed them."""
    return tuple(
        event
        for event in seen.links.events
        if not of_other_mode(seen.case, event)
        and reflected(seen.case.order, event) is None
        and overtaken(seen, event) is None
    )


def unsendable(seen: Examined) -> str:
    """Why nothing of a case can be sent again, in a sentence; empty where something can."""
    if sendable(seen) or makeable(seen):
        return ""
    own = [event for event in seen.links.events if not of_other_mode(seen.case, event)]
    shown = (reflected(seen.case.order, event) for event in own)
    harm = (overtaken(seen, event) for event in own)
    return next(filter(None, (*shown, *harm)), _no_event(seen))


def _no_event(seen: Examined) -> str:
    facts = seen.case.facts
    if any(one.kind == "events" for one in facts.unread):
        return "Stripe's messages of it could not be read."
    kept = ", and keeps them for 30 days" if facts.events_unsearched else ""
    return f"Stripe lists no message of it{kept}."


def body_of(event: Event) -> bytes:
    """The event as Stripe renders it on the wire: its JSON, indented by two, in UTF-8."""
    return msgspec.json.format(_JSON.encode(event.raw), indent=2)


def _refuse_strangers(seen: Examined, event: Event) -> None:
    if not event.reconstructed and event.id not in {own.id for own in seen.links.events}:
        raise Refused(
            f"{event.id} is not an event of this case: nothing it names belongs to this order.",
            next_step="Open the case it belongs to, by pasting the event's id into the search.",
        )
    if of_other_mode(seen.case, event):
        theirs, ours = ("live", "test") if event.livemode else ("test", "live")
        raise Refused(
            f"{event.id} is a {theirs} event, and this desk works on {ours} data.",
            next_step=f"Open Orderlens with the {theirs} key; never mix the two.",
        )


def _refuse_what_is_done(seen: Examined, event: Event) -> None:
    already = reflected(seen.case.order, event)
    if already:
        raise Refused(f"Nothing to send. {already}", next_step="If something else is wrong, look at the findings.")
    harm = overtaken(seen, event)
    if harm:
        raise Refused(harm, next_step="Send the newest event of the payment instead, if the order lacks it.")


def _refuse_made(seen: Examined, event: Event, how: How) -> None:
    """A reconstructed event, where Stripe's own would do or this one would not."""
    refuse_reconstructed(seen, event)
    if how == "resend":
        raise Refused(f"Stripe does not have {event.id}: it cannot send it.", next_step="Send it from Orderlens.")
    if worth := [own for own in candidates(seen) if brings(own) is brings(event)]:
        what = "the payment" if brings(event) is Brings.PAID else f"the same ({brings(event)})"
        raise Refused(
            f"Stripe still has {worth[0].id} ({worth[0].type}), which tells of {what}.", next_step="Send that one."
        )


def _replay_target(url: str | None, *, can_sign: bool) -> str:
    if not url:
        raise Refused(
            "No endpoint is configured to which Orderlens may send.",
            next_step="Set ORDERLENS_WEBHOOK_URL to your app's webhook endpoint.",
            setting="ORDERLENS_WEBHOOK_URL",
        )
    if not can_sign:
        raise Refused(
            "The endpoint's signing secret is not configured: your app would refuse an unsigned event.",
            next_step="Set ORDERLENS_WEBHOOK_SECRET to the endpoint's whsec_... (Stripe dashboard, Webhooks).",
            setting="ORDERLENS_WEBHOOK_SECRET",
        )
    return url


def _resend_target(case: Case, event: Event, endpoint_id: str | None, now: int) -> str:
    endpoint = next((one for one in case.facts.endpoints if one.id == endpoint_id), None)
    if endpoint is None and case.facts.connected:
        raise Refused(
            f"{endpoint_id or 'This endpoint'} does not hear of {case.facts.account}, or this key may not see that.",
            next_step="Choose one that listens to events on connected accounts (Connect), or one that account has.",
        )
    if endpoint is None:
        raise Refused(
            f"Stripe knows no endpoint {endpoint_id or ''} in this account, or this key may not see it.",
            next_step="Choose one of the endpoints of this case.",
        )
    if not endpoint.enabled:
        raise Refused(
            f"The endpoint {endpoint.url} is disabled at Stripe: Stripe would not deliver.",
            next_step="Enable it in the Stripe dashboard under Webhooks first.",
        )
    if endpoint.livemode is not None and endpoint.livemode != (case.facts.key_mode == "live"):
        raise Refused(
            f"The endpoint {endpoint.url} is one of the other mode: Stripe would not deliver to it.",
            next_step="Choose an endpoint of this mode.",
        )
    if not endpoint.wants(event.type):
        raise Refused(
            f"The endpoint {endpoint.url} is not subscribed to {event.type}: Stripe would not deliver.",
            next_step="Subscribe it for the future, and replay this event from Orderlens.",
        )
    if now - event.created > KEPT_SECONDS:
        raise Refused(
            f"{event.id} is older than the 30 days for which Stripe keeps events: it cannot be resent.",
            next_step="Replay it from Orderlens if you have it, or correct the order by hand.",
        )
    return endpoint.url


def _headers(event: Event) -> tuple[tuple[str, str], ...]:
    return (
        ("Content-Type", "application/json; charset=utf-8"),
        ("User-Agent", USER_AGENT),
        *((MADE_BY_US,) if event.reconstructed else ()),
        (SIGNATURE, SIGNED_WHEN_SENT),
    )


def of_other_mode(case: Case, event: Event) -> bool:
    """Whether it is of the other of Stripe's two worlds."""
    return event.livemode is not None and event.livemode != (case.facts.key_mode == "live")


def _plain(value: object) -> object:
    return dict(value) if isinstance(value, Mapping) else float(str(value))


_JSON: Final = msgspec.json.Encoder(enc_hook=_plain, decimal_format="number")
