"""`Links`: the part of a case's facts that belongs to its order, and what it adds up to."""

from dataclasses import dataclass, field
from operator import attrgetter

from core.facts import (
    Charge,
    ChargeStatus,
    Dispute,
    Endpoint,
    Event,
    Facts,
    Intent,
    IntentStatus,
    Invoice,
    Order,
    PaymentStatus,
    Refund,
    Session,
    SessionStatus,
    Subscription,
)
from core.facts.remembered import remembered
from core.linking.claims import Claim
from core.linking.ledger import Movement, let_go, outside, reserved
from core.linking.ownership import Books
from core.linking.payments import Payment
from core.money import Money, added_up

_at = attrgetter("at")
_refunded, _pending, _withdrawn = attrgetter("refunded"), attrgetter("pending"), attrgetter("withdrawn")


@dataclass(frozen=True)  # no slots: what it adds up to is worked out once
class Links:
    """What belongs to the order, the oldest first. For a case without an order: everything that was read.

    `refunds` returned what was taken, or were to; `releases` are those by which Stripe writes down that a reservation
    was let go. `foreign`: objects the order points at that belong to another order. `on_other_site`: sessions that name
    the order's number, on another site. `claims`: what this order has to do with payments that other orders store too.
    `books`: what is known of those. `subscriptions`, `invoices`: as they were read, else as the newest event tells of
    them; `bills` are those that the order itself was paid by. `endpoints` belong to nobody: all there are, each once.
    `facts`: what was read, tidied.
    """

    sessions: tuple[Session, ...] = ()
    intents: tuple[Intent, ...] = ()
    charges: tuple[Charge, ...] = ()
    refunds: tuple[Refund, ...] = ()
    releases: tuple[Refund, ...] = ()
    disputes: tuple[Dispute, ...] = ()
    subscriptions: tuple[Subscription, ...] = ()
    invoices: tuple[Invoice, ...] = ()
    bills: tuple[Invoice, ...] = ()
    events: tuple[Event, ...] = ()
    payments: tuple[Payment, ...] = ()
    foreign: tuple[Session | Intent, ...] = ()
    on_other_site: tuple[Session, ...] = ()
    claims: tuple[tuple[Claim, Order], ...] = ()
    books: Books | None = None
    endpoints: tuple[Endpoint, ...] = ()
    facts: Facts | None = field(default=None, compare=False, repr=False)

    @remembered
    def still_paid(self) -> tuple[Payment, ...]:
        """The payments that pay for something: neither returned nor lost to a bank."""
        return tuple([payment for payment in self.payments if payment.still_paid])

    @remembered
    def standing(self) -> tuple[Payment, ...]:
        """The payments of which something is with the shop."""
        return tuple([payment for payment in self.payments if payment.stands])

    @remembered
    def unreturned(self) -> tuple[Payment, ...]:
        """The payments of which something was not returned, wherever it is now."""
        return tuple([payment for payment in self.payments if payment.unreturned])

    @remembered
    def paid(self) -> Money | None:
        """All that came in; None where nothing did, an amount is unknown, or currencies are mixed."""
        return added_up([payment.amount for payment in self.payments])

    @remembered
    def left(self) -> Money | None:
        """Paid minus returned; None as for `paid`."""
        return added_up([payment.left for payment in self.payments])

    @remembered
    def net(self) -> Money | None:
        """What stands: paid minus returned, minus what a bank has withdrawn; None as for `paid`."""
        return added_up([payment.net for payment in self.payments])

    @remembered
    def withdrawn(self) -> int:
        """Minor units that are with a bank, over all payments."""
        return sum(map(_withdrawn, self.payments))

    @remembered
    def refunded(self) -> int:
        """Minor units that went back, over all payments."""
        return sum(map(_refunded, self.payments))

    @remembered
    def pending_refund(self) -> int:
        """Minor units on their way back."""
        return sum(map(_pending, self.payments))

    @remembered
    def free(self) -> tuple[Session, ...]:
        """Finished sessions for which nothing had to be paid: a coupon of 100 %, a trial, a saved card."""
        due = PaymentStatus.NO_PAYMENT_REQUIRED
        return tuple([s for s in self.sessions if s.payment_status is due and s.status is SessionStatus.COMPLETE])

    @remembered
    def outside(self) -> tuple[Movement, ...]:
        """What was settled outside Stripe of the order's own bills."""
        return outside(self.bills)

    @remembered
    def movements(self) -> tuple[Movement, ...]:
        """The ledger of the order: every movement of money, also of what was only reserved or came in elsewhere."""
        of_payments = [movement for payment in self.payments for movement in payment.movements]
        beside = [*reserved(self.intents), *let_go(self.intents, self.charges), *self.outside]
        return (*of_payments, *beside)

    @remembered
    def under_way(self) -> bool:
        """A payment the bank has not answered yet: processing, or a voucher or transfer the customer still has."""
        return bool(
            [i for i in self.intents if i.status is IntentStatus.PROCESSING or i.awaited]
            or [charge for charge in self.charges if charge.status is ChargeStatus.PENDING]
            or [session for session in self.sessions if self._unanswered(session)]
        )

    @remembered
    def unclear(self) -> tuple[str, ...]:
        """Ids of linked objects whose state is a word nobody here knows: nothing can be concluded from them."""
        new, due = SessionStatus.UNKNOWN, PaymentStatus.UNKNOWN
        odd = [s.id for s in self.sessions if s.status is new or s.payment_status is due]
        odd += [i.id for i in self.intents if i.status is IntentStatus.UNKNOWN]
        odd += [c.id for c in self.charges if c.status is ChargeStatus.UNKNOWN]
        return tuple(dict.fromkeys(odd)) if odd else ()

    @remembered
    def settled_at(self) -> int | None:
        """When the newest payment (or free checkout) settled; None where none did."""
        times: list[int] = list(map(_at, self.payments))
        for session in self.free:
            finished = [e.created for e in self.events if e.object_id == session.id and e.type.endswith(".completed")]
            times.append(max([session.created, *finished]))
        return max(times) if times else None

    def _unanswered(self, session: Session) -> bool:
        """Finished and unpaid, and the intent that would say why is not here."""
        done = session.status is SessionStatus.COMPLETE and session.payment_status is PaymentStatus.UNPAID
        return done and all(intent.id != session.payment_intent_id for intent in self.intents)
