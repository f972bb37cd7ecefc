"""A run: planned without sending, the canary first, each item proved, stopped by itself, never twice."""

from dataclasses import replace

import pytest

from core.desk import Outcome
from core.errors import Refused, Unreachable
from core.replaying.running import Carrying, carry_out
from core.replaying.sending import SENT
from core.replays import Why
from core.sandbox import World
from core.sandbox.shop import Mode
from tests.desks import desk_on
from tests.replaying.conftest import ADA, BOB, Shop, shop_on


def test_a_plan_sends_nothing_and_says_what_it_would(shop: Shop) -> None:
    plan = shop.plan()
    assert shop.heard == []
    assert len(plan.to_send) == 6
    assert [one.event_created for one in plan.to_send] == sorted(one.event_created for one in plan.to_send)
    assert {one.how for one in plan.to_send} == {"replay"}
    assert len(plan.money) >= 1
    assert plan.confirms == "6 test"
    assert plan.expected() >= 3
    assert plan.expected(per_minute=1) >= 300
    assert shop.runs.records.recent() == ()


def test_a_run_heals_every_order_and_says_so(shop: Shop) -> None:
    run = shop.begin(at_once=3, reason="ticket 7")
    assert run.state == "ready"
    done = shop.carry_out(run)
    assert (done.state, done.done, done.total, done.why) == ("complete", 6, 6, "")
    items = shop.items(run)
    assert {(one.state, one.before, one.after, one.status) for one in items} == {("healed", "pending", "paid", 200)}
    assert sorted(shop.heard) == sorted(one.event_id for one in items)
    (part,) = shop.runs.parts(run.id)
    assert (part.state, part.items) == ("healed", 6)
    entries, _ = shop.desk.activity()
    notes = [one.details.get("note") for one in entries if one.what == "replay"]
    assert notes == [f"run {run.id}: ticket 7"] * 6
    assert {one.who for one in entries} == {"ada"}
    assert shop.seen[-1] == (6, 6) or shop.seen


def test_who_is_healed_already_is_left_out_of_the_next_plan(shop: Shop) -> None:
    shop.carry_out(shop.begin(shop.plan(0)))
    plan = shop.plan()
    assert (len(plan.to_send), plan.reasons) == (5, {Why.APPLIED: 1})
    assert plan.items[-1].says == "The order is paid: it already has this payment."


def test_the_canary_that_does_not_heal_ends_it(shop: Shop) -> None:
    shop.world.shop.mode = Mode.CRASH
    run = shop.begin(at_once=5)
    done = shop.carry_out(run)
    assert done.state == "stopped"
    assert done.why.startswith("The first one did not heal its order, so nothing more was sent. The last: SH-")
    assert shop.states(run) == ["failed", *["planned"] * 5]
    assert [one.what for one in shop.desk.activity()[0]] == ["replay", "run"]
    shop.world.shop.mode = Mode.OFF
    again = shop.carry_out(done)
    assert (again.state, shop.states(run)) == ("complete", ["failed", *["healed"] * 5])


def test_so_many_in_a_row_end_it(shop: Shop) -> None:
    run = shop.begin()
    shop.carry_out(run, stop=lambda: len(shop.heard) >= 1)
    paused = shop.runs.get(run.id)
    assert (paused.state, shop.states(run)[:2]) == ("paused", ["healed", "planned"])
    shop.world.shop.mode = Mode.REFUSE
    done = shop.carry_out(run)
    assert done.state == "stopped"
    assert done.why.startswith("3 in a row did not heal their orders")
    assert shop.states(run) == ["healed", "failed", "failed", "failed", "planned", "planned"]


def test_the_same_event_is_in_one_run(shop: Shop) -> None:
    plan = shop.plan(0, 1)
    run = shop.begin(plan)
    with pytest.raises(Refused, match=f"Run {run.id} is to send 2 of these already"):
        shop.begin(plan, who=BOB)
    other = shop.plan(1, 2)
    assert [one.left_out for one in other.left_out] == [Why.ANOTHER_RUN]
    shop.runs.cancel(run.id, who=BOB)
    assert shop.states(run) == ["cancelled", "cancelled"]
    assert len(shop.plan(1, 2).to_send) == 2
    with pytest.raises(Refused, match="was cancelled"):
        shop.carry_out(run)


def test_of_two_that_carry_it_out_one_does(shop: Shop) -> None:
    run = shop.begin(shop.plan(0))
    assert shop.runs.records.take(run.id, now=shop.desk.now()) is not None
    with pytest.raises(Refused, match="is carried out by"):
        shop.carry_out(run)
    assert shop.heard == []


def test_through_stripe_it_heals_too(shop: Shop) -> None:
    run = shop.begin(shop.plan(0, 1, how="resend"))
    assert shop.carry_out(run).state == "complete"
    assert {(one.how, one.state, one.status) for one in shop.items(run)} == {("resend", "healed", None)}


def test_what_is_paid_and_not_complete_is_not_called_healed() -> None:
    sent = set(Outcome) - {Outcome.REFUSED, Outcome.FAILED, Outcome.SENDING, Outcome.NOT_KNOWN}
    assert set(SENT) == sent
    assert SENT[Outcome.INCOMPLETE] == "changed"


def test_while_stripe_is_away_nothing_is_sent_and_nothing_is_lost(shop: Shop) -> None:
    run = shop.begin()
    shop.world.stripe.switches.fail("500", 1000)
    done = shop.carry_out(run)
    assert done.state == "stopped"
    assert done.why.startswith("3 in a row could not be sent, so nothing more was sent. The last: SH-")
    assert (shop.states(run), shop.heard) == (["planned"] * 6, [])
    shop.world.stripe.switches.faults.clear()
    assert shop.carry_out(run).state == "complete"
    assert shop.states(run) == ["healed"] * 6


def test_a_rate_is_kept(world: World) -> None:
    with desk_on(world) as desk:
        shop = shop_on(world, desk)
        run = shop.begin(shop.plan(0, 1, 2), per_minute=120)
        began = desk.now()
        assert shop.carry_out(run).state == "complete"
        times = [item.begun_at or 0 for item in shop.items(run)]
        assert times[-1] - times[0] >= 1 or desk.now() > began


def test_a_journal_that_is_gone_ends_it_and_it_goes_on_later(shop: Shop, world: World) -> None:
    run = shop.begin(shop.plan(0, 1))
    path = world.directory / "journal.sqlite3"
    moved = path.with_name("away.sqlite3")

    def gone() -> bool:
        if shop.heard and path.exists() and not moved.exists():
            path.rename(moved)
            path.mkdir()
        return False

    with pytest.raises(Unreachable):
        shop.carry_out(run, stop=gone)
    path.rmdir()
    moved.rename(path)
    with pytest.raises(Refused, match="is carried out by"):
        shop.carry_out(run)  # for a minute nobody can know that it is not
    later = replace(shop.runs, now=lambda: shop.desk.now() + 120)
    again = carry_out(later, run.id, Carrying(clock=later.now), who=ADA)
    assert (again.state, again.turn) == ("complete", 2)
    assert set(shop.states(run)) <= {"healed", "unverified"}
    assert len(shop.heard) == len(set(shop.heard))


def test_what_is_paused_while_its_process_starts_stays_paused_until_somebody_goes_on(shop: Shop) -> None:
    run = shop.begin(shop.plan(0))
    assert shop.runs.pause(run.id, who=BOB).state == "paused"
    assert "--unless-paused" in shop.runs.command(run.id)
    done = carry_out(shop.runs, run.id, Carrying(clock=shop.desk.now, unless_paused=True), who=ADA)
    assert (done.state, shop.heard) == ("paused", [])
    assert shop.runs.goes_on(run.id, who=ADA).state == "ready"
    assert carry_out(shop.runs, run.id, Carrying(clock=shop.desk.now, unless_paused=True), who=ADA).state == "complete"
