"""`/case` without `?case=`: nothing is open here."""

import streamlit as st

from dashboard import frame

st.title("No case is open")
st.text("A link to a case ends in ?case= and the order's number, an e-mail address, or an id of Stripe's.")
frame.page_link("app_pages/find.py", "Find the order", ":material/search:")
