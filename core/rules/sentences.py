"""How values are put into sentences and evidence: amounts, ids, names of things."""

import re

from core.facts import Intent, Order, Session
from core.findings import Evidence
from core.linking import Payment
from core.money import Money
from core.times import moment

_LONG = re.compile(r"_[A-Za-z0-9]{20}")
_LONG_ID = re.compile(r"\b[a-z]{2,6}_(?:test_|live_)?[A-Za-z0-9]{20,}\b")


def money(amount: Money | None) -> str:
    """An amount for people; an unknown one is called that."""
    return str(amount) if amount else "an unknown amount"


def short(text: str) -> str:
    """A sentence with its long ids cut to what can be compared by eye or on the phone: `cs_live_a1Eu...KULSN`."""
    if _LONG.search(text) is None:
        return text
    return _LONG_ID.sub(lambda found: f"{found[0][:12]}...{found[0][-5:]}", text)


def sentence(said: str) -> str:
    """The words with a capital letter and a full stop, where they end without."""
    return said[:1].upper() + said[1:] + ("" if said.endswith((".", "?", "!")) else ".")


def several(things: list[str]) -> str:
    """`a`, `a and b`, `a, b and c`."""
    if len(things) == 1:
        return things[0]
    return " and ".join(filter(None, [", ".join(things[:-1]), things[-1] if things else ""]))


def about_order(order: Order, name: str, value: object) -> Evidence:
    """A value as the orders database has it."""
    return Evidence(f"order {order.name}", name, _shown(value))


def costs(order: Order) -> tuple[Evidence, ...]:
    """What the order costs, and how much of it was paid by other means than Stripe."""
    total = about_order(order, "total", order.amount or (order.currency or "").upper())
    if not (otherwise := order.paid_otherwise):
        return (total,)
    return total, about_order(order, "paid otherwise", otherwise), about_order(order, "due at Stripe", order.due)


def total_of(order: Order) -> str:
    """The total for a sentence, with what of it was paid by other means."""
    otherwise = f" ({order.paid_otherwise} of it paid otherwise)" if order.amount and order.paid_otherwise else ""
    return f"{money(order.amount)}{otherwise}"


def about_payment(payment: Payment) -> Evidence:
    """A payment with what stands of it, and when it settled."""
    alone = "session" if payment.session else "invoice"
    name = f"payment {payment.id}" if payment.intent or payment.charges else f"{alone} {payment.id}"
    return Evidence(name, "paid", f"{money(payment.net)} ({moment(payment.at)})")


def _shown(value: object) -> str:
    return ("" if value is None else str(value)) or "(empty)"


def status_of(order: Order) -> Evidence:
    """The order's status, in the app's own word where that is another."""
    own, ours = order.raw_status, order.status
    return about_order(order, "status", ours if own in ("", ours) else f"{own} ({ours})")


def about(thing: Session | Intent, name: str, value: object) -> Evidence:
    """A value as Stripe has it."""
    kind = "session" if isinstance(thing, Session) else "intent"
    return Evidence(f"{kind} {thing.id}", name, _shown(value))
