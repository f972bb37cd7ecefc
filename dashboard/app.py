"""The script of every page: navigation, the case that `?case=` names, troubles in words, the footer."""

import streamlit as st

from dashboard import case, frame, placing, visit, whose
from dashboard.frame import search

PAGES = [
    st.Page("app_pages/find.py", title="Find", icon=":material/search:", default=True),
    st.Page("app_pages/discrepancies.py", title="Inbox", icon=":material/inbox:", url_path="discrepancies"),
    st.Page("app_pages/overview.py", title="Overview", icon=":material/monitoring:", url_path="overview"),
    st.Page("app_pages/activity.py", title="Activity", icon=":material/history:", url_path="activity"),
    st.Page("app_pages/catalogue.py", title="Catalogue", icon=":material/menu_book:", url_path="catalogue"),
    st.Page("app_pages/setup.py", title="Setup", icon=":material/tune:", url_path="setup"),
    st.Page(
        "app_pages/replays.py", title="Replays", icon=":material/fast_forward:", url_path="replays", visibility="hidden"
    ),
    st.Page("app_pages/case.py", title="Case", icon=":material/receipt_long:", url_path="case", visibility="hidden"),
    st.Page(
        "app_pages/cause.py", title="Cause", icon=":material/emergency_home:", url_path="cause", visibility="hidden"
    ),
]


@st.fragment
def content() -> None:
    """Everything below the head: a press in it draws this part anew, and not the names of the pages and the search."""
    where = frame.place()
    with where:
        missed = search.look(on_find=page.title == "Find")
    key = visit.opened_case()
    width = frame.WIDE if key else frame.WIDTHS.get(page.title, frame.WIDTH)
    with frame.body(where, width):
        if page.title != "Catalogue":
            visit.get_desk()  # what is not set up is said at once, not under the first click
        if missed:
            raise missed
        frame.titled(page.title)
        if key:
            case.render(key, page.title)
        else:
            case.leave()
            placing.unlist()
            page._can_be_called = True  # noqa: SLF001 - Streamlit lets a page run once a run, and counts no fragment's
            page.run()
    frame.foot(width)


frame.configure()
whose.enter()
page = st.navigation(PAGES, position="top")
frame.head(cursor="" if visit.opened_case() else search.cursor(page.title))
content()
