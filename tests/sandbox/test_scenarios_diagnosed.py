"""A scenario shows its expected findings and no others; so does each order of the volume."""

import pytest

from core.cases import Case
from core.findings import Diagnosis
from core.rules import diagnose
from core.sandbox.scenarios import BY_NAME, SCENARIOS, Scenario
from core.sandbox.volume import MIXTURE, generate

NOW = 1_795_000_000


def told(diagnosis: Diagnosis) -> tuple[str | None, set[str], set[str], str | None]:
    return (
        diagnosis.headline.code if diagnosis.headline else None,
        {finding.code for finding in diagnosis.also},
        {finding.code for finding in diagnosis.notes},
        diagnosis.undetermined,
    )


def expected(scenario: Scenario) -> tuple[str | None, set[str], set[str], str | None]:
    return scenario.expected_headline, set(scenario.also), set(scenario.notes), None


@pytest.mark.parametrize("scenario", SCENARIOS, ids=lambda scenario: scenario.name)
def test_it_is_called_what_it_is(scenario: Scenario) -> None:
    assert told(diagnose(Case.of(scenario.build(NOW).bundle()))) == expected(scenario)


def test_the_order_whose_payment_was_taken_is_healthy() -> None:
    built = BY_NAME["reused_payment"].build(NOW)
    (other,) = {str(row["order_number"]) for row in built.orders} - {built.number}
    assert diagnose(Case.of(built.bundle(other))).clean


def test_so_is_every_order_of_the_volume() -> None:
    wrong = {
        built.name: (built.number, told(diagnosis))
        for built in generate(1500, MIXTURE, NOW)
        if told(diagnosis := diagnose(Case.of(built.bundle()))) != expected(BY_NAME[built.name])
    }
    assert wrong == {}
