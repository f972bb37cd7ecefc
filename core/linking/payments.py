"""`Payment`: one sum of money that came in for an order, with every movement of it since (`ledger`).

An intent that succeeded; a charge of the years before intents; a session that was paid through an invoice or whose
intent was not read. Amounts are in the currency the app charged in, also where the customer saw another one.
"""

from dataclasses import dataclass, replace
from fractions import Fraction

from core.facts import (
    Charge,
    Dispute,
    Event,
    Intent,
    Invoice,
    Refund,
    RefundStatus,
    Session,
    json,
)
from core.linking.ledger import OPEN, WAITING, Kind, Movement, added, released, went_back, withdrawals
from core.linking.taken import Taken, taken
from core.money import Money

_GOING_BACK = ((Kind.RETURNED, frozenset({RefundStatus.SUCCEEDED})), (Kind.RETURNING, WAITING))
TELLS_OF_SUCCESS = frozenset(
    {
        "checkout.session.completed",
        "checkout.session.async_payment_succeeded",
        "payment_intent.succeeded",
        "charge.succeeded",
        "invoice.paid",
        "invoice.payment_succeeded",
    }
)


@dataclass(frozen=True, slots=True)
class Payment:
    """Money that came in. `amount` is what was taken, None where Stripe's answer did not say it; `left` is that minus
    what was returned; `net` is what stands: also minus what a bank has withdrawn. `refunded`, `pending` and
    `withdrawn` are minor units of the same currency, the last without what was reinstated; `questioned` is the part of
    it that the bank has not decided about. `movements` make them up.
    `at` is when it settled, as nearly as the objects tell (seconds since 1970); `ids` are all by which an order may
    point at it. `bill`: the invoice that it paid, that of a sign-up above all."""

    id: str
    amount: Money | None
    left: Money | None
    net: Money | None
    refunded: int
    pending: int
    withdrawn: int
    questioned: int
    at: int
    ids: frozenset[str]
    movements: tuple[Movement, ...] = ()
    session: Session | None = None
    intent: Intent | None = None
    charges: tuple[Charge, ...] = ()
    bill: Invoice | None = None

    @property
    def subscription_id(self) -> str | None:
        """The subscription that it began."""
        session = self.session.subscription_id if self.session else None
        return session or (self.bill.subscription_id if self.bill else None)

    @property
    def still_paid(self) -> bool:
        """Whether it pays for something: neither all returned nor lost to a bank. What a bank questions does so until
        that is decided; an unknown amount counts as money."""
        return self.net is None or self.net.amount_minor + self.questioned > 0

    @property
    def stands(self) -> bool:
        """Whether anything of it is with the shop (an unknown amount counts as money)."""
        return self.net is None or self.net.amount_minor > 0

    @property
    def unreturned(self) -> bool:
        """Whether the customer got less than all of it back, wherever the rest is now."""
        return self.left is None or self.left.amount_minor > 0

    @property
    def shown(self) -> Money | None:
        """What the customer saw and paid, where that was another currency."""
        if self.session and self.session.presentment:
            return self.session.presentment
        if self.session and self.session.converted and self.session.currency and self.session.amount_total is not None:
            return Money(self.session.amount_total, self.session.currency)
        return self.intent.presentment if self.intent else None


def payments(
    sessions: tuple[Session, ...],
    intents: tuple[Intent, ...],
    charges: tuple[Charge, ...],
    refunds: tuple[Refund, ...],
    disputes: tuple[Dispute, ...],
    events: tuple[Event, ...],
    bills: tuple[Invoice, ...] = (),
) -> tuple[Payment, ...]:
    """The payments among objects that all belong to one order, the oldest first. `refunds` are without releases,
    `bills` are the invoices that it was paid by."""
    came_in = taken(sessions, intents, charges, bills)
    found = [_payment(one, refunds, disputes, events) for one in came_in]
    return tuple(sorted(found, key=lambda payment: (payment.at, payment.id)) if len(found) > 1 else found)


def _payment(
    came_in: Taken, refunds: tuple[Refund, ...], disputes: tuple[Dispute, ...], events: tuple[Event, ...]
) -> Payment:
    """The payment with all its movements, and the last word that it settled."""
    amount, session, charges, bill = came_in.amount, came_in.session, came_in.charges, came_in.bill
    ids = _ids(came_in)
    mine = [one for one in refunds if one.charge_id in ids or one.payment_intent_id in ids] if refunds else []
    asked = [one for one in disputes if one.charge_id in ids or one.payment_intent_id in ids] if disputes else []
    at = max(
        [came_in.at, *[e.created for e in events if e.type in TELLS_OF_SUCCESS and not ids.isdisjoint(e.related_ids)]]
    )
    refunded, pending = went_back(mine, charges)
    rate = _rate(session, amount)
    if rate:  # what went back is counted in the customer's currency
        refunded, pending = round(refunded * rate), round(pending * rate)
    left = net = None
    moved: tuple[Movement, ...] = ()
    withdrawn = questioned = 0
    if amount is not None:
        refunded = min(refunded, amount.amount_minor)
        left = Money(amount.amount_minor - refunded, amount.currency)
        drawn, withdrawn, questioned, sure = _with_bank(asked, left, rate, session) if asked else ([], 0, 0, True)
        net = Money(left.amount_minor - withdrawn, left.currency) if sure else None
        moved = (
            Movement(Kind.TAKEN, amount, came_in.id, "amount_captured" if charges else "amount_received", at),
            *(_returns(mine, charges, refunded, amount.currency, rate) if mine or refunded else ()),
            *drawn,
            *_beside(came_in.intent, charges),
        )
    return Payment(
        came_in.id, amount, left, net, refunded, pending, withdrawn, questioned, at, ids, moved,
        session, came_in.intent, charges, bill,
    )  # fmt: skip


def _ids(came_in: Taken) -> frozenset[str]:
    """All by which an order, a refund or a dispute may point at it."""
    things = (came_in.session, came_in.intent, *came_in.charges, came_in.bill)
    ids = frozenset([came_in.id, *[thing.id for thing in things if thing]])
    return ids.union(came_in.bill.intent_ids, came_in.bill.charge_ids) if came_in.bill else ids


def _with_bank(
    asked: list[Dispute], left: Money, rate: Fraction | None, session: Session | None
) -> tuple[list[Movement], int, int, bool]:
    """What disputes moved of what was left; what is with the bank, the part of it that is not decided; whether that is
    sure."""
    if rate and session:
        asked = [_converted(dispute, rate, session, left.currency) for dispute in asked]
    drawn, sure = withdrawals(asked, left.currency, left.amount_minor)
    open_ones = {dispute.id for dispute in asked if dispute.status in OPEN}
    questioned = added([one for one in drawn if one.source in open_ones], Kind.WITHDRAWN)
    return drawn, added(drawn, Kind.WITHDRAWN) - added(drawn, Kind.REINSTATED), questioned, sure


def _rate(session: Session | None, amount: Money | None) -> Fraction | None:
    """Of an amount in the app's currency to the same in the customer's, where the session was converted."""
    if not session or not session.converted or session.converted != amount or not session.amount_total:
        return None
    return Fraction(session.converted.amount_minor, session.amount_total)


def _converted(dispute: Dispute, rate: Fraction, session: Session, currency: str) -> Dispute:
    """A dispute in the app's currency."""
    if (dispute.currency or "").lower() != (session.currency or "").lower():
        return dispute
    return replace(dispute, amount=round(dispute.amount * rate), currency=currency)


def _returns(
    refunds: list[Refund], charges: tuple[Charge, ...], refunded: int, currency: str, rate: Fraction | None
) -> list[Movement]:
    """What went back and what is on its way, refund by refund, to the coin what all of them are together; what only
    the charges tell of, in one sum."""
    found: list[Movement] = []
    for kind, statuses in _GOING_BACK:
        given = counted = 0
        for one in [refund for refund in refunds if refund.status in statuses]:
            given += one.amount
            so_far = round(given * rate) if rate else given
            so_far = min(so_far, refunded) if kind is Kind.RETURNED else so_far
            if so_far > counted:
                found.append(Movement(kind, Money(so_far - counted, currency), one.id, "amount", one.created))
            counted = so_far
    if rest := refunded - added(found, Kind.RETURNED):
        source = next((charge.id for charge in charges if charge.amount_refunded), refunds[0].id if refunds else "")
        found.append(Movement(Kind.RETURNED, Money(rest, currency), source, "amount_refunded"))
    return found


def _beside(intent: Intent | None, charges: tuple[Charge, ...]) -> list[Movement]:
    """What was reserved and let go, and Stripe's fee where it was read: neither counts for what stands."""
    found = [
        Movement(Kind.LET_GO, Money(rest, charge.currency), charge.id, "amount - amount_captured")
        for charge in charges
        if charge.currency and (rest := released(charge))
    ]
    if not charges and intent and intent.currency and 0 < intent.amount_received < intent.amount:
        rest = intent.amount - intent.amount_received
        found.append(Movement(Kind.LET_GO, Money(rest, intent.currency), intent.id, "amount - amount_received"))
    for charge in charges:
        if not (settled := json.inner(charge.raw, "balance_transaction")):
            continue
        fee, currency = json.whole(settled, "fee"), json.text(settled, "currency")
        if fee and currency:
            found.append(Movement(Kind.FEE, Money(fee, currency), json.text(settled, "id") or charge.id, "fee"))
    return found
