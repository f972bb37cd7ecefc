"""Attacked: one row of the shop's, with whatever its database lets in. The others are read; the bad one too, as far as
it says anything."""

import json
import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Final

import pytest

from core.orders import LeftOut, OrdersReader, TooManyRows
from core.scanning.sieve.unclaimed import _claiming, _Row
from core.settings import OrdersMapping, OrdersTable, Payments
from core.stripe_api.spans import Hole
from tests.cli.conftest import Orderlens
from tests.databases import execute, mariadb, postgresql

COLUMNS: Final[dict[str, object]] = {
    "id": "id", "number": "number", "status": "status", "amount": "amount", "currency": "currency",
    "customer_email": "email", "session_id": "session", "metadata": "meta", "created_at": "made", "updated_at": "moved",
}  # fmt: skip
TABLE = OrdersTable(table="orders", columns=COLUMNS)
DEEP = "'['||replace(hex(zeroblob({})), '00', '[')"
SESSION = "cs_test_a1xVg4Xr7cJq2mTn8Kp0Zs5Wb3Yd6Hf9Lw1Ee"


@contextmanager
def sqlite(folder: Path, *statements: str, mapping: OrdersMapping | OrdersTable = TABLE) -> Iterator[OrdersReader]:
    """Three orders in a file, and what is done to them."""
    path = folder / "shop.sqlite3"
    with closing(sqlite3.connect(path)) as db:
        db.execute("CREATE TABLE orders (id, number, status, amount, currency, email, session, meta, made, moved)")
        for key in (1, 2, 3):
            db.execute(
                "INSERT INTO orders VALUES (?, ?, 'paid', 4200, 'usd', 'a@example.com', ?, '{}', ?, ?)",
                (key, f"N{key}", f"{SESSION}{key}", 1_795_348_800 + key, 1_795_348_800 + key),
            )
        for statement in statements:
            db.execute(statement)
        db.commit()
    with closing(OrdersReader(f"sqlite:///{path}", mapping)) as reader:
        yield reader


def all_are_read(reader: OrdersReader) -> None:
    """In every way of reading."""
    reader.check()
    assert {one.id for one in reader.page(since=None, until=None, limit=10).orders} == {"1", "2", "3"}
    assert reader.status_words()
    assert [one.id for one in reader.find(numbers=["n2"])] == ["2"]
    assert [one.id for one in reader.find(sessions=[SESSION + "3"])] == ["3"]
    assert [one.id for one in reader.find(ids=["3"])] == ["3"]
    assert {one.id for one in reader.find(emails=["A@example.com"])} >= {"2", "3"}
    assert {one.id for one in reader.named(["N2"])["N2"]} == {"2"}


@pytest.mark.parametrize(
    "value",
    [
        "CAST(x'ff' AS TEXT)", "CAST(x'c3' AS TEXT)", "CAST(x'eda080' AS TEXT)", "x'ff00'", "zeroblob(16)", "''",
        "9e999", "-9e999", "9223372036854775807", "-9223372036854775808", "'NaN'", "'1e999999999'", "'-1e-999999'",
        "'true'", "'9999-12-31 23:59:59'", "'0001-01-01'", "'-0001-01-01'", "'10000-01-01'", "253402300800", "1e18",
        DEEP.format(200_000), DEEP.format(300), "'{\"a\":'||replace(hex(zeroblob(999)), '00', '{\"a\":')",
        '\'{"order_id": "\\ud800", "a": [true, null, 1e999, 12345678901234567890]}\'', "char(0)", "char(8238)",
        "replace(hex(zeroblob(50000)), '00', 'aa')",
    ],
    ids=range(27),
)  # fmt: skip
def test_in_sqlite(tmp_path: Path, value: str) -> None:
    columns = "number status amount currency email session meta moved".split()
    with sqlite(
        tmp_path, f"UPDATE orders SET {', '.join(f'{one} = {value}' for one in columns)} WHERE id = 1"
    ) as reader:
        all_are_read(reader)


def test_a_text_that_is_none_is_shown_with_signs(tmp_path: Path) -> None:
    with sqlite(tmp_path, "UPDATE orders SET number = CAST(x'41ff42' AS TEXT) WHERE id = 1") as reader:
        (order,) = reader.find(ids=["1"])
    assert order.number == "A\ufffdB"


def test_a_time_that_is_none_hides_no_batch(tmp_path: Path) -> None:
    odd = ("CAST(x'ff' AS TEXT)", "'9999-12-31 23:59:59'", "1e18", "-5", "'never'")
    for value in odd:
        with sqlite(tmp_path, f"UPDATE orders SET made = {value} WHERE id = 1") as reader:
            read = [one.id for batch in reader.batches(since=1_795_000_000, until=1_796_000_000) for one in batch]
            assert {"2", "3"} <= set(read)
            assert {one.id for one in reader.changed(1_795_000_000, limit=10)} >= {"2", "3"}
            reader.quantiles(4, since=1_795_000_000, until=1_796_000_000)
            reader.page(since=0, until=253_402_214_400, limit=10)  # as far as a date can be written
        (tmp_path / "shop.sqlite3").unlink()


def test_in_postgresql() -> None:
    with postgresql() as url:
        execute(
            url,
            """CREATE TABLE orders (id int, number text, status text, amount numeric, currency text, email text,
               session text, meta jsonb, made timestamptz, moved timestamp, day date, plain json)""",
            f"""INSERT INTO orders SELECT n, 'N'||n, 'paid', 4200, 'usd', 'a@example.com', '{SESSION}'||n, '{{}}',
               to_timestamp(1795348800 + n), now(), current_date, '{{}}' FROM generate_series(1, 3) AS n""",
        )
        table = TABLE.model_copy(update={"columns": {**COLUMNS, "deleted": "day"}})
        for change in (
            "made = 'infinity', moved = '-infinity', day = 'infinity'",
            "made = '294276-12-31', moved = '4713-01-01 BC', day = '12000-01-01'",
            "amount = 'NaN'", "amount = 'Infinity'", "amount = 1e999",
            "meta = (repeat('[', 2000) || repeat(']', 2000))::jsonb",
            "meta = (repeat('[', 300) || repeat(']', 300))::jsonb",
            "meta = '\"x\"'", "meta = 'null'", "number = E'\\x01\\u202e'",
        ):  # fmt: skip
            execute(url, f"UPDATE orders SET {change} WHERE id = 1")
            with closing(OrdersReader(url, table)) as reader:
                all_are_read(reader)


def test_in_mariadb() -> None:
    with mariadb() as url:
        execute(
            url,
            """CREATE TABLE orders (id int, number text, status text, amount double, currency text, email text,
               session text, meta longtext, made datetime, moved datetime)""",
            f"""INSERT INTO orders SELECT seq, CONCAT('N', seq), 'paid', 4200, 'usd', 'a@example.com',
               CONCAT('{SESSION}', seq), '{{}}', FROM_UNIXTIME(1795348800 + seq), NOW() FROM seq_1_to_3""",
        )
        for change in (
            "made = 0, moved = '0000-00-00 00:00:00'", "made = '9999-12-31 23:59:59', moved = '0000-01-00'",
            "meta = REPEAT('[', 200000)", "amount = 1.7e308", "number = CONVERT(x'ff41' USING latin1)",
        ):  # fmt: skip
            execute(url, f"UPDATE IGNORE orders SET {change} WHERE id = 1")
            with closing(OrdersReader(url, TABLE)) as reader:
                all_are_read(reader)


MOST = 20_000  # rows that may name an order
FIRST = "pi_" + "1".zfill(24)
SECOND = _Row("cs_x", "session", "pi_b" + "1".zfill(23), None, "", 9)
PAYING = OrdersMapping(
    orders=TABLE,
    payments=(Payments(table="pay", columns={"order_id": "of", "payment_intent_id": "intent", "status": "status"}),),
)
CARD_TESTING = (
    "CREATE TABLE pay (of, intent, status)",
    (
        f"WITH n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < {MOST}) "
        "INSERT INTO pay SELECT 1, 'pi_' || printf('%024d', i), 'failed' FROM n"
    ),
    f"INSERT INTO pay SELECT of + 1, 'pi_b' || printf('%023d', of), 'paid' FROM pay WHERE intent = '{FIRST}'",
    "UPDATE orders SET session = NULL",
)


def test_an_order_with_too_many_payments(tmp_path: Path) -> None:
    """Its neighbours are read, only it is left out, and everybody is told."""
    with sqlite(tmp_path, *CARD_TESTING, mapping=PAYING) as reader:
        page = reader.page(since=None, until=None, limit=10)
        assert [one.id for one in page.orders] == ["3", "2"]
        assert [(one.order.id, one.order.number) for one in page.left_out] == [("1", "N1")]
        assert page.left_out[0].because == f"pay has {MOST} rows or more for it"
        left: list[LeftOut] = []
        span = reader.batches(since=1_795_000_000, until=1_796_000_000, left=left.append)
        assert [one.id for batch in span for one in batch] == ["3", "2"]
        assert {one.id for one in reader.changed(0, limit=10, left=left.append)} == {"2", "3"}
        assert [one.order.created_at for one in left] == [1_795_348_801] * 2
        assert reader.find(ids=["2"])[0].payment_intent_ids == ("pi_b" + "1".zfill(23),)
        for ids, intents in (("1", ()), ("12", ()), ("", [FIRST])):
            with pytest.raises(TooManyRows, match="Order N1 was not read: pay has"):
                reader.find(ids=ids, intents=intents)
        assert "N1" not in reader.named(["N1", "N2"])  # nothing is known of it; least of all that there is none
        assert reader.named(["nobody"]) == {"nobody": ()}


def test_what_may_be_that_orders_is_a_hole_and_nothing_else_is(tmp_path: Path) -> None:
    """A scan asks for the orders of some hundred payments at once; one of them leads to that order."""
    others = [_Row(f"cs_{at}", "session", f"pi_c{at:023}", None, "", at) for at in range(10, 40)]
    asked = [*others[:20], _Row("cs_a", "session", FIRST, None, "", 7), *others[20:], SECOND]
    holes: list[Hole] = []
    with sqlite(tmp_path, *CARD_TESTING, mapping=PAYING) as reader:
        assert [one.id for one in _claiming(reader, asked, holes)] == ["2"]
    assert [(hole.kind, hole.since, hole.until) for hole in holes] == [("orders", 7, 8)]


def test_a_survey_lists_it_as_failed(orderlens: Orderlens, tmp_path: Path) -> None:
    with sqlite(tmp_path, *CARD_TESTING, mapping=PAYING):
        pass
    (tmp_path / "orderlens.toml").write_text(
        '[orders]\ntable = "orders"\n[orders.columns]\nid = "id"\nstatus = "status"\nnumber = "number"\n'
        '[[payments]]\ntable = "pay"\n[payments.columns]\norder_id = "of"\npayment_intent_id = "intent"\n'
    )
    done = orderlens("orders", env={"ORDERLENS_DATABASE_URL": f"sqlite:///{tmp_path / 'shop.sqlite3'}"})
    assert [json.loads(line)["id"] for line in done.stdout.splitlines()] == ["3", "2"]
    assert f"Not read: order N1, because pay has {MOST} rows or more for it." in done.stderr
