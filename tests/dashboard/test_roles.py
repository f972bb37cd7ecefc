"""What each role meets on the pages: the same cases; what it may not do cannot be pressed, and says why."""

import re
from typing import Any

import pytest
from streamlit.testing.v1 import AppTest

from core.people import ROLES, Role
from core.sandbox import World
from tests.dashboard.conftest import Opening, scan, shown
from tests.people import person
from tests.worlds import world_of

world = world_of("webhook_refused", "paid_twice")
OPERATOR_TAKES = "It takes the role operator to"
SUPPORT_TAKES = "It takes the role support to"
ADDRESS = re.compile(r"[\w.+-]{2,}@example\.com")  # masked ones have one letter and three stars before it


def case(app: Opening, world: World, role: Role) -> AppTest:
    page = app(case=world.built["webhook_refused"].number, person=person("ann", role))
    assert not page.exception
    return page


def barred(page: AppTest, key: str) -> str:
    """Why a button cannot be pressed; empty where it can."""
    button = page.button(key=key)
    assert bool(button.help) or not button.disabled
    return str(button.help) if button.disabled else ""


@pytest.mark.parametrize("role", ROLES)
def test_a_case_says_the_same_to_everybody_and_each_may_press_what_is_theirs(
    app: Opening, world: World, role: Role
) -> None:
    scan(world)
    page = case(app, world, role)
    assert "The order does not show it yet" in shown(page)
    sends, reads, moves = (barred(page, key) for key in ("case.replay", "case.retrieve", "case.triage.Acknowledge"))
    assert sends.startswith(OPERATOR_TAKES) is (role in ("viewer", "support"))
    assert reads.startswith(SUPPORT_TAKES) is (role == "viewer")
    assert moves.startswith(SUPPORT_TAKES) is (role == "viewer")
    assert not (role in ("operator", "admin") and (sends or reads or moves))


def test_a_viewer_sees_no_address_on_a_case_its_raw_json_included(app: Opening, world: World) -> None:
    texts = {role: everything(case(app, world, role)) for role in ("viewer", "support")}
    assert ADDRESS.search(texts["support"])
    assert not ADDRESS.search(texts["viewer"])
    assert "***@example.com" in texts["viewer"]


def everything(page: AppTest) -> str:
    """Whatever was sent to the browser, JSON, tables and our own parts included."""
    sent = (one.proto.SerializeToString() for one in walked(page._tree) if getattr(one, "proto", None) is not None)  # noqa: SLF001 - all of it
    return b"\n".join(sent).decode("utf-8", "replace").replace("\\", "").replace("\u2060", "")


def walked(node: Any) -> list[Any]:  # noqa: ANN401 - a block or an element
    found = [node]
    for child in getattr(node, "children", {}).values():
        found += walked(child)
    return found


def test_a_viewer_finds_by_an_address_and_is_shown_it_masked(app: Opening, world: World) -> None:
    found = ADDRESS.search(everything(case(app, world, "support")))
    assert found
    page = app(case=found[0], person=person("ann", "viewer"))
    assert not page.exception
    assert "***@example.com" in everything(page)
    assert not ADDRESS.search(everything(page).replace(found[0], ""))  # but for what they asked for themselves


def test_the_settings_are_for_operators(app: Opening) -> None:
    page = app("setup", person=person("ann", "support"))
    assert f"{OPERATOR_TAKES} see and examine the settings; yours is support." in shown(page)
    assert not [one for one in page.button if one.key == "again"]
    page = app("setup", person=person("ann", "operator"))
    assert [one for one in page.button if one.key == "again"]


@pytest.mark.parametrize("role", ROLES)
def test_the_inbox_is_scanned_and_views_are_saved_by_whoever_may(app: Opening, world: World, role: Role) -> None:
    scan(world)
    page = app("discrepancies", person=person("ann", role))
    assert not page.exception
    starts = [one for one in page.button if str(one.key).endswith(".start")]
    assert [bool(one.disabled) for one in starts] == [role in ("viewer", "support")] * len(starts) != []
    assert barred(page, "view.save").startswith(SUPPORT_TAKES) is (role == "viewer")
    page.checkbox(key="every.0").check().run()
    assert barred(page, "acknowledge").startswith(OPERATOR_TAKES) is (role in ("viewer", "support"))


def test_without_a_person_nothing_is_shown(app: Opening, world: World) -> None:
    """The door was not passed: no role is guessed."""
    page = app(person=person("ann", "viewer"))
    page.user = {"email": "ann@shop.example"}
    page.query_params["case"] = world.built["webhook_refused"].number
    page.run()
    assert "Stripe has" not in shown(page)
    assert not [one for one in page.button if str(one.key).startswith("case.")]
