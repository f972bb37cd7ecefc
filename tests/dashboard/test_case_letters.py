"""The two texts that leave the case page: the letter to the customer, and the summary for the developer."""

import re
from dataclasses import replace

import pytest

from core.cases import Case
from core.desk import Opened
from core.facts import Unread
from core.rules import examine
from core.sandbox.scenarios import BY_NAME, SCENARIOS
from dashboard.case.letter import customer
from dashboard.case.ticket import developer

NOW = 1_790_000_000
NAMES = sorted(BY_NAME)
CODES = sorted({code for one in SCENARIOS for code in (one.code, *one.also) if code})
INTERNAL = re.compile(
    r"webhook|endpoint|stripe|intent|session|database|metadata|handler|\b(?:cs|pi|ch|evt|we)_\w+", re.IGNORECASE
)
PROMISES = re.compile(r"we will refund|you will receive|guarantee|within \d|tomorrow|by the end|today", re.IGNORECASE)


def opened(name: str) -> Opened:
    return seen(Case.of(BY_NAME[name].build(NOW).bundle()))


def seen(case: Case) -> Opened:
    of, key = examine(case), f"order:{case.order.id}" if case.order else "stripe:pi_1"
    return Opened(of.case, of.links, of.diagnosis, key)


def unreadable(name: str) -> Opened:
    case = opened(name).case
    return seen(replace(case, facts=replace(case.facts, unread=(Unread("intents", "the intents", "time-out"),))))


@pytest.mark.parametrize("name", NAMES)
def test_a_letter_is_polite_and_keeps_our_internals_and_promises_to_itself(name: str) -> None:
    letter = customer(opened(name))
    assert letter.startswith("Hello,\n\nthank you")
    assert letter.endswith("Kind regards")
    assert not INTERNAL.search(letter)
    assert not PROMISES.search(letter)
    assert not any(code in letter for code in CODES)
    assert "None" not in letter


@pytest.mark.parametrize("name", NAMES)
def test_a_letter_names_no_sum_that_was_not_paid_refunded_or_ordered(name: str) -> None:
    one = opened(name)
    known = {str(payment.shown or payment.amount) for payment in one.links.payments}
    known |= {f"{refund.amount / 100:.2f} {(refund.currency or '').upper()}" for refund in one.links.refunds}
    known |= {str(one.case.order.amount)} if one.case.order else set()
    said = set(re.findall(r"[\d,]+(?:\.\d+)? [A-Z]{3}\b", customer(one)))
    assert said <= known


def test_a_paid_order_that_does_not_show_it() -> None:
    letter = customer(opened("webhook_refused"))
    assert "We have received your payment of 149.00 EUR" in letter
    assert "You do not need to pay again." in letter


def test_a_second_payment_is_admitted_without_promising_a_refund() -> None:
    letter = customer(opened("paid_twice"))
    assert "more than one payment" in letter
    assert "please do not pay again" in letter


def test_an_abandoned_checkout_took_nothing() -> None:
    assert "we have taken no money" in customer(opened("abandoned_checkout"))


@pytest.mark.parametrize(
    ("name", "said"),
    [
        ("paid_by_payment_link", "a payment that may be for it"),
        ("hold_ran_out", "the reservation has ended"),
        ("shipped_uncaptured", "is reserved, but has not been taken yet"),
        ("reserved_until_pick_up", "is reserved, but has not been taken yet"),
        ("debit_bounced_after_shipping", "did not carry out the payment"),
        ("refund_bounced", "we cannot see that it reached you"),
        ("refund_announced_too_soon", "we cannot see that it reached you"),
        ("refund_under_way", "a refund has been started"),
        ("dispute_unseen", "your bank has asked us about it"),
    ],
)
def test_nobody_is_told_that_all_is_well_or_nothing_came_where_it_is_not_so(name: str, said: str) -> None:
    letter = customer(opened(name))
    assert said in letter
    assert "The order shows it" not in letter
    assert "Nothing is left to pay" not in letter
    assert "If you see the amount on your statement" not in letter


def test_a_dispute_that_was_won_is_no_longer_spoken_of() -> None:
    assert "The order shows it" in customer(opened("dispute_won"))


def test_a_partial_reading_says_nothing_about_money_that_may_not_be_there() -> None:
    letter = customer(unreadable("abandoned_checkout"))
    assert "no money" not in letter
    assert "still looking" in letter
    assert "do not pay again" in letter


def test_what_cannot_be_compared_is_not_called_paid_or_unpaid() -> None:
    for name in ("live_id_on_test_shop", "reused_payment"):
        letter = customer(opened(name))
        assert "still looking" in letter


def test_the_customer_sees_the_amount_that_was_charged_to_them() -> None:
    assert "AUD" in customer(opened("shown_in_aussie_dollars"))


def test_a_payment_without_an_order_asks_for_the_order() -> None:
    one = opened("paid_and_booked")
    letter = customer(seen(replace(one.case, order=None)))
    assert "your payment of 29.80 EUR" in letter
    assert "e-mail address you ordered with" in letter


@pytest.mark.parametrize("name", NAMES)
def test_a_summary_has_the_codes_the_evidence_and_the_way_on(name: str) -> None:
    one = opened(name)
    text = developer(one)
    for finding in one.diagnosis.findings:
        assert finding.code in text
        assert finding.evidence[0].field in text
    for session in one.case.facts.sessions:
        assert f"stripe checkout sessions retrieve {session.id}" in text
        mode = "/test" if one.case.facts.key_mode == "test" else ""
        assert f"{mode}/checkout/sessions/{session.id}" in text


def test_a_summary_is_fit_for_a_ticket() -> None:
    one = opened("webhook_refused")
    order = one.case.order
    assert order is not None
    assert order.customer_email
    text = developer(one)
    assert order.customer_email not in text
    assert "Read 2026-09-21T" in text
    assert "test mode" in text
    assert "stripe events resend evt_" in text
    assert "--webhook-endpoint=we_" in text
    assert "--live" not in text


def test_a_summary_of_live_data_links_to_live_data() -> None:
    case = opened("webhook_refused").case
    text = developer(seen(replace(case, facts=replace(case.facts, key_mode="live"))))
    assert "/test/" not in text
    assert "--live" in text


def test_a_summary_says_what_was_not_read() -> None:
    assert "Not read: the intents, because time-out." in developer(unreadable("webhook_refused"))
