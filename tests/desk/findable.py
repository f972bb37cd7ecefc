"""A shop in which something is to be found."""

from collections.abc import Iterator
from contextlib import contextmanager

from core.sandbox import World
from core.sandbox.scenarios import BY_NAME

MANY = 53


@contextmanager
def findable() -> Iterator[World]:
    """Four scenarios, one payment that no order claims, and a customer with many orders."""
    played = [BY_NAME[name] for name in ("paid_and_booked", "refunded_in_dashboard", "reused_payment", "paid_twice")]
    with World(scenarios=played) as world:
        unclaimed = BY_NAME["webhook_refused"].build(world.now, world.shop.url)
        world.stripe.store.put_all(unclaimed.objects)
        world.built["unclaimed"] = unclaimed
        row = dict(world.built["paid_and_booked"].order)
        row |= {"customer_email": "Regular@Example.com", "stripe_session_id": None, "payment_intent_id": None}
        row |= {"status": "pending"}
        world.shop.books.add(
            row | {"order_number": f"RG-{n}", "created_at": f"2026-01-01T00:{n:02d}:00+00:00"} for n in range(MANY)
        )
        yield world
