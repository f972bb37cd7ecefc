"""Stripe's JSON becomes facts: what is absent is None, what is unknown is `unknown`, nothing raises."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.facts import (
    Charge,
    Dispute,
    Endpoint,
    Event,
    Intent,
    IntentStatus,
    Order,
    OrderStatus,
    PaymentStatus,
    Session,
    SessionStatus,
    fraud_warnings,
    order_references,
    reviews,
)
from core.money import Money
from tests.facts.readers import READERS

anything: st.SearchStrategy[Any] = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=8),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner, max_size=3),
    max_leaves=5,
)


@pytest.mark.parametrize("kind", READERS)
@given(data=st.data())
def test_any_json_is_read(kind: str, data: st.DataObject) -> None:
    keys = (
        "id status payment_status amount currency created metadata data latest_charge payment_intent customer_details"
    )
    raw = data.draw(st.dictionaries(st.sampled_from(keys.split()), anything))
    assert isinstance(READERS[kind](raw).id, str)
    assert Order.of(raw).status in OrderStatus


def test_an_empty_answer_is_unknown_and_not_a_guess() -> None:
    session, intent, order = Session.of({}), Intent.of({}), Order.of({})
    assert (session.status, session.payment_status) == (SessionStatus.UNKNOWN, PaymentStatus.UNKNOWN)
    assert (session.total, session.email, session.livemode) == (None, None, None)
    assert (intent.status, intent.currency) == (IntentStatus.UNKNOWN, None)
    assert (order.status, order.amount, order.created_at) == (OrderStatus.UNKNOWN, None, None)


def test_an_expanded_reference_is_the_same_reference() -> None:
    assert Session.of({"payment_intent": {"id": "pi_1", "object": "payment_intent"}}).payment_intent_id == "pi_1"
    assert Session.of({"payment_intent": "pi_1"}).payment_intent_id == "pi_1"


def test_the_total_is_in_the_integrations_currency() -> None:
    plain = {"amount_total": 4600, "currency": "eur"}
    conversion = {"amount_total": 5000, "source_currency": "usd"}
    assert Session.of(plain).total == Money(4600, "eur")
    assert Session.of({**plain, "currency_conversion": conversion}).total == Money(5000, "usd")
    shown = {"presentment_amount": 7400, "presentment_currency": "jpy"}
    assert Session.of({**plain, "presentment_details": shown}).total == Money(4600, "eur")


def test_an_event_knows_the_objects_it_tells_of() -> None:
    event = Event.of({"data": {"object": {"id": "ch_1", "payment_intent": {"id": "pi_1"}, "invoice": None}}})
    assert event.object_id == "ch_1"
    assert event.related_ids == {"ch_1", "pi_1"}


def test_an_endpoint_wants_what_it_lists_while_it_is_on() -> None:
    some = {"status": "enabled", "enabled_events": ["charge.refunded"]}
    assert Endpoint.of(some).wants("charge.refunded")
    assert not Endpoint.of(some).wants("charge.succeeded")
    assert Endpoint.of({**some, "enabled_events": ["*"]}).wants("charge.succeeded")
    assert not Endpoint.of({**some, "status": "disabled"}).wants("charge.refunded")


def test_metadata_are_texts_whatever_they_were() -> None:
    order = Order.of({"id": 1042, "metadata": {"seats": 3, "gift": True, "note": None, "tags": ["a"]}})
    assert order.id == "1042"
    assert order.metadata == {"seats": "3", "gift": "True", "tags": "['a']"}


def test_the_names_of_an_order_on_an_object() -> None:
    session = Session.of(
        {"client_reference_id": " 1042 ", "metadata": {"order_id": "1042", "orderNumber": "A-7", "x": "9"}}
    )
    assert order_references(session) == ("1042", "A-7")
    assert order_references(Intent.of({})) == ()


def test_an_order_goes_by_its_number_else_by_its_id() -> None:
    assert Order.of({"id": "7", "number": "A-1042"}).name == "A-1042"
    assert Order.of({"id": "7"}).name == Order.of({"id": "7", "number": ""}).name == "7"


class TestWhyAnAttemptFailed:
    def of(self, **error: object) -> str | None:
        return Intent.of({"last_payment_error": error}).failure

    def test_it_is_said_in_words(self) -> None:
        assert self.of(code="card_declined", decline_code="insufficient_funds") == "insufficient funds"
        assert self.of(message="No funds.") == "No funds."
        assert self.of(code="card_declined") == "the card was declined"
        assert self.of(type="card_error") == "failed"
        assert Intent.of({}).failure is None

    def test_the_banks_reason_is_added_where_the_message_is_silent(self) -> None:
        said = self.of(message="Your card was declined.", decline_code="lost_card")
        assert said == "Your card was declined (lost card)"
        given = self.of(message="Your card has insufficient funds.", decline_code="insufficient_funds")
        assert given == "Your card has insufficient funds."

    def test_a_charge_has_it_from_its_outcome_if_it_failed(self) -> None:
        outcome: dict[str, Any] = {"outcome": {"type": "issuer_declined", "reason": "insufficient_funds"}}
        assert (
            Charge.of({"status": "failed", "failure_code": "card_declined"} | outcome).failure == "insufficient funds"
        )
        assert Charge.of({"status": "succeeded"} | outcome).failure is None


class TestWhatAPaymentWaitsFor:
    def of(self, kind: str, **details: object) -> Intent:
        return Intent.of({"status": "requires_action", "next_action": {"type": kind, kind: details}})

    def test_micro_deposits_have_a_day_and_a_page(self) -> None:
        intent = self.of("verify_with_microdeposits", arrival_date=17, hosted_verification_url="https://x.test/m")
        assert (intent.micro_deposits, intent.awaited, intent.unconfirmed) == (True, True, False)
        assert (intent.action_from, intent.action_url) == (17, "https://x.test/m")

    def test_a_voucher_has_a_page_and_an_end(self) -> None:
        intent = self.of("oxxo_display_details", expires_after=19, hosted_voucher_url="https://x.test/v")
        assert (intent.awaited, intent.micro_deposits) == (True, False)
        assert (intent.pay_by, intent.action_url) == (19, "https://x.test/v")

    @pytest.mark.parametrize("kind", ["redirect_to_url", "use_stripe_sdk"])
    def test_a_step_at_the_bank_is_not_given_away(self, kind: str) -> None:
        intent = self.of(kind, url="https://hooks.stripe.com/3ds")
        assert (intent.unconfirmed, intent.awaited, intent.action_url) == (True, False, None)

    @pytest.mark.parametrize("action", [None, "redirect_to_url", {"type": 3}, {"type": "redirect_to_url"}])
    def test_of_the_wrong_type_it_is_absent(self, action: object) -> None:
        assert Intent.of({"next_action": action}).action_url is None


class TestDoubts:
    def event(self, kind: str, at: int, **about: object) -> Event:
        return Event.of({"id": f"evt_{kind}_{at}", "type": kind, "created": at, "data": {"object": about}})

    def test_the_newest_event_of_a_review_counts(self) -> None:
        about = {"id": "prv_1", "charge": "ch_1", "payment_intent": {"id": "pi_1"}}
        opened = self.event("review.opened", 10, **about, reason="rule")
        closed = self.event("review.closed", 10, **about, closed_reason="approved")
        assert [(one.is_open, one.reason, one.payment_intent_id) for one in reviews([opened])] == [
            (True, "rule", "pi_1")
        ]
        assert [(one.is_open, one.reason) for one in reviews([closed, opened])] == [(False, "approved")]
        assert opened.related_ids == {"prv_1", "ch_1", "pi_1"}

    def test_a_warning_is_actionable_only_if_stripe_says_so(self) -> None:
        about = {"id": "issfr_1", "charge": "ch_1", "fraud_type": "made_with_stolen_card"}
        made = self.event("radar.early_fraud_warning.created", 10, **about, actionable=True)
        over = self.event("radar.early_fraud_warning.updated", 20, **about, actionable=False)
        assert [(one.actionable, one.charge_id, one.kind) for one in fraud_warnings([made])] == [
            (True, "ch_1", "made_with_stolen_card")
        ]
        assert [one.actionable for one in fraud_warnings([over, made])] == [False]
        assert not fraud_warnings([self.event("radar.early_fraud_warning.created", 5, id="issfr_2")])[0].actionable
        assert not fraud_warnings([self.event("charge.succeeded", 5, id="ch_1")])

    def test_a_charge_tells_of_its_review_its_outcome_and_who_reported_it(self) -> None:
        outcome = {"type": "manual_review", "reason": "rule", "risk_level": "elevated", "seller_message": "Look."}
        charge = Charge.of({"review": "prv_1", "outcome": outcome, "fraud_details": {"user_report": "fraudulent"}})
        assert (charge.review_id, charge.outcome, charge.outcome_reason) == ("prv_1", "manual_review", "rule")
        assert (charge.risk_level, charge.seller_message) == ("elevated", "Look.")
        assert charge.reported == ("user: fraudulent",)
        odd = Charge.of({"review": None, "outcome": "authorized", "fraud_details": []})
        assert (odd.review_id, odd.outcome, odd.reported) == (None, None, ())


@pytest.mark.parametrize("kind", ["card", "card_present"])
def test_a_hold_ends_when_the_card_says(kind: str) -> None:
    details = {"type": kind, kind: {"capture_before": 99}}
    assert Charge.of({"payment_method_details": details}).capture_before == 99
    assert (
        Charge.of({"payment_method_details": {"type": kind, kind: {"capture_before": "soon"}}}).capture_before is None
    )


def test_a_dispute_tells_how_far_the_answer_is_and_what_it_moved() -> None:
    evidence = {"due_by": 9, "past_due": True, "submission_count": 2, "has_evidence": True}
    moves = [{"amount": -5000, "fee": 1500}, "txn_1", {"amount": 5000}, {"amount": None}]
    found = Dispute.of({"evidence_details": evidence, "is_charge_refundable": False, "balance_transactions": moves})
    assert (found.due_by, found.past_due, found.submissions, found.has_evidence) == (9, True, 2, True)
    assert (found.refundable, found.moved) == (False, 0)
    bare = Dispute.of({"balance_transactions": "txn_1", "evidence_details": {"submission_count": "2"}})
    assert (bare.past_due, bare.submissions, bare.has_evidence, bare.refundable, bare.moved) == (
        False, 0, False, None, None,
    )  # fmt: skip


def test_a_connect_endpoint_names_its_application() -> None:
    assert Endpoint.of({"application": "ca_1"}).application == "ca_1"
    assert Endpoint.of({"application": None}).application is None
