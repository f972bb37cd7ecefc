"""Whether a payment fits an order: its amount, its currency and its customer; and what lies between two amounts."""

from itertools import combinations

from core.facts import Charge, Intent, Order, Session
from core.money import Money

AMOUNT, EMAIL = "amount", "e-mail"


def contradictions(order: Order, thing: Session | Intent | Charge) -> tuple[str, ...]:
    """What speaks against a payment's being this order's: an amount in the order's currency that Stripe's own figures
    do not explain, another e-mail. What either side does not say speaks against nothing."""
    found = []
    if (paid := amount_of(thing)) and (due := order.due_beside(paid)) and paid.currency == due.currency:
        gap = paid.amount_minor - due.amount_minor
        session, intent = (
            thing if isinstance(thing, Session) else None,
            thing if isinstance(thing, Intent) else None,
        )
        if gap and not parts(session, intent, gap):
            found.append(AMOUNT)
    ours, theirs = (_plain(mail) for mail in (order.customer_email, thing.email))
    if ours and theirs and ours != theirs:
        found.append(EMAIL)
    return tuple(found)


def same_customer(one: Order, other: Order) -> bool:
    """Whether two orders are one customer's, as far as their e-mails tell."""
    return bool(_plain(one.customer_email)) and _plain(one.customer_email) == _plain(other.customer_email)


def amount_of(thing: Session | Intent | Charge) -> Money | None:
    """What was paid by it, or is asked for."""
    if isinstance(thing, Session):
        return thing.total
    minor = (
        thing.amount_received or thing.amount if isinstance(thing, Intent) else thing.amount_captured or thing.amount
    )
    return Money(minor, thing.currency) if thing.currency else None


def parts(session: Session | None, intent: Intent | None, gap: int) -> tuple[tuple[str, int], ...]:
    """Stripe's own figures that add up to the gap: a discount lowers what is paid, the others raise it. Of a session
    that was converted they are brought to the app's currency, to the coin."""
    own = (
        ("promotion code", -_figure(session, session.amount_discount) if session else 0),
        ("tax", _figure(session, session.amount_tax) if session else 0),
        ("shipping", _figure(session, session.amount_shipping) if session else 0),
        ("tip", intent.tip if intent else 0),
    )
    named = [(name, minor) for name, minor in own if minor]
    for count in range(1, len(named) + 1):
        for some in combinations(named, count):
            off = gap - sum(minor for _, minor in some)
            if off == 0 or (session and session.converted and abs(off) <= count):
                name, minor = some[-1]
                return (*some[:-1], (name, minor + off))
    return ()


def _figure(session: Session, minor: int) -> int:
    """An amount of the session's in the app's currency, as nearly as its own two totals tell."""
    if not session.converted or not session.amount_total or not minor:
        return minor
    return round(minor * session.converted.amount_minor / session.amount_total)


def _plain(mail: str | None) -> str:
    return (mail or "").strip().casefold()
