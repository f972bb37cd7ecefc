"""Many at a time: read in bulk, sent side by side, proved in bulk; whatever is not plain is read whole, as one is."""

import sqlite3
import time
from collections.abc import Iterator
from contextlib import closing
from dataclasses import replace
from typing import Any

import pytest
from sqlalchemy import create_engine, text

from core.desk import Desk
from core.journal import Begun, Noted, ReplayItem, ReplayRun
from core.replaying import Runs
from core.replaying.bulk import FRESH
from core.replaying.running import Carrying, carry_out
from core.replaying.sending import Sending
from core.replaying.together import MOST, Together
from core.replays import Why
from core.sandbox import World
from core.sandbox.shop import Mode
from core.settings import OrdersMapping, Replays
from tests.desks import PatientClock, desk_on
from tests.replaying.conftest import ADA, Shop
from tests.replaying.planned import planned
from tests.waiting import eventually

MANY, FEW = 60, 6
AT_ONCE = 3


@pytest.fixture
def many() -> Iterator[Shop]:
    with World(scenarios=[], orders=MANY, shares={"webhook_refused": 1.0}) as world, desk_on(world) as desk:
        yield shop_of(world, desk)


@pytest.fixture
def few(world: World) -> Iterator[Shop]:
    with desk_on(world) as desk:
        yield shop_of(world, desk)


def shop_of(world: World, desk: Desk) -> Shop:
    return Shop(world, desk, Runs(desk, Replays(), desk.now))


def begun(shop: Shop, items: list[ReplayItem], *, at_once: int = AT_ONCE) -> ReplayRun:
    run = Begun(who="ada", sub="ada", account=shop.desk.account, how="replay", chosen="all", at_once=at_once)
    return shop.runs.records.begin(run, items, now=shop.desk.now())


def asked(shop: Shop) -> int:
    """How often Stripe was."""
    return len(shop.world.stripe.switches.requests)


def books(shop: Shop, statement: str, **values: object) -> None:
    engine = create_engine(shop.world.orders_database_url)
    with engine.begin() as connection:
        connection.execute(text(statement), values)
    engine.dispose()


def payment_of(shop: Shop, item: ReplayItem) -> tuple[dict[str, Any], dict[str, Any]]:
    """The session of an item and its charge."""
    store = shop.world.stripe.store
    (session,) = (one for one in store.newest_first("checkout.session", livemode=False) if one["id"] == item.object_id)
    charges = store.newest_first("charge", livemode=False)
    (charge,) = (one for one in charges if one["payment_intent"] == session["payment_intent"])
    return session, charge


def test_stripe_is_read_in_bulk_and_what_is_written_down_is_as_of_one(many: Shop) -> None:
    items = planned(many)
    for item in items[:2]:
        opened = many.desk.open(item.case_key)
        many.desk.inbox.note([Noted.of(item.case_key, opened)], now=many.desk.now())
    run, before = begun(many, items, at_once=10), asked(many)
    done = many.carry_out(run)
    assert (done.state, many.states(run)) == ("complete", ["healed"] * MANY)
    assert sorted(many.heard) == sorted(item.event_id for item in items)
    assert asked(many) - before < 3 * MANY, "some 34 for each, where each was read whole"
    first, second = many.items(run)[:2]
    assert (second.before, second.after, second.status) == ("pending", "paid", 200)
    assert second.says.startswith("Healed: the order was pending and is paid, less than a second after the sending.")
    entries = {one.object_id: one for one in many.desk.activity(limit=200)[0] if one.what == "replay"}
    whole, bulk = entries[first.event_id], entries[second.event_id]
    assert (bulk.outcome, bulk.holder, bulk.who) == ("healed", "", "ada")
    assert bulk.details.keys() == whole.details.keys()
    for said in (f"order {second.name}: status: pending -> paid", "-> nothing found"):
        assert said in str(bulk.details["changes"]), "as of one that is read whole"
    assert bulk.details["note"] == f"run {run.id}"
    kept = many.desk.inbox.known([item.case_key for item in items[:2]])
    assert [one.state for one in kept] == ["resolved", "resolved"]


def test_an_order_that_changed_since_the_plan_is_read_whole(few: Shop) -> None:
    items = planned(few)
    run = begun(few, items)
    books(few, "UPDATE orders SET status = 'paid' WHERE id = :id", id=items[3].case_key[6:])
    assert few.carry_out(run).state == "complete"
    assert few.states(run) == ["healed"] * 3 + ["skipped"] + ["healed"] * 2
    assert few.items(run)[3].left_out == Why.APPLIED
    assert items[3].event_id not in few.heard


def test_a_payment_that_went_back_since_the_plan_is_read_whole(few: Shop) -> None:
    items = planned(few)
    run = begun(few, items)
    _, charge = payment_of(few, items[3])
    few.world.stripe.store.change(charge, amount_refunded=charge["amount"], refunded=True)
    few.carry_out(run)
    assert few.states(run)[3] == "skipped"
    assert few.items(run)[3].left_out in (Why.HARM, Why.NEWER, Why.NO_HELP)
    assert items[3].event_id not in few.heard


def test_who_shares_a_name_with_a_payment_made_since_is_read_whole(few: Shop) -> None:
    items = planned(few)
    run = begun(few, items)
    one = searched(few, 0)
    few.desk.open(items[3].case_key)
    one = searched(few, one)
    session, _ = payment_of(few, items[3])
    again = {**session, "id": f"{session['id'][:-4]}2nd2", "created": few.desk.now(), "payment_intent": None}
    few.world.stripe.store.put(again)
    before = searched(few, 0)
    few.carry_out(run)
    assert 3 * one <= searched(few, before) <= 4 * one, "read whole: the first, before and after, and this one"


def searched(shop: Shop, before: int) -> int:
    """How often Stripe was asked for the payments that name an order, since that were so many: as often as cases were
    read whole."""
    paths = [one.path for one in shop.world.stripe.switches.requests]
    return sum(path.startswith("/v1/payment_intents/search") for path in paths) - before


def test_a_reading_that_is_stale_is_made_anew(world: World) -> None:
    clock = PatientClock()
    with desk_on(world, clock=clock) as desk:
        shop = shop_of(world, desk)
        run = shop.runs.records.take(begun(shop, planned(shop)).id, now=desk.now())
        assert run is not None
        todo = list(shop.items(run))
        with Together(desk, run, Sending(desk, run), todo) as out:
            eventually(lambda: (out.landed(0.05), out.next(todo, canary=False))[1])
            books(shop, "UPDATE orders SET status = 'paid' WHERE id = :id", id=todo[0].case_key[6:])
            clock.pause(FRESH + 1)
            assert out.next(todo, canary=False) == [], "nobody knows how they stand"
            eventually(lambda: (out.landed(0.05), out.next(todo, canary=False))[1])
            (first,) = out.next(todo, canary=False)
            assert (first, out.begin([first])) == (todo[0], []), "by itself"
            eventually(lambda: out.landed(0.05))
    assert (shop.items(run)[0].left_out, shop.heard) == (Why.APPLIED, [])


def test_while_another_writer_has_the_journal_none_is_begun_and_each_goes_by_itself_later(
    few: Shop, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("core.journal.opening._BUSY_SECONDS", 1)
    run = few.runs.records.take(begun(few, planned(few)).id, now=few.desk.now())
    assert run is not None
    todo = list(few.items(run))
    journal = few.world.directory / "journal.sqlite3"
    with Together(few.desk, run, Sending(few.desk, run), todo) as out:
        items = eventually(lambda: (out.landed(0.05), out.next(todo, canary=False))[1])
        with closing(sqlite3.connect(journal, isolation_level=None)) as other:
            other.execute("BEGIN IMMEDIATE")
            assert out.begin(items) == items
            assert (len(out), few.heard) == (0, [])
            other.execute("ROLLBACK")
        (first,) = out.next(todo, canary=False)
        assert out.begin([first]) == []
        eventually(lambda: out.landed(0.05))
    assert [one for one in few.states(run) if one != "planned"] == ["healed"]


def test_a_reading_beside_the_canary_is_stale_when_that_takes_long(world: World) -> None:
    clock = PatientClock()
    with desk_on(world, clock=clock) as desk:
        shop = shop_of(world, desk)
        run = shop.runs.records.take(begun(shop, planned(shop)).id, now=desk.now())
        assert run is not None
        todo = list(shop.items(run))
        books(shop, "UPDATE orders SET status = 'paid' WHERE id = :id", id=todo[0].case_key[6:])
        with Together(desk, run, Sending(desk, run), todo) as out:
            assert out.begin(out.next(todo, canary=True)) == []
            del todo[0]
            assert out.next(todo, canary=True) == [], "what comes next is only read"
            eventually(lambda: out.landed(0.05))
            eventually(lambda: (out.landed(0.05), out.next(todo, canary=False))[1])
            books(shop, "UPDATE orders SET status = 'paid' WHERE id = :id", id=todo[0].case_key[6:])
            clock.pause(FRESH + 1)
            assert out.begin(out.next(todo, canary=True)) == []
            eventually(lambda: out.landed(0.05))
    assert ([one.left_out for one in shop.items(run)[:2]], shop.heard) == ([Why.APPLIED] * 2, [])


def test_what_was_begun_while_it_was_read_keeps_no_other_from_being_read(world: World) -> None:
    with desk_on(world) as desk:
        shop = shop_of(world, desk)
        slow = replace(begun(shop, planned(shop)), per_minute=10)
        run = shop.runs.records.take(slow.id, now=desk.now())
        assert run is not None
        todo = list(shop.items(run))
        with Together(desk, replace(run, per_minute=10), Sending(desk, run), todo) as out:
            assert out.begin(out.next(todo, canary=True)) == []
            assert out.next(todo[1:], canary=True) == [], "it is read"
            assert out.begin(todo[1:2]) == [], "before that has landed"
            eventually(lambda: (out.landed(0.05), not len(out))[1])
            eventually(lambda: (out.landed(0.05), out.next(todo[2:], canary=False))[1])
    assert shop.states(run)[:2] == ["healed", "healed"]


def test_a_run_goes_on_where_reading_many_takes_longer_than_a_reading_stands(world: World) -> None:
    def lists() -> int:
        """Of checkouts, as many are read together."""
        seen = world.stripe.switches.requests
        return sum(one.path == "/v1/checkout/sessions" and "created" in one.query for one in seen)

    with desk_on(world, clock=lambda: time.time() + (FRESH + 1) * lists()) as desk:
        shop = shop_of(world, desk)
        run = begun(shop, planned(shop))
        done = shop.carry_out(run, stop=lambda: lists() > 40)
    assert (done.state, shop.states(run)) == ("complete", ["healed"] * FEW)
    assert lists() > 1, "they were read together, in vain"


def test_a_pair_that_is_not_healthy_after_all_is_read_whole_and_stays_open(few: Shop) -> None:
    items = planned(few)
    opened = few.desk.open(items[3].case_key)
    few.desk.inbox.note([Noted.of(items[3].case_key, opened)], now=few.desk.now())
    run = begun(few, items)
    number = items[3].case_key[6:]
    books(
        few,
        "CREATE TRIGGER wrong AFTER UPDATE OF status ON orders WHEN new.id = "
        f"{int(number)} BEGIN UPDATE orders SET total_minor = total_minor + 1 WHERE id = new.id; END",
    )
    few.carry_out(run)
    assert few.states(run) == ["healed"] * FEW, "it shows the payment"
    (kept,) = few.desk.inbox.known([items[3].case_key])
    assert kept.state != "resolved"
    assert kept.code != opened.diagnosis.findings[0].code


def test_an_order_that_lacks_what_belongs_to_it_is_not_called_healed(world: World) -> None:
    clock = PatientClock()
    with desk_on(world) as desk:
        items = planned(shop_of(world, desk))
    canary = items[0].case_key[6:]
    access = {
        "says": "access was given", "lacks": "no access was given",
        "query": f"SELECT 1 FROM orders WHERE id = :id AND id = {int(canary)}",
    }  # fmt: skip
    wanted = {"orders": dict(world.orders_mapping), "outcome": {"access": access}}
    mapping = OrdersMapping.model_validate(wanted)
    with desk_on(world, mapping=mapping, clock=clock, pause=clock.pause) as desk:
        shop = shop_of(world, desk)
        run = begun(shop, items[:4])
        done = shop.carry_out(run)
    assert (done.state, shop.states(run)) == ("complete", ["healed", "changed", "changed", "changed"])
    assert shop.items(run)[1].says.startswith("Paid now, but no access was given")
    assert done.why.startswith("3 in a row did not heal their orders")


def test_an_app_that_begins_to_drop_what_it_accepts_gets_no_more_than_the_bound(many: Shop) -> None:
    clock = PatientClock()
    with desk_on(many.world, clock=clock, pause=clock.pause) as desk:
        shop = shop_of(many.world, desk)
        run = begun(shop, planned(shop), at_once=2)

        def drops() -> bool:
            if len(shop.heard) >= 4:
                shop.world.shop.mode = Mode.DROP
            return False

        done = shop.carry_out(run, stop=drops)
    assert done.state == "stopped"
    assert "in a row did not heal their orders" in done.why
    states = shop.states(run)
    assert states.count("healed") >= 4
    assert states.count("unchanged") <= 2 * MOST
    assert len(shop.heard) == len(set(shop.heard)) == MANY - states.count("planned")


def test_an_old_plan_has_no_sights_and_is_carried_out_as_ever(few: Shop) -> None:
    items = [replace(item, sight=sight) for item, sight in zip(planned(few), ["", "{", "[]", "", "", ""], strict=True)]
    run = begun(few, items)
    done = carry_out(few.runs, run.id, Carrying(clock=few.desk.now), who=ADA)
    assert (done.state, few.states(run)) == ("complete", ["healed"] * FEW)
