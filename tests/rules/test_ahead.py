"""Orders that are ahead of Stripe, or that gave up too early: holds, delayed payments, and what keeps quiet."""

import pytest

from core.findings import Action, Confidence, Finding, Severity
from core.money import Money
from tests.rules.stage import (
    DAY,
    INTENT,
    NOW,
    OTHER_INTENT,
    OTHER_SESSION,
    SESSION,
    YESTERDAY,
    Json,
    charge,
    codes,
    diagnosed,
    endpoint,
    event,
    intent,
    order,
    session,
)

HOUR = 3600
FIFTY, NONE = Money(5000, "usd"), Money(0, "usd")
REFUSED = event("checkout.session.async_payment_failed", SESSION, created=NOW - HOUR)
SUBSCRIBED = endpoint(enabled_events=["checkout.session.async_payment_failed", "charge.expired"])


def unpaid(**changes: object) -> Json:
    """A checkout that the customer finished, and that is not paid."""
    return session(**({"payment_status": "unpaid"} | changes))


def debit(status: str = "processing", **changes: object) -> Json:
    return intent(**({"status": status, "amount_received": 0} | changes))


def voucher(**details: object) -> Json:
    step = {"type": "boleto_display_details", "boleto_display_details": details}
    return debit("requires_action", next_action=step)


def hold(**changes: object) -> Json:
    states = {"status": "requires_capture", "amount_received": 0, "amount_capturable": 5000, "capture_method": "manual"}
    return intent(**(states | changes))


def reserved(hours: float | None = None, **changes: object) -> Json:
    """The charge of a hold that ends in so many hours, if Stripe says when."""
    card = {} if hours is None else {"capture_before": int(NOW + hours * HOUR)}
    details = {"type": "card", "card": card}
    return charge(**({"captured": False, "amount_captured": 0, "payment_method_details": details} | changes))


def told(row: Json, **given: object) -> list[str]:
    return codes(diagnosed(row, **({"sessions": [unpaid()], "charges": [], "events": []} | given)))


def found(row: Json, **given: object) -> Finding:
    headline = diagnosed(row, **({"sessions": [unpaid()], "charges": [], "events": []} | given)).headline
    assert headline is not None
    return headline


class TestQuiet:
    def test_a_debit_or_a_voucher_of_a_pending_order_is_normal_for_days(self) -> None:
        assert diagnosed(order(), sessions=[unpaid()], intents=[debit()], charges=[]).clean
        assert diagnosed(order(), sessions=[unpaid()], intents=[voucher(expires_at=NOW + DAY)], charges=[]).clean

    def test_a_hold_with_days_left_is_normal(self) -> None:
        assert diagnosed(order(), sessions=[unpaid()], intents=[hold()], charges=[reserved(48)], events=[]).clean

    def test_an_intent_that_was_never_authorised_did_not_lapse(self) -> None:
        gone = debit("canceled", capture_method="manual", cancellation_reason="automatic")
        expired = unpaid(status="expired", payment_intent=INTENT, expires_at=NOW - DAY)
        declined = charge(status="failed", captured=False, amount_captured=0)
        assert told(order(), sessions=[expired], intents=[gone]) == ["expired_order_open"]
        assert told(order(status="paid"), intents=[gone], charges=[declined]) == ["unpaid_marked_paid"]

    @pytest.mark.parametrize("word", ["true", "yes", "1"])
    def test_a_shop_may_take_the_risk(self, word: str) -> None:
        row = order(status="fulfilled", metadata={"fulfil_on_processing": word})
        assert diagnosed(row, sessions=[unpaid()], intents=[debit()], charges=[]).clean

    def test_a_shop_that_says_no_does_not(self) -> None:
        row = order(status="fulfilled", metadata={"fulfil_on_processing": "false"})
        assert told(row, intents=[debit()]) == ["fulfilled_before_funds"]

    @pytest.mark.parametrize(
        "state", [debit(), hold(), debit("requires_payment_method", last_payment_error={"code": "x"})]
    )
    @pytest.mark.parametrize("kind", ["sessions", "intents", "charges"])
    def test_nothing_is_said_where_a_payment_may_be_unread(self, state: Json, kind: str) -> None:
        assert told(order(status="paid"), intents=[state], unread=[kind]) == []

    def test_a_hold_whose_end_only_the_events_would_tell_is_not_called_unpaid(self) -> None:
        assert told(order(status="paid"), intents=[debit("canceled")], unread=["events"]) == []

    def test_a_status_of_tomorrow_is_taken_for_nothing(self) -> None:
        row, odd = (
            order(status="paid"),
            intent(id=OTHER_INTENT, status="requires_blessing", metadata={"order_id": "1042"}),
        )
        assert told(row, intents=[debit(), odd]) == []

    def test_another_method_paid(self) -> None:
        row = order(status="paid", metadata={"payment_method": "paypal"})
        assert told(row, intents=[debit()]) == []


class TestHolds:
    def test_a_paid_order_is_critical_and_the_hold_is_at_risk(self) -> None:
        said = found(order(status="paid"), intents=[hold(amount_capturable=4200)], charges=[reserved(100)])
        assert (said.code, said.severity, said.money_at_risk) == (
            "auth_not_captured",
            Severity.CRITICAL,
            Money(4200, "usd"),
        )
        assert said.actions == (Action.CAPTURE_NOW, Action.CONTACT_CUSTOMER)

    def test_a_pending_order_matures_two_days_before_the_end(self) -> None:
        said = found(order(), intents=[hold()], charges=[reserved(47)])
        assert (said.code, said.severity, said.detail) == ("auth_not_captured", Severity.MEDIUM, "soon")

    def test_a_hold_beside_a_payment_is_not_to_be_taken(self) -> None:
        row = order(status="paid", payment_intent_id=INTENT)
        second = unpaid(id=OTHER_SESSION, payment_intent=OTHER_INTENT)
        said = found(row, sessions=[session(), second], intents=[intent(), hold(id=OTHER_INTENT)], charges=[charge()])
        assert (said.detail, said.severity) == ("beside", Severity.MEDIUM)
        assert Action.CAPTURE_NOW not in said.actions

    @pytest.mark.parametrize("total", [{"amount_minor": 5007}, {"currency": "chf", "amount_minor": 9000}])
    def test_nor_is_one_that_would_be_more_than_what_is_missing(self, total: Json) -> None:
        row = order(status="paid", payment_intent_id=INTENT, **total)
        second = unpaid(id=OTHER_SESSION, payment_intent=OTHER_INTENT)
        given = {"sessions": [session(), second], "intents": [intent(), hold(id=OTHER_INTENT)], "charges": [charge()]}
        assert "auth_not_captured" in told(row, **given)
        assert Action.CAPTURE_NOW not in diagnosed(row, **given).actions

    def test_a_hold_for_the_missing_part_of_a_deposit_is_the_rest(self) -> None:
        row = order(status="paid", payment_intent_id=INTENT, amount_minor=9000)
        second = unpaid(id=OTHER_SESSION, payment_intent=OTHER_INTENT)
        part = hold(id=OTHER_INTENT, amount=4000, amount_capturable=4000)
        said = found(row, sessions=[session(), second], intents=[intent(), part], charges=[charge()])
        assert (said.code, said.detail) == ("auth_not_captured", "rest")

    def test_what_a_partial_capture_left_is_the_rest(self) -> None:
        rest = hold(amount_received=3000, amount_capturable=2000)
        said = found(order(status="fulfilled"), intents=[rest])
        assert (said.detail, said.money_at_risk) == ("rest", Money(2000, "usd"))

    def test_a_hold_whose_time_is_over_is_read_again_first(self) -> None:
        said = found(order(status="paid"), intents=[hold()], charges=[reserved(-1)])
        assert (said.detail, said.actions[0]) == ("over", Action.FRESH_RETRIEVE)

    @pytest.mark.parametrize(("status", "severity"), [("fulfilled", Severity.CRITICAL), ("pending", Severity.MEDIUM)])
    def test_a_hold_that_ran_out(self, status: str, severity: Severity) -> None:
        gone = debit("canceled", capture_method="manual", cancellation_reason="expired", canceled_at=NOW - HOUR)
        said = found(order(status=status), intents=[gone], charges=[reserved()])
        at_risk = FIFTY if status == "fulfilled" else NONE
        assert (said.code, said.severity, said.money_at_risk) == ("auth_expired", severity, at_risk)
        assert said.actions == (Action.REQUEST_NEW_PAYMENT, Action.CONTACT_CUSTOMER, Action.SUBSCRIBE_EVENT)

    def test_an_app_that_hears_of_it_has_to_act(self) -> None:
        gone = debit("canceled", capture_method="manual", cancellation_reason="expired")
        said = found(order(status="paid"), intents=[gone], charges=[reserved()], endpoints=[SUBSCRIBED])
        assert said.actions[-1] is Action.FIX_HANDLER_CODE


class TestDelayed:
    @pytest.mark.parametrize(("status", "severity"), [("paid", Severity.CRITICAL), ("created", Severity.LOW)])
    def test_the_bank_refused(self, status: str, severity: Severity) -> None:
        refused = debit("requires_payment_method", last_payment_error={"message": "No funds."})
        said = found(order(status=status), intents=[refused], events=[REFUSED])
        assert (said.code, said.severity) == ("async_failed", severity)
        assert "No funds." in said.developer

    def test_an_event_of_another_checkout_refuses_nothing(self) -> None:
        stranger = event("checkout.session.async_payment_failed", OTHER_SESSION)
        assert told(order(status="paid"), intents=[debit()], events=[stranger]) == ["fulfilled_before_funds"]

    def test_a_refusal_without_its_intent_is_no_payment_under_way(self) -> None:
        assert told(order(status="paid"), intents=[], events=[REFUSED]) == ["async_failed"]

    def test_what_only_the_checkout_says_is_probable(self) -> None:
        said = found(order(status="paid"), intents=[])
        assert (said.code, said.confidence) == ("fulfilled_before_funds", Confidence.PROBABLE)

    def test_the_bank_has_its_days(self) -> None:
        slow = charge(status="pending", captured=False, payment_method_details={"type": "sepa_debit"})
        said = found(order(status="fulfilled"), intents=[debit()], charges=[slow])
        assert (said.code, said.severity, said.money_at_risk) == ("fulfilled_before_funds", Severity.HIGH, FIFTY)
        assert "14 working days" in said.says

    @pytest.mark.parametrize("status", ["cancelled", "failed"])
    def test_a_payment_under_way_was_given_up(self, status: str) -> None:
        said = found(order(status=status), intents=[debit()])
        assert (said.code, said.actions[0], said.money_at_risk) == ("async_marked_failed", Action.WAIT, FIFTY)

    def test_a_voucher_lives_until_its_date(self) -> None:
        assert told(order(status="cancelled"), intents=[voucher(expires_at=NOW + 1)]) == ["async_marked_failed"]
        assert told(order(status="cancelled"), intents=[voucher(expires_at=NOW)]) == []

    def test_what_lives_outranks_what_failed(self) -> None:
        refused = debit("requires_payment_method", last_payment_error={"code": "x"})
        again = unpaid(id=OTHER_SESSION, payment_intent=OTHER_INTENT, created=YESTERDAY + 300)
        row, both = order(status="paid"), [unpaid(), again]
        assert told(row, sessions=both, intents=[refused, debit(id=OTHER_INTENT)]) == ["fulfilled_before_funds"]
        assert told(row, sessions=both, intents=[refused, hold(id=OTHER_INTENT)]) == ["auth_not_captured"]
