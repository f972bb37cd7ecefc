"""Money that is reserved and does not fit the order."""

import pytest

from core.facts import Json
from core.findings import Action, Severity
from core.money import Money
from core.times import DAY
from tests.rules import stage
from tests.rules.payment.under_way import found, hold, reserved, told, unpaid

OTHER = {"id": stage.OTHER_INTENT, "metadata": {"order_id": "1042"}}


def closed(status: str = "cancelled", **changes: object) -> Json:
    return stage.order(status=status, payment_intent_id=stage.INTENT, **changes)


class TestOnAClosedOrder:
    def test_one_that_was_closed_a_minute_ago_may_be_released_yet(self) -> None:
        assert told(closed(updated_at=stage.NOW - 60), intents=[hold()], charges=[reserved(48)]) == []

    def test_a_hold_whose_time_is_over_ends_by_itself(self) -> None:
        assert told(closed(), intents=[hold()], charges=[reserved(-1)]) == []

    def test_an_order_that_was_paid_otherwise(self) -> None:
        assert told(closed(metadata={"payment_method": "cash"}), intents=[hold()], charges=[reserved(48)]) == []

    @pytest.mark.parametrize("status", ["cancelled", "refunded"])
    def test_it_is_released_and_never_taken(self, status: str) -> None:
        said = found(closed(status), intents=[hold()], charges=[reserved(48)])
        assert stage.matter(said) == ("hold_on_closed_order", Severity.MEDIUM, stage.FIFTY)
        assert said.actions[0] is Action.RELEASE_HOLD
        assert not {Action.CAPTURE_NOW, Action.REQUEST_NEW_PAYMENT} & {*said.actions}

    def test_a_failed_order_did_not_fail_at_the_card(self) -> None:
        said = found(closed("failed"), intents=[hold()], charges=[reserved(48)])
        assert (said.severity, said.detail) == (Severity.HIGH, "failed")
        assert said.actions[:2] == (Action.RELEASE_HOLD, Action.CAPTURE_NOW)

    def test_where_stripe_does_not_say_until_when_it_says_about(self) -> None:
        assert "until about" in found(closed(), intents=[hold()], charges=[reserved()]).says


class TestTooSmall:
    @pytest.mark.parametrize(
        "row",
        [
            stage.order(amount_minor=5000),
            stage.order(amount_minor=4200),
            stage.order(amount_minor=6000, metadata={"gift_card": "10,00"}),
            stage.order(amount_minor=6000, metadata={"applied_credit": "1000"}),
            stage.order(amount_minor=6000, currency="eur"),
            stage.order(amount_minor=6000, metadata={"payment_method": "paypal"}),
            stage.order(amount_minor=6000, updated_at=stage.NOW - 60),
        ],
    )
    def test_quiet(self, row: Json) -> None:
        assert "hold_short" not in told(row, intents=[hold()], charges=[reserved(100)])

    def test_two_that_add_up_are_enough(self) -> None:
        row = stage.order(amount_minor=8000)
        parts = [hold(metadata={"order_id": "1042"}), hold(**OTHER, amount=3000, amount_capturable=3000)]
        assert told(row, sessions=[], intents=parts, charges=[reserved(100)]) == []

    def test_what_is_missing_is_said_and_asked_for(self) -> None:
        said = found(stage.order(amount_minor=6000), intents=[hold()], charges=[reserved(100)])
        assert stage.matter(said) == ("hold_short", Severity.HIGH, Money(1000, "usd"))
        assert said.actions == (Action.CONTACT_CUSTOMER, Action.CAPTURE_NOW)
        assert "10.00" in said.says

    def test_a_figure_beside_that_is_not_the_difference_explains_nothing(self) -> None:
        row = stage.order(amount_minor=6000, metadata={"gift_card": "9.00", "deposit": "some"})
        assert told(row, intents=[hold()], charges=[reserved(100)]) == ["hold_short"]


class TestWithoutAnEnd:
    def row(self) -> Json:
        return stage.order(created_at=stage.NOW - 6 * DAY)

    def test_another_method_holds_for_weeks(self) -> None:
        klarna = reserved(created=stage.NOW - 6 * DAY, payment_method_details={"type": "klarna", "klarna": {}})
        assert told(self.row(), intents=[hold()], charges=[klarna]) == []

    def test_a_card_has_seven_days_and_that_is_only_likely(self) -> None:
        said = found(self.row(), sessions=[unpaid()], intents=[hold()], charges=[reserved(created=stage.NOW - 6 * DAY)])
        assert (said.code, said.detail, said.confidence) == ("auth_not_captured", "soon", "probable")
        assert "the usual seven days" in said.says

    def test_a_terminals_card_says_so_itself(self) -> None:
        details = {"type": "card_present", "card_present": {"capture_before": stage.NOW + 3600}}
        said = found(self.row(), intents=[hold()], charges=[reserved(payment_method_details=details)])
        assert (said.detail, said.confidence) == ("soon", "certain")
