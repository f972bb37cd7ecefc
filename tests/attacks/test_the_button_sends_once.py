"""The button on the page: two tabs, two presses, a sending that was left: one POST, and the page says what is known."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from streamlit.testing.v1 import AppTest

from core.journal import Entry, Journal
from core.sandbox import World
from core.sandbox.scenarios import BY_NAME
from tests.dashboard.conftest import Opening, app, opening, shown
from tests.sandbox.postbox import Postbox
from tests.worlds import world_of

__all__ = ["app", "opening"]
NUMBER = BY_NAME["webhook_refused"].purchase.number
world = world_of("webhook_refused", scope="function")


@pytest.fixture
def box(monkeypatch: pytest.MonkeyPatch) -> Iterator[Postbox]:
    """The app's endpoint: it refuses everything, which nobody waits for."""
    with Postbox() as running:
        running.status = 500
        monkeypatch.setattr("core.desk.proving.WAIT_SECONDS", 0.0)
        yield running


@pytest.fixture
def case(app: Opening, box: Postbox, monkeypatch: pytest.MonkeyPatch) -> Opening:
    """Opens the case on the page, in a tab of its own."""
    monkeypatch.setenv("ORDERLENS_WEBHOOK_URL", box.url)
    return lambda: app(case=NUMBER)


def said(page: AppTest) -> str:
    return shown(page).replace("\\", "").replace("\u2060", "")


def press(page: AppTest, key: str) -> AppTest:
    page.button(key=key).click().run()
    assert not page.exception
    return page


def sends(page: AppTest) -> bool:
    return any(button.key == "case.send" for button in page.button)


def test_two_tabs_that_show_the_same_plan_send_once(case: Opening, box: Postbox) -> None:
    one, two = (press(case(), "case.replay") for _ in range(2))
    press(one, "case.send")
    assert "The endpoint refused it with status 500" in said(one)
    press(two, "case.send")
    assert "Nothing was sent now: ana sent it at" in said(two)
    press(two, "case.send")
    assert "Nothing was sent now: ana sent it at" in said(two)
    assert len(box.letters) == 1


def test_asked_anew_the_plan_tells_what_was_sent_before(case: Opening, box: Postbox) -> None:
    page = press(press(case(), "case.replay"), "case.send")
    page = press(page, "case.replay")
    assert "ana sent it to this address at" in said(page)
    assert "the endpoint refused it. Your app gets it once more." in said(page)
    press(page, "case.send")
    assert len(box.letters) == 2


def test_sent_but_not_looked_at_is_said_and_arms_no_button(world: World, case: Opening, box: Postbox) -> None:
    page = press(case(), "case.replay")
    box.status = 200
    box.comes = lambda: world.stripe.switches.fail("reset", 100_000)
    press(page, "case.send")
    text = said(page)
    assert "Sent, but could not look what came of it" in text
    assert "It was sent, and the endpoint answered with status 200." in text
    assert "This page was read before the sending." in text
    assert "try again" not in text.partition("This page was read")[2]
    press(page, "case.replay")
    assert "after this case was read" in said(page)
    assert not sends(page)
    press(page, "case.refused.close")
    assert "Sent, but could not look what came of it" in said(page)
    assert len(box.letters) == 1


def test_a_sending_that_was_left_is_shown_with_what_to_do(
    world: World, app: Opening, case: Opening, box: Postbox, tmp_path: Path
) -> None:
    page = case()
    journal = Journal(f"sqlite:///{tmp_path / 'journal.sqlite3'}")
    order = world.built["webhook_refused"].order
    events = [one for one in world.built["webhook_refused"].objects if one["object"] == "event"]
    event = next(one for one in events if one["type"] == "checkout.session.completed")
    about = {"event": event["type"], "url": box.url, "order": order["order_number"]}
    row = world.shop.books.find("order_number", NUMBER)
    assert row is not None
    key = f"order:{row['id']}"
    entry = Entry(world.now - 3600, "bob", "replay", key, str(event["id"]), "sending", about)
    journal.sendings.begin(entry, box.url, seen=None)
    journal.close()
    page = press(page, "case.retrieve")
    text = said(page)
    assert "Sent or not: not known" in text
    assert "bob began to send checkout.session.completed" in text
    assert "Look into the log of your endpoint" in text
    page = app("activity")
    assert "Sent or not: not known" in list(page.dataframe[0].value["Outcome"])


def test_without_a_journal_the_case_is_shown_and_nothing_is_sent(case: Opening, box: Postbox, tmp_path: Path) -> None:
    page = press(case(), "case.replay")
    (tmp_path / "journal.sqlite3").rename(tmp_path / "elsewhere")
    (tmp_path / "journal.sqlite3").mkdir()
    press(page, "case.send")
    assert "Nothing was sent." in said(page)
    assert "The journal" in said(page)
    assert "Side by side" in said(page)
    assert box.letters == []
