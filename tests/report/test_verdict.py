"""The top of a case: a headline in words, how sure it is, and where the money is."""

import pytest

from core.facts import Order
from core.findings import Severity
from core.report import Tone, report
from core.rules import examine
from tests.report.told import NAMES, said, seen, unread, without_order
from tests.rules import stage


def test_a_payment_without_an_order_is_shown() -> None:
    shown = without_order("paid_and_booked")
    assert shown.title.startswith("Payment pi_")
    assert shown.verdict.title == "No order claims this payment"
    assert shown.verdict.tone is Tone.NO_ORDER
    assert "29.80 EUR" in shown.verdict.says
    assert shown.subtitle == "clara.winter@example.com"
    assert shown.timeline.moments


@pytest.mark.parametrize("name", NAMES)
def test_every_case_has_a_headline_in_words(name: str) -> None:
    shown = said(name).verdict
    assert shown.title
    assert shown.says.endswith((".", "!", "?"))
    assert "{" not in shown.says
    if seen(name).diagnosis.headline:
        assert shown.steps
        assert shown.evidence
        assert not any(step[:1].isdigit() and step[1:2] in ".)" for step in shown.steps)


def test_a_finding_says_how_sure_it_is_and_what_was_not_checked() -> None:
    found, shown = seen("webhook_refused").diagnosis.headline, said("webhook_refused").verdict
    assert found is not None
    assert shown.sureness.lower().startswith(found.confidence.value)
    assert shown.unchecked[:-1] == found.unchecked
    assert "second payment" in shown.unchecked[-1]  # which no search by ids or names brings
    assert all("{" not in sentence for sentence in shown.unchecked)


def test_a_clean_case_says_what_was_read() -> None:
    shown = said("paid_and_booked")
    assert shown.verdict.title == "Nothing disagrees"
    assert shown.verdict.tone is Tone.AGREES
    assert "1 session" in shown.read


@pytest.mark.parametrize(
    ("name", "words"),
    [
        ("paid_and_booked", "Stripe received 29.80 EUR"),
        ("still_choosing", "Stripe holds no payment for it"),
        ("coupon_for_everything", "nothing had to be paid"),
        ("bank_debit_under_way", "with the bank"),
        ("refunded_on_both_sides", "of it went back"),
        ("voucher_in_hand", "the customer can still pay it until"),
        ("reserved_until_pick_up", "reserved on the customer's card and not taken yet"),
        ("refund_under_way", "is on its way"),
        ("refund_failed_still_paid", "did not go through"),
        ("dispute_known", "the bank questions it, and has not decided"),
    ],
)
def test_a_clean_case_answers_where_the_money_is(name: str, words: str) -> None:
    assert words in said(name).verdict.says


def test_a_partial_reading_is_never_green() -> None:
    shown = unread("paid_and_booked", "refunds")
    assert shown.verdict.tone is Tone.COULD_NOT_LOOK
    assert shown.verdict.title == "Could not look at everything"
    assert shown.unread == ("Not read: the refunds, because time-out.",)


def test_a_finding_after_a_partial_reading_says_both() -> None:
    shown = unread("webhook_refused", "refunds")
    assert shown.verdict.code == "webhook_failing"
    assert shown.unread


def test_severity_is_the_tone_of_the_headline() -> None:
    assert said("paid_twice").verdict.tone.value == Severity.CRITICAL.value


@pytest.mark.parametrize(
    ("raw", "status", "shown"),
    [
        ("n/false", "pending", "pending (n/false)"),
        ("pending", "pending", "pending"),
        ("PAID", "paid", "paid"),
        ("partially_refunded", "partially_refunded", "partially refunded"),
        ("on_hold", "odd", "on_hold"),
        ("", "paid", "paid"),
    ],
)
def test_a_status_is_said_in_our_word_with_the_shops_behind_it(raw: str, status: str, shown: str) -> None:
    assert Order.of({"id": "1", "status": status, "raw_status": raw}).state == shown


@pytest.mark.parametrize("how", [{}, {"metadata": {"payment_method": "bank transfer"}}])
def test_a_paid_order_of_which_stripe_has_nothing_is_no_all_clear(how: dict[str, object]) -> None:
    row = stage.order(status="paid", session_id=None, **how)
    shown = report(examine(stage.case(row, **stage.NOTHING))).verdict
    assert (shown.title, shown.tone) == ("Nothing to compare", Tone.NOTE)
    assert "cannot say whether the money arrived" in shown.says
    assert "agree" not in shown.says
    assert ("bank transfer" in shown.says) is bool(how)


def test_a_free_or_unpaid_order_of_which_stripe_has_nothing_agrees() -> None:
    for row in (
        stage.order(status="paid", session_id=None, amount_minor=0),
        stage.order(status="cancelled", session_id=None),
    ):
        assert report(examine(stage.case(row, **stage.NOTHING))).verdict.title == "Nothing disagrees"
