"""Every object of every scenario is one that Stripe could have sent: two strangers that know only Stripe agree."""

import pytest

from core.sandbox.scenarios import SCENARIOS, SHOP_URL, Scenario, shop_endpoint
from tests.sandbox.strangers import annotation_errors, openapi_errors

NOW = 1_795_000_000
EVERY = pytest.mark.parametrize("scenario", SCENARIOS, ids=lambda scenario: scenario.name)


@EVERY
def test_the_annotations_of_the_sdk_know_every_field_and_word(scenario: Scenario) -> None:
    assert [line for thing in scenario.build(NOW).objects for line in annotation_errors(thing)] == []


@EVERY
def test_the_openapi_description_accepts_every_object(scenario: Scenario) -> None:
    assert [line for thing in scenario.build(NOW).objects for line in openapi_errors(thing)] == []


def test_the_shops_endpoint_is_accepted() -> None:
    endpoint = shop_endpoint(SHOP_URL, NOW)
    assert annotation_errors(endpoint) == []
    assert openapi_errors(endpoint) == []
