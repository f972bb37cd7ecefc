"""A scan from a copy tells what a scan of the API tells; and nothing on the copy's word alone."""

import sqlite3
import tempfile
import time
from collections import defaultdict
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from dataclasses import replace
from pathlib import Path

import pytest
from pydantic import SecretStr

from core.journal import ScanRecord
from core.rest.opening import opened
from core.rest.sieves import Sieves
from core.sandbox import World
from core.scanning.plan import Plan
from core.scanning.scan import run
from core.settings import Rest
from tests.databases import execute, postgresql
from tests.rest.copies import ACCOUNT, Bend, Json, as_it_is, fill_django, fill_engine, fill_files, listed
from tests.scanning.faults import Told, about, told
from tests.scanning.scanned import DAY, Shop
from tests.worlds import STEADY, world_of

FILLS: dict[str, Callable[..., None]] = {"sync-engine": fill_engine, "dj-stripe": fill_django}
world = world_of(*STEADY, orders=200)
PLAIN = "paid_and_booked"
REFUSED = "webhook_refused"
BACK = "refunded_in_dashboard"
small = world_of(PLAIN, REFUSED, BACK, orders=30, scope="function")


@contextmanager
def copied(world: World, kind: str = "sync-engine", bend: Bend = as_it_is) -> Iterator[Rest]:
    if kind == "parquet":
        with tempfile.TemporaryDirectory() as folder:
            fill_files(Path(folder), world, bend)
            yield Rest(kind="parquet", path=Path(folder))
        return
    with postgresql() as url:
        FILLS[kind](url, world, bend)
        yield Rest(url=SecretStr(url), accept=("gaps",))


def scanned(
    shop: Shop, rest: Rest | None, *, canary: float = 0.0, account: str | None = None, sieved: bool = False
) -> ScanRecord:
    """`sieved`: it goes through the copy's sieve, as it would where there is much."""
    plan = Plan(since=int(time.time()) - 120 * DAY, who="tests", canary=canary)
    if rest is None:
        return run(plan, shop.sources())
    with closing(opened(rest, "test")) as copy:
        copy.account = account
        sieves = Sieves(copy, shop.scratch) if sieved else None
        return run(plan, replace(shop.sources(), copy=copy, sieves=sieves, sieved_from=0))


def filled_in(shop: Shop, record: ScanRecord, rest: Rest) -> ScanRecord:
    """What a scan left is read, as `orderlens scan --fill` does."""
    plan = Plan(since=None, who="tests", scan_id=record.id)
    with closing(opened(rest, "test")) as copy:
        return run(plan, replace(shop.sources(), copy=copy, sieves=Sieves(copy, shop.scratch), sieved_from=0))


@pytest.fixture(params=[("sync-engine", False), ("parquet", True)], ids=["piece by piece", "sieved"])
def way(request: pytest.FixtureRequest) -> tuple[str, bool]:
    """Which copy, and whether it goes through its sieve."""
    found: tuple[str, bool] = request.param
    return found


@pytest.fixture(scope="module")
def by_api(world: World, tmp_path_factory: pytest.TempPathFactory) -> Told:
    with closing(Shop(world, tmp_path_factory.mktemp("api"))) as shop:
        assert scanned(shop, None).state == "complete"
        found = told(shop.journal, world.now)
    assert found.booked
    assert any(one.until is not None for one in found.outages)
    return about(found)


@pytest.mark.parametrize("sieved", [False, True], ids=["piece by piece", "sieved"])
@pytest.mark.parametrize("kind", [*FILLS, "parquet"])
def test_it_tells_the_same_cases(world: World, shop: Shop, by_api: Told, kind: str, *, sieved: bool) -> None:
    with copied(world, kind) as rest:
        record = scanned(shop, rest, canary=0.5 if sieved else 1.0, sieved=sieved)
    assert (record.state, record.holes) == ("complete", ())
    said = "an export in" if kind == "parquet" else kind
    assert f"come from the copy of Stripe's data ({said}" in record.why
    assert ("passed by its sieve" in record.why) is sieved, record.why
    assert told(shop.journal, world.now) == by_api


@pytest.mark.parametrize("sieved", [False, True], ids=["piece by piece", "sieved"])
def test_stripes_form_of_before_2022_tells_them_too(world: World, shop: Shop, by_api: Told, *, sieved: bool) -> None:
    """2020-08-27, which older Sync Engines ask for unless they are told: an intent has its charges in a list."""
    made = defaultdict[str, list[Json]](list)
    for charge in listed(world, "charges"):
        made[str(charge["payment_intent"])].append(charge)

    def aged(thing: Json) -> Json:
        if thing["object"] == "payment_intent":
            del thing["latest_charge"]
            thing["charges"] = {"object": "list", "data": made[thing["id"]], "has_more": False}
        return thing

    with copied(world, "sync-engine", aged) as rest:
        record = scanned(shop, rest, canary=1.0, sieved=sieved)
    assert (record.state, "passed by its sieve" in record.why) == ("complete", sieved), record.why
    assert told(shop.journal, world.now) == by_api


def test_what_has_gaps_is_not_used_and_the_same_cases_are_told(world: World, shop: Shop, by_api: Told) -> None:
    def with_gaps(thing: Json) -> Json | None:
        return None if hash(thing["id"]) % 2 else thing

    with copied(world, "dj-stripe", with_gaps) as rest:
        record = scanned(shop, rest)
    assert record.state == "complete"
    assert "is not complete: it has not" in record.why
    assert told(shop.journal, world.now) == by_api


@pytest.fixture
def stand(small: World, tmp_path: Path) -> Iterator[tuple[World, Shop]]:
    """A small shop, and what a scan of it needs."""
    with closing(Shop(small, tmp_path)) as shop:
        yield small, shop


def the(world: World, name: str, kind: str) -> Json:
    """The object of a kind that a scenario made."""
    return next(one for one in world.built[name].objects if one["object"] == kind)


def bent(thing: Json, **fields: object) -> Bend:
    """The copy has these fields of that object."""

    def bend(one: Json) -> Json:
        return {**one, **fields} if one["id"] == thing["id"] else one

    return bend


def test_money_that_went_back_since_is_seen(stand: tuple[World, Shop], way: tuple[str, bool]) -> None:
    """The copy was made before: nothing there says that anything did."""
    world, shop = stand
    kind, sieved = way
    charge = the(world, BACK, "charge")
    before = bent(charge, amount_refunded=0, refunded=False)
    with copied(world, kind, lambda one: None if one["object"] == "refund" else before(one)) as rest:
        record = scanned(shop, rest, sieved=sieved)
    assert record.state == "complete"
    assert shop.headlines()[world.built[BACK].number] == "refund_not_recorded"


def test_what_only_looks_wrong_in_the_copy_is_not_told(stand: tuple[World, Shop], way: tuple[str, bool]) -> None:
    world, shop = stand
    kind, sieved = way
    charge = the(world, PLAIN, "charge")
    with copied(world, kind, bent(charge, amount_refunded=charge["amount"], refunded=True)) as rest:
        record = scanned(shop, rest, sieved=sieved)
    assert world.built[PLAIN].number not in shop.headlines()
    assert "1 of its orders looked wrong there and are well at Stripe" in record.why


def test_a_copy_that_passes_what_stripe_does_not_is_behind(stand: tuple[World, Shop], way: tuple[str, bool]) -> None:
    """The order says another amount than Stripe; the copy says what the order says."""
    world, shop = stand
    kind, sieved = way
    number = world.built[PLAIN].number
    ours = the(world, PLAIN, "checkout.session")["amount_total"] + 100
    with sqlite3.connect(world.shop.books.path) as db:
        db.execute("UPDATE orders SET total_minor = ? WHERE order_number = ?", (ours, number))
    db.close()
    parts = {
        the(world, PLAIN, kind)["id"]: fields
        for kind, fields in {
            "checkout.session": {"amount_total": ours},
            "payment_intent": {"amount": ours, "amount_received": ours},
            "charge": {"amount": ours, "amount_captured": ours},
        }.items()
    }
    with copied(world, kind, lambda one: {**one, **parts.get(one["id"], {})}) as rest:
        record = scanned(shop, rest, sieved=sieved)
        assert record.state == "partial"
        assert [hole.kind for hole in record.holes] == ["copy"]
        assert "is behind: it passed" in record.holes[0].because
        assert shop.headlines()[number] == "amount_mismatch"
        assert filled_in(shop, record, rest).state == "complete", "nothing of the copy's counts any more"
    assert shop.headlines()[number] == "amount_mismatch"


def test_what_was_not_over_is_read_as_it_is_now(stand: tuple[World, Shop], way: tuple[str, bool]) -> None:
    """The copy never heard that it was paid; nor did the shop."""
    world, shop = stand
    kind, sieved = way
    session = the(world, REFUSED, "checkout.session")
    with copied(world, kind, bent(session, status="open", payment_status="unpaid", payment_intent=None)) as rest:
        record = scanned(shop, rest, sieved=sieved)
    assert record.state == "complete"
    assert shop.headlines()[world.built[REFUSED].number] == "webhook_failing"


def test_a_kept_case_is_settled_by_stripe_alone(stand: tuple[World, Shop], way: tuple[str, bool]) -> None:
    """The copy has it that the order is right; Stripe says otherwise, and it stays."""
    world, shop = stand
    kind, sieved = way
    number = world.built[PLAIN].number
    session = the(world, PLAIN, "checkout.session")
    with sqlite3.connect(world.shop.books.path) as db:
        db.execute("UPDATE orders SET total_minor = ? WHERE order_number = ?", (session["amount_total"] + 100, number))
    db.close()
    scanned(shop, None)
    assert shop.headlines()[number] == "amount_mismatch"
    ours = session["amount_total"] + 100
    parts = {
        the(world, PLAIN, kind)["id"]: fields
        for kind, fields in {
            "checkout.session": {"amount_total": ours},
            "payment_intent": {"amount": ours, "amount_received": ours},
            "charge": {"amount": ours, "amount_captured": ours},
        }.items()
    }
    with copied(world, kind, lambda one: {**one, **parts.get(one["id"], {})}) as rest:
        record = scanned(shop, rest, sieved=sieved)
    assert record.state == "complete", "it was looked at because it is kept, not found among what was passed"
    assert shop.headlines()[number] == "amount_mismatch"


def test_a_payment_without_an_order_is_read_first(stand: tuple[World, Shop], way: tuple[str, bool]) -> None:
    """Its order is gone; of one that Stripe has given back meanwhile nothing is said."""
    world, shop = stand
    kind, sieved = way
    intent = the(world, PLAIN, "payment_intent")["id"]
    with sqlite3.connect(world.shop.books.path) as db:
        db.execute("DELETE FROM orders WHERE order_number = ?", (world.built[PLAIN].number,))
    db.close()
    with copied(world, kind) as rest:
        scanned(shop, rest, sieved=sieved)
        assert shop.headlines()[f"stripe:{intent}"] == "link_missing"
    assert any(one.path.endswith(the(world, PLAIN, "checkout.session")["id"]) for one in world.stripe.switches.requests)


def test_a_copy_that_proves_nothing_leaves_a_hole_unless_that_is_accepted(stand: tuple[World, Shop]) -> None:
    world, shop = stand
    with copied(world, "dj-stripe") as rest:
        record = scanned(shop, replace(rest, accept=()))
        assert record.state == "partial"
        assert [hole.kind for hole in record.holes] == ["copy"]
        assert 'accept = "gaps"' in record.holes[0].because
        filled = filled_in(shop, record, rest)
    assert (filled.id, filled.state) == (record.id, "complete")
    assert "found wanting before: all was read from Stripe" in filled.why


def test_a_copy_that_is_away_costs_time_and_is_told(stand: tuple[World, Shop]) -> None:
    world, shop = stand
    record = scanned(shop, Rest(url=SecretStr("postgresql://reader:hunter2@127.0.0.1:1/stripe")))
    assert record.state == "complete"
    assert "All was read from Stripe" in record.why
    assert "hunter2" not in record.why
    assert world.built[REFUSED].number in shop.headlines()


def test_one_that_fails_on_the_way_leaves_the_rest_to_stripe(world: World, shop: Shop, by_api: Told) -> None:
    with copied(world) as rest:
        url = rest.url.get_secret_value() if rest.url else ""
        execute(
            url,
            "ALTER TABLE stripe.checkout_sessions RENAME TO kept",
            """CREATE VIEW stripe.checkout_sessions AS SELECT id, created, livemode, payment_intent, _account_id,
               _last_synced_at, CASE WHEN row_number() OVER (ORDER BY created) = 120 AND length(_raw_data::text) > 0
               THEN (1 / (created - created))::text::jsonb ELSE _raw_data END AS _raw_data FROM stripe.kept""",
        )
        record = scanned(shop, rest)
    assert record.state == "complete"
    assert "could not be read" in record.why
    assert "was read from Stripe" in record.why
    assert told(shop.journal, world.now) == by_api


def test_another_accounts_copy_is_not_used(stand: tuple[World, Shop]) -> None:
    world, shop = stand
    with copied(world) as rest:
        url = rest.url.get_secret_value() if rest.url else ""
        execute(url, "UPDATE stripe.checkout_sessions SET _account_id = 'acct_other'")
        record = scanned(shop, rest)
        assert record.state == "complete"
        assert f"is of acct_other, not of {ACCOUNT}: it was not used" in record.why
        assert "is of acct_1, not of" in scanned(shop, replace(rest, account="acct_1")).why


def test_rows_of_which_nobody_knows_whose_they_are_are_the_keys_own(stand: tuple[World, Shop]) -> None:
    world, shop = stand
    with copied(world, "dj-stripe") as rest:
        url = rest.url.get_secret_value() if rest.url else ""
        execute(url, *(f"UPDATE djstripe_{one} SET djstripe_owner_account_id = NULL" for one in ("session", "charge")))
        execute(url, "UPDATE djstripe_paymentintent SET djstripe_owner_account_id = NULL")
        record = scanned(shop, rest)
    assert "come from the copy" in record.why


def test_a_copy_without_rows_is_not_believed_to_be_a_shop_without_payments(stand: tuple[World, Shop]) -> None:
    world, shop = stand
    with copied(world, "dj-stripe") as rest:
        url = rest.url.get_secret_value() if rest.url else ""
        execute(url, "UPDATE djstripe_session SET livemode = true", "UPDATE djstripe_paymentintent SET livemode = true")
        record = scanned(shop, rest)
    assert "has nothing of this span" in record.why
    assert world.built[REFUSED].number in shop.headlines()


def test_the_other_modes_copy_is_a_mistake(stand: tuple[World, Shop]) -> None:
    world, shop = stand
    with copied(world) as rest:
        record = scanned(shop, replace(rest, mode="live"))
    assert record.state == "failed"
    assert "the key is a test key" in record.why
