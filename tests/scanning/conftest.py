"""What the tests of scans share; the `world` is each module's own."""

from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest

from core.sandbox import World
from tests.scanning.faults import Between, Inbox, inbox, quietly
from tests.scanning.scanned import Shop


@pytest.fixture
def shop(world: World, tmp_path: Path) -> Iterator[Shop]:
    """With an empty journal."""
    with closing(Shop(world, tmp_path)) as shop:
        yield shop


@pytest.fixture(scope="module")
def standing(world: World) -> Between:
    """Before the world's Stripe, which nobody has asked anything yet."""
    return Between.of(world)


@pytest.fixture
def between(world: World, standing: Between) -> Iterator[Between]:
    """Between the scan and Stripe; afterwards all is well again."""
    standing.paths.clear()
    yield standing
    standing.before, standing.bend = quietly, None
    world.stripe.switches.faults.clear()
    world.stripe.switches.expired_keys.clear()


@pytest.fixture(scope="module")
def calm(world: World, standing: Between, tmp_path_factory: pytest.TempPathFactory) -> Inbox:
    """What a scan finds that nothing happens to."""
    with closing(Shop(world, tmp_path_factory.mktemp("calm"))) as shop:
        assert shop.scan().state == "complete"
        assert standing.asked
        found = inbox(shop.journal)
    assert len(found) > 20
    return found
