"""Amounts as people write them in a letter: no sign that could be another currency's, and never another figure."""

import re
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.money import THREE_DECIMAL, ZERO_DECIMAL, Money
from core.report.letter.amounts import SIGNS, in_english, in_german

CURRENCIES = sorted({*SIGNS, *ZERO_DECIMAL, *THREE_DECIMAL, "chf", "sek", "pln", "sgd", "zzz"})


@pytest.mark.parametrize(
    ("minor", "currency", "english", "german"),
    [
        (14900, "eur", "€149.00", "149,00 €"),
        (123450, "gbp", "£1,234.50", "1.234,50 £"),
        (21900, "usd", "US$219.00", "219,00 US$"),
        (21900, "cad", "CA$219.00", "219,00 CA$"),
        (21900, "sgd", "SGD 219.00", "219,00 SGD"),
        (12000, "jpy", "¥12,000", "12.000 ¥"),
        (12000, "cny", "CN¥120.00", "120,00 CN¥"),
        (12345678, "kwd", "KWD 12,345.678", "12.345,678 KWD"),
        (11900, "chf", "CHF 119.00", "119,00 CHF"),
        (62900, "sek", "SEK 629.00", "629,00 SEK"),
        (123400, "isk", "ISK 1,234", "1.234 ISK"),  # Stripe counts it with two decimals; people have none
        (123450, "isk", "ISK 1,234.50", "1.234,50 ISK"),
        (-500, "eur", "-€5.00", "-5,00 €"),
        (-500, "chf", "-CHF 5.00", "-5,00 CHF"),
    ],
)
def test_an_amount_is_written_as_people_write_it(minor: int, currency: str, english: str, german: str) -> None:
    assert (in_english(Money(minor, currency)), in_german(Money(minor, currency))) == (english, german)


def test_no_two_currencies_share_a_sign() -> None:
    assert len(set(SIGNS.values())) == len(SIGNS)
    assert "$" not in SIGNS.values()


@given(st.integers(-(10**14), 10**14), st.sampled_from(CURRENCIES))
def test_what_is_written_is_the_amount_to_the_coin(minor: int, currency: str) -> None:
    amount = Money(minor, currency)
    english, german = in_english(amount), in_german(amount)
    for said, point in ((english, "."), (german, ",")):
        figure = re.sub(rf"[^\d\-{re.escape(point)}]", "", said).replace(point, ".")
        assert Decimal(figure) == amount.major
        assert SIGNS.get(currency, currency.upper()) in said
