"""A watch: what it hears of, what it costs, and what becomes of restarts, gaps and outages. On a clock of its own."""

from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest

from core.journal import Filter, Kept
from core.sandbox import World
from core.scanning.watch import how_far
from tests.people import person
from tests.scanning.watched import Watched
from tests.worlds import world_of

PICKED = ("paid_and_booked", "webhook_refused", "paid_twice")
DAY = 86_400


world = world_of(*PICKED, scope="function")


@pytest.fixture
def town(world: World, tmp_path: Path) -> Iterator[Watched]:
    town = Watched(world, tmp_path)
    yield town
    town.close()


def test_it_begins_with_a_scan(world: World, town: Watched) -> None:
    step = town.step(0)
    assert step.scan is not None
    assert step.scan.state == "complete"
    assert town.headlines()[world.built["webhook_refused"].number] == "webhook_failing"
    assert town.step().scan is None, "and from then on follows what changes"


def test_a_quiet_hour_costs_fewer_than_two_hundred_requests(town: Watched) -> None:
    """Five orders that go well and one that does not, at a round a minute."""
    town.step(0)
    before, said = town.requests, 0
    for minute in range(60):
        if minute in (3, 9, 20, 33, 41):
            town.sell()
        if minute == 15:
            broken = town.sell("webhook_swallowed")
        said += town.step().requests
    spent = town.requests - before
    assert spent < 100
    assert said == spent, "and each is told"
    assert town.headlines()[broken.number] == "webhook_acked_not_applied"


def test_an_hour_in_which_nothing_happens_costs_a_request_a_minute(town: Watched) -> None:
    town.step(0)
    before = town.requests
    assert not any(step.looked or step.changes for step in town.steps(60))
    assert town.requests - before == 60 + 1, "and one an hour for what Stripe failed to make"


def test_what_happens_is_looked_at_once_after_its_grace_time(town: Watched) -> None:
    town.steps(2)
    sold = town.sell("webhook_swallowed", age=120)
    steps = town.steps(12)
    looked = [minute for minute, step in enumerate(steps, start=1) if step.looked]
    assert len(looked) == 1
    assert 4 <= looked[0] <= 7
    assert [change.what for step in steps for change in step.changes] == ["new"]
    assert sold.number in town.headlines()


def test_a_case_that_is_mended_is_resolved_within_minutes(world: World, town: Watched) -> None:
    built = world.built["webhook_refused"]
    town.steps(2)
    (session,) = town.objects(built, "checkout.session")
    town.write(
        "UPDATE orders SET status = 'paid', stripe_session_id = ?, payment_intent_id = ?, updated_at = ? "
        "WHERE order_number = ?",
        session["id"], session["payment_intent"], _iso(town.clock.at), built.number,
    )  # fmt: skip
    changes = [change.what for step in town.steps(7) for change in step.changes]
    assert changes == ["resolved"]
    assert built.number not in town.headlines()


def test_a_case_that_is_kept_is_never_resolved_by_a_glance(world: World, town: Watched) -> None:
    """The order and the payment it points at are a healthy pair; the second payment is what is wrong."""
    built = world.built["paid_twice"]
    town.steps(2)
    town.write("UPDATE orders SET updated_at = ? WHERE order_number = ?", _iso(town.clock.at), built.number)
    steps = town.steps(7)
    assert sum(step.fully for step in steps) == 1
    assert town.headlines()[built.number] == "duplicate_payment"


def test_a_row_that_is_touched_long_afterwards_takes_no_headline_away(world: World, town: Watched) -> None:
    """Stripe lists events for thirty days; what told the cause is gone then, and the order stands as it stood."""
    town.step(0)
    built = world.built["webhook_refused"]
    before = town.headlines()[built.number]
    town.step(35 * 86_400)
    assert town.headlines()[built.number] == before
    town.write("UPDATE orders SET updated_at = ? WHERE order_number = ?", _iso(town.clock.at), built.number)
    town.steps(8)
    assert town.headlines()[built.number] == before


def test_a_payment_that_no_order_claims_becomes_a_case_and_is_settled_when_one_does(town: Watched) -> None:
    town.steps(2)
    sold = town.sell()
    (row,) = sold.orders
    town.write("DELETE FROM orders WHERE order_number = ?", sold.number)
    town.steps(7)
    (key,) = [key for key in town.headlines() if key.startswith("stripe:")]
    assert town.headlines()[key] == "link_missing"
    town.world.shop.books.add([{**row, "updated_at": _iso(town.clock.at)}])
    town.steps(7)
    assert key not in town.headlines()


def test_a_restart_loses_nothing_and_doubles_nothing(town: Watched) -> None:
    town.steps(2)
    sold = town.sell("webhook_swallowed", age=120)
    town.step()
    town.restart()
    changes = [change.what for step in town.steps(9) for change in step.changes]
    assert changes == ["new"]
    assert sold.number in town.headlines()
    assert len(town.shop.journal.scans.recent()) == 1, "and it makes no scan anew"


def test_what_happened_while_it_was_off_is_caught_up_with(town: Watched) -> None:
    town.steps(2)
    town.close()
    town.clock.pass_by(3 * 3600)
    sold = town.sell("webhook_swallowed", age=3600)
    town.clock.pass_by(3 * 3600)
    town.begin()
    step = town.step()
    assert step.scan is None
    assert sold.number in town.headlines()
    heard = town.shop.journal.cursors.heard("test", None)
    assert (heard.at, heard.beat) == (town.clock.at, town.clock.at), "whoever looks sees how far it is"


@pytest.mark.parametrize("lost", ["a gap", "a cursor", "a cursor that is none"])
def test_a_gap_of_over_thirty_days_or_a_lost_cursor_becomes_a_scan(town: Watched, lost: str) -> None:
    town.steps(2)
    cursors = town.shop.journal.cursors
    if lost == "a gap":
        kept = how_far.read(cursors.get("watch test"))
        assert kept is not None
        town.clock.pass_by(31 * DAY)
    else:
        cursors.set("watch test", "" if lost == "a cursor" else "{}", town.clock.at)
    town.restart()
    step = town.step()
    assert step.scan is not None
    assert step.scan.state == "complete"


def test_once_a_day_a_scan_sees_what_no_event_tells(town: Watched) -> None:
    town.steps(2)
    assert town.step(DAY).scan is not None
    assert town.step().scan is None


def test_stripe_being_away_is_no_finding_and_is_caught_up_with(town: Watched) -> None:
    town.steps(2)
    sold = town.sell("webhook_swallowed", age=120)
    town.world.stripe.switches.fail("500", times=10_000, path="/v")
    away = town.steps(2)
    assert all(step.troubles for step in away)
    assert sold.number not in town.headlines()
    town.world.stripe.switches.faults.clear()
    back = town.steps(8)
    assert not back[-1].troubles
    assert sold.number in town.headlines()


def test_the_orders_being_away_is_caught_up_with_too(town: Watched) -> None:
    town.steps(2)
    sold = town.sell("webhook_swallowed", age=120)
    town.write("ALTER TABLE orders RENAME TO moved")
    assert all(step.troubles for step in town.steps(2))
    town.write("ALTER TABLE moved RENAME TO orders")
    town.steps(8)
    assert sold.number in town.headlines()


def test_a_scan_that_left_something_unread_is_filled_in(town: Watched) -> None:
    town.world.stripe.switches.fail("500", times=10_000, path="/v1/checkout/sessions")
    first = town.step(0)
    assert first.scan is not None
    assert (first.scan.state, len(first.troubles)) == ("partial", 1)
    town.world.stripe.switches.faults.clear()
    assert town.step().scan is None, "not at once"
    filled = town.step(3600).scan
    assert filled is not None
    assert (filled.id, filled.state) == (first.scan.id, "complete")


def test_a_second_watch_stands_by_until_the_first_is_gone(town: Watched) -> None:
    town.steps(2)
    first, town_shop = town.watch, town.shop
    town.begin(me="here 2")
    (trouble,) = town.step().troubles
    assert "Another watch follows this account: here 1" in trouble
    first.end(town.clock.at)
    assert not town.step(10).troubles
    town_shop.close()


def test_an_ignored_case_is_open_again_when_its_time_is_over(world: World, town: Watched) -> None:
    number = world.built["webhook_refused"].number
    town.steps(2)
    (kept,) = [case for case in _open(town) if case.number == number]
    town.shop.journal.inbox.ignore([kept.key], town.clock.at + 90, person("jo"), town.clock.at)
    assert number not in {case.number for case in _open(town)}
    town.steps(2)
    assert number in {case.number for case in _open(town)}


def test_a_flood_of_written_rows_becomes_one_scan(town: Watched, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("core.scanning.watch.watch.MANY", 3)
    town.steps(2)
    town.write("UPDATE orders SET updated_at = ?", _iso(town.clock.at))
    steps = town.steps(8)
    assert sum(step.scan is not None for step in steps) == 1
    assert sum(step.looked for step in steps) == 0


def _open(town: Watched) -> tuple[Kept, ...]:
    return town.shop.journal.inbox.page(Filter(states=("open",)), limit=100)[0]


def _iso(at: int) -> str:
    return datetime.fromtimestamp(at, UTC).isoformat()
