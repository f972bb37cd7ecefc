"""An order of which nothing was read but a paid bill that names it: all is told that is told of any payment."""

import pytest

from core.cases import Case
from core.rules import examine


@pytest.mark.parametrize("status", ["pending", "cancelled"])
def test_a_bill_is_a_payment(status: str) -> None:
    bill = {
        "id": "in_1", "object": "invoice", "created": 1000, "status": "paid", "total": 5000, "amount_paid": 5000,
        "currency": "eur", "livemode": False, "metadata": {"order_id": "S-1"}, "billing_reason": "manual",
    }  # fmt: skip
    order = {"id": "1", "number": "S-1", "status": status, "amount_minor": 5000, "currency": "eur", "created_at": 900}
    facts = {"key_mode": "test", "read_at": 90_000, "invoices": [bill], "endpoints": []}
    diagnosis = examine(Case.of({"order": order, "stripe": facts, "now": 90_000})).diagnosis
    assert diagnosis.headline
    assert "in_1" in " ".join(one.source for one in diagnosis.headline.evidence)
    assert not any(one.source.startswith("session") for one in diagnosis.headline.evidence)
