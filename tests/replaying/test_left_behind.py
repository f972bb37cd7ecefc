"""What a process left that was killed at work, or lost its journal: settled from the journal and the order, never sent
again."""

import sqlite3
import time
from contextlib import closing

import pytest
from sqlalchemy import create_engine, text

from core.errors import Unreachable
from core.journal import Entry, ReplayRun
from core.sandbox import World
from core.sandbox.shop import Mode
from core.settings import OrdersMapping
from core.times import HOUR
from tests.desks import PatientClock, desk_on
from tests.replaying.conftest import ADA, Shop, shop_on


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


def test_of_what_was_sent_while_the_journal_failed_is_said_what_is_known(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Nobody was killed: the journal could not be written after the endpoint had answered."""
    monkeypatch.setattr("core.journal.opening._BUSY_SECONDS", 1)
    world.shop.mode = Mode.DROP
    with desk_on(world) as desk:
        shop = shop_on(world, desk)
        run = shop.begin(shop.plan(0))
    journal = world.directory / "journal.sqlite3"
    with closing(sqlite3.connect(journal, isolation_level=None, check_same_thread=False)) as other:

        def locked() -> None:
            if not other.in_transaction:
                other.execute("BEGIN IMMEDIATE")

        clock = PatientClock(locked)
        with desk_on(world, clock=clock, pause=clock.pause) as desk, pytest.raises(Unreachable):
            shop_on(world, desk).carry_out(run)
        other.execute("ROLLBACK")
    with desk_on(world, clock=lambda: time.time() + HOUR) as desk:
        shop = shop_on(world, desk)
        shop.carry_out(run)
        (item,) = shop.items(run)
    assert item.state == "unverified"
    assert "was killed, or the journal could not be written" in item.says
    assert "It was sent, and the endpoint answered with status 200: it is not sent again." in item.says
    assert len(shop.heard) == 1
