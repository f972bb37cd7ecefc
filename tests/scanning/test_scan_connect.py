"""A scan of one account beside orders of several: what is on another is left out and counted, and accuses nobody."""

from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from sqlite3 import connect

import pytest

from core.errors import UsageError
from core.sandbox import World
from core.sandbox.scenarios import SCENARIOS
from core.sandbox.stripe.objects import ACCOUNT_ID, Json
from core.scanning.looking import Platform
from tests.scanning.scanned import Shop
from tests.scanning.watched import Watched
from tests.sellers import OTHER, SELLER, hearing, name_account, to_seller
from tests.worlds import world_of

CODES = {"paid_twice": "duplicate_payment", "webhook_refused": "webhook_failing"}
world = world_of(
    "paid_and_booked", "paid_twice", "webhook_refused", "shipped_before_the_bank", orders=40, scope="function"
)


@pytest.fixture
def shop(world: World, tmp_path: Path) -> Iterator[Shop]:
    with closing(Shop(world, tmp_path)) as made:
        yield made


def test_orders_of_sellers_accuse_nobody_and_are_counted(world: World, shop: Shop) -> None:
    to_seller(world, "paid_and_booked", "paid_twice")
    to_seller(world, "webhook_refused", account=OTHER)
    world.stripe.switches.requests.clear()
    record = shop.scan()
    assert record.state == "complete"
    ours = {world.built[name].number for name in ("paid_and_booked", "paid_twice", "webhook_refused")}
    assert ours.isdisjoint(shop.headlines())
    assert f"Not judged: 3 orders of other accounts ({SELLER}, {OTHER})" in record.why
    assert f"`orderlens scan --account {SELLER}`" in record.why
    stored = {str(row["stripe_session_id"]) for name in world.built for row in world.built[name].orders}
    assert not any(one.path.endswith(tuple(stored)) for one in world.stripe.switches.requests)  # nor asked for


def test_destination_charges_are_judged_and_claimed(world: World, shop: Shop) -> None:
    before = shop.scan()
    said = shop.headlines()
    for name in world.built:
        name_account(world, name)
    assert before.why == shop.scan().why
    assert shop.headlines() == said


def test_a_scan_settles_no_case_of_another_account(world: World, shop: Shop) -> None:
    hearing(world)
    shop.scan()
    number = world.built["webhook_refused"].number
    assert shop.headlines()[number] == "webhook_off"
    to_seller(world, "webhook_refused")
    shop.scan()
    assert number in shop.headlines()


def test_no_scenario_on_a_sellers_account_is_spoken_of(tmp_path: Path) -> None:
    """Whatever is wrong there: a scan of the platform has not seen it."""
    with World(scenarios=SCENARIOS[::3]) as world, closing(Shop(world, tmp_path)) as shop:
        to_seller(world, *world.built)
        record = shop.scan()
        assert (record.state, record.findings, shop.headlines()) == ("complete", 0, {})
        assert not [one for one in world.stripe.switches.requests if one.path.count("/") > 3]  # none asked for by id


class TestOneAccount:
    """`orderlens scan --account acct_...`: the orders that name it beside what it holds."""

    def test_it_judges_its_own_orders_and_no_others(self, world: World, shop: Shop) -> None:
        hearing(world)
        to_seller(world, "paid_and_booked", "paid_twice", "webhook_refused")
        record = shop.of_account(SELLER)
        assert (record.state, record.orders, record.alone) == ("complete", 3, SELLER)
        found = {world.built[name].number: code for name, code in CODES.items()}
        assert shop.headlines() == found

    def test_the_shop_and_the_account_do_not_settle_each_others_cases(self, world: World, shop: Shop) -> None:
        hearing(world)
        to_seller(world, "webhook_refused", "paid_and_booked")
        for name in ("paid_twice", "shipped_before_the_bank"):
            name_account(world, name, OTHER)  # on the platform all the same
        shop.of_account(SELLER)
        shop.scan()
        both = shop.headlines()
        assert both[world.built["webhook_refused"].number] == "webhook_failing"
        assert world.built["paid_twice"].number in both
        shop.of_account(SELLER)
        assert shop.headlines() == both
        booked = shop.journal.inbox.booked(0, 1 << 40)
        shop.of_account(SELLER)
        assert shop.journal.inbox.booked(0, 1 << 40) == booked

    def test_it_says_nothing_of_the_shop(self, world: World, shop: Shop) -> None:
        to_seller(world, "paid_and_booked")
        record = shop.of_account(SELLER)
        assert shop.journal.scans.recent() == ()
        assert shop.journal.scans.last_horizon("test", SELLER) is None
        with pytest.raises(UsageError, match="--account"):
            shop.fill(record.id)

    def test_a_payment_there_that_no_order_names_is_an_orphan(self, world: World, shop: Shop) -> None:
        seller = to_seller(world, "paid_and_booked")
        with closing(connect(world.shop.books.path)) as db, db:
            db.execute("DELETE FROM orders WHERE order_number = ?", (world.built["paid_and_booked"].number,))
        (intent,) = seller.newest_first("payment_intent", livemode=False)
        shop.of_account(SELLER)
        assert list(shop.headlines()) == [f"stripe:{intent['id']}"]

    @pytest.mark.parametrize("of_the_platform", ["webhook_refused", "filler"])
    def test_a_sellers_own_number_touches_no_order_of_the_platform(
        self, world: World, shop: Shop, of_the_platform: str
    ) -> None:
        """A payment of the seller's own shop bears a number that an order of the platform has as well, sound or kept
        as a case: neither the order nor the payment is accused, and the case stays as it was."""
        hearing(world)
        shop.scan()
        before = shop.headlines()
        number = world.built[of_the_platform].number if of_the_platform in world.built else _filler(world)
        _pay_as_seller(world, "paid_and_booked", number)
        kept = _kept(shop)
        record = shop.of_account(SELLER)
        assert (record.state, shop.headlines(), _kept(shop)) == ("complete", before, kept)
        assert "1 payment here that names an order which does not name this account" in record.why
        shop.scan()
        assert shop.headlines() == before

    def test_a_sellers_own_number_settles_no_case_of_its_payment(self, world: World, shop: Shop) -> None:
        """It was nobody's; now the platform sells an order of that number, which says nothing of this payment."""
        intent = _pay_as_seller(world, "paid_and_booked", "SH-999999")
        shop.of_account(SELLER)
        assert list(shop.headlines()) == [f"stripe:{intent}"]
        before = shop.headlines()
        with closing(connect(world.shop.books.path)) as db, db:
            db.execute("UPDATE orders SET order_number = 'SH-999999' WHERE order_number = ?", (_filler(world),))
        shop.of_account(SELLER)
        assert shop.headlines() == before

    def test_an_order_that_stores_its_payment_is_claimed_whatever_it_names(self, world: World, shop: Shop) -> None:
        to_seller(world, "paid_and_booked", naming=False)
        shop.of_account(SELLER)
        assert shop.headlines() == {}

    def test_destination_charges_are_not_judged(self, world: World, shop: Shop) -> None:
        """They are on the platform, though their orders name the account: the shop's scan speaks of them, not this."""
        hearing(world)
        to_seller(world, "webhook_refused")
        for name in ("paid_and_booked", "paid_twice", "shipped_before_the_bank"):
            name_account(world, name)
        shop.scan()
        before, kept = shop.headlines(), _kept(shop)
        assert set(before) == {world.built[name].number for name in ("paid_twice", "shipped_before_the_bank")}
        record = shop.of_account(SELLER)
        assert shop.headlines() == before | {world.built["webhook_refused"].number: "webhook_failing"}
        assert [case for case in _kept(shop) if case in kept] == kept
        assert f"3 orders that name {SELLER}, of which nothing was found there" in record.why
        assert "destination charge" in record.why

    def test_nor_where_the_seller_has_a_payment_of_that_number(self, world: World, shop: Shop) -> None:
        name_account(world, "paid_and_booked")
        shop.scan()
        before, kept = shop.headlines(), _kept(shop)
        _pay_as_seller(world, "webhook_refused", world.built["paid_and_booked"].number)
        shop.of_account(SELLER)
        assert (shop.headlines(), _kept(shop)) == (before, kept)

    def test_an_id_that_neither_knows_is_told(self, world: World, shop: Shop) -> None:
        to_seller(world, "webhook_refused")
        for one in world.built["paid_and_booked"].objects:
            world.stripe.store.remove(one)
        name_account(world, "paid_and_booked")
        record = shop.of_account(SELLER)
        assert shop.headlines()[world.built["paid_and_booked"].number] == "session_not_found"
        assert "nothing was found" not in record.why

    def test_what_the_platform_did_not_answer_is_not_known(self, world: World, tmp_path: Path) -> None:
        lost = f"cs_test_{'a' * 40}"
        with closing(Shop(world, tmp_path, holds_out=0.2)) as shop:
            world.stripe.switches.fail("500", times=1000, path="/v1/checkout/sessions")
            assert Platform(shop.spans).lacks([lost], lambda: False) == frozenset()
            world.stripe.switches.faults.clear()
            platform = Platform(shop.spans)
            assert platform.lacks([lost], lambda: False) == platform.lacks([lost], lambda: False) == {lost}
            assert platform.requests == 1

    def test_the_keys_own_account_is_refused(self, shop: Shop) -> None:
        with pytest.raises(UsageError, match="own account"):
            shop.of_account(ACCOUNT_ID)


def _filler(world: World) -> str:
    """The number of a sound order that no scenario is about."""
    told = {row["order_number"] for built in world.built.values() for row in built.orders}
    with closing(connect(world.shop.books.path)) as db:
        numbers = db.execute("SELECT order_number FROM orders WHERE status = 'paid' ORDER BY order_number").fetchall()
    return next(str(number) for (number,) in numbers if number not in told)


def _pay_as_seller(world: World, name: str, number: str) -> str:
    """What Stripe has of a scenario is the seller's own and names order `number`; no order is left. The intent's id."""
    seller, old = to_seller(world, name), world.built[name].number
    for kind in ("checkout.session", "payment_intent", "charge"):
        for one in list(seller.newest_first(kind, livemode=False)):
            fields: Json = {"metadata": {key: text.replace(old, number) for key, text in one["metadata"].items()}}
            if one.get("client_reference_id"):
                fields["client_reference_id"] = number
            seller.change(one, **fields)
    with closing(connect(world.shop.books.path)) as db, db:
        db.execute("DELETE FROM orders WHERE order_number = ?", (old,))
    (intent,) = seller.newest_first("payment_intent", livemode=False)
    return str(intent["id"])


def _kept(shop: Shop) -> list[object]:
    """The open cases as the journal has them."""
    return [shop.journal.inbox.get(key) for key in shop.journal.inbox.keys_open()]


def test_a_watch_reads_what_is_new_from_its_account(world: World, tmp_path: Path) -> None:
    """An order of the first hour, and its payment on a seller's account, of which the platform hears nothing."""
    with closing(Watched(world, tmp_path)) as watched:
        hearing(world)
        watched.step()
        well, lost = watched.sell(), watched.sell("webhook_refused")
        for built in (well, lost):
            world.built[built.number] = built
            to_seller(world, built.number)
        watched.steps(30)
        codes = watched.shop.headlines()
        assert well.number not in codes
        assert codes[lost.number] == "webhook_failing"
