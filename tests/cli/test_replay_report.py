"""The exit code of a run: 0 only where all is known to be well."""

from pathlib import Path

from core.cli.outcomes import Exit
from core.cli.replay_report import exit_of_run
from core.journal import Begun, Journal, Part, ReplayItem

NOW = 1_790_000_000


def test_what_could_not_be_read_is_not_clean(tmp_path: Path) -> None:
    journal = Journal(f"sqlite:///{tmp_path / 'journal.sqlite3'}")
    begun = Begun(who="ada", sub="ada", account=None, how="replay", chosen="these")
    run = journal.replay_runs.begin(begun, [ReplayItem(case_key="order:1", event_id="evt_1")], now=NOW)
    journal.replay_runs.take(run.id, now=NOW)
    done = journal.replay_runs.finish(run.id, "complete", now=NOW)
    journal.close()
    healed = Part("healed", 2, ())
    assert exit_of_run(done, (healed, Part("skipped", 1, ()))) is Exit.CLEAN
    assert exit_of_run(done, (healed, Part("skipped", 1, (), unread=1))) is Exit.UNDETERMINED
