"""Orders of more than thirty days ago: left out of a plan, or sent what is reconstructed and called so everywhere."""

import sqlite3
from collections.abc import Iterator
from contextlib import closing

import pytest

from core.errors import Refused
from core.journal import Entry
from core.replaying import Runs
from core.replaying.tabling import csv_of, selection_of
from core.replaying.told import message
from core.replays import Why
from core.sandbox import World
from core.settings import Replays
from core.surroundings import Surroundings
from core.times import DAY
from tests.desks import PatientClock, desk_on
from tests.replaying.conftest import ADA, Shop, shop_on

MADE = "checkout.session.completed (reconstructed)"


@pytest.fixture
def world() -> Iterator[World]:
    """Three orders whose payments nobody noticed for weeks."""
    with World(scenarios=[], orders=3, shares={"forgotten_in_autumn": 1.0}) as running:
        yield running


@pytest.fixture
def shop(world: World) -> Iterator[Shop]:
    """Where reconstructed events are allowed."""
    with desk_on(world, around=Surroundings(as_live=True, reconstructs=True)) as desk:
        yield shop_on(world, desk, Replays(reconstruct=True))


def test_they_are_left_out_unless_it_is_chosen(shop: Shop) -> None:
    plan = shop.plan()
    assert (plan.to_send, plan.reasons) == ((), {Why.TOO_OLD: 3})
    assert plan.left_out[0].says.endswith("A reconstructed one is sent only where that is chosen.")


def test_a_run_of_them_heals_and_calls_them_reconstructed_everywhere(shop: Shop) -> None:
    plan = shop.plan(reconstruct=True)
    assert {item.called for item in plan.to_send} == {MADE}
    assert "3 of them reconstructed" in plan.says
    assert plan.to_send[0].says.startswith("It is reconstructed and not Stripe's own event, made of cs_")
    lines = "".join(csv_of(plan.items, plan.mode)).splitlines()
    assert [line.endswith(',"yes"') for line in lines[1:]] == [True] * 3
    run = shop.begin(plan, at_once=2)
    assert run.chosen == "3 cases (3 of the events reconstructed)"
    done = shop.carry_out(run)
    assert (done.state, shop.states(run)) == ("complete", ["healed"] * 3)
    assert {item.called for item in shop.items(run)} == {MADE}
    assert all(heard.startswith("evt_reconstructed_") for heard in shop.heard)
    entries, _ = shop.desk.activity()
    assert {one.details["event"] for one in entries if one.what == "replay"} == {MADE}
    (begun,) = (one for one in entries if one.what == "run")
    assert "3 of them reconstructed" in said(begun)
    assert "3 of the events reconstructed" in message(done, shop.runs.parts(run.id)).body


def said(entry: Entry) -> str:
    return " ".join(map(str, entry.details.values()))


def test_a_plan_with_them_is_carried_out_from_its_file(shop: Shop) -> None:
    lines = "".join(csv_of(shop.plan(reconstruct=True).items, "test")).splitlines()
    again = shop.runs.plan(selection_of(lines, "test", "plan.csv"))
    assert {item.called for item in again.to_send} == {MADE}
    assert len(again.to_send) == 3


def test_each_is_made_anew_right_before_it_is_sent(shop: Shop) -> None:
    """What was booked by hand meanwhile is skipped."""
    run = shop.begin(shop.plan(reconstruct=True))
    with closing(sqlite3.connect(shop.world.shop.books.path)) as books, books:
        books.execute("UPDATE orders SET status = 'paid' WHERE id = ?", (shop.items(run)[1].case_key[6:],))
    assert shop.carry_out(run).state == "complete"
    assert [item.left_out for item in shop.items(run)] == ["", Why.APPLIED, ""]


def test_where_it_is_forbidden_by_then_nothing_is_sent(shop: Shop, world: World) -> None:
    run = shop.begin(shop.plan(reconstruct=True))
    with desk_on(world) as desk:
        strict = Shop(world, desk, Runs(desk, Replays(), desk.now))
        done = strict.carry_out(run)
        assert (done.state, strict.states(run), shop.heard) == ("complete", ["skipped"] * 3, [])
        assert "the settings do not allow it" in strict.items(run)[0].says


@pytest.mark.parametrize(
    ("rules", "fetches", "how", "says"),
    [
        (Replays(), False, "replay", "the settings do not allow it"),
        (Replays(reconstruct=True), True, "replay", "fetches each event from Stripe by its id"),
        (Replays(reconstruct=True), False, "resend", "Stripe does not have what is reconstructed"),
    ],
)
def test_planning_them_is_refused(shop: Shop, rules: Replays, how: str, says: str, *, fetches: bool) -> None:
    shop.runs = Runs(shop.desk, rules, shop.desk.now, fetches_events=fetches)
    assert shop.runs.may_reconstruct is (how == "resend")
    with pytest.raises(Refused, match=says):
        shop.plan(reconstruct=True, how=how)


def test_what_became_too_old_since_the_plan_is_skipped_and_says_so() -> None:
    """Planned when its event was 27 days old, carried out weeks later."""
    clock = PatientClock()
    with (
        World(scenarios=[], orders=2, shares={"webhook_refused": 1.0}) as world,
        desk_on(world, clock=clock, pause=clock.pause) as desk,
    ):
        shop = shop_on(world, desk)
        run = shop.begin()
        world.stripe.switches.offset = 31 * DAY
        clock.pause(31 * DAY)
        done = shop.carry_out(run)
        assert (done.state, shop.heard) == ("complete", [])
        assert [(one.state, one.left_out) for one in shop.items(run)] == [("skipped", Why.TOO_OLD)] * 2
        assert "Stripe lists events for 30 days" in shop.items(run)[0].says
        assert shop.runs.plan(selection_of(lines_of(shop, done.id), "test", "run.csv")).to_send == ()


def lines_of(shop: Shop, run_id: int) -> list[str]:
    return "".join(shop.runs.csv(run_id, who=ADA)).splitlines()
