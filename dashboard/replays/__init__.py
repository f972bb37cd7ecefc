"""Any number of webhooks sent again: the plan, what it takes to begin, the run, what came of it.

planning    the plan for the cases that were chosen: what would be sent, who is left out and why
beginning   what it takes to begin a run: how fast, a reason, what is typed in live mode
grid        figures and tables
run         one run: how far it is, what came of it with its money; pause, go on, cancel, approve
listing     the runs there were
shown       pure: figures, states and rows of a plan and of a run

What a run may do is `core.replaying`'s to say; here it is only drawn.
"""
