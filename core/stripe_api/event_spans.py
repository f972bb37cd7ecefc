"""When the events of a payment were made: the spans of time worth looking through. Pure.

Stripe cannot list the events of one object, and a busy shop has thousands an hour. What an object carries tells when
its events were made: a charge's `created` (the session completes seconds later), a refund's, a dispute's, a session's
`expires_at`. Never searches wide spans for common types.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from typing import Final

from core.facts import Charge, Dispute, Event, Intent, Invoice, Refund, Session, SessionStatus, Subscription
from core.times import DAY, MINUTE, moment

KEPT_DAYS: Final = 30  # how long Stripe lists an event

PAID: Final = tuple(
    "checkout.session.completed payment_intent.created payment_intent.requires_action payment_intent.processing "
    "payment_intent.amount_capturable_updated payment_intent.succeeded payment_intent.payment_failed "
    "payment_intent.canceled charge.succeeded charge.failed charge.pending charge.captured charge.expired "
    "setup_intent.succeeded invoice.paid invoice.payment_succeeded customer.subscription.created".split()
)
EXPIRED: Final = ("checkout.session.expired",)
COMPLETED: Final = ("checkout.session.completed", "setup_intent.succeeded")
REFUNDED: Final = tuple("charge.refunded refund.created refund.updated refund.failed charge.refund.updated".split())
DISPUTED: Final = tuple(
    f"charge.dispute.{step}" for step in ("created", "updated", "closed", "funds_withdrawn", "funds_reinstated")
)
LATER: Final = tuple(
    "checkout.session.async_payment_succeeded checkout.session.async_payment_failed charge.captured "
    "charge.expired".split()
)
DOUBTED: Final = tuple(
    "review.opened review.closed radar.early_fraud_warning.created radar.early_fraud_warning.updated".split()
)
ENDED: Final = ("customer.subscription.updated", "customer.subscription.deleted")
_AT_ONCE: Final = frozenset("card card_present link paypal cashapp alipay wechat_pay ideal bancontact blik".split())

Telling = Session | Intent | Charge | Refund | Dispute | Subscription | Invoice | Event


@dataclass(frozen=True, slots=True)
class Span:
    """From `since` to `until` (seconds since 1970, both included), events of `types`; `of` says which in words."""

    since: int
    until: int
    types: tuple[str, ...]
    of: str

    @property
    def words(self) -> str:
        """For people: which events, from when to when."""
        return f"the events of {self.of} between {moment(self.since)} and {moment(self.until)}"

    def covers(self, other: "Span") -> bool:
        """Whether whoever searched this one has searched `other` too."""
        return self.types == other.types and self.since <= other.since and other.until <= self.until


def spans(objects: Iterable[Telling], *, now: int) -> Iterator[Span]:
    """The spans in which the objects' events were made, as far as the objects tell; the likeliest first."""
    found = list(objects)
    manual = {intent.id for intent in found if isinstance(intent, Intent) and intent.capture_method == "manual"}
    paid = {charge.payment_intent_id for charge in found if isinstance(charge, Charge)}
    unsorted = [span for item in found for span in _spans(item, manual, paid, now)]
    order = (PAID, COMPLETED, EXPIRED, REFUNDED, DISPUTED, ENDED, LATER, DOUBTED)
    yield from sorted(unsorted, key=lambda span: (order.index(span.types), -span.since))


def merged(some: Iterable[Span]) -> tuple[Span, ...]:
    """The same seconds in fewer spans: those of one kind that overlap become one."""
    done: list[Span] = []
    for span in sorted(some, key=lambda span: (span.types, span.since)):
        if done and done[-1].types == span.types and span.since <= done[-1].until + MINUTE:
            done[-1] = replace(done[-1], until=max(done[-1].until, span.until))
        else:
            done.append(span)
    return tuple(done)


def _spans(item: Telling, manual: set[str], paid: set[str | None], now: int) -> Iterator[Span]:
    match item:
        case Charge():
            yield from _of_charge(item, now, is_manual=item.payment_intent_id in manual)
        case Intent(canceled_at=int(at)):
            yield Span(at - MINUTE, at + MINUTE, PAID, "the cancellation")
        case Session(status=SessionStatus.COMPLETE) if item.payment_intent_id not in paid:
            yield Span(item.created, min(item.created + 30 * MINUTE, now), COMPLETED, "the checkout's first half hour")
        case Session(status=SessionStatus.EXPIRED, expires_at=int(at)) if at <= now:
            yield Span(at - MINUTE, at + 10 * MINUTE, EXPIRED, "the checkout's expiry")
        case Session(status=SessionStatus.EXPIRED):
            yield Span(item.created, now, EXPIRED, "the checkout's expiry")
        case _:
            yield from _afterwards(item, now)


def _afterwards(item: Telling, now: int) -> Iterator[Span]:
    match item:
        case Refund():
            yield Span(item.created - MINUTE, item.created + 10 * MINUTE, REFUNDED, "the refund")
        case Dispute():
            yield Span(item.created - MINUTE, now, DISPUTED, "the dispute")
        case Subscription(ended_at=int(at)):
            yield Span(at - MINUTE, at + 10 * MINUTE, ENDED, "the subscription's end")
        case Event(type="checkout.session.async_payment_succeeded" | "checkout.session.async_payment_failed"):
            yield Span(item.created - MINUTE, item.created + MINUTE, PAID, "the late settlement")
        case _:
            return


def _of_charge(charge: Charge, now: int, *, is_manual: bool) -> Iterator[Span]:
    yield Span(charge.created - MINUTE, charge.created + 3 * MINUTE, PAID, "the payment")
    if (charge.method or "card") not in _AT_ONCE or is_manual:
        yield Span(charge.created, min(charge.created + 14 * DAY, now), LATER, "what settled later")
    if charge.captured:
        yield Span(charge.created, min(charge.created + KEPT_DAYS * DAY, now), DOUBTED, "doubts about the payment")
