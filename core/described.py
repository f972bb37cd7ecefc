"""What a customer says of a payment when they have no number: an amount, a day, a card's last four digits, a receipt,
a name. Pure.

Understands English and German, and nothing by force: what is not clearly one of these is left in `rest`. `sure` tells
what can be nothing else (`49.90 EUR`, `card 4242`) from what might as well be an order's number (`4242`).
"""

import re
import unicodedata
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta, tzinfo
from decimal import Decimal
from typing import Final

from core.money import THREE_DECIMAL, Money, exponent
from core.times import DAY, date_in_words, today

_SIGNS: Final = {
    "€": ("eur",), "£": ("gbp",), "$": tuple("usd cad aud nzd sgd hkd mxn".split()), "¥": ("jpy", "cny"),
    "zł": ("pln",), "kr": ("sek", "nok", "dkk"), "fr.": ("chf",), "₹": ("inr",), "₩": ("krw",), "kč": ("czk",),
    "euro": ("eur",), "euros": ("eur",), "dollar": tuple("usd cad aud nzd sgd hkd".split()),
    "dollars": tuple("usd cad aud nzd sgd hkd".split()), "pound": ("gbp",), "pounds": ("gbp",), "quid": ("gbp",),
    "pfund": ("gbp",), "yen": ("jpy",), "franken": ("chf",),
}  # fmt: skip
_CODES: Final = frozenset(
    "aed aud bgn bhd brl cad chf clp cny czk dkk eur gbp hkd huf idr ils inr jod jpy krw kwd mxn myr nok nzd omr php"
    " pln ron sar sek sgd thb tnd try twd uah usd vnd zar".split()
)
_SIGN: Final = "|".join(sorted((*map(re.escape, _SIGNS), *_CODES), key=len, reverse=True))
_NUMBER: Final = r"\d{1,3}(?:[.,'\u2019 ]\d{3}){1,3}(?:[.,]\d{1,3})?|\d{1,9}(?:[.,]\d{1,3})?"
_MONEY: Final = re.compile(
    rf"(?<![\w.,])(?:(?P<before>{_SIGN})\s?(?P<one>{_NUMBER})|(?P<two>{_NUMBER})\s?(?P<after>{_SIGN}))(?![\w])",
    re.IGNORECASE,
)
_CENTS: Final = re.compile(r"(?<![\w.,/-])(?P<two>\d{1,3}(?:[.,']\d{3}){0,3}[.,]\d{2})(?![\w/]|[.,-]\d)")
_CARD: Final = re.compile(
    r"(?:\b(?:card|visa|mastercard|maestro|amex|karte|kreditkarte|ending|ends|endet|endend|endziffern|last (?:four|4)"
    r"|letzten? (?:vier|4))\b[^\d\n]{0,30}|(?:[*\u2022x#.]{2,4}[ -]?){1,4})(?P<last4>\d{4})(?![\d-])",
    re.IGNORECASE,
)
_RECEIPT: Final = re.compile(
    r"(?P<word>(?:receipt|beleg|quittung)\D{0,20})?(?<!\d)(?P<receipt>\d{4}-\d{4})(?!\d)", re.IGNORECASE
)
_MONTHS: Final = (
    "jan", "feb", ("mar", "m\u00e4r", "mrz"), "apr", ("may", "mai"), "jun", "jul", "aug", "sep", ("oct", "okt"), "nov",
    ("dec", "dez"),
)  # fmt: skip
_MONTH_OF: Final = {
    one: at for at, names in enumerate(_MONTHS, 1) for one in ((names,) if isinstance(names, str) else names)
}
_MONTH: Final = rf"(?P<month>{'|'.join(_MONTH_OF)})[a-z\u00e4]{{0,6}}\.?"
_YEAR: Final = r"(?:,?\s*(?P<year>(?:19|20)\d\d))?(?!\d)"
_ON: Final = r"(?:\b(?:on|at|am|vom|from|of)\s+(?:the\s+)?)?"
_DATES: Final = (
    re.compile(rf"{_ON}\b(?P<year>20\d\d)-(?P<monthno>\d\d)-(?P<dayno>\d\d)\b", re.IGNORECASE),
    re.compile(rf"{_ON}\b(?P<dayno>\d{{1,2}})(?:st|nd|rd|th|\.)?\s*(?:of\s+)?{_MONTH}\b{_YEAR}", re.IGNORECASE),
    re.compile(rf"{_ON}\b{_MONTH}\s*(?P<dayno>\d{{1,2}})(?:st|nd|rd|th)?\b{_YEAR}", re.IGNORECASE),
    re.compile(
        rf"{_ON}\b(?P<dayno>\d{{1,2}})\.\s?(?P<monthno>\d{{1,2}})\.(?:\s?(?P<year>20\d\d|\d\d))?(?!\d)", re.IGNORECASE
    ),
)
_SLASHED: Final = re.compile(
    rf"{_ON}\b(?P<a>\d{{1,2}})/(?P<b>\d{{1,2}})(?:/(?P<year>20\d\d|\d\d))?(?!\d)", re.IGNORECASE
)
_AGO: Final = {"day before yesterday": 2, "vorgestern": 2, "yesterday": 1, "gestern": 1, "today": 0, "heute": 0}
_WEEKDAYS: Final = (
    ("monday", "montag"), ("tuesday", "dienstag"), ("wednesday", "mittwoch"), ("thursday", "donnerstag"),
    ("friday", "freitag"), ("saturday", "samstag"), ("sunday", "sonntag"),
)  # fmt: skip
_WEEKDAY_OF: Final = {name: at for at, names in enumerate(_WEEKDAYS) for name in names}
_NAMED_DAY: Final = re.compile(
    rf"{_ON}(?:last\s+|letzten\s+)?\b(?P<name>{'|'.join((*_AGO, *_WEEKDAY_OF))})\b", re.IGNORECASE
)
_FILLERS: Final = frozenset(
    "a about an and at bei bestellung by card charge customer der die das dr eine einen frau from für herr i ich is it "
    "kunde kundin me mit mr mrs ms my name of on order ordered paid payment please the to um und von was with".split()
)
_LETTERS: Final = 3  # of a name, together
_WORDS: Final = 5  # of a name
_HALF_DAY: Final = DAY // 2


@dataclass(frozen=True, slots=True)
class Described:
    """What was understood, and the `rest` of the text. `amount` is in whole units and parts of `currencies` (lower
    case; () any); `days` in the viewer's zone, several where it is not clear which was meant, and `spans` the same in
    seconds since 1970, half a day wider at both ends: the customer may live in another zone."""

    rest: str
    sure: bool = False
    amount: Decimal | None = None
    currencies: tuple[str, ...] = ()
    days: tuple[date, ...] = ()
    spans: tuple[tuple[int, int], ...] = ()
    last4: str | None = None
    receipt: str | None = None
    name: str = ""

    def fits(self, amount_minor: int, currency: str | None) -> bool:
        """Whether an amount (in minor units) is the one that was said; any is, where none was."""
        if self.amount is None:
            return True
        if currency is None or (self.currencies and currency not in self.currencies):
            return False
        return Money(amount_minor, currency).major == self.amount

    def amounts(self, usual: Iterable[str]) -> tuple[int, ...]:
        """What the amount may be in minor units, in the currencies that were named, else in the `usual` ones."""
        if self.amount is None:
            return ()
        found = (self.amount.scaleb(exponent(one)) for one in (self.currencies or tuple(usual) or ("eur",)))
        return tuple(dict.fromkeys(int(one) for one in found if one == one.to_integral_value()))

    @property
    def says(self) -> str:
        """The same in words: "a payment of 49.90 on 12 March 2026"."""
        on = f" on {' or '.join(map(date_in_words, self.days))}" if self.days else ""
        if self.amount is not None:
            known = f" {self.currencies[0].upper()}" if len(self.currencies) == 1 else ""
            by = f" with a card that ends in {self.last4}" if self.last4 else ""
            return f"a payment of {self.amount:,}{known}{by}{on}"
        if self.last4:
            return f"a payment with a card that ends in {self.last4}{on}"
        if self.receipt:
            return f"the receipt {self.receipt}"
        return f"a customer called {self.name}"


def describe(text: str, *, now: float, zone: tzinfo) -> Described | None:
    """What `text` tells of a payment; None where that is nothing. `now`: seconds since 1970; days are `zone`'s."""
    whole = Described(unicodedata.normalize("NFKC", text).strip())
    found = _amount(_days(_receipt(_card(whole)), now, zone))
    if found.last4 is None and re.fullmatch(r"\d{4}", found.rest):
        found = replace(found, last4=found.rest, rest="")
    if found.amount is None and found.last4 is None and found.receipt is None:
        found = replace(found, sure=False, name=_name(found.rest), days=(), spans=())
        return found if found.name else None
    return found


def _card(so_far: Described) -> Described:
    found = _CARD.search(so_far.rest)
    return replace(so_far, last4=found["last4"], sure=True, rest=_without(so_far.rest, found)) if found else so_far


def _receipt(so_far: Described) -> Described:
    found = _RECEIPT.search(so_far.rest)
    if found is None or not (found["word"] or found[0] == so_far.rest):
        return so_far
    return replace(so_far, receipt=found["receipt"], sure=bool(found["word"]), rest=_without(so_far.rest, found))


def _days(so_far: Described, now: float, zone: tzinfo) -> Described:
    for days, found in _dated(so_far.rest, today(now, zone)):
        if days:
            spans = tuple(
                (_midnight(day, zone) - _HALF_DAY, _midnight(day + timedelta(1), zone) + _HALF_DAY) for day in days
            )
            return replace(so_far, days=days, spans=spans, rest=_without(so_far.rest, found))
    return so_far


def _dated(text: str, present: date) -> Iterator[tuple[tuple[date, ...], re.Match[str]]]:
    for pattern in _DATES:
        for found in pattern.finditer(text):
            parts = found.groupdict()
            month = int(parts["monthno"]) if parts.get("monthno") else _MONTH_OF[parts["month"].casefold()]
            yield _real(parts["year"], [(month, int(parts["dayno"]))], present), found
    for found in _SLASHED.finditer(text):
        one, other = int(found["a"]), int(found["b"])
        yield _real(found["year"], [(other, one), (one, other)], present), found
    for found in _NAMED_DAY.finditer(text):
        name = found["name"].casefold()
        away = _AGO[name] if name in _AGO else (present.weekday() - _WEEKDAY_OF[name]) % 7 or 7
        yield (present - timedelta(away),), found


def _real(year: str | None, readings: list[tuple[int, int]], present: date) -> tuple[date, ...]:
    """The days that there are; without a year the last one that was."""
    found: dict[date, None] = {}
    for month, day in readings:
        years = [int(year) + (2000 if len(year) <= 2 else 0)] if year else [present.year, present.year - 1]  # noqa: PLR2004 - 26 is 2026
        for one in years:
            try:
                made = date(one, month, day)
            except ValueError:
                continue
            if made <= present:
                found[made] = None
                break
    return tuple(found)


def _midnight(day: date, zone: tzinfo) -> int:
    return int(datetime(day.year, day.month, day.day, tzinfo=zone).timestamp())


def _amount(so_far: Described) -> Described:
    found = _MONEY.search(so_far.rest) or _CENTS.search(so_far.rest)
    if found is None:
        return so_far
    parts = found.groupdict()
    sign = (parts.get("before") or parts.get("after") or "").casefold()
    currencies = _SIGNS.get(sign, (sign,) if sign else ())
    number = parts.get("one") or parts["two"]
    return replace(
        so_far, amount=_decimal(number, currencies), currencies=currencies, sure=True, rest=_without(so_far.rest, found)
    )


def _decimal(written: str, currencies: tuple[str, ...]) -> Decimal:
    """A number as people write it: the last sign parts the decimals, unless three digits alone follow it. Of currencies
    that have three decimals (dinars, rials) a point parts them."""
    marks = [at for at, sign in enumerate(written) if not sign.isdecimal()]
    if not marks:
        return Decimal(written)
    last = marks[-1]
    several_kinds = len({written[at] for at in marks}) > 1
    dinars = written[last] == "." and bool(currencies) and not THREE_DECIMAL.isdisjoint(currencies)
    grouped = len(written) - last - 1 == 3 and not several_kinds and not dinars  # noqa: PLR2004 - a group of thousands
    whole = written if grouped else written[:last]
    digits = "".join(filter(str.isdecimal, whole))
    return Decimal(digits if grouped else f"{digits}.{written[last + 1 :]}")


def _name(rest: str) -> str:
    """A text of a few words that are letters, as somebody's name; empty for any other."""
    if any(map(str.isdecimal, rest)):
        return ""
    words = [one for one in re.split(r"[\s,;:!?()\"]+", rest) if one and one.casefold().strip(".") not in _FILLERS]
    fit = all(re.fullmatch(r"[^\W\d_]+(?:[-'\u2019.][^\W\d_]*)*", one) for one in words)
    letters = sum(map(len, words))
    return " ".join(words) if fit and words and len(words) <= _WORDS and letters >= _LETTERS else ""


def _without(text: str, found: re.Match[str]) -> str:
    return " ".join(f"{text[: found.start()]} {text[found.end() :]}".split())
