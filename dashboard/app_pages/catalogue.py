"""Catalogue: everything Orderlens can find, generated from the rules."""

import streamlit as st

st.title("Catalogue")
