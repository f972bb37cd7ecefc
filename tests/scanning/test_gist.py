"""What is compared of an object of a page is the same whether the whole of it is built or its gist alone."""

from typing import Any, get_type_hints

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from core.facts import Event, Json, NameKeys
from core.scanning.scratch import brief_of_object
from core.stripe_api.spans import Sent, gist_of
from core.stripe_api.spans.sent import _Gist, page_of
from tests.scanning import sign_ups
from tests.scanning.pairs import pairs, things

CART = NameKeys(("cart",))
WORDS = (*get_type_hints(_Gist), "email", "order_id", "url", "line_items")
KINDS = ("checkout.session", "payment_intent", "charge", "refund", "dispute", "event")
plain = (
    st.none() | st.booleans() | st.integers(-5, 5000) | st.floats(-9, 9) | st.sampled_from(["", "pi_1", "paid", "é"])
)
anything = st.recursive(
    plain,
    lambda inner: st.lists(inner, max_size=2) | st.dictionaries(st.sampled_from(WORDS), inner, max_size=6),
    max_leaves=12,
)


@st.composite
def objects(draw: st.DrawFn) -> Json:
    """A session as Stripe lists it, or its intent, or its charge, with up to three fields that may hold anything."""
    made = draw(pairs())[1]
    depth = draw(st.integers(0, 2))
    for key in ("payment_intent", "latest_charge")[:depth]:
        made = inner if isinstance(inner := made.get(key), dict) else made
    made = msgspec.json.decode(msgspec.json.encode(made))
    levels = [made]
    for key in ("payment_intent", "latest_charge"):
        levels += [inner for one in levels[-1:] if isinstance(inner := one.get(key), dict)]
    for _ in range(draw(st.integers(0, 3))):
        draw(st.sampled_from(levels))[draw(st.sampled_from(WORDS))] = draw(anything)
    return {**made, "object": draw(st.sampled_from(KINDS))} if draw(st.integers(0, 3)) == 0 else made


def listed(*elements: object) -> list[Any]:
    """The elements as they come out of a page of Stripe's."""
    page = page_of(msgspec.json.encode({"object": "list", "data": elements, "has_more": False}))
    assert isinstance(page, dict)
    return list(page["data"])


@settings(max_examples=600, deadline=None)
@given(st.lists(objects() | st.dictionaries(st.sampled_from(WORDS), anything), max_size=3))
def test_a_brief_of_the_gist_is_that_of_the_whole(made: list[Json]) -> None:
    for raw, sent in zip(made, listed(*made), strict=True):
        assert brief_of_object(gist_of(sent), CART) == brief_of_object(raw, CART)
        assert Event.of(gist_of(sent)).related_ids == Event.of(raw).related_ids
        assert sent == raw


def _of_a_subscription() -> list[Json]:
    """Each object of a sign-up, and each of it with one thing that is odd."""
    made: list[Json] = [one for _, one in sign_ups.STRANGERS]
    made += [one for kind, one in sign_ups.sign_up().items() if kind != "order"]
    for where, values in sign_ups.ODD:
        kind, _, field = where.partition(".")
        if kind != "order":
            made += [{**sign_ups.sign_up()[kind], field: value} for value in values]
    return made


def test_so_is_that_of_what_a_subscription_has() -> None:
    made = _of_a_subscription()
    for raw, sent in zip(made, listed(*made), strict=True):
        assert brief_of_object(gist_of(sent), CART) == brief_of_object(raw, CART), raw


class Asked(dict[str, Any]):
    """An object that remembers which of its fields were asked for."""

    def __init__(self, raw: Json) -> None:
        super().__init__(raw)
        self.names = set[str]()

    def get(self, key: str, default: Any = None) -> Any:  # noqa: ANN401 - as a dict's
        self.names.add(key)
        return super().get(key, default)

    def __getitem__(self, key: str) -> Any:  # noqa: ANN401 - as a dict's
        self.names.add(key)
        return super().__getitem__(key)

    def __contains__(self, key: object) -> bool:
        self.names.add(str(key))
        return super().__contains__(key)


def test_every_field_that_is_asked_for_is_in_the_gist() -> None:
    """What is not in it would look like a field that Stripe has not sent."""
    for raw in [*_of_a_subscription(), things()["session"], things()["charge"]]:
        brief_of_object(asked := Asked(raw), CART)
        assert asked.names <= {*get_type_hints(_Gist)}, raw


@given(st.lists(anything, max_size=4))
def test_what_is_no_object_of_a_page_stays_what_it_is(elements: list[object]) -> None:
    for element, found in zip(elements, listed(*elements), strict=True):
        assert isinstance(found, Sent) == isinstance(element, dict)
        assert found == element


def test_an_event_names_the_same_objects() -> None:
    made = {"id": "evt_1", "object": "event", "data": {"object": things()["charge"] | {"invoice": {"id": "in_1"}}}}
    (event,) = map(Event.of, map(gist_of, listed(made)))
    assert (event.id, event.related_ids) == ("evt_1", Event.of(made).related_ids)
    assert "in_1" in event.related_ids


@pytest.mark.parametrize("body", [b"[]", b"7", b'{"id": "x"}', b'{"data": null}', b'{"data": {"id": "x"}}'])
def test_what_is_no_list_stays_what_it_is(body: bytes) -> None:
    assert page_of(body) == msgspec.json.decode(body)


def test_a_number_of_another_world_is_read_all_the_same() -> None:
    (found,) = page_of(b'{"data": [{"id": "cs_1", "odd": 1e999}], "has_more": false}')["data"]  # type: ignore[index] # a list
    assert (gist_of(found), found["odd"]) == ({"id": "cs_1"}, float("inf"))
