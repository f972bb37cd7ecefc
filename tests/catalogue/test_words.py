"""Sentences without a case: gaps are marked, never left as code."""

from string import Formatter

import pytest

from core.catalogue import EXAMPLES, sentence, unfilled, variants
from core.rules import NOTES, RULES, Rule

EVERY = (*RULES, *NOTES)


def test_a_gap_is_shown_as_one() -> None:
    assert unfilled("charged {net}; the order is {status}") == "charged [amount]; the order is [status]"
    assert unfilled("{happened} Wait.") == "The customer paid [amount]. Wait."
    assert unfilled("It failed{when} ({when}).") == "It failed on [day] (on [day])."


def test_a_phrase_becomes_a_sentence() -> None:
    assert sentence("critical if paid") == "Critical if paid."
    assert sentence("High.") == "High."
    assert sentence("Were the keys changed?") == "Were the keys changed?"


@pytest.mark.parametrize("rule", EVERY, ids=lambda rule: rule.code)
def test_what_is_told_of_a_rule_has_the_values_of_its_example_in_every_gap(rule: Rule) -> None:
    told = EXAMPLES[rule.code]
    for line in (rule.support, rule.developer, *rule.remedy, *rule.causes, *rule.unchecked):
        gaps = {gap for _, gap, _, _ in Formatter().parse(line) if gap} - {"CHECKOUT_SESSION_ID"}
        filled = told.filled(rule, line)
        assert not [gap for gap in gaps if f"{{{gap}}}" in filled or f"[{gap}]" in filled], filled


@pytest.mark.parametrize("rule", EVERY, ids=lambda rule: rule.code)
def test_the_other_sentences_of_a_rule_are_told_with_marked_gaps(rule: Rule) -> None:
    for line in map(unfilled, variants(rule, EXAMPLES[rule.code])):
        assert "{" not in line
        assert "( " not in line
