"""Money as Stripe counts it."""

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.money import THREE_DECIMAL, ZERO_DECIMAL, Money, exponent

currencies = st.sampled_from(["usd", "eur", "isk", "ugx", *sorted(ZERO_DECIMAL), *sorted(THREE_DECIMAL)])


@pytest.mark.parametrize(
    ("minor", "currency", "major", "spoken"),
    [
        (4200, "usd", "42.00", "42.00 USD"),
        (-5, "USD", "-0.05", "-0.05 USD"),
        (123_456_789, "eur", "1234567.89", "1,234,567.89 EUR"),
        (500, "jpy", "500", "500 JPY"),
        (-6000, "krw", "-6000", "-6,000 KRW"),
        (1500, "kwd", "1.500", "1.500 KWD"),
        (50_000, "isk", "500.00", "500.00 ISK"),
        (0, "usd", "0.00", "0.00 USD"),
    ],
)
def test_minor_units_as_people_count(minor: int, currency: str, major: str, spoken: str) -> None:
    money = Money(minor, currency)
    assert money.major == Decimal(major)
    assert str(money) == spoken


def test_letter_case_is_never_a_difference() -> None:
    assert Money(1, " USD ") == Money(1, "usd")
    assert exponent("JPY") == exponent("jpy") == 0


def test_two_amounts_of_two_currencies_are_two() -> None:
    assert Money(100, "usd") != Money(100, "eur")


def test_finer_than_the_smallest_coin_is_refused() -> None:
    with pytest.raises(ValueError, match=r"42\.005 USD has more decimals"):
        Money.from_major(Decimal("42.005"), "usd")
    with pytest.raises(ValueError, match="JPY"):
        Money.from_major(Decimal("1.5"), "jpy")


@given(st.integers(-(10**15), 10**15), currencies)
def test_there_and_back(minor: int, currency: str) -> None:
    money = Money(minor, currency)
    assert Money.from_major(money.major, currency) == money
    assert Decimal(str(money).split()[0].replace(",", "")) == money.major
