"""What the sieve leaves on a real Spark is what a scan's own comparing finds on all of it, and what is said of a case
there is what one process says."""

import json
import os
import platform
import re
import shutil
import socket
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import TYPE_CHECKING, Any

import msgspec
import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from core.cases import Case
from core.checks import Level
from core.errors import SettingsError, Unreachable
from core.facts import CUSTOMARY, NameKeys, Order
from core.journal import Journal
from core.rest import parquet
from core.rest.sieve import Sieved
from core.rules import examine
from core.sandbox import World
from core.scanning.scratch import brief_of_order
from core.scanning.scratch.row_at_rest import row_of_order
from core.scanning.sieve.comparing import compare
from core.scanning.spark import SparkSieve, SparkSieves, connected, examined, export_in, over_arrow, tables_of
from core.scanning.spark.examining import examine as examine_cluster
from core.scanning.spark.lying import OBJECTS, Lying
from core.settings import Rest, Spark
from tests.rest.shops import KINDS, SINCE, UNTIL, Json, Objects, ids, laid_out, own, shops
from tests.rest.test_sieve import KEYS, WRITTEN, Left, Lists, OnEngine, agrees, listed, scratch, sieved
from tests.scanning import sign_ups
from tests.scanning.cluster import bare, installed, settings_of
from tests.scanning.faults import told
from tests.scanning.pairs import NOW, things
from tests.scanning.spark import free_port, session, skipped_without_spark
from tests.scanning.test_sifted import by_api, export, world

if TYPE_CHECKING:
    from pyspark.sql import SparkSession

__all__ = ["export", "world"]  # fixtures
pytestmark = pytest.mark.timeout(1_200)  # its start alone takes a busy machine minutes
ROOT = Path(__file__).parents[2]
BUNDLES: list[Json] = [json.loads(line) for line in (ROOT / "tests/cases/worked.jsonl").read_text().splitlines()]
# Each shop's ids, numbers and addresses, so that any number of shops may be one.
OWN = re.compile(
    r"(?<=_a1)\d{24}|(?<=_3)\d{22}|(?<=\bjo)\d|(?<=\bJO)\d|104\d|(?<=sub_)\d|(?<=in_)\d|(?<=re_)\d|(?<=dp_)\d"
)
Shop = tuple[list[Order], Objects]


@pytest.fixture(scope="module")
def spark(tmp_path_factory: pytest.TempPathFactory) -> Iterator["SparkSession"]:
    with session(str(tmp_path_factory.mktemp("spark"))) as found:
        yield found


def written(folder: Path, objects: Objects) -> None:
    with closing(parquet.Writer(folder)) as writer:
        for kind in KINDS:
            writer.keep(kind, objects[kind])
        writer.finish(WRITTEN)


def sieving_of(spark: "SparkSession", *, by_name: bool = False) -> OnEngine:
    """Over the files of an export, or over tables of whole JSON."""

    def sieving(orders: list[Order], objects: Objects, keys: NameKeys, live: Lists) -> Any:  # noqa: ANN401 - as OnEngine has it
        with tempfile.TemporaryDirectory() as folder:
            written(Path(folder), objects)
            lying = named(spark, folder) if by_name else export_in(folder)
            return sieved(SparkSieve(spark, lying, "test", keys, canary=0.0), orders, live)

    return sieving


def named(spark: "SparkSession", folder: str) -> Lying:
    """The same objects in tables that have nothing but whole JSON."""
    for one, kind in OBJECTS.items():
        path = f"{folder}/{parquet.NAMES[kind]}.parquet"
        spark.sql(f"SELECT raw AS whole FROM parquet.`{path}`").createOrReplaceTempView(one)
    return tables_of({one: one for one in OBJECTS}, json="whole")


def shifted(shop: Shop, by: int) -> Shop:
    """The same shop with ids, numbers and addresses of its own."""

    def other(found: re.Match[str]) -> str:
        return str(int(found[0]) + 10 * by).zfill(len(found[0]))

    def all_other(text: bytes) -> bytes:
        return OWN.sub(other, text.decode()).encode()

    orders, objects = shop
    return (
        [msgspec.json.decode(all_other(msgspec.json.encode(one)), type=Order) for one in orders],
        json.loads(all_other(json.dumps(objects).encode())),
    )


def together(some: list[Shop]) -> Shop:
    """Many shops as one: a job of Spark's costs seconds, whatever it is about."""
    every = [shifted(shop, place) for place, shop in enumerate(some)]
    orders = {order.id: order for orders, _ in every for order in orders}
    objects = {kind: list({one["id"]: one for _, objects in every for one in objects[kind]}.values()) for kind in KINDS}
    return list(orders.values()), objects


many = st.lists(shops(), min_size=25, max_size=40).map(together)
few = settings(
    max_examples=1, deadline=None, suppress_health_check=list(HealthCheck), phases=[Phase.generate], database=None
)


@few
@given(shop=many, keys=st.sampled_from(KEYS))
def test_on_spark(spark: "SparkSession", shop: Shop, keys: NameKeys) -> None:
    """And it leaves no more than that: `agrees` alone would hold for one that discards nobody."""
    sieving, left = sieving_of(spark), list[Sieved]()

    def noted(orders: list[Order], objects: Objects, keys: NameKeys, live: Lists) -> Left:
        found, come = sieving(orders, objects, keys, live)
        left.append(found)
        return found, come

    agrees(noted, shop, keys)
    orders, objects = shop
    suspects, well, orphans = compared(orders, objects, keys)
    assert ({*left[0].suspects}, {*left[0].orphans}) == (suspects, orphans)
    assert (left[0].orders, left[0].discarded) == (len(orders), well)
    assert well > 0


def compared(orders: list[Order], objects: Objects, keys: NameKeys) -> tuple[set[str], int, set[str]]:
    """Who is left by a scan's own comparing, how many it discards, and its payments without an order. Left to the scan
    are orders of another account that nothing touches."""
    with scratch(keys) as read:
        read.keep_orders(orders)
        for kind, some in listed(objects):
            read.keep(kind, some)
        compare(read, mode="test", now=NOW, canary=0.0)
        further = "SELECT key FROM suspects UNION SELECT key FROM elsewhere"
        suspects = {row[0] for row in read.rows(f"SELECT id FROM orders WHERE key IN ({further})")}
        orphans = {row[0] for row in read.rows("SELECT id FROM orphans JOIN objects USING (key)")}
        return suspects, len(orders) - len(suspects), orphans


@few
@given(shop=many, live=st.integers(1, 4), twice=st.booleans())
def test_over_tables_of_whole_json_beside_what_was_read_from_stripe_itself(
    spark: "SparkSession", shop: Shop, live: int, *, twice: bool
) -> None:
    agrees(sieving_of(spark, by_name=True), shop, live=live, twice=twice)


BY_CONNECT = """
import sys, warnings, msgspec
from pathlib import Path
warnings.simplefilter("ignore")
from core.errors import SettingsError
from core.facts import Order
from core.scanning.scratch.row_at_rest import row_of_order
from core.scanning.spark import SparkSieve, SparkSieves, connected, examined, export_in
from core.cases import Case
from core.settings import Spark
folder, address, since, until, now = sys.argv[1:]
orders = msgspec.json.decode(open(f"{folder}/orders.json", "rb").read(), type=list[Order])
cases = [Case.of(one) for one in msgspec.json.decode(open(f"{folder}/cases.json", "rb").read())]
try:
    SparkSieves(Spark(None, folder), "test", Path(folder))
except SettingsError as error:
    refused = str(error)
session = connected(address)
sieve = SparkSieve(session, export_in(folder), "test", canary=0.0)
found = sieve.run(map(row_of_order, orders), since=int(since), until=int(until), now=int(now))
objects = sorted(str(one["id"]) for _, some in sieve.objects() for one in some)
sieve.close()
diagnosed = [[one.n, one.codes, one.undetermined] for one in examined(session, cases)]
print(msgspec.json.encode([refused, sorted(found.suspects), objects, diagnosed]).decode())
"""


def test_by_spark_connect_in_another_process(spark: "SparkSession", tmp_path: Path) -> None:
    orders, objects = laid_out([(own(things("paid", "paid"), n), True) for n in range(3)])
    objects["refunds"].append({"id": "re_0", "object": "refund", "created": NOW, "charge": ids(1)[2]})
    written(tmp_path, objects)
    (tmp_path / "orders.json").write_bytes(msgspec.json.encode(orders))
    (tmp_path / "cases.json").write_bytes(msgspec.json.encode(BUNDLES))
    address = f"sc://127.0.0.1:{free_port()}"
    ran = subprocess.run(
        [sys.executable, "-c", BY_CONNECT, str(tmp_path), address, str(SINCE), str(UNTIL), str(NOW)],
        capture_output=True, text=True, timeout=1_000, check=False, cwd=ROOT,
        env={name: value for name, value in os.environ.items() if not name.startswith(("PYSPARK_", "SPARK_"))},
    )  # fmt: skip
    assert ran.returncode == 0, ran.stderr[-2000:]
    refused, suspects, taken, diagnosed = json.loads(ran.stdout.splitlines()[-1])
    assert "No Spark session runs here" in refused
    assert suspects == [orders[1].id]
    assert taken == ["cs_test_a1" + f"{1:024d}", "re_0"]
    assert sorted(diagnosed) == [[n, codes, why] for n, (codes, why) in enumerate(map(by_itself, BUNDLES))]
    assert spark.range(1).count() == 1


def test_a_server_that_is_gone_is_said_at_once() -> None:
    """PySpark alone would try for ten minutes."""
    skipped_without_spark()
    with socket.socket() as taken:  # nobody listens there
        taken.bind(("127.0.0.1", 0))
        address = f"127.0.0.1:{taken.getsockname()[1]}"
        with pytest.raises(Unreachable, match=f"does not answer at {address}: Connection refused"):
            connected(f"sc://{address}/;token=hunter3")


def by_itself(bundle: Json) -> tuple[list[str], str | None]:
    """What one process says of a case."""
    found = examine(Case.of(bundle)).diagnosis
    return [one.code for one in found.findings], found.undetermined


def test_a_case_has_the_diagnosis_on_the_cluster_that_it_has_in_one_process(spark: "SparkSession") -> None:
    cases = [Case.of(one) for one in BUNDLES]
    found = {one.n: one for one in examined(spark, cases)}
    told = {n: (one.codes, one.undetermined) for n, one in found.items()}
    assert told == dict(enumerate(map(by_itself, BUNDLES)))
    assert {n for n, one in found.items() if one.clean} == {
        n for n, case in enumerate(cases) if examine(case).diagnosis.clean
    }
    assert len({code for codes, _ in told.values() for code in codes}) > 20


def test_what_lies_there_twice_or_is_no_object_is_refused(spark: "SparkSession", tmp_path: Path) -> None:
    orders, objects = laid_out([(own(things("paid", "paid"), 0), True)])
    written(tmp_path, objects)
    twice = {kind: f"{select} UNION ALL {select}" for kind, select in export_in(str(tmp_path)).items()}
    with pytest.raises(Unreachable, match="more than once"):
        sieved(SparkSieve(spark, twice, "test"), orders, [])
    lying = named(spark, str(tmp_path))
    spark.sql("SELECT '[]' AS whole").createOrReplaceTempView("charge")
    with pytest.raises(Unreachable, match="charge a row holds no object of Stripe"):
        sieved(SparkSieve(spark, lying, "test"), orders, [])
    with pytest.raises(SettingsError, match="no table of charge, refund"):
        tables_of({"checkout_session": "a", "payment_intent": "b", "dispute": "c"})


def test_healthy_subscriptions_are_discarded_and_what_is_touched_is_left(spark: "SparkSession") -> None:
    every = [sign_ups.sign_up(n, "fulfilled" if n else "paid", named=n != 1, second=n != 2) for n in range(4)]
    orders, objects = sign_ups.laid_out(every)
    ours = sign_ups.ids(3)
    objects["refunds"].append({"id": "re_9", "object": "refund", "created": NOW, "payment_intent": ours["intent"]})
    found, come = sieving_of(spark)(orders, objects, CUSTOMARY, [])
    assert (found.discarded, found.suspects, found.orphans) == (3, (orders[3].id,), ())
    assert {ours["session"], "re_9"} <= {one["id"] for _, some in come for one in some}
    older, _ = sieving_of(spark)(orders, objects, CUSTOMARY, [("refunds", objects["refunds"])])
    assert set(older.suspects) == {one.id for one in orders}, "nobody knows what became of them since"


@pytest.mark.usefixtures("spark")
def test_another_export_than_the_one_that_is_named_is_refused(tmp_path: Path) -> None:
    _, objects = laid_out([(own(things("paid", "paid"), n), True) for n in range(2)])
    written(tmp_path / "here", objects)
    written(tmp_path / "there", {**objects, "charges": objects["charges"][1:]})
    sieves = SparkSieves(Spark(None, str(tmp_path / "there")), "test", tmp_path / "here")
    with pytest.raises(Unreachable, match="is not the export"):
        sieves(CUSTOMARY, 0.0)
    shutil.copy(tmp_path / "here" / parquet.WRITTEN, tmp_path / "there")
    with pytest.raises(Unreachable, match="is not the export"):
        sieves(CUSTOMARY, 0.0)
    with pytest.raises(Unreachable, match="PATH_NOT_FOUND"):
        SparkSieves(Spark(None, str(tmp_path / "nowhere")), "test", tmp_path / "here")(CUSTOMARY, 0.0)
    shutil.copytree(tmp_path / "here", tmp_path / "there", dirs_exist_ok=True)
    sieves(CUSTOMARY, 0.0).close()


@pytest.fixture
def older(spark: "SparkSession", tmp_path: Path) -> Iterator[Path]:
    """The executors' Python has another Orderlens; where it lies."""
    python = installed(tmp_path / "older")
    (core,) = (tmp_path / "older").glob("lib/*/site-packages/core")
    (core / "money.py").write_text((core / "money.py").read_text() + "\n# as of last week\n")
    before, spark.sparkContext.pythonExec = spark.sparkContext.pythonExec, str(python)
    yield core
    spark.sparkContext.pythonExec = before


def test_doctor_says_what_the_cluster_has(spark: "SparkSession", tmp_path: Path) -> None:
    _, objects = laid_out([(own(things("paid", "paid"), 0), True)])
    written(tmp_path / "here", objects)
    cluster, found = examine_cluster(Spark(None, str(tmp_path / "here")), tmp_path / "here")
    assert {cluster.level, found.level} == {Level.FINE}
    assert f"Spark {spark.version}, local[2]" in cluster.found
    assert f"{sys.executable} {platform.python_version()}" in cluster.found
    *_, lost = examine_cluster(Spark(None, str(tmp_path / "nowhere")), tmp_path / "here")
    assert (lost.level, "PATH_NOT_FOUND" in lost.found) == (Level.ERROR, True)


def test_an_executor_with_another_orderlens_is_named_and_nothing_runs_there(
    spark: "SparkSession", older: Path, tmp_path: Path
) -> None:
    _, objects = laid_out([(own(things("paid", "paid"), 0), True)])
    written(tmp_path / "here", objects)
    wrong = examine_cluster(Spark(None, str(tmp_path / "here")), tmp_path / "here")[1]
    assert (wrong.level, "Not the Orderlens that is asking" in wrong.found) == (Level.ERROR, True)
    with pytest.raises(Unreachable, match="has another Orderlens than the one that asks"):
        list(examined(spark, [Case.of(BUNDLES[0])]))
    shutil.rmtree(older)
    spark.sparkContext.pythonExec = str(
        tmp_path / "older/bin/python"
    )  # by another name, for the first one has it loaded
    lacking = examine_cluster(Spark(None, str(tmp_path / "here")), tmp_path / "here")
    assert [one.level for one in lacking if "No module named 'core'" in one.found] == [Level.ERROR]


def test_a_scan_by_spark_connect_tells_what_a_scan_by_api_tells(
    spark: "SparkSession", world: World, export: Rest, tmp_path: Path
) -> None:
    env = settings_of(world, export, tmp_path, f'connect = "sc://127.0.0.1:{free_port()}"')
    done = subprocess.run(
        [sys.executable, "-m", "core.cli", "scan", "--last", "120d", "--json"],
        capture_output=True, text=True, timeout=1_200, check=False, cwd=ROOT, env=bare() | env,
    )  # fmt: skip
    record = json.loads(done.stdout)
    assert record["state"] == "complete", done.stderr[-2000:]
    assert "were passed by its sieve, where it lies" in record["why"]
    with closing(Journal(env["ORDERLENS_JOURNAL_URL"])) as journal:
        assert told(journal, world.now) == by_api(world, tmp_path)
    assert spark.range(1).count() == 1


@given(shop=shops())
def test_an_order_is_the_same_by_its_row(shop: Shop) -> None:
    for order in shop[0]:
        (batch,) = over_arrow.orders(iter([over_arrow.batch_of([row_of_order(order)], over_arrow.ROWS)]))
        ((*columns, handles),) = over_arrow.rows_of(batch)
        brief, borne = brief_of_order(order)
        assert type(brief)._make(columns) == brief._replace(created_at=None)
        assert set(handles) == {one.value for one in borne}


def test_what_no_column_can_hold_is_none() -> None:
    batch = over_arrow.batch_of([("\ud800", 1 << 63, None)], "id string, n bigint, over boolean")
    assert list(over_arrow.rows_of(batch)) == [("?", None, None)]
