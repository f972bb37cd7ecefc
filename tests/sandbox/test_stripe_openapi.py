"""The second stranger: Stripe's own OpenAPI description accepts every answer."""

from collections.abc import Iterator
from typing import Any

import pytest

from core.sandbox.stripe import StripeServer
from tests.sandbox.strangers import openapi_errors
from tests.sandbox.tour import objects, tour


@pytest.fixture(scope="module")
def answers() -> Iterator[list[tuple[str, Any]]]:
    with StripeServer(seed=2) as server:
        yield tour(server)


def test_every_answer_is_what_stripe_describes(answers: list[tuple[str, Any]]) -> None:
    found = [f"{asked}: {line}" for asked, thing in objects(answers) for line in openapi_errors(thing)]
    assert found == []


def test_the_description_would_object(answers: list[tuple[str, Any]]) -> None:
    session = next(thing for _, thing in objects(answers) if thing["object"] == "checkout.session")
    assert openapi_errors({**session, "status": "forgotten"})
    assert openapi_errors({**session, "amount_total": "4250"})
    assert openapi_errors({name: value for name, value in session.items() if name != "livemode"})
