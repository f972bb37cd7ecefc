"""Bad input on the pages: each kind has a message that names the thing and the next step, and leaks nothing.

The same list on the command line: tests/cli/test_bad_input.py.
"""

import sqlite3
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest
import stamina
from streamlit.testing.v1 import AppTest

from core.sandbox import World
from core.sandbox.stripe import SECRET_KEY_LIVE
from tests.dashboard.conftest import Opening, shown
from tests.waiting import hurried

PAID = "paid_and_booked"
WRONG = "sk_test_" + "wrong" * 6


@pytest.fixture(autouse=True)
def _mended(world: World) -> Iterator[None]:
    with stamina.set_testing(True, attempts=99, cap=True):  # tries as ever, without the pauses
        yield
    world.stripe.switches.faults.clear()


def said(page: AppTest) -> str:
    """All the words of a page, without what escaping adds."""
    assert not page.exception
    return shown(page).replace("\\", "").replace("\u2060", "")


def complaint(page: AppTest) -> str:
    """What is said of a side that could not be read: with a next step, and nothing called fine."""
    text = said(page)
    assert "Next step" in text
    assert "Nothing disagrees" not in text
    return text


def test_no_key(app: Opening, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("STRIPE_API_KEY")
    text = complaint(app())
    assert "Orderlens is not set up yet" in text
    assert "STRIPE_API_KEY is not set" in text


def test_what_is_no_key(app: Opening, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("STRIPE_API_KEY", "pk_test_" + "wrong" * 6)
    text = complaint(app())
    assert "STRIPE_API_KEY is not a secret or restricted key" in text
    assert "wrongwrong" not in text


def test_a_wrong_key(world: World, app: Opening, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("STRIPE_API_KEY", WRONG)
    text = complaint(app(case=world.built[PAID].number))
    assert "Could not look into Stripe" in text
    assert "Stripe does not accept the key" in text
    assert "STRIPE_API_KEY" in text
    assert WRONG not in text


def test_a_key_of_the_other_mode(world: World, app: Opening, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("STRIPE_API_KEY", SECRET_KEY_LIVE)
    text = said(app(case=world.built[PAID].number))
    assert "Test and live are mixed" in text
    assert "Read it again with the key of that mode" in text
    assert "Live mode" in text
    assert SECRET_KEY_LIVE not in text


def test_stripe_down(world: World, app: Opening) -> None:
    world.stripe.switches.fail("500", 999)
    text = complaint(app(case=world.built[PAID].number))
    assert "Could not look into Stripe" in text
    assert "Stripe answered with an error of its own (500)" in text
    assert "status.stripe.com" in text


def test_stripe_slow(world: World, app: Opening, monkeypatch: pytest.MonkeyPatch) -> None:
    """One question hangs: twenty seconds later, of which three pass here, the rest is shown, and nothing is called
    fine."""
    asked = hurried(monkeypatch)
    world.stripe.switches.fail("hang", 99, "/v1/disputes")
    text = said(app(case=world.built[PAID].number))
    assert set(asked) == {20.0}
    assert "Could not look at everything" in text
    assert "the disputes of pi_" in text
    assert "Stripe did not answer in time" in text
    assert "What to do now" in text
    assert "Nothing disagrees" not in text


def test_a_database_that_is_missing(app: Opening, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("ORDERLENS_DATABASE_URL", f"sqlite:///{tmp_path / 'shop.sqlite3'}")
    text = complaint(app(case="SH-1"))
    assert "Could not look into the orders database" in text
    assert "shop.sqlite3 is not there" in text
    assert "ORDERLENS_DATABASE_URL" in text


def test_a_database_that_is_locked(app: Opening, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("ORDERLENS_DATABASE_URL", f"sqlite:///{tmp_path / 'locked.sqlite3'}")
    with closing(sqlite3.connect(tmp_path / "locked.sqlite3", isolation_level=None)) as shop:
        shop.execute("CREATE TABLE orders (id)")
        shop.execute("BEGIN EXCLUSIVE")
        text = complaint(app(case="SH-1"))
    assert "locked.sqlite3 is locked by another program" in text
    assert "Try again in a moment" in text


def test_a_database_of_another_shape(app: Opening, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("ORDERLENS_DATABASE_URL", f"sqlite:///{tmp_path / 'other.sqlite3'}")
    with closing(sqlite3.connect(tmp_path / "other.sqlite3")) as shop:
        shop.execute("CREATE TABLE bestellungen (id, state)")
    text = complaint(app(case="SH-1"))
    assert "no table `orders`" in text
    assert "There is: bestellungen" in text
    assert "orderlens.toml" in text


def test_a_query_that_never_ends_is_ended_and_the_pages_go_on(
    world: World, app: Opening, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    config = Path(world.settings_env()["ORDERLENS_CONFIG"]).read_text()
    endless = "WITH RECURSIVE n(id) AS (SELECT 1 UNION ALL SELECT id + 1 FROM n) SELECT max(id) AS order_id FROM n"
    (tmp_path / "endless.toml").write_text(
        f'{config}\n[[payments]]\nquery = "{endless}"\ncolumns = {{ stripe_refs = "order_id" }}\n'
    )
    monkeypatch.setenv("ORDERLENS_CONFIG", str(tmp_path / "endless.toml"))
    page = app(case=world.built[PAID].number)
    assert "took too long to answer; the query was ended" in complaint(page)
    del page.query_params["case"]
    assert "What did the customer give you?" in said(page.run())
