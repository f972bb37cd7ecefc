"""The cases of the inbox as a page shows them: choices to a filter, cases to rows, shares to figures. Pure.

Owns the words of the choices, which stand in a link that is shared. Money of different currencies is never added up.
"""

import re
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import tzinfo
from decimal import Decimal
from typing import Final

from core.desk import Filter, Kept, Order, Share, State
from core.findings import Severity
from core.money import Money
from core.report import count
from core.rules import TITLES
from core.times import DAY, clock, day, in_zone, moment
from dashboard import words
from dashboard.component import Row
from dashboard.words import Look

STATES: dict[str, State] = {
    "Open": "open", "Acknowledged": "acknowledged", "Ignored": "ignored", "Resolved": "resolved",
}  # fmt: skip
LOOKS: dict[State, Look] = {
    "open": Look("Open", ":material/radio_button_unchecked:", "primary"),
    "acknowledged": Look("Acknowledged", ":material/person_check:", "blue"),
    "ignored": Look("Ignored", ":material/snooze:", "gray"),
    "resolved": Look("Resolved", ":material/check_circle:", "green"),
}
SEVERE: dict[str, Severity | None] = {
    **{words.look(severity).word: severity for severity in Severity},
    words.look(None).word: None,
}
SUMS: Final = 3  # that a headline holds
NOBODY = "Nobody"
DIGITS: Final = 12  # of a time in seconds
ANY_AGE = "Any age"
AGES: Final = {
    "Older than a day": ("older", DAY),
    "Older than 7 days": ("older", 7 * DAY),
    "Older than 30 days": ("older", 30 * DAY),
    "Found in the last 24 hours": ("seen", DAY),
}
ORDERS: dict[str, Order] = {"Worst first": "worst", "Newest first": "newest", "Oldest first": "oldest"}
DEAREST = "Most money first"  # minor units of one currency only can be compared
_CURSOR = re.compile(r"-?\d{1,18}(\.-?\d{1,18}){1,3}")


@dataclass(frozen=True, slots=True)
class Bar:
    """One headline of a figure: how many cases, and the money at risk by currency."""

    code: str
    title: str
    severity: Severity
    cases: int
    risk: tuple[Money, ...]


def chosen(  # noqa: PLR0913 - one for each thing that can be chosen
    *,
    states: Iterable[str],
    severities: Iterable[str],
    codes: Iterable[str],
    currencies: Iterable[str],
    at_least: float | None,
    age: str,
    text: str,
    now: int,
    owners: Iterable[str] = (),
    new_since: int | None = None,
) -> Filter:
    """The choices as a filter; what is none of the choices restricts nothing. `at_least` in major units, and only
    where it is one currency's."""
    money = tuple(one for one in currencies if one)
    kind, seconds = AGES.get(age, ("", 0))
    at = now // 60 * 60 - seconds  # whole minutes, so that the same choice is the same filter for a while
    wanted = tuple(STATES[one] for one in states if one in STATES)
    return Filter(
        codes=tuple(codes),
        severities=tuple(SEVERE[one] for one in severities if one in SEVERE),
        states=wanted or Filter().states,
        currencies=money,
        at_least=minor(at_least, money[0]) if at_least and len(money) == 1 else None,
        seen_since=at if kind == "seen" else None,
        older_than=at if kind == "older" else None,
        owners=tuple(owners),
        new_since=new_since,
        text=text,
    )


def amount(text: str) -> float | None:
    """An amount as a link has it; None where it is none."""
    try:
        return found if 0 < (found := float(text)) < 10.0**DIGITS else None
    except ValueError:
        return None


def minor(amount: float, currency: str) -> int | None:
    """An amount as typed in minor units; None where it is none of this currency."""
    try:
        return Money.from_major(Decimal(str(amount)), currency.lower()).amount_minor
    except (ValueError, ArithmeticError):
        return None


def cursor(text: str | None) -> str | None:
    """The cursor that a link has; None where it is none."""
    return text if text and _CURSOR.fullmatch(text) else None


def called(case: Kept) -> str:
    """What people call it: the order's number, else its id, else the payment's."""
    return case.number or case.order_id or case.key.partition(":")[2]


def title(case: Kept) -> str:
    """What is wrong, in a few words; or what could not be told."""
    return case.title or (TITLES.get(case.code, case.code) if case.code else f"Could not be told: {case.undetermined}")


def look(case: Kept) -> Look:
    """Its severity."""
    return words.look(case.severity)


def at_risk(case: Kept) -> str:
    """Money at risk: "unknown" where that cannot be told, empty where there is none."""
    if case.code is None:
        return ""
    return words.money(case.money) if case.money is None or case.money.amount_minor else ""


def row(case: Kept, now: int, zone: tzinfo, looked: int | None) -> Row:
    """What the list shows of a case; `looked`: when whoever looks looked last."""
    shown, state = look(case), LOOKS[case.state].word
    if case.state == "ignored" and case.ignored_until:
        state = f"Ignored to {day(case.ignored_until, zone, short=True)}"
    return Row(
        key=case.key,
        severity=shown.word,
        icon=shown.icon.removeprefix(":material/").removesuffix(":"),
        color=shown.color,
        title=plain(in_zone(title(case), zone)),
        order=plain(called(case) if case.order_id else f"No order, {called(case)}"),
        risk=at_risk(case),
        since=when(case.happened_at or case.first_seen, now, zone),
        state=plain(f"{state}, {owner_name(case.owner)}" if case.owner else state),
        customer=plain(case.email),
        fresh=looked is not None and case.opened_at > looked,
    )


def owners_called(owners: Iterable[str]) -> dict[str, tuple[str, ...]]:
    """Owners by what they are called; two may be called alike."""
    called: dict[str, tuple[str, ...]] = {}
    for owner in dict.fromkeys(owners):
        name = owner_name(owner)
        called[name] = (*called.get(name, ()), owner)
    return called


def plain(text: str, limit: int = 300) -> str:
    """A text from outside as a cell shows it: one line, and nothing that turns the direction of what follows."""
    return words.printable(text if len(text) <= limit else text[: limit - 1] + "…")


def when(at: float, now: float, zone: tzinfo) -> str:
    """A time as short as it is clear: `29 Nov, 04:31`, with the year where it is another."""
    said, this = moment(at, zone), clock(now, zone)
    return said.replace(f" {this.year}, ", ", ", 1) if this else said


def owner_name(owner: str) -> str:
    """How an owner is called in a list and in an address: without what makes it an e-mail address."""
    return owner.partition("@")[0] or owner or NOBODY


def bars(shares: Iterable[Share]) -> tuple[Bar, ...]:
    """The headlines of a summary for the figures: those that could be told."""
    return tuple(
        Bar(share.code, TITLES.get(share.code, share.code), share.severity, share.cases, share.money)
        for share in shares
        if share.code is not None and share.severity is not None
    )


def money(shares: Iterable[Share]) -> tuple[Money, ...]:
    """Money at risk of a summary: one sum a currency, in the order of the currencies' codes."""
    total: Counter[str] = Counter()
    for share in shares:
        for one in share.money:
            total[one.currency] += one.amount_minor
    return tuple(Money(amount, currency) for currency, amount in sorted(total.items()) if amount)


def most_money(shares: Sequence[Share]) -> str:
    """The same in words: the currencies of the most cases, and how many others there are."""
    cases: Counter[str] = Counter()
    for share in shares:
        cases.update({one.currency: share.cases for one in share.money})
    sums = sorted(money(shares), key=lambda one: -cases[one.currency])
    others = f"  and {count(len(sums) - SUMS, 'other currency', 'other currencies')}" if len(sums) > SUMS else ""
    return "  ·  ".join(map(str, sums[:SUMS])) + others
