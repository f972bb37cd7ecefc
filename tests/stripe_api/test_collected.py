"""Objects are kept once, alone and without secrets, and what hangs together is found in whatever order it came."""

from hypothesis import given
from hypothesis import strategies as st

from core.facts import Json, Order, OrderStatus
from core.stripe_api import Collected

SESSION: Json = {
    "id": "cs_test_a1",
    "object": "checkout.session",
    "client_secret": "cs_test_a1_secret_x",
    "client_reference_id": "1042",
    "payment_intent": {
        "id": "pi_1",
        "object": "payment_intent",
        "client_secret": "pi_1_secret_y",
        "latest_charge": {"id": "ch_1", "object": "charge", "payment_intent": "pi_1"},
    },
}
RECOVERED: Json = {
    "id": "cs_test_b2",
    "object": "checkout.session",
    "recovered_from": "cs_test_a1",
    "payment_intent": "pi_2",
}
REFUND: Json = {"id": "re_2", "object": "refund", "payment_intent": "pi_2", "charge": "ch_2"}
LEGACY: Json = {"id": "dp_2", "object": "dispute", "charge": "ch_2"}
STRANGER: Json = {
    "id": "cs_test_z9",
    "object": "checkout.session",
    "client_reference_id": "9",
    "payment_intent": "pi_9",
}
NO_OBJECTS: list[Json] = [{}, {"id": "x"}, {"object": "charge"}, {"id": 7, "object": "charge"}]
KIN = {"cs_test_a1", "pi_1", "ch_1", "cs_test_b2", "pi_2", "re_2", "ch_2", "dp_2"}


@given(st.permutations([SESSION, RECOVERED, REFUND, LEGACY, STRANGER, *NO_OBJECTS]))
def test_what_hangs_together_is_found_in_any_order(arrived: list[Json]) -> None:
    collected = Collected()
    for raw in arrived:
        collected.take(raw)
    assert collected.kin(frozenset(), Order("1042", OrderStatus.PAID)) == KIN
    assert collected.kin(frozenset({"dp_2"})) == KIN
    assert collected.kin(frozenset({"pi_9"})) == {"pi_9", "cs_test_z9"}
    assert collected.kin(frozenset()) == frozenset()


def test_an_object_inside_another_is_kept_alone_and_without_its_secret() -> None:
    collected = Collected()
    collected.take(SESSION)
    assert collected.sessions["cs_test_a1"].raw == {**SESSION, "payment_intent": "pi_1", "client_secret": None}
    assert collected.intents["pi_1"].latest_charge_id == "ch_1"
    assert collected.charges["ch_1"].payment_intent_id == "pi_1"
    assert "_secret_" not in repr([collected.sessions["cs_test_a1"].raw, collected.intents["pi_1"].raw])
