"""A Stripe of one's own for each test, at a moment that stands still, and a reader of it."""

from collections.abc import Iterator

import pytest

from core.sandbox.stripe import SECRET_KEY_TEST, StripeServer
from core.stripe_api import Access, StripeReader
from tests.stripe_api.ledger import NOW
from tests.waiting import LIMIT


@pytest.fixture
def stripe() -> Iterator[StripeServer]:
    """The sandbox's Stripe, empty."""
    with StripeServer(seed=1) as server:
        server.switches.frozen_at = NOW
        yield server


@pytest.fixture
def reader(stripe: StripeServer) -> Iterator[StripeReader]:
    """A reader with a key that may do everything, in test mode."""
    made = StripeReader(Access(SECRET_KEY_TEST, stripe.url), timeout=LIMIT)
    yield made
    made.close()
