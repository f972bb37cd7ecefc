"""Discrepancies: the orders of a span, worst first; counted, filtered, exported."""

from datetime import date

import streamlit as st

from dashboard import state, words
from dashboard.parts import charts, entries, frame, orders_table, reading, spans
from dashboard.parts.rows import STATES, Filter, Row, Share, counted, risk, rows, shares
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
            custom = st.date_input(
                "From and to", (last, last), max_value=last, key="days", width=240, format="YYYY-MM-DD"
            )
        limit = (
            st.segmented_control(
                "Read at most", spans.LIMITS, default=spans.LIMITS[1], required=True, key="limit", bind="query-params"
            )
            or spans.LIMITS[1]
        )
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
    contains, finding, currency = st.columns([3, 4, 2])
    text = contains.text_input(
        "Contains",
        key="text",
        type="search",
        placeholder="Order, e-mail or id contains…",
        label_visibility="collapsed",
        persist_state="page",
    )
    picked = finding.multiselect(
        "Finding",
        list(codes),
        format_func=lambda code: codes.get(code, code),
        key="code",
        bind="query-params",
        placeholder="Any finding",
        label_visibility="collapsed",
    )
    wanted = currency.multiselect(
        "Currency",
        currencies,
        key="currency",
        bind="query-params",
        placeholder="Any currency",
        label_visibility="collapsed",
    )
    return Filter(tuple(states), tuple(picked), tuple(wanted), text or "")


def figures(listed: tuple[Row, ...]) -> None:
    """How often, and for how much money, by headline."""
    found = shares(listed)
    if not found:
        return
    colors = charts.palette(st.context.theme.type)
    left, right = st.columns(2, gap="medium")
    with left:
        st.subheader("How often", anchor=False)
        told = ", ".join(f"{share.title}: {share.cases}" for share in found)
        st.plotly_chart(charts.counts(found, colors), key="counts", config=charts.PLAIN, alt=f"How often. {told}")
        if len(found) > charts.MOST:
            st.caption(f"{words.count(len(found) - charts.MOST, 'other finding')} in the table below.")
        st.caption("What they mean: " + ", ".join(entries.link(share.code, share.title) for share in found))
    with right:
        st.subheader("Money at risk", anchor=False)
        money(found, colors)


def money(found: tuple[Share, ...], colors: charts.Palette) -> None:
    """Money at risk in one currency, and the choice of another."""
    currencies = charts.currencies(found)
    figure, switch = st.container(), st.container()
    chosen = currencies[0] if currencies else None
    if len(currencies) > 1:
        chosen = switch.segmented_control(
            "Currency", currencies, default=chosen, required=True, key="money", label_visibility="collapsed"
        )
    if chosen:
        told = "; ".join(f"{share.title}: {', '.join(map(str, share.risk))}" for share in found if share.risk)
        drawn = charts.at_risk(found, chosen, colors)
        figure.plotly_chart(drawn, key="risk", config=charts.PLAIN, alt=f"Money at risk. {told}")
    else:
        figure.text("None that can be told.")
    if unknown := sum(share.unknown for share in found):
        st.caption(f"It cannot be told for {words.count(unknown, 'order')}.")


def summary(everything: tuple[Row, ...]) -> None:
    """The page in four numbers."""
    told = counted(everything)
    disagree = sum(number for word, number in told.items() if word not in (words.CLEAN.word, words.UNDETERMINED.word))
    with st.container(horizontal=True, gap="medium", key="summary"):
        _number("Disagree", f"{disagree:,}")
        _number("Agree", f"{told[words.CLEAN.word]:,}")
        _number(words.UNDETERMINED.word, f"{told[words.UNDETERMINED.word]:,}")
        _number("Money at risk", " + ".join(map(str, risk(everything))) or "none")


def _number(name: str, value: str) -> None:
    with st.container(width="content", gap=None):
        st.caption(name)
        st.markdown(f"### {words.md_escape(value)}", anchors=False)


def show(done: Reading) -> None:
    """A completed reading."""
    everything = rows(done.survey, state.get_desk().key_mode) if done.survey else ()
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
    figures(listed)
    orders_table.toolbar(listed, everything)
    orders_table.table(listed)


st.title("Discrepancies", anchor=False)
ask, which = chosen_span()
known = state.surveys().of(ask)
if state.surveys().running():
    reading.progress()
elif known is None or known.survey is None:
    if known:
        reading.failed(known)
    reading.invite(ask, which=which)
else:
    with st.container(horizontal=True, vertical_alignment="center"):
        reading.limits(known, state.timezone())
        st.space("stretch")
        reading.offer(ask, which=which, key="read.again", again=True)
    show(known)
