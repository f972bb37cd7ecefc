"""A scenario shows its expected findings and no others; so does each order of the volume."""

import pytest

from core.cases import Case
from core.findings import Diagnosis
from core.rules import NOTES, RULES, examine
from core.sandbox.scenarios import BY_NAME, EVERY, Scenario
from core.sandbox.volume import MIXTURE, generate

NOW = 1_795_000_000


def told(diagnosis: Diagnosis) -> tuple[str | None, set[str], set[str], bool]:
    return (
        diagnosis.headline.code if diagnosis.headline else None,
        {finding.code for finding in diagnosis.also},
        {finding.code for finding in diagnosis.notes},
        diagnosis.undetermined is not None,
    )


def expected(scenario: Scenario) -> tuple[str | None, set[str], set[str], bool]:
    return scenario.expected_headline, set(scenario.also), set(scenario.notes), scenario.scenery.lacks is not None


@pytest.mark.parametrize("scenario", EVERY, ids=lambda scenario: scenario.name)
def test_it_is_called_what_it_is(scenario: Scenario) -> None:
    assert told(examine(Case.of(scenario.build(NOW).bundle())).diagnosis) == expected(scenario)


def test_every_rule_is_the_headline_of_a_scenario_and_every_note_is_noted() -> None:
    assert {rule.code for rule in RULES} <= {scenario.code for scenario in EVERY}
    assert {note.code for note in NOTES} <= {note for scenario in EVERY for note in scenario.notes}


@pytest.mark.parametrize("name", ["reused_payment", "copied_by_the_sync", "one_payment_for_two"])
def test_the_order_whose_payment_is_shared_is_healthy(name: str) -> None:
    built = BY_NAME[name].build(NOW)
    (other,) = {str(row["order_number"]) for row in built.orders} - {built.number}
    assert examine(Case.of(built.bundle(other))).diagnosis.clean


def test_so_is_every_order_of_the_volume() -> None:
    wrong = {
        built.name: (built.number, told(diagnosis))
        for built in generate(2500, MIXTURE, NOW)
        if told(diagnosis := examine(Case.of(built.bundle())).diagnosis) != expected(BY_NAME[built.name])
    }
    assert wrong == {}


@pytest.mark.parametrize("scenario", EVERY, ids=lambda scenario: scenario.name)
def test_it_is_true_at_any_age_it_may_have(scenario: Scenario) -> None:
    for age in scenario.ages:
        if scenario.scenery.lacks is None:
            built = scenario.build(NOW, age=age)
            assert told(examine(Case.of(built.bundle())).diagnosis) == expected(scenario), age
