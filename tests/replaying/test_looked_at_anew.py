"""Each item is looked at once more right before it is sent, and whatever speaks against it by now leaves it out."""

from dataclasses import replace

import pytest
from sqlalchemy import create_engine, text

from core.errors import Refused
from core.journal import Begun, Entry
from core.replaying import Runs
from core.replays import Why
from core.sandbox import World
from core.sandbox.shop import Mode
from core.settings import Replays
from tests.desks import desk_on
from tests.replaying.conftest import ADA, BOB, Shop

BEGUN = Begun(who="ada", sub="ada", account=None, how="replay", chosen="these")


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
