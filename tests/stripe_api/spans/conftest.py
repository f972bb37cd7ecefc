"""A list server for each test, and a reader of it that is quick to give up."""

import threading
from collections.abc import Iterator

import pytest

from core.stripe_api import Access
from core.stripe_api.spans import Limits, SpanReader
from tests.stripe_api.spans.list_server import KEY, ListServer
from tests.waiting import LIMIT


@pytest.fixture
def lists() -> ListServer:
    """Empty; a test fills it."""
    return ListServer()


@pytest.fixture
def url(lists: ListServer) -> Iterator[str]:
    """Where it is served."""
    with lists.served() as served:
        yield served.url


@pytest.fixture
def spans(url: str) -> Iterator[SpanReader]:
    """A reader whose limits are out of the way. No thread of it outlives the test."""
    made = SpanReader(Access(KEY, url), Limits(2000, 4000), workers=6, timeout=LIMIT, patience=0.5)
    yield made
    made.close()
    assert not [one for one in threading.enumerate() if one.name.startswith("stripe-span")]
