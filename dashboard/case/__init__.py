"""The page of one case: `page` puts the others in order.

page             finds out which case `?case=` means, and reads it
opened           what one visitor has open, and what was done with it since
top              what it is about, what is wrong, what to do next
actions, proof   the buttons: read afresh, send again; the plan before it, the proof after it
side_by_side     the comparison
both_sides       the timeline (timeline_figure) and the raw objects (raw)
handover         what can be taken away: the letter, the ticket, the bundle; what was done so far

What is said is a `core.report.Report`, with the button that stands out; here it is only drawn.
"""
