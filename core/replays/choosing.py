"""Of one case among many: which events are sent, in the order in which they happened; or why it is left out. Pure.

Stricter than the plan of a single sending, which a person reads and decides on: what that would call an objection about
money, or leave to whoever knows the case, keeps a case out of a run.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum

from core.errors import Refused
from core.facts import CLOSED_ORDER, RECONSTRUCTED, Endpoint, Event
from core.findings import Action, Finding
from core.replays.meaning import Brings, brings, overtaken, reflected
from core.replays.plan import How, Replay, candidates, makeable, of_other_mode, plan
from core.replays.reconstructing import KEPT_SECONDS, reconstructed, unsure
from core.replays.weighing import against_money
from core.rules import Examined
from core.times import moment


class Why(StrEnum):
    """Why something is left out of a run."""

    APPLIED = "applied"
    NEWER = "newer"
    CLOSED = "closed"
    TOO_OLD = "too_old"
    OTHER_MODE = "other_mode"
    NO_ENDPOINT = "no_endpoint"
    NOT_SUBSCRIBED = "not_subscribed"
    NO_HELP = "no_help"
    HARM = "harm"
    ANOTHER_RUN = "another_run"
    SENT_BEFORE = "sent_before"
    EARLIER = "earlier"
    NOT_READ = "not_read"
    NO_EVENT = "no_event"
    GONE = "gone"

    @property
    def called(self) -> str:
        """In a few words, for people."""
        return _CALLED[self]


_MENDS = {  # what is proposed, and done by the app itself once it hears of it
    Brings.PAID: Action.MARK_PAID_AFTER_VERIFY,
    Brings.CLOSED: Action.CANCEL_ORDER,
    Brings.REFUNDED: Action.RECORD_REFUND,
}
_ENDPOINT = frozenset({Action.FIX_ENDPOINT, Action.SUBSCRIBE_EVENT})
_CALLED = {
    Why.APPLIED: "already applied",
    Why.NEWER: "newer state exists",
    Why.CLOSED: "the order is closed",
    Why.TOO_OLD: "older than 30 days",
    Why.OTHER_MODE: "of the other mode",
    Why.NO_ENDPOINT: "endpoint disabled or unknown",
    Why.NOT_SUBSCRIBED: "not subscribed when it happened",
    Why.NO_HELP: "a replay will not help",
    Why.HARM: "a replay would hurt",
    Why.ANOTHER_RUN: "another run is sending it",
    Why.SENT_BEFORE: "sent before",
    Why.EARLIER: "what comes before it did not heal",
    Why.NOT_READ: "could not be told",
    Why.NO_EVENT: "no event to send",
    Why.GONE: "no such case any more",
}


@dataclass(frozen=True, slots=True)
class LeftOut:
    """Not sent: why, and `says` the same in sentences with the case's own values. `event`: where one was meant."""

    why: Why
    says: str
    event: Event | None = None


@dataclass(frozen=True, slots=True)
class To:
    """Where to: by whom, and the configured endpoint (`url`, `can_sign`). `endpoint_id`: to which of Stripe's a resend
    goes; None for the one at the configured address, or the only one that is enabled."""

    how: How
    url: str | None
    can_sign: bool
    endpoint_id: str | None = None


@dataclass(frozen=True, slots=True)
class Named:
    """One event alone, by its id. `happened`: when, as far as whoever names it knows (seconds since 1970; 0: not)."""

    id: str
    happened: int = 0


def choose(
    seen: Examined, to: To, *, now: int, only: Named | None = None, made: bool = False
) -> tuple[Replay | LeftOut, ...]:
    """What of a case is sent, the oldest first: of each thing that the order does not show yet, the event that brings
    it best. `only`: that event alone, where it is not left out for the same reasons; `made`: also reconstructed events,
    where the settings allow them and Stripe has none of its own."""
    named = _named(seen, only)
    if only is not None and named is None:
        return (_missing(seen, only, now),)
    diagnosis = seen.diagnosis
    if diagnosis.undetermined:
        return (LeftOut(Why.NOT_READ, f"Could not be told: {diagnosis.undetermined}", named),)
    worth = (named,) if named else _worth(seen, made=made and to.how == "replay")
    if not worth:
        return (_nothing(seen, now, made=made),)
    if named is None or not _done(seen, named):
        barred = _barred(seen, worth)
        if barred is not None:
            return (LeftOut(barred.why, barred.says, named),)
    return tuple(_laid_out(seen, event, to, now) for event in worth)


def _named(seen: Examined, only: Named | None) -> Event | None:
    """The event that is meant, of Stripe's own or as it would be made now."""
    known = (*seen.case.facts.events, *reconstructed(seen))
    return next((one for one in known if only is not None and one.id == only.id), None)


def _missing(seen: Examined, only: Named, now: int) -> LeftOut:
    """Of an event that was not read: gone where it is too old for Stripe, or where everything was read."""
    facts, open_question = seen.case.facts, seen.diagnosis.undetermined
    because = " ".join(f"{one.what} ({one.because})" for one in facts.unread) or open_question or unsure(facts)
    old = only.happened and now - only.happened > KEPT_SECONDS
    if because:
        return LeftOut(Why.NOT_READ, f"{only.id} was not found, and not everything could be read: {because}")
    if only.id.startswith(RECONSTRUCTED):
        return LeftOut(Why.NO_EVENT, f"{only.id} cannot be made any more: nothing of this case shows what it says.")
    if old:
        said = f"{only.id} is of {moment(only.happened)}: Stripe lists events for 30 days, and has it no more."
        return LeftOut(Why.TOO_OLD, said)
    if facts.events_unsearched:
        said = f"{only.id} was not found, and not everything could be read: {', '.join(facts.events_unsearched)}"
        return LeftOut(Why.NOT_READ, said)
    return LeftOut(Why.NO_EVENT, f"Stripe lists {only.id} with this case no more, or never did.")


def _worth(seen: Examined, *, made: bool) -> tuple[Event, ...]:
    """The best of each kind, the oldest first; with those that are `made` for what Stripe has no event of."""
    best = dict[Brings, Event]()
    for event in (*candidates(seen), *(makeable(seen) if made else ())):
        best.setdefault(brings(event), event)
    return tuple(sorted(best.values(), key=lambda one: (one.created, one.id)))


def _done(seen: Examined, event: Event) -> bool:
    return bool(reflected(seen.case.order, event) or overtaken(seen, event))


def _barred(seen: Examined, worth: Iterable[Event]) -> LeftOut | None:
    """Why nothing of this case is sent, whatever its events."""
    headline, order = seen.diagnosis.headline, seen.case.order
    if headline is not None and any(_helps(seen, headline, event) for event in worth):
        return None
    if order is not None and order.status in CLOSED_ORDER and any(brings(one) is Brings.PAID for one in worth):
        return LeftOut(Why.CLOSED, f"The order is {order.state}: your app may reopen it, or drop the event.")
    if headline is None:
        return LeftOut(Why.NO_HELP, "Nothing is found wrong with it.")
    return LeftOut(Why.NO_HELP, f"{headline.title}: sending an event again is not what helps.")


def _helps(seen: Examined, headline: Finding, event: Event) -> bool:
    """Whether what is wrong is mended by the event: so says the diagnosis; or it proposes by hand what an app does by
    itself once it hears of it (call the order paid, cancel it, record the refund), and the app was never told."""
    proposed = set(headline.actions)
    if Action.REPLAY_EVENT in proposed:
        return True
    if _MENDS.get(brings(event)) not in proposed:
        return False
    return bool(proposed & _ENDPOINT) or not (_told(seen, event) or Action.FIX_STORED_ID in proposed)


def _told(seen: Examined, event: Event) -> bool:
    """Whether the app was told, as far as can be seen. Of what Stripe has no event of any more nobody can see that."""
    hears = any(endpoint.could_hear(event) for endpoint in seen.case.facts.endpoints)
    return hears and not event.reconstructed and not event.pending_webhooks


def _nothing(seen: Examined, now: int, *, made: bool) -> LeftOut:
    """Why a case has nothing to send; `made`: though reconstructed events were asked for too."""
    events, order = seen.links.events, seen.case.order
    for event in reversed(events):
        if of_other_mode(seen.case, event):
            return LeftOut(Why.OTHER_MODE, f"{event.id} is an event of the other mode.", event)
        if already := reflected(order, event):
            return LeftOut(Why.APPLIED, already, event)
        if harm := overtaken(seen, event):
            return LeftOut(Why.NEWER, harm, event)
    if events:
        return LeftOut(Why.NO_EVENT, "None of its events brings what the order lacks.")
    paid = max((payment.at for payment in seen.links.payments if payment.at), default=None)
    if paid is not None and now - paid > KEPT_SECONDS:
        said = f"It was paid on {moment(paid)}: Stripe keeps events for 30 days.{_instead(seen, made=made)}"
        return LeftOut(Why.TOO_OLD, said)
    return LeftOut(Why.NO_EVENT, "Stripe lists no event of it.")


def _instead(seen: Examined, *, made: bool) -> str:
    """What is to be said of a reconstructed event in its place."""
    around = seen.case.surroundings
    if around.reconstructs and around.fetches_events:
        return " By your settings the app fetches each event by its id: a reconstructed one it would not find."
    if around.reconstructs and not made and makeable(seen):
        return " A reconstructed one is sent only where that is chosen."
    return ""


def _laid_out(seen: Examined, event: Event, to: To, now: int) -> Replay | LeftOut:
    """The plan of one sending; or why not."""
    left = _of_event(seen, event, now, to.how) or (
        _of_endpoint(seen, event, to) if to.how == "resend" else _of_url(event, to)
    )
    if left is not None:
        return left
    endpoint = _endpoint(seen, to) if to.how == "resend" else None
    try:
        return plan(
            seen, event, how=to.how, url=to.url, can_sign=to.can_sign, now=now,
            endpoint_id=endpoint.id if endpoint else None,
        )  # fmt: skip
    except Refused as refusal:
        untold = event.reconstructed and unsure(seen.case.facts)
        return LeftOut(Why.NOT_READ if untold else Why.NO_HELP, refusal.message, event)


def _of_event(seen: Examined, event: Event, now: int, how: How) -> LeftOut | None:
    """What of the event itself speaks against it."""
    newer = _shown_since(seen, event)
    since = f"The order shows {newer.type} of {moment(newer.created)}, which is newer." if newer else None
    old = f"{event.id} is of {moment(event.created)}: Stripe has it no more, nor can your app ask for it."
    never = "It is reconstructed: Stripe does not have it, and cannot resend it (via app, Orderlens sends it)."
    kept = event.reconstructed or now - event.created <= KEPT_SECONDS
    against: tuple[tuple[Why, str | None], ...] = (
        (Why.OTHER_MODE, f"{event.id} is an event of the other mode." if of_other_mode(seen.case, event) else None),
        (Why.TOO_OLD, None if kept else old),
        (Why.TOO_OLD, never if event.reconstructed and how == "resend" else None),
        (Why.APPLIED, reflected(seen.case.order, event)),
        (Why.NEWER, overtaken(seen, event)),
        (Why.NEWER, since),
        (Why.HARM, against_money(event, seen.links)),
    )
    return next((LeftOut(why, said, event) for why, said in against if said), None)


def _shown_since(seen: Examined, event: Event) -> Event | None:
    """A newer event of another kind that the order shows already."""
    told = (Brings.NOTHING, Brings.UNDER_WAY, brings(event))
    return next(
        (
            other
            for other in seen.links.events
            if other.created > event.created and brings(other) not in told and reflected(seen.case.order, other)
        ),
        None,
    )


def _of_url(event: Event, to: To) -> LeftOut | None:
    if to.url and to.can_sign:
        return None
    missing = "ORDERLENS_WEBHOOK_URL" if not to.url else "ORDERLENS_WEBHOOK_SECRET"
    return LeftOut(Why.NO_ENDPOINT, f"No endpoint is configured to which Orderlens may send: set {missing}.", event)


def _of_endpoint(seen: Examined, event: Event, to: To) -> LeftOut | None:
    """Why Stripe would not deliver it."""
    endpoint = _endpoint(seen, to)
    if endpoint is None:
        said = "Stripe knows no endpoint at the configured address, and more or fewer than one that is enabled."
        return LeftOut(Why.NO_ENDPOINT, said, event)
    if not endpoint.enabled:
        return LeftOut(Why.NO_ENDPOINT, f"{endpoint.url} is disabled at Stripe: Stripe would not deliver.", event)
    if not endpoint.could_hear(event):
        said = f"{endpoint.url} was not subscribed to {event.type} when it happened, or is not: a resend would not"
        return LeftOut(Why.NOT_SUBSCRIBED, f"{said} reach it. Orderlens' own signed request does (via app).", event)
    return None


def _endpoint(seen: Examined, to: To) -> Endpoint | None:
    endpoints = seen.case.facts.endpoints
    if to.endpoint_id is not None:
        return next((one for one in endpoints if one.id == to.endpoint_id), None)
    here = [one for one in endpoints if one.url == to.url]
    enabled = [one for one in here if one.enabled] or here or [one for one in endpoints if one.enabled]
    return enabled[0] if here or len(enabled) == 1 else None
