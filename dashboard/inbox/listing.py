"""Cases as a list of real rows: state, what it is. A press anywhere on a row opens it; by keyboard its name does."""

from collections.abc import Iterable
from datetime import tzinfo

import streamlit as st

from core.desk import Found, Hit, Kept
from core.report import Tone
from core.times import ago, moment
from dashboard import visit, words
from dashboard.inbox import rows

_NAMED = 4  # customers of one address that are named


def cases(listed: Iterable[Kept], *, key: str, zone: tzinfo) -> None:
    """Cases of the inbox, each with its severity and headline."""
    with st.container(gap="xsmall"):
        for case in listed:
            risk = f"{rows.at_risk(case)} at risk" if case.money and case.money.amount_minor else ""
            named = f"Order {rows.called(case)}" if case.order_id else f"Payment {rows.called(case)}"
            about = (named, case.email, risk, moment(case.happened_at or case.first_seen, zone))
            _row(case.key, words.badge(rows.look(case)), visit.told(rows.title(case)), "", about, key=key)


def hits(found: Iterable[Hit], *, key: str, zone: tzinfo) -> None:
    """What a search found: verdict or status, number, customer, money, when, and why it is here."""
    with st.container(gap="xsmall"):
        for hit in found:
            _hit(hit, key, zone)


def several(found: Found) -> None:
    """Said where one e-mail address is used by several customers: who it is, somebody has to see."""
    if len(found.customers) > 1:
        who = ", ".join(found.customers[:_NAMED]) + (", …" if len(found.customers) > _NAMED else "")
        st.markdown(
            f"{words.badge(words.LOOKS[Tone.CANNOT_TELL], 'Whose?')} "
            f"{words.md_escape(f'{len(found.customers)} customers use this address: {who}. See whose order it is.')}"
        )


def unread(found: Found) -> None:
    """What a search could not look through, and why."""
    for one in found.unread:
        said = words.md_escape(visit.told(f"{one.what}: {one.because}"))
        st.markdown(f"{words.badge(words.LOOKS[Tone.COULD_NOT_LOOK])} {said}")


def known(case: Kept | None, zone: tzinfo) -> str:
    """What the inbox knows of a case, and as of when; empty where it has none."""
    if case is None:
        return ""
    if case.state == "resolved":
        return f"in the inbox: resolved {moment(case.resolved_at, zone)}"
    return f"in the inbox since {moment(case.first_seen, zone)}, {case.state}, seen {ago(case.last_seen, visit.now())}"


def _hit(hit: Hit, key: str, zone: tzinfo) -> None:
    """The inbox's verdict where it keeps the case, else the order's status or Stripe's word for the payment."""
    kept, order = visit.get_desk().inbox.get(hit.key), hit.order
    standing = kept if kept is not None and kept.state != "resolved" else None
    if standing is not None:
        mark, verdict = words.badge(rows.look(standing)), visit.told(rows.title(standing))
    elif order is None:
        mark, verdict = words.badge(words.LOOKS[Tone.NO_ORDER]), hit.state
    else:
        mark, verdict = words.badge(words.Look(words.md_escape(order.state), ":material/receipt_long:", "gray")), ""
    name = f"Order {order.name}" if order else f"Payment {hit.key.partition(':')[2]}"
    about = (words.money(hit.money), hit.customer, moment(hit.at, zone) if hit.at else "", hit.why, known(kept, zone))
    _row(hit.key, mark, name, verdict, about, key=key)


def _row(case_key: str, mark: str, title: str, verdict: str, about: Iterable[str], *, key: str) -> None:
    with st.container(border=True, gap=None, key=f"row.{key}.{case_key}"):
        with st.container(horizontal=True, vertical_alignment="center", gap="small"):
            st.markdown(mark, width="content")
            st.button(
                f"**{words.md_escape(title)}**",
                key=f"{key}.open.{case_key}",
                type="tertiary",
                icon=":material/arrow_forward:",
                icon_position="right",
                on_click=visit.open_case,
                args=(case_key,),
            )
            if verdict:
                st.markdown(words.md_escape(verdict), width="content")
        st.caption("  ·  ".join(words.md_escape(part) for part in about if part))
