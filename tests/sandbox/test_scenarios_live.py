"""The same findings on the way a person meets them: two servers, a database, real HTTP, all scenarios side by side; and
those that need a scenery of their own, each scenery in a world of its own."""

from collections.abc import Iterator
from contextlib import contextmanager

import pytest

from core import wiring
from core.cases import Case
from core.desk import Desk
from core.facts import Facts
from core.sandbox import World
from core.sandbox.scenarios import APART, EVERY, SCENARIOS, Scenario, Scenery
from core.settings import load
from tests.people import MIRA
from tests.worlds import world_of

# What paid a later bill is not the order's, and is not read: that a subscription is charged on, and what is to be given
# back, its bill says, with the id of its payment; only refunds and disputes of the newest one are asked for.
BILLED_ON = {"renewed_each_month", "upgraded_in_place", "cancelled_and_still_charged"}
SCENERIES = list(dict.fromkeys(scenario.scenery for scenario in APART))


@contextmanager
def desk_on(world: World) -> Iterator[Desk]:
    with pytest.MonkeyPatch.context() as patch:
        for name, value in world.settings_env().items():
            patch.setenv(name, value)
        settings = load()
    with wiring.desk(settings) as desk:
        yield desk


world = world_of()


@pytest.fixture(scope="module")
def desk(world: World) -> Iterator[Desk]:
    with desk_on(world) as desk:
        yield desk


def ids(facts: Facts) -> dict[str, set[str]]:
    return {
        "sessions": {one.id for one in facts.sessions},
        "intents": {one.id for one in facts.intents},
        "charges": {one.id for one in facts.charges},
        "refunds": {one.id for one in facts.refunds},
        "disputes": {one.id for one in facts.disputes},
        "subscriptions": {one.id for one in facts.subscriptions},
        "invoices": {one.id for one in facts.invoices},
        "events": {one.id for one in facts.events},
        "endpoints": {one.id for one in facts.endpoints},
    }


def check(world: World, desk: Desk, scenario: Scenario) -> None:
    built = world.built[scenario.name]
    (hit,) = desk.find(built.number, who=MIRA).hits
    opened = desk.open(hit.key)
    if scenario.scenery.lacks is None:
        read, there = ids(opened.case.facts), ids(Case.of(built.bundle()).facts)
        if scenario.code == "link_missing":  # of a payment that may belong to anybody the events are not looked for
            assert read.pop("events") <= there.pop("events")
        if scenario.name in BILLED_ON:
            for kind in ("intents", "charges", "events"):
                assert read.pop(kind) < there.pop(kind)
        assert read == there
    diagnosis = opened.diagnosis
    assert (diagnosis.headline.code if diagnosis.headline else None) == scenario.expected_headline
    assert {finding.code for finding in diagnosis.also} == set(scenario.also)
    assert {finding.code for finding in diagnosis.notes} == set(scenario.notes)
    closed = scenario.name == "on_the_sellers_account"  # the account is not read, and that is said
    assert (diagnosis.undetermined is None) == (scenario.scenery.lacks is None and not closed)


@pytest.mark.parametrize("scenario", SCENARIOS, ids=lambda scenario: scenario.name)
def test_it_shows_its_findings_and_nothing_of_another(world: World, desk: Desk, scenario: Scenario) -> None:
    check(world, desk, scenario)


@pytest.mark.parametrize("scenery", SCENERIES, ids=lambda scenery: scenery.name)
def test_so_does_each_that_needs_a_world_of_its_own(scenery: Scenery) -> None:
    with World(scenery=scenery) as world, desk_on(world) as desk:
        assert set(world.built) == {scenario.name for scenario in EVERY if scenario.scenery is scenery}
        for scenario in APART:
            if scenario.scenery is scenery:
                check(world, desk, scenario)
