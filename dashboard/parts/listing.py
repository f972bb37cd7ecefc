"""Cases as a list of real rows: state, what it is, and a button that opens it. Keyboard reachable, also when narrow."""

from collections.abc import Iterable
from datetime import tzinfo

import streamlit as st

from core.desk import Hit
from dashboard import state, words
from dashboard.parts.rows import Row, name


def cases(listed: Iterable[Row], *, key: str, zone: tzinfo) -> None:
    """Orders of a survey, each with its state and headline."""
    with st.container(gap="xsmall"):
        for row in listed:
            risk = f"{words.money(row.risk)} at risk" if row.risk and row.risk.amount_minor else ""
            about = (f"Order {row.order}", row.email, risk, words.moment(row.created_at, zone))
            _row(row.key, words.badge(row.look), row.title, about, key=key)


def hits(found: Iterable[Hit], *, key: str, zone: tzinfo) -> None:
    """What a search found, each with why it is here."""
    with st.container(gap="xsmall"):
        for hit in found:
            _hit(hit, key, zone)


def _hit(hit: Hit, key: str, zone: tzinfo) -> None:
    order = hit.order
    if order is None:
        shown = words.Look("No order", ":material/link_off:", "violet")
        _row(hit.key, words.badge(shown), hit.label, (hit.why,), key=key)
        return
    status = words.md_escape(order.raw_status or order.status.value)
    about = (words.money(order.amount), order.customer_email or "", words.moment(order.created_at, zone), hit.why)
    shown = words.Look(status, ":material/receipt_long:", "gray")
    _row(hit.key, words.badge(shown), f"Order {name(order)}", about, key=key)


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
            on_click=state.open_case,
            args=(case_key,),
        )
