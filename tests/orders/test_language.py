"""Each phrase of the mapping language on a small table: settings file in, orders out."""

import pytest

from core.errors import UsageError
from core.facts import OrderStatus
from tests.orders.conftest import Open, only

ONE, TWO = "pi_3IsVVaOEdRTIJPBDn9U9AfiS", "pi_3A6xGieehyg376YW3Rhjpnig"
SESSION, CHARGE = "cs_test_b1Rd2BhRqef3zyyHjpxtDlOwX0VgL9g0YKwDSq", "ch_340frtQ6pl7ael0TJCX1HORt"


def test_paths_sums_constants_and_lists_are_read_wherever_they_stand(shop: Open) -> None:
    reader = shop(
        """
        [orders]
        table = "Order"
        unit = "major"
        [orders.columns]
        id = "id"
        number = ["data->no", "id"]
        status = "data->state.name"
        amount = "net + tax + data->fees.0"
        currency = "=eur"
        customer_email = ["mail", "data->buyer.mail"]
        deleted = false
        stripe_refs = ["data", "note"]
        tenant = "data->shop"
        [orders.status_map]
        done = "paid"
        """,
        'CREATE TABLE "Order" (id integer primary key, net real, tax decimal(9,2), mail text, data text, note text)',
        "INSERT INTO \"Order\" VALUES (7, 10.1, 0.2, '', "
        f'\'"{{\\"state\\": {{\\"name\\": \\"done\\"}}, \\"fees\\": [0.05], \\"shop\\": 4, \\"no\\": \\"A-7\\",'
        f' \\"buyer\\": {{\\"mail\\": \\"a@b.c\\"}}, \\"pay\\": \\"{ONE}_secret_x\\"}}"\', '
        f"'{SESSION};{TWO}|{CHARGE}')",
    )
    order = only(reader)
    assert (order.id, order.number, order.status.value, order.raw_status) == ("7", "A-7", "paid", "done")
    assert (order.amount_minor, order.currency, order.customer_email, order.tenant) == (1035, "eur", "a@b.c", "4")
    assert (order.payment_intent_ids, order.session_ids, order.charge_ids) == ((TWO, ONE), (SESSION,), (CHARGE,))
    assert not order.deleted
    assert "secret_x" not in repr(order.raw)
    for found in (
        reader.find(numbers=["a-7"]),
        reader.find(emails=["A@B.C"]),
        reader.find(intents=[ONE]),
        reader.find(charges=[CHARGE]),
    ):
        assert found == (order,)


def test_json_that_is_none_costs_its_value_and_nothing_else(shop: Open) -> None:
    reader = shop(
        """
        [orders]
        table = "orders"
        columns = { id = "id", status = "status", payment_intent_id = "info->id", amount = "info->total" }
        """,
        "CREATE TABLE orders (id integer primary key, status text, info text)",
        f"INSERT INTO orders VALUES (1, 'paid', ''), (2, 'paid', NULL), (3, 'paid', '{{'), (4, 'paid', '[1]'),"
        f' (5, \'paid\', \'{{"id": "{ONE}", "total": 4200}}\')',
    )
    orders = reader.page(since=None, until=None, limit=9).orders
    assert [(order.payment_intent_id, order.amount_minor) for order in orders] == [(ONE, 4200)] + [(None, None)] * 4
    assert [order.id for order in reader.find(intents=[ONE])] == ["5"]


def test_each_relation_has_its_own_unit_and_zone_and_accounts_come_from_payments(shop: Open) -> None:
    reader = shop(
        """
        [database]
        prefix = "ev_"
        [orders]
        table = "{prefix}orders"
        join = { table = "{prefix}people", as = "buyer", on = ["id = person_id", "kind = 'buyer'"] }
        unit = "major"
        timezone = "Asia/Tokyo"
        [orders.columns]
        id = "id"
        status = ["status", "payment_status"]
        amount = "total"
        currency = "currency"
        customer_email = "buyer.mail"
        created_at = "made"
        [orders.status_map]
        "COMPLETED/*" = "fulfilled"
        "COMPLETED/PAYMENT_RECEIVED" = "paid"
        [[payments]]
        table = "{prefix}payments"
        unit = "minor"
        timezone = "UTC"
        extra = { attempt = "id" }
        [payments.columns]
        order_id = "order_id"
        payment_intent_id = "intent"
        charge_id = "charge"
        refunded_amount = "back"
        stripe_account = "account"
        status = "state"
        created_at = "made"
        seq = "id"
        [stripe.metadata]
        order = "{id}/{attempt}"
        nothing = "{tenant}"
        """,
        "CREATE TABLE ev_people (id integer, kind text, mail text)",
        "INSERT INTO ev_people VALUES (1, 'buyer', 'b@x.y'), (1, 'guest', 'g@x.y')",
        "CREATE TABLE ev_orders (id integer primary key, person_id integer, status text, payment_status text,"
        " total numeric, currency text, made text)",
        "INSERT INTO ev_orders VALUES (1, 1, 'COMPLETED', 'PAYMENT_RECEIVED', 5000, 'JPY', '2025-03-02 09:00:00')",
        "CREATE TABLE ev_payments (id integer primary key, order_id integer, intent text, charge text, back integer,"
        " account text, state text, made text)",
        f"INSERT INTO ev_payments VALUES (1, 1, '{ONE}', '{CHARGE}', 2000, 'acct_1', 'succeeded', NULL),"
        f" (2, 1, '{TWO}', NULL, NULL, NULL, 'failed', NULL)",
    )
    order = only(reader)
    assert (order.amount_minor, order.refunded_minor, order.status.value) == (5000, 2000, "partially_refunded")
    assert (order.payment_intent_id, order.payment_intent_ids, order.charge_id) == (ONE, (ONE, TWO), CHARGE)
    assert (order.stripe_account, order.customer_email) == ("acct_1", "b@x.y")
    assert (order.created_at, order.metadata_expected, order.extra) == (1740873600, {"order": "1/1"}, {"attempt": "1"})


@pytest.mark.parametrize(
    ("unit", "stored", "currency", "minor"),
    [
        ('"major"', "42.5", "usd", 4250),
        ('"minor"', "4250", "usd", 4250),
        ("2", "4250", "usd", 4250),
        ("2", "500000", "jpy", 5000),
        ("2", "1234", "kwd", 12340),
        ("3", "5", "usd", 1),
        ("2", "490", "jpy", 5),
        ("0", "42", "usd", 4200),
    ],
)
def test_amounts_are_stored_in_many_ways(shop: Open, unit: str, stored: str, currency: str, minor: int | None) -> None:
    reader = shop(
        f'[orders]\ntable = "o"\nunit = {unit}\n'
        f'columns = {{ id = "id", status = "=paid", amount = "amount", currency = "={currency}" }}',
        "CREATE TABLE o (id integer primary key, amount)",
        f"INSERT INTO o VALUES (1, {stored})",
    )
    assert (only(reader).amount_minor, only(reader).status.value) == (minor, "paid")


def test_binary_and_uuid_keys_are_found_by_how_they_are_printed(shop: Open) -> None:
    key = "0196f1c25d8c7b3fa1e2c0ffee15dead"
    reader = shop(
        """
        [orders]
        query = "SELECT id, number, state AS status FROM orders WHERE version = X'00FF'"
        columns = { number = "number" }
        [[payments]]
        query = "SELECT order_id, refs AS stripe_refs FROM payments"
        """,
        "CREATE TABLE orders (id blob, version blob, number text, state text)",
        f"INSERT INTO orders VALUES (X'{key}', X'00FF', 'A', 'paid'), (X'{key}', X'0000', 'B', 'old')",
        "CREATE TABLE payments (order_id blob, refs text)",
        f"INSERT INTO payments VALUES (X'{key}', 'x {ONE}-capture y')",
    )
    order = only(reader)
    assert (order.id, order.payment_intent_id) == (key, ONE)
    assert reader.get(key.upper()) == order
    assert reader.get("0196f1c2-5d8c-7b3f-a1e2-c0ffee15dead") == order
    assert reader.find(intents=[ONE]) == (order,)


def test_an_unknown_word_is_unknown_and_counted_and_never_guessed(shop: Open) -> None:
    reader = shop(
        """
        [orders]
        table = "o"
        columns = { id = "id", status = ["a", "b"] }
        [orders.status_map]
        "paid/*" = "paid"
        """,
        "CREATE TABLE o (id integer primary key, a text, b text)",
        "INSERT INTO o VALUES (1, 'paid', NULL), (2, 'refunded', 'x'), (3, 'refunded', 'x'), (4, 'odd', NULL)",
    )
    page = reader.page(since=None, until=None, limit=9)
    assert page.unknown == {"refunded/x": 2, "odd/": 1}
    assert [order.status.value for order in page.orders] == ["unknown", "unknown", "unknown", "paid"]
    assert reader.status_words()[0] == ("refunded/x", OrderStatus.UNKNOWN, 2)


def test_an_order_with_two_rows_is_one_order_and_is_told(shop: Open) -> None:
    reader = shop(
        '[orders]\nquery = "SELECT o.id, x.s AS status, 1700000000 AS created_at FROM o JOIN x ON x.o = o.id"',
        "CREATE TABLE o (id integer primary key)",
        "CREATE TABLE x (o integer, s text)",
        "INSERT INTO o VALUES (1), (2), (3)",
        "INSERT INTO x VALUES (1, 'paid'), (2, 'paid'), (2, 'open'), (3, 'paid')",
    )
    page = reader.page(since=None, until=None, limit=9)
    assert ([order.id for order in page.orders], page.repeated) == (["3", "2", "1"], ("2",))
    first = reader.page(since=None, until=None, limit=2)
    assert [order.id for order in first.orders] == ["3", "2"]
    assert [order.id for order in reader.page(since=None, until=None, limit=2, after=first.next).orders] == ["1"]


def test_the_index_is_asked_first_and_its_condition_may_fail(shop: Open) -> None:
    toml = """
        [orders]
        table = "o"
        columns = {{ id = "id", status = "=paid" }}
        [[payments]]
        query = "SELECT o AS order_id, data FROM p"
        columns = {{ stripe_refs = "data" }}
        find.payment_intent = "{find}"
        """
    reader = shop(
        toml.format(find="json_extract(q.data, '$.id') = :value"),
        "CREATE TABLE o (id integer primary key)",
        "INSERT INTO o VALUES (1), (2)",
        "CREATE TABLE p (o integer, data text)",
        f'INSERT INTO p VALUES (1, \'{{"id": "{ONE}"}}\'), (2, \'{{"other": "{TWO}"}}\')',
    )
    assert [order.id for order in reader.find(intents=[ONE])] == ["1"]
    assert reader.find(intents=[TWO]) == ()  # the settings say where to look, and there it is not
    broken = shop(toml.format(find="no_such_function(q.data) = :value"))
    assert [order.id for order in broken.find(intents=[TWO])] == ["2"]


def test_a_list_of_times_is_one_time(shop: Open) -> None:
    reader = shop(
        """
        [orders]
        table = "o"
        columns = { id = "id", status = "=paid", created_at = ["paid_at", "made_at"] }
        """,
        "CREATE TABLE o (id integer primary key, paid_at integer, made_at integer)",
        "INSERT INTO o VALUES (1, NULL, 1700000300), (2, 1700000100, 1700000900), (3, 1700000200, NULL)",
        "INSERT INTO o VALUES (4, NULL, NULL)",
    )
    assert [order.id for order in reader.page(since=None, until=None, limit=9).orders] == ["1", "3", "2", "4"]
    assert [order.id for order in reader.page(since=1700000150, until=None, limit=9).orders] == ["1", "3"]


def test_a_computed_time_orders_by_id_and_refuses_a_span(shop: Open) -> None:
    reader = shop(
        '[orders]\ntable = "o"\ncolumns = { id = "id", status = "=paid", created_at = "data->made" }',
        "CREATE TABLE o (id integer primary key, data text)",
        "INSERT INTO o VALUES (1, '{\"made\": 1700000300}'), (2, '{}')",
    )
    assert [order.created_at for order in reader.page(since=None, until=None, limit=9).orders] == [None, 1700000300]
    with pytest.raises(UsageError):
        reader.page(since=1, until=None, limit=9)


def test_what_the_app_writes_into_stripe_leads_back_to_the_order(shop: Open) -> None:
    reader = shop(
        """
        [orders]
        table = "o"
        columns = { id = "id", number = "no", status = "=paid" }
        [stripe.metadata]
        spree_order = "{id}"
        no = "{number}"
        shop = "acme"
        both = "{id}-{number}"
        """,
        "CREATE TABLE o (id integer primary key, no text)",
        "INSERT INTO o VALUES (7, 'R7')",
    )
    assert only(reader).metadata_expected == {"spree_order": "7", "no": "R7", "shop": "acme", "both": "7-R7"}
    assert only(reader).called == {"spree_order": ("7",), "no": ("R7",), "both": ("7-R7",)}
    assert reader.name_keys == ("spree_order", "no", "both")


def test_zero_dates_and_foreign_ids_are_nothing(shop: Open) -> None:
    reader = shop(
        """
        [orders]
        query = "SELECT id ID, s status, p payment_intent_id, c session_id, d deleted, d created_at FROM o"
        """,
        "CREATE TABLE o (id integer primary key, s text, p text, c text, d text)",
        "INSERT INTO o VALUES (1, 'paid', 'wire_TSIk3pUS', 'cs_%7BCHECKOUT_SESSION_ID%7D', '0000-00-00 00:00:00')",
    )
    order = only(reader)
    assert (order.id, order.deleted, order.created_at, order.payment_intent_ids) == ("1", False, None, ())
    assert order.session_id == "cs_%7BCHECKOUT_SESSION_ID%7D"  # a finding of its own
