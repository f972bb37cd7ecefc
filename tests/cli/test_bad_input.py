"""Bad input on the command line: each kind has a message that names the thing and the next step, and leaks nothing.

The same list on the pages: tests/dashboard/test_bad_input.py. A port in use and a file that is no bundle are met on
the command line only: tests/cli/test_live.py and tests/cli/test_diagnose.py.
"""

import sqlite3
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest
import stamina

from core.sandbox import World
from core.sandbox.stripe import SECRET_KEY_LIVE
from tests.cli.conftest import Done, Orderlens
from tests.waiting import hurried
from tests.worlds import world_of

PAID = "paid_and_booked"
WRONG = "sk_test_" + "wrong" * 6


world = world_of()


@pytest.fixture(autouse=True)
def _mended(world: World) -> Iterator[None]:
    with stamina.set_testing(True, attempts=99, cap=True):  # tries as ever, without the pauses
        yield
    world.stripe.controls.faults.clear()


def complaint(done: Done) -> str:
    """What was said of a side that could not be read: a message and a next step, on stderr, and no data."""
    assert done.returncode == 1, done.stdout + done.stderr
    assert done.stdout == ""
    assert "\n  Next: " in done.stderr
    assert "Traceback" not in done.stderr
    return done.stderr


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("STRIPE_API_KEY", ""),
        ("STRIPE_API_KEY", "pk_test_" + "wrong" * 6),
        ("ORDERLENS_DATABASE_URL", "not a url"),
        ("ORDERLENS_CONFIG", "/nowhere/orderlens.toml"),
    ],
)
def test_no_key_and_settings_that_are_none(world: World, orderlens: Orderlens, name: str, value: str) -> None:
    done = orderlens("case", "SH-1", env=world.settings_env() | {name: value})
    assert done.returncode == 2, done.stderr
    assert {"ORDERLENS_CONFIG": "orderlens.toml is not here"}.get(name, name) in done.stderr
    assert "Next: " in done.stderr
    assert "Traceback" not in done.stderr
    assert "wrongwrong" not in done.stderr


@pytest.mark.parametrize("command", [["case", "{number}"], ["case", "{number}", "--json"], ["export", "--limit", "1"]])
def test_a_wrong_key(world: World, orderlens: Orderlens, command: list[str]) -> None:
    words = [word.format(number=world.built[PAID].number) for word in command]
    run = orderlens.process if "--json" in words else orderlens
    said = complaint(run(*words, env=world.settings_env() | {"STRIPE_API_KEY": WRONG}))
    assert "Stripe does not accept the key" in said
    assert "STRIPE_API_KEY" in said
    assert WRONG not in said


def test_a_key_of_the_other_mode(world: World, orderlens: Orderlens) -> None:
    env = world.settings_env() | {"STRIPE_API_KEY": SECRET_KEY_LIVE}
    done = orderlens("case", world.built[PAID].number, env=env)
    assert done.returncode == 11
    assert "Test and live are mixed" in done.stdout
    assert "settings: key mode = live" in done.stdout
    assert "Read it again with the key of that mode" in done.stdout
    assert SECRET_KEY_LIVE not in done.stdout + done.stderr


def test_stripe_down(world: World, orderlens: Orderlens) -> None:
    number = world.built[PAID].number
    env = world.settings_env()
    said = complaint(orderlens("case", number, env=env | {"ORDERLENS_STRIPE_API_BASE": "http://127.0.0.1:9"}))
    assert "no connection to Stripe" in said
    assert "ORDERLENS_STRIPE_API_BASE" in said
    world.stripe.controls.fail("500", 999)
    said = complaint(orderlens("case", number, env=env))
    assert "Stripe answered with an error of its own (500)" in said
    assert "status.stripe.com" in said


def test_stripe_slow(world: World, orderlens: Orderlens, monkeypatch: pytest.MonkeyPatch) -> None:
    """One question hangs: twenty seconds later, of which three pass here, the rest is shown, and nothing is called
    fine."""
    asked = hurried(monkeypatch)
    world.stripe.controls.fail("hang", 99, "/v1/disputes")
    done = orderlens("case", world.built[PAID].number, env=world.settings_env())
    assert (done.returncode, asked) == (3, [20.0]), done.stderr
    assert "Could not tell" in done.stdout
    assert "the disputes of pi_" in done.stdout
    assert "Stripe did not answer in time" in done.stdout
    assert "Next: " in done.stdout
    assert "Nothing disagrees" not in done.stdout


def test_a_database_that_is_missing(world: World, orderlens: Orderlens, tmp_path: Path) -> None:
    nowhere = tmp_path / "shop.sqlite3"
    env = world.settings_env() | {"ORDERLENS_DATABASE_URL": f"sqlite:///{nowhere}"}
    said = complaint(orderlens("case", "SH-1", env=env))
    assert f"{nowhere} is not there" in said
    assert "ORDERLENS_DATABASE_URL" in said
    assert not nowhere.exists()


def test_a_database_that_is_locked(world: World, orderlens: Orderlens, tmp_path: Path) -> None:
    with closing(sqlite3.connect(tmp_path / "locked.sqlite3", isolation_level=None)) as shop:
        shop.execute("CREATE TABLE orders (id)")
        shop.execute("BEGIN EXCLUSIVE")
        env = world.settings_env() | {"ORDERLENS_DATABASE_URL": f"sqlite:///{tmp_path / 'locked.sqlite3'}"}
        said = complaint(orderlens("case", "SH-1", env=env))
    assert "locked.sqlite3 is locked by another program" in said
    assert "Try again in a moment" in said


@pytest.mark.parametrize(
    ("statement", "missing", "there"),
    [
        ("CREATE TABLE bestellungen (id, state)", "no table `orders`", "bestellungen"),
        (
            "CREATE TABLE orders (id, order_no, status)",
            "`order_number`. Did you mean `order_no`?",
            "id, order_no, status",
        ),
    ],
)
def test_a_database_of_another_shape(
    world: World, orderlens: Orderlens, tmp_path: Path, statement: str, missing: str, there: str
) -> None:
    with closing(sqlite3.connect(tmp_path / "other.sqlite3")) as shop:
        shop.execute(statement)
    env = world.settings_env() | {"ORDERLENS_DATABASE_URL": f"sqlite:///{tmp_path / 'other.sqlite3'}"}
    said = complaint(orderlens("case", "SH-1", env=env))
    assert missing in said
    assert f"There is: {there}." in said
    assert "orderlens.toml" in said
