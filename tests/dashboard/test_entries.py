"""The catalogue's page is made of the rules: each can be found, named and linked."""

import pytest
from streamlit.string_util import validate_material_icon

from core.catalogue import unfilled
from core.rules import NOTES, RULES, Rule
from dashboard.parts import entries

ALL = (*RULES, *NOTES)


@pytest.mark.parametrize("rule", ALL, ids=lambda rule: rule.code)
def test_every_entry_is_found_by_its_code_and_by_its_title(rule: Rule) -> None:
    assert rule in entries.matching(ALL, rule.code)
    assert rule in entries.matching(ALL, rule.title.upper())
    validate_material_icon(entries.worst(rule).icon)


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.code)
def test_every_entry_has_a_severity_and_something_to_say(rule: Rule) -> None:
    assert entries.worst(rule).word != "Note"
    assert "{" not in unfilled(rule.support).replace("{CHECKOUT_SESSION_ID}", "")
    assert rule.remedy


def test_no_words_find_all_and_strange_ones_none() -> None:
    assert entries.matching(ALL, "  ") == ALL
    assert entries.matching(ALL, "zebra") == ()
