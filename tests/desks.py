"""A desk on a sandbox world: the real readers, over real HTTP and a real database."""

import time
from collections.abc import Callable

from core.cases import Surroundings
from core.desk import Desk
from core.journal import Journal
from core.orders import OrdersReader
from core.sandbox.world import World
from core.settings import OrdersTable
from core.stripe_api import Access, StripeReader
from core.webhooks import Sender


def desk_on(
    world: World,
    *,
    secret: str | None = None,
    url: str | None = "the shop's",
    key: str | None = None,
    stripe_url: str | None = None,
    clock: Callable[[], float] = time.time,
    pause: Callable[[float], None] = time.sleep,
) -> Desk:
    """A desk on `world`, as its settings would make it; each argument replaces one of them."""
    return Desk(
        OrdersReader(world.orders_database_url, OrdersTable.model_validate(world.orders_mapping)),
        StripeReader(Access(api_key=key or world.secret_key, api_base=stripe_url or world.stripe_url), timeout=5.0),
        Sender(world.webhook_url if url == "the shop's" else url, secret or world.webhook_secret),
        Journal(f"sqlite:///{world.directory / 'journal' / 'journal.sqlite3'}"),
        Surroundings(),
        clock=clock,
        pause=pause,
    )
