"""Amounts as a letter has them: `€149.00` in English, `149,00 €` in German.

Pure. A sign stands only where it is one currency's alone: `$` by itself is nobody's. Whatever has none keeps its code.
The signs are those of CLDR's English.
"""

from typing import Final

from core.money import Money

SIGNS: Final = {
    "aud": "A$", "brl": "R$", "cad": "CA$", "cny": "CN¥", "eur": "€", "gbp": "£", "hkd": "HK$", "ils": "₪", "inr": "₹",
    "jpy": "¥", "krw": "₩", "mxn": "MX$", "nzd": "NZ$", "php": "₱", "twd": "NT$", "usd": "US$", "vnd": "₫",
}  # fmt: skip
_WHOLE: Final = frozenset({"isk", "ugx"})  # no coin below one, though Stripe counts with two decimals
_SWAPPED: Final = str.maketrans(",.", ".,")


def in_english(amount: Money) -> str:
    """`€1,149.00`, `US$5.00`, `CHF 5.00`, `¥500`."""
    figure = _figure(amount)
    sign = "-" if amount.amount_minor < 0 else ""
    mark = SIGNS.get(amount.currency)
    return f"{sign}{mark}{figure}" if mark else f"{sign}{amount.currency.upper()} {figure}"


def in_german(amount: Money) -> str:
    """`1.149,00 €`, `5,00 US$`, `5,00 CHF`, `500 ¥`."""
    sign = "-" if amount.amount_minor < 0 else ""
    return f"{sign}{_figure(amount).translate(_SWAPPED)} {SIGNS.get(amount.currency, amount.currency.upper())}"


def _figure(amount: Money) -> str:
    """Its digits in English, without its sign and its currency."""
    figure = str(amount).rpartition(" ")[0].removeprefix("-")
    return figure.removesuffix(".00") if amount.currency in _WHOLE else figure
