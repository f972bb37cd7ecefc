"""The way to a cause: from a case that belongs to an outage, or by its code from anywhere."""

import streamlit as st

from core.desk import Filter
from core.errors import OrderlensError
from core.money import Money
from core.outages import Outage
from core.report import count
from core.times import moment
from dashboard import visit, whose
from dashboard.causes import told

PAGE = "app_pages/cause.py"
CODE, SINCE = "code", "since"  # what its address has


def to(label: str, code: str, since: int | None = None) -> None:
    """A link to a cause; to the outage that went on at `since`."""
    query = whose.address() | {CODE: code} | ({SINCE: str(since)} if since else {})
    st.page_link(PAGE, label=label, icon=":material/emergency_home:", query_params=query)


def of_case(key: str, code: str | None) -> None:
    """One line below a verdict: how many others have it since when, where the case belongs to an outage. `code`: what
    is wrong with it now; a case that is well, or of another kind by now, has none."""
    found = _outage(key, code)
    if found is not None and code is not None:
        outage, own = found
        to(said(outage, own), code, outage.since)


def of_code(code: str) -> None:
    """How many orders that nobody has settled have it as what is wrong with them; nothing while nobody can look."""
    try:
        cases = visit.get_desk().inbox.count(Filter(headlines=(code,)))
    except OrderlensError:
        return
    if cases:
        to(f"{count(cases, 'open case')} with this: see the cause", code)


def said(outage: Outage, own: Money | None) -> str:
    """The same in words; `own`: the money of the case itself, which is none of the others'."""
    others = (
        Money(one.amount_minor - (own.amount_minor if own and own.currency == one.currency else 0), one.currency)
        for one in outage.money
    )
    money = " + ".join(str(one) for one in others if one.amount_minor > 0)
    zone = visit.timezone()
    when = f"since {moment(outage.since, zone)}" if outage.until is None else f"from {moment(outage.since, zone)} on"
    how_many = count(outage.cases - 1, f"other {told.noun(outage.code)}")
    return f"{how_many} {when}{f', {money}' if money else ''}: see the cause"


def _outage(key: str, code: str | None) -> tuple[Outage, Money | None] | None:
    """The outage that the kept case is one of, and the case's own money; None also where the journal cannot be read."""
    if code is None:
        return None
    try:
        kept = visit.get_desk().inbox.get(key)
        if kept is None or kept.code != code or kept.happened_at is None:
            return None
        at = kept.happened_at
        found = (one for one in visit.outages_now() if one.code == code and one.since <= at <= one.last)
        return next(((one, kept.money) for one in found), None)
    except OrderlensError:
        return None
