"""An order of two months ago that never heard of its payment: Stripe has no event of it, Orderlens makes one."""

import sqlite3
from contextlib import closing

import pytest

from core.desk import Opened, Outcome
from core.errors import Refused
from core.replays import candidates, makeable
from core.sandbox import World
from core.surroundings import Surroundings
from tests.desks import desk_on
from tests.people import MIRA, person
from tests.worlds import world_of

world = world_of("paid_long_ago", scope="function")
ALLOWED = Surroundings(as_live=True, reconstructs=True)


@pytest.fixture(autouse=True)
def _never_booked(world: World) -> None:
    with closing(sqlite3.connect(world.shop.books.path)) as books, books:
        books.execute("UPDATE orders SET status = 'pending'")


def _opened(world: World, around: Surroundings) -> Opened:
    with desk_on(world, around=around) as desk:
        return desk.open(desk.find(world.built["paid_long_ago"].number, who=MIRA).hits[0].key)


def test_without_the_setting_there_is_nothing_to_send(world: World) -> None:
    opened = _opened(world, Surroundings(as_live=True))
    assert (candidates(opened), makeable(opened)) == ((), ())


def test_a_reconstructed_event_heals_the_order_and_is_called_that_everywhere(world: World) -> None:
    with desk_on(world, around=ALLOWED) as desk:
        opened = _opened(world, ALLOWED)
        event = makeable(opened)[0]
        replay = desk.plan_replay(opened, event.id)
        proof = desk.carry_out(replay, opened, who=person("ada"))
        assert proof.outcome is Outcome.HEALED
        ((entry,), _) = desk.activity()
        assert (entry.object_id, entry.outcome) == (event.id, "healed")
        assert entry.details["event"] == "checkout.session.completed (reconstructed)"
        headers = entry.details["headers"]
        assert isinstance(headers, dict)
        assert headers["Orderlens-Reconstructed"] == "true"
        assert proof.after is not None
        with pytest.raises(Refused, match="already has this payment"):
            desk.plan_replay(proof.after, event.id)


def test_stripe_cannot_resend_it(world: World) -> None:
    with desk_on(world, around=ALLOWED) as desk:
        opened = _opened(world, ALLOWED)
        (endpoint,) = opened.case.facts.endpoints
        with pytest.raises(Refused, match="Stripe does not have"):
            desk.plan_resend(opened, makeable(opened)[0].id, endpoint.id)
