"""Setup: whether all that is set holds, the mapping as it is understood, and a few orders as they are read."""

import pandas as pd
import streamlit as st

from core.addresses import shown as shown_address
from core.checks import Check, Level
from core.endpoints.probing import meaning
from core.errors import OrderlensError
from core.people import Right
from core.report import count
from core.settings import OrdersMapping
from core.setup import Examination
from core.times import ago, moment
from dashboard import frame, visit, words
from dashboard.setup import views

SAMPLES = 20
SCREEN = 12  # rows of status words; more get a table that scrolls


def line(check: Check) -> None:
    """One line that asks for something."""
    shown = views.LOOKS[check.level]
    with st.container(border=True, gap="xsmall"):
        with st.container(horizontal=True, vertical_alignment="center"):
            st.markdown(words.badge(shown), width="content")
            area = views.AREAS.get(check.area, check.area)
            st.markdown(f"**{words.md_escape(area)}** · {words.md_escape(check.checked)}", width="content")
        st.text(visit.told(check.found))
        if check.do:
            st.markdown(f"{words.badge(words.NEXT)} {words.md_escape(visit.told(check.do))}")
        if check.paste.startswith("https://"):
            st.link_button("Open in Stripe", check.paste, icon=":material/open_in_new:", type="tertiary")
        elif check.paste:
            language = "sql" if check.paste.startswith(("CREATE", "GRANT")) else None
            st.code(check.paste, language=language, wrap_lines=True)


def look(examination: Examination | None) -> None:
    """How old what stands below is, and the button that looks: that asks both sides some hundred things."""
    with st.container(horizontal=True, vertical_alignment="center"):
        if examination is None:
            st.text("Nobody has looked since this server began.", width="content")
        else:
            for shown, number in views.counts(examination.checks):
                st.markdown(words.badge(shown, views.counted(shown, number)), width="content")
            at = moment(examination.at, visit.timezone(), seconds=True)
            st.caption(words.md_escape(f"Looked {ago(examination.at, visit.now())}, at {at}"), width="content")
        st.space("stretch")
        pressed = st.button(
            "Look now" if examination is None else "Look again",
            icon=":material/refresh:",
            key="again",
            type="primary" if examination is None else "secondary",
        )
    if pressed:
        with st.spinner("Looking at both sides…"):
            visit.examine()
        st.rerun()


def found(examination: Examination) -> None:
    """Doctor's lines: what asks for something open, the rest folded."""
    for check in views.urgent(examination.checks):
        line(check)
    quiet = views.fine(examination.checks)
    with st.expander(f"{count(sum(map(len, quiet.values())), 'check')} found nothing to mend", key="fine"):
        for area, checks in quiet.items():
            st.markdown(f"## {words.md_escape(area)}")
            st.markdown("\n".join(f"- {words.md_escape(visit.told(f'{one.checked}: {one.found}'))}" for one in checks))


def endpoints(examination: Examination | None) -> None:
    """Where Stripe sends events, as it was when somebody looked, and the probe of the app's own endpoint."""
    st.header("Endpoints", anchor=False)
    found = views.endpoints(examination.checks) if examination else []
    for one in found:
        with st.container(border=True, gap="xsmall"):
            with st.container(horizontal=True, vertical_alignment="center", gap="small"):
                st.markdown(words.badge(views.ENABLED if one.enabled else views.DISABLED), width="content")
                st.markdown(f"**{words.md_escape(one.where)}**", width="content")
                st.caption(words.md_escape(one.id), width="content")
            st.text(one.what)
    if examination is None:
        st.text("Which there are at Stripe is said once somebody has looked.")
    elif not found:
        frame.empty(":material/webhook:", "No endpoint was read", "What stands above says why.")
    with st.container(border=True, gap="small", key="probe"):
        probe()


def probe() -> None:
    """The button, and what the endpoint answered last."""
    desk = visit.get_desk()
    no = visit.barred(Right.PROBE) or views.unset(can_probe=desk.can_probe)
    with st.container(horizontal=True, vertical_alignment="center"):
        st.markdown("### Probe", width="content")
        st.space("stretch")
        pressed = st.button(
            "Probe the endpoint", icon=":material/network_ping:", key="probe.send", disabled=bool(no), help=no or None
        )
    st.text(views.PROBES.format(url=shown_address(desk.webhook_url) if desk.webhook_url else "your endpoint"))
    if pressed:
        try:
            with st.spinner("Waiting for two answers…"):
                desk.probe(who=visit.person())
        except OrderlensError as error:
            frame.trouble(error)
    if (last := desk.last_probe()) is not None:
        at = moment(last.at, visit.timezone(), seconds=True)
        st.caption(words.md_escape(f"Probed {ago(last.at, visit.now())}, at {at}, by {last.who}"))
        for check in meaning(last):
            answer(check)


def answer(check: Check) -> None:
    """One answer of the endpoint, what it means, and what to do."""
    with st.container(gap="xsmall"):
        with st.container(horizontal=True, vertical_alignment="center", gap="small"):
            st.markdown(words.badge(views.LOOKS[check.level]), width="content")
            st.markdown(f"**{words.md_escape(views.PROBED.get(check.checked, check.checked))}**", width="content")
            st.text(visit.told(check.found), width="content")
        if check.do:
            st.markdown(f"{words.badge(words.NEXT)} {words.md_escape(visit.told(check.do))}")


def understood(mapping: OrdersMapping) -> None:
    """The mapping, relation by relation."""
    st.header("The mapping as it is understood", anchor=False)
    for source in views.sources(mapping):
        with st.container(border=True, gap="small"):
            st.markdown(f"### {words.md_escape(source.title)} :gray[{words.md_escape(source.place)}]")
            if source.how:
                st.caption(words.md_escape(" · ".join(source.how)))
            if source.query:
                st.code(source.query, language="sql", wrap_lines=True)
            if source.fields:
                rows = [{"Field": name, "Read from": spec} for name, spec in source.fields]
                st.table(pd.DataFrame(rows).map(words.md_escape), hide_index=True, border="horizontal")
    if mapping.metadata:
        listed = ", ".join(f"{key} = {template}" for key, template in mapping.metadata.items())
        st.caption(words.md_escape(f"Expected in Stripe's metadata: {listed}"))


def status_words(examination: Examination) -> None:
    """Every status word there is, what it means, and how many rows have it."""
    st.header("Status words", anchor=False)
    if not examination.words:
        frame.empty(":material/label:", "No status word was read", "There are no orders, or no column of a status.")
        return
    rows = views.status_rows(examination.words)
    st.dataframe(
        pd.DataFrame(rows),
        key="statuses",
        hide_index=True,
        lazy=False,
        alt="Status words, the most frequent first",
        height="content" if len(rows) <= SCREEN else 38 * SCREEN,
        column_config={"Rows": st.column_config.NumberColumn("Rows", format="localized", width=90)},
    )


def samples(examination: Examination) -> None:
    """One of the newest orders: as it was read, and in Orderlens' words."""
    st.header("Orders as they are read", anchor=False)
    orders = examination.sample[:SAMPLES]
    if not orders:
        frame.empty(":material/receipt_long:", "No order was read", "What stands above says why.")
        return
    names = {order.id: order.name for order in orders}
    chosen = st.selectbox("Order", list(names), format_func=lambda one: names[one], key="sample", width=320)
    order = next((one for one in orders if one.id == chosen), orders[0])
    raw, canonical = st.columns(2, gap="large")
    with raw:
        st.markdown("### In the database")
        st.table(pd.DataFrame(views.raw_rows(order)).map(words.md_escape), hide_index=True, border="horizontal")
        for name, rows in views.further(order).items():
            st.caption(name.capitalize())
            st.json(rows, expanded=2)
    with canonical:
        st.markdown("### As Orderlens reads it")
        st.table(
            pd.DataFrame(views.canonical_rows(order, visit.timezone())).map(words.md_escape),
            hide_index=True,
            border="horizontal",
        )


def shown() -> None:
    """What doctor found, and the settings, with orders as they are read."""
    examination = visit.examination()
    look(examination)
    if examination is not None:
        frame.reading("Setup", read_at=examination.at)
        if any(check.level is Level.ERROR for check in examination.checks):
            st.error(
                "Something is set wrongly: until it is mended, other pages may be wrong too.", icon=":material/report:"
            )
        found(examination)
    with st.container(key="sections"):
        endpoints(examination)
        if examination is not None:
            status_words(examination)
            samples(examination)
        understood(visit.mapping())


st.title("Setup", anchor=False)
st.text(
    "Whether everything that is set holds, on both sides; as the command orderlens doctor says. Nothing is changed."
)
if no := visit.barred(Right.SETUP):
    frame.empty(":material/lock:", "Not for your role", no)
else:
    shown()
