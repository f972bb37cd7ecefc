"""The cases of the inbox, page by page, sorted and filtered in SQL; what can be done to those that are selected; the
way into each, and out as CSV."""

from collections.abc import Callable, Sequence

import streamlit as st

from core.desk import Filter, Kept, Order
from core.export import csv_of_cells
from core.report import count
from dashboard import component, visit, words
from dashboard.frame import replay_link
from dashboard.inbox import rows, settling, walking
from dashboard.inbox.walking import AFTER, BEFORE, PAGE

_FLASH, _TURN = "inbox.flash", "inbox.turn"


def first_page() -> None:
    """Forget which page was shown, and all that was selected: the choice has changed."""
    _nothing_selected()
    st.session_state.pop(BEFORE, None)
    if AFTER in st.query_params:
        del st.query_params[AFTER]


def flash() -> None:
    """Say once what was done."""
    if said := st.session_state.pop(_FLASH, None):
        st.toast(words.md_escape(said), icon=":material/inbox:")


def done(said: str) -> None:
    """What was done is said when the page is drawn next; nothing stays selected."""
    st.session_state[_FLASH] = said
    _nothing_selected()


@st.fragment
def table(chosen: Filter, order: Order, total: int, looked: int | None) -> None:
    """The cases of a filter. `total`: how many there are; `looked`: when whoever looks looked last."""
    if visit.opened_case() or _FLASH in st.session_state:  # so that all of the page shows what was done
        st.rerun()
    after = rows.cursor(st.query_params.get(AFTER))
    cases, shown = walking.page(chosen, order, after, total)
    if not cases and after:
        first_page()
        st.rerun()
    walking.keep(cases, shown)
    now, zone = visit.now(), visit.timezone()
    with st.container(key="cases_list"):
        picked = component.cases(
            [rows.row(case, now, zone, looked) for case in cases],
            turn=f"{st.session_state.get(_TURN, 0)}",
            first=walking.first_of(shown),
            total=total,
            opened=visit.open_case,
        )
    with st.container(horizontal=True, vertical_alignment="center", gap="small", key="acts"):
        _acts([case for case in cases if case.key in picked], chosen, total)
        st.space("stretch")
        _pager(len(cases), after, shown.following, total)


def csv_button(chosen: Filter, total: int) -> None:
    """The way out of all cases of a choice, on this page and the others."""
    st.download_button(
        "CSV",
        data=_csv(chosen, total),
        file_name="orderlens-discrepancies.csv",
        mime="text/csv",
        key="csv",
        on_click="ignore",
        icon=":material/download:",
        help="One row a finding, of all cases of this choice, on this page and the others.",
    )


def _csv(chosen: Filter, total: int) -> Callable[[], bytes]:
    desk, who = visit.get_desk(), visit.person()

    def download() -> bytes:
        desk.exported(total, who=who, says="the cases of the inbox that were chosen")
        return b"".join(line.encode("utf-8") for line in csv_of_cells(desk.inbox.rows_for_csv(chosen)))

    return download


def _acts(picked: Sequence[Kept], chosen: Filter, total: int) -> None:
    """What can be done to the selected cases, or to all of the choice. Each is an entry of the journal, with who and
    why."""
    every = st.checkbox(
        f"All {count(total, 'case')} of this choice", key=f"every.{st.session_state.get(_TURN, 0)}",
        help="Those on the other pages too.",
    )  # fmt: skip
    if not every and not picked:
        with st.container(width="content", key="acts_hint"):
            st.caption("Or select cases by their boxes, or by the key x.", width="content")
        return
    if not every:
        st.markdown(f"**{count(len(picked), 'case')} selected**", width="content")
    settling.buttons(chosen if every else picked, done=done)
    keys = tuple(case.key for case in picked)
    replay_link.button(chosen if every else keys, "a choice of the inbox", key="replay.plan")


def _nothing_selected() -> None:
    st.session_state[_TURN] = st.session_state.get(_TURN, 0) + 1


def _pager(shown: int, after: str | None, following: str | None, total: int) -> None:
    """Next and previous. A page is found by its last row, so each costs the same, however far in."""
    before = walking.before()
    if after is None and following is None:
        return

    def forward() -> None:
        _nothing_selected()
        st.session_state[BEFORE] = [*before, after]
        st.query_params[AFTER] = following or ""

    def back() -> None:
        to = before[-1] if before else None
        first_page()
        st.session_state[BEFORE] = before[:-1]
        if to:
            st.query_params[AFTER] = to

    if after is None or before:
        at = len(before) * PAGE if after else 0
        st.caption(f"{at + 1:,} to {at + shown:,} of {total:,}", width="content")
    label = "Previous" if before or after is None else "First page"
    st.button(label, key="previous", icon=":material/chevron_left:", on_click=back, disabled=after is None)
    st.button(
        "Next",
        key="next",
        icon=":material/chevron_right:",
        icon_position="right",
        on_click=forward,
        disabled=following is None,
    )
