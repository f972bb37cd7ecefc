"""Discrepancies: the orders of a span, worst first; counted, filtered, exported."""

from datetime import date

import streamlit as st

from dashboard import state, words
from dashboard.parts import charts, frame, orders_table, reading, spans
from dashboard.parts.rows import STATES, Filter, Row, counted, risk, rows, shares
from dashboard.surveys import Ask, Reading


def chosen_span() -> tuple[Ask, str]:
    """Which orders the page is about, as instants and in words."""
    now, zone = state.now(), state.timezone()
    custom: tuple[date, ...] = ()
    with st.container(horizontal=True, vertical_alignment="bottom", gap="medium"):
        choice = st.segmented_control(
            "Orders created", spans.CHOICES, default=spans.WEEK, required=True, key="span", bind="query-params"
        )
        if choice == spans.CUSTOM:
            last = spans.today(now, zone)
            picked = st.date_input("From and to", (last, last), max_value=last, key="days", width=240)
            custom = picked if isinstance(picked, tuple) else (picked,) if picked else ()
        limit = st.selectbox("At most", spans.LIMITS, index=1, key="limit", bind="query-params", width=110)
    chosen = choice or spans.WEEK
    return spans.ask(chosen, custom, limit=limit, now=now, zone=zone), spans.said(chosen, custom)


def chosen_filter(everything: tuple[Row, ...]) -> Filter:
    """What of them is to be shown."""
    numbers = counted(everything)
    titles = {share.code: share.title for share in shares(everything)}
    codes = {code: titles.get(code, code) for row in everything for code in row.codes}
    currencies = sorted({row.currency for row in everything if row.currency})
    states = st.pills(
        "State",
        [word for word in STATES if numbers[word]],
        selection_mode="multi",
        format_func=lambda word: f"{word} {numbers[word]}",
        key="state",
        bind="query-params",
        label_visibility="collapsed",
    )
    with st.container(horizontal=True, vertical_alignment="bottom"):
        text = st.text_input(
            "Contains",
            key="text",
            type="search",
            placeholder="Order, e-mail or id contains…",
            label_visibility="collapsed",
            width=260,
            persist_state="page",
        )
        picked = st.multiselect(
            "Finding",
            list(codes),
            format_func=lambda code: codes.get(code, code),
            key="code",
            bind="query-params",
            placeholder="Any finding",
            label_visibility="collapsed",
            width=320,
        )
        wanted = st.multiselect(
            "Currency",
            currencies,
            key="currency",
            bind="query-params",
            placeholder="Any currency",
            label_visibility="collapsed",
            width=200,
        )
    return Filter(tuple(states), tuple(picked), tuple(wanted), text or "")


def numbers(listed: tuple[Row, ...]) -> None:
    """How often, and for how much money, by headline."""
    found = shares(listed)
    if not found:
        return
    colors = charts.palette(st.context.theme.type)
    left, right = st.columns(2, gap="large")
    with left:
        st.subheader("How often")
        told = ", ".join(f"{share.title}: {share.cases}" for share in found)
        st.plotly_chart(charts.counts(found, colors), key="counts", config=charts.PLAIN, alt=f"How often. {told}")
    with right:
        st.subheader("Money at risk")
        figure = charts.at_risk(found, colors)
        if figure is None:
            st.text("None that can be told.")
        else:
            told = "; ".join(f"{share.title}: {', '.join(map(str, share.risk)) or 'none'}" for share in found)
            st.plotly_chart(figure, key="risk", config=charts.PLAIN, alt=f"Money at risk. {told}")
        if unknown := sum(share.unknown for share in found):
            st.caption(f"It cannot be told for {words.count(unknown, 'order')}.")


def summary(everything: tuple[Row, ...]) -> None:
    """The page in three numbers."""
    told = counted(everything)
    disagree = sum(number for word, number in told.items() if word not in (words.CLEAN.word, words.UNDETERMINED.word))
    at_risk = " + ".join(map(str, risk(everything))) or "none"
    with st.container(horizontal=True, gap="large"):
        st.metric("Disagree with Stripe", f"{disagree:,}", width="content")
        st.metric("Agree", f"{told[words.CLEAN.word]:,}", width="content")
        st.metric("Could not look", f"{told[words.UNDETERMINED.word]:,}", width="content")
        st.metric("Money at risk", words.md_escape(at_risk), width="content")


def show(done: Reading) -> None:
    """A completed reading."""
    everything = rows(done.survey) if done.survey else ()
    reading.limits(done, state.timezone())
    if not everything:
        frame.empty(":material/inbox:", "No orders in this span", "Choose a longer one above.")
        return
    summary(everything)
    chosen = chosen_filter(everything)
    listed = tuple(row for row in everything if chosen.matches(row))
    if not listed:
        frame.empty(
            ":material/filter_alt_off:", "Nothing to show", "Orders that agree are hidden until you choose “Agrees”."
        )
        return
    numbers(listed)
    orders_table.toolbar(listed, everything)
    orders_table.table(listed)


st.title("Discrepancies")
ask, which = chosen_span()
known = state.surveys().of(ask)
if state.surveys().running():
    reading.progress()
elif known is None or known.survey is None:
    if known:
        reading.failed(known)
    reading.invite(ask, which=which)
else:
    reading.offer(ask, which=which, key="read.again", again=True)
    show(known)
