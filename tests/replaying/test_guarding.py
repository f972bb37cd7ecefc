"""What a run must have to begin: a role; in live mode a setting, a reason, what was typed, a second person."""

from dataclasses import replace

import pytest

from core.errors import Refused
from core.journal import ReplayItem
from core.money import Money
from core.people import LOGGED_IN
from core.replaying import RunPlan, Runs, of_keys
from core.replaying.guarding import guard, guard_mode
from core.replaying.planning import refuse_too_many
from core.settings import Replays
from tests.people import person
from tests.replaying.conftest import ADA, BOB, Shop

LIVE = Replays(live=True)


def plan(count: int = 2, mode: str = "live") -> RunPlan:
    items = tuple(ReplayItem(case_key=f"order:{n}", event_id=f"evt_{n}", money=Money(100, "eur")) for n in range(count))
    return RunPlan(
        items=items, how="replay", mode="live" if mode == "live" else "test", account=None, chosen="these", again=False,
        made_at=0, reading=0.1,
    )  # fmt: skip


@pytest.mark.parametrize(
    ("planned", "rules", "reason", "typed", "says"),
    [
        (plan(0), LIVE, "ticket 7", "0 live", "nothing to send"),
        (plan(), Replays(), "ticket 7", "2 live", "Runs of live replays are off"),
        (plan(), LIVE, "  ", "2 live", "needs a reason or a ticket"),
        (plan(), LIVE, "ticket 7", "", "was not confirmed: 2 live events would be sent"),
        (plan(), LIVE, "ticket 7", "2", "was not confirmed"),
        (plan(), LIVE, "ticket 7", "3 live", "was not confirmed"),
        (plan(), LIVE, "ticket 7", "2 test", "was not confirmed"),
        (plan(), Replays(live=True, max_items=1), "ticket 7", "2 live", "at most 1 events, and these are 2"),
        (plan(mode="test"), Replays(max_items=1), "", "", "at most 1 events"),
    ],
)
def test_a_run_is_refused_with_the_reason(planned: RunPlan, rules: Replays, reason: str, typed: str, says: str) -> None:
    with pytest.raises(Refused, match=says) as refused:
        guard(planned, rules, reason=reason, typed=typed)
    assert refused.value.next_step


def test_a_live_one_that_has_all_may_begin() -> None:
    assert not guard(plan(), LIVE, reason="ticket 7", typed=" 2  live ")
    assert guard(plan(), Replays(live=True, second_person=True), reason="ticket 7", typed="2 live")
    assert not guard(plan(mode="test"), Replays(second_person=True), reason="", typed="")


def test_where_live_was_switched_off_since_it_is_not_carried_out() -> None:
    guard_mode("test", Replays())
    guard_mode("live", LIVE)
    with pytest.raises(Refused, match="Runs of live replays are off"):
        guard_mode("live", Replays())


def test_how_long_it_takes_is_bound_by_the_slowest_of_reading_rate_and_stripes_limit() -> None:
    planned = replace(plan(60), reading=0.5)
    assert planned.expected() == 90
    assert planned.expected(at_once=3) == 30
    assert planned.expected(at_once=3, per_minute=30) == 118
    assert replace(planned, fastest=0.5).expected(at_once=20) == 120
    plain = replace(planned, items=tuple(replace(item, sight="{}") for item in planned.items))
    assert (plain.expected(), plain.expected(at_once=3)) == (90, 10), "read together, where several go at once"


def test_more_cases_than_a_run_may_send_are_refused_before_any_is_read() -> None:
    with pytest.raises(Refused, match="more than the 1 that a run may send"):
        refuse_too_many(of_keys(["order:1", "order:2"]), 1)


def test_who_may_not_is_refused_and_that_is_an_entry(shop: Shop) -> None:
    ann = person("ann", "support")
    planned = shop.plan(0)
    with pytest.raises(Refused, match="may not begin, pause or cancel a run"):
        shop.begin(planned, who=ann)
    run = shop.begin(planned)
    for act in (shop.runs.pause, shop.runs.cancel, shop.runs.goes_on, shop.runs.approve):
        with pytest.raises(Refused, match="ann may not"):
            act(run.id, who=ann)
    entries, _ = shop.desk.activity()
    assert [one.outcome for one in entries] == [*["refused"] * 4, "begun", "refused"]
    assert shop.heard == []


def test_what_a_guard_refuses_is_an_entry_with_the_reason_that_was_given(shop: Shop) -> None:
    live = replace(shop.plan(0), mode="live")
    with pytest.raises(Refused, match="are off"):
        shop.begin(live, reason="ticket 7", typed="1 live")
    ((entry,), _) = shop.desk.activity()
    assert (entry.who, entry.what, entry.outcome, entry.details["note"]) == ("ada", "run", "refused", "ticket 7")


def test_a_second_person_is_somebody_else_by_any_name(shop: Shop) -> None:
    runs = Runs(shop.desk, Replays(live=True, second_person=True), shop.desk.now)
    live = replace(shop.plan(0), mode="live")
    run = runs.begin(live, who=replace(ADA, email="Ada@shop.example"), reason="ticket 7", typed="1 live")
    assert run.state == "waiting"
    with pytest.raises(Refused, match="waits for a second person"):
        shop.carry_out(run)
    for same in (ADA, replace(BOB, email="ada@shop.example"), person("ada@shop.example", "admin")):
        with pytest.raises(Refused, match="somebody else has to approve it"):
            runs.approve(run.id, who=same)
    approved = runs.approve(run.id, who=replace(BOB, known=LOGGED_IN))
    assert approved.approved_known == LOGGED_IN
    assert (approved.state, approved.approved_by) == ("ready", "bob")
    assert shop.carry_out(approved).state == "complete"
    said = [(one.who, one.outcome) for one in shop.desk.activity()[0] if one.what == "run"][::-1]
    assert [said[0], said[-1]] == [("Ada@shop.example", "waits for a second person"), ("bob", "approved")]
    assert {outcome for _, outcome in said[1:-1]} == {"refused"}


HERE, THERE = "account 1000 of shop", "account 1001 of shop"


@pytest.mark.parametrize(
    ("began", "approves", "says"),
    [
        (LOGGED_IN, LOGGED_IN, ""),
        (HERE, LOGGED_IN, ""),
        (HERE, THERE, ""),
        (HERE, HERE, "it was begun under this account 1000 of shop too, which can call itself anything"),
        (LOGGED_IN, HERE, "whoever began it logged in, and may have this terminal too"),
        ("", HERE, "it is not known who began it"),
        (HERE, "", "this dashboard asks nobody who they are"),
        ("", "", "this dashboard asks nobody who they are"),
    ],
)
def test_another_name_alone_is_no_second_person(shop: Shop, began: str, approves: str, says: str) -> None:
    runs = Runs(shop.desk, Replays(live=True, second_person=True), shop.desk.now)
    live = replace(shop.plan(0), mode="live")
    run = runs.begin(live, who=replace(ADA, known=began), reason="ticket 7", typed="1 live")
    if not says:
        assert runs.approve(run.id, who=replace(BOB, known=approves)).approved_known == approves
        (entry,) = [one for one in shop.desk.activity()[0] if one.outcome == "approved"]
        assert f"begun by ada ({began}); {approves}" in str(entry.details["says"])
        return
    with pytest.raises(Refused, match="Nothing shows that bob is a second person") as caught:
        runs.approve(run.id, who=replace(BOB, known=approves))
    assert says in caught.value.message
    assert runs.get(run.id).state == "waiting"
