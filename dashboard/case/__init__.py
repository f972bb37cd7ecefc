"""The page of one case: `render(key)`.

page             finds out which case `?case=` means, reads it, and puts the others in order
waiting          a case while it is read: the order's own values, pale bars for what comes
opening          what one visitor has open, and what was done with it since
triage           the line above it: the way back, its place in the list, state, owner, notes
top              what it is about, what is wrong, what to do next
actions          read afresh, send again; what is shown before it
came, proof      what came of that (proof is pure)
belonging        what belongs to a paid order beside its status
side_by_side     the comparison
timeline         what happened when
handover         what can be taken away: the letter, the ticket, the bundle
raw              the objects as they were read, and any two of them side by side
two              pure: two documents, value by value

What is said is a `core.report.Report`, with the button that stands out; here it is only drawn.
"""

from dashboard.case.opening import leave
from dashboard.case.page import render

__all__ = ["leave", "render"]
