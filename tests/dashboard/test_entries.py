"""The catalogue's page is made of the rules: each can be found, named and linked."""

import re

import pytest
from streamlit.string_util import validate_material_icon

from core.catalogue import EXAMPLES, unfilled
from core.rules import RULES, Rule
from dashboard.frame import catalogue_entry


@pytest.mark.parametrize("rule", catalogue_entry.ALL, ids=lambda rule: rule.code)
def test_every_entry_is_found_by_its_code_and_by_its_title(rule: Rule) -> None:
    for text in (rule.code, rule.title.upper()):
        found = catalogue_entry.search(text)
        assert rule in (*found.meant, *found.worded)
    validate_material_icon(catalogue_entry.worst(rule).icon)


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.code)
def test_every_entry_has_a_severity_and_something_to_say(rule: Rule) -> None:
    assert catalogue_entry.worst(rule).word != "Note"
    assert "{" not in unfilled(rule.support).replace("{CHECKOUT_SESSION_ID}", "")
    assert rule.remedy


def test_strange_words_find_nothing() -> None:
    found = catalogue_entry.search("zebra")
    assert (found.said, found.meant, found.worded) == ((), (), ())


def test_a_line_of_a_log_finds_what_its_error_may_mean_likeliest_first() -> None:
    line = "2026-11-22 ERROR InvalidRequestError: Request req_8Xa1: No such checkout.session: cs_test_a1HsK (404)"
    found = catalogue_entry.search(line)
    assert [rule.code for rule in found.meant][:2] == ["session_not_found", "key_mode_mismatch"]
    assert found.worded == ()


def test_what_an_error_may_mean_is_not_listed_twice() -> None:
    found = catalogue_entry.search("amount mismatch")
    assert found.meant
    assert not [rule.code for rule in found.worded if rule in found.meant]


def test_a_link_to_an_entry_is_relative_and_shows_strange_titles_letter_by_letter() -> None:
    assert catalogue_entry.address("stale_id") == "catalogue?code=stale_id"  # the app may stand under a path of its own
    said = catalogue_entry.link("stale_id", "![x](https://evil.example/x.png)")
    assert re.search(r"(?<!\\)!\[", said) is None
    assert said.endswith("](catalogue?code=stale_id)")


def test_every_example_is_of_an_entry() -> None:
    assert set(EXAMPLES) == set(catalogue_entry.BY_CODE)
