"""Many items of a run begun and told in one transaction: each once, and only while the run goes on; on both engines."""

from contextlib import closing
from dataclasses import replace
from pathlib import Path

import pytest

from core.errors import Unreachable
from core.journal import Came, Entry, Journal, ReplayItem, ReplayRun
from tests.journal.noted import NOW
from tests.journal.test_replay_runs import URL, begun, item, states, taken


def entry(of: ReplayItem) -> Entry:
    return Entry(NOW, "ada", "replay", of.case_key, of.event_id, "sending", {"order": of.name})


def run_of(journal: Journal, *items: ReplayItem) -> tuple[ReplayRun, tuple[ReplayItem, ...]]:
    run = taken(journal, begun(journal, *items).id)
    return run, journal.replay_items.page(run.id)


def test_all_of_them_are_begun_and_told(shared: Journal) -> None:
    run, items = run_of(shared, item(1), item(2))
    with shared.sending_many.meanwhile():
        made = shared.sending_many.begin([(one, entry(one)) for one in items], URL, turn=run.turn, now=NOW)
    assert states(shared, run.id) == ["sending", "sending"]
    first, second = [one for one in made if one is not None]
    assert [shared.sendings.last(one.event_id, URL) for one in items] == [first, second]
    done = [replace(one, state="healed", says="Healed.") for one in items]
    came = [Came(one, "healed", {"says": "Healed."}, over=True) for one in (first, second)]
    shared.sending_many.tell(came, done, turn=run.turn)
    assert states(shared, run.id) == ["healed", "healed"]
    last = shared.sendings.last("evt_2", URL)
    assert last is not None
    assert (last.outcome, last.holder, last.details) == ("healed", "", {"order": "SH-2", "says": "Healed."})


def test_one_that_somebody_began_is_not_begun_and_the_others_are(shared: Journal) -> None:
    run, items = run_of(shared, item(1), item(2), item(3))
    shared.sendings.begin(entry(items[0]), URL, seen=None)
    assert shared.replay_items.begin(items[2], turn=run.turn, now=NOW)
    made = shared.sending_many.begin([(one, entry(one)) for one in items], URL, turn=run.turn, now=NOW)
    assert [one is not None for one in made] == [False, True, False]
    assert states(shared, run.id) == ["planned", "sending", "sending"]
    again = shared.sending_many.begin([(one, entry(one)) for one in items], URL, turn=run.turn, now=NOW)
    assert again == (None, None, None)


def test_of_one_event_twice_one_is_begun(shared: Journal) -> None:
    run, items = run_of(shared, item(1), item(2, event_id="evt_1"))
    made = shared.sending_many.begin([(one, entry(one)) for one in items], URL, turn=run.turn, now=NOW)
    assert [one is not None for one in made] == [True, False]


@pytest.mark.parametrize("how", ["cancel", "pause", "lost"])
def test_nothing_is_begun_of_a_run_that_does_not_go_on(shared: Journal, how: str) -> None:
    run, items = run_of(shared, item(1), item(2))
    turn = run.turn
    if how == "cancel":
        shared.replay_runs.ask_to_cancel(run.id, now=NOW)
    elif how == "pause":
        shared.replay_runs.ask_to_pause(run.id, now=NOW)
    else:
        turn -= 1
    made = shared.sending_many.begin([(one, entry(one)) for one in items], URL, turn=turn, now=NOW)
    assert made == (None, None)
    assert shared.sendings.last("evt_1", URL) is None


def test_who_comes_late_changes_only_what_was_not_known(shared: Journal) -> None:
    run, items = run_of(shared, item(1), item(2))
    made = shared.sending_many.begin([(one, entry(one)) for one in items], URL, turn=run.turn, now=NOW)
    shared.replay_items.tell(replace(items[0], state="unverified", says="Killed."), turn=run.turn)
    done = [replace(one, state="healed", says="Healed.") for one in items]
    shared.sending_many.tell([Came(one, "healed", {}, over=True) for one in made if one], done, turn=run.turn + 1)
    assert states(shared, run.id) == ["healed", "sending"]


def test_an_entry_that_is_gone_is_said(shared: Journal) -> None:
    run, items = run_of(shared, item(1))
    (made,) = shared.sending_many.begin([(items[0], entry(items[0]))], URL, turn=run.turn, now=NOW)
    assert made is not None
    gone = replace(made, id=999)
    with pytest.raises(Unreachable, match="has lost an entry"):
        shared.sending_many.tell([Came(gone, "healed", {}, over=True)])


def test_what_is_let_back_was_not_sent_and_may_be_begun_anew(shared: Journal) -> None:
    run, items = run_of(shared, item(1), item(2), item(3))
    made = shared.sending_many.begin([(one, entry(one)) for one in items], URL, turn=run.turn, now=NOW)
    shared.replay_items.tell(replace(items[2], state="unverified", says="Killed."), turn=run.turn)
    back = [Came(one, "failed", {"says": "Nothing was sent."}, over=True) for one in made[1:] if one]
    shared.sending_many.let_back(back, [one.id for one in items[1:]])
    assert states(shared, run.id) == ["sending", "planned", "unverified"], "what another has settled stays"
    assert shared.replay_items.page(run.id)[1] == items[1]
    assert shared.sendings.last("evt_2", URL) is None, "nobody has sent it"
    said = {one.object_id: (one.outcome, one.holder, one.details.get("says")) for one in shared.recent()[0]}
    assert said["evt_2"] == ("failed", "", "Nothing was sent.")
    (again,) = shared.sending_many.begin([(items[1], entry(items[1]))], URL, turn=run.turn, now=NOW)
    assert again is not None


def test_a_file_that_is_kept_open_is_not_written_any_more_once_another_stands_in_its_place(tmp_path: Path) -> None:
    path, other = tmp_path / "journal.sqlite3", tmp_path / "other.sqlite3"
    for one in (path, other):
        journal = Journal(f"sqlite:///{one}")
        journal.check()
        journal.close()
    journal = Journal(f"sqlite:///{path}")
    run, items = run_of(journal, item(1))
    with journal.sending_many.meanwhile():
        (made,) = journal.sending_many.begin([(items[0], entry(items[0]))], URL, turn=run.turn, now=NOW)
        assert made is not None
        for end in ("", "-wal", "-shm"):
            if (one := path.with_name(path.name + end)).exists():
                one.rename(tmp_path / f"away{end}")
        other.rename(path)
        with pytest.raises(Unreachable, match="has lost an entry"):
            journal.sending_many.tell([Came(made, "healed", {}, over=True)])
        journal.record(entry(items[0]))
        assert len(journal.recent()[0]) == 1
    journal.close()
    with closing(Journal(f"sqlite:///{path}")) as journal:
        assert len(journal.recent()[0]) == 1, "in the one that stands there now"
