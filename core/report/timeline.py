"""The timeline: what happened on both sides, on one axis, and what of it reached the shop.

Pure: moments, and the sentence that tells them to somebody who cannot see a figure. A moment exists only where a side
gave its time.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, tzinfo
from enum import StrEnum

from core.cases import Case
from core.facts import (
    Charge,
    ChargeStatus,
    Event,
    IntentStatus,
    InvoiceStatus,
    Refund,
    RefundStatus,
    Session,
    SessionStatus,
    SubscriptionStatus,
)
from core.linking import Links
from core.money import Money
from core.rules import Examined
from core.times import moment

SHOWN = 200
SOON = 120  # seconds in which a card is answered for
AT_ONCE = 120  # seconds from a bill to its payment, where nobody was asked
_FAILED = frozenset({"charge.failed", "payment_intent.payment_failed", "checkout.session.async_payment_failed"})
_RENEWS = frozenset({SubscriptionStatus.ACTIVE, SubscriptionStatus.TRIALING})


class Side(StrEnum):
    """Whose moment it is."""

    ORDER = "Order"
    STRIPE = "Stripe"
    WEBHOOK = "Webhook"


class Stress(StrEnum):
    """Whether a moment needs an eye."""

    PLAIN = "plain"
    BAD = "bad"
    AHEAD = "ahead"  # it has not happened yet


@dataclass(frozen=True, slots=True)
class Moment:
    """Something that happened at `at` (seconds since 1970). `what` is short; `detail` says more, with ids."""

    at: int
    side: Side
    what: str
    detail: str
    stress: Stress = Stress.PLAIN


@dataclass(frozen=True, slots=True)
class Fate:
    """What became of an event: in a word, in a sentence, and whether that is bad."""

    word: str
    sentence: str
    bad: bool = False


@dataclass(frozen=True, slots=True)
class Timeline:
    """The moments, oldest first; `left_out` were dropped from the beginning. `now` is when the case was read."""

    moments: tuple[Moment, ...]
    now: int
    left_out: int = 0

    def in_words(self, zone: tzinfo = UTC) -> str:
        """The same in words, with the times of `zone`."""
        moments = "; ".join(f"{moment(m.at, zone, seconds=True)}, {m.side.value}: {m.what}" for m in self.moments)
        return f"Timeline of the order and of Stripe. {moments}." if moments else "Neither side gave a time."


def timeline(seen: Examined) -> Timeline:
    """All that both sides gave a time for, the latest `SHOWN` of it."""
    case, links = seen.case, seen.links
    found = [
        *_order(case), *_payments(case, links), *_foreign(links), *_money_back(links),
        *_subscriptions(case, links), *_bills(case, links), *_webhooks(case, links),
    ]  # fmt: skip
    moments = sorted((m for m in found if m.at > 0), key=lambda m: (m.at, list(Side).index(m.side)))
    return Timeline(tuple(moments[-SHOWN:]), case.now, max(0, len(moments) - SHOWN))


def _order(case: Case) -> Iterator[Moment]:
    order = case.order
    if order is None:
        return
    name = f"order {order.name}"
    if order.created_at:
        yield Moment(order.created_at, Side.ORDER, "order made", name)
    if order.updated_at and order.updated_at != order.created_at:
        word = order.state
        yield Moment(order.updated_at, Side.ORDER, f"order last changed, now {word}", f"{name}, status {word}")


def _payments(case: Case, links: Links) -> Iterator[Moment]:
    for session in links.sessions:
        total = f" for {session.total}" if session.total else ""
        yield Moment(session.created, Side.STRIPE, f"checkout opened{total}", session.id)
        if session.expires_at and session.status is not SessionStatus.COMPLETE:
            ahead = session.expires_at > case.now
            what = "checkout ends" if ahead else "checkout ended unpaid"
            yield Moment(session.expires_at, Side.STRIPE, what, session.id, Stress.AHEAD if ahead else Stress.PLAIN)
    yield from _charges(links)
    for intent in links.intents:
        for at, what in ((intent.action_from, "micro-deposits arrive"), (intent.pay_by, "last moment to pay it")):
            if at and intent.awaited:
                yield Moment(at, Side.STRIPE, what, intent.id, Stress.AHEAD if at > case.now else Stress.PLAIN)
        if intent.canceled_at:
            why = f" ({intent.cancellation_reason})" if intent.cancellation_reason else ""
            yield Moment(intent.canceled_at, Side.STRIPE, f"payment cancelled{why}", intent.id, Stress.BAD)
        elif intent.status is IntentStatus.SUCCEEDED and not any(
            c.payment_intent_id == intent.id for c in links.charges
        ):
            yield Moment(intent.created, Side.STRIPE, "payment begun, since succeeded", intent.id)


def _charges(links: Links) -> Iterator[Moment]:
    for charge in links.charges:
        amount = f" {Money(charge.amount, charge.currency)}" if charge.currency else ""
        said = {
            ChargeStatus.SUCCEEDED: f"charged{amount}" if charge.captured else f"reserved{amount}",
            ChargeStatus.PENDING: f"charge of{amount} under way",
            ChargeStatus.FAILED: f"charge of{amount} failed",
        }.get(charge.status, f"charge of{amount}")
        detail = f"{charge.id} {charge.failure or ''}".strip()
        if charge.status is not ChargeStatus.FAILED:
            yield Moment(charge.created, Side.STRIPE, said, detail)
        elif failed_at := _failed_later(charge, links):
            yield Moment(charge.created, Side.STRIPE, f"charge of{amount} begun", charge.id)
            yield Moment(failed_at, Side.STRIPE, said, detail, Stress.BAD)
        else:
            yield Moment(charge.created, Side.STRIPE, said, detail, Stress.BAD)


def _failed_later(charge: Charge, links: Links) -> int | None:
    """When a bank that took its time said no, where a message tells; None where it said so at once."""
    told = (event.created for event in links.events if event.type in _FAILED and event.created > charge.created + SOON)
    return min(told, default=None) if len(links.charges) == 1 else None


def _foreign(links: Links) -> Iterator[Moment]:
    """What the order points at although it is another one's."""
    for found in links.foreign:
        what = "checkout opened" if isinstance(found, Session) else "payment begun"
        yield Moment(found.created, Side.STRIPE, f"another order's {what}", found.id, Stress.BAD)


def _money_back(links: Links) -> Iterator[Moment]:
    for refund in (*links.refunds, *links.releases):
        amount = str(Money(refund.amount, refund.currency)) if refund.currency else "an amount"
        done = refund.status is RefundStatus.SUCCEEDED
        word = "refunded" if refund not in links.releases else _let_go(links, refund)
        what = f"{word} {amount}" if done else f"refund of {amount}: {refund.status.value.replace('_', ' ')}"
        bad = refund.status in {RefundStatus.FAILED, RefundStatus.CANCELED}
        yield Moment(refund.created, Side.STRIPE, what, refund.id, Stress.BAD if bad else Stress.PLAIN)
    for dispute in links.disputes:
        amount = f" over {Money(dispute.amount, dispute.currency)}" if dispute.currency else ""
        detail = f"{dispute.id} {dispute.reason or ''}".strip()
        yield Moment(dispute.created, Side.STRIPE, f"disputed{amount}", detail, Stress.BAD)
        if dispute.due_by:
            yield Moment(dispute.due_by, Side.STRIPE, "answer to the dispute due", dispute.id, Stress.AHEAD)


def _let_go(links: Links, refund: Refund) -> str:
    """What a release is called: of a card of which a part was taken it is the rest."""
    partly = any(charge.captured and refund.charge_id == charge.id for charge in links.charges)
    return "not taken, let go:" if partly else "reservation ended:"


def _subscriptions(case: Case, links: Links) -> Iterator[Moment]:
    for one in links.subscriptions:
        costs = f", {one.amount} a period" if one.amount else ""
        yield Moment(one.created, Side.STRIPE, f"subscription begun{costs}", one.id)
        if one.ended_at:
            failed = one.ended_for in {"payment_failed", "payment_disputed"}
            why = f" ({one.ended_for.replace('_', ' ')})" if one.ended_for else ""
            stress = Stress.BAD if failed else Stress.PLAIN
            yield Moment(one.ended_at, Side.STRIPE, f"subscription ended{why}", one.id, stress)
            continue
        if one.canceled_at:
            yield Moment(one.canceled_at, Side.STRIPE, "end of the subscription asked for", one.id)
        ends = one.cancel_at or one.period_end or 0
        renews = one.charges_on and one.status in _RENEWS  # what is overdue may be ended before
        if one.live and ends > case.now and (renews or one.ends_by_itself):
            what = "subscription ends by itself" if one.ends_by_itself else "subscription renews"
            yield Moment(ends, Side.STRIPE, what, one.id, Stress.AHEAD)


def _bills(case: Case, links: Links) -> Iterator[Moment]:
    """A bill that was paid as it was made is one moment."""
    for bill in links.invoices:
        total = bill.total if bill.total is not None else bill.amount_due
        what = f"bill of {Money(total, bill.currency)}" if bill.currency and total is not None else "bill"
        if bill.paid_at and bill.status is InvoiceStatus.PAID:
            done = "settled outside Stripe" if bill.paid_out_of_band else "paid"
            yield Moment(bill.paid_at, Side.STRIPE, f"{what} {done}", bill.id)
        if bill.paid_at is None or bill.paid_at - bill.created > AT_ONCE:
            due = bill.status is InvoiceStatus.OPEN
            left = ", not paid yet" if due else ", since void" if bill.status is InvoiceStatus.VOID else ""
            yield Moment(bill.created, Side.STRIPE, f"{what} made{left}", bill.id, Stress.BAD if due else Stress.PLAIN)
        if bill.next_attempt and bill.next_attempt > case.now and bill.status is InvoiceStatus.OPEN:
            yield Moment(bill.next_attempt, Side.STRIPE, "Stripe tries that bill again", bill.id, Stress.AHEAD)


def _webhooks(case: Case, links: Links) -> Iterator[Moment]:
    for event in links.events:
        fate = delivery(case, event)
        stress = Stress.BAD if fate.bad else Stress.PLAIN
        yield Moment(event.created, Side.WEBHOOK, f"{event.type}: {fate.word}", f"{event.id}: {fate.sentence}", stress)


def delivery(case: Case, event: Event) -> Fate:
    """What became of an event. Stripe's counter covers all endpoints and is also 0 where no endpoint wants it."""
    if event.pending_webhooks:
        many = "One endpoint" if event.pending_webhooks == 1 else f"{event.pending_webhooks} endpoints"
        return Fate("not accepted", f"{many} did not accept it", bad=True)
    if any(unread.kind == "endpoints" for unread in case.facts.unread):
        return Fate("not waiting", "no endpoint is still to accept it")
    if any(endpoint.could_hear(event) for endpoint in case.facts.endpoints):
        return Fate("accepted", "every endpoint that wants it accepted it")
    if any(endpoint.wants(event.type) for endpoint in case.facts.endpoints):
        return Fate("not heard", "the endpoints that ask for such events hear of other accounts, or were made later")
    return Fate("not subscribed", "no endpoint of this account asks for such events")
