"""What was paid and what the order costs, brought to figures that can be compared; and what may explain a gap.

Compared only while nothing is refunded; after that, `money_back` says whether what is left is right. What a bank has
withdrawn was paid all the same. Compared in the currency the app charged in, or in the one the customer saw if the
order was kept in that.
"""

import re
from decimal import Decimal

from core.facts import OPEN_ORDER, PAID_ORDER, Intent, Session, SessionStatus
from core.linking import parts
from core.money import Money, exponent
from core.rules.questions import apart, states
from core.rules.rule import Seen, once
from core.times import DAY, seconds

TWO_MEANINGS = frozenset({"isk", "ugx"})  # no decimals by nature, two at Stripe: never held against an order
_FINE = 3  # decimals of dinars, where factors of 10 and 1000 come from unit errors too
_LONGEST = 20  # digits of a time
_LOWERS = re.compile(
    r"credit|gift|voucher|wallet|balance|points|coupon|discount|deposit|paid_otherwise|prepaid", re.IGNORECASE
)
_RAISES = re.compile(r"fee|surcharge|tip|donation|shipping|tax|rounding", re.IGNORECASE)
_AMOUNT = re.compile(r"-?[^\d\s.,-]{0,3}\s?(-?\d{1,12}(?:[.,]\d{1,3})?)\s?[^\d\s.,-]{0,3}")


@once
def comparable(seen: Seen) -> bool:
    """Amounts are compared on open and paid orders, while nothing is refunded and nothing is still arriving."""
    links, is_waiting = seen.links, seen.order.status in OPEN_ORDER
    if not is_waiting and seen.order.status not in PAID_ORDER:
        return False
    if links.refunded or links.pending_refund or states.grouped(seen):
        return False
    return not (is_waiting and states.is_young(seen))


@once
def figures(seen: Seen) -> tuple[Money, Money] | None:
    """What was paid and what of the order's total was due at Stripe, in one currency; None where they cannot be
    compared."""
    total, paid_by = seen.order.due, apart.current(seen)
    if total is None or not paid_by or not comparable(seen):
        return None
    for paid in (apart.left_of(paid_by), paid_by[0].shown if len(paid_by) == 1 else None):
        if paid and paid.currency == total.currency:
            return paid, seen.order.due_beside(paid) or total
    return None


def free_figures(seen: Seen) -> tuple[Money, Money] | None:
    """The same for a checkout where nothing had to be paid. A trial explains nothing and is not asked."""
    total, free = seen.order.due, seen.links.free
    if total is None or not free or seen.links.payments or not comparable(seen):
        return None
    paid = free[-1].total or Money(0, free[-1].currency or total.currency)
    return (paid, seen.order.due_beside(paid) or total) if paid.currency == total.currency else None


def payable(seen: Seen) -> tuple[Session, Money, Money] | None:
    """An open order's checkout that can still be paid, where it asks for another amount than the total; with both."""
    total, links = seen.order.due, seen.links
    if total is None or seen.order.status not in OPEN_ORDER or links.payments or links.free or not comparable(seen):
        return None
    for session in reversed(links.sessions):
        asked = session.total if is_open(session, seen.case.now) else None
        if asked and asked.currency == total.currency and asked != seen.order.due_beside(asked):
            return session, asked, total
    return None


def is_open(session: Session, now: int) -> bool:
    """Whether somebody could pay it now."""
    return session.status is SessionStatus.OPEN and (session.expires_at or session.created + DAY) > now


def is_rest(seen: Seen, session: Session) -> bool:
    """Whether it asks for no more than what is missing from the total: a deposit was paid, and this is the rest."""
    total, left, asked = seen.order.due, seen.links.left, session.total
    if not total or not left or not asked or {total.currency} != {left.currency, asked.currency}:
        return False
    return left.amount_minor + asked.amount_minor <= total.amount_minor


def of_payment(seen: Seen) -> tuple[Session | None, Intent | None]:
    """The one checkout (paid or free) and the one payment whose own figures may explain a gap."""
    paid_by = apart.current(seen)
    sessions = [payment.session for payment in paid_by] or list(seen.links.free)
    session = sessions[-1] if len(paid_by) <= 1 and sessions else None
    return session, paid_by[0].intent if len(paid_by) == 1 else None


def own_figure(seen: Seen, gap: int) -> str | None:
    """What the order itself notes that is the gap to the coin, by its key: a store credit or gift card lowers what is
    paid, a fee raises it."""
    order, wanted = seen.order, _LOWERS if gap < 0 else _RAISES
    for key, value in (*order.metadata.items(), *order.extra.items()):
        if wanted.search(key) and order.amount and abs(gap) in _as_minor(value, order.amount.currency):
            return key
    return None


def _as_minor(value: str, currency: str) -> set[int]:
    """A noted amount in minor units: both readings of a number without a unit."""
    number = _AMOUNT.fullmatch(value.strip())
    if number is None:
        return set()
    amount = abs(Decimal(number[1].replace(",", "."))) if number[1].count(",") + number[1].count(".") <= 1 else None
    if amount is None:
        return set()
    both = {amount, amount.scaleb(exponent(currency))}
    return {int(one) for one in both if one == one.to_integral_value()}


def unit_factor(paid: Money, total: Money) -> int | None:
    """The power of ten that two amounts are apart by, where it is one that comes from counting in the wrong unit."""
    one, two = abs(paid.amount_minor), abs(total.amount_minor)
    if one == two or not (one and two):
        return None
    for factor in (10, 100, 1000) if exponent(total.currency) == _FINE else (100,):
        if one == two * factor or one * factor == two:
            return factor
    return None


def too_little(seen: Seen) -> bool:
    """Whether an open order must not be called paid by what stands: that is less than is due, and nothing that Stripe
    or the app says explains it; or nobody says how much is due, and the app itself shows a part as paid."""
    if states.waits_for_the_rest(seen):
        return True
    pair = figures(seen)
    gap = pair[0].amount_minor - pair[1].amount_minor if pair else 0
    return gap < 0 and not (parts(*of_payment(seen), gap) or own_figure(seen, gap))


def cart_changed_at(seen: Seen) -> int | None:
    """When the app says that the order's cart last changed."""
    text = seen.order.metadata.get("cart_updated_at", "").strip()
    return seconds(int(text)) if text.isdecimal() and len(text) < _LONGEST else None


def outdated(seen: Seen) -> Session | Intent | None:
    """The checkout, or payment, that money came in by and that is older than the cart's last change."""
    if (at := cart_changed_at(seen)) is None:
        return None
    things = [payment.session or payment.intent for payment in apart.current(seen)]
    return next((thing for thing in things if thing and at > thing.created), None)
