"""Where Stripe sends events: both lists are read to their ends, and one that was not says so."""

from collections.abc import Iterator
from contextlib import closing
from random import Random

import pytest

from core.sandbox import World
from core.sandbox.stripe.objects import event_destination, webhook_endpoint
from core.scanning.whose import account_of
from core.stripe_api import Access, StripeReader
from core.stripe_api.spans import SpanReader

RNG = Random(5)  # noqa: S311 - makes ids
URL = "https://shop.example.com/hooks/{}"


@pytest.fixture
def world() -> Iterator[World]:
    """An account with 231 webhook endpoints and 130 event destinations."""
    with World(scenarios=[]) as running:
        for number in range(230):
            made = webhook_endpoint(RNG, running.now - 1000 - number, url=URL.format(number))
            running.stripe.store.put(made)
        for number in range(130):
            running.stripe.store.put(event_destination(RNG, running.now - 1000 - number))
        yield running


@pytest.fixture
def reader(world: World) -> Iterator[StripeReader]:
    reader = StripeReader(Access(api_key=world.secret_key, api_base=world.stripe_url))
    yield reader
    reader.close()


def test_lists_of_more_than_a_hundred_are_read_to_their_ends(world: World, reader: StripeReader) -> None:
    found = reader.registered(now=world.now)
    assert len({one.id for one in found.destinations}) == len(found.destinations) == 231 + 130
    assert (found.more, found.unseen) == (False, "")


def test_what_was_not_read_to_its_end_is_not_called_all(
    world: World, reader: StripeReader, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("core.stripe_api.asks.PAGES", 1)
    found = reader.registered(now=world.now)
    assert len(found.destinations) == 200 + 130
    assert found.unseen == "there are more destinations than were read"


def deaf(world: World) -> None:
    """None of the endpoints asks for what a shop has to hear of: then the destinations are read as well."""
    for one in list(world.stripe.store.newest_first("webhook_endpoint", livemode=False)):
        world.stripe.store.change(one, enabled_events=["payout.paid"])


def test_a_case_reads_both_lists_to_their_ends(world: World, reader: StripeReader) -> None:
    deaf(world)
    facts = reader.read_case(None, also=("cs_test_none",), now=world.now)
    assert (len(facts.endpoints), len(facts.destinations), facts.unread) == (231, 130, ())


def test_a_scan_reads_both_lists_to_their_ends(world: World) -> None:
    deaf(world)
    with closing(SpanReader(Access(api_key=world.secret_key, api_base=world.stripe_url))) as spans:
        account, _ = account_of(spans)
    assert (len(account.endpoints), len(account.destinations), account.unread) == (231, 130, ())


@pytest.mark.parametrize("pages", [0, 1])
def test_where_there_are_more_a_case_and_a_scan_conclude_nothing(
    world: World, reader: StripeReader, monkeypatch: pytest.MonkeyPatch, pages: int
) -> None:
    """One page more shows all destinations, and not all endpoints."""
    deaf(world)
    monkeypatch.setattr("core.stripe_api.asks.PAGES", pages)
    facts = reader.read_case(None, also=("cs_test_none",), now=world.now)
    assert "endpoints" in {one.kind for one in facts.unread}
    with closing(SpanReader(Access(api_key=world.secret_key, api_base=world.stripe_url))) as spans:
        account, _ = account_of(spans)
    assert [one.kind for one in account.unread] == ["endpoints"]
