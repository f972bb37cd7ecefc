"""The cart of a payment that no order claims, in sentences and as evidence."""

from collections.abc import Iterator

from core.facts import Cart
from core.findings import Evidence
from core.rules.sentences import money
from core.times import moment


def evidence(cart: Cart, payment: str) -> Iterator[Evidence]:
    """What led from a payment (its source as evidence) to its cart, and what that says."""
    row = f"cart {cart.id}"
    yield Evidence(row if cart.kept else payment, cart.led_by, cart.led_value)
    said = {
        "customer_name": cart.customer_name,
        "customer_email": cart.customer_email,
        "amount": cart.amount and money(cart.amount),
        "created": moment(cart.created_at) if cart.created_at is not None else None,
    }
    yield from (Evidence(row, field, text) for field, text in said.items() if text)


def words(cart: Cart | None) -> dict[str, str]:
    """What fills the gaps of sentences about a payment that has one, or none."""
    if cart is None:
        return {"cart": "", "whose": "", "of_cart": ""}
    of = f" of {cart.customer}" if cart.customer else ", which does not say whose it is"
    return {"cart": cart.id, "whose": cart.customer, "of_cart": f" It was paid for cart {cart.id}{of}."}
