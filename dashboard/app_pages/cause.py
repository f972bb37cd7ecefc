"""Cause: one cause, named by `?code=`, and by `?since=` (seconds since 1970) which of its outages."""

import streamlit as st

from dashboard import frame
from dashboard.causes import link, page

code = st.query_params.get(link.CODE, "")
since = st.query_params.get(link.SINCE, "")
if code:
    page.render(code, int(since) if since.isascii() and since.isdecimal() and len(since) < 16 else None)  # noqa: PLR2004 - digits
else:
    st.title("No cause is named", anchor=False)
    st.text("A link to a cause ends in ?code= and the code of a finding.")
    frame.page_link("app_pages/discrepancies.py", "The inbox", ":material/inbox:")
