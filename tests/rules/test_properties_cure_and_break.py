"""A headline goes when the order's row is put right, and a healthy order that is damaged in one way is reported."""

from collections.abc import Callable

import pytest
from hypothesis import assume, given

from core.cases import Case
from core.rules import RULES, examine
from tests.rules.attempts import Json
from tests.rules.lookalikes import (
    endpoint_on_another_domain,
    old_failure_on_a_paid_order,
    paid_on_both_sides,
    several_checkouts_and_the_stored_one_is_paid,
    shipped_already,
)
from tests.rules.worlds import healthy_worlds, often, put_right, worlds

FAMILY = {rule.code: rule.family for rule in RULES}
PAID = (
    paid_on_both_sides,
    shipped_already,
    several_checkouts_and_the_stored_one_is_paid,
    old_failure_on_a_paid_order,
    endpoint_on_another_domain,
)
at_length = often(200)


def headline(world: Json) -> str | None:
    found = examine(Case.of(world)).diagnosis.headline
    return found.code if found else None


@at_length
@given(world=worlds())
def test_the_headline_goes_when_the_row_is_put_right(world: Json) -> None:
    before = headline(world)
    assume(before is not None)
    assert headline(put_right(world)) != before


ABOUT = {  # what one wrong column of an otherwise right row may be reproached with, by family
    "session_id": {"ids", "identity"},
    "amount_minor": {"amounts", "payment", "money_back"},
    "currency": {"amounts", "payment", "money_back"},
    "status": {"payment", "transport", "money_back", "timing"},
}


@pytest.mark.parametrize("column", ABOUT)
@often(80)
@given(world=worlds())
def test_one_wrong_column_is_reproached_with_nothing_else(column: str, world: Json) -> None:
    right = put_right(world)
    odd = right | {"order": right["order"] | {column: world["order"][column]}}
    diagnosis = examine(Case.of(odd)).diagnosis
    families = {FAMILY[finding.code] for finding in diagnosis.findings}
    codes = [finding.code for finding in diagnosis.findings]
    assert families <= ABOUT[column], codes
    assert column == "status" or "dispute_not_reflected" not in codes
    assert diagnosis.clean or odd["order"] != right["order"]


def _row(**changes: object) -> Callable[[Json], Json]:
    return lambda world: world | {"order": world["order"] | changes}


def _wrong_key(world: Json) -> Json:
    return world | {"key_mode": "test" if world["key_mode"] == "live" else "live"}


def _cut(world: Json) -> Json:
    whole = world["order"]["session_id"]
    return _row(session_id=whole[: len(whole) - 9], session_ids=[])(world)


def _dearer(world: Json) -> Json:
    return _row(amount_minor=world["order"]["amount_minor"] + 7)(world)


def _in_the_wrong_unit(world: Json) -> Json:
    return _row(amount_minor=world["order"]["amount_minor"] * 100)(world)


def _webhook_disabled(world: Json) -> Json:
    """The endpoints are off, and so the order never heard that it was paid."""
    off = [endpoint | {"status": "disabled"} for endpoint in world["stripe"]["webhook_endpoints"]]
    return _row(status="pending")(world | {"stripe": world["stripe"] | {"webhook_endpoints": off}})


NO_IDS: Json = {"session_id": None, "session_ids": [], "payment_intent_id": None, "payment_intent_ids": []}
DAMAGES: dict[str, tuple[Callable[[Json], Json], str, tuple[str, ...]]] = {
    "paid to pending": (_row(status="pending"), "transport", ("webhook_acked_not_applied", "webhook_wrong_host")),
    "paid to cancelled": (_row(status="cancelled"), "payment", ("paid_order_closed",)),
    "id cut": (_cut, "ids", ("id_malformed",)),
    "id lost": (_row(**NO_IDS), "ids", ("id_missing",)),
    "wrong key": (_wrong_key, "identity", ("key_mode_mismatch",)),
    "amount plus seven": (_dearer, "amounts", ("amount_mismatch",)),
    "amount times a hundred": (_in_the_wrong_unit, "amounts", ("minor_unit_error",)),
    "currency changed": (_row(currency="chf"), "amounts", ("currency_mismatch",)),
    "webhook disabled": (_webhook_disabled, "transport", ("webhook_off",)),
}


@pytest.mark.parametrize("damage", DAMAGES)
@often(40)
@given(world=healthy_worlds(PAID))
def test_a_healthy_order_that_is_damaged_is_reported(damage: str, world: Json) -> None:
    harm, family, expected = DAMAGES[damage]
    if damage.startswith("amount"):
        assume(world["order"]["currency"].lower() not in ("isk", "ugx"))  # never held against an order
    diagnosis = examine(Case.of(harm(world))).diagnosis
    assert diagnosis.headline is not None, diagnosis.undetermined
    assert diagnosis.headline.code in expected
    assert FAMILY[diagnosis.headline.code] == family
