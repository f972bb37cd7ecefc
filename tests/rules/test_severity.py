"""How soon a person is needed, and for how much money: the catalogue's table, over every case that is kept here."""

import json
from pathlib import Path
from typing import Any

import pytest

from core.cases import Case
from core.facts import PAID_ORDER
from core.findings import Diagnosis
from core.rules import RULES, examine

FOLDER = Path(__file__).parents[1] / "cases"
CASES: list[dict[str, Any]] = [
    json.loads(line)
    for path in sorted(FOLDER.glob("*.jsonl"))
    for line in path.read_text(encoding="utf-8").splitlines()
]
BY_STATUS = {  # of an order that counts as paid, of any other one
    "key_mode_mismatch": ("critical", "high"),
    "session_foreign": ("critical", "high"),
    "stale_id": ("low", "high"),
    "async_failed": ("critical", "low"),
    "auth_expired": ("critical", "medium"),
    "auth_not_captured": ("critical", "medium"),
    "hold_released": ("critical", "medium"),
}
ALWAYS = {
    "critical": "duplicate_payment late_failure_overwrote paid_order_closed unpaid_marked_paid minor_unit_error "
    "webhook_off subscription_doubled subscription_still_charged",
    "high": "order_copied id_placeholder id_wrong_type id_malformed wrong_account session_not_found "
    "fulfilled_before_funds async_marked_failed currency_mismatch webhook_not_subscribed metadata_not_on_pi "
    "webhook_wrong_host "
    "webhook_failing webhook_before_order webhook_acked_not_applied link_missing paid_not_recorded refund_not_recorded "
    "subscription_ended payment_doubted hold_short setup_unusable",
    "medium": "paid_outside_stripe no_pi_by_design open_session_on_closed_order",
    "low": "amount_explained expired_order_open",
    "info": "settling",
}
EITHER = {
    "dispute_not_reflected": {"high", "critical"},
    "id_missing": {"high", "medium"},
    "hold_on_closed_order": {"high", "medium"},
    "metadata_drift": {"medium", "high"},
    "amount_stale_cart": {"high", "medium"},
    "amount_mismatch": {"high", "low"},
    "refund_overstated": {"high", "low"},
}
SEVERITY = EITHER | {code: {severity} for severity, codes in ALWAYS.items() for code in codes.split()}
WHOLE = (
    "session_foreign order_copied fulfilled_before_funds async_marked_failed unpaid_marked_paid currency_mismatch"
).split()
PROMISED = "async_failed auth_expired hold_released".split()  # the total of an order that counts as paid, else nothing
PAID = (
    "late_failure_overwrote paid_order_closed metadata_not_on_pi webhook_wrong_host webhook_acked_not_applied".split()
)
IDS = "id_placeholder id_wrong_type id_malformed stale_id id_missing".split()
FREE = "amount_explained expired_order_open settling metadata_drift".split()


def found() -> list[tuple[Case, Diagnosis]]:
    cases = [Case.of(one) for one in CASES]
    return [(case, examine(case).diagnosis) for case in cases if case.order]


def test_every_code_has_a_severity_in_the_table_and_a_case() -> None:
    assert {*SEVERITY, *BY_STATUS} == {rule.code for rule in RULES}
    assert {finding.code for _, diagnosis in found() for finding in diagnosis.findings} == {*SEVERITY, *BY_STATUS}


def test_the_severity_is_the_tables() -> None:
    """One exception: a hold beside a payment that stands is money too much, not goods without money."""
    for case, diagnosis in found():
        assert case.order
        for finding in diagnosis.findings:
            booked, other = BY_STATUS.get(finding.code, ("", ""))
            expected = {booked if case.order.status in PAID_ORDER else other} if booked else SEVERITY[finding.code]
            expected = {"medium"} if finding.detail == "beside" else expected
            expected = {"high" if word == "critical" and case.is_rehearsal else word for word in expected}
            assert finding.severity in expected, (finding.code, case.order.id)


@pytest.mark.parametrize("codes", [WHOLE, PROMISED, PAID, IDS, FREE], ids=" ".join)
def test_the_money_at_risk_is_the_tables(codes: list[str]) -> None:
    for case, diagnosis in found():
        order, unreturned = case.order, examine(case).links.left  # what a bank questions was paid all the same
        assert order
        total, left = order.amount.amount_minor if order.amount else None, unreturned.amount_minor if unreturned else 0
        booked = order.status in PAID_ORDER
        for finding in diagnosis.findings:
            if finding.code not in codes:
                continue
            at_risk = finding.money_at_risk.amount_minor if finding.money_at_risk else None
            expected = total if codes is WHOLE or (codes is PROMISED and booked) else 0
            expected = left if codes is PAID or (codes is IDS and not booked) else expected
            expected = 0 if case.is_rehearsal and at_risk is not None else expected
            assert at_risk == expected, (finding.code, order.id)
