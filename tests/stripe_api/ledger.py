"""One shop's story on the sandbox's Stripe, and its order as the product reads it."""

from datetime import datetime
from random import Random

from core.facts import Facts, Order, OrderStatus
from core.sandbox.scenarios import Purchase, Stage
from core.sandbox.scenarios.stage import Row
from core.stripe_api.collected import Linked

NOW = 1_795_380_000  # 22 November 2026
DAY = 86_400
JENNY = Purchase("1042", "Jenny Rosen", "jenny@example.com", "A lamp", 4200, "eur")
SHOP = "https://shop.example.com"


def stage(purchase: Purchase = JENNY, *, age: int = DAY) -> Stage:
    """A purchase that began `age` seconds ago; nothing has happened yet."""
    return Stage(purchase, now=NOW, age=age, shop_url=SHOP, rng=Random(1042))  # noqa: S311 - made-up ids need no cryptography


def order_of(row: Row) -> Order:
    """A row of the sandbox's books as the orders reader would give it."""
    session, intent = row["stripe_session_id"], row["payment_intent_id"]
    assert session is None or isinstance(session, str)
    assert intent is None or isinstance(intent, str)
    number, email = str(row["order_number"]), row["customer_email"]
    return Order(
        id=number,
        number=number,
        status=OrderStatus.of(row["status"]),
        amount_minor=int(str(row["total_minor"])),
        currency=str(row["currency"]),
        session_id=session,
        payment_intent_id=intent,
        session_ids=(session,) if session else (),
        payment_intent_ids=(intent,) if intent else (),
        customer_email=str(email) if email else None,
        created_at=int(datetime.fromisoformat(str(row["created_at"])).timestamp()),
    )


def found(facts: Facts) -> frozenset[str]:
    """The ids of everything in the facts but events and endpoints."""
    every: tuple[Linked, ...] = (*facts.sessions, *facts.intents, *facts.charges, *facts.refunds, *facts.disputes)
    return frozenset(one.id for one in every)
