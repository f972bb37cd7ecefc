"""What a column holds, in our words. Nothing a database can hold makes the reader fail."""

import json
from datetime import UTC, date, datetime
from decimal import Decimal
from uuid import UUID
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.facts import Order, OrderStatus
from core.money import Money, exponent
from core.orders.database import bounds, ids_like
from core.orders.meaning import Interpreter, Record, ids_of, minor, spelled
from core.orders.meaning.values import metadata_of, seconds
from core.settings import OrdersMapping, OrdersTable

ZONE = ZoneInfo("Europe/Berlin")
NOON = 1_795_348_800  # 2026-11-22 12:00 UTC
TABLE = OrdersTable(table="orders", columns={"id": "id", "status": "status"})
UNDERSTOOD = Interpreter(OrdersMapping(orders=TABLE))
ANYTHING = st.one_of(
    st.none(), st.booleans(), st.integers(), st.floats(), st.text(), st.binary(), st.decimals(), st.datetimes(),
    st.dates(), st.uuids(), st.timedeltas(), st.lists(st.integers()), st.dictionaries(st.text(), st.integers()),
)  # fmt: skip


def order_of(row: dict[str, object]) -> Order:
    return UNDERSTOOD.order(Record({name: (value,) for name, value in row.items()}))


@given(
    st.dictionaries(
        st.sampled_from(["id", "status", "amount", "currency", "metadata", "created_at", "deleted"]), ANYTHING
    )
)
def test_any_row_is_an_order(row: dict[str, object]) -> None:
    assert order_of(row).raw.keys() == row.keys()


@pytest.mark.parametrize(
    ("value", "unit", "currency", "expected"),
    [
        (4200, "minor", "usd", 4200),
        (Decimal("4200.00"), "minor", "usd", 4200),
        ("4200", "minor", None, 4200),
        (42.5, "minor", "usd", None),
        (42.5, "major", "EUR", 4250),
        (0.1 + 0.2, "major", "usd", 30),
        (19.99, "major", "usd", 1999),
        (Decimal("42.50000000"), "major", "usd", 4250),
        (500, "major", "jpy", 500),
        (Decimal("1.5"), "major", "kwd", 1500),
        (Decimal("1.505"), "major", "usd", 151),
        ("4.90", "major", "jpy", 5),
        (b"25.00", "major", "eur", 2500),
        (b"25.5", "minor", "eur", None),
        (b"\xff\x00", "major", "eur", None),
        (42, "major", None, None),
        ("free", "minor", "usd", None),
        ("NaN", "minor", "usd", None),
        (float("inf"), "major", "usd", None),
        (True, "minor", "usd", None),
        (None, "minor", "usd", None),
    ],
)
def test_amounts(value: object, unit: str, currency: str | None, expected: int | None) -> None:
    assert minor(value, "major" if unit == "major" else "minor", currency) == expected


@given(st.integers(-(10**10), 10**10), st.sampled_from(["usd", "jpy", "kwd", "isk"]))
def test_an_amount_survives_every_way_of_storing_it(amount: int, currency: str) -> None:
    major = Money(amount, currency).major
    assert minor(major, "major", currency) == amount
    assert minor(str(major), "major", currency) == amount
    assert minor(float(major), "major", currency) == amount
    assert minor(major.quantize(Decimal(1).scaleb(-8 + exponent(currency))), "major", currency) == amount


@pytest.mark.parametrize(
    "value",
    [
        NOON,
        NOON * 1000,
        NOON * 1_000_000,
        float(NOON),
        Decimal(NOON),
        str(NOON),
        str(NOON * 1000),
        "2026-11-22T12:00:00Z",
        "2026-11-22 12:00:00+00:00",
        "2026-11-22T12:00:00.250+00",
        "2026-11-22 12:00:00 UTC",
        "2026-11-22 13:00:00",
        "2026-11-22T21:00:00+09:00",
        datetime(2026, 11, 22, 13),  # noqa: DTZ001 - as drivers give it
        datetime(2026, 11, 22, 12, tzinfo=UTC),
    ],
    ids=repr,
)
def test_one_instant_in_many_spellings(value: object) -> None:
    assert seconds(value, ZONE) == NOON


@pytest.mark.parametrize("value", [None, "", "0000-00-00 00:00:00", "yesterday", True, b"x", "2026-13-45"])
def test_what_is_no_time_is_none(value: object) -> None:
    assert seconds(value, ZONE) is None


def test_a_day_begins_in_the_shops_zone() -> None:
    assert seconds(date(2026, 11, 22), ZONE) == NOON - 13 * 3600


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        ('{"a": "b", "n": 7, "none": null, "list": ["x"]}', {"a": "b", "n": "7", "list": '["x"]'}),
        (json.dumps('{"a": "b"}'), {"a": "b"}),
        ({"a": True}, {"a": "true"}),
        (b'{"a": "b"}', {"a": "b"}),
        ("order 7, gift", {}),
        ("[1, 2]", {}),
        ("", {}),
        (None, {}),
        (7, {}),
    ],
)
def test_metadata(value: object, expected: dict[str, str]) -> None:
    assert metadata_of(value) == expected


def test_the_apps_words_become_ours_and_stay_readable() -> None:
    words = Interpreter(
        OrdersMapping(orders=TABLE.model_copy(update={"status_map": {"COMPLETED": "paid", "2": "fulfilled"}}))
    )
    assert words.word(["completed"]) is OrderStatus.PAID
    assert words.word(["2"]) is OrderStatus.FULFILLED
    assert words.word(["Refunded"]) is OrderStatus.REFUNDED
    order = order_of({"id": 1, "status": "wc-odd"})
    assert (order.status, order.raw_status) == (OrderStatus.UNKNOWN, "wc-odd")


@pytest.mark.parametrize("value", [None, 0, "0", False, "f", "", b"\x00"], ids=repr)
def test_not_deleted(value: object) -> None:
    assert not order_of({"id": 1, "deleted": value}).deleted


@pytest.mark.parametrize("value", [1, True, b"\x01", "2026-11-22", datetime(2026, 11, 22, tzinfo=UTC)])
def test_deleted(value: object) -> None:
    assert order_of({"id": 1, "deleted": value}).deleted


def test_keys_of_every_type_are_spelled_so_that_they_find_their_row_again() -> None:
    key = UUID("019372b6-0000-7000-8000-00000000abcd")
    assert ids_like(str(spelled(key)), UUID) == (key,)
    assert ids_like(str(spelled(key.bytes)), bytes) == (key.bytes,)
    assert ids_like(str(key), bytes) == (key.bytes,)
    assert ids_like(str(spelled(Decimal("42.00"))), Decimal) == (42,)
    assert ids_like("not-a-uuid", UUID) == ()
    assert ids_like("99999999999999999999", int) == ()


@given(st.text())
def test_whatever_is_typed_is_a_key_or_none(text: str) -> None:
    for python_type in (int, str, UUID, bytes, Decimal, None):
        assert isinstance(ids_like(text, python_type), tuple)


@given(
    st.integers(1_000_000_000, 2_000_000_000),
    st.integers(0, 10_000_000),
    st.integers(0, 10_000_000),
    st.sampled_from(["s", "ms", "us", "naive", "aware", "text", "local", "utc", "minutes", "digits", "date"]),
    st.sampled_from([ZONE, ZoneInfo("UTC"), ZoneInfo("America/St_Johns")]),
)
def test_a_span_holds_every_instant_in_it(since: int, length: int, offset: int, form: str, zone: ZoneInfo) -> None:
    at = since + min(offset, max(length - 1, 0))
    moment = datetime.fromtimestamp(at, zone)
    stored: dict[str, object] = {
        "s": at, "ms": at * 1000, "us": at * 1_000_000, "digits": str(at * 1000),
        "local": f"{moment:%Y-%m-%d %H:%M:%S}", "utc": f"{datetime.fromtimestamp(at, UTC):%Y-%m-%dT%H:%M:%SZ}",
        "minutes": f"{moment:%Y-%m-%d %H:%M}", "naive": moment.replace(tzinfo=None), "aware": moment.astimezone(UTC),
        "text": moment.isoformat(), "date": moment.date(),
    }  # fmt: skip
    value = stored[form]
    held = [
        (low is None or value >= low) and (high is None or value < high)  # type: ignore[operator] # of one kind
        for low, high in bounds(since, since + length + 1, value, zone)
    ]
    assert any(held)


@given(st.integers() | st.integers(10**19 - 5, 10**19 + 5) | st.integers(-(10**19) - 5, 5 - 10**19))
def test_a_whole_number_is_the_amount_that_its_spelling_is(amount: int) -> None:
    assert minor(amount, "minor", None) == minor(str(amount), "minor", None) == minor(Decimal(amount), "minor", None)


@given(
    st.lists(st.sampled_from("cs_test_ pi_ ch_ cs_live_ _secret_ ; a1B2c3D4e5F6g7H8 é x_".split()), max_size=6).map(
        "".join
    ),
    st.sampled_from(["session", "payment_intent", "charge"]),
    st.booleans(),
)
def test_an_id_in_its_own_column_is_the_one_that_is_found_beside_nothing(text: str, kind: str, keep: bool) -> None:  # noqa: FBT001 - as it is drawn
    alone = ids_of(Record({f"{kind}_id": (text,)}), keep_damaged=keep)
    assert alone == ids_of(Record({f"{kind}_id": (text, None)}), keep_damaged=keep)


@pytest.mark.parametrize("value", [10**18, f"{10**18}.00", 2**63, 1e18])
def test_what_no_database_counts_to_is_no_amount(value: object) -> None:
    """Also where only scaling makes it so."""
    assert minor(value, "major", "eur") is None
