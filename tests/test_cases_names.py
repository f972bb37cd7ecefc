"""Which names of a case the orders database is asked for, and what the case knows afterwards."""

from contextlib import closing
from pathlib import Path

import pytest

from core.cases import Case
from core.facts import Order
from core.settings import load
from core.wiring.scans import sources
from tests.rules import stage

SETTINGS = """
[orders]
table = "orders"
columns = { id = "id", status = "status" }
[stripe.metadata]
cart_ref = "{number}"
key = "{id}"
both = "{id}-{number}"
plan = "pro"
"""


def order(name: str, number: str | None = None) -> Order:
    return Order.of(stage.order(id=name, number=number))


def borne(name: object, **further: object) -> Case:
    """The case of order 1042, whose session is of its own and whose intent bears `name`."""
    return stage.case(stage.BOOKED, intents=[stage.intent(metadata={"order_id": name, **further})])


def test_nothing_is_asked_where_each_name_is_the_orders() -> None:
    assert stage.case(stage.BOOKED).foreign_names == ()
    for spelled in ("1042", "#1042", "order_1042", " Order #1042", "001042", "shop.example.com:1042"):
        assert borne(spelled).foreign_names == (), spelled
    written = stage.BOOKED | {"metadata_expected": {"reference": "acme/1042/eu"}}
    assert stage.case(written, intents=[stage.intent(metadata={"reference": "acme/1042/eu"})]).foreign_names == ()


def test_what_is_no_name_is_not_asked() -> None:
    assert borne('{"cart": [1]}').foreign_names == ()
    assert borne("x" * 201).foreign_names == ()


def test_each_other_name_is_asked_once_as_it_is_spelled() -> None:
    assert borne(" #4711 ", orderId="#4711", order="user_1042", team="blue").foreign_names == ("#4711", "user_1042")


def test_a_key_of_the_settings_bears_names_too() -> None:
    config = {"name_keys": ["basket"]}
    intents = [stage.intent(metadata={"basket": "B-7", "team": "blue"})]
    assert stage.case(stage.BOOKED, intents=intents).foreign_names == ()
    assert stage.case(stage.BOOKED, intents=intents, config=config).foreign_names == ("B-7",)


def test_a_payment_without_an_order_asks_for_all_its_names() -> None:
    assert stage.case(None, order=None).foreign_names == ("1042",)


def test_what_was_answered_stands_in_the_case() -> None:
    case = borne("4711", order="team plan", reference="R7")
    told = case.answered({"4711": (order("9", "4711"),), "team plan": ()})
    assert [one.id for one in told.other_orders] == ["9"]
    assert told.no_order == ("team plan",)  # of R7 nothing is known


def test_an_order_is_told_once_and_never_beside_itself() -> None:
    sharer = stage.order(id="9", number="4711")
    case = stage.case(stage.BOOKED, other_orders=[sharer])
    told = case.answered({"4711": (order("9", "4711"),), "R7": (order("1042"),)})
    assert [one.id for one in told.other_orders] == ["9"]
    assert told.no_order == ()


def test_the_settings_say_which_keys_bear_an_orders_name(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "orderlens.toml").write_text(SETTINGS)
    monkeypatch.setenv("ORDERLENS_CONFIG", str(tmp_path / "orderlens.toml"))
    monkeypatch.setenv("ORDERLENS_DATABASE_URL", f"sqlite:///{tmp_path / 'shop.sqlite3'}")
    monkeypatch.setenv("ORDERLENS_JOURNAL_URL", f"sqlite:///{tmp_path / 'journal.sqlite3'}")
    monkeypatch.setenv("STRIPE_API_KEY", "sk_" + "test_made_up")
    with closing(sources(load())) as read:
        assert read.surroundings.name_keys == ("cart_ref", "key", "both")
