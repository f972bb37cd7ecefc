"""A run: planned without sending, the canary first, each item proved, stopped by itself, never twice."""

from dataclasses import replace

import pytest
from sqlalchemy import create_engine, text

from core.desk import Outcome
from core.errors import Refused, Unreachable
from core.journal import Begun, Entry, ReplayRun
from core.replaying import Runs
from core.replaying.running import Carrying, carry_out
from core.replaying.sending import SENT
from core.replays import Why
from core.sandbox import World
from core.sandbox.shop import Mode
from core.settings import OrdersMapping, Replays
from tests.desks import PatientClock, desk_on
from tests.replaying.conftest import ADA, BOB, Shop, shop_on

BEGUN = Begun(who="ada", sub="ada", account=None, how="replay", chosen="these")


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


def test_what_somebody_sent_since_the_plan_is_not_sent_again(shop: Shop) -> None:
    shop.world.shop.mode = Mode.CRASH
    run = shop.begin(shop.plan(0, 1))
    first = shop.items(run)[0]
    opened = shop.desk.open(first.case_key)
    shop.desk.carry_out(shop.desk.plan_replay(opened, first.event_id), opened, who=BOB)
    shop.world.shop.mode = Mode.OFF
    done = shop.carry_out(run)
    assert (done.state, shop.states(run)) == ("complete", ["skipped", "healed"])
    (skipped, _) = shop.items(run)
    assert (skipped.left_out, "bob sent it to this address" in skipped.says) == (Why.SENT_BEFORE, True)
    assert first.event_id not in shop.heard, "it was crashing when bob sent it"


def test_what_was_mended_meanwhile_is_skipped(shop: Shop) -> None:
    run = shop.begin(shop.plan(0, 1))
    books = create_engine(shop.world.orders_database_url)
    with books.begin() as connection:
        connection.execute(text("UPDATE orders SET status = 'paid' WHERE id = :id"), {"id": shop.keys[0][6:]})
    books.dispose()
    done = shop.carry_out(run)
    assert done.state == "complete"
    assert [one.left_out for one in shop.items(run)] == [Why.APPLIED, ""]
    assert len(shop.heard) == 1


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


def test_what_a_killed_process_left_is_not_sent_again(shop: Shop) -> None:
    """One that was begun in the journal of sendings, and one that never was."""
    run = shop.begin(shop.plan(0, 1, 2))
    taken = shop.runs.records.take(run.id, now=shop.desk.now())
    assert taken is not None
    first, second, _ = shop.items(run)
    journal = shop.desk.journal
    for item in (first, second):
        assert journal.replay_items.begin(item, turn=taken.turn, now=shop.desk.now())
    opened = shop.desk.open(first.case_key)
    replay = shop.desk.plan_replay(opened, first.event_id)
    entry = Entry(shop.desk.now(), "ada", "replay", first.case_key, first.event_id, "sending", {})
    journal.sendings.begin(entry, replay.url, seen=None)
    journal.replay_runs.finish(run.id, "paused", now=shop.desk.now())
    done = shop.carry_out(run)
    assert (done.state, shop.states(run)) == ("complete", ["unverified", "healed", "healed"])
    assert first.event_id not in shop.heard
    assert "it is not sent again" in shop.items(run)[0].says


def test_what_a_killed_process_had_written_down_is_what_came_of_it(shop: Shop) -> None:
    run = shop.begin(shop.plan(0))
    taken = shop.runs.records.take(run.id, now=shop.desk.now())
    assert taken is not None
    (item,) = shop.items(run)
    assert shop.desk.journal.replay_items.begin(item, turn=taken.turn, now=shop.desk.now())
    opened = shop.desk.open(item.case_key)
    shop.desk.carry_out(shop.desk.plan_replay(opened, item.event_id), opened, who=ADA)
    shop.desk.journal.replay_runs.finish(run.id, "paused", now=shop.desk.now())
    done = shop.carry_out(run)
    (told,) = shop.items(run)
    assert (done.state, told.state, told.before, told.after, told.status) == (
        "complete", "healed", "pending", "paid", 200
    )  # fmt: skip
    assert shop.heard == [item.event_id]


def test_what_is_accepted_and_dropped_is_unchanged_and_ends_it(world: World) -> None:
    clock = PatientClock()
    with desk_on(world, clock=clock, pause=clock.pause) as desk:
        shop = shop_on(world, desk)
        world.shop.mode = Mode.DROP
        run = shop.begin(at_once=4)
        assert shop.carry_out(run).state == "stopped"
        first, *rest = shop.items(run)
        assert (first.state, first.status, {one.state for one in rest}) == ("unchanged", 200, {"planned"})
        assert "it is still pending" in first.says
        assert len(shop.heard) == 1


def test_what_was_accepted_in_vain_is_sent_again_only_where_that_is_told(shop: Shop) -> None:
    run = shop.begin(shop.plan(0))
    journal, (item,) = shop.desk.journal, shop.items(run)
    shop.runs.cancel(run.id, who=ADA)
    opened = shop.desk.open(item.case_key)
    entry = Entry(shop.desk.now() - 300, "ada", "replay", item.case_key, item.event_id, "sending", {})
    begun = journal.sendings.begin(entry, shop.desk.plan_replay(opened, item.event_id).url, seen=None)
    journal.sendings.tell(begun, "unchanged", {}, over=True)
    plan = shop.plan(0)
    assert (plan.to_send, plan.reasons) == ((), {Why.SENT_BEFORE: 1})
    again = shop.plan(0, again=True)
    assert len(again.to_send) == 1
    done = shop.carry_out(shop.begin(again))
    assert (done.state, shop.heard) == ("complete", [item.event_id])


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


def test_an_endpoint_that_hangs_holds_up_nobody_else(world: World) -> None:
    """The first heals; then one hangs until it is given up, and the others go on beside it."""
    with desk_on(world, patience=1.5) as desk:
        shop = shop_on(world, desk)
        run = shop.begin(at_once=3)
        shop.carry_out(run, stop=lambda: len(shop.heard) >= 1)
        world.shop.mode, world.shop.slow_seconds = Mode.SLOW, 3.0
        heard: list[int] = []

        def later() -> bool:
            if len(shop.heard) >= 4:
                world.shop.mode = Mode.OFF
            heard.append(len(shop.heard))
            return False

        done = shop.carry_out(run, stop=later)
        assert done.state == "complete"
        assert shop.states(run) == ["healed"] * 6, "what was given up has arrived, as the order shows"
        assert sorted(shop.heard) == sorted(set(shop.heard))


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


def test_a_run_sends_to_the_address_that_was_planned_and_to_no_other(shop: Shop, world: World) -> None:
    run = shop.begin(shop.plan(0, 1))
    with desk_on(world, webhook_url=f"{world.webhook_url}/other") as desk:
        elsewhere = replace(shop, desk=desk, runs=Runs(desk, Replays(), desk.now))
        done = elsewhere.carry_out(run)
    assert (done.state, shop.states(run), shop.heard) == ("stopped", ["planned", "planned"], [])
    assert "by now it would go to" in shop.items(run)[0].says
    mine = shop.desk.journal.sendings.last(shop.items(run)[0].event_id, world.webhook_url)
    assert mine is None
    assert shop.carry_out(run).state == "complete"
    assert sorted(shop.heard) == sorted(item.event_id for item in shop.items(run))


def test_a_run_of_one_account_is_not_carried_out_on_another(shop: Shop) -> None:
    run = shop.runs.records.begin(replace(BEGUN, account="acct_other"), shop.plan(0).items, now=shop.desk.now())
    with pytest.raises(Refused, match="planned on the account acct_other, and this key opens acct_"):
        shop.carry_out(run)
    assert shop.heard == []


def test_an_event_that_could_not_be_read_is_not_called_gone(shop: Shop) -> None:
    run = shop.begin(shop.plan(0, 1))
    shop.world.stripe.switches.fail("500", 1000, "/v1/events")
    done = shop.carry_out(run)
    assert (done.state, shop.states(run), shop.heard) == ("stopped", ["planned", "planned"], [])
    assert "not everything could be read" in shop.items(run)[0].says
    shop.world.stripe.switches.faults.clear()
    assert shop.carry_out(run).state == "complete"
    assert shop.states(run) == ["healed", "healed"]


def test_after_an_event_that_did_not_heal_no_later_one_of_its_case_is_sent(shop: Shop) -> None:
    key = shop.keys[0]
    first, second = sorted(shop.desk.open(key).links.events, key=lambda one: one.created)[:2]
    (item,) = shop.plan(0).to_send
    both = (replace(item, event_id=first.id), replace(item, event_id=second.id))
    run = shop.runs.records.begin(BEGUN, both, now=shop.desk.now())
    shop.world.shop.mode = Mode.CRASH
    shop.carry_out(run)
    shop.world.shop.mode = Mode.OFF
    assert (shop.states(run), shop.heard) == (["failed", "skipped"], [])
    assert shop.items(run)[1].left_out == Why.EARLIER
    with pytest.raises(Refused, match="is complete"):
        shop.carry_out(run)


def killed_while_sending_the_first(shop: Shop, run: ReplayRun) -> None:
    """Its event has arrived: the order is paid; nobody has looked after it."""
    journal, now = shop.desk.journal, shop.desk.now()
    taken = shop.runs.records.take(run.id, now=now)
    assert taken is not None
    first = shop.items(run)[0]
    assert journal.replay_items.begin(first, turn=taken.turn, now=now)
    entry = Entry(now, "ada", "replay", first.case_key, first.event_id, "sending", {})
    journal.sendings.begin(entry, shop.world.webhook_url, seen=None)
    journal.replay_runs.finish(run.id, "stopped", now=now)
    books = create_engine(shop.world.orders_database_url)
    with books.begin() as connection:
        connection.execute(text("UPDATE orders SET status = 'paid' WHERE id = :id"), {"id": first.case_key[6:]})
    books.dispose()


def test_what_a_killed_process_left_paid_and_not_complete_is_not_called_healed(world: World) -> None:
    access = {
        "says": "access was given",
        "lacks": "no access was given",
        "query": "SELECT 1 FROM orders WHERE id = -:id",
    }
    wanted = {"orders": dict(world.orders_mapping), "outcome": {"access": access}}
    with desk_on(world, mapping=OrdersMapping.model_validate(wanted)) as desk:
        shop = shop_on(world, desk)
        run = shop.begin(shop.plan(0))
        killed_while_sending_the_first(shop, run)
        assert shop.carry_out(run).state == "complete"
        (item,) = shop.items(run)
        assert (item.state, item.after) == ("changed", "paid")
        assert "The order is paid now, but no access was given." in item.says
        assert shop.heard == []


def test_what_a_killed_process_left_healed_is_no_proof_for_the_others(shop: Shop) -> None:
    run = shop.begin(shop.plan(0, 1, 2))
    killed_while_sending_the_first(shop, run)
    shop.world.shop.mode = Mode.CRASH
    done = shop.carry_out(run)
    assert done.why.startswith("The first one did not heal its order")
    assert (done.state, shop.states(run)) == ("stopped", ["healed", "failed", "planned"])


def test_what_is_paused_while_its_process_starts_stays_paused_until_somebody_goes_on(shop: Shop) -> None:
    run = shop.begin(shop.plan(0))
    assert shop.runs.pause(run.id, who=BOB).state == "paused"
    assert "--unless-paused" in shop.runs.command(run.id)
    done = carry_out(shop.runs, run.id, Carrying(clock=shop.desk.now, unless_paused=True), who=ADA)
    assert (done.state, shop.heard) == ("paused", [])
    assert shop.runs.goes_on(run.id, who=ADA).state == "ready"
    assert carry_out(shop.runs, run.id, Carrying(clock=shop.desk.now, unless_paused=True), who=ADA).state == "complete"
