"""A headline goes when the order's row is put right, and a healthy order that is damaged in one way is reported."""

from collections.abc import Callable

import pytest
from hypothesis import assume, given

from core.cases import Case
from core.rules import RULES, examine
from tests.rules import lookalikes
from tests.rules.attempts import Json
from tests.rules.bundles import bundles, healthy_bundles, often, put_right

FAMILY = {rule.code: rule.family for rule in RULES}
PAID = (
    lookalikes.paid_on_both_sides,
    lookalikes.shipped_already,
    lookalikes.several_checkouts_and_the_stored_one_is_paid,
    lookalikes.old_failure_on_a_paid_order,
    lookalikes.endpoint_on_another_domain,
)
at_length = often(200)


def headline(bundle: Json) -> str | None:
    found = examine(Case.of(bundle)).diagnosis.headline
    return found.code if found else None


@at_length
@given(bundle=bundles())
def test_the_headline_goes_when_the_row_is_put_right(bundle: Json) -> None:
    before = headline(bundle)
    assume(before is not None)
    assert headline(put_right(bundle)) != before


ABOUT = {  # what one wrong column of an otherwise right row may be reproached with, by family
    "session_id": {"ids", "identity"},
    "amount_minor": {"amounts", "payment", "money_back"},
    "currency": {"amounts", "payment", "money_back"},
    "status": {"payment", "transport", "money_back", "timing"},
}


@pytest.mark.parametrize("column", ABOUT)
@often(80)
@given(bundle=bundles())
def test_one_wrong_column_is_reproached_with_nothing_else(column: str, bundle: Json) -> None:
    right = put_right(bundle)
    odd = right | {"order": right["order"] | {column: bundle["order"][column]}}
    diagnosis = examine(Case.of(odd)).diagnosis
    families = {FAMILY[finding.code] for finding in diagnosis.findings}
    codes = [finding.code for finding in diagnosis.findings]
    assert families <= ABOUT[column], codes
    assert column == "status" or "dispute_not_reflected" not in codes
    assert diagnosis.clean or odd["order"] != right["order"]


def _row(**changes: object) -> Callable[[Json], Json]:
    return lambda bundle: bundle | {"order": bundle["order"] | changes}


def _wrong_key(bundle: Json) -> Json:
    return bundle | {"key_mode": "test" if bundle["key_mode"] == "live" else "live"}


def _cut(bundle: Json) -> Json:
    whole = bundle["order"]["session_id"]
    return _row(session_id=whole[: len(whole) - 9], session_ids=[])(bundle)


def _dearer(bundle: Json) -> Json:
    return _row(amount_minor=bundle["order"]["amount_minor"] + 7)(bundle)


def _in_the_wrong_unit(bundle: Json) -> Json:
    return _row(amount_minor=bundle["order"]["amount_minor"] * 100)(bundle)


def _webhook_disabled(bundle: Json) -> Json:
    """The endpoints are off, and so the order never heard that it was paid."""
    off = [endpoint | {"status": "disabled"} for endpoint in bundle["stripe"]["webhook_endpoints"]]
    return _row(status="pending")(bundle | {"stripe": bundle["stripe"] | {"webhook_endpoints": off}})


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
@given(bundle=healthy_bundles(PAID))
def test_a_healthy_order_that_is_damaged_is_reported(damage: str, bundle: Json) -> None:
    harm, family, expected = DAMAGES[damage]
    if damage.startswith("amount"):
        assume(bundle["order"]["currency"].lower() not in ("isk", "ugx"))  # never held against an order
    diagnosis = examine(Case.of(harm(bundle))).diagnosis
    assert diagnosis.headline is not None, diagnosis.undetermined
    assert diagnosis.headline.code in expected
    assert FAMILY[diagnosis.headline.code] == family
