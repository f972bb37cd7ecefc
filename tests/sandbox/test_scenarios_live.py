"""The same findings on the way a person meets them: two servers, a database, real HTTP, all scenarios side by side."""

from collections.abc import Iterator

import pytest

from core import wiring
from core.cases import Case
from core.desk import Desk
from core.facts import Facts
from core.sandbox import World
from core.sandbox.scenarios import SCENARIOS, Scenario
from core.settings import load


@pytest.fixture(scope="module")
def world() -> Iterator[World]:
    with World() as world:
        yield world


@pytest.fixture(scope="module")
def desk(world: World) -> Iterator[Desk]:
    with pytest.MonkeyPatch.context() as patch:
        for name, value in world.settings_env().items():
            patch.setenv(name, value)
        settings = load()
    with wiring.desk(settings) as desk:
        yield desk


def ids(facts: Facts) -> dict[str, set[str]]:
    return {
        "sessions": {one.id for one in facts.sessions},
        "intents": {one.id for one in facts.intents},
        "charges": {one.id for one in facts.charges},
        "refunds": {one.id for one in facts.refunds},
        "events": {one.id for one in facts.events},
    }


@pytest.mark.parametrize("scenario", SCENARIOS, ids=lambda scenario: scenario.name)
def test_it_shows_its_findings_and_nothing_of_another(world: World, desk: Desk, scenario: Scenario) -> None:
    built = world.built[scenario.name]
    (hit,) = desk.find(built.number).hits
    opened = desk.open(hit.key)
    assert ids(opened.case.facts) == ids(Case.of(built.bundle()).facts)
    diagnosis = opened.diagnosis
    assert (diagnosis.headline.code if diagnosis.headline else None) == scenario.expected_headline
    assert {finding.code for finding in diagnosis.also} == set(scenario.also)
    assert {finding.code for finding in diagnosis.notes} == set(scenario.notes)
    assert diagnosis.undetermined is None
