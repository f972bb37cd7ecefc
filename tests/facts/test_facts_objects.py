"""Stripe's JSON becomes facts: what is absent is None, what is unknown is `unknown`, nothing raises."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.facts import (
    Endpoint,
    Event,
    Intent,
    IntentStatus,
    Order,
    OrderStatus,
    PaymentStatus,
    Session,
    SessionStatus,
    order_references,
)
from core.money import Money
from tests.facts.readers import READERS

anything: st.SearchStrategy[Any] = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=8),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner, max_size=3),
    max_leaves=5,
)


@pytest.mark.parametrize("kind", READERS)
@given(data=st.data())
def test_any_json_is_read(kind: str, data: st.DataObject) -> None:
    keys = (
        "id status payment_status amount currency created metadata data latest_charge payment_intent customer_details"
    )
    raw = data.draw(st.dictionaries(st.sampled_from(keys.split()), anything))
    READERS[kind](raw)
    Order.of(raw)


def test_an_empty_answer_is_unknown_and_not_a_guess() -> None:
    session, intent, order = Session.of({}), Intent.of({}), Order.of({})
    assert (session.status, session.payment_status) == (SessionStatus.UNKNOWN, PaymentStatus.UNKNOWN)
    assert (session.total, session.email, session.livemode) == (None, None, None)
    assert (intent.status, intent.currency) == (IntentStatus.UNKNOWN, None)
    assert (order.status, order.amount, order.created_at) == (OrderStatus.UNKNOWN, None, None)


def test_an_expanded_reference_is_the_same_reference() -> None:
    assert Session.of({"payment_intent": {"id": "pi_1", "object": "payment_intent"}}).payment_intent_id == "pi_1"
    assert Session.of({"payment_intent": "pi_1"}).payment_intent_id == "pi_1"


def test_the_total_is_in_the_integrations_currency() -> None:
    plain = {"amount_total": 4600, "currency": "eur"}
    conversion = {"amount_total": 5000, "source_currency": "usd"}
    assert Session.of(plain).total == Money(4600, "eur")
    assert Session.of({**plain, "currency_conversion": conversion}).total == Money(5000, "usd")
    shown = {"presentment_amount": 7400, "presentment_currency": "jpy"}
    assert Session.of({**plain, "presentment_details": shown}).total == Money(4600, "eur")


def test_an_event_knows_the_objects_it_tells_of() -> None:
    event = Event.of({"data": {"object": {"id": "ch_1", "payment_intent": {"id": "pi_1"}, "invoice": None}}})
    assert event.object_id == "ch_1"
    assert event.related_ids == {"ch_1", "pi_1"}


def test_an_endpoint_wants_what_it_lists_while_it_is_on() -> None:
    some = {"status": "enabled", "enabled_events": ["charge.refunded"]}
    assert Endpoint.of(some).wants("charge.refunded")
    assert not Endpoint.of(some).wants("charge.succeeded")
    assert Endpoint.of({**some, "enabled_events": ["*"]}).wants("charge.succeeded")
    assert not Endpoint.of({**some, "status": "disabled"}).wants("charge.refunded")


def test_metadata_are_texts_whatever_they_were() -> None:
    order = Order.of({"id": 1042, "metadata": {"seats": 3, "gift": True, "note": None, "tags": ["a"]}})
    assert order.id == "1042"
    assert order.metadata == {"seats": "3", "gift": "True", "tags": "['a']"}


def test_the_names_of_an_order_on_an_object() -> None:
    session = Session.of(
        {"client_reference_id": " 1042 ", "metadata": {"order_id": "1042", "orderNumber": "A-7", "x": "9"}}
    )
    assert order_references(session) == ("1042", "A-7")
    assert order_references(Intent.of({})) == ()


def test_an_order_goes_by_its_number_else_by_its_id() -> None:
    assert Order.of({"id": "7", "number": "A-1042"}).name == "A-1042"
    assert Order.of({"id": "7"}).name == Order.of({"id": "7", "number": ""}).name == "7"
