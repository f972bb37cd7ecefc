"""Every object of every scenario is one that Stripe could have sent: two strangers that know only Stripe agree."""

import pytest

from core.sandbox.scenarios import EVERY, SHOP_URL, Scenario
from tests.sandbox.strangers import annotation_errors, openapi_errors

NOW = 1_795_000_000
EACH = pytest.mark.parametrize("scenario", EVERY, ids=lambda scenario: scenario.name)


@EACH
def test_the_annotations_of_the_sdk_know_every_field_and_word(scenario: Scenario) -> None:
    assert [line for thing in scenario.build(NOW).objects for line in annotation_errors(thing)] == []


@EACH
def test_the_openapi_description_accepts_every_object(scenario: Scenario) -> None:
    assert [line for thing in scenario.build(NOW).objects for line in openapi_errors(thing)] == []


@EACH
def test_its_endpoints_are_accepted(scenario: Scenario) -> None:
    for endpoint in scenario.scenery.endpoints(SHOP_URL, NOW):
        assert annotation_errors(endpoint) == []
        assert openapi_errors(endpoint) == []
