"""Outages above the list: many cases of one cause, a line each. The first is seen at once, the others by one press."""

from collections.abc import Callable

import streamlit as st

from core.findings import Severity
from core.outages import Outage
from core.report import count
from core.rules import TITLES
from core.times import clock, moment
from dashboard import visit, whose, words
from dashboard.frame import catalogue_entry
from dashboard.words import Look


def outages(found: tuple[Outage, ...], show: Callable[[str], None]) -> None:
    """Those that nobody has settled. `show` is called with the code of one whose cases are wanted."""
    first, *others = [one for one in found if one.open] or (None,)
    if first is None:
        return
    with st.container(horizontal=True, vertical_alignment="center", gap="small", key="banner"):
        _line(first, show)
        if others:
            with st.popover(f"{count(len(others), 'other')}", key="banner.others", type="tertiary"):
                for one in others:
                    with st.container(horizontal=True, vertical_alignment="center", gap="small"):
                        _line(one, show)


def _line(one: Outage, show: Callable[[str], None]) -> None:
    """What, since when, how many, for how much; and the way to it."""
    shown, zone = _look(one.code), visit.timezone()
    since, now = clock(one.since, zone), clock(visit.now(), zone)
    said_since = moment(one.since, zone)
    if since and now and since.date() == now.date():
        said_since = said_since.rpartition(", ")[2]
    ended = f"until {moment(one.until, zone)}" if one.until else "and it goes on"
    money = f", {' + '.join(map(str, one.money))} at risk" if one.money else ""
    settled = f", {one.open:,} not settled" if one.open != one.cases else ""
    st.markdown(
        f":{shown.color}[{shown.icon} **{count(one.cases, 'order')}**] since {words.md_escape(said_since)}, "
        f"{words.md_escape(ended)}: **{words.md_escape(TITLES.get(one.code, one.code))}**"
        f"{words.md_escape(money + settled)}",
        width="stretch",
    )
    st.page_link(
        "app_pages/cause.py", label="See the cause", icon=":material/arrow_forward:",
        query_params={**whose.address(), "code": one.code, "since": str(one.since)}, width="content",
    )  # fmt: skip
    st.button("Show them", key=f"outage.show.{one.code}.{one.since}", type="tertiary", on_click=show, args=(one.code,))


def _look(code: str) -> Look:
    rule = catalogue_entry.BY_CODE.get(code)
    return catalogue_entry.worst(rule) if rule else words.look(Severity.HIGH)
