"""Payments that no order claims: beside an open order, and with no order at all."""

import pytest

from core.cases import Case
from core.facts import Json
from core.findings import Action, Confidence, Diagnosis, Severity
from core.money import Money
from core.rules import examine
from core.times import DAY
from tests.rules import stage

NO_ID = stage.order(session_id=None)


def nameless(**changes: object) -> Json:
    return stage.session(**({"client_reference_id": None, "customer_details": {"email": "JO@example.com"}} | changes))


def stray(**given: object) -> Diagnosis:
    return examine(Case.of(stage.bundle(**given) | {"order": None})).diagnosis  # type: ignore[arg-type]  # as the stage's own


class TestBesideAnOrder:
    @pytest.mark.parametrize(
        "row",
        [
            NO_ID | {"customer_email": None},
            NO_ID | {"amount_minor": 5001},
            NO_ID | {"currency": "eur"},
            NO_ID | {"created_at": stage.BEGUN - DAY - 1},
            NO_ID | {"created_at": None},
            NO_ID | {"status": "cancelled"},
            NO_ID | {"metadata": {"payment_method": "paypal"}},
        ],
    )
    def test_what_does_not_agree_is_not_assigned(self, row: Json) -> None:
        assert "link_missing" not in stage.said(row, sessions=[nameless()])

    def test_a_payment_that_names_another_order_is_not_this_ones(self) -> None:
        for theirs in (nameless(client_reference_id="900"), nameless(metadata={"order_id": "900"})):
            assert stage.said(NO_ID, sessions=[theirs]) == []

    def test_a_payment_of_another_site_is_not_this_ones(self) -> None:
        config = {"app_hosts": ["booking.example.org"]}
        assert stage.said(NO_ID, sessions=[nameless()], config=config) == []

    def test_an_order_that_points_at_something_unknown_may_be_paid_there(self) -> None:
        row = stage.order(session_id=stage.OTHER_SESSION)
        assert "link_missing" not in stage.said(row, sessions=[nameless()], missing=[stage.OTHER_SESSION])

    def test_what_was_not_read_may_be_the_orders_own_payment(self) -> None:
        assert stage.said(NO_ID, sessions=[nameless()], unread=["sessions"]) == []

    def test_the_one_that_agrees_is_shown_for_a_person_to_confirm(self) -> None:
        found = stage.headline(NO_ID, sessions=[nameless()])
        assert (found.code, found.confidence, found.money_at_risk) == ("link_missing", Confidence.POSSIBLE, stage.FIFTY)
        assert found.actions == (Action.LINK_MANUALLY, Action.FIX_METADATA_LINK)
        assert "50.00 USD from jo@example.com" in found.says

    def test_of_several_none_is_proposed(self) -> None:
        two = [nameless(), nameless(id=stage.OTHER_SESSION, payment_intent=stage.OTHER_INTENT)]
        found = stage.headline(NO_ID, sessions=two, intents=[stage.intent(), stage.intent(id=stage.OTHER_INTENT)])
        assert (found.code, found.detail) == ("link_missing", "several")
        assert Action.LINK_MANUALLY not in found.actions
        assert stage.INTENT in " ".join(found.remedy)
        assert stage.OTHER_INTENT in " ".join(found.remedy)


class TestWithoutAnOrder:
    def test_nothing_paid_needs_no_order(self) -> None:
        waiting = stage.session(status="open", payment_status="unpaid", payment_intent=None, expires_at=stage.NOW + DAY)
        assert stray(**(stage.NOTHING | {"sessions": [waiting]})).clean

    def test_money_that_went_back_needs_none(self) -> None:
        assert stray(**stage.refunded()).clean

    def test_a_payment_of_another_site_is_not_ours_to_claim(self) -> None:
        assert stray(config={"app_hosts": ["booking.example.org"]}).clean

    @pytest.mark.parametrize("bill", [{"invoice": "in_1"}, {"description": "Subscription update"}])
    def test_the_next_bill_of_a_subscription_has_nothing_to_claim(self, bill: Json) -> None:
        assert stray(sessions=[], intents=[stage.intent(**bill)]).clean

    def test_nor_has_one_that_an_invoices_message_tells_of(self) -> None:
        told = stage.event("invoice.paid", "in_1", data={"object": {"id": "in_1", "payment_intent": stage.INTENT}})
        assert stray(sessions=[], events=[told]).clean

    def test_after_a_partial_reading_nothing_is_said(self) -> None:
        diagnosis = stray(unread=["refunds"])
        assert stage.codes(diagnosis) == []
        assert diagnosis.undetermined is not None

    def test_a_payment_of_this_minute_may_still_get_its_order(self) -> None:
        diagnosis = stray(**stage.paid_at(stage.NOW - 60), events=[])
        assert stage.codes(diagnosis) == ["settling"]

    def test_an_older_one_is_shown(self) -> None:
        found = stray(sessions=[nameless()]).headline
        assert found is not None
        assert (found.code, found.detail, found.severity) == ("link_missing", "alone", Severity.HIGH)
        assert (found.confidence, found.money_at_risk) == (Confidence.POSSIBLE, stage.FIFTY)
        assert "no order of the shop points at it" in found.says
        assert found.evidence

    def test_who_is_not_known_is_not_asked(self) -> None:
        mute = stage.intent(metadata={"session_id": "payses_1"}, receipt_email=None)
        told = stage.event("payment_intent.succeeded", stage.INTENT)
        found = stray(sessions=[], intents=[mute], charges=[stage.charge(billing_details={})], events=[told]).headline
        assert found is not None
        assert (found.detail, "does not say who paid" in found.says) == ("nobody", True)
        assert "no e-mail" not in found.says
        assert "Ask the customer" not in " ".join(found.remedy)
        assert Action.CONTACT_CUSTOMER not in found.actions
        assert "send payment_intent.succeeded again" in found.remedy[0]
        assert found.actions[0] is Action.REPLAY_EVENT

    def test_the_message_that_the_app_books_on_is_sent_again(self) -> None:
        told = [
            stage.event("payment_intent.succeeded", stage.INTENT),
            stage.event("charge.succeeded", stage.CHARGE),
        ]
        config = {"booked_on": ["charge.succeeded"]}
        found = stray(sessions=[nameless()], events=told, config=config).headline
        assert found is not None
        assert found.remedy[0].startswith("If your app makes its orders from Stripe's messages: send charge.succeeded")
        without = stray(sessions=[nameless()], events=[]).headline
        assert without is not None
        assert Action.REPLAY_EVENT not in without.actions
        assert "look in Stripe whether it was told" in without.remedy[0]

    def test_the_order_that_it_names_is_told(self) -> None:
        found = stray().headline
        assert found is not None
        assert (found.detail, found.confidence) == ("named", Confidence.PROBABLE)
        assert "names order 1042, which is not in the orders database" in found.says
        assert stage.SESSION in str(found.evidence)

    def test_only_what_is_left_of_it_is_at_risk(self) -> None:
        found = stray(**stage.refunded(2000)).headline
        assert found is not None
        assert found.money_at_risk == Money(3000, "usd")


CART: dict[str, object] = {
    "id": "cart_01",
    "led_by": "metadata.session_id",
    "led_value": "payses_1",
    "customer_email": "ann@example.com",
    "customer_name": "Ann Example",
    "amount_minor": 5000,
    "currency": "usd",
    "created_at": stage.BEGUN,
}
MUTE = stage.intent(metadata={"session_id": "payses_1"}, receipt_email=None)


def of_cart(cart: Json, **given: object) -> Diagnosis:
    told = stage.event("payment_intent.succeeded", stage.INTENT)
    things = {"sessions": [], "intents": [MUTE], "charges": [stage.charge(billing_details={})], "events": [told]}
    return examine(Case.of(stage.bundle(**(things | given)) | {"order": None, "cart": cart})).diagnosis  # type: ignore[arg-type]  # as the stage's own


class TestOfACart:
    def test_a_cart_that_names_nobody_gives_nobody_a_name(self) -> None:
        found = of_cart(CART | {"customer_email": None, "customer_name": None}).headline
        assert found is not None
        assert (found.detail, "cart cart_01, which does not say whose it is" in found.says) == ("nobody", True)
        assert Action.CONTACT_CUSTOMER not in found.actions

    def test_of_several_payments_it_is_not_said_whose_the_cart_is(self) -> None:
        other = stage.intent(id=stage.OTHER_INTENT, metadata={}, receipt_email=None)
        found = of_cart(CART, intents=[MUTE, other]).headline
        assert found is not None
        assert "cart" not in f"{found.detail} {found.says} {found.evidence}"

    def test_it_needs_no_order_where_the_money_went_back(self) -> None:
        back = stage.refunded()
        assert of_cart(CART, charges=back["charges"], refunds=back["refunds"]).clean

    def test_the_customer_of_the_cart_is_told_with_its_source(self) -> None:
        found = of_cart(CART).headline
        assert found is not None
        assert (found.code, found.detail, found.confidence) == ("link_missing", "cart", Confidence.PROBABLE)
        assert "It was paid for cart cart_01 of Ann Example (ann@example.com)." in found.says
        read = {(one.source, one.field): one.value for one in found.evidence}
        assert read[f"payment {stage.INTENT}", "metadata.session_id"] == "payses_1"
        assert read["cart cart_01", "customer_email"] == "ann@example.com"
        assert read["cart cart_01", "amount"] == "50.00 USD"
        assert found.remedy[0] == "Send payment_intent.succeeded again: the order may come of it."
        assert "Ask the customer" not in " ".join(found.remedy)
        assert Action.CONTACT_CUSTOMER in found.actions

    def test_where_the_cart_keeps_the_payment_the_cart_is_the_source(self) -> None:
        found = of_cart(CART | {"led_by": "payment_intent_id", "led_value": stage.INTENT}).headline
        assert found is not None
        assert ("cart cart_01", "payment_intent_id") in {(one.source, one.field) for one in found.evidence}

    def test_a_name_of_an_order_that_is_not_there_is_told_with_the_cart(self) -> None:
        named = stage.intent(metadata={"session_id": "payses_1", "order_id": "1042"}, receipt_email=None)
        found = of_cart(CART, intents=[named]).headline
        assert found is not None
        assert found.detail == "named"
        assert "names order 1042" in found.says
        assert "cart cart_01 of Ann Example" in found.says
