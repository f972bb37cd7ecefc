"""Find: what the search in the head found; before the first one, what can be searched for, and the worst cases."""

import streamlit as st

from core.desk import Filter, Found, Share
from core.report import Tone, count
from dashboard import frame, visit, words
from dashboard.frame import search
from dashboard.inbox import listing, rows
from dashboard.scans import panel, spans, standing

SHOWN = 6
ASK = (
    "Ask the customer for the order number in the confirmation, the e-mail address the receipt went to, or the amount, "
    "the day and the last four digits of the card."
)
EXAMPLES = """\
:gray[an order]   `1042`, or a sentence with it · :gray[a customer]   `jane@example.com`, `Bergmann, Hannah` ·
:gray[a payment]   `49.90 on 12 March`, `card ending in 4242`, `receipt 2421-7842` ·
:gray[Stripe's]   `pi_3P…`, `cs_live_…`, a link to the dashboard"""


def results(found: Found) -> None:
    """The hits, or where was looked; and what could not be."""
    zone = visit.timezone()
    hits = found.hits
    if hits:
        st.markdown(f"## {count(len(hits), 'match', 'matches')} for {words.md_escape(found.query)}", anchors=False)
        listing.several(found)
        listing.hits(hits, key="hit", zone=zone)
        if found.more:
            st.caption("There are more than these. A number or an id narrows it down.")
        if found.near:
            st.markdown("### Or is it the beginning of a number?", anchors=False)
            listing.hits(found.near, key="near", zone=zone)
    else:
        with st.container(border=True):
            st.markdown(
                f"## :gray[:material/search_off:] Nothing found for {words.md_escape(found.query)}", anchors=False
            )
            if found.sought:
                st.markdown(words.md_escape(f"Looked for {found.sought}."))
            st.text("Looked here:")
            st.markdown("\n".join(f"- {words.md_escape(place)}" for place in found.looked))
            if found.near:
                st.markdown("### Did they mean one of these?", anchors=False)
                listing.hits(found.near, key="near", zone=zone)
            st.text(ASK)
    listing.unread(found)


def outcome(shares: tuple[Share, ...]) -> str:
    """How many cases are open, and for how much money, in a sentence."""
    money = rows.most_money(shares)
    said = count(sum(share.cases for share in shares if share.code), "case")
    unsure = sum(share.cases for share in shares if share.code is None)
    said += f" not settled, {money} at risk" if money else " not settled"
    return said + (f". For {count(unsure, 'more', 'more')} Orderlens cannot tell." if unsure else ".")


def recent() -> None:
    """What scans found and nobody has settled, worst first; or the offer to scan."""
    desk, zone, listed = visit.get_desk(), visit.timezone(), panel.records()
    stood = standing.standing(listed, visit.now())
    with st.container(horizontal=True, vertical_alignment="center", key="sections"):
        st.header("The worst at the moment", anchor=False, width="content")
        st.space("stretch")
        if not stood.never:
            st.markdown(words.badge(stood.look), width="content")
            frame.page_link("app_pages/discrepancies.py", "All discrepancies", ":material/rule:")
    shares = desk.inbox.summary(Filter())
    cases, _ = desk.inbox.page(Filter(), limit=SHOWN)
    if panel.busy(stood):
        panel.panel(listed, stood)
    elif stood.never and not cases:
        with st.container(border=True):
            st.text("Nothing has been scanned yet. A scan shows which orders disagree with Stripe.")
            panel.start("Scan the last 7 days", spans.WEEK, key="find.scan")
    elif not cases and stood.sound:
        st.markdown(f"{words.badge(words.LOOKS[Tone.AGREES])} Everything that was scanned agrees with Stripe.")
    elif not cases:
        st.text("Nothing was found in what was read; not everything was, or not lately.")
    if cases:
        st.caption(words.md_escape(outcome(shares)))
        listing.cases(cases, key="recent", zone=zone)


st.title("What did the customer give you?", anchor=False)
if answer := search.shown():
    with st.container(key="found"):
        results(answer.found)
    frame.reading("This search", read_at=answer.read_at, cost=answer.found.cost)
else:
    st.markdown(EXAMPLES)
    st.space("small")
    recent()
