"""What stands around every page: head, troubles in words, the way back from a case, the footer.

The head is one row: the pages' names, the search and the clock. Where the last two have no room there, they are
the page's first row (`brand/legible.css`, which the server names in the document: `dashboard/server/styled.py`).

Owns the footer's contents: a page says with `reading` what it showed and when that was read; the frame prints it, with
the mode, the account, the requests and the rounds.
"""

import contextlib
from collections.abc import Iterator
from pathlib import Path

import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from core.errors import OrderlensError, OrdersUnreachable, SettingsError, StripeUnreachable, UsageError
from core.facts import Cost
from core.report import count
from core.times import ago
from dashboard import visit, whose, words
from dashboard.component import keep_clock, keys
from dashboard.frame import search

BRAND = Path(__file__).resolve().parents[1] / "brand"
WIDTH = 1240  # text beside figures
WIDE = 1720  # lists and columns, which may use a wide screen
TEXT = 880  # lines of text: longer ones are hard to follow
WIDTHS = {
    "Find": TEXT, "Catalogue": TEXT, "Inbox": WIDE, "Overview": WIDE, "Activity": WIDE,
    "Replays": WIDE,
}  # of pages that are not as wide as the others, by their name; a case is WIDE  # fmt: skip
_READINGS = "frame.readings"
_SIGN_OUT = '<a href="/logout" target="_self" style="color: inherit; font-size: .875rem">Sign out</a>'


def configure() -> None:
    """The tab's mark. First in every run: the navigation would fetch one of its own from elsewhere."""
    st.set_page_config(page_title="Orderlens", page_icon=str(BRAND / "favicon.svg"), layout="wide")


def head(*, cursor: str = "") -> None:
    """The page's name and mark, the search and the clock. `cursor`: the search has it when the page is opened; another
    text for each opening."""
    shade = "dark" if st.context.theme.type == "dark" else "light"
    st.logo(str(BRAND / f"wordmark_{shade}.svg"), size="large")
    with st.container(horizontal=True, vertical_alignment="center", gap="small", wrap=False, key="head"):
        keys(at_once=cursor, address=whose.address())  # here, where they stand while a page is drawn anew
        if (clock := visit.clock_chosen()) is not None:
            keep_clock(visit.CLOCK, clock)
        search.box()
        _shops()
        st.button(
            f"Times: {visit.clock_name()}",
            key="head.clock",
            icon=":material/schedule:",
            type="tertiary",
            on_click=visit.switch_clock,
            help="All times are shown in this zone. " + ("Press for your own." if visit.in_utc() else "Press for UTC."),
        )


def _shops() -> None:
    """Which shop is open, and the way to another; nothing where the visitor has one."""
    try:
        theirs = whose.theirs()
    except OrderlensError:
        return
    if len(theirs) > 1:
        open_one, key = whose.address().get(whose.SHOP), f"head.shop.{whose.opening()}"
        st.session_state[key] = open_one if open_one in theirs else None
        st.selectbox(
            "Shop",
            theirs,
            key=key,
            width=160,
            label_visibility="collapsed",
            placeholder="Choose a shop",
            on_change=lambda: whose.choose(str(st.session_state[key])),
        )


def titled(name: str) -> None:
    """What the browser's tab says: `name`, the shop where it has a name, then Orderlens."""
    shop = whose.address().get(whose.SHOP)
    st.set_page_config(page_title=" · ".join(filter(None, (name, shop, "Orderlens"))))


def place() -> DeltaGenerator:
    """Where the page will be drawn, as wide as the window; what is waited for before is said there."""
    return st.container(horizontal_alignment="center")


@contextlib.contextmanager
def body(where: DeltaGenerator, width: int) -> Iterator[None]:
    """The page in its place: of readable width, centred; an OrderlensError becomes words and a next step."""
    st.session_state[_READINGS] = []
    with where.container(width=width, key="page"):
        try:
            yield
        except OrderlensError as error:
            trouble(error)


def trouble(error: OrderlensError) -> None:
    """An error a person can mend: what it is, and the next step."""
    first, _, rest = visit.told(error.message).partition("\n")
    title, icon = _TROUBLES.get(type(error), ("This did not work", ":material/error:"))
    with st.container(border=True, key="trouble"):
        st.markdown(f"## :violet[{icon}] {title}", anchors=False)
        if not (rest and isinstance(error, SettingsError)):
            st.text(first)
        if rest:
            st.code(rest, language=None, wrap_lines=True)
        with st.container(horizontal=True, vertical_alignment="top"):
            st.markdown(words.badge(words.NEXT))
            st.text(visit.told(error.next_step))


_TROUBLES = {
    SettingsError: ("Orderlens is not set up yet", ":material/settings:"),
    StripeUnreachable: ("Could not look into Stripe", ":material/cloud_off:"),
    OrdersUnreachable: ("Could not look into the orders database", ":material/database_off:"),
    UsageError: ("Nothing to show for this", ":material/search_off:"),
}


def back(title: str) -> None:
    """The way from a case back to the page it was opened from."""
    st.button(
        "Back to results" if title == "Find" else f"Back to {title}",
        icon=":material/arrow_back:",
        key="frame.back",
        type="tertiary",
        on_click=visit.close_case,
    )


def page_link(page: str, label: str, icon: str) -> None:
    """A link to another page."""
    st.page_link(page, label=label, icon=icon, query_params=whose.address())


def empty(icon: str, title: str, body_text: str) -> None:
    """Said in the middle, quietly: why there is nothing here, and what would change that."""
    with st.container(border=True, horizontal_alignment="center", gap="xsmall", key="empty"):
        st.space("small")
        st.markdown(f":gray[{icon}]", text_alignment="center")
        st.markdown(f"## {title}", text_alignment="center", anchors=False)
        st.text(body_text, width="content")
        st.space("small")


def reading(what: str, *, read_at: float, cost: Cost | None = None) -> None:
    """Say in the footer what this page shows, when it was read, and what that cost."""
    st.session_state.setdefault(_READINGS, []).append((what, read_at, cost))


def foot(width: int = WIDTH) -> None:
    """The footer: mode, account, what was read when, requests and rounds."""
    st.space("small")
    outer = st.container(horizontal_alignment="center")
    with outer.container(width=width, key="foot", gap=None):
        st.divider(width="stretch")
        with st.container(horizontal=True, vertical_alignment="center", gap="small"):
            _mode()
            for what, read_at, cost in st.session_state.get(_READINGS, []):
                st.caption(words.md_escape(_said(what, read_at, cost)), width="content")
            st.space("stretch")
            _who()
            st.caption("Never writes to your orders.", width="content")
        for warning in visit.warnings():
            st.caption(f":material/shield: {words.md_escape(warning)}")


def _who() -> None:
    """Who is in, as what, and the way out; nothing where nobody has to log in."""
    if visit.signs_out():
        try:
            person = visit.person()
        except OrderlensError:  # of the open shop they are nothing
            person = whose.identity()
        st.caption(words.md_escape(f"{person.name or person.called}, {person.role}"), width="content")
        st.html(_SIGN_OUT, width="content")


def _mode() -> None:
    try:
        desk = visit.get_desk()
    except OrderlensError:
        st.badge("Not connected", icon=":material/link_off:", color="violet")
        return
    st.markdown(
        words.badge(words.MODES[desk.key_mode]), width="content", help="Which of Stripe's two worlds the key opens."
    )
    if desk.rehearsing:
        st.markdown(
            words.badge(words.SANDBOX),
            width="content",
            help="Stripe is a stand-in on this machine; nothing here is real.",
        )
    if desk.account:
        st.caption(words.md_escape(f"Account {desk.account}"), width="content")


def _said(what: str, read_at: float, cost: Cost | None) -> str:
    parts = [f"{what}: read {ago(read_at, visit.now())}"]
    if cost is not None:
        parts.append(count(cost.requests, "request"))
        parts.append(f"{count(cost.rounds, 'round')} in {cost.seconds:.1f} s")
    return ", ".join(parts)
