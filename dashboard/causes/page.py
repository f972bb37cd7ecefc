"""The page of one cause: what, since when, how many, for how much; over time; the orders; what was done; what to do.

Decides nothing: `core.causes` says what may be said of a time, `told` how.
"""

import json
from dataclasses import replace

import streamlit as st

from core.catalogue import families_of, sentence, unfilled
from core.desk import UNSETTLED, Cause, Kept
from core.findings import Severity, numbered
from core.report import count
from core.rules import TITLES, Rule
from dashboard import component, frame, visit, words
from dashboard.causes import figure, link, owning, told
from dashboard.frame import catalogue_entry, replay_link
from dashboard.frame.ids import Ids
from dashboard.inbox import listing, rows, table
from dashboard.palette import palette
from dashboard.words import Look

OTHERS = 20  # outages that are listed beside the one that is shown
SETTLED = 20  # cases that are listed of those that are settled
NARROWEST = 150  # pixels of a fact
LONGEST = 1200  # characters of a sentence


def render(code: str, since: int | None) -> None:
    """The cause that an address names. Raises OrderlensError where the journal cannot be read."""
    rule = catalogue_entry.BY_CODE.get(code)
    cause = visit.cause(code, since)
    if rule is None and cause.share is None:
        frame.empty(":material/search_off:", "No finding has this code", "It may be of a newer or older Orderlens.")
        return
    owning.flash()
    table.flash()
    _head(cause, rule)
    if cause.share is None:
        frame.empty(":material/inbox:", "No order has this", "In what was scanned so far, that is.")
    else:
        _course(cause)
        newest = _newest(cause)
        act, did = st.columns((6, 5), gap="large")
        with act:
            _now(rule, newest)
        with did:
            owning.owned(cause)
            _done(cause)
    if rule is not None:
        _for_good(rule)
    if cause.share is not None:
        with st.container(key="cause_orders"):
            _orders(cause)


def look(cause: Cause, rule: Rule | None) -> Look:
    """How bad it is: the worst of its orders, else what the catalogue says."""
    if cause.share is not None:
        return words.look(cause.share.severity)
    return catalogue_entry.worst(rule) if rule else words.look(Severity.HIGH)


def _head(cause: Cause, rule: Rule | None) -> None:
    """What it is, and the figures."""
    shown, zone, outage = look(cause, rule), visit.timezone(), cause.chosen.shown
    named = rule.title if rule else TITLES.get(cause.code, cause.code)
    title = words.md_escape(named)
    frame.titled(named)
    with st.container(border=True, key="cause_head", gap="xsmall"):
        with st.container(horizontal=True, gap="small", vertical_alignment="center"):
            st.markdown(f"# :{shown.color}[{shown.icon} {title}]", anchors=False, width="content")
            st.markdown(words.badge(shown), width="content")
            if outage is not None:
                state = "It goes on" if outage.until is None else "It is over"
                st.markdown(f":gray-badge[{state}]", width="content")
            if rule is not None:
                st.caption(catalogue_entry.link(cause.code, "What this finding means"), width="content")
        st.markdown(f"## {words.md_escape(told.sentence(cause, zone))}", anchors=False)
        if cause.share is not None:
            found = told.facts(cause, zone)
            places = st.grid(len(found), min_column_width=NARROWEST, gap="small")
            for one in found:
                note = f"  \n:small[{words.md_escape(one.note)}]" if one.note else ""
                places.markdown(f":small[:gray[{one.title}]]  \n**{words.md_escape(one.text)}**{note}")
    if others := cause.chosen.others:
        with st.expander(count(len(others), "other outage of this kind", "other outages of this kind")):
            for other in others[:OTHERS]:
                link.to(told.dates(other, zone), cause.code, other.since)
            if len(others) > OTHERS:
                st.caption(f"The newest {OTHERS}; {count(len(others) - OTHERS, 'older one')} not listed.")


def _course(cause: Cause) -> None:
    """The figure, and the same as a table."""
    zone = visit.timezone()
    shown = look(cause, catalogue_entry.BY_CODE.get(cause.code))
    drawn = figure.figure(cause, shown, palette(st.context.theme.type), zone)
    plain = json.loads(drawn.to_json())
    with st.container(key="cause_course"):
        component.figure(plain["data"], plain["layout"], alt=told.in_words(cause, zone), key="cause.course")
    with st.expander("The same as a table", icon=":material/table_rows:"):
        lines = ("| " + " | ".join(map(words.md_escape, row)) + " |" for row in told.table(cause, zone))
        st.markdown("\n".join(("| From | Affected | Came through well |", "|---|--:|--:|", *lines)))


def _newest(cause: Cause) -> Kept | None:
    """The newest case that nobody has settled, else the newest: what is wrong in its own words."""
    for states in (UNSETTLED, ()):
        cases, _ = visit.get_desk().inbox.page(replace(cause.which, states=states), limit=1, order_by="newest")
        if cases:
            return cases[0]
    return None


def _now(rule: Rule | None, newest: Kept | None) -> None:
    """What to do: as for the newest order, with its own ids and times, where the inbox has them."""
    steps = tuple(sentence(unfilled(step)) for step in rule.remedy) if rule else ()
    about = ""
    if newest is not None:
        says = words.md_escape(visit.told(newest.says), LONGEST)
        about = f" For instance {words.md_escape(rows.called(newest))}: {says}"
        steps = told.steps(newest) or steps
    st.markdown("### What to do now", anchors=False)
    st.markdown(about.strip())
    desk = visit.get_desk()
    ids = Ids(desk.key_mode, desk.account)
    st.markdown("\n".join(numbered(ids.linked(visit.told(step), LONGEST) for step in steps)))


def _done(cause: Cause) -> None:
    """What was done to these orders from here."""
    st.markdown("### What was done", anchors=False)
    lines = [f"- {words.md_escape(line)}" for line in told.done(cause.deeds, visit.timezone())]
    if lines:
        st.markdown("\n".join(lines))
    else:
        st.text("Nothing yet, from here.")


def _orders(cause: Cause) -> None:
    """Those that nobody has settled, the worst first; the settled ones folded."""
    left = sum(cause.states.get(state, 0) for state in UNSETTLED)
    every = sum(cause.states.values())
    with st.container(horizontal=True, vertical_alignment="center"):
        st.subheader("The orders", anchor=False, width="content")
        said = f"{left:,} not settled" if left else "all of them are settled"
        st.caption(f"{said}, {every:,} in all", width="content")
        st.space("stretch")
        if left:
            says = f"the orders of “{TITLES.get(cause.code, cause.code)}”"
            replay_link.button(replace(cause.which, states=UNSETTLED), says, key="cause.replay")
    if left:
        table.table(replace(cause.which, states=UNSETTLED), "worst", left, None)
    if every > left:
        with st.expander(f"{every - left:,} settled"):
            which = replace(cause.which, states=("resolved", "ignored"))
            cases, more = visit.get_desk().inbox.page(which, limit=SETTLED, order_by="newest")
            listing.cases(cases, key="settled", zone=visit.timezone())
            if more:
                st.caption(f"The newest {SETTLED}; the inbox has them all.")


def _for_good(rule: Rule) -> None:
    """What to change in the code."""
    st.subheader("Fix it for good", anchor=False)
    if rule.developer:
        st.markdown(words.md_escape(sentence(unfilled(rule.developer)), LONGEST))
    for family in families_of(rule.code):
        folded = st.expander(
            words.md_escape(family.title), icon=":material/build:", key=f"family.{family.key}", on_change="rerun"
        )
        if not folded.open:
            continue  # what draws code is half a megabyte
        with folded:
            st.markdown(words.md_escape(family.signs[rule.code]))
            st.markdown("\n".join(numbered(map(words.md_escape, family.repairs))))
            python, node = st.tabs(["Python", "Node"])
            python.code(family.python, language="python")
            node.code(family.node, language="javascript")
