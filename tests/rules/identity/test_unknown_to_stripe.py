"""What Stripe does not know: made by another account, or nowhere."""

import pytest

from core.findings import Action, Confidence, Severity
from tests.rules import stage

SELLER = stage.order(status="paid", metadata={"stripe_account": "acct_2"})


class TestSessionNotFound:
    def test_nothing_is_said_about_the_money_of_an_open_order(self) -> None:
        found = stage.headline(stage.order(), **stage.NOTHING, missing=[stage.SESSION])
        assert stage.matter(found) == ("session_not_found", Severity.HIGH, None)
        assert "says nothing about whether" in found.says

    def test_a_paid_order_is_not_called_unpaid(self) -> None:
        diagnosis = stage.diagnosed(stage.order(status="paid"), **stage.NOTHING, missing=[stage.SESSION])
        assert stage.codes(diagnosis) == ["session_not_found"]

    def test_a_look_up_that_failed_is_not_an_answer(self) -> None:
        failed = {
            "account": None,
            "lookup_errors": [{"id": stage.SESSION, "code": "rate_limit", "message": "Too many requests"}],
        }
        diagnosis = stage.diagnosed(stage.order(status="paid"), stripe=failed)
        assert stage.codes(diagnosis) == []
        assert "Too many requests" in (diagnosis.undetermined or "")


class TestWrongAccount:
    def test_a_destination_charge_is_on_the_platform(self) -> None:
        assert stage.diagnosed(stage.BOOKED | {"metadata": {"stripe_account": "acct_2"}}).clean

    @pytest.mark.parametrize("kind", ["sessions", "intents", "charges", "lookup"])
    def test_what_could_not_be_looked_up_is_not_elsewhere(self, kind: str) -> None:
        assert stage.said(SELLER, **stage.NOTHING, missing=[stage.SESSION], unread=[kind]) == []

    def test_an_id_that_nobody_asked_for_is_not_elsewhere(self) -> None:
        diagnosis = stage.diagnosed(SELLER, **stage.NOTHING)
        assert stage.codes(diagnosis) == []
        assert "acct_2" in (diagnosis.undetermined or "")

    @pytest.mark.parametrize("status", ["pending", "paid", "cancelled"])
    def test_nothing_is_said_about_paid_or_unpaid(self, status: str) -> None:
        diagnosis = stage.diagnosed(SELLER | {"status": status}, **stage.NOTHING, missing=[stage.SESSION])
        assert (stage.codes(diagnosis), diagnosis.undetermined) == (["wrong_account"], None)

    def test_how_much_it_is_about_cannot_be_told(self) -> None:
        said = stage.headline(SELLER, **stage.NOTHING, missing=[stage.SESSION])
        assert (said.severity, said.money_at_risk, said.confidence) == (Severity.HIGH, None, Confidence.PROBABLE)
        assert said.actions == (Action.FIX_KEY_OR_ACCOUNT, Action.FRESH_RETRIEVE)
        assert "acct_2" in said.says
