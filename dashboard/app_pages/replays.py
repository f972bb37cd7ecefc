"""Replays: `?plan=` plans a run for the cases that were chosen, `?run=` shows one; without either, all there were."""

import streamlit as st

from dashboard.frame import replay_link
from dashboard.replays import listing, planning, run

number = st.query_params.get(replay_link.RUN, "")
if replay_link.PLAN in st.query_params:
    planning.render()
elif number.isascii() and number.isdecimal() and len(number) < 10:  # noqa: PLR2004 - digits of a run's number
    run.render(int(number))
else:
    listing.render()
