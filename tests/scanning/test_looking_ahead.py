"""What is looked at while things still come in stands at the end only if nothing came that it should have known."""

import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import msgspec
import pytest

from core.journal import Noted
from core.sandbox import World
from core.sandbox.scenarios import BY_NAME
from core.scanning.looking import Ahead, Suspects
from core.scanning.looking.ahead import still_true
from core.scanning.scratch import Scratch, of_id
from core.scanning.sieve import Comparing
from core.scanning.whose import account_of
from core.stripe_api.spans import Range
from core.surroundings import Surroundings
from tests.scanning.scanned import DAY, Shop
from tests.waiting import eventually
from tests.worlds import world_of

NAMES = ("webhook_swallowed", "declined_then_paid", "paid_and_booked", "live_id_on_test_shop", "paid_twice")


@dataclass
class Beside:
    """A scan of a world with orders in its scratch, that looks ahead."""

    shop: Shop
    scratch: Scratch
    comparing: Comparing
    ahead: Ahead

    def comes(self, *ids: str) -> None:
        """Objects come in."""
        self.shop.spans.retrieve(ids, keep=lambda raw: self.scratch.keep("sessions", [raw]))

    def sessions(self, name: str) -> list[str]:
        found = [one for one in self.shop.world.built[name].objects if one["object"] == "checkout.session"]
        return [str(one["id"]) for one in sorted(found, key=lambda one: int(one["created"]))]

    def key(self, name: str) -> int:
        return of_id(f"order {self.shop.orders.find(numbers=[self.shop.world.built[name].number])[0].id}")

    def seen(self, name: str) -> str | None:
        """What was seen early: the headline, "well", or None where nothing was."""
        rows = self.scratch.rows("SELECT noted FROM early WHERE key = ?", (self.key(name),))
        if not rows:
            return None
        return "well" if rows[0][0] is None else msgspec.msgpack.decode(rows[0][0], type=Noted).code


world = world_of(*NAMES)


@pytest.fixture
def beside(world: World, tmp_path: Path) -> Iterator[Beside]:
    shop = Shop(world, tmp_path)
    now = world.now
    scratch = Scratch.of(tmp_path, "1")
    for batch in shop.orders.batches(since=now - 60 * DAY, until=now):
        scratch.keep_orders(batch)
    suspects = Suspects(
        scratch,
        shop.orders,
        shop.ahead,
        Surroundings(as_live=True),
        account_of(shop.spans)[0],
        [],
        now,
        Range(now - 60 * DAY, now),
        lambda: now,
        lambda: False,
    )
    comparing = Comparing(scratch, "test", canary=1.0)
    yield Beside(shop, scratch, comparing, Ahead(scratch, comparing, suspects, 1, reading=True, idle=shop.spans))
    scratch.close()
    shop.close()


def looked(beside: Beside) -> None:
    beside.ahead.begin()
    beside.ahead.end()


def test_a_healthy_pair_is_found_well_and_a_suspect_is_diagnosed_with_its_events(beside: Beside) -> None:
    for name in ("paid_and_booked", "webhook_swallowed", "declined_then_paid"):
        beside.comes(*beside.sessions(name))
    looked(beside)
    still_true(beside.scratch)
    assert beside.seen("paid_and_booked") == "well"
    assert beside.seen("declined_then_paid") == "well"
    assert beside.seen("webhook_swallowed") == BY_NAME["webhook_swallowed"].expected_headline
    assert beside.scratch.count("events") > 0


def test_nothing_is_seen_of_an_order_whose_payment_has_not_come(beside: Beside) -> None:
    looked(beside)
    assert beside.seen("webhook_swallowed") is None
    assert beside.seen("paid_and_booked") is None


def test_what_another_payment_comes_for_is_not_seen_any_more(beside: Beside) -> None:
    first, second = beside.sessions("paid_twice")
    beside.comes(first)
    looked(beside)
    early = beside.seen("paid_twice")
    beside.comes(second)
    still_true(beside.scratch)
    assert early != "duplicate_payment"
    assert beside.seen("paid_twice") is None
    assert beside.comparing.finish(beside.shop.world.now).suspects >= 1


def test_what_came_again_is_not_seen_any_more(beside: Beside) -> None:
    """It may have changed since it was first read."""
    beside.comes(*beside.sessions("webhook_swallowed"))
    looked(beside)
    assert beside.seen("webhook_swallowed") is not None
    beside.comes(*beside.sessions("webhook_swallowed"))
    still_true(beside.scratch)
    assert beside.seen("webhook_swallowed") is None


def test_a_stored_id_of_the_other_mode_is_not_asked_for(beside: Beside) -> None:
    with beside.scratch.writing() as db:
        db.execute(
            "INSERT INTO done VALUES ('sessions', ?, ?)", (beside.shop.world.now - 60 * DAY, beside.shop.world.now)
        )
    looked(beside)
    asked = {row[0] for row in beside.scratch.rows("SELECT id FROM absent")}
    assert not [one for one in asked if one.startswith("cs_live_")]


def test_what_all_sessions_about_it_came_without_is_read_by_its_id(beside: Beside) -> None:
    with beside.scratch.writing() as db:
        db.execute(
            "INSERT INTO done VALUES ('sessions', ?, ?)", (beside.shop.world.now - 60 * DAY, beside.shop.world.now)
        )
    wanted = beside.sessions("paid_and_booked")[0]
    beside.ahead.begin()
    try:
        assert eventually(lambda: beside.scratch.rows("SELECT 1 FROM objects WHERE id = ?", (wanted,)))
    finally:
        beside.ahead.end()


def test_where_events_could_not_be_read_nothing_is_kept_of_what_they_would_tell(beside: Beside) -> None:
    beside.comes(*beside.sessions("webhook_swallowed"))
    switches = beside.shop.world.stripe.switches
    switches.fail("500", times=60, path="/v1/events")
    try:
        looked(beside)
    finally:
        switches.faults.clear()
    assert beside.ahead.suspects.holes
    assert beside.seen("webhook_swallowed") is None


def test_it_ends_where_the_limit_leaves_no_room_for_events(beside: Beside) -> None:
    """As with a sandbox account's; what needs no events is seen all the same."""
    beside.ahead.reading = False
    beside.comes(*beside.sessions("webhook_swallowed"), *beside.sessions("declined_then_paid"))
    beside.ahead.begin()
    time.sleep(1.0)  # some rounds; the last is at the end, whatever came of them
    beside.ahead.end()
    assert beside.seen("webhook_swallowed") is None
    assert beside.seen("declined_then_paid") == "well"


def test_what_its_events_were_not_read_for_is_not_known(beside: Beside) -> None:
    """As of a session that came in while those of another were read."""
    suspects = beside.ahead.suspects
    beside.comes(*beside.sessions("webhook_swallowed"))
    ((_, look),) = suspects.early([beside.key("webhook_swallowed")])
    assert not suspects.heard(look)
    suspects.read_events()
    assert suspects.heard(look)
