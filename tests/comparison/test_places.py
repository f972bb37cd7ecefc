"""The comparison names the columns that the order's values stand in, as far as the settings say."""

import pytest

from core.cases import Case
from core.comparison import Comparison, compare, placed, places
from core.rules import examine
from core.sandbox.scenarios import BY_NAME
from core.settings import OrdersMapping

SHOP = {"id": "id", "status": "state", "amount": "total->gross", "currency": "=eur", "session_id": ["sid", "p.sid"]}


def mapping(columns: dict[str, object] | None = None, **others: object) -> OrdersMapping:
    orders = {"table": "orders", "columns": SHOP if columns is None else columns}
    return OrdersMapping.model_validate({"orders": orders, **others})


def where(found: Comparison, field: str) -> list[str]:
    row = next(row for row in found.rows if row.field == field)
    return [value.where if value else "" for value in row.values]


def refused() -> Comparison:
    case = Case.of(BY_NAME["webhook_refused"].build(1_790_000_000).bundle())
    return compare(examine(case))


def test_each_value_of_the_order_names_its_column_and_stripes_stay_as_they_are() -> None:
    before, found = refused(), placed(refused(), places(mapping()))
    assert where(found, "Payment") == ["orders.state", *where(before, "Payment")[1:]]
    assert where(found, "Amount")[0] == "orders.total->gross"
    assert where(found, "Session id")[0] == "orders.sid, p.sid"
    assert where(found, "Mode")[0] == "in orders.sid, p.sid"
    assert where(found, "Currency")[0] == "the settings"


def test_what_the_settings_do_not_name_keeps_our_word() -> None:
    before, found = refused(), placed(refused(), places(mapping({"id": "id"})))
    assert where(found, "E-mail") == where(before, "E-mail")
    assert where(found, "Payment") == where(before, "Payment")
    assert where(found, "Order reference")[0] == "orders.id"


def test_ids_that_stand_beside_payments_are_named_there_too() -> None:
    payments = {"table": "{prefix}payments", "columns": {"order_id": "order", "payment_intent_id": "intent"}}
    known = places(mapping(payments=[payments], database={"prefix": "wp_"}))
    assert known["intent id"] == "wp_payments.intent"


def test_a_query_names_its_own_columns() -> None:
    orders = {"query": "SELECT id, state FROM orders", "columns": {"id": "id", "status": "state"}}
    assert places(OrdersMapping.model_validate({"orders": orders}))["status"] == "state"


@pytest.mark.parametrize("name", ["paid_and_booked", "webhook_refused", "promotion_code"])
def test_naming_columns_changes_no_verdict(name: str) -> None:
    case = Case.of(BY_NAME[name].build(1_790_000_000).bundle())
    plain = compare(examine(case))
    named = placed(plain, places(mapping()))
    assert [(row.field, row.verdict) for row in named.rows] == [(row.field, row.verdict) for row in plain.rows]
