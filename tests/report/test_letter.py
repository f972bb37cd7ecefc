"""The letter to the customer: polite, true, without our internals, promising nothing."""

import re

import pytest

from core.money import Money
from core.report import report
from core.report.letter import LANGUAGES
from core.report.letter.amounts import in_english
from core.sandbox.scenarios import SCENARIOS
from core.settings import Letters
from core.times import day
from tests.report.told import NAMES, said, seen, unread, without_order

CODES = sorted({code for one in SCENARIOS for code in (one.code, *one.also) if code})
INTERNAL = re.compile(
    r"webhook|endpoint|stripe|intent|session|database|metadata|handler|\b(?:cs|pi|ch|evt|we)_\w+", re.IGNORECASE
)
AMOUNT = re.compile(r"(?:[A-Z]{3} |[A-Z]{0,2}[$€£¥₪₹₩₱₫])[\d,]+(?:\.\d+)?")
PAY_AGAIN = re.compile(r"not (need to )?pay again", re.IGNORECASE)
NOT_AGAIN = re.compile(r"nicht noch einmal", re.IGNORECASE)
PROMISES = re.compile(r"we will refund|you will receive|guarantee|within \d|tomorrow|by the end|today", re.IGNORECASE)


@pytest.mark.parametrize("name", NAMES)
def test_a_letter_is_polite_and_keeps_our_internals_and_promises_to_itself(name: str) -> None:
    letter = said(name).letter
    assert letter.startswith("Hello,\n\nthank you")
    assert letter.endswith("Kind regards")
    assert not INTERNAL.search(letter)
    assert not PROMISES.search(letter)
    assert not any(code in letter for code in CODES)
    assert "None" not in letter


@pytest.mark.parametrize("name", NAMES)
def test_a_letter_names_no_sum_that_was_not_paid_refunded_or_ordered(name: str) -> None:
    one = seen(name)
    known = [payment.shown or payment.amount for payment in one.links.payments]
    known += [Money(refund.amount, refund.currency) for refund in one.links.refunds if refund.currency]
    known += [one.case.order.amount] if one.case.order else []
    assert set(AMOUNT.findall(said(name).letter)) <= {in_english(amount) for amount in known if amount}


@pytest.mark.parametrize(
    ("name", "words"),
    [
        ("webhook_refused", ("We have received your payment of €149.00", "You do not need to pay again.")),
        ("paid_twice", ("more than one payment", "please do not pay again")),
        ("abandoned_checkout", ("we have taken no money",)),
        ("dispute_won", ("The order shows it",)),
        ("shown_in_aussie_dollars", ("A$",)),  # what was charged to them
        ("live_id_on_test_shop", ("still looking",)),  # what cannot be compared is not called paid or unpaid
        ("reused_payment", ("still looking",)),
    ],
)
def test_the_customer_hears_what_we_know_of_the_payment(name: str, words: tuple[str, ...]) -> None:
    letter = said(name).letter
    assert [one for one in words if one not in letter] == []


@pytest.mark.parametrize(
    ("name", "words"),
    [
        ("paid_by_payment_link", "a payment that may be for it"),
        ("hold_ran_out", "the reservation has ended"),
        ("shipped_uncaptured", "is reserved, but has not been taken yet"),
        ("reserved_until_pick_up", "is reserved, but has not been taken yet"),
        ("debit_bounced_after_shipping", "did not carry out the payment"),
        ("refund_bounced", "we cannot see that it reached you"),
        ("refund_announced_too_soon", "a refund has been started"),
        ("refund_under_way", "a refund has been started"),
        ("dispute_unseen", "Your bank has the money for now"),
        ("dispute_lost", "has taken €268.00 back from us"),
        ("voucher_in_hand", "it can still be made until"),
        ("notes_edited_by_hand", "a payment that may be for it"),
    ],
)
def test_nobody_is_told_that_all_is_well_or_nothing_came_where_it_is_not_so(name: str, words: str) -> None:
    letter = said(name).letter
    assert words in letter
    assert "The order shows it" not in letter
    assert "Nothing is left to pay" not in letter
    assert "If you see the amount on your statement" not in letter


def test_a_partial_reading_says_nothing_about_money_that_may_not_be_there() -> None:
    letter = unread("abandoned_checkout").letter
    assert "no money" not in letter
    assert "still looking" in letter
    assert "do not pay again" in letter


def test_a_payment_without_an_order_asks_for_the_order() -> None:
    letter = without_order("paid_and_booked").letter
    assert "your payment of €29.80" in letter
    assert "e-mail address you ordered with" in letter


@pytest.mark.parametrize("name", NAMES)
def test_every_language_says_the_same_of_money_and_days(name: str) -> None:
    english, german = said(name).answers
    assert (english.language, german.language) == ("English", "Deutsch")
    for one in (english, german):
        about, _, rest = one.spoken.partition(". ") if seen(name).case.order else ("", "", one.spoken)
        assert about in ("", f"This is about your order {order(name)}", f"Es geht um Ihre Bestellung {order(name)}")
        assert rest in " ".join(one.mail.splitlines())
        assert not INTERNAL.search(one.mail)
        assert "{" not in one.mail
        assert "None" not in one.mail
    figures = [re.findall(r"\d[\d,.]*\d|\d", re.sub(r"[.,](?=\d)", "", one.mail)) for one in (english, german)]
    assert sorted(figures[0]) == sorted(figures[1])
    assert NOT_AGAIN.search(german.mail) is not None or not PAY_AGAIN.search(english.mail)


def order(name: str) -> str:
    """What people call the order of a scenario."""
    found = seen(name).case.order
    return found.name if found else ""


def test_on_the_phone_it_begins_with_the_order_and_of_a_payment_without_one_with_the_payment() -> None:
    english, german = said("webhook_refused").answers
    number = order("webhook_refused")
    assert english.spoken.startswith(f"This is about your order {number}. We have received")
    assert german.spoken.startswith(f"Es geht um Ihre Bestellung {number}. Wir haben")
    assert without_order("paid_and_booked").answers[0].spoken.startswith("We can see your payment")


def test_of_two_subscriptions_the_customer_is_asked_and_of_one_is_not() -> None:
    assert "whether you meant to have both" in said("signed_up_twice").letter
    assert "You do not need to do anything" not in said("signed_up_twice").letter
    asked = [name for name in NAMES if "meant to have both" in said(name).letter]
    assert all("subscription_doubled" in codes(name) for name in asked)


def codes(name: str) -> set[str]:
    return {finding.code for finding in seen(name).diagnosis.findings}


def test_german_writes_amounts_and_days_as_german_does() -> None:
    german = said("webhook_refused").answers[1]
    assert german.mail.startswith("Guten Tag,\n\nvielen Dank")
    assert "Ihre Zahlung über 149,00 € vom " in german.spoken


def test_every_sentence_is_there_in_every_language() -> None:
    names = {frozenset(words.sentences) for words in LANGUAGES}
    assert len(names) == 1
    holes = [
        {name: sorted(re.findall(r"\{(\w+)\}", text)) for name, text in words.sentences.items()} for words in LANGUAGES
    ]
    assert holes[0] == holes[1]


def test_the_shops_signature_day_and_language() -> None:
    found = seen("webhook_refused")
    own = Letters(signature="Ana Costa\nLamps & Co", zone="Pacific/Apia", language="de")
    usual, ours = report(found), report(found, letters=own)
    assert [one.language for one in ours.answers] == ["Deutsch", "English"]
    assert ours.letter.endswith("Mit freundlichen Gr\u00fc\u00dfen\nAna Costa\nLamps & Co")
    assert usual.letter.endswith("Kind regards")
    paid = found.links.payments[0].charges[0].created
    assert day(paid, own.clock) in ours.answers[1].mail
    assert day(paid) in usual.letter
