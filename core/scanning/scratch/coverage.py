"""What of a span is read and what is not: ranges less ranges, and holes told apart from what surrounds them; and where
the events of a case lie. Pure."""

from collections.abc import Iterable, Iterator

from core.facts import Charge, Dispute, Intent, OrderStatus, Refund, Session, Subscription, Unread
from core.stripe_api import PAID, Span
from core.stripe_api.event_spans import spans
from core.stripe_api.spans import Hole, Range, merged
from core.times import DAY, HOUR, moment

PAYMENTS = ("sessions", "intents")  # the kinds of a hole in which an order's payment may lie
BILLED = ("subscriptions", "invoices", "refunds", "disputes")  # in which may lie what became of a subscription
BEFORE, AFTER = HOUR, 25 * HOUR  # a checkout is made about when its order is, and lives for a day


def less(wanted: Iterable[Range], done: Iterable[Range]) -> tuple[Range, ...]:
    """The seconds of `wanted` that are not in `done`, the oldest first."""
    left = list(merged(wanted))
    for gone in merged(done):
        left = [
            part
            for one in left
            for part in (Range(one.since, min(one.until, gone.since)), Range(max(one.since, gone.until), one.until))
            if part.since < part.until
        ]
    return tuple(left)


def both(one: Iterable[Range], other: Iterable[Range]) -> tuple[Range, ...]:
    """The seconds that are in both."""
    asked = merged(one)
    return less(asked, less(asked, other))


def joined(ranges: Iterable[Range], gap: int) -> tuple[Range, ...]:
    """The same with gaps of up to `gap` seconds filled in, where reading on is cheaper than asking anew."""
    return tuple(Range(one.since, one.until - gap) for one in merged(Range(r.since, r.until + gap) for r in ranges))


def told_in(
    objects: Iterable[Session | Intent | Charge | Refund | Dispute | Subscription],
    status: OrderStatus | None,
    *,
    now: int,
) -> Iterator[Span]:
    """Where the events of a case lie. Of a payment's charges a scan reads the last one only: where the order (with this
    `status`) is failed, what was told of those before counts too."""
    found = list(objects)
    yield from spans(found, now=now)
    if status is OrderStatus.FAILED:
        begun = {one.id: one.created for one in found if isinstance(one, Intent)}
        for charge in found:
            if isinstance(charge, Charge):
                since = begun.get(charge.payment_intent_id or "", charge.created)
                if since >= charge.created - DAY:
                    yield Span(since, charge.created, PAID, "the attempts before the payment")


def page_of_events(span: Range, orders: int, types: tuple[str, ...]) -> int:
    """About how many seconds a page of events of these types lasts: as long as that, two spans are cheaper read as one.
    A payment makes four events; of everything else, an order makes one at most."""
    return 100 * max(span.until - span.since, 1) // ((4 if types == PAID else 1) * max(orders, 1))


def near(at: int | None, holes: Iterable[Hole], kinds: Iterable[str]) -> tuple[Hole, ...]:
    """The holes in which objects of an order made `at` may lie; all of them where that is not known."""
    asked = frozenset(kinds)
    return tuple(
        hole for hole in holes if hole.kind in asked and (at is None or hole.since - AFTER <= at < hole.until + BEFORE)
    )


def later(at: int | None, holes: Iterable[Hole]) -> tuple[Hole, ...]:
    """The holes in which may lie what became of a subscription whose order was made `at`; all where that is not
    known."""
    return tuple(hole for hole in holes if hole.kind in BILLED and (at is None or at < hole.until + BEFORE))


def unread(hole: Hole) -> Unread:
    """A hole as a case has it. Payments that are hidden inside sessions are intents to it."""
    kind = "intents" if hole.kind == "payments" else hole.kind
    return Unread(kind, f"the {hole.kind} from {moment(hole.since)} to {moment(hole.until)}", hole.because)
