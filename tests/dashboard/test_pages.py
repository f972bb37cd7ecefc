"""The pages as a person meets them: at first, after a search, after a reading, and when a side is down."""

import pytest
from streamlit.testing.v1 import AppTest

from core.sandbox import World
from dashboard import visit
from tests.dashboard.conftest import Opening, scan, shown
from tests.people import MIRA, person


def searched(app: AppTest, text: str) -> AppTest:
    return app.text_input(key="search").set_value(text).run()


@pytest.mark.parametrize("page", ["find", "discrepancies", "activity", "catalogue", "case"])
def test_every_page_opens(app: Opening, page: str) -> None:
    opened = app(page)
    assert not opened.exception
    assert opened.title
    assert ":material/science: Test mode" in shown(opened)
    assert "Sandbox: made-up data" in shown(opened)  # Stripe stands on this machine


def test_one_hit_opens_its_case_at_once(app: Opening, world: World) -> None:
    number = world.built["webhook_refused"].number
    opened = searched(app(), number)
    assert not opened.exception
    assert opened.query_params["case"].startswith("order:")
    assert number in shown(opened).replace("\\", "")


def test_the_way_back_leads_to_the_results_and_stays_there(app: Opening, world: World) -> None:
    opened = searched(app(), world.built["webhook_refused"].number)
    opened.button(key="frame.back").click().run()
    assert "case" not in opened.query_params
    assert "1 match for" in shown(opened)
    assert opened.text_input(key="search").value == world.built["webhook_refused"].number


def test_nothing_found_says_where_was_looked(app: Opening) -> None:
    opened = searched(app(), "nobody@nowhere.example")
    assert "Nothing found for" in shown(opened)
    assert "Looked here:" in shown(opened)


def test_what_was_typed_is_never_markdown(app: Opening) -> None:
    opened = searched(app(), "![x](https://evil.example/x.png)")
    assert not opened.exception
    assert "](" not in shown(opened).replace("\\", "\0")


def test_a_search_from_any_page_opens_the_one_case_there(app: Opening, world: World) -> None:
    opened = searched(app("activity"), world.built["webhook_refused"].number)
    assert not opened.exception
    assert opened.query_params["case"].startswith("order:")
    assert opened.button(key="frame.back").label == "Back to Activity"


@pytest.mark.parametrize("page", ["activity", "catalogue", "setup"])
def test_what_is_not_one_case_is_shown_on_find_and_stands_in_no_address(app: Opening, world: World, page: str) -> None:
    email = str(world.built["reused_payment"].order["customer_email"])
    opened = searched(app(page), email)
    assert not opened.exception
    assert "matches for" in shown(opened)
    assert opened.text_input(key="search").value == email
    assert dict(opened.query_params) == {}


def test_a_search_from_a_case_leaves_it_for_what_was_found(app: Opening, world: World) -> None:
    opened = searched(app(case=world.built["webhook_refused"].number), "nobody@nowhere.example")
    assert "Nothing found for" in shown(opened)
    assert "case" not in opened.query_params


def test_the_head_names_the_zone_and_a_press_shows_utc(app: Opening) -> None:
    opened = app()
    clock = opened.button(key="head.clock")
    assert clock.label.startswith("Times: Berlin, UTC+")
    assert clock.click().run().button(key="head.clock").label == "Times: UTC"
    assert opened.button(key="head.clock").click().run().button(key="head.clock").label == clock.label


def test_an_empty_search_asks_nothing(app: Opening) -> None:
    assert "Nothing found" not in shown(searched(app(), "   "))


def test_the_worst_stand_below_the_search(app: Opening, world: World) -> None:
    opened = app()
    assert "Nothing has been scanned yet" in shown(opened)
    assert opened.button(key="find.scan").label == "Scan the last 7 days"
    scan(world)
    opened.run()
    assert "not settled" in shown(opened)
    first = next(button for button in opened.button if str(button.key).startswith("recent.open."))
    first.click().run()
    assert opened.query_params["case"] == str(first.key).removeprefix("recent.open.")


def test_a_hit_says_what_the_inbox_knows_of_it(app: Opening, world: World) -> None:
    scan(world)
    opened = searched(app(), str(world.built["reused_payment"].order["customer_email"]))
    assert "in the inbox since" in shown(opened).replace("\\", "")


def test_activity_is_honest_when_there_is_none(app: Opening, world: World) -> None:
    assert "Nothing was done yet" in shown(app("activity"))
    assert "Nothing was done to this order" in shown(app("activity", of=world.built["paid_and_booked"].number))
    assert "No such order" in shown(app("activity", of="SH-99999"))


def test_what_was_done_is_listed_newest_first_and_found_by_the_orders_number(app: Opening, world: World) -> None:
    desk = visit.get_desk()
    for name in ("paid_twice", "webhook_swallowed"):
        (hit,) = desk.find(world.built[name].number, who=MIRA).hits
        desk.retrieve(desk.open(hit.key), who=person("ana"))
    assert list(app("activity").dataframe[0].value["Order"]) == [
        world.built["webhook_swallowed"].number,
        world.built["paid_twice"].number,
    ]
    opened = app("activity", of=world.built["webhook_swallowed"].number)
    assert list(opened.dataframe[0].value["What"]) == ["Retrieve"]
    assert "1 action, all there are." in shown(opened)


def test_what_is_not_set_up_is_said_with_the_next_step(opening: Opening, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("STRIPE_API_KEY", "ORDERLENS_DATABASE_URL", "ORDERLENS_CONFIG"):
        monkeypatch.delenv(name, raising=False)
    opened = opening()
    assert not opened.exception
    assert "Orderlens is not set up yet" in shown(opened)
    assert "STRIPE_API_KEY is not set" in shown(opened)
    assert "orderlens demo" in shown(opened)
    assert "Not connected" in shown(opened)
    assert "Everything Orderlens can find" in shown(opening("catalogue"))


def test_a_wrong_key_is_said_with_the_next_step(app: Opening, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("STRIPE_API_KEY", "sk_test_" + "wrong00000000")
    opened = searched(app(), "pi_3Nobody0000000000000000")
    assert not opened.exception
    assert "wrong00000000" not in shown(opened)
    assert "Stripe" in shown(opened)


def test_a_missing_database_is_said_with_the_next_step(
    app: Opening, monkeypatch: pytest.MonkeyPatch, tmp_path_factory: pytest.TempPathFactory
) -> None:
    nowhere = tmp_path_factory.mktemp("empty") / "no.sqlite3"
    monkeypatch.setenv("ORDERLENS_DATABASE_URL", f"sqlite:///{nowhere}")
    opened = searched(app(), "1042")
    assert not opened.exception
    assert "Could not look into the orders database" in shown(opened)
    assert not nowhere.exists()


def test_a_case_is_told_in_the_zone_that_the_head_names_and_handed_on_in_one_of_its_own(
    app: Opening, world: World
) -> None:
    opened = app(case=world.built["webhook_refused"].number)
    said = shown(opened)
    assert not opened.exception
    assert "UTC" not in said, "every time on the page is the viewer's"
    opened.button(key="head.clock").click().run()
    assert not opened.exception
    assert " UTC" in shown(opened)
