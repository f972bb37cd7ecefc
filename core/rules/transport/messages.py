"""What the rules of transport say alike: which message it was, what proves the payment, what is at stake, what follows.

Each of them speaks of a payment that the app missed, or of a refund; the gaps `{happened}` and `{then}` differ.
"""

from collections.abc import Sequence

from core.facts import OPEN_ORDER, Event
from core.findings import Action, Evidence
from core.money import Money
from core.rules.questions import states
from core.rules.questions.sites import host
from core.rules.questions.why_unheard import carriers, unheard_refund
from core.rules.rule import Seen, does
from core.rules.sentences import money, several

IN_TEST = " In test mode a `stripe listen` may have heard it."
TEST_CAUSE = "In test mode: a developer's `stripe listen` heard it, or an endpoint of another sandbox."
MARK = does(Action.MARK_PAID_AFTER_VERIFY, "Read session and payment afresh, then mark the order paid.")


def happened(seen: Seen) -> dict[str, str]:
    """The gaps in sentences and steps that a closed order, or a refund, fills otherwise than an open one."""
    test = {"test": in_test(seen)}
    if unheard_refund(seen):
        back = f"{money(stake(seen))} went back to the customer."
        return test | {"happened": back, "then": "Record the refund on the order."}
    if seen.order.status in OPEN_ORDER:
        return test | {"then": MARK}
    return test | {"then": f"The order is {seen.order.status.value}: decide first what becomes of it."}


def in_test(seen: Seen) -> str:
    """Who else may have heard, in test mode: listeners that no list of endpoints shows. Empty in live mode."""
    return IN_TEST if seen.case.facts.key_mode == "test" else ""


def stake(seen: Seen) -> Money | None:
    """What the app has not heard of: the payment's net, or what was refunded."""
    if unheard_refund(seen):
        return Money(seen.links.refunded, seen.links.left.currency) if seen.links.left else None
    return states.at_stake(seen)


def mark(seen: Seen) -> tuple[Action, ...]:
    """Marking paid is proposed for open orders only: what becomes of a closed one is for a person to decide."""
    return (Action.MARK_PAID_AFTER_VERIFY,) if seen.order.status in OPEN_ORDER else ()


def replay(seen: Seen) -> tuple[Action, ...]:
    """Sending the message again is proposed where it would not reopen a closed order."""
    return (Action.REPLAY_EVENT,) if seen.order.status in OPEN_ORDER or unheard_refund(seen) else ()


def again(event: Event, seen: Seen, hint: str) -> str:
    """The step that sends a message again (`hint`: what it will do), or warns of it where the order is closed."""
    if replay(seen):
        return f"Send {event.type} again{hint}"
    return f"Do not send {event.type} again before that is decided: it could reopen the order."


def proofs(seen: Seen) -> tuple[Evidence, ...]:
    """What shows that it is settled at Stripe."""
    links = seen.links
    if unheard_refund(seen):
        return tuple(Evidence(f"refund {r.id}", "status", r.status.value) for r in links.refunds) or (
            Evidence("Stripe", "refunded", money(stake(seen))),
        )
    things = [thing.id if (thing := p.intent or p.session) else p.id for p in links.still_paid]
    paid = [Evidence(f"Stripe on {thing}", "status", "succeeded") for thing in things]
    return (*paid, *(Evidence(f"session {s.id}", "payment_status", s.payment_status.value) for s in links.free))


def telling(seen: Seen) -> str:
    """The kind of event that the app should ask for: the checkout's own where there is one."""
    types, links = carriers(seen), seen.links
    if not links.sessions and "payment_intent.succeeded" in types:
        return "payment_intent.succeeded" if links.intents else "charge.succeeded"
    return types[0]


def to_send(events: Sequence[Event], seen: Seen) -> Event:
    """The event that tells a handler most: the one that the app books on, else the checkout's own before the payment's;
    one that was sent in vain last."""
    types, books, vain = carriers(seen), seen.case.surroundings.booked_on, seen.case.in_vain

    def rank(event: Event) -> tuple[bool, bool, int]:
        place = types.index(event.type) if event.type in types else len(types)
        return event.id in vain, event.type not in books, place

    return min(events, key=rank)


def about_event(event: Event, name: str, value: object) -> Evidence:
    """A value of an event."""
    return Evidence(f"event {event.id} ({event.type})", name, str(value))


def hosts(urls: Sequence[str]) -> str:
    """The hosts of these addresses, each once, to be read aloud."""
    return several(list(dict.fromkeys(host(url) or url for url in urls))) or "your endpoint"
