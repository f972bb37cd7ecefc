"""A scan whose copy goes through a sieve: what fails on the way, what touches it from elsewhere, a kill amid it."""

import os
import signal
import sqlite3
import time
from collections.abc import Callable, Iterable, Iterator
from contextlib import closing
from dataclasses import dataclass, replace
from pathlib import Path
from types import SimpleNamespace
from typing import Any, cast

import pytest
from hypothesis import given, settings

from core.errors import Unreachable
from core.facts import NameKeys, Order, OrderStatus
from core.journal import ScanRecord
from core.rest.files import Files
from core.rest.sieve import Kept, Listed, OrderRow, Sieved, Sieves, Sieving, Touch
from core.rest.sieves import Sieves as OfCopy
from core.sandbox import World
from core.scanning.plan import Plan
from core.scanning.scan import run
from core.scanning.scratch import Scratch, brief_of_order, passed
from core.scanning.scratch.row_at_rest import brief_of_row, row_of_order
from core.settings import Rest
from tests.rest.copies import Json, fill_files
from tests.rest.shops import Objects, shops
from tests.scanning.faults import FORKS, Told, about, inbox, nameless_main, told
from tests.scanning.scanned import DAY, Shop
from tests.scanning.test_at_rest import BACK, PLAIN, REFUSED, bent, scanned, the
from tests.worlds import world_of

world = world_of(PLAIN, REFUSED, BACK, orders=30, scope="function")
STEPS = "the engine is gone"


@pytest.fixture
def export(world: World, tmp_path: Path) -> Rest:
    fill_files(tmp_path / "export", world)
    return Rest(kind="parquet", path=tmp_path / "export")


@pytest.fixture
def stand(world: World, tmp_path: Path) -> Iterator[Shop]:
    with closing(Shop(world, tmp_path / "sieved", holds_out=0.5)) as shop:
        yield shop


def by_api(world: World, tmp_path: Path) -> Told:
    with closing(Shop(world, tmp_path / "api")) as shop:
        scanned(shop, None)
        found = told(shop.journal, world.now)
    assert found.cases
    return about(found)


def by_sieve(shop: Shop, rest: Rest, of: Callable[[Sieves], Sieves], canary: float = 0.0) -> ScanRecord:
    """A scan, `of` a sieve that stands before the copy's own."""
    plan = Plan(since=int(time.time()) - 120 * DAY, who="tests", canary=canary)
    with closing(Files(rest, "test")) as copy:
        sources = replace(shop.sources(), copy=copy, sieves=of(OfCopy(copy, shop.scratch)), sieved_from=0)
        return run(plan, sources)


@dataclass
class Before:
    """Stands before a sieve, as whoever brings another engine would. `bend`: what becomes of what is left; `breaks`: in
    which step it fails, or dies."""

    sieving: Sieving
    bend: Callable[[Sieved], Sieved] = lambda found: found
    breaks: str = ""
    dies: bool = False

    def run(
        self, orders: Iterable[OrderRow], *, since: int, until: int, now: int | None, beside: Iterable[Touch] = (),
        listed: Listed | None = None, go_on: Callable[[], None] = lambda: None,
    ) -> Sieved:  # fmt: skip
        found = self.sieving.run(orders, since=since, until=until, now=now, beside=beside, listed=listed, go_on=go_on)
        self._step("run")
        return self.bend(found)

    def objects(self) -> Iterator[Kept]:
        for some in self.sieving.objects():
            yield some
            self._step("objects")

    def close(self) -> None:
        self.sieving.close()

    def _step(self, step: str) -> None:
        if step == self.breaks and self.dies:
            os.kill(os.getpid(), signal.SIGKILL)
        if step == self.breaks:
            raise Unreachable(STEPS, next_step="")


def before(**how: Any) -> Callable[[Sieves], Sieves]:  # noqa: ANN401 - of `Before`
    def of(sieves: Sieves) -> Sieves:
        def made(keys: NameKeys, canary: float) -> Sieving | None:
            found = sieves(keys, canary)
            return found and Before(found, **how)

        return made

    return of


@pytest.mark.parametrize("step", ["run", "objects"])
def test_an_engine_that_fails_leaves_the_copy_to_be_read_piece_by_piece(
    world: World, stand: Shop, export: Rest, tmp_path: Path, step: str
) -> None:
    record = by_sieve(stand, export, before(breaks=step))
    assert record.state == "complete"
    assert f"was given up, and the copy read piece by piece. {STEPS}" in record.why
    assert told(stand.journal, world.now) == by_api(world, tmp_path)


def test_where_no_engine_can_be_had_all_is_as_without(world: World, stand: Shop, export: Rest, tmp_path: Path) -> None:
    record = by_sieve(stand, export, lambda _: lambda _keys, _canary: None)
    assert record.state == "complete"
    assert "sieve" not in record.why
    assert told(stand.journal, world.now) == by_api(world, tmp_path)


def test_a_sieve_that_passes_what_a_full_look_tells_is_not_believed(
    world: World, stand: Shop, export: Rest, tmp_path: Path
) -> None:
    def blind(found: Sieved) -> Sieved:
        return replace(found, suspects=(), canaries=(*found.canaries, *found.suspects))

    record = by_sieve(stand, export, before(bend=blind))
    assert record.state == "complete", "all was compared by the scan's own path"
    assert "It passed order:" in record.why
    assert "of which a full look says" in record.why
    assert told(stand.journal, world.now) == by_api(world, tmp_path)


signed = world_of(PLAIN, "subscription", "ended_and_not_told", "signed_up_twice", orders=20, scope="function")


@pytest.mark.parametrize("listed", [True, False])
def test_a_subscription_is_sieved_by_what_stripe_lists_of_it(signed: World, tmp_path: Path, *, listed: bool) -> None:
    """The copy has no subscriptions, and no bills. Where not all of Stripe's lists could be read, all are left."""
    found = list[Sieved]()

    def seen(one: Sieved) -> Sieved:
        found.append(one)
        return one

    if not listed:  # of one bill it is not known what it says, nor whose it is
        bill = next(one for one in signed.built["signed_up_twice"].objects if one["object"] == "invoice")
        signed.stripe.store.put_all([{**bill, "total": 1 << 63}])
    fill_files(tmp_path / "export", signed)
    with closing(Shop(signed, tmp_path / "sieved", holds_out=0.5)) as shop:
        record = by_sieve(shop, Rest(kind="parquet", path=tmp_path / "export"), before(bend=seen))
        assert record.state == ("complete" if listed else "partial")
        with closing(Shop(signed, tmp_path / "api")) as other:
            scanned(other, None)
            assert not listed or inbox(shop.journal) == inbox(other.journal) != {}, (
                "with payments of bills that it knows"
            )
    with closing(sqlite3.connect(signed.shop.books.path)) as db:
        ids = {number: str(own) for number, own in db.execute("SELECT order_number, id FROM orders")}
    left = {name for name, one in signed.built.items() if ids[one.number] in found[0].suspects}
    assert left >= {"ended_and_not_told", "signed_up_twice"}
    assert ("subscription" in left) is not listed
    assert PLAIN not in left


@pytest.mark.parametrize("canary", [0.0, 1.0])
def test_some_of_what_was_passed_are_looked_at_in_full(world: World, stand: Shop, export: Rest, canary: float) -> None:
    """Of all of it, or of none, where that is asked for; and two hundred are read from Stripe."""
    found = list[Sieved]()

    def seen(one: Sieved) -> Sieved:
        found.append(one)
        return one

    record = by_sieve(stand, export, before(bend=seen), canary)
    assert len(found[0].canaries) == (found[0].discarded if canary else 0)
    assert found[0].discarded > 10
    assert f"{len(found[0].canaries)} of these were looked at in full all the same" in record.why
    sessions = [one.path for one in world.stripe.switches.requests if one.path.startswith("/v1/checkout/sessions/cs_")]
    assert canary or len(sessions) > 10


def test_a_small_span_is_read_piece_by_piece(stand: Shop, export: Rest) -> None:
    plan = Plan(since=int(time.time()) - 120 * DAY, who="tests")
    with closing(Files(export, "test")) as copy:
        record = run(plan, replace(stand.sources(), copy=copy, sieves=OfCopy(copy, stand.scratch)))
    assert (record.state, "sieve" in record.why) == ("complete", False)


def killed(of: dict[str, Any], folder: Path, rest: Rest) -> None:
    """The process of a scan that is killed while what is left comes in. `of`: what a shop needs of its world."""
    by_sieve(Shop(cast("World", SimpleNamespace(**of)), folder), rest, before(breaks="objects", dies=True))


def test_a_kill_in_its_midst_leaves_nothing_that_counts_as_read(world: World, export: Rest, tmp_path: Path) -> None:
    folder = tmp_path / "hunted"
    names = ("secret_key", "stripe_url", "orders_database_url", "orders_mapping")
    of = {name: getattr(world, name) for name in names}
    with closing(Shop(world, folder)) as shop:
        shop.journal.check()
        process = FORKS.Process(target=killed, args=(of, folder, export))
        with nameless_main():
            process.start()
        process.join(60)
        assert process.exitcode == -signal.SIGKILL
        (left,) = (path for path in shop.scratch.iterdir() if path.suffix == ".sqlite3")
        with closing(sqlite3.connect(left)) as db:
            whole = db.execute("SELECT min(since) FROM done WHERE kind = 'sessions'").fetchone()
            copied = db.execute("SELECT count(*) FROM copied").fetchone()
        assert copied[0], "something of the copy's had come in"
        assert whole[0] > int(time.time()) - 2 * DAY, "what the copy has is not done"
        record = by_sieve(shop, export, before(), canary=1.0)
        assert (record.id, record.state) == (1, "complete"), record.why
        assert "passed by its sieve" in record.why
        assert told(shop.journal, world.now) == by_api(world, tmp_path)


def test_what_is_read_live_is_compared_with_what_is_passed(world: World, stand: Shop, tmp_path: Path) -> None:
    """Of today: a second payment that names an order of long ago, and an order that keeps the session of another."""
    fill_files(tmp_path / "export", world)
    names = {one["id"]: f"{one['id'][:-3]}zzz" for one in world.built[PLAIN].objects}
    now = int(time.time()) - 3600
    second = [renamed(dict(one), names, now) for one in world.built[PLAIN].objects if one["object"] in PAID]
    world.stripe.store.put_all(second)
    with closing(sqlite3.connect(world.shop.books.path)) as db, db:
        (order,) = db.execute("SELECT order_number FROM orders ORDER BY created_at DESC").fetchone()
        kept = the(world, BACK, "checkout.session")["id"]
        db.execute("UPDATE orders SET stripe_session_id = ? WHERE order_number = ?", (kept, order))
    record = scanned(stand, Rest(kind="parquet", path=tmp_path / "export"), sieved=True)
    assert "passed by its sieve" in record.why
    with closing(Shop(world, tmp_path / "api")) as shop:
        assert record.suspects == scanned(shop, None).suspects, "both orders were looked at in full"
        assert told(stand.journal, world.now) == about(told(shop.journal, world.now))


PAID = ("checkout.session", "payment_intent", "charge")


def renamed(one: Json, names: dict[str, str], at: int) -> Json:
    """Another of the same, made later."""
    return {key: names.get(value, value) if isinstance(value, str) else value for key, value in one.items()} | {
        "created": at
    }


@pytest.mark.parametrize("fails", ["", "by its id", "at all"])
def test_what_is_not_over_there_is_read_from_stripe(world: World, stand: Shop, tmp_path: Path, fails: str) -> None:
    """The copy never heard that it was paid: by its id, or else by a list, or else it is a hole."""
    session = the(world, PLAIN, "checkout.session")
    fill_files(tmp_path / "export", world, bent(session, status="open", payment_status="unpaid", payment_intent=None))

    def gone(found: Sieved) -> Sieved:
        if fails:
            path = "/v1/checkout/sessions" + (f"/{session['id']}" if fails == "by its id" else "")
            world.stripe.switches.fail("500", times=100_000, path=path)
        return found

    record = by_sieve(stand, Rest(kind="parquet", path=tmp_path / "export"), before(bend=gone))
    assert record.state == ("partial" if fails == "at all" else "complete")
    assert ("sessions" in {hole.kind for hole in record.holes}) is (fails == "at all")
    assert world.built[PLAIN].number not in stand.headlines(), "it is paid, or nobody knows"


def test_a_payment_whose_order_is_there_by_now_is_settled(world: World, stand: Shop, export: Rest) -> None:
    """Both are passed by the sieve, but for the case that is open."""
    key, number = f"stripe:{the(world, PLAIN, 'payment_intent')['id']}", world.built[PLAIN].number
    change = "UPDATE orders SET order_number = ?, stripe_session_id = ?, payment_intent_id = ? WHERE rowid = ?"
    with closing(sqlite3.connect(world.shop.books.path)) as db:
        query = "SELECT stripe_session_id, payment_intent_id, rowid FROM orders WHERE order_number = ?"
        session, intent, row = db.execute(query, (number,)).fetchone()
        with db:
            db.execute(change, ("NOBODY-1", None, None, row))
        scanned(stand, None)
        assert key in stand.headlines()
        with db:
            db.execute(change, (number, session, intent, row))
    record = scanned(stand, export, sieved=True)
    assert "passed by its sieve" in record.why
    assert key not in stand.headlines()


@settings(max_examples=40, deadline=None)
@given(shop=shops())
def test_a_row_is_kept_as_its_order_is(shop: tuple[list[Order], Objects]) -> None:
    for order in shop[0]:
        brief, handles = brief_of_order(order)
        again, borne = brief_of_row(row_of_order(order), order.created_at)
        assert again == brief
        assert sorted(map(repr, borne)) == sorted(map(repr, handles))


def test_an_order_that_was_read_twice_counts_as_it_was_read_last(tmp_path: Path) -> None:
    orders = [Order(id=one, status=OrderStatus.PAID, created_at=at) for one, at in (("1", 5), ("2", 5), ("1", 6))]
    with closing(Scratch.of(tmp_path, "1")) as scratch:
        passed.wait(scratch, orders)
        passed.once(scratch)
        assert [row.id for row in passed.rows(scratch)] == ["2", "1"]
        assert len(passed.let_in(scratch, ["1", "3"])) == 1
        assert scratch.rows("SELECT id, created_at FROM orders") == [("1", 6)]
        assert passed.count(scratch) == 1
        passed.let_all_in(scratch)
        assert scratch.count("orders") == 2
