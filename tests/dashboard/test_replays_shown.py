"""What a run's page says of it: green only where all is known to be well."""

from pathlib import Path

from core.journal import Begun, Journal, Part, ReplayItem, ReplayRun
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


def test_what_is_being_sent_is_nowhere_called_not_sent() -> None:
    figures = {one.title: one.text for one in shown.figures_of_run([Part("sending", 2, ()), Part("planned", 3, ())])}
    assert (figures["Not sent"], figures["Begun, not verified"]) == ("3", "2")
    assert [share for share, states in SHARES.items() if "sending" in states] == ["Begun, not verified"]


def test_a_run_of_which_something_could_not_be_read_is_not_green(tmp_path: Path) -> None:
    run = run_of(f"sqlite:///{tmp_path / 'journal.sqlite3'}")
    healed = Part("healed", 2, ())
    assert shown.look(run, (healed, Part("skipped", 1, ())), NOW).color == "green"
    assert shown.look(run, (healed, Part("skipped", 1, (), unread=1)), NOW) is shown.OPEN
