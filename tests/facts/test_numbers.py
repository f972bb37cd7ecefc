"""An amount or a time that is none never becomes a 0: the object that has it was not read."""

import pytest

from core.facts import Session, unreadable
from core.facts.json import FURTHEST, whole

BEYOND = [FURTHEST, -FURTHEST, 2**63, -(2**63) - 1, 10**30, 1e30, 42.0, "4200", True, [4200]]
CHARGE = {"object": "charge", "created": 1_795_348_800, "amount": 4200, "amount_refunded": 0}
SESSION = {"object": "checkout.session", "created": 1_795_348_800, "amount_total": 4200, "expires_at": None}


@pytest.mark.parametrize("value", [0, 4200, -4200, FURTHEST - 1, 1 - FURTHEST])
def test_what_is_a_number_is_read(value: int) -> None:
    assert whole({"amount": value}, "amount") == value
    assert unreadable({**CHARGE, "amount": value}) is None


@pytest.mark.parametrize("name", ["created", "amount", "amount_captured", "amount_refunded"])
@pytest.mark.parametrize("value", BEYOND)
def test_what_is_none_makes_the_object_unreadable(name: str, value: object) -> None:
    assert whole({name: value}, name) is None
    assert f"its `{name}` is no number" in str(unreadable({**CHARGE, name: value}))


def test_also_where_it_stands_in_the_payment_inside() -> None:
    session = {**SESSION, "payment_intent": {"object": "payment_intent", "latest_charge": {**CHARGE, "amount": 2**63}}}
    assert str(unreadable(session)).startswith("of the payment intent in it, of the latest charge in it, its `amount`")


def test_what_is_absent_or_a_text_by_its_nature_is_no_flaw() -> None:
    for one in (SESSION, {"object": "v2.core.event", "created": "2026-11-22T21:10:00Z"}, {"id": "cs_1"}):
        assert unreadable(one) is None
    assert Session.of({**SESSION, "amount_total": 2**63}).amount_total is None
