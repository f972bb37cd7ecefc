"""Real payloads of eight years of API versions are read without an exception; a word nobody knows becomes `unknown`."""

import pytest

from core.facts import Endpoint, Event, Json, order_references
from core.stripe_api import Collected
from core.stripe_api.collected import without_secrets
from tests.facts.captured import captured, inside
from tests.facts.readers import READERS


@pytest.fixture(scope="module")
def payloads() -> list[Json]:
    """Every captured object of a kind we read."""
    return captured()


def test_every_captured_object_is_read(payloads: list[Json]) -> None:
    assert len(payloads) > 500
    assert {raw["object"] for raw in payloads} >= {"checkout.session", "payment_intent", "charge", "refund", "event"}
    for raw in payloads:
        read = READERS[str(raw["object"])](raw)
        assert read.id == raw.get("id", "")
        assert read.raw is raw
        if not isinstance(read, Event | Endpoint):
            assert all(isinstance(name, str) for name in order_references(read))


def test_the_words_of_captured_objects_are_known(payloads: list[Json]) -> None:
    unknown = {
        (raw["object"], raw[word])
        for raw in payloads
        for word in ("status", "payment_status")
        if isinstance(raw.get(word), str) and getattr(READERS[str(raw["object"])](raw), word, None) == "unknown"
    }
    assert unknown <= {("payment_intent", "success"), ("payment_intent", "failed")}  # one project's own stand-ins


def test_every_captured_object_can_be_collected_without_its_secrets(payloads: list[Json]) -> None:
    collected = Collected()
    for raw in payloads:
        collected.take(raw)
        assert not [inner["client_secret"] for inner in inside(without_secrets(raw)) if inner.get("client_secret")]
    assert collected.kin(frozenset()) == frozenset()
    assert collected.sessions
    assert collected.intents
    assert collected.charges


@pytest.mark.parametrize("kind", READERS)
def test_words_and_shapes_of_the_future_are_unknown_not_fatal(kind: str) -> None:
    odd: Json = {
        "id": 7,
        "object": kind,
        "status": "teleported",
        "payment_status": ["paid"],
        "created": "yesterday",
        "amount": None,
        "metadata": ["order_id"],
        "payment_intent": {"id": None},
        "customer_details": "none",
        "data": {"object": []},
        "enabled_events": None,
    }
    read = READERS[kind](odd)
    assert getattr(read, "status", "unknown") == "unknown"
    assert getattr(read, "amount", 0) in {0, None}
