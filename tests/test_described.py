"""What customers say of a payment when they have no number."""

from datetime import UTC, date
from decimal import Decimal
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.described import describe

NOW = 1_795_377_600  # 22 November 2026, a Sunday
BERLIN = ZoneInfo("Europe/Berlin")


@pytest.mark.parametrize(
    "text",
    ["", "10482", "SH-10482", "2026-1044 please", "order 10482 of yesterday", "99999", "49", "1.234.567", "??", "x"],
)
def test_what_tells_of_no_payment_is_not_made_to(text: str) -> None:
    assert describe(text, now=NOW, zone=UTC) is None


@pytest.mark.parametrize(
    ("text", "amount", "currencies"),
    [
        ("49.90", "49.90", ()),
        ("49,90", "49.90", ()),
        ("I paid 149.00 yesterday", "149.00", ()),
        ("1.234,50 €", "1234.50", ("eur",)),
        ("€1,234.50", "1234.50", ("eur",)),
        ("1 234,50 EUR", "1234.50", ("eur",)),
        ("50 euros", "50", ("eur",)),
        ("4990 JPY", "4990", ("jpy",)),
        ("1.500 KWD", "1.500", ("kwd",)),
        ("CHF 1'234.50", "1234.50", ("chf",)),
    ],
)
def test_an_amount_is_read_as_people_write_it(text: str, amount: str, currencies: tuple[str, ...]) -> None:
    found = describe(text, now=NOW, zone=UTC)
    assert found
    assert (found.amount, found.currencies, found.sure) == (Decimal(amount), currencies, True)


@pytest.mark.parametrize(
    ("text", "days"),
    [
        ("49.90 on 12 March", [date(2026, 3, 12)]),
        ("49.90 on 12 December", [date(2025, 12, 12)]),
        ("49,90 am 12. März", [date(2026, 3, 12)]),
        ("49,90 am 12.3.", [date(2026, 3, 12)]),
        ("49,90 vom 12.03.2025", [date(2025, 3, 12)]),
        ("March 12th, 2024: 49.90", [date(2024, 3, 12)]),
        ("$49.90 yesterday", [date(2026, 11, 21)]),
        ("49,90 vorgestern", [date(2026, 11, 20)]),
        ("49.90 on Sunday", [date(2026, 11, 15)]),
        ("49.90 2026-03-12", [date(2026, 3, 12)]),
        ("49.90 on 3/4", [date(2026, 4, 3), date(2026, 3, 4)]),
        ("49.90 on 3/14", [date(2026, 3, 14)]),
        ("49.90 on 31 June", []),
        ("49.90", []),
    ],
)
def test_a_day_is_the_last_one_that_was(text: str, days: list[date]) -> None:
    found = describe(text, now=NOW, zone=BERLIN)
    assert found
    assert (list(found.days), found.amount) == (days, Decimal("49.90"))


def test_a_day_is_the_viewers_and_half_a_day_more_at_both_ends() -> None:
    found = describe("49.90 yesterday", now=NOW, zone=BERLIN)
    assert found
    ((since, until),) = found.spans
    assert until - since == 2 * 86_400
    assert (since + 43_200 + 3_600) % 86_400 == 0


@pytest.mark.parametrize(
    ("text", "sure"),
    [
        ("4242", False),
        ("card 4242", True),
        ("Visa ending in 4242", True),
        ("ends with 4242", True),
        ("**** 4242", True),
        ("\u2022\u2022\u2022\u2022 4242", True),
        ("xxxx-xxxx-xxxx-4242", True),
        ("Karte endet auf 4242, gestern", True),
    ],
)
def test_the_last_four_digits_of_a_card(text: str, sure: bool) -> None:  # noqa: FBT001 - a table's column
    found = describe(text, now=NOW, zone=UTC)
    assert found
    assert (found.last4, found.sure) == ("4242", sure)


def test_a_receipt_and_what_might_be_an_orders_number() -> None:
    said, bare = describe("receipt no. 1530-1234", now=NOW, zone=UTC), describe("1530-1234", now=NOW, zone=UTC)
    assert said
    assert bare
    assert (said.receipt, said.sure, bare.receipt, bare.sure) == ("1530-1234", True, "1530-1234", False)


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("Hannah Bergmann", "Hannah Bergmann"),
        ("Bergmann, Hannah", "Bergmann Hannah"),
        ("Frau Müller", "Müller"),
        ("order from Sinéad O'Connor", "Sinéad O'Connor"),
        ("my name is Li Wei-Ting", "Li Wei-Ting"),
    ],
)
def test_a_name(text: str, name: str) -> None:
    found = describe(text, now=NOW, zone=UTC)
    assert found
    assert (found.name, found.sure) == (name, False)


def test_what_was_understood_is_said_in_words() -> None:
    said = {text: found.says for text in ("49,90 € on 12 March", "visa 4242 yesterday", "receipt 1530-1234", "Ann Lee")
            if (found := describe(text, now=NOW, zone=UTC))}  # fmt: skip
    assert list(said.values()) == [
        "a payment of 49.90 EUR on 12 March 2026",
        "a payment with a card that ends in 4242 on 21 November 2026",
        "the receipt 1530-1234",
        "a customer called Ann Lee",
    ]


def test_an_orders_number_beside_it_is_left_to_be_read() -> None:
    found = describe("I paid 149.00 yesterday, the order is 10482!", now=NOW, zone=UTC)
    assert found
    assert "10482" in found.rest
    assert "149" not in found.rest


@given(st.text(max_size=300))
def test_any_text_is_read_without_an_error(text: str) -> None:
    found = describe(text, now=NOW, zone=BERLIN)
    assert found is None or found.says.startswith(("a payment ", "the receipt ", "a customer called "))
