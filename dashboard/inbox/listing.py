"""Cases as a list of real rows: state, what it is, and a button that opens it. Keyboard reachable, also when narrow."""

from collections.abc import Iterable
from datetime import tzinfo

import streamlit as st

from core.desk import Found, Hit, Kept
from core.report import Tone
from core.times import moment
from dashboard import visit, words
from dashboard.inbox import rows


def cases(listed: Iterable[Kept], *, key: str, zone: tzinfo) -> None:
    """Cases of the inbox, each with its severity and headline."""
    with st.container(gap="xsmall"):
        for case in listed:
            risk = f"{rows.at_risk(case)} at risk" if case.money and case.money.amount_minor else ""
            named = f"Order {rows.called(case)}" if case.order_id else f"Payment {rows.called(case)}"
            about = (named, case.email, risk, moment(case.happened_at or case.first_seen, zone))
            _row(case.key, words.badge(rows.look(case)), rows.title(case), about, key=key)


def hits(found: Iterable[Hit], *, key: str, zone: tzinfo) -> None:
    """What a search found, each with why it is here, and with what the inbox knows of it."""
    with st.container(gap="xsmall"):
        for hit in found:
            _hit(hit, key, zone)


def unread(found: Found) -> None:
    """What a search could not look through, and why."""
    for one in found.unread:
        st.markdown(f"{words.badge(words.LOOKS[Tone.COULD_NOT_LOOK])} {words.md_escape(f'{one.what}: {one.because}')}")


def known(case: Kept | None, zone: tzinfo) -> str:
    """What the inbox knows of a case, in a few words; empty where it has none."""
    if case is None:
        return ""
    if case.state == "resolved":
        return f"in the inbox: resolved {moment(case.resolved_at, zone)}"
    return f"in the inbox since {moment(case.first_seen, zone)}: {rows.title(case)}, {case.state}"


def _hit(hit: Hit, key: str, zone: tzinfo) -> None:
    order, inbox = hit.order, known(visit.get_desk().inbox.get(hit.key), zone)
    if order is None:
        _row(hit.key, words.badge(words.LOOKS[Tone.NO_ORDER]), hit.label, (hit.why, inbox), key=key)
        return
    status = words.md_escape(order.raw_status or order.status.value)
    about = (
        words.money(order.amount),
        order.customer_email or "",
        moment(order.created_at, zone),
        hit.why,
        inbox,
    )
    shown = words.Look(status, ":material/receipt_long:", "gray")
    _row(hit.key, words.badge(shown), f"Order {order.name}", about, key=key)


def _row(case_key: str, mark: str, title: str, about: Iterable[str], *, key: str) -> None:
    with st.container(border=True, horizontal=True, vertical_alignment="center", gap="small", key=f"{key}.{case_key}"):
        with st.container(width="stretch", gap=None):
            with st.container(horizontal=True, vertical_alignment="center", gap="small"):
                st.markdown(f"**{words.md_escape(title)}**", width="content")
                st.markdown(mark, width="content")
            st.caption("  ·  ".join(words.md_escape(part) for part in about if part))
        st.button(
            "Open",
            key=f"{key}.open.{case_key}",
            icon=":material/arrow_forward:",
            icon_position="right",
            on_click=visit.open_case,
            args=(case_key,),
        )
