"""One short script a page; Streamlit runs them by path.

find           what the customer gave -> hits; the worst cases below
discrepancies  the inbox: starts scans, lists cases, settles them, exports
overview       is anything wrong, is it getting worse; draws itself anew
activity       what operators did
catalogue      what can be found, error texts, repairs for good
setup          what doctor says; the mapping as understood
case           `/case` when no case is open
replays        a run of replays: its plan, how far it is, what came of it; all runs there were
cause          one cause: since when, how many, over time, what to do
"""
