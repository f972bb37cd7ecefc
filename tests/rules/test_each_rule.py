"""What each rule says, how badly, with which evidence, and for how much money."""

import pytest

from core.findings import Action, Confidence, Finding, Severity
from core.money import Money
from tests.rules.stage import (
    DAY,
    INTENT,
    NOW,
    OTHER_CHARGE,
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
    nothing_at_stripe,
    order,
    refund,
    second_payment,
    session,
    unfinished,
)

PAID = order(status="paid", payment_intent_id=INTENT, updated_at=YESTERDAY + 95)
FIFTY, NONE = Money(5000, "usd"), Money(0, "usd")


def headline(row: Json | None = None, **given: object) -> Finding:
    found = diagnosed(row, **given).headline
    assert found is not None
    return found


def values(finding: Finding) -> dict[str, str]:
    return {evidence.field: evidence.value for evidence in finding.evidence}


class TestKeyModeMismatch:
    def test_a_test_payment_of_a_paid_order_is_critical_and_costs_all_of_it(self) -> None:
        found = headline(PAID | {"session_id": "cs_test_" + "a1" * 15}, **nothing_at_stripe())
        assert (found.code, found.severity, found.money_at_risk) == ("key_mode_mismatch", Severity.CRITICAL, FIFTY)
        assert Action.HOLD_FULFILMENT in found.actions
        assert "No real money" in found.says

    def test_what_is_at_risk_of_a_live_payment_is_not_known_to_a_test_key(self) -> None:
        found = headline(order(), key_mode="test")
        assert (found.code, found.severity, found.money_at_risk) == ("key_mode_mismatch", Severity.HIGH, None)

    def test_stripe_itself_names_the_other_mode(self) -> None:
        told = {
            "id": INTENT,
            "code": "resource_missing",
            "message": f"No such payment_intent: '{INTENT}'; a similar object exists in test mode.",
        }
        row = order(session_id=None, payment_intent_id=INTENT)
        bundle = {"account": None, "lookup_errors": [told]}
        assert headline(row, stripe=bundle).code == "key_mode_mismatch"

    def test_nothing_else_is_said(self) -> None:
        diagnosis = diagnosed(PAID | {"session_id": "cs_test_" + "a1" * 15})
        assert codes(diagnosis) == ["key_mode_mismatch"]


class TestSessionForeign:
    def test_the_stored_checkout_names_another_order(self) -> None:
        found = headline(PAID, sessions=[session(client_reference_id="1041")])
        assert (found.code, found.severity, found.money_at_risk) == ("session_foreign", Severity.CRITICAL, FIFTY)
        assert values(found)["session_id"] == SESSION
        assert values(found)["order reference"] == "1041"
        assert "order 1041" in found.says

    def test_the_stored_payment_belongs_to_a_checkout_that_does(self) -> None:
        row = order(status="paid", session_id=None, payment_intent_id=INTENT)
        assert headline(row, sessions=[session(client_reference_id="1041")]).code == "session_foreign"

    def test_an_older_order_stores_the_same_payment(self) -> None:
        row = order(status="paid", session_id=None, payment_intent_id=INTENT)
        older = order(id="1041", session_id=None, payment_intent_id=INTENT, created_at=YESTERDAY - DAY)
        found = headline(row, sessions=[], other_orders=[older])
        assert (found.code, found.confidence) == ("session_foreign", Confidence.PROBABLE)
        assert "1041" in found.says


class TestDuplicatePayment:
    def test_what_was_paid_above_the_total_is_at_risk(self) -> None:
        other, paid = second_payment()
        found = headline(PAID, sessions=[session(), other], intents=[intent(), paid])
        assert (found.code, found.severity, found.money_at_risk) == ("duplicate_payment", Severity.CRITICAL, FIFTY)
        assert "twice" in found.says
        assert "100.00 USD instead of 50.00 USD" in found.says
        assert OTHER_INTENT in " ".join(found.remedy)
        assert INTENT not in " ".join(found.remedy)

    def test_a_second_payment_in_another_currency_is_one_too(self) -> None:
        other, paid = second_payment(currency="eur", amount_received=4500)
        found = headline(PAID, sessions=[session(), other], intents=[intent(), paid])
        assert (found.code, found.money_at_risk) == ("duplicate_payment", None)
        assert "50.00 USD and 45.00 EUR" in found.says

    @pytest.mark.parametrize("total", [5000, 4999, 3000])
    def test_one_whose_refund_is_on_its_way_is_not_to_be_refunded_again(self, total: int) -> None:
        other, paid = second_payment()
        going = charge(id=OTHER_CHARGE, payment_intent=OTHER_INTENT, amount_refunded=5000)
        waiting = refund(status="pending", charge=OTHER_CHARGE, payment_intent=OTHER_INTENT)
        given = {"sessions": [session(), other], "charges": [charge(), going], "refunds": [waiting]}
        diagnosis = diagnosed(PAID | {"amount_minor": total}, intents=[intent(), paid], **given)
        assert Action.REFUND_DUPLICATE not in diagnosis.actions

    def test_of_three_the_one_that_goes_back_already_is_left_alone(self) -> None:
        (other, paid), third = second_payment(), "pi_" + "3C" * 12
        going = charge(id=OTHER_CHARGE, payment_intent=OTHER_INTENT, amount_refunded=5000)
        waiting = refund(status="pending", charge=OTHER_CHARGE, payment_intent=OTHER_INTENT)
        more = [session(), other, session(id="cs_live_" + "c3" * 15, payment_intent=third)]
        intents = [intent(), paid, intent(id=third)]
        found = headline(PAID, sessions=more, intents=intents, charges=[charge(), going], refunds=[waiting])
        assert third in " ".join(found.remedy)
        assert OTHER_INTENT not in " ".join(found.remedy)

    def test_one_message_delivered_twice_is_none(self) -> None:
        assert diagnosed(PAID, events=[event(), event(id="evt_again")]).clean


class TestPaidOrderClosed:
    @pytest.mark.parametrize("status", ["cancelled", "failed"])
    def test_all_that_was_paid_is_at_risk(self, status: str) -> None:
        found = headline(order(status=status))
        assert (found.code, found.severity, found.money_at_risk) == ("paid_order_closed", Severity.CRITICAL, FIFTY)
        assert status in found.says

    def test_its_causes_stand_below_it(self) -> None:
        row = order(status="cancelled", session_id=None)
        diagnosis = diagnosed(row, events=[event(pending_webhooks=1)])
        assert codes(diagnosis) == ["paid_order_closed", "id_missing", "webhook_failing"]


class TestIdPlaceholder:
    @pytest.mark.parametrize(
        "text", ["{CHECKOUT_SESSION_ID}", "%7BCHECKOUT_SESSION_ID%7D", "%7bcheckout_session_id%7d"]
    )
    def test_the_real_checkout_is_named(self, text: str) -> None:
        found = headline(order(session_id=text))
        assert (found.code, found.severity, found.money_at_risk) == ("id_placeholder", Severity.HIGH, FIFTY)
        assert text in found.says
        assert values(found)["payment_status"] == "paid"

    def test_of_a_paid_order_nothing_is_at_risk(self) -> None:
        assert headline(PAID | {"session_id": "{CHECKOUT_SESSION_ID}"}).money_at_risk == NONE


class TestIdMalformed:
    @pytest.mark.parametrize(
        "text", [SESSION[:-2], SESSION.swapcase(), f" '{SESSION}'", "https://shop.example.com/?s=1"]
    )
    def test_the_pieces_of_an_id(self, text: str) -> None:
        found = headline(order(session_id=text), missing=[text])
        assert (found.code, found.money_at_risk) == ("id_malformed", FIFTY)

    def test_the_whole_id_is_named_where_only_one_can_be_meant(self) -> None:
        assert SESSION in str(headline(order(session_id=SESSION[:-2])).evidence)

    def test_an_id_of_another_kind_is_not_damaged(self) -> None:
        assert "id_malformed" not in codes(diagnosed(order(session_id=INTENT)))

    def test_a_client_secret_is_never_shown(self) -> None:
        secret = f"{INTENT}_secret_{'x' * 24}"
        for row in (order(session_id=secret), order(session_id=None, payment_intent_id=secret)):
            assert "x" * 24 not in repr(diagnosed(row))


class TestStaleId:
    def test_another_checkout_was_paid(self) -> None:
        old = unfinished(id=OTHER_SESSION)
        found = headline(order(session_id=OTHER_SESSION), sessions=[session(), old])
        assert (found.code, found.severity, found.money_at_risk) == ("stale_id", Severity.HIGH, FIFTY)
        assert SESSION in " ".join(found.remedy)
        assert Action.EXPIRE_SESSION not in found.actions

    def test_the_old_checkout_can_still_be_paid(self) -> None:
        old = unfinished(id=OTHER_SESSION, status="open", expires_at=NOW + DAY)
        found = headline(order(session_id=OTHER_SESSION), sessions=[session(), old])
        assert Action.EXPIRE_SESSION in found.actions

    def test_of_a_paid_order_it_is_a_small_matter(self) -> None:
        old = unfinished(id=OTHER_SESSION)
        found = headline(order(status="paid", session_id=OTHER_SESSION), sessions=[session(), old])
        assert (found.severity, found.money_at_risk) == (Severity.LOW, NONE)

    def test_stripe_does_not_know_the_old_one(self) -> None:
        found = headline(order(session_id=OTHER_SESSION), missing=[OTHER_SESSION])
        assert found.code == "stale_id"

    def test_a_recovered_checkout(self) -> None:
        again = session(id=OTHER_SESSION, client_reference_id=None, recovered_from=SESSION)
        assert headline(order(), sessions=[unfinished(), again]).code == "stale_id"

    def test_the_stored_payment_was_declined(self) -> None:
        declined = intent(
            id=OTHER_INTENT, status="requires_payment_method", amount_received=0, metadata={"order_id": "1042"}
        )
        row = order(session_id=None, payment_intent_id=OTHER_INTENT)
        assert headline(row, intents=[intent(), declined]).code == "stale_id"

    def test_the_stored_payment_is_not_the_paid_checkouts(self) -> None:
        found = headline(PAID | {"payment_intent_id": OTHER_INTENT})
        assert (found.code, found.severity) == ("stale_id", Severity.LOW)

    def test_a_payment_of_this_minute_may_still_mend_it(self) -> None:
        now = {"created": NOW - 60}
        row = order(session_id=OTHER_SESSION)
        old = unfinished(id=OTHER_SESSION)
        diagnosis = diagnosed(row, sessions=[session(**now), old], intents=[intent(**now)], charges=[], events=[])
        assert codes(diagnosis) == ["settling"]


class TestIdMissing:
    def test_a_payment_names_the_order(self) -> None:
        found = headline(order(session_id=None))
        assert (found.code, found.severity, found.money_at_risk) == ("id_missing", Severity.HIGH, FIFTY)
        assert SESSION in " ".join(found.remedy)
        assert values(found)["session_id"] == "(empty)"

    def test_an_open_checkout_names_the_order(self) -> None:
        waiting = unfinished(status="open", expires_at=NOW + DAY)
        found = headline(order(session_id=None), sessions=[waiting], intents=[], charges=[], events=[])
        assert (found.code, found.severity) == ("id_missing", Severity.MEDIUM)

    def test_a_checkout_of_this_minute_is_no_reason_yet(self) -> None:
        fresh = unfinished(status="open", created=NOW - 30, expires_at=NOW + DAY)
        assert diagnosed(order(session_id=None), sessions=[fresh], intents=[], charges=[], events=[]).clean


class TestSessionNotFound:
    def test_nothing_is_said_about_the_money_of_an_open_order(self) -> None:
        found = headline(order(), **nothing_at_stripe(), missing=[SESSION])
        assert (found.code, found.severity, found.money_at_risk) == ("session_not_found", Severity.HIGH, None)
        assert "says nothing about whether" in found.says

    def test_a_paid_order_is_not_called_unpaid(self) -> None:
        diagnosis = diagnosed(order(status="paid"), **nothing_at_stripe(), missing=[SESSION])
        assert codes(diagnosis) == ["session_not_found"]

    def test_a_look_up_that_failed_is_not_an_answer(self) -> None:
        failed = {
            "account": None,
            "lookup_errors": [{"id": SESSION, "code": "rate_limit", "message": "Too many requests"}],
        }
        diagnosis = diagnosed(order(status="paid"), stripe=failed)
        assert codes(diagnosis) == []
        assert "Too many requests" in (diagnosis.undetermined or "")


class TestUnpaidMarkedPaid:
    @pytest.mark.parametrize("status", ["paid", "fulfilled"])
    def test_all_of_the_order_is_at_risk(self, status: str) -> None:
        found = headline(order(status=status), sessions=[unfinished()], intents=[], charges=[], events=[])
        assert (found.code, found.severity, found.money_at_risk) == ("unpaid_marked_paid", Severity.CRITICAL, FIFTY)

    def test_the_payment_of_another_site_does_not_count(self) -> None:
        row = order(status="paid", session_id=None, metadata={"payment_method": "stripe"})
        found = headline(row, config={"app_hosts": ["booking.example.org"]}, events=[])
        assert (found.code, found.detail) == ("unpaid_marked_paid", "elsewhere")
        assert found.actions == (Action.HOLD_FULFILMENT, Action.FIX_ENDPOINT)

    def test_a_state_that_nobody_knows_is_no_proof(self) -> None:
        odd = session(payment_status="unpaid", status="archived")
        diagnosis = diagnosed(order(status="paid"), sessions=[odd], intents=[], charges=[])
        assert codes(diagnosis) == []
        assert SESSION in (diagnosis.undetermined or "")

    @pytest.mark.parametrize(("kind", "said"), [("customers", True), ("charges", False), ("?", False)])
    def test_it_is_concluded_only_from_what_was_read(self, kind: str, *, said: bool) -> None:
        given = {"sessions": [unfinished()], "intents": [], "charges": [], "events": []}
        diagnosis = diagnosed(order(status="paid"), **given, unread=[kind])
        assert codes(diagnosis) == (["unpaid_marked_paid"] if said else [])
        assert f"the {kind} (429)" in (diagnosis.undetermined or "")


class TestCurrencyMismatch:
    def test_the_two_cannot_be_compared(self) -> None:
        found = headline(PAID, sessions=[session(currency="eur")], intents=[intent(currency="eur")])
        assert (found.code, found.severity, found.money_at_risk) == ("currency_mismatch", Severity.HIGH, FIFTY)
        assert "paid 50.00 EUR, but the order is in USD" in found.says


class TestMetadataDrift:
    def test_checkout_and_payment_name_different_orders(self) -> None:
        found = headline(PAID, intents=[intent(metadata={"order_id": "1024"})])
        assert (found.code, found.severity, found.money_at_risk) == ("metadata_drift", Severity.HIGH, NONE)
        assert "1042" in found.says
        assert "1024" in found.says

    def test_another_key_is_a_smaller_matter(self) -> None:
        found = headline(
            PAID, sessions=[session(metadata={"plan": "pro"})], intents=[intent(metadata={"plan": "basic"})]
        )
        assert (found.code, found.severity) == ("metadata_drift", Severity.MEDIUM)
        assert "`plan`" in found.says

    def test_the_checkout_itself_names_two_orders(self) -> None:
        found = headline(PAID, sessions=[session(metadata={"order_id": "1024"})])
        assert (found.code, found.detail) == ("metadata_drift", "one_session")

    def test_a_customers_number_is_not_another_order(self) -> None:
        told = session(client_reference_id="77", metadata={"order_id": "1042"})
        assert diagnosed(PAID, sessions=[told]).clean


class TestTransport:
    def test_the_app_refuses_the_message(self) -> None:
        found = headline(order(), events=[event(pending_webhooks=1)])
        assert (found.code, found.severity, found.money_at_risk) == ("webhook_failing", Severity.HIGH, FIFTY)
        assert "50.00 USD" in found.says
        assert Action.REPLAY_EVENT in found.actions

    def test_stripe_has_given_up(self) -> None:
        then = NOW - 4 * DAY
        given = {"sessions": [session(created=then)], "intents": [intent(created=then)], "charges": []}
        found = headline(order(created_at=then), **given, events=[event(created=then + 90, pending_webhooks=1)])
        assert (found.code, found.detail) == ("webhook_failing", "stopped")
        assert "given up" in found.says

    def test_the_app_took_it_and_never_wrote(self) -> None:
        found = headline(order())
        assert (found.code, found.detail, found.money_at_risk) == ("webhook_acked_not_applied", "never_wrote", FIFTY)
        assert Action.REPLAY_EVENT in found.actions

    def test_the_app_took_it_and_wrote_something_else(self) -> None:
        found = headline(order(updated_at=YESTERDAY + 96))
        assert (found.code, found.detail) == ("webhook_acked_not_applied", "wrote_after")
        assert Action.REPLAY_EVENT not in found.actions

    def test_times_in_milliseconds_are_compared_all_the_same(self) -> None:
        row = order(created_at=YESTERDAY * 1000, updated_at=(YESTERDAY + 2) * 1000)
        assert headline(row).detail == "never_wrote"

    def test_messages_that_stripe_has_forgotten(self) -> None:
        old = NOW - 60 * DAY
        found = headline(
            order(created_at=old, updated_at=old),
            sessions=[session(created=old)],
            intents=[intent(created=old)],
            charges=[charge(created=old)],
            events=[],
        )
        assert (found.code, found.severity) == ("paid_not_recorded", Severity.HIGH)
        assert "30 days" in found.says

    def test_messages_that_were_not_looked_for(self) -> None:
        assert "looked through" in headline(order(), stripe=_without_events()).says

    def test_a_free_checkout_is_told_without_an_amount(self) -> None:
        free = session(payment_status="no_payment_required", amount_total=0, payment_intent=None)
        row = order(amount_minor=0)
        for events in ([event()], [event(pending_webhooks=1)], []):
            found = headline(row, sessions=[free], intents=[], charges=[], events=events)
            assert "unknown" not in found.says
            assert found.money_at_risk == NONE


def _without_events() -> Json:
    return {
        "account": "acct_1",
        "sessions": [session()],
        "payment_intents": [intent()],
        "charges": [charge()],
        "webhook_endpoints": [endpoint()],
        "events_unsearched": ["before yesterday"],
    }


class TestAmounts:
    @pytest.mark.parametrize(("received", "word"), [(4100, "missing"), (5900, "too much")])
    def test_the_difference_is_at_risk(self, received: int, word: str) -> None:
        found = headline(PAID, sessions=[session(amount_total=received)], intents=[intent(amount_received=received)])
        assert (found.code, found.severity, found.money_at_risk) == (
            "amount_mismatch",
            Severity.HIGH,
            Money(900, "usd"),
        )
        assert f"9.00 USD {'are missing' if word == 'missing' else word}" in found.says

    def test_a_cent_is_rounding(self) -> None:
        found = headline(PAID, intents=[intent(amount_received=4999)])
        assert (found.code, found.severity, found.detail) == ("amount_mismatch", Severity.LOW, "rounding")

    def test_it_leads_over_a_handler_that_refused_the_amount(self) -> None:
        diagnosis = diagnosed(order(), intents=[intent(amount_received=4100)])
        assert codes(diagnosis) == ["amount_mismatch", "webhook_acked_not_applied"]

    @pytest.mark.parametrize(
        ("details", "received", "name"),
        [
            ({"amount_discount": 500}, 4500, "promotion code"),
            ({"amount_tax": 950}, 5950, "tax"),
            ({"amount_shipping": 700}, 5700, "shipping"),
            ({"amount_discount": 500, "amount_tax": 900}, 5400, "promotion code and tax"),
            ({"amount_tax": 900, "amount_shipping": 700}, 5700, "shipping"),
        ],
    )
    def test_what_stripe_lists_explains_it(self, details: Json, received: int, name: str) -> None:
        seen = session(amount_total=received, total_details=details)
        found = headline(PAID, sessions=[seen], intents=[intent(amount_received=received)])
        assert (found.code, found.severity, found.money_at_risk) == ("amount_explained", Severity.LOW, NONE)
        assert f"is the {name} in Stripe" in found.says

    def test_a_tip_explains_it(self) -> None:
        tipped = intent(amount_received=5600, amount_details={"tip": {"amount": 600}})
        assert headline(PAID, sessions=[session(amount_total=5600)], intents=[tipped]).code == "amount_explained"

    def test_a_coupon_over_everything_explains_a_total_that_was_kept_before_it(self) -> None:
        free = session(
            payment_status="no_payment_required",
            amount_total=0,
            payment_intent=None,
            total_details={"amount_discount": 5000},
        )
        assert headline(order(status="paid"), sessions=[free], intents=[], charges=[]).code == "amount_explained"


class TestRefundNotRecorded:
    def test_all_of_it_went_back(self) -> None:
        found = headline(PAID, charges=[charge(amount_refunded=5000)], refunds=[refund()])
        assert (found.code, found.severity, found.money_at_risk) == ("refund_not_recorded", Severity.HIGH, FIFTY)
        assert Action.HOLD_FULFILMENT in found.actions
        assert "50.00 USD went back" in found.says

    def test_a_part_of_it_went_back(self) -> None:
        found = headline(PAID, charges=[charge(amount_refunded=1500)], refunds=[refund(amount=1500)])
        assert (found.money_at_risk, found.detail) == (Money(1500, "usd"), "partly")
        assert "35.00 USD are left of 50.00 USD" in found.says

    def test_only_a_part_of_it_was_recorded(self) -> None:
        row = order(status="partially_refunded", payment_intent_id=INTENT)
        assert headline(row, charges=[charge(amount_refunded=5000)], refunds=[refund()]).code == "refund_not_recorded"

    def test_the_app_hears_of_no_refunds(self) -> None:
        deaf = endpoint(enabled_events=["checkout.session.completed"])
        found = headline(PAID, charges=[charge(amount_refunded=5000)], refunds=[refund()], endpoints=[deaf])
        assert Action.SUBSCRIBE_EVENT in found.actions

    def test_the_amount_is_not_held_against_it_as_well(self) -> None:
        diagnosis = diagnosed(PAID, charges=[charge(amount_refunded=1500)], refunds=[refund(amount=1500)])
        assert codes(diagnosis) == ["refund_not_recorded"]

    def test_a_refund_that_only_the_charge_tells_of(self) -> None:
        found = headline(PAID, charges=[charge(amount_refunded=5000)])
        assert found.code == "refund_not_recorded"
        assert "refunded in Stripe: 50.00 USD" in found.says

    def test_a_refund_that_failed_moved_nothing(self) -> None:
        assert diagnosed(PAID, refunds=[refund(status="failed")]).clean


class TestExpiredOrderOpen:
    def test_a_checkout_that_nobody_finished(self) -> None:
        found = headline(order(), sessions=[unfinished()], intents=[], charges=[], events=[])
        assert (found.code, found.severity, found.money_at_risk) == ("expired_order_open", Severity.LOW, NONE)

    def test_an_intent_that_nobody_finished(self) -> None:
        row = order(session_id=None, payment_intent_id=INTENT)
        left = intent(status="requires_payment_method", amount_received=0, created=NOW - 2 * DAY)
        found = headline(row, sessions=[], intents=[left], charges=[], events=[])
        assert (found.code, found.detail) == ("expired_order_open", "intent")
        assert "2 days" in found.says


class TestSettling:
    def test_a_payment_of_this_minute(self) -> None:
        now = {"created": NOW - 60}
        found = headline(order(), sessions=[session(**now)], intents=[intent(**now)], charges=[], events=[])
        assert (found.code, found.severity, found.money_at_risk) == ("settling", Severity.INFO, NONE)
        assert found.actions == (Action.WAIT, Action.FRESH_RETRIEVE)

    def test_a_refund_of_this_minute(self) -> None:
        back = [charge(amount_refunded=5000)]
        found = headline(PAID, charges=back, refunds=[refund(created=NOW - 60)])
        assert (found.code, found.detail) == ("settling", "refund")

    def test_five_minutes_later_it_is_late(self) -> None:
        then = {"created": NOW - 300}
        given = {"sessions": [session(**then)], "intents": [intent(**then)], "charges": []}
        assert headline(order(), **given, events=[event(created=NOW - 300)]).code == "webhook_acked_not_applied"
        assert headline(order(), **given, events=[event(created=NOW - 299)]).code == "settling"


class TestNotes:
    def notes(self, row: Json | None = None, **given: object) -> list[str]:
        return [note.code for note in diagnosed(row, **given).notes]

    def test_another_e_mail(self) -> None:
        assert self.notes(PAID, sessions=[session(customer_details={"email": "kim@example.net"})]) == [
            "note_email_differs"
        ]
        assert self.notes(PAID, sessions=[session(customer_details={"email": "JO@example.com"})]) == []

    def test_times_in_milliseconds_or_in_the_future(self) -> None:
        assert self.notes(PAID | {"created_at": YESTERDAY * 1000}) == ["note_clock_or_unit"]
        assert self.notes(PAID | {"updated_at": NOW + DAY}) == ["note_clock_or_unit"]

    def test_two_endpoints_with_one_address(self) -> None:
        assert self.notes(PAID, endpoints=[endpoint(), endpoint(id="we_2")]) == ["note_duplicate_endpoints"]
        other = endpoint(id="we_2", enabled_events=["invoice.paid"])
        assert self.notes(PAID, endpoints=[endpoint(), other]) == []

    def test_another_api_version_only_where_a_delivery_went_wrong(self) -> None:
        config = {"app_api_version": "2022-11-15"}
        assert self.notes(order(), config=config) == ["note_api_version_skew"]
        assert self.notes(PAID, config=config) == []

    def test_a_note_is_never_a_headline(self) -> None:
        diagnosis = diagnosed(PAID | {"created_at": YESTERDAY * 1000})
        assert diagnosis.headline is None
        assert diagnosis.clean
