"""One short script a page; Streamlit runs them by path.

find           one box for anything a customer gave
discrepancies  the inbox, its figures and outages, the scans
activity       what was done from here
catalogue      every finding, error texts, the fixes for good
setup          whether all that is set holds
case           `/case` without a case
"""
