"""A probe over real HTTP: what the sandbox's shop answers, the entry in the journal, who may, and what is kept."""

from collections.abc import Iterator

import pytest

from core.checks import Level
from core.desk import Desk
from core.endpoints.probing import TYPE, meaning
from core.errors import Refused
from core.sandbox import World
from core.sandbox.scenarios import BY_NAME
from core.sandbox.shop import Mode
from tests.desks import NOWHERE, desk_of, desk_on
from tests.people import MIRA, person

desk = desk_of()


@pytest.fixture
def world() -> Iterator[World]:
    with World(scenarios=[BY_NAME["webhook_refused"], BY_NAME["paid_and_booked"]]) as running:
        yield running


def levels(desk: Desk) -> list[Level]:
    return [one.level for one in meaning(desk.probe(who=MIRA))]


def test_a_shop_that_checks_signatures_answers_rightly_and_changes_nothing(world: World, desk: Desk) -> None:
    before = world.shop.books.find("order_number", world.built["webhook_refused"].number)
    done = desk.probe(who=MIRA)
    assert [one.level for one in meaning(done)] == [Level.FINE, Level.FINE]
    assert (done.good.status, done.bad.status, done.who) == (200, 400, "mira")
    assert [one for one in world.shop.heard if "orderlens_probe" in one] == [f"evt_orderlens_probe_{done.at}_signed"]
    assert world.shop.books.find("order_number", world.built["webhook_refused"].number) == before
    assert desk.last_probe() == done
    (entry, *_), _ = desk.activity(limit=1)
    assert (entry.who, entry.what, entry.outcome) == ("mira", "probe", "fine")
    assert world.webhook_secret not in repr(entry)


def test_each_failing_way_of_the_shop_is_told(world: World, desk: Desk) -> None:
    world.shop.mode = Mode.REFUSE
    assert levels(desk) == [Level.ERROR, Level.UNREAD]
    world.shop.mode = Mode.CRASH
    assert levels(desk)[0] is Level.ERROR
    assert TYPE == "orderlens.probe"


def test_nobody_there(world: World) -> None:
    with desk_on(world, webhook_url=NOWHERE) as alone:
        assert levels(alone) == [Level.ERROR, Level.UNREAD]


def test_support_does_not_probe_and_nothing_is_sent(world: World, desk: Desk) -> None:
    with pytest.raises(Refused, match="ann may not probe the webhook endpoint"):
        desk.probe(who=person("ann", "support"))
    assert not [one for one in world.shop.heard if "orderlens_probe" in one]
    (entry, *_), _ = desk.activity(limit=1)
    assert (entry.who, entry.what, entry.outcome) == ("ann", "probe", "refused")


def test_a_probe_of_another_address_is_not_told_of_this_one(world: World, desk: Desk) -> None:
    desk.probe(who=MIRA)
    with desk_on(world, webhook_url=f"{NOWHERE}/other") as other:
        assert other.last_probe() is None


def test_a_case_whose_message_is_refused_tells_the_last_probe_and_no_other_does(world: World, desk: Desk) -> None:
    (hit,) = desk.find(world.built["webhook_refused"].number, who=MIRA).hits
    case = desk.open(hit.key)
    assert desk.probe_told(case) == ""
    desk.probe(who=MIRA)
    said = desk.probe_told(case)
    assert said.endswith(
        "to a signed event 200, to a wrong signature 400. From here, it takes what is signed and refuses the rest."
    )
    assert "by mira" in said
    (hit,) = desk.find(world.built["paid_and_booked"].number, who=MIRA).hits
    assert desk.probe_told(desk.open(hit.key)) == ""
