"""A scan from a copy that has single columns tells what a scan of the API tells, or names what it could not see."""

from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import replace

import pytest
from pydantic import SecretStr

from core.sandbox import World
from core.settings import Rest
from tests.databases import postgresql
from tests.rest.connectors import FILLS, KEPT
from tests.rest.copies import Bend, as_it_is
from tests.scanning.faults import Inbox, inbox
from tests.scanning.scanned import Shop
from tests.scanning.test_at_rest import scanned
from tests.worlds import STEADY, world_of

world = world_of(*STEADY, orders=60)
RESTS = {"fivetran": Rest(), "airbyte": Rest(), "json": Rest(kind="json", tables=KEPT, json="attrs")}
ACCEPTS = {
    "fivetran": ("gaps", "session.recovered_from", "session.currency_conversion", "intent.review"),
    "airbyte": ("gaps",),
    "json": ("gaps",),
}


@contextmanager
def copied(world: World, kind: str, bend: Bend = as_it_is) -> Iterator[Rest]:
    with postgresql() as url:
        FILLS[kind](url, world, bend)
        yield replace(RESTS[kind], url=SecretStr(url), accept=ACCEPTS[kind])


@pytest.fixture(scope="module")
def by_api(world: World, tmp_path_factory: pytest.TempPathFactory) -> Inbox:
    with closing(Shop(world, tmp_path_factory.mktemp("api"))) as shop:
        assert scanned(shop, None).state == "complete"
        return inbox(shop.journal)


@pytest.mark.parametrize("kind", [*FILLS])
def test_it_tells_the_same_cases(world: World, shop: Shop, by_api: Inbox, kind: str) -> None:
    with copied(world, kind) as rest:
        record = scanned(shop, rest)
    assert (record.state, record.holes) == ("complete", ())
    assert f"come from the copy of Stripe's data ({kind}" in record.why
    assert ("As the settings accept, it does not show session.recovered_from" in record.why) is (kind == "fivetran")
    assert inbox(shop.journal) == by_api
