"""`Runs`: the door for pages and commands: plan, begin, approve, pause, cancel, follow."""

from collections.abc import Callable, Collection, Iterator
from dataclasses import dataclass

from core.desk import Desk
from core.errors import Refused
from core.jobs import orderlens
from core.journal import Begun, Entry, ItemState, Part, ReplayItem, ReplayRun, ReplayRuns
from core.people import Person, Right
from core.replaying.guarding import guard, guard_mode, guard_reconstructed, guard_second, refuse_another_account
from core.replaying.planning import RunPlan, plan_run, refuse_too_many
from core.replaying.selecting import Selection
from core.replaying.tabling import csv_of
from core.replays import How
from core.settings import Replays

MOST_AT_ONCE = 20


@dataclass(frozen=True, slots=True)
class Runs:
    """The runs of a shop, which `shop` names where there are several. `now`: seconds since 1970; `fetches_events`: the
    app takes an event's id and fetches the event from Stripe. Every method raises
    Unreachable where the journal cannot be used, Refused where somebody may not do it, which is an entry."""

    desk: Desk
    rules: Replays
    now: Callable[[], int]
    shop: str = ""
    fetches_events: bool = False

    @property
    def records(self) -> ReplayRuns:
        """Every run: what a `core.jobs.Starter` follows."""
        return self.desk.journal.replay_runs

    def plan(
        self,
        selection: Selection,
        *,
        how: How = "replay",
        again: bool = False,
        reconstruct: bool = False,
        progress: Callable[[int, int], None] = lambda _done, _total: None,
    ) -> RunPlan:
        """What a run would send. Every case is opened; nothing is sent. `again`: also what was sent before and may have
        arrived; `reconstruct`: also events that Stripe has no more, made of its objects. Refused where the selection is
        larger than a run may be, or nothing may be reconstructed; Unreachable where nothing could be read."""
        refuse_too_many(selection, self.rules.max_items)
        if reconstruct:
            guard_reconstructed(how, self.rules, fetches=self.fetches_events)
        now = self.now()
        return plan_run(self.desk, selection, how=how, again=again, made=reconstruct, now=now, progress=progress)

    @property
    def may_reconstruct(self) -> bool:
        """Whether the settings allow reconstructed events, and the app would take them."""
        return self.rules.reconstruct and not self.fetches_events

    def begin(
        self,
        plan: RunPlan,
        *,
        who: Person,
        reason: str = "",
        typed: str = "",
        at_once: int = 1,
        per_minute: int = 0,
    ) -> ReplayRun:
        """Keep the plan as a run, ready to be carried out by a process of its own (`command`), or waiting for a second
        person. Refused where a guard says so; then nothing was kept but that."""
        self.admit(who)
        now = self.now()
        try:
            waits = guard(plan, self.rules, reason=reason, typed=typed)
            run = self.records.begin(
                Begun(
                    who=who.called,
                    sub=who.sub,
                    account=plan.account,
                    how=plan.how,
                    chosen=plan.told,
                    reason=reason.strip(),
                    stop_after=self.rules.stop_after,
                    per_minute=max(0, per_minute),
                    at_once=min(max(1, at_once), MOST_AT_ONCE),
                    again=plan.again,
                    waits=waits,
                    known=who.known,
                ),
                plan.items,
                now=now,
            )
        except Refused as refusal:
            self._note(who, "refused", "", says=refusal.message, reason=reason)
            raise
        outcome = "waits for a second person" if waits else "begun"
        self._note(who, outcome, f"run {run.id}", says=f"{plan.chosen}: {plan.says}", reason=reason)
        return run

    def approve(self, run_id: int, *, who: Person) -> ReplayRun:
        """The second person says yes. Refused to whoever began it."""
        now, name = self.now(), f"run {run_id}"
        self.desk.journal.gate.admit(who, Right.APPROVE, "run", now, object_id=name)
        try:
            guard_second(self.get(run_id), who)
            run = self.records.approve(run_id, who=who.called, now=now, known=who.known)
        except Refused as refusal:
            self._note(who, "refused", name, says=refusal.message)
            raise
        self._note(
            who,
            "approved",
            name,
            says=f"{run.total:,} events, begun by {run.who} ({run.known}); {who.known}",
            reason=run.reason,
        )
        return run

    def pause(self, run_id: int, *, who: Person) -> ReplayRun:
        """Ask it to pause: what is being sent is looked after, nothing more is begun."""
        self.admit(who, run_id)
        run = self.records.ask_to_pause(run_id, now=self.now())
        self._note(who, "asked to pause" if run.state == "running" else run.state, f"run {run_id}")
        return run

    def cancel(self, run_id: int, *, who: Person) -> ReplayRun:
        """Ask it to stop for good."""
        self.admit(who, run_id)
        run = self.records.ask_to_cancel(run_id, now=self.now())
        self._note(who, "asked to stop" if run.state == "running" else run.state, f"run {run_id}")
        return run

    def goes_on(self, run_id: int, *, who: Person) -> ReplayRun:
        """Somebody wants it to go on, before a process is started that carries it out: what is paused is so no more.
        Refused where that may not be, with why."""
        self.may_go_on(run_id, who=who)
        return self.records.go_on(run_id)

    def may_go_on(self, run_id: int, *, who: Person) -> ReplayRun:
        """The same of a process that was started for it: what somebody paused meanwhile stays paused."""
        self.admit(who, run_id)
        run = self.get(run_id)
        guard_mode(run.mode, self.rules)
        refuse_another_account(run, self.desk.account)
        refuse_to_go_on(run, self.now())
        return run

    def command(self, run_id: int) -> list[str]:
        """The command line that carries it out, or goes on with it (`goes_on` first), in a process of its own."""
        return orderlens(
            "replay",
            "--resume",
            str(run_id),
            "--unless-paused",
            "--json",
            *(["--shop", self.shop] if self.shop else []),
        )

    def get(self, run_id: int) -> ReplayRun:
        """One run. Refused where there is none of this number, shop and mode."""
        run = self.records.get(run_id)
        if run is None:
            known = ", ".join(str(one.id) for one in self.records.recent(5))
            raise Refused(
                f"There is no run {run_id} of {self.desk.key_mode} replays in the journal.",
                next_step=f"The newest are: {known}." if known else "Plan one: orderlens replay REF --plan.",
            )
        return run

    def parts(self, run_id: int) -> tuple[Part, ...]:
        """How many of it are in which state, and their money."""
        return self.desk.journal.replay_items.parts(run_id)

    def page(
        self, run_id: int, *, states: Collection[ItemState] = (), after: int = -1, limit: int = 100
    ) -> tuple[ReplayItem, ...]:
        """Items of it in their order, those behind the position `after`."""
        return self.desk.journal.replay_items.page(run_id, states=states, after=after, limit=limit)

    def csv(self, run_id: int, *, who: Person) -> Iterator[str]:
        """Lines of CSV: every item, and what came of it. That they leave is an entry."""
        run = self.get(run_id)
        self.desk.exported(run.total, who=who, says=f"run {run_id} of replays")
        return csv_of(self.desk.journal.replay_items.every(run_id), run.mode)

    def admit(self, who: Person, run_id: int | None = None) -> None:
        """Refused, and recorded, where they may not; also for a `Starter`."""
        name = "" if run_id is None else f"run {run_id}"
        self.desk.journal.gate.admit(who, Right.SEND_MANY, "run", self.now(), object_id=name)

    def _note(self, who: Person, outcome: str, name: str, *, says: str = "", reason: str = "") -> None:
        about = {"says": [says] if says else [], "note": reason.strip()}
        kept = {key: value for key, value in about.items() if value}
        self.desk.journal.record(Entry(self.now(), who.called, "run", "", name, outcome, kept))


def refuse_to_go_on(run: ReplayRun, now: int) -> None:
    """Refused, with why, where a run is not to be carried out now."""
    if run.can_go_on(now):
        return
    said = {
        "waiting": ("waits for a second person", f"Have somebody else approve it: orderlens replay --approve {run.id}"),
        "running": (f"is carried out by {run.holder}", "Follow it, or pause it first."),
        "complete": ("is complete", "What was left out or failed can be planned anew."),
        "cancelled": ("was cancelled", "What it did not send can be planned anew."),
    }
    what, step = said[run.state]
    raise Refused(f"Run {run.id} {what}.", next_step=step)
