"""A desk on a sandbox world: the real readers, over real HTTP and a real database."""

import time
from collections.abc import Callable, Iterator

import pytest

from core.desk import Desk
from core.journal import Journal
from core.orders import OrdersReader
from core.sandbox import World
from core.settings import OrdersMapping, OrdersTable
from core.stripe_api import Access, StripeReader
from core.surroundings import Surroundings
from core.webhooks import Sender
from tests.waiting import LIMIT
from tests.worlds import Scope

NOWHERE = "http://127.0.0.1:9"  # the discard port: nobody listens


def desk_on(  # noqa: PLR0913 - one for each setting
    world: World,
    *,
    mapping: OrdersMapping | None = None,
    key: str | None = None,
    stripe_url: str | None = None,
    webhook_url: str | None = None,
    journal_url: str | None = None,
    journal_patience: tuple[float, ...] = (),
    patience: float = 30.0,
    clock: Callable[[], float] = time.time,
    pause: Callable[[float], None] = time.sleep,
    around: Surroundings | None = None,
) -> Desk:
    """A desk on `world`, as its settings would make it; each argument replaces one of them."""
    return Desk(
        OrdersReader(world.orders_database_url, mapping or OrdersTable.model_validate(world.orders_mapping)),
        StripeReader(Access(api_key=key or world.secret_key, api_base=stripe_url or world.stripe_url), timeout=LIMIT),
        Sender(webhook_url or world.webhook_url, world.webhook_secret, seconds=patience),
        Journal(journal_url or f"sqlite:///{world.directory / 'journal.sqlite3'}", patience=journal_patience),
        around or Surroundings(as_live=True),
        clock=clock,
        pause=pause,
    )


def desk_of(scope: Scope = "function") -> object:
    """A fixture: a desk on the fixture `world`."""

    @pytest.fixture(scope=scope)
    def desk(world: World) -> Iterator[Desk]:
        with desk_on(world) as running:
            yield running

    return desk


class PatientClock:
    """A clock on which waiting costs no time: `pause` moves it on. `meanwhile` is called at each pause."""

    def __init__(self, meanwhile: Callable[[], None] = lambda: None) -> None:
        self._at = time.time()
        self._meanwhile = meanwhile

    def __call__(self) -> float:
        return self._at

    def pause(self, seconds: float) -> None:
        """Wait, without waiting."""
        self._at += seconds
        self._meanwhile()
