"""One cause, and many: what a cause is made of on its page.

page      the page of one cause
told      pure: what is said of a cause: facts, sentences, the figure as a table
figure    pure: affected orders beside those that came through well, over time
owning    whose the orders of a cause are: all of them given to one
link      the way to a cause: from a case, from anywhere
"""
