"""Runs of replays: begun once, held by one, an item begun once; on both engines."""

import os
from dataclasses import replace
from pathlib import Path

import pytest

from core.errors import Refused, UsageError
from core.jobs import Records
from core.journal import Begun, Journal, ReplayItem, ReplayRun, target_of
from core.money import Money
from tests.journal.noted import NOW
from tests.people import MIRA

URL = "https://shop.example/webhooks"
LATER = NOW + 61
BEGUN = Begun(who="ada", sub="sub|ada", account="acct_1", how="replay", chosen="2 cases", reason="ticket 7")


def item(number: int, **changes: object) -> ReplayItem:
    about: dict[str, object] = {
        "case_key": f"order:{number}", "name": f"SH-{number}", "event_id": f"evt_{number}",
        "event_type": "checkout.session.completed", "object_id": f"cs_{number}", "event_created": NOW - number,
        "endpoint": URL, "target": target_of(URL), "money": Money(4200, "eur"),
    }  # fmt: skip
    return ReplayItem(**{**about, **changes})  # type: ignore[arg-type] # as each test says


def begun(journal: Journal, *items: ReplayItem, begun: Begun = BEGUN) -> ReplayRun:
    return journal.replay_runs.begin(begun, items or (item(1), item(2)), now=NOW)


def states(journal: Journal, run_id: int) -> list[str]:
    return [one.state for one in journal.replay_items.page(run_id)]


def taken(journal: Journal, run_id: int, *, now: int = NOW) -> ReplayRun:
    found = journal.replay_runs.take(run_id, now=now)
    assert found is not None
    return found


def test_a_run_is_kept_with_what_it_is_to_send(shared: Journal) -> None:
    left = item(3, state="skipped", left_out="applied", says="It is paid already.", money=None)
    run = begun(shared, item(1), item(2), left)
    assert (run.state, run.who, run.total, run.reason, run.key_mode) == ("ready", "ada", 2, "ticket 7", "test")
    records: Records[ReplayRun] = shared.replay_runs
    assert records.recent() == (run,)
    assert records.running(NOW) == ()
    first, second, third = shared.replay_items.page(run.id)
    assert (first.event_id, first.money, first.position, first.run_id) == ("evt_1", Money(4200, "eur"), 0, run.id)
    assert (second.state, third.state, third.says) == ("planned", "skipped", "It is paid already.")
    assert [(part.state, part.items, part.money) for part in shared.replay_items.parts(run.id)] == [
        ("planned", 2, (Money(8400, "eur"),)),
        ("skipped", 1, ()),
    ]


def test_of_those_left_out_it_is_told_of_how_many_nothing_is_known(shared: Journal) -> None:
    left = (item(2, state="skipped", left_out="not_read"), item(3, state="skipped", left_out="applied"))
    parts = shared.replay_items.parts(begun(shared, item(1), *left).id)
    assert [(part.state, part.items, part.unread) for part in parts] == [("planned", 1, 0), ("skipped", 2, 1)]


def test_what_went_back_is_not_added_to_payments(shared: Journal) -> None:
    back = item(2, event_type="refund.created", money=Money(100, "eur"))
    (part,) = shared.replay_items.parts(begun(shared, item(1), back).id)
    assert (part.items, part.money) == (2, (Money(4200, "eur"),))


def test_of_two_that_take_it_one_has_it(shared: Journal, url: str) -> None:
    run = begun(shared)
    other = Journal(url)
    assert taken(shared, run.id).turn == 1
    assert other.replay_runs.take(run.id, now=NOW) is None
    assert shared.replay_runs.beat(run.id, now=NOW + 1, phase="sending", done=1, total=2)
    assert [one.done for one in other.replay_runs.running(NOW + 1)] == [1]
    other.close()


def test_who_lost_it_learns_that_and_begins_nothing_more(shared: Journal, url: str) -> None:
    run = begun(shared)
    taken(shared, run.id)
    first, second = shared.replay_items.page(run.id)
    assert shared.replay_items.begin(first, turn=1, now=NOW)
    assert not shared.replay_items.begin(first, turn=1, now=NOW), "once"
    other = Journal(url)
    assert other.replay_runs.take(run.id, now=LATER) is not None
    assert not shared.replay_runs.beat(run.id, now=LATER, phase="", done=2, total=2)
    assert not shared.replay_items.begin(second, turn=1, now=LATER)
    assert shared.replay_runs.finish(run.id, "complete", now=LATER).state == "running", "it changes nothing"
    assert other.replay_items.begin(second, turn=2, now=LATER)
    other.close()


def test_the_same_event_is_in_one_run_that_is_not_over(shared: Journal) -> None:
    run = begun(shared)
    assert shared.replay_items.claimed(["evt_1", "evt_9"], f"{URL}?") == {"evt_1": run.id}
    with pytest.raises(Refused, match=rf"Run {run.id} is to send 1 of these already"):
        begun(shared, item(2), item(3))
    begun(shared, item(3))
    begun(shared, item(2, target=target_of("https://other.example")))
    shared.replay_runs.ask_to_cancel(run.id, now=NOW)
    assert begun(shared, item(2)).state == "ready"


def test_what_is_asked_to_pause_or_to_stop(shared: Journal) -> None:
    run = begun(shared)
    taken(shared, run.id)
    assert shared.replay_runs.ask_to_pause(run.id, now=NOW).pause_asked
    assert not shared.replay_runs.beat(run.id, now=NOW, phase="sending", done=0, total=2)
    assert not shared.replay_items.begin(shared.replay_items.page(run.id)[0], turn=1, now=NOW)
    assert shared.replay_runs.finish(run.id, "paused", now=NOW).state == "paused"
    assert shared.replay_runs.take(run.id, now=NOW) is None, "before somebody wants it to go on"
    assert shared.replay_runs.go_on(run.id).state == "ready"
    assert taken(shared, run.id).turn == 2
    (first, _) = shared.replay_items.page(run.id)
    assert shared.replay_items.begin(first, turn=2, now=NOW)
    asked = shared.replay_runs.ask_to_cancel(run.id, now=LATER + 120)  # whoever held it is long gone
    assert (asked.state, states(shared, run.id)) == ("cancelled", ["unverified", "cancelled"])
    assert shared.replay_runs.take(run.id, now=LATER) is None


def test_what_was_asked_to_stop_is_not_gone_on_with_after_its_process_is_lost(shared: Journal) -> None:
    run = begun(shared)
    taken(shared, run.id)
    (first, _) = shared.replay_items.page(run.id)
    assert shared.replay_items.begin(first, turn=1, now=NOW)
    assert shared.replay_runs.ask_to_cancel(run.id, now=NOW).state == "running"
    assert shared.replay_runs.take(run.id, now=LATER) is None
    found = shared.replay_runs.get(run.id)
    assert found is not None
    assert (found.state, states(shared, run.id)) == ("cancelled", ["unverified", "cancelled"])


def test_what_was_asked_to_stop_ends_for_good_however_its_process_ends(shared: Journal) -> None:
    run = begun(shared)
    taken(shared, run.id)
    shared.replay_runs.ask_to_cancel(run.id, now=NOW)
    ended = shared.replay_runs.finish(run.id, "failed", now=NOW, why="The journal was away.")
    assert (ended.state, ended.why, states(shared, run.id)) == (
        "cancelled", "The journal was away.", ["cancelled", "cancelled"]
    )  # fmt: skip


def test_one_whose_process_was_lost_after_the_last_item_comes_to_its_end(shared: Journal) -> None:
    run = begun(shared, item(1))
    taken(shared, run.id)
    (first,) = shared.replay_items.page(run.id)
    assert shared.replay_items.begin(first, turn=1, now=NOW)
    shared.replay_items.tell(replace(first, state="healed"), turn=1)
    assert shared.replay_runs.take(run.id, now=LATER) is None
    found = shared.replay_runs.get(run.id)
    assert found is not None
    assert (found.state, found.done, found.finished_at) == ("complete", 1, LATER)


def test_one_that_waits_for_a_second_person_is_not_taken(shared: Journal) -> None:
    run = begun(shared, begun=Begun(who="ada", sub="a", account=None, how="replay", chosen="2 cases", waits=True))
    assert (run.state, shared.replay_runs.take(run.id, now=NOW)) == ("waiting", None)
    approved = shared.replay_runs.approve(run.id, who="bob", now=NOW)
    assert (approved.state, approved.approved_by) == ("ready", "bob")
    with pytest.raises(Refused, match="does not wait"):
        shared.replay_runs.approve(run.id, who="bob", now=NOW)


def test_what_came_of_an_item_is_told_without_secrets(shared: Journal) -> None:
    run = begun(shared)
    taken(shared, run.id)
    (first, _) = shared.replay_items.page(run.id)
    shared.replay_items.begin(first, turn=1, now=NOW)
    told = replace(first, state="healed", before="pending", after="paid", answer="sk_live_abcdef1234")
    shared.replay_items.tell(told, turn=1)
    (kept, _) = shared.replay_items.page(run.id)
    assert (kept.state, kept.before, kept.after, kept.answer) == ("healed", "pending", "paid", "***")


def test_who_comes_late_changes_only_what_was_not_known(shared: Journal, url: str) -> None:
    run = begun(shared)
    taken(shared, run.id)
    first, second = shared.replay_items.page(run.id)
    for one in (first, second):
        assert shared.replay_items.begin(one, turn=1, now=NOW)
    other = Journal(url)
    assert other.replay_runs.take(run.id, now=LATER) is not None
    other.replay_items.tell(replace(first, state="healed"), turn=2)
    other.replay_items.tell(replace(second, state="unverified"), turn=2)
    for one in (first, second):
        shared.replay_items.tell(replace(one, state="skipped" if one is first else "unchanged"), turn=1)
    assert states(shared, run.id) == ["healed", "unchanged"]
    other.close()


def test_a_run_of_the_other_mode_is_another_worlds(shared: Journal, url: str) -> None:
    run = begun(shared)
    live = Journal(url, mode="live")
    assert (live.replay_runs.recent(), live.replay_runs.get(run.id)) == ((), None)
    with pytest.raises(UsageError, match="no run"):
        live.replay_runs.take(run.id, now=NOW)
    assert live.replay_items.page(run.id) == ()
    live.close()


def test_what_is_forgotten_of_a_customer_is_forgotten_here_too(tmp_path: Path) -> None:
    journal = Journal(f"sqlite:///{tmp_path / 'journal.sqlite3'}")
    run = begun(journal)
    journal.forgetting.forget(["order:1"], MIRA, NOW)
    first, second = journal.replay_items.page(run.id)
    assert (first.case_key, first.name, first.object_id, first.event_id) == ("", "", "", "evt_1")
    assert second.name == "SH-2"
    journal.close()


def test_what_is_old_is_forgotten_also_where_it_was_left_out(shared: Journal) -> None:
    left = item(2, state="skipped", left_out="applied", says="It is paid already.")
    run = begun(shared, item(1), left)
    shared.forgetting.older_than(NOW, NOW)
    assert [one.name for one in shared.replay_items.page(run.id)] == ["SH-1", "SH-2"], "not yet"
    shared.replay_runs.ask_to_cancel(run.id, now=NOW + 5)
    shared.forgetting.older_than(NOW + 9, NOW + 9)
    assert [(one.name, one.says) for one in shared.replay_items.page(run.id)] == [("", ""), ("", "")]


def test_a_process_that_is_gone_holds_nothing(tmp_path: Path) -> None:
    journal = Journal(f"sqlite:///{tmp_path / 'journal.sqlite3'}")
    run = begun(journal)
    child = os.fork()
    if child == 0:
        mine = Journal(f"sqlite:///{tmp_path / 'journal.sqlite3'}")
        os._exit(0 if mine.replay_runs.take(run.id, now=NOW) else 1)
    assert os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == 0
    found = journal.replay_runs.get(run.id)
    assert found is not None
    assert found.lost(NOW)
    assert taken(journal, run.id).turn == 2
    journal.close()
