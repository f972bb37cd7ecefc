"""The catalogue as a page: searched, linked from elsewhere, every entry and every family drawn."""

import re

import pytest

from core.catalogue import EXAMPLES, FAMILIES, Family
from core.sandbox import World
from dashboard import words
from dashboard.frame import catalogue_entry
from tests.dashboard.conftest import Opening, entries, scan, shown

HEAD = {"head.clock"}  # stands on every page


def test_an_entry_is_found_opened_and_left(app: Opening) -> None:
    opened = app("catalogue")
    assert entries(opened) == list(catalogue_entry.BY_CODE)
    opened.text_input(key="catalogue.search").set_value("refund").run()
    assert 0 < len(entries(opened)) < len(catalogue_entry.BY_CODE)
    assert "refund_not_recorded" in entries(opened)
    opened.query_params["code"] = "refund_not_recorded"  # a press in the list: tests/browser/test_catalogue.py
    opened.run()
    assert "A worked example" in shown(opened)
    opened.button(key="family.changed_by_stripe").click().run()
    assert opened.query_params["family"] == "changed_by_stripe"
    opened.button(key="all").click().run()
    assert "family" not in opened.query_params
    assert "A worked example" in shown(opened)
    opened.button(key="all").click().run()
    assert "code" not in opened.query_params
    assert opened.text_input(key="catalogue.search").value is not None


def test_a_strange_entry_or_family_is_said(app: Opening) -> None:
    assert "No entry has this code" in shown(app("catalogue", code="![x](y)"))
    assert "There is no such family" in shown(app("catalogue", family="![x](y)"))


def test_every_entry_is_drawn_with_its_worked_example(app: Opening) -> None:
    opened = app("catalogue")
    for code, rule in catalogue_entry.BY_CODE.items():
        opened.query_params["code"] = code
        opened.run()
        assert not opened.exception, code
        assert opened.title[0].value == words.md_escape(rule.title)
        assert words.md_escape(EXAMPLES[code].story) in shown(opened)


@pytest.mark.parametrize("family", FAMILIES, ids=lambda family: family.key)
def test_every_family_has_its_codes_and_its_repair(app: Opening, family: Family) -> None:
    opened = app("catalogue", family=family.key)
    assert not opened.exception
    assert {str(button.key) for button in opened.button} - HEAD == {"all", *(f"entry.{code}" for code in family.signs)}
    assert [element.value.strip() for element in opened.code] == [family.python.strip(), family.node.strip()]


def test_an_error_text_leads_to_what_it_may_mean(app: Opening) -> None:
    opened = app("catalogue")
    opened.text_input(key="catalogue.search").set_value("StripeError: No such checkout.session: 'cs_test_a1'").run()
    assert "may mean, likeliest first" in shown(opened)
    assert entries(opened)[0] == "session_not_found"
    opened.text_input(key="catalogue.search").set_value("zebra").run()
    assert "No entry has these words" in shown(opened)


def test_all_error_texts_are_listed_with_links(app: Opening) -> None:
    opened = app("catalogue", part="What the error says")
    assert not opened.exception
    (table,) = opened.table
    assert len(table.value) == len(catalogue_entry.SYMPTOMS)
    assert "](catalogue?code=session_not_found)" in str(table.value.to_dict())


def test_the_findings_of_many_orders_are_linked_too(app: Opening, world: World) -> None:
    scan(world)
    opened = app("discrepancies")
    codes = re.findall(r"\]\(catalogue\?code=(\w+)\)", shown(opened))
    assert codes
    assert set(codes) <= set(catalogue_entry.BY_CODE)


def test_a_case_links_its_findings_to_their_entries(app: Opening, world: World) -> None:
    opened = app(case=world.built["webhook_refused"].number)
    assert "](catalogue?code=webhook_failing)" in shown(opened)
