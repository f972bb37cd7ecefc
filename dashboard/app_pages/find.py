"""Find: one box for anything a customer gave; below it what the newest reading found."""

import streamlit as st

from core.desk import Found
from dashboard import state, words
from dashboard.parts import frame, listing, reading
from dashboard.parts.rows import DISAGREE, Filter, Row, counted, rows
from dashboard.surveys import Ask

FOUND, ASKED, QUERY = "find.found", "find.asked", "find.query"
RECENT = Ask(None, None, 25)
SHOWN = 6


def asked() -> None:
    """The box was sent off: look, in the run that follows."""
    st.session_state[ASKED] = True
    st.session_state.pop(FOUND, None)


def results(found: Found) -> None:
    """The hits, or where was looked; and what could not be."""
    zone = state.timezone()
    hits = found.hits
    if hits:
        st.markdown(
            f"#### {words.count(len(hits), 'match', 'matches')} for {words.md_escape(found.query)}", anchors=False
        )
        listing.hits(hits, key="hit", zone=zone)
        if found.more:
            st.caption("There are more than these. A number or an id narrows it down.")
    else:
        with st.container(border=True):
            st.markdown(
                f"#### :gray[:material/search_off:] Nothing found for {words.md_escape(found.query)}", anchors=False
            )
            st.text("Looked here:")
            st.markdown("\n".join(f"- {words.md_escape(place)}" for place in found.looked))
            st.text(
                "Ask the customer for the order number in the confirmation, or the e-mail address the receipt went to."
            )
    for unread in found.unread:
        st.markdown(f"{words.badge(words.UNDETERMINED)} {words.md_escape(f'{unread.what}: {unread.because}')}")


def outcome(everything: tuple[Row, ...]) -> str:
    """How many disagree, in a sentence, and how badly."""
    numbers = counted(everything)
    bad = ", ".join(f"{numbers[word]} {word.lower()}" for word in DISAGREE if numbers[word])
    disagree = sum(numbers[word] for word in DISAGREE)
    said = f"{disagree} of {words.count(len(everything), 'order')} disagree with Stripe" + (f": {bad}" if bad else "")
    unsure = numbers[words.UNDETERMINED.word]
    return said + (f". For {words.count(unsure, 'more', 'more')} Orderlens cannot tell." if unsure else ".")


def recent() -> None:
    """What the newest reading of orders found, worst first; or the offer to read."""
    zone, newest = state.timezone(), state.surveys().newest()
    with st.container(horizontal=True, vertical_alignment="center"):
        st.subheader("Recent discrepancies", anchor=False, width="content")
        st.space("stretch")
        if newest:
            reading.offer(newest.ask, which="the same span", key="find.again", again=True)
    if state.surveys().running():
        reading.progress()
    if newest is None or newest.survey is None:
        last = state.surveys().of(RECENT)
        if last and last.error:
            reading.failed(last)
        if not state.surveys().running():
            with st.container(border=True):
                st.text(
                    "No orders have been read yet. Reading the newest ones shows which of them disagree with Stripe."
                )
                reading.offer(RECENT, which="the shop", key="find.read")
        return
    everything = rows(newest.survey, state.get_desk().key_mode)
    listed = [row for row in everything if Filter().matches(row)]
    if listed:
        st.caption(words.md_escape(outcome(everything)))
    listing.cases(listed[:SHOWN], key="recent", zone=zone)
    if not listed:
        st.markdown(f"{words.badge(words.CLEAN)} All orders that were read agree with Stripe.")
    if len(listed) > SHOWN:
        frame.page_link("app_pages/discrepancies.py", f"All {len(listed)} of them", ":material/rule:")
    reading.limits(newest, zone)


st.title("What did the customer give you?", anchor=False)
query = st.text_input(
    "Order number, e-mail, or anything from Stripe",
    key=QUERY,
    type="search",
    icon=":material/search:",
    placeholder="1042, jane@example.com, pi_3P…, cs_live_…, a link to the Stripe dashboard",
    on_change=asked,
    persist_state="session",
)
if query and st.session_state.pop(ASKED, False):
    with st.spinner("Looking at the orders and at Stripe…"):
        found = state.get_desk().find(query)
    st.session_state[FOUND] = found, state.now()
    if len(found.hits) == 1:
        state.open_case(found.hits[0].key)
        st.rerun()
if FOUND in st.session_state:
    shown, read_at = st.session_state[FOUND]
    results(shown)
    frame.reading("This search", read_at=read_at, cost=shown.cost)
else:
    st.space("small")
    recent()
