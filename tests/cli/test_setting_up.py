"""`orderlens init` and `orderlens doctor`, as a program calls them."""

import json
from pathlib import Path

import pytest
import stamina

from core.sandbox import World
from tests.cli.conftest import Orderlens
from tests.shops import Shop
from tests.worlds import world_of

world = world_of(orders=10)


def shop(name: str, folder: Path) -> dict[str, str]:
    url = f"sqlite:///{folder / name}.sqlite3"
    Shop(name).build(url, sqlite=True)
    return {"ORDERLENS_DATABASE_URL": url}


def test_init_recognises_writes_and_its_file_serves_the_other_commands(orderlens: Orderlens, tmp_path: Path) -> None:
    env = shop("pretix", tmp_path)
    done = orderlens("init", "--yes", env=env)
    assert done.returncode == 0, done.stderr
    assert "This is pretix" in done.stderr
    orders = orderlens("orders", env=env).stdout.splitlines()
    assert len(orders) == 23
    assert {json.loads(line)["tenant"] for line in orders} >= {"con-usd", "con-eur"}


def test_init_never_overwrites_without_force(orderlens: Orderlens, tmp_path: Path) -> None:
    env = shop("spree", tmp_path)
    file = tmp_path / "orderlens.toml"
    file.write_text("# mine\n")
    refused = orderlens("init", "--yes", env=env)
    assert refused.returncode == 2
    assert "--force" in refused.stderr
    assert file.read_text() == "# mine\n"
    assert orderlens("init", "--yes", "--force", env=env).returncode == 0
    assert "spree_orders" in file.read_text()


def test_init_asks_and_what_is_left_open_stays_open(orderlens: Orderlens, tmp_path: Path) -> None:
    env = shop("laravel_intenum", tmp_path)
    answers = ["minor", "Europe/Berlin", "nonsense", "paid", *["-"] * 7]
    done = orderlens.process("init", env=env, stdin="\n".join(answers) + "\n")
    assert done.returncode == 0, done.stderr
    text = (tmp_path / "orderlens.toml").read_text()
    assert 'timezone = "Europe/Berlin"' in text
    assert '\n2 = "paid"' in text
    assert text.count('= "?"') == 7
    assert "nonsense is none of them" in done.stderr


def test_an_input_that_ends_writes_nothing(orderlens: Orderlens, tmp_path: Path) -> None:
    done = orderlens("init", env=shop("laravel_intenum", tmp_path), stdin="")
    assert done.returncode == 130
    assert not (tmp_path / "orderlens.toml").exists()


def test_with_stripe_it_is_surer(world: World, orderlens: Orderlens, tmp_path: Path) -> None:
    done = orderlens("init", "--yes", "--config", "mine.toml", env=world.settings_env())
    assert done.returncode == 0, done.stderr
    assert "Stripe's own payments say so" in done.stderr
    assert 'order_id = "{number}"' in (tmp_path / "mine.toml").read_text()
    doctor = orderlens("doctor", "--json", "--config", "mine.toml", env=world.settings_env())
    lines = [json.loads(line) for line in doctor.stdout.splitlines()]
    assert {line["checked"] for line in lines if line["level"] != "fine"} == {"key", "last event not delivered"}
    assert doctor.returncode == 10


def test_init_without_a_database_says_what_to_set(orderlens: Orderlens) -> None:
    done = orderlens("init", "--yes")
    assert done.returncode == 2
    assert "ORDERLENS_DATABASE_URL" in done.stderr
    away = orderlens("init", "--yes", env={"ORDERLENS_DATABASE_URL": "sqlite:////nowhere/shop.sqlite3"})
    assert away.returncode == 1


def test_doctor_without_any_settings_names_all_that_is_missing(orderlens: Orderlens) -> None:
    done = orderlens("doctor")
    assert done.returncode == 11
    assert all(name in done.stdout for name in ("STRIPE_API_KEY", "ORDERLENS_DATABASE_URL", "orderlens.toml"))


def test_doctor_without_a_key_still_looks_at_the_orders(orderlens: Orderlens, tmp_path: Path) -> None:
    env = shop("polar", tmp_path)
    orderlens("init", "--yes", env=env)
    done = orderlens("doctor", "--json", env=env)
    lines = {line["checked"]: line for line in map(json.loads, done.stdout.splitlines())}
    assert lines["status words"]["level"] == "fine"
    assert done.returncode == 11
    assert "STRIPE_API_KEY" in lines["settings"]["found"]


@pytest.mark.parametrize(
    ("changed", "code"),
    [
        ({}, 10),
        ({"STRIPE_API_KEY": "sk_test_" + "wrong" * 6}, 11),
        ({"ORDERLENS_STRIPE_API_BASE": "http://127.0.0.1:9"}, 1),
        ({"ORDERLENS_DATABASE_URL": "sqlite:////nowhere/shop.sqlite3"}, 1),
    ],
)
def test_the_exit_code_is_that_of_the_worst_and_no_secret_is_shown(
    world: World, orderlens: Orderlens, changed: dict[str, str], code: int
) -> None:
    env = world.settings_env() | changed
    with stamina.set_testing(True, attempts=99, cap=True):  # tries as ever, without the pauses
        done = orderlens("doctor", env=env)
    assert done.returncode == code, done.stdout
    for secret in (env["STRIPE_API_KEY"], env["ORDERLENS_WEBHOOK_SECRET"]):
        assert secret not in done.stdout + done.stderr


def test_endpoints_alone_are_looked_at_for_people_and_for_programs(orderlens: Orderlens, world: World) -> None:
    done = orderlens("endpoints", env=world.settings_env())
    assert done.returncode == 10, done.stdout  # one of the scenarios is refused by the shop
    assert "warning  webhooks: last event not delivered" in done.stdout
    lines = [
        json.loads(line) for line in orderlens("endpoints", "--json", env=world.settings_env()).stdout.splitlines()
    ]
    assert {line["area"] for line in lines} == {"webhooks"}
    assert "endpoint at Stripe" in {line["checked"] for line in lines}


def test_a_probe_is_sent_at_a_word_only(orderlens: Orderlens, world: World) -> None:
    orderlens("endpoints", env=world.settings_env())
    assert not [one for one in world.shop.heard if "orderlens_probe" in one]
    done = orderlens("endpoints", "--probe", "--json", env=world.settings_env())
    found = {line["checked"]: line for line in map(json.loads, done.stdout.splitlines())}
    assert found["probe, signed"]["level"] == found["probe, wrong signature"]["level"] == "fine"
    none = orderlens("endpoints", "--probe", env={**world.settings_env(), "ORDERLENS_WEBHOOK_SECRET": ""})
    assert none.returncode == 2
    assert "no endpoint to probe" in none.stderr
