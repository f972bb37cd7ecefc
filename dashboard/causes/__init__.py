"""One cause on its page, and all of them on the overview.

page      the page of one cause
told      pure: what is said of a cause: facts, sentences, the figure as a table
figure    pure: affected orders beside those that came through well, over time
owning    whose the orders of a cause are: all of them given to one
overview  the overview: the one sentence, the figures, the causes, 30 days
trends    pure: 30 days as a figure, and as small bars
link      the way to a cause: from a case, from anywhere
"""
