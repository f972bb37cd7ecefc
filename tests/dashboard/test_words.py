"""What is said in more than one place: escaping, money, looks."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st
from streamlit.string_util import validate_material_icon

from core.findings import Severity
from core.money import Money
from core.report import count
from dashboard import words

LOOKS = [*words.LOOKS.values(), *words.MODES.values()]
MARKDOWN = set("\\`*_{}[]()<>#+-.!|~$:@&")


@given(st.text())
def test_escaped_text_has_no_sign_that_markdown_would_read(text: str) -> None:
    bare = re.sub(r"\\.", "", words.md_escape(text), flags=re.DOTALL)
    assert MARKDOWN.isdisjoint(bare)
    assert "\n" not in bare


@given(st.text(alphabet=st.characters(categories=["L", "N", "Zs", "P"]), max_size=200))
def test_escaped_text_reads_as_it_was(text: str) -> None:
    shown = re.sub(r"\\(.)", r"\1", words.md_escape(text)).replace("\u2060", "")
    assert shown == text


@pytest.mark.parametrize("address", ["https://evil.example", "www.evil.example", "mailto:a@b.example", "a@b.example"])
def test_a_bare_address_becomes_no_link(address: str) -> None:
    assert "\u2060" in words.md_escape(address)


def test_a_long_text_is_cut_and_says_so() -> None:
    assert words.md_escape("x" * 900) == "x" * 499 + "…"


def test_direction_overrides_are_not_passed_on() -> None:
    assert "\u202e" not in words.md_escape("gnp\u202e.exe")


def test_money_has_the_decimals_of_its_currency() -> None:
    assert words.money(Money(500, "jpy")) == "500 JPY"
    assert words.money(Money(1_500, "kwd")) == "1.500 KWD"
    assert words.money(None) == "unknown"


def test_a_state_is_an_icon_a_word_and_a_colour() -> None:
    for look in LOOKS:
        validate_material_icon(look.icon)
        assert look.word
        assert look.icon in words.badge(look)
        assert look.color in words.badge(look)
    assert len({look.word for look in LOOKS}) == len(LOOKS)
    assert len({words.look(severity).color for severity in Severity}) == len(Severity)


def test_a_number_agrees_with_its_noun() -> None:
    assert count(1, "order") == "1 order"
    assert count(1_200, "order") == "1,200 orders"
    assert count(2, "match", "matches") == "2 matches"
