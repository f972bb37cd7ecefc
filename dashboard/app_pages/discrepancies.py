"""Discrepancies: the inbox. What scans found and nobody has settled, worst first; outages above it, scans around it.

All of it is read from the journal: showing it asks nothing of Stripe.
"""

import streamlit as st

from core.desk import Filter, Order, Share
from core.findings import Severity
from core.outages import Outage
from core.report import count
from core.rules import TITLES
from core.times import ago, moment
from dashboard import frame, visit, words
from dashboard.frame import catalogue_entry, search_box
from dashboard.inbox import charts, rows, table
from dashboard.inbox.rows import AGES, ANY_AGE, DEAREST, ORDERS, SEVERE, STATES
from dashboard.palette import Palette, palette
from dashboard.scans import panel, spans, standing
from dashboard.scans.standing import Standing
from dashboard.words import Look

OUTAGES = 4  # that are drawn; of more the others are counted


def choice() -> tuple[Filter, Order]:
    """What is to be shown, and in which order. It stands in the address, so that a link can be shared; but for an
    e-mail address."""
    changed, (severities, states) = table.first_page, _pills()
    text, finding, currency, age, order = st.columns([3, 3, 2, 2, 2], gap="small")
    with text:
        said = search_box.box("Search", key="q", placeholder="Order, e-mail or id begins with…", changed=changed)
    codes = finding.multiselect(
        "Finding", list(TITLES), format_func=lambda code: TITLES.get(code, code), key="code", bind="query-params",
        on_change=changed, placeholder="Any finding",
    )  # fmt: skip
    known = [code.upper() for code in visit.get_desk().inbox.tally(Filter(states=())).currencies]
    currencies = currency.multiselect(
        "Currency", known, key="currency", bind="query-params", on_change=changed, placeholder="Any currency"
    )
    since = age.selectbox("Age", [ANY_AGE, *AGES], key="age", bind="query-params", on_change=changed) or ANY_AGE
    one = len(currencies) == 1
    names = [*ORDERS, DEAREST] if one else list(ORDERS)
    by = order.selectbox("Order", names, key="order", bind="query-params", on_change=changed) or names[0]
    at_least = None
    if one:
        at_least = text.number_input(
            f"At least, in {currencies[0]}", min_value=0.0, value=None, key="least", bind="query-params",
            on_change=changed, placeholder="Any amount",
        )  # fmt: skip
    chosen = rows.chosen(
        states=states, severities=severities, codes=codes, currencies=currencies, at_least=at_least, age=since,
        text=said, now=visit.now(),
    )  # fmt: skip
    return chosen, ORDERS.get(by, "dearest")


def _pills() -> tuple[list[str], list[str]]:
    """Severities and states."""
    with st.container(horizontal=True, vertical_alignment="bottom", gap="medium"):
        severities = st.pills(
            "Severity", list(SEVERE), selection_mode="multi", key="severity", bind="query-params",
            on_change=table.first_page, wrap=True,
        )  # fmt: skip
        states = st.pills(
            "State", list(STATES), selection_mode="multi", key="state", bind="query-params",
            on_change=table.first_page, help="Without a choice: open and acknowledged.",
        )  # fmt: skip
    return severities, states


def outages(found: tuple[Outage, ...]) -> None:
    """Many cases with one cause: what, since when, how many, for how much. Those that nobody has settled."""
    open_ones = [one for one in found if one.open]
    for one in open_ones[:OUTAGES]:
        shown, zone = _look(one.code), visit.timezone()
        ended = f"until {moment(one.until, zone)}" if one.until else "and it goes on"
        money = f", {' + '.join(map(str, one.money))} at risk" if one.money else ""
        with st.container(
            border=True, horizontal=True, vertical_alignment="center", key=f"outage.{one.code}.{one.since}"
        ):
            with st.container(width="stretch", gap=None):
                st.markdown(
                    f"#### :{shown.color}[:material/emergency_home:] {words.md_escape(TITLES.get(one.code, one.code))}",
                    anchors=False,
                )
                said = f"Since {moment(one.since, zone)}, {ended}: {count(one.cases, 'order')}{money}"
                settled = f" ({one.open:,} not settled)" if one.open != one.cases else ""
                st.markdown(words.md_escape(said + settled))
            st.button("Show them", key=f"outage.show.{one.code}.{one.since}", on_click=_only, args=(one.code,))
    if len(open_ones) > OUTAGES:
        st.caption(f"{count(len(open_ones) - OUTAGES, 'smaller or older outage')} not shown here.")


def _look(code: str) -> Look:
    rule = catalogue_entry.BY_CODE.get(code)
    return catalogue_entry.worst(rule) if rule else words.look(Severity.HIGH)


def _only(code: str) -> None:
    table.first_page()
    st.session_state["code"] = [code]


def summary(shares: tuple[Share, ...], critical: int) -> None:
    """The choice in four numbers; `critical`: cases of that severity."""
    untold = sum(share.cases for share in shares if share.code is None)
    unknown = sum(share.unknown for share in shares if share.code)
    with st.container(horizontal=True, gap="medium", key="summary"):
        _number("Money at risk", rows.most_money(shares) or "none")
        _number("Cases", f"{sum(share.cases for share in shares) - untold:,}")
        _number(words.look(Severity.CRITICAL).word, f"{critical:,}")
        _number(words.look(None).word, f"{untold:,}")
    if unknown:
        st.caption(f"For {count(unknown, 'case')} the money at risk cannot be told.")


def _number(name: str, value: str) -> None:
    with st.container(width="content", gap=None):
        st.caption(name)
        st.markdown(f"### {words.md_escape(value)}", anchors=False)


def figures(shares: tuple[Share, ...]) -> None:
    """For how much money, and how often, by headline: the most of each, and all of them to unfold."""
    found = rows.bars(shares)
    if not found:
        return
    colors = palette(st.context.theme.type)
    left, right = st.columns(2, gap="medium")
    with left:
        st.subheader("Where the money is", anchor=False)
        _money(found, colors)
    with right:
        st.subheader("How often", anchor=False)
        often = tuple(sorted(found, key=lambda bar: -bar.cases))
        said = ", ".join(f"{bar.title}: {bar.cases}" for bar in often)
        st.plotly_chart(charts.counts(often, colors), key="counts", config=charts.PLAIN, alt=f"How often. {said}")
    with st.expander(f"All {count(len(found), 'finding')}, with counts and money", icon=":material/list:"):
        lines = (
            f"| {words.badge(words.look(bar.severity))} | {catalogue_entry.link(bar.code, bar.title)} | {bar.cases:,} "
            f"| {words.md_escape('  ·  '.join(map(str, bar.risk)))} |"
            for bar in found
        )
        st.markdown("\n".join(("| | Finding | Cases | Money at risk |", "|---|---|--:|--:|", *lines)))


def _money(found: tuple[rows.Bar, ...], colors: Palette) -> None:
    """Money at risk in one currency, and the choice of another."""
    currencies = charts.currencies(found)
    figure, switch = st.container(), st.container()
    picked = currencies[0] if currencies else None
    if len(currencies) > 1:
        picked = switch.segmented_control(
            "Currency", currencies, default=picked, required=True, key="money", label_visibility="collapsed"
        )
    if picked:
        said = "; ".join(f"{bar.title}: {', '.join(map(str, bar.risk))}" for bar in found if bar.risk)
        drawn = charts.at_risk(found, picked, colors)
        figure.plotly_chart(drawn, key="risk", config=charts.PLAIN, alt=f"Money at risk. {said}")
    else:
        figure.text("None that can be told.")


def nothing(chosen: Filter, stood: Standing) -> None:
    """No case: because of the choice, because all is well, or because nobody knows."""
    if chosen != Filter():
        frame.empty(":material/filter_alt_off:", "Nothing matches this choice", "Take away some of it to see more.")
    elif stood.sound and stood.complete is not None:
        ended = stood.complete.finished_at or stood.complete.beat_at
        frame.empty(
            ":green[:material/check_circle:]",
            "Everything agrees",
            f"Read {ago(ended, visit.now())}: {standing.read(stood.complete)}. No open case.",
        )
    else:
        frame.empty(
            ":material/inbox:", "Nothing found in what was read", "Not everything was, or not lately: see above."
        )


def never() -> None:
    """Nobody has scanned yet: what a scan does, and one clear button."""
    with st.container(border=True, horizontal_alignment="center", gap="small"):
        st.space("small")
        st.markdown("### :gray[:material/radar:]", width="content", anchors=False)
        st.markdown("#### Nothing has been scanned yet", width="content", anchors=False)
        st.text(
            "A scan reads the orders and what Stripe holds, compares them, and keeps what disagrees here. "
            "Nothing is changed on either side.",
            width="content",
        )
        panel.start("Scan the last 7 days", spans.WEEK, key="scan.first")
        st.space("small")


def page() -> None:
    """Everything, from the scans down to the single case."""
    desk, listed = visit.get_desk(), panel.records()
    stood = standing.standing(listed, visit.now())
    with st.container(horizontal=True, vertical_alignment="center"):
        st.title("Discrepancies", anchor=False, width="content")
        st.space("stretch")
        panel.starter(stood)
    table.flash()
    panel.panel(listed, stood)
    desk.inbox.due_again(visit.now())
    kept = desk.inbox.count(Filter(states=()))
    if stood.never and not kept:
        if not panel.busy(stood):
            never()
        return
    newest = listed[0] if listed else None
    outages(visit.recent_outages((newest.id, newest.finished_at or 0) if newest else ()))
    above = st.container()
    chosen, order = choice() if kept else (Filter(), ORDERS["Worst first"])
    shares = desk.inbox.summary(chosen)
    if shares:
        with above:
            summary(shares, desk.inbox.tally(chosen).severities.get(Severity.CRITICAL, 0))
            figures(shares)
        table.table(chosen, order, sum(share.cases for share in shares))
    elif not panel.busy(stood):
        nothing(chosen, stood)
    panel.past(listed)


page()
