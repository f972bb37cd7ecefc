"""The line above a case: its place in the list, and what people make of it, two of them at once too."""

from collections.abc import Iterator

import pytest
from streamlit.testing.v1 import AppTest

from core import wiring
from core.desk import Desk, Filter, Kept
from core.sandbox import World
from core.settings import load
from tests.dashboard.conftest import Opening, scan, shown
from tests.people import person
from tests.worlds import world_of

world = world_of("webhook_refused", "paid_twice", "refund_bounced", "paid_and_booked")


@pytest.fixture
def desk(world: World, app: Opening) -> Iterator[Desk]:
    """Another desk on the same journal, whose inbox has been filled."""
    assert callable(app)
    scan(world)
    with wiring.desk(load()) as other:
        yield other


def kept(desk: Desk) -> tuple[Kept, ...]:
    return desk.inbox.page(Filter(), limit=50)[0]


def said(page: AppTest) -> str:
    return shown(page).replace("\\", "")


def test_what_the_inbox_does_not_keep_has_nothing_to_press(world: World, app: Opening, desk: Desk) -> None:
    assert kept(desk)
    page = app(case=world.built["paid_and_booked"].number)
    assert "Nothing disagrees" in said(page)
    assert not [one.key for one in page.button if str(one.key).startswith("case.triage")]


def test_it_is_acknowledged_with_a_reason_and_opened_again(app: Opening, desk: Desk) -> None:
    key = kept(desk)[0].key
    page = app(case=key)
    page.text_input(key="case.triage.note").set_value("ticket 4711")
    page.button(key="case.triage.Acknowledge").click().run()
    assert not page.exception
    now = desk.inbox.get(key)
    assert now is not None
    assert (now.state, now.who) == ("acknowledged", "ana")
    ((entry, *_), _) = desk.activity(case_key=key)
    assert (entry.what, entry.details["note"]) == ("acknowledge", "ticket 4711")
    page.button(key="case.triage.Reopen").click().run()
    assert [one.state for one in kept(desk) if one.key == key] == ["open"]


def test_of_two_people_the_second_is_told_and_overwrites_nothing(app: Opening, desk: Desk) -> None:
    key = kept(desk)[0].key
    page = app(case=key)
    desk.inbox.assign([key], "ben", person("ben"), 1_800_000_000)
    page.button(key="case.triage.It is mine").click().run()
    assert not page.exception
    assert "Nothing was changed" in said(page)
    assert "is ben's by now, by ben" in said(page)
    assert "15 Jan 2027, 09:00:00" in said(page), "when that was, by the reader's clock"
    assert " UTC" not in said(page)
    now = desk.inbox.get(key)
    assert now is not None
    assert now.owner == "ben"
    page.button(key="case.triage.It is mine").click().run()
    assert "Nothing was changed" not in said(page), "decided on what stands there now"
    now = desk.inbox.get(key)
    assert now is not None
    assert now.owner == "ana"


def test_a_note_is_kept_for_whoever_opens_it_next(app: Opening, desk: Desk) -> None:
    key = kept(desk)[0].key
    page = app(case=key)
    page.button(key="case.triage.Keep this note").click().run()
    assert "Nothing was changed" in said(page), "an empty note is none"
    page.text_area(key="case.triage.note.kept").set_value("![x](https://evil.example) waits for *Stripe*")
    page.button(key="case.triage.Keep this note").click().run()
    assert "waits for" in said(app(case=key))
    assert "![x](" not in shown(app(case=key))


def test_a_case_knows_its_place_in_the_list_it_was_opened_from(app: Opening, desk: Desk) -> None:
    keys = [one.key for one in kept(desk)]
    assert len(keys) == 3
    page = app("discrepancies")
    page.query_params["case"] = keys[0]
    page.run()
    assert f"1 of {len(keys)}" in said(page)
    assert page.button(key="case.previous").disabled
    page.button(key="case.next").click().run()
    assert page.query_params["case"] == keys[1]
    assert f"2 of {len(keys)}" in said(page)
    elsewhere = app(case=keys[0])
    assert f"1 of {len(keys)}" not in said(elsewhere)
