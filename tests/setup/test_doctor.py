"""What `doctor` says: quiet where all is well, and of each thing that is wrong one line with what to do."""

from dataclasses import replace
from pathlib import Path

import pytest
from pydantic import SecretStr
from sqlalchemy import create_engine, make_url, text

from core import settings as settings_of
from core.checks import Check, Level, worst_of
from core.orders import examine
from core.sandbox import World
from core.settings import Letters, OrdersMapping, OrdersSettings, Settings
from core.setup import Doctor
from core.stripe_api import PERMISSIONS
from tests.databases import execute, mariadb, postgresql
from tests.shops import NAMES, Shop
from tests.worlds import world_of

NOW = 1_795_000_000
ALL = [one.name for one in PERMISSIONS]
KEY = "rk_test_" + "51RvS7mOrderlensDoctorTests00009"


def lines(checks: tuple[Check, ...]) -> dict[str, Check]:
    return {one.checked: one for one in checks}


def shop(name: str, folder: Path) -> tuple[str, OrdersMapping]:
    url = f"sqlite:///{folder / name}.sqlite3"
    Shop(name).build(url, sqlite=True)
    return url, Shop(name).mapping


def changed(mapping: OrdersMapping, **orders: object) -> OrdersMapping:
    return mapping.model_copy(update={"orders": mapping.orders.model_copy(update=orders)})


@pytest.mark.parametrize("name", NAMES)
def test_a_right_mapping_has_no_errors(name: str, tmp_path: Path) -> None:
    url, mapping = shop(name, tmp_path)
    found = examine(url, mapping, mode="test", now=NOW)
    assert {one.checked for one in found.checks if one.level is not Level.FINE} <= {"indexes"}
    assert len(found.sample) == 23
    assert sum(rows for _, _, rows in found.words) == 23


def test_a_wrong_unit_is_an_error(tmp_path: Path) -> None:
    url, mapping = shop("prisma_next", tmp_path)
    found = lines(examine(url, changed(mapping, unit="minor"), mode=None, now=NOW).checks)
    assert found["amounts"].level is Level.ERROR
    url, mapping = shop("polar", tmp_path)
    found = lines(examine(url, changed(mapping, unit="major"), mode=None, now=NOW).checks)
    assert found["amounts"].level is Level.FINE  # a sum tells no type


def test_unmapped_words_are_counted_and_ready_to_be_pasted(tmp_path: Path) -> None:
    url, mapping = shop("laravel_intenum", tmp_path)
    found = lines(examine(url, changed(mapping, status_map={"2": "paid"}), mode=None, now=NOW).checks)
    assert found["status words"].level is Level.WARNING
    assert "7 of 8 have no meaning" in found["status words"].found
    assert '"5" = "?"' in found["status words"].paste


def test_orders_that_are_repeated_are_an_error(tmp_path: Path) -> None:
    url, mapping = shop("medusa_v2", tmp_path)
    execute(
        url,
        "INSERT INTO order_payment_collection SELECT order_id, payment_collection_id || 'x', id, created_at,"
        " updated_at, deleted_at FROM order_payment_collection LIMIT 1",
    )
    found = lines(examine(url, mapping, mode=None, now=NOW).checks)
    assert found["one row an order"].level is Level.ERROR
    assert "24 rows have only 23 ids" in found["one row an order"].found


def test_orders_of_the_future_tell_of_a_wrong_zone(tmp_path: Path) -> None:
    url, mapping = shop("spree", tmp_path)
    found = lines(examine(url, mapping, mode=None, now=1_741_000_000).checks)
    assert found["times"].level is Level.ERROR


def test_ids_of_the_other_mode_are_an_error_where_most_are(tmp_path: Path) -> None:
    url, mapping = shop("prisma_next", tmp_path)
    assert lines(examine(url, mapping, mode="live", now=NOW).checks)["mode of the ids"].level is Level.ERROR
    assert lines(examine(url, mapping, mode="test", now=NOW).checks)["mode of the ids"].level is Level.FINE


def test_a_column_that_is_not_there_is_an_error_and_a_database_that_is_away_is_not(tmp_path: Path) -> None:
    url, mapping = shop("spree", tmp_path)
    execute(url, "ALTER TABLE spree_orders RENAME COLUMN payment_state TO payment_status")
    broken = examine(url, mapping, mode=None, now=NOW).checks
    assert lines(broken)["tables and columns"].level is Level.ERROR
    assert "payment_status" in lines(broken)["tables and columns"].found
    away = examine(f"sqlite:///{tmp_path / 'nowhere.sqlite3'}", mapping, mode=None, now=NOW).checks
    assert [one.level for one in away] == [Level.UNREAD]


def test_columns_of_another_generation_are_recognised_and_its_mapping_is_offered(tmp_path: Path) -> None:
    url, mapping = shop("spree", tmp_path)
    execute(
        url,
        "ALTER TABLE spree_orders RENAME COLUMN payment_state TO payment_status",
        "ALTER TABLE spree_orders RENAME COLUMN shipment_state TO fulfillment_status",
        "ALTER TABLE spree_payments RENAME COLUMN state TO status",
    )
    found = lines(Doctor(OrdersSettings(SecretStr(url), mapping), clock=lambda: NOW).examine().checks)
    assert found["tables and columns"].level is Level.ERROR
    assert "Spree 6" in found["application"].found


def test_ids_no_order_carries_are_an_error(tmp_path: Path) -> None:
    url, mapping = shop("prisma_next", tmp_path)
    columns = {k: v for k, v in mapping.orders.columns.items() if not k.startswith(("session", "payment"))}
    found = lines(examine(url, changed(mapping, columns=columns), mode=None, now=NOW).checks)
    assert found["Stripe's ids"].level is Level.ERROR


def test_the_grants_make_a_user_on_postgresql_of_whom_nothing_is_to_be_said() -> None:
    with postgresql() as url:
        Shop("polar").build(url, sqlite=False)
        mapping = Shop("polar").mapping
        found = lines(examine(url, mapping, mode=None, now=NOW).checks)
        assert found["rights of the database user"].level is Level.WARNING
        assert found["indexes"].level is Level.FINE
        grants = found["rights of the database user"].paste.replace("'...'", "'secret'")
        engine = create_engine(url.replace("postgresql:", "postgresql+psycopg:"), isolation_level="AUTOCOMMIT")
        with engine.connect() as connection:
            for grant in grants.splitlines():
                connection.execute(text(grant))
        engine.dispose()
        reader = make_url(url).set(username="orderlens_reader", password="secret").render_as_string(hide_password=False)
        again = examine(reader, mapping, mode=None, now=NOW)
        assert {one.level for one in again.checks} == {Level.FINE}, again.checks
        assert "secret" not in repr(again.checks)


def test_the_grants_make_a_user_on_mariadb_of_whom_nothing_is_to_be_said() -> None:
    with mariadb() as url:
        Shop("woocommerce_hpos").build(url, sqlite=False)
        mapping = Shop("woocommerce_hpos").mapping
        found = lines(examine(url, mapping, mode=None, now=NOW).checks)
        assert found["rights of the database user"].level is Level.WARNING
        for grant in found["rights of the database user"].paste.replace("'...'", "'secret'").splitlines():
            execute(url, grant.replace("'%'", "'localhost'").removesuffix(";"))
        reader = make_url(url).set(username="orderlens_reader", password="secret").render_as_string(hide_password=False)
        again = lines(examine(reader, mapping, mode=None, now=NOW).checks)
        assert again["rights of the database user"].level is Level.FINE
        assert again["tables and columns"].level is Level.FINE


world = world_of()


@pytest.fixture
def set_up(world: World, monkeypatch: pytest.MonkeyPatch) -> Settings:
    for name, value in world.settings_env().items():
        monkeypatch.setenv(name, value)
    return settings_of.load()


def examined(settings: Settings, world: World) -> dict[str, Check]:
    found = Doctor(settings, clock=lambda: world.now).examine().checks
    assert settings.stripe_api_key.get_secret_value() not in repr(found)
    return lines(found)


def test_a_least_privilege_key_on_the_sandbox_is_quiet(world: World, set_up: Settings) -> None:
    world.stripe.switches.restrict(KEY, ALL)
    found = examined(replace(set_up, stripe_api_key=SecretStr(KEY)), world)
    assert {one.checked for one in found.values() if one.level is not Level.FINE} == {
        "metadata",
        "last event not delivered",  # one of the scenarios is refused
    }
    assert found["rights to write"].level is Level.FINE
    assert found["unit of amounts"].level is Level.FINE
    assert found["endpoint at Stripe"].level is Level.FINE


def test_a_missing_right_says_what_is_lost_and_links_to_a_key_with_all(world: World, set_up: Settings) -> None:
    world.stripe.switches.restrict(KEY, [one for one in ALL if one not in ("event_read", "charge_read")])
    found = examined(replace(set_up, stripe_api_key=SecretStr(KEY)), world)
    assert found["right event_read"].level is Level.WARNING
    assert found["right charge_read"].level is Level.ERROR
    assert all(f"rak_{name}" in found["right event_read"].paste for name in ALL)


def test_a_right_to_write_is_noticed_and_nothing_is_changed_by_asking(world: World, set_up: Settings) -> None:
    world.stripe.switches.restrict(KEY, [*ALL, "payment_intent_write", "charge_write", "webhook_write"])
    found = examined(replace(set_up, stripe_api_key=SecretStr(KEY)), world)
    assert found["rights to write"].level is Level.WARNING
    assert "payment_intent_write, charge_write, webhook_write" in found["rights to write"].found
    assert "customer_write" not in found["rights to write"].found
    world.stripe.switches.restrict(KEY, [*ALL, "customer_write"])
    assert "customer_write" in examined(replace(set_up, stripe_api_key=SecretStr(KEY)), world)["rights to write"].found


def test_a_right_to_write_that_could_not_be_told_is_not_called_fine(world: World, set_up: Settings) -> None:
    world.stripe.switches.restrict(KEY, ALL)
    world.stripe.switches.fail("500", 1, "/v1/refunds/")
    found = examined(replace(set_up, stripe_api_key=SecretStr(KEY)), world)
    assert found["rights to write"].level is Level.UNREAD
    assert "charge_write" in found["rights to write"].found


def test_a_secret_key_is_a_warning_and_a_wrong_one_an_error(world: World, set_up: Settings) -> None:
    assert examined(set_up, world)["key"].level is Level.WARNING
    wrong = examined(replace(set_up, stripe_api_key=SecretStr("sk_test_" + "nonsense" * 3)), world)
    assert wrong["key"].level is Level.ERROR
    assert "right charge_read" not in wrong


def test_stripe_that_is_away_is_no_error(world: World, set_up: Settings) -> None:
    found = examined(replace(set_up, stripe_api_base="http://127.0.0.1:9"), world)
    assert found["connection"].level is Level.UNREAD
    assert worst_of(found.values()) is Level.UNREAD


def test_webhooks_and_the_journal_are_looked_at(world: World, set_up: Settings, tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    half = examined(replace(set_up, webhook_secret=None), world)
    assert half["replaying"].level is Level.WARNING
    odd = replace(
        set_up, webhook_secret=SecretStr("hush"), journal_url=SecretStr(f"sqlite:///{tmp_path}/file/journal.sqlite3")
    )
    found = examined(odd, world)
    assert found["replaying"].level is Level.WARNING
    assert found["journal"].level is Level.ERROR
    elsewhere = examined(replace(set_up, webhook_url="https://shop.example.com/hook"), world)
    assert elsewhere["endpoint at Stripe"].level is Level.WARNING


def test_how_letters_are_written_is_a_line_that_says_what_nobody_set(world: World, set_up: Settings) -> None:
    line = examined(set_up, world)["what is said to customers"]
    assert (line.area, line.level) == ("letters", Level.FINE)
    assert line.found.startswith(
        "Not signed; en is offered first; a day is that of whoever looks, in a terminal that of UTC."
    )
    assert line.found.endswith("nobody set: signature, language, zone.")
    letters = Letters(signature="Ana Costa\nLamps & Co", zone="Europe/Berlin", language="de")
    line = examined(replace(set_up, letters=letters), world)["what is said to customers"]
    assert line.found == 'Signed "Ana Costa / Lamps & Co"; de is offered first; a day is the day in Europe/Berlin.'


def test_a_clock_that_is_wrong_is_noticed(world: World, set_up: Settings) -> None:
    found = lines(Doctor(set_up, clock=lambda: world.now + 4_000).examine().checks)
    assert found["clock"].level is Level.WARNING


def test_amounts_that_cannot_be_read_are_shown_with_their_type_and_parts_of_a_coin_are_rounded(tmp_path: Path) -> None:
    url, mapping = shop("laravel_intenum", tmp_path)
    execute(url, "UPDATE orders SET total = 'free' WHERE id = (SELECT max(id) FROM orders)")
    lost = lines(examine(url, mapping, mode=None, now=NOW).checks)["amounts"]
    assert (lost.level, "'free' (str, " in lost.found) == (Level.ERROR, True)
    url, mapping = shop("prisma_next", tmp_path)
    execute(url, """UPDATE "Order" SET total = 42.005 WHERE id = (SELECT max(id) FROM "Order")""")
    some = lines(examine(url, mapping, mode=None, now=NOW).checks)["amounts"]
    assert (some.level, "42.005 (float, USD)" in some.found) == (Level.FINE, True)
    execute(url, """UPDATE "Order" SET total = 42.005""")
    assert lines(examine(url, mapping, mode=None, now=NOW).checks)["amounts"].level is Level.ERROR
