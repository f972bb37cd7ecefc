"""Any number of replays: planned, guarded, carried out by a process of their own, proved one by one.

    selecting  which cases: by their keys, a filter of the inbox, a cause, a plan's file
    planning   RunPlan: each case opened, which events go where in what order, who is left out and why; sends nothing
    keeping    a plan as text, and read back
    guarding   what a run must have before it may begin; who may approve it
    runs       Runs: the door for pages and commands: plan, begin, approve, pause, cancel, follow
    running    carry_out: in the run's own process, the canary first, each item proved
    beating    how a run says that it goes on
    sending    one item: opened and chosen anew, sent, proved; what a killed process left is not sent again
    sights     pure: how a plain case stood when it was planned, by marks that many can be compared with at once
    bulk       Bulk: both sides of many plain cases read together, before and after
    newcomers  what happened at Stripe since the plan: who is touched by it is read whole
    ahead      Ahead: the cases that come next are read together, beside what is sent
    together   Together: what is out at this moment, many at a time or each by itself, and how many that may be
    beside     Beside: what is done in threads, and taken in by the run's main one
    proving_many  what was sent is looked after: many at once where that proves them
    told       what came of it: counts and money, in words, as a message
    tabling    the CSV of a plan and of what came of it; a plan read back

How a page uses it:

    runs = Runs(desk, settings.replays)                # cheap; keep one a process
    plan = runs.plan(of_filter(desk.inbox, filter_, "these cases"), how="replay", who=person, progress=shown)
    plan.to_send, plan.left_out, plan.money, plan.reasons, plan.expected(at_once=1)
    run = runs.begin(plan, who=person, reason="ticket 7", typed=plan.confirms)   # live: `typed` by the person
    if run.state == "waiting": ...                     # runs.approve(run.id, who=another)
    starter.begin(runs.command(run.id), who=person, now=now)        # Starter(runs.records, ..., name="replay")
    runs.records.get(run.id), runs.parts(run.id), runs.page(run.id)  # follow: cheap queries
    runs.pause(run.id, who=person); runs.cancel(...)
    runs.goes_on(run.id, who=person); starter.begin(runs.command(run.id), ...)

Everything that is refused raises `Refused` with the next step; nothing was sent then.
"""

from core.journal import ItemState, Part, ReplayItem, ReplayRun
from core.replaying.planning import RunPlan
from core.replaying.runs import Runs
from core.replaying.selecting import Selection, Wanted, of_cause, of_filter, of_keys

__all__ = [
    "ItemState", "Part", "ReplayItem", "ReplayRun", "RunPlan", "Runs", "Selection", "Wanted", "of_cause", "of_filter",
    "of_keys",
]  # fmt: skip
