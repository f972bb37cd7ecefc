"""One short script a page; Streamlit runs them by path.

find, discrepancies, activity, catalogue, setup; case, where `?case=` names none.
"""
