"""Stripe fails in the middle of a scan: for a while, for good, in a page, with the key. What was not read is said, what
is said was read, and what was left can be filled in."""

import random
import time
from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path
from typing import Literal

import pytest

from core.sandbox import World
from tests.scanning.faults import Between, Inbox, Json, inbox, quietly, times_told
from tests.scanning.scanned import Shop
from tests.waiting import LIMIT
from tests.worlds import STEADY, world_of

SESSIONS = "/v1/checkout/sessions"
ORDERS = 150


world = world_of(*STEADY, orders=ORDERS, latency=0.005)


@pytest.fixture
def shop(world: World, calm: Inbox, tmp_path: Path) -> Iterator[Shop]:
    """With an empty journal; the calm scan is over."""
    assert calm
    with closing(Shop(world, tmp_path, holds_out=1.5)) as shop:
        yield shop


def from_request(number: int, do: Callable[[], object], *, path: str = SESSIONS) -> Callable[[int, str], None]:
    """Do something when a page of a list is asked for the `number`th time. There are two of sessions at least; how many
    more depends on how fast they come."""
    asked = iter(range(1, 100_000))

    def before(_number: int, came: str) -> None:
        if came == path and next(asked) == number:
            do()

    return before


@pytest.mark.parametrize("how", ["500", "reset"])
def test_stripe_that_is_gone_for_a_while_is_waited_for(
    world: World, between: Between, calm: Inbox, tmp_path: Path, how: str
) -> None:
    """For a dozen requests, whatever they ask for; how long it may last is in tests/stripe_api/spans."""
    between.before = from_request(2, lambda: world.stripe.switches.fail(how, times=12))  # type: ignore[arg-type] # a kind
    with closing(Shop(world, tmp_path, holds_out=LIMIT)) as shop:
        record = shop.scan()
        assert not world.stripe.switches.faults
        assert (record.state, record.holes) == ("complete", ())
        assert inbox(shop.journal) == calm
        assert times_told(shop.journal) == {1}


def test_stripe_that_stays_away_leaves_a_hole_that_is_filled_later(
    world: World, between: Between, calm: Inbox, shop: Shop, tmp_path: Path
) -> None:
    switches = world.stripe.switches
    between.before = from_request(2, lambda: switches.fail("500", times=100_000, path=SESSIONS))
    with closing(Shop(world, tmp_path, holds_out=0.3)) as hasty:
        partial = hasty.scan()
    between.before = quietly
    assert partial.state == "partial"
    assert {"sessions"} <= {hole.kind for hole in partial.holes} <= {"sessions", "events", "objects"}
    assert all(partial.since <= hole.since < hole.until for hole in partial.holes)
    assert all("500" in hole.because or "error" in hole.because.lower() for hole in partial.holes), partial.holes
    assert shop.journal.scans.last_horizon("test", partial.account) is None, "it does not count as read"
    assert inbox(shop.journal).keys() < calm.keys(), "nothing that is not"
    switches.faults.clear()
    filled = shop.fill(partial.id)
    assert (filled.id, filled.state, filled.holes) == (partial.id, "complete", ())
    assert inbox(shop.journal) == calm


Mishap = Literal["429", "lock", "500", "reset"]
RATES: dict[str, tuple[int, dict[Mishap, float]]] = {
    "as few as are to be expected": (11, {"429": 0.05, "500": 0.02, "reset": 0.01}),
    "one in five": (3, {"429": 0.05, "lock": 0.05, "500": 0.05, "reset": 0.05}),
}


@pytest.mark.parametrize("rate", RATES)
def test_mishaps_change_no_finding(world: World, between: Between, calm: Inbox, tmp_path: Path, rate: str) -> None:
    """Key, headline, all codes, severity and money of each case, exactly."""
    seed, shares = RATES[rate]
    chance, happened = random.Random(seed), list[Mishap]()  # noqa: S311 - repeatable

    def before(_number: int, path: str) -> None:
        drawn = chance.random()
        for kind, share in shares.items():
            drawn -= share
            if drawn < 0:
                happened.append(kind)
                world.stripe.switches.fail(kind, path=path)
                return

    between.before = before
    with closing(Shop(world, tmp_path, holds_out=30.0)) as shop:
        record = shop.scan()
        assert (record.state, record.holes) == ("complete", ())
        assert set(happened) == set(shares), "each kind, at least once"
        assert inbox(shop.journal) == calm
        assert times_told(shop.journal) == {1}


@pytest.mark.parametrize("path", [SESSIONS, "/v1/events"])
def test_a_key_that_is_revoked_in_the_middle(
    world: World, between: Between, calm: Inbox, shop: Shop, path: str
) -> None:
    switches = world.stripe.switches
    asked = iter(range(1, 100_000))

    def revoke(_number: int, came: str) -> None:
        if came.startswith(path) and next(asked) == 2:
            switches.expired_keys.add(world.secret_key)

    between.before = revoke
    record = shop.scan()
    assert record.state == "partial"
    assert record.holes
    assert any("key" in hole.because.lower() for hole in record.holes), record.holes
    assert world.secret_key not in str(record)
    told = inbox(shop.journal)
    assert {key: found[1] for key, found in told.items()}.items() <= {
        key: found[1] for key, found in calm.items()
    }.items()
    switches.expired_keys.clear()
    between.before = quietly
    assert shop.fill(record.id).state == "complete"
    assert inbox(shop.journal) == calm


def test_a_revoked_key_resolves_nothing(world: World, between: Between, shop: Shop) -> None:
    shop.scan()
    before = inbox(shop.journal)
    for path in (SESSIONS, "/v1/refunds", "/v1/disputes", "/v1/events"):
        between.before = from_request(1, lambda: world.stripe.switches.expired_keys.add(world.secret_key), path=path)
        assert shop.scan().state == "partial"
        assert inbox(shop.journal) == before
        world.stripe.switches.expired_keys.clear()


MALFORMED: dict[int, Callable[[Json], object]] = {
    40: lambda one: one.pop("id"),
    80: lambda one: one.update(created=None),
    120: lambda one: one.update(created=4),
}
STRANGE: dict[int, Callable[[Json], object]] = {
    30: lambda one: one.update(amount_total=10**30, expires_at=10**25),
    50: lambda one: one.update(amount_total="fifty", expires_at="soon", livemode="no"),
    70: lambda one: one.update(metadata=["order"], payment_intent=[1], customer_details=7),
    90: lambda one: one.update(payment_intent=12, client_reference_id=3.5, status=None),
    110: lambda one: one.update(client_reference_id="\x00", metadata={"order_id": "\x00 \ufffe"}),
    130: lambda one: [one.pop(name) for name in list(one) if name not in ("id", "created")],
}


def bent(flaws: dict[int, Callable[[Json], object]]) -> Callable[[str, Json], None]:
    """Bend the objects at these places of the sessions, counted as they are first seen."""
    places: dict[str, int] = {}

    def bend(path: str, page: Json) -> None:
        for one in page["data"] if path == SESSIONS else ():
            flaws.get(places.setdefault(one["id"], len(places)), id)(one)

    return bend


def test_an_object_that_is_none_is_reported_and_the_rest_is_read(between: Between, calm: Inbox, shop: Shop) -> None:
    flaws = dict(MALFORMED)
    between.bend = bent(flaws)
    record = shop.scan()
    assert record.state == "partial"
    assert [hole.kind for hole in record.holes] == ["sessions"] * 3
    assert {hole.because.rpartition(": ")[2].split(" (")[0] for hole in record.holes} == {
        "it has no id",
        "its `created` is no number of seconds",
        "its `created`",
    }
    assert all(record.since <= hole.since < hole.until <= record.until for hole in record.holes)
    told = inbox(shop.journal)
    assert told.items() <= calm.items(), "a hole is no finding"
    del flaws[80], flaws[120]
    again = shop.fill(record.id)
    assert (again.state, len(again.holes)) == ("partial", 1), "it was looked at again"
    between.bend = None
    assert shop.fill(record.id).state == "complete"
    assert inbox(shop.journal) == calm


def test_objects_with_strange_fields_disturb_no_other(between: Between, calm: Inbox, shop: Shop) -> None:
    between.bend = bent(STRANGE)
    record = shop.scan()
    assert record.state in ("complete", "partial"), record.why
    told = inbox(shop.journal)
    assert len(calm.items() - told.items()) <= len(STRANGE)
    assert len(told.items() - calm.items()) <= 2 * len(STRANGE)


def test_sessions_made_while_a_scan_runs_are_the_next_ones(
    world: World, between: Between, calm: Inbox, shop: Shop
) -> None:
    """Pages shift under the reading; what is newer than its horizon is read once, by the scan after it."""
    paid = next(
        one
        for one in world.stripe.store.newest_first("checkout.session", livemode=False)
        if one["payment_status"] == "paid" and world.stripe.switches.now() - one["created"] > 3600
    )
    made: list[str] = []

    def make(_number: int, path: str) -> None:
        if path != SESSIONS or len(made) >= 120:
            return
        for _ in range(20):
            number = len(made)
            intent = f"pi_made{number:020}"
            session = {
                **paid, "id": f"cs_test_made{number:020}", "created": int(time.time()), "payment_intent": intent,
                "client_reference_id": f"M-{number}", "metadata": {}, "customer_email": None,
                "customer_details": {"email": f"made-{number}@example.com"},
            }  # fmt: skip
            world.stripe.store.put(session)
            made.append(f"stripe:{intent}")

    between.before = make
    first = shop.scan()
    assert first.state == "complete"
    assert made
    between.before = quietly
    assert inbox(shop.journal) == calm, "none of them, and nothing else is lost or doubled"
    later = Shop(world, shop.folder, clock=lambda: time.time() + 60)
    second = later.scan(days=None)
    assert (second.state, second.since < first.until) == ("complete", True)
    found = inbox(later.journal)
    assert found.items() >= calm.items(), "a narrow scan takes nothing away, not even what likeness alone joins"
    assert found.keys() - calm.keys() == set(made)
    assert times_told(later.journal) == {1, 2}
    later.close()
