"""The page of one case: `page` puts the others in order.

page             finds out which case `?case=` means, and reads it
opened           what one visitor has open, and what was done with it since
top, headline    what it is about, what is wrong, what to do next; `headline` is pure
actions, proof   read afresh, send again; the plan before it, the proof after it
side_by_side     the comparison
both_sides       the timeline and the raw objects: timeline and raw (pure), timeline_figure
handover         what can be taken away: letter and ticket (both pure), the bundle
"""
