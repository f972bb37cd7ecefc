"""`Cart`: what an order was to come of. It tells whose a payment is that no order claims."""

from collections.abc import Iterable
from dataclasses import dataclass

from core.facts import json as read
from core.facts.json import Json
from core.facts.naming import CLIENT, all_written
from core.facts.objects import Charge, Intent, Session
from core.money import Money


@dataclass(frozen=True, slots=True)
class Trace:
    """What payments can be led to their cart by: their ids (of sessions, intents and charges), and what is `written`
    on them, by its key (`client_reference_id` may be one)."""

    sessions: frozenset[str] = frozenset()
    intents: frozenset[str] = frozenset()
    charges: frozenset[str] = frozenset()
    written: frozenset[tuple[str, str]] = frozenset()

    @classmethod
    def of(cls, things: Iterable[Session | Intent | Charge]) -> "Trace":
        """That of the objects of one payment."""
        found = list(things)
        texts = {pair for thing in found for pair in all_written(thing.metadata)}
        texts |= {(CLIENT, one.client_reference_id or "") for one in found if isinstance(one, Session)}
        return cls(
            frozenset(one.id for one in found if isinstance(one, Session)),
            frozenset(one.id for one in found if isinstance(one, Intent)),
            frozenset(one.id for one in found if isinstance(one, Charge)),
            frozenset((key, text.strip()) for key, text in texts if text.strip()),
        )


@dataclass(frozen=True, slots=True)
class Cart:
    """A cart as the app's database has it. `led_by`: what led from the payment to it, a key of Stripe's objects
    (`metadata.cart_id`, `client_reference_id`) or a column of the cart (`payment_intent_id`), and `led_value` what
    stands there. Amounts are minor units, times seconds since 1970; None means that the database does not say."""

    id: str
    led_by: str
    led_value: str
    customer_email: str | None = None
    customer_name: str | None = None
    amount_minor: int | None = None
    currency: str | None = None
    created_at: int | None = None

    @property
    def customer(self) -> str:
        """Whose it is, for people: `Ann Example (ann@example.com)`; empty where it does not say."""
        name, email = self.customer_name, self.customer_email
        return f"{name} ({email})" if name and email else name or email or ""

    @property
    def kept(self) -> bool:
        """Whether the cart keeps the payment's id; else the payment names the cart."""
        return self.led_by in ("session_id", "payment_intent_id", "charge_id")

    @property
    def amount(self) -> Money | None:
        """Its total, where both amount and currency are known."""
        if self.amount_minor is None or not self.currency:
            return None
        return Money(self.amount_minor, self.currency)

    @classmethod
    def of(cls, raw: Json) -> "Cart":
        """As a bundle has it."""
        return cls(
            id=read.text(raw, "id") or "",
            led_by=read.text(raw, "led_by") or "",
            led_value=read.text(raw, "led_value") or "",
            customer_email=read.text(raw, "customer_email"),
            customer_name=read.text(raw, "customer_name"),
            amount_minor=read.whole(raw, "amount_minor"),
            currency=read.text(raw, "currency"),
            created_at=read.whole(raw, "created_at"),
        )
