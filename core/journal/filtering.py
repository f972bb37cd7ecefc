"""Which cases, and in what order: `Filter` and `Order` as SQL. A page is found by its keys, never by counting rows.

The worst are the most severe, of these those with most money at risk, of these the newest. Nobody exchanges money here:
amounts of two currencies are ranked by their smallest units, for a cent and a yen are nearer to each other than a euro
and a yen. Unknown money comes last of its severity.
"""

from dataclasses import dataclass
from typing import Any, Literal

from sqlalchemy import ColumnElement, and_, or_, select, tuple_

from core.cases import mask
from core.errors import UsageError
from core.findings import Severity
from core.journal.kept import Noted, State
from core.journal.noting import weight
from core.journal.tables import CASES, TERMS

Order = Literal["worst", "newest", "oldest", "dearest"]
UNSETTLED: tuple[State, ...] = ("open", "acknowledged")
_KEYS = {
    "worst": (CASES.c.weight, CASES.c.dear, CASES.c.first_seen, CASES.c.id),
    "newest": (CASES.c.first_seen, CASES.c.id),
    "oldest": (CASES.c.first_seen, CASES.c.id),
    "dearest": (CASES.c.dear, CASES.c.id),
}
_LAST = "\U0010ffff"


@dataclass(frozen=True, slots=True)
class Filter:
    """Which cases. What is empty or None restricts nothing.

    `codes`: any finding of the case has one of them; `headlines`: its headline is one of them; `severities`: of the
    headline, None among them for cases that could not be told; `states`: by default what nobody has settled;
    `currencies`: ISO codes in any letter case; `at_least`, `at_most`: money at risk in minor units, both inclusive
    (what cannot be told is neither); `seen_since`: found at or after; `happened_since`, `older_than`: happened at or
    after, and before (seconds since 1970); `owners`: whose they are, "" among them for nobody's;
    `new_since`: open since later than that; `text`: words, each of which begins the order's number or a part of it, its
    id, its e-mail or the e-mail's domain, or an id of Stripe's.
    """

    codes: tuple[str, ...] = ()
    severities: tuple[Severity | None, ...] = ()
    states: tuple[State, ...] = UNSETTLED
    currencies: tuple[str, ...] = ()
    at_least: int | None = None
    at_most: int | None = None
    seen_since: int | None = None
    older_than: int | None = None
    headlines: tuple[str, ...] = ()
    happened_since: int | None = None
    owners: tuple[str, ...] = ()
    new_since: int | None = None
    text: str = ""


def conditions(chosen: Filter, part: str) -> ColumnElement[bool]:
    """The filter as one condition on the table of cases: of this part of the journal."""
    c = CASES.c
    wanted = [of(part)]
    if chosen.states:
        wanted.append(c.state.in_(chosen.states))
    if chosen.severities:
        wanted.append(c.weight.in_([weight(one) for one in chosen.severities]))
    if chosen.codes:
        wanted.append(or_(*(c.codes.contains(f" {code} ", autoescape=True) for code in chosen.codes)))
    if chosen.headlines:
        wanted.append(c.code.in_(chosen.headlines))
    if chosen.currencies:
        wanted.append(c.currency.in_([currency.strip().lower() for currency in chosen.currencies]))
    if chosen.owners:
        wanted.append(c.owner.in_(chosen.owners))
    bounds = (
        (chosen.at_least, c.money_minor.__ge__),
        (chosen.at_most, c.money_minor.__le__),
        (chosen.seen_since, c.last_seen.__ge__),
        (chosen.older_than, c.happened_at.__lt__),
        (chosen.happened_since, c.happened_at.__ge__),
        (chosen.new_since, c.opened_at.__gt__),
    )
    wanted += [compare(bound) for bound, compare in bounds if bound is not None]
    wanted += [_begins(word) for word in mask(chosen.text).lower().split()]
    return and_(*wanted)


def of(part: str) -> ColumnElement[bool]:
    """The cases of a part: those of another are another world's or another shop's, whatever their keys."""
    return CASES.c.key_mode == part


def terms(noted: Noted) -> frozenset[str]:
    """What a case is found by: the beginnings of these."""
    number, email = noted.number or "", mask(noted.email)
    texts = [noted.order_id or "", number, number.lstrip("#"), email, email.partition("@")[2]]
    texts += ["".join(ch if ch.isalnum() else " " for ch in number), noted.key.partition(":")[2]]
    texts += [*noted.session_ids, *noted.intent_ids]
    return frozenset(word[:200] for text in texts for word in text.lower().split())


def keys(order: Order) -> list[ColumnElement[Any]]:
    """The columns that order the cases, as ORDER BY wants them."""
    return [column.asc() if order == "oldest" else column.desc() for column in _KEYS[order]]


def position(order: Order) -> tuple[ColumnElement[Any], ...]:
    """The same columns, to be selected: their values in the last row of a page are its cursor."""
    return _KEYS[order]


def after(order: Order, cursor: str) -> ColumnElement[bool]:
    """What stands behind the cursor. UsageError where it is none of this order."""
    try:
        values = tuple(int(part) for part in cursor.split("."))
    except ValueError:
        values = ()
    if len(values) != len(_KEYS[order]):
        raise UsageError("This is not a page of the inbox.", next_step="Begin at the first page.")
    here = tuple_(*_KEYS[order])
    return here > values if order == "oldest" else here < values


def _begins(word: str) -> ColumnElement[bool]:
    start = word.lstrip("#") or word
    found = select(TERMS.c.case_id).where(TERMS.c.term >= start, TERMS.c.term < start + _LAST)
    return CASES.c.id.in_(found)
