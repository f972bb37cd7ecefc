"""What the sieve leaves is what the product's own comparison finds on all of it: on DuckDB over Parquet, and on
PostgreSQL over whole objects as JSON."""

import json
import tempfile
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from itertools import chain
from pathlib import Path
from typing import Protocol

import pytest
from hypothesis import HealthCheck, event, given, settings
from hypothesis import strategies as st
from sqlalchemy import Connection, Engine, create_engine

from core.facts import CUSTOMARY, NameKeys, Order
from core.rest import parquet
from core.rest.sieve import Sieve, Sieved, Sieving
from core.rest.sieve.carried import Carried
from core.rest.sieve.duck import Duck
from core.rest.sieve.postgresql import Postgres, table_of
from core.rest.sieve.sign_ups import PLANS
from core.scanning.scratch import Scratch
from core.scanning.scratch.row_at_rest import row_of_order, touches_of
from core.scanning.sieve.comparing import compare
from tests.databases import postgresql
from tests.rest.shops import KINDS, SINCE, UNTIL, Json, Objects, ids, laid_out, own, shops
from tests.scanning import sign_ups
from tests.scanning.pairs import DAY, NOW, things

Lists = list[tuple[str, list[Json]]]
Left = tuple[Sieved, Lists]
OnEngine = Callable[[list[Order], Objects, NameKeys, Lists], Left]
WRITTEN = parquet.Written(SINCE, UNTIL, NOW, "test", None)


class Keyed(Sieving, Protocol):
    """A sieve, whichever engine it runs in, that says where the names of orders stand."""

    keys: NameKeys


def sieved(sieve: Keyed, orders: list[Order], live: Lists) -> Left:
    """As all there is; where some was read live, as of a copy that is older: subscriptions and bills by their kinds are
    all that Stripe has."""
    plans = {kind: some for kind, some in live if kind in PLANS}
    read = chain.from_iterable(some for kind, some in live if kind not in plans)
    beside = [touch for one in read for touch in touches_of(one, sieve.keys)]
    now = None if live else NOW
    try:
        found = sieve.run(
            map(row_of_order, orders), since=SINCE, until=UNTIL, now=now, beside=beside, listed=plans or None
        )
        return found, [(kind, [dict(one) for one in some]) for kind, some in sieve.objects()]
    finally:
        sieve.close()


@pytest.fixture(scope="module")
def on_duckdb() -> Iterator[OnEngine]:
    duck = Duck(memory="500MB", threads=1)

    def sieving(orders: list[Order], objects: Objects, keys: NameKeys, live: Lists) -> Left:
        with tempfile.TemporaryDirectory() as folder:
            with closing(parquet.Writer(Path(folder))) as writer:
                for kind in KINDS:
                    writer.keep(kind, objects[kind])
                writer.finish(WRITTEN)
            return sieved(Sieve(duck, parquet.tables(Path(folder)), "test", keys, canary=0.0), orders, live)

    yield sieving
    duck.close()


class Shelf:
    """Tables of whole objects in a PostgreSQL."""

    def __init__(self, engine: Engine) -> None:
        self.engine = engine
        self.tables = {kind: table_of(kind, f"SELECT id, created, raw FROM stripe_{kind}") for kind in KINDS}
        with engine.begin() as db:
            for kind in KINDS:
                db.exec_driver_sql(f"CREATE TABLE stripe_{kind} (id text, created bigint, raw jsonb)")

    def fill(self, objects: Objects) -> None:
        with self.engine.begin() as db:
            db.exec_driver_sql(f"TRUNCATE {', '.join(f'stripe_{kind}' for kind in KINDS)}")
            for kind in KINDS:
                for one in objects[kind]:
                    values = (one["id"], one["created"], json.dumps(one))
                    db.exec_driver_sql(f"INSERT INTO stripe_{kind} VALUES (%s, %s, %s)", values)

    @contextmanager
    def reading(self) -> Iterator[Connection]:
        with self.engine.connect() as db:
            db.exec_driver_sql("SET TRANSACTION READ ONLY")
            yield db


@pytest.fixture(scope="module")
def shelf() -> Iterator[Shelf]:
    with postgresql() as address:
        engine = create_engine(address.replace("postgresql://", "postgresql+psycopg://"))
        yield Shelf(engine)
        engine.dispose()


@pytest.fixture(scope="module")
def on_postgresql(shelf: Shelf) -> Iterator[OnEngine]:
    with shelf.engine.connect() as db:

        def sieving(orders: list[Order], objects: Objects, keys: NameKeys, live: Lists) -> Left:
            shelf.fill(objects)
            try:
                return sieved(Sieve(Postgres(db), shelf.tables, "test", keys, canary=0.0), orders, live)
            finally:
                db.commit()

        yield sieving


@pytest.fixture(scope="module")
def carried(shelf: Shelf) -> Iterator[OnEngine]:
    with closing(Carried(shelf.reading, memory="500MB", threads=1)) as engine:

        def sieving(orders: list[Order], objects: Objects, keys: NameKeys, live: Lists) -> Left:
            shelf.fill(objects)
            return sieved(Sieve(engine, shelf.tables, "test", keys, canary=0.0), orders, live)

        yield sieving


@contextmanager
def scratch(keys: NameKeys) -> Iterator[Scratch]:
    with tempfile.TemporaryDirectory() as folder, closing(Scratch.of(Path(folder), "1", keys=keys)) as found:
        yield found


def left(orders: list[Order], objects: list[tuple[str, list[Json]]], keys: NameKeys) -> tuple[set[str], set[str]]:
    """Suspects and orphans as a scan finds them among these."""
    with scratch(keys) as read:
        read.keep_orders(orders)
        for kind, some in objects:
            read.keep(kind, some)
        compare(read, mode="test", now=NOW, canary=0.0)
        suspects = read.rows("SELECT id FROM suspects JOIN orders USING (key)")
        orphans = read.rows("SELECT id FROM orphans JOIN objects USING (key)")
        return {row[0] for row in suspects}, {row[0] for row in orphans}


def listed(objects: Objects) -> list[tuple[str, list[Json]]]:
    """All of it as a scan lists it: with the intent in its session, and the charge in its intent."""
    charges = {one["id"]: one for one in objects["charges"]}
    whole = {
        one["id"]: {**one, "latest_charge": charges.get(one.get("latest_charge"), one.get("latest_charge"))}
        for one in objects["intents"]
    }
    inside = {one.get("payment_intent") for one in objects["sessions"]}
    held = {one.get("latest_charge") for one in objects["intents"]}
    sessions = [
        {**one, "payment_intent": whole.get(one.get("payment_intent"), one.get("payment_intent"))}
        for one in objects["sessions"]
    ]
    intents = [one for key, one in whole.items() if key not in inside]
    loose = [one for key, one in charges.items() if key not in held and one["status"] != "failed"]
    span = [one for one in sessions if SINCE <= one["created"] < UNTIL]
    began = any(one.get("mode") == "subscription" and one.get("subscription") for one in span)
    kinds = ("refunds", "disputes", *(("subscriptions", "invoices") if began else ()))
    return [
        ("sessions", span),
        ("intents", intents),
        ("charges", loose),
        *((kind, [one for one in objects[kind] if one["created"] >= SINCE]) for kind in kinds),
    ]


def agrees(
    sieving: OnEngine,
    shop: tuple[list[Order], Objects],
    keys: NameKeys = CUSTOMARY,
    *,
    live: int = 0,
    twice: bool = False,
    plans: bool = False,
) -> None:
    """What is left tells what all of it tells. `live`: one in so many was read from Stripe itself, later; `twice`:
    it lies there too; `plans`: all subscriptions and bills were listed there, and a copy has none, or other ones."""
    orders, objects = shop
    every = listed(objects)
    fresh = {
        one["id"]
        for place, one in enumerate(chain.from_iterable(some for _, some in every))
        if live and place % live == 0
    }
    read = [(kind, [one for one in some if one["id"] in fresh]) for kind, some in every] if live else []
    told = [(kind, some) for kind, some in every if kind in PLANS and plans]
    read = [("ids" if kind in PLANS else kind, some) for kind, some in read if not (told and kind in PLANS)]
    inside = {key for _, some in read for one in some for key in parts_of(one)}
    at_rest = {kind: [one for one in some if twice or one["id"] not in inside] for kind, some in objects.items()}
    if told:
        at_rest |= {kind: [{**one, "status": "paid"} for one in at_rest[kind] if twice] for kind in PLANS}
        read += told
    found, come = sieving(orders, at_rest, keys, read)
    suspects, orphans = left(orders, every, keys)
    event(f"suspects: {len(suspects)} of {len(found.suspects)}, of {len(orders)}")
    assert suspects <= set(found.suspects)
    assert orphans - inside <= set(found.orphans)
    taken = {*found.suspects, *found.around}
    assert left([one for one in orders if one.id in taken], [*come, *read], keys) == (suspects, orphans)


def parts_of(one: Json) -> Iterator[str]:
    """The ids of an object and of what is inside it."""
    yield one["id"]
    for key in ("payment_intent", "latest_charge"):
        if isinstance(inner := one.get(key), dict):
            yield from parts_of(inner)


KEYS = (
    CUSTOMARY,
    NameKeys(also=("cart",)),
    NameKeys(also=("data->order",)),
    NameKeys(also=("cart",), never=("client_reference_id", "order_id")),
    NameKeys(also=("it's",)),
    NameKeys(also=("it's->order",)),
)
some = settings(max_examples=10, deadline=None, suppress_health_check=list(HealthCheck))


@some
@given(shop=shops(), keys=st.sampled_from(KEYS))
def test_on_duckdb(on_duckdb: OnEngine, shop: tuple[list[Order], Objects], keys: NameKeys) -> None:
    agrees(on_duckdb, shop, keys)


@some
@given(shop=shops(), keys=st.sampled_from(KEYS))
def test_on_postgresql(on_postgresql: OnEngine, shop: tuple[list[Order], Objects], keys: NameKeys) -> None:
    agrees(on_postgresql, shop, keys)


@some
@given(shop=shops())
def test_carried_from_postgresql_that_may_only_be_read(carried: OnEngine, shop: tuple[list[Order], Objects]) -> None:
    agrees(carried, shop)


@some
@given(shop=shops(), live=st.integers(1, 4), twice=st.booleans())
def test_what_was_read_from_stripe_itself_is_compared_with_it(
    on_duckdb: OnEngine, shop: tuple[list[Order], Objects], live: int, *, twice: bool
) -> None:
    agrees(on_duckdb, shop, live=live, twice=twice)


@some
@given(shop=sign_ups.sign_ups(), keys=st.sampled_from(KEYS), live=st.sampled_from((0, 0, 0, 3)))
def test_subscriptions_on_duckdb(
    on_duckdb: OnEngine, shop: tuple[list[Order], Objects], keys: NameKeys, live: int
) -> None:
    agrees(on_duckdb, shop, keys, live=live)


@some
@given(shop=sign_ups.sign_ups(), keys=st.sampled_from(KEYS))
def test_subscriptions_on_postgresql(
    on_postgresql: OnEngine, shop: tuple[list[Order], Objects], keys: NameKeys
) -> None:
    agrees(on_postgresql, shop, keys)


@some
@given(shop=sign_ups.sign_ups(), live=st.sampled_from((0, 3)), twice=st.booleans())
def test_subscriptions_listed_beside_duckdb(
    on_duckdb: OnEngine, shop: tuple[list[Order], Objects], live: int, *, twice: bool
) -> None:
    agrees(on_duckdb, shop, live=live, twice=twice, plans=True)


@some
@given(shop=sign_ups.sign_ups(), live=st.sampled_from((0, 3)))
def test_subscriptions_listed_beside_postgresql(
    on_postgresql: OnEngine, shop: tuple[list[Order], Objects], live: int
) -> None:
    agrees(on_postgresql, shop, live=live, plans=True)


@some
@given(shop=sign_ups.sign_ups())
def test_subscriptions_carried_over(carried: OnEngine, shop: tuple[list[Order], Objects]) -> None:
    agrees(carried, shop)


@pytest.mark.parametrize("engine", ["on_duckdb", "on_postgresql", "carried"])
@pytest.mark.parametrize("intents", [True, False])
def test_healthy_subscriptions_are_discarded(request: pytest.FixtureRequest, engine: str, *, intents: bool) -> None:
    sieving: OnEngine = request.getfixturevalue(engine)
    every = [sign_ups.sign_up(n, "fulfilled" if n else "paid", named=n != 1, second=n != 2) for n in range(8)]
    every[4], every[5] = sign_ups.on_trial(every[4]), sign_ups.on_trial(every[5], due=0)
    every[6] = sign_ups.past_due(every[6])
    every[0]["order"]["extra"] = {"subscription": every[0]["plan"]["id"], "invoice": every[0]["bill"]["id"]}
    every[2]["plan"]["metadata"] = {"order_id": sign_ups.number(2)}
    every[3]["bill"]["parent"]["subscription_details"]["metadata"] = {"order_id": sign_ups.number(3)}
    if intents:
        every[3]["order"]["payment_intent_id"] = every[3]["intent"]["id"]
    orders, objects = sign_ups.laid_out(every, intents=intents)
    found, come = sieving(orders, objects, CUSTOMARY, [])
    assert (found.discarded, found.suspects, found.orphans, come) == (8, (), (), [])


@pytest.mark.parametrize("engine", ["on_duckdb", "on_postgresql", "carried"])
def test_by_what_stripe_lists_subscriptions_are_discarded_of_an_older_copy(
    request: pytest.FixtureRequest, engine: str
) -> None:
    """What lies there of what became of them says otherwise, and does not count."""
    sieving: OnEngine = request.getfixturevalue(engine)
    every = [sign_ups.sign_up(n) for n in range(4)]
    every[3]["plan"]["status"] = "canceled"
    orders, objects = sign_ups.laid_out(every)
    plans = [(kind, objects[kind]) for kind in PLANS]
    stale = {kind: [{**one, "status": "odd"} for one in some] for kind, some in plans}
    found, come = sieving(orders, {**objects, **stale}, CUSTOMARY, plans)
    assert (found.discarded, found.suspects, found.orphans) == (3, (orders[3].id,), ())
    assert {kind for kind, _ in come}.isdisjoint(PLANS), "Stripe has listed them"


def test_of_an_older_copy_no_subscription_is_discarded(on_duckdb: OnEngine) -> None:
    """Nobody knows what became of it since."""
    orders, objects = sign_ups.laid_out([sign_ups.sign_up(n) for n in range(2)])
    elsewhere = [{"id": "re_1", "object": "refund", "created": NOW, "charge": "ch_unknown0000000"}]
    found, _ = on_duckdb(orders, objects, CUSTOMARY, [("refunds", elsewhere)])
    assert set(found.suspects) == {one.id for one in orders}


@pytest.mark.parametrize("kind", ["refunds", "disputes"])
def test_what_went_back_after_the_span_is_seen(on_duckdb: OnEngine, kind: str) -> None:
    orders, objects = laid_out([(own(things("paid", "paid"), n), True) for n in range(2)])
    objects[kind].append({"id": "re_0", "object": kind[:-1], "created": UNTIL + DAY, "charge": ids(0)[2]})
    found, come = on_duckdb(orders, objects, CUSTOMARY, [])
    assert found.suspects == (orders[0].id,)
    assert [one["id"] for name, some in come for one in some if name == kind] == ["re_0"]


def test_a_text_of_several_lines_is_carried_over(carried: OnEngine) -> None:
    orders, objects = laid_out([(own(things("paid", "paid"), n), True) for n in range(3)])
    objects["sessions"][0]["client_reference_id"] = 'a\rb\n, "c"'
    found, _ = carried(orders, objects, CUSTOMARY, [])
    assert found.suspects == (orders[0].id,)
