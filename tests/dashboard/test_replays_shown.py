"""What a run's page says of it: green only where all is known to be well."""

from dataclasses import replace
from pathlib import Path

from core.journal import Begun, Journal, Part, ReplayItem, ReplayRun
from core.replaying import RunPlan
from dashboard.replays import shown
from dashboard.replays.run import SHARES

NOW = 1_790_000_000


def run_of(journal_url: str) -> ReplayRun:
    journal = Journal(journal_url)
    begun = Begun(who="ada", sub="ada", account=None, how="replay", chosen="these")
    run = journal.replay_runs.begin(begun, [ReplayItem(case_key="order:1", event_id="evt_1")], now=NOW)
    journal.replay_runs.take(run.id, now=NOW)
    done = journal.replay_runs.finish(run.id, "complete", now=NOW)
    journal.close()
    return done


def plan_of(*items: ReplayItem) -> RunPlan:
    return RunPlan(
        items=items, how="replay", mode="test", account=None, chosen="these", again=False, made_at=NOW, reading=1.0
    )


def test_what_is_being_sent_is_nowhere_called_not_sent() -> None:
    figures = {one.title: one.text for one in shown.figures_of_run([Part("sending", 2, ()), Part("planned", 3, ())])}
    assert (figures["Not sent"], figures["Begun, not verified"]) == ("3", "2")
    assert [share for share, states in SHARES.items() if "sending" in states] == ["Begun, not verified"]


def test_how_far_a_run_is_is_counted_as_its_figures_are(tmp_path: Path) -> None:
    run = replace(run_of(f"sqlite:///{tmp_path / 'journal.sqlite3'}"), total=9, done=1)
    parts = [Part("planned", 2, ()), Part("sending", 1, ()), Part("healed", 5, ()), Part("skipped", 1, ())]
    assert shown.through(run, parts) == 6
    assert shown.through(run, [Part("healed", 4, ()), Part("cancelled", 5, ())]) == 4


def test_of_nobody_left_out_no_reason_is_promised() -> None:
    sent, left = ReplayItem(case_key="order:1"), ReplayItem(case_key="order:2", state="skipped", left_out="applied")
    notes = [
        {one.title: one.note for one in shown.figures_of_plan(plan_of(*items))} for items in ([sent], [sent, left])
    ]
    assert [one["Left out"] for one in notes] == ["", "why stands below"]


def test_what_speaks_against_a_plan_is_said_once_each_in_full() -> None:
    vain, stale = "Your app has accepted it once without booking it. " * 4, "There is a newer event."
    items = [ReplayItem(case_key="", name=f"SH-{number}", says=vain if number else stale) for number in range(5)]
    assert shown.against(items) == [f"4 of 5: {vain}", f"SH-0: {stale}"]
    assert shown.against([ReplayItem(case_key="")]) == []
    many = [ReplayItem(case_key="", name="SH-1", says=f"Reason {number}.") for number in range(shown.OBJECTIONS + 2)]
    assert shown.against(many)[-1] == "2 other objections: in the table and in the CSV."


def test_a_run_of_which_something_could_not_be_read_is_not_green(tmp_path: Path) -> None:
    run = run_of(f"sqlite:///{tmp_path / 'journal.sqlite3'}")
    healed = Part("healed", 2, ())
    assert shown.look(run, (healed, Part("skipped", 1, ())), NOW).color == "green"
    assert shown.look(run, (healed, Part("skipped", 1, (), unread=1)), NOW) is shown.OPEN
