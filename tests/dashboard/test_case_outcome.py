"""What belongs to a paid order, on the page of a case and in a proof; and events that Stripe no longer has."""

import sqlite3
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import pytest
import streamlit as st

from core.sandbox import World
from core.sandbox.scenarios import BY_NAME
from tests.dashboard.conftest import Opening, text
from tests.worlds import world_of

REFUSED, BOOKED, OLD = (
    BY_NAME[name].purchase.number for name in ("webhook_refused", "paid_and_booked", "paid_long_ago")
)
Saying = Callable[[str], None]
OUTCOME = """
[outcome.kept]
says = "the payment's id is kept"
column = "payment_intent_id"
[outcome.letter]
says = "a confirmation was sent"
lacks = "no confirmation was sent"
query = "SELECT 1 FROM sent WHERE order_id = :id"
"""

world = world_of("webhook_refused", "paid_and_booked", "paid_long_ago", scope="function")


@pytest.fixture
def saying(world: World, app: Opening, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Saying:  # noqa: ARG001 - `app` names the world's own file first
    """Adds to the settings of the world."""

    def added(lines: str) -> None:
        own = tmp_path / "orderlens.toml"
        own.write_text((world.directory / "orderlens.toml").read_text() + lines)
        monkeypatch.setenv("ORDERLENS_CONFIG", str(own))

    return added


def _books(world: World, statement: str) -> None:
    with closing(sqlite3.connect(world.shop.books.path)) as books, books:
        books.execute(statement)


def test_without_such_settings_a_case_says_nothing_of_it(app: Opening) -> None:
    assert "What belongs to a paid order" not in text(app(case=BOOKED))


def test_a_paid_order_shows_what_belongs_to_it_and_one_that_is_not_paid_does_not(
    world: World, app: Opening, saying: Saying
) -> None:
    saying(OUTCOME)
    _books(world, "CREATE TABLE sent (order_id INTEGER)")
    said = text(app(case=BOOKED))
    assert "The payment's id is kept" in said
    assert "No confirmation was sent" in said
    assert "What belongs to a paid order" not in text(app(case=REFUSED))


def test_a_proof_lists_each_before_and_after(app: Opening, saying: Saying) -> None:
    saying(OUTCOME)
    page = app(case=REFUSED)
    page.button(key="case.replay").click().run()
    page.button(key="case.send").click().run()
    said = text(page)
    assert "Healed: the order was pending and is paid" in said
    assert "Also true: the payment's id is kept." in said
    assert "Could not look whether a confirmation was sent" in said
    rows = page.table[0].value.to_numpy().tolist()
    assert [(" no]" in before, " yes]" in after) for _, before, after in rows] == [(True, True), (False, False)]


def test_an_event_that_stripe_no_longer_has_is_offered_only_where_the_settings_allow_it(
    world: World, app: Opening, saying: Saying
) -> None:
    _books(world, f"UPDATE orders SET status = 'pending' WHERE order_number = '{OLD}'")
    assert "case.replay" not in {one.key for one in app(case=OLD).button}
    st.cache_resource.clear()  # another start, with other settings
    saying("\n[replays]\nreconstruct = true\n")
    page = app(case=OLD)
    page.button(key="case.replay").click().run()
    said = text(page)
    assert "Reconstructed: not Stripe's own event" in said
    assert "It is reconstructed and not Stripe's own event, made of cs_" in said
    page.button(key="case.send").click().run()
    assert "Healed: the order was pending and is paid" in text(page)
