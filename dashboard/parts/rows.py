"""The orders of a survey as rows: worst first, filtered, counted. Pure.

Owns what a list of cases shows and how it is ordered. Money of different currencies is never added up.
"""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass

from core.cases import Case
from core.desk import Opened, Survey
from core.facts import Facts, Mode, Order, Unread
from core.findings import Diagnosis, Finding, Severity
from core.money import Money
from dashboard.words import CLEAN, SEVERITIES, UNDETERMINED, Look, look_of

DISAGREE = tuple(shown.word for shown in SEVERITIES.values())
STATES = (*DISAGREE, UNDETERMINED.word, CLEAN.word)
_RANK = {word: rank for rank, word in enumerate(STATES)}


@dataclass(frozen=True, slots=True)
class Row:
    """One order of a list. `codes`: of all its findings, the headline's first; `case`: what an export is made of."""

    key: str
    order: str
    look: Look
    title: str
    codes: tuple[str, ...]
    risk: Money | None
    currency: str
    email: str
    status: str
    created_at: int | None
    case: tuple[Case, Diagnosis]

    @property
    def headline(self) -> Finding | None:
        """The finding that explains the others."""
        return self.case[1].headline


@dataclass(frozen=True, slots=True)
class Filter:
    """What to show. Empty `states`: all that disagree or could not be looked at. Empty others: no restriction."""

    states: tuple[str, ...] = ()
    codes: tuple[str, ...] = ()
    currencies: tuple[str, ...] = ()
    text: str = ""

    def matches(self, row: Row) -> bool:
        """Whether the row is to be shown."""
        shown = row.look.word in self.states if self.states else row.look is not CLEAN
        return (
            shown
            and (not self.codes or not set(self.codes).isdisjoint(row.codes))
            and (not self.currencies or row.currency in self.currencies)
            and all(word in _haystack(row) for word in self.text.lower().split())
        )


@dataclass(frozen=True, slots=True)
class Share:
    """How often one code is the headline, and the money at risk by currency; `unknown` of them cannot tell theirs."""

    code: str
    title: str
    severity: Severity
    cases: int
    risk: tuple[Money, ...]
    unknown: int


def rows(survey: Survey, mode: Mode) -> tuple[Row, ...]:
    """All orders of a survey: worst first, then the newest; those that could not be read stand after what disagrees."""
    found = [_read(opened) for opened in survey.opened]
    found += [_unread(order, because, survey, mode) for order, because in survey.failed]
    return tuple(sorted(found, key=lambda row: (_RANK[row.look.word], -(row.created_at or 0), row.key)))


def counted(listed: Iterable[Row]) -> dict[str, int]:
    """How many rows are in each state, all states named, worst first."""
    seen = Counter(row.look.word for row in listed)
    return {word: seen[word] for word in STATES}


def shares(listed: Iterable[Row]) -> tuple[Share, ...]:
    """The headlines of the rows, the most frequent of the worst first."""
    by_code: dict[str, list[Finding]] = {}
    for row in listed:
        if row.headline:
            by_code.setdefault(row.headline.code, []).append(row.headline)
    found = [_share(code, findings) for code, findings in by_code.items()]
    return tuple(sorted(found, key=lambda share: (share.severity.rank, -share.cases, share.code)))


def risk(listed: Iterable[Row]) -> tuple[Money, ...]:
    """Money at risk of the rows, one sum a currency, in the order of the currencies' codes."""
    return _sums(row.risk for row in listed)


def _share(code: str, findings: list[Finding]) -> Share:
    worst = min(findings, key=lambda finding: finding.severity.rank)
    return Share(
        code,
        worst.title,
        worst.severity,
        len(findings),
        _sums(finding.money_at_risk for finding in findings),
        sum(finding.money_at_risk is None for finding in findings),
    )


def _sums(amounts: Iterable[Money | None]) -> tuple[Money, ...]:
    total: Counter[str] = Counter()
    for amount in amounts:
        if amount is not None and amount.amount_minor:
            total[amount.currency] += amount.amount_minor
    return tuple(Money(minor, currency) for currency, minor in sorted(total.items()))


def _read(opened: Opened) -> Row:
    order, diagnosis = opened.case.order, opened.diagnosis
    headline = diagnosis.headline
    return Row(
        key=opened.key,
        order=name(order) if order else opened.key.removeprefix("stripe:"),
        look=look_of(diagnosis),
        title=headline.title if headline else diagnosis.undetermined or "Nothing disagrees",
        codes=tuple(finding.code for finding in diagnosis.findings),
        risk=headline.money_at_risk if headline else None,
        currency=_currency(order, headline),
        email=(order.customer_email if order else None) or "",
        status=(order.raw_status or order.status.value) if order else "no order",
        created_at=order.created_at if order else None,
        case=(opened.case, diagnosis),
    )


def _unread(order: Order, because: str, survey: Survey, mode: Mode) -> Row:
    facts = Facts(key_mode=mode, read_at=survey.read_at, unread=(Unread("case", f"order {order.id}", because),))
    return Row(
        key=f"order:{order.id}",
        order=name(order),
        look=UNDETERMINED,
        title=because,
        codes=(),
        risk=None,
        currency=_currency(order, None),
        email=order.customer_email or "",
        status=order.raw_status or order.status.value,
        created_at=order.created_at,
        case=(Case(order, facts, survey.read_at), Diagnosis(undetermined=because)),
    )


def name(order: Order) -> str:
    """What people call an order: its number, else its id."""
    return order.number or order.id


def _currency(order: Order | None, headline: Finding | None) -> str:
    if order and order.currency:
        return order.currency.upper()
    return headline.money_at_risk.currency.upper() if headline and headline.money_at_risk else ""


def _haystack(row: Row) -> str:
    order = row.case[0].order
    ids = (*order.session_ids, *order.payment_intent_ids, *order.charge_ids, order.id) if order else ()
    return " ".join((row.key, row.order, row.title, row.email, row.status, *row.codes, *ids)).lower()
