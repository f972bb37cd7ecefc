"""The catalogue: its order, its words, and the page that is made from it."""

import re
from dataclasses import replace
from pathlib import Path
from string import Formatter

import pytest

from core.catalogue import catalogue_markdown
from core.findings import Action, Finding
from core.rules import NOTES, RULES, Match, Rule, Seen, examine
from core.rules.ranking import examined_by
from core.rules.timing import SETTLING
from tests.rules import stage

ROOT = Path(__file__).parents[2]
# The headline order of the whole catalogue.
ORDER = """
    key_mode_mismatch session_foreign order_copied duplicate_payment subscription_doubled subscription_still_charged
    late_failure_overwrote paid_order_closed dispute_not_reflected payment_doubted id_placeholder id_wrong_type
    id_malformed wrong_account stale_id id_missing session_not_found async_failed auth_expired hold_released
    auth_not_captured hold_short setup_unusable fulfilled_before_funds async_marked_failed unpaid_marked_paid
    subscription_ended minor_unit_error currency_mismatch metadata_drift paid_outside_stripe webhook_off
    webhook_not_subscribed metadata_not_on_pi webhook_wrong_host webhook_failing webhook_before_order no_pi_by_design
    webhook_acked_not_applied link_missing paid_not_recorded amount_stale_cart amount_mismatch refund_overstated
    refund_not_recorded amount_explained hold_on_closed_order open_session_on_closed_order expired_order_open settling
""".split()
RENEW = (
    "uv run python -c 'from core import catalogue, rules; "
    'print(catalogue.catalogue_markdown(rules.RULES, rules.NOTES), end="")\' > docs/catalogue.md'
)
EVERY = [*RULES, *NOTES]


FIELDS = "title family severity money explanation support causes developer remedy confidence unchecked searched".split()


def test_all_rules_are_there_and_stand_in_headline_order() -> None:
    assert [rule.code for rule in RULES] == ORDER
    assert len(RULES) == 50
    assert len({rule.code for rule in EVERY}) == len(EVERY)


def test_notes_are_told_apart_by_their_names() -> None:
    assert all(note.code.startswith("note_") for note in NOTES)
    assert not any(rule.code.startswith("note_") for rule in RULES)


@pytest.mark.parametrize("rule", EVERY, ids=lambda rule: rule.code)
def test_an_entry_is_complete_and_speaks_in_sentences(rule: Rule) -> None:
    assert re.fullmatch(r"[a-z0-9]+(_[a-z0-9]+)*", rule.code)
    assert not rule.title.endswith(".")
    for sentence in (*rule.sentences, rule.explanation, rule.developer, *rule.causes):
        assert sentence[0].isupper() or sentence.startswith(("{", "`"))
        assert sentence.endswith((".", "?", "}"))
    assert [name for name in FIELDS if not getattr(rule, name)] == []
    assert rule.code.startswith("note_") or (rule.guards and rule.actions)
    assert len(set(rule.actions)) == len(rule.actions)
    assert rule.check.__doc__
    assert all(isinstance(action, Action) for action in rule.actions)
    assert rule.supersedes - {"*"} <= set(ORDER)
    assert rule.leads_over <= set(ORDER)


@pytest.mark.parametrize("rule", EVERY, ids=lambda rule: rule.code)
def test_an_entry_names_no_gap_by_number_or_attribute(rule: Rule) -> None:
    """Values come from strangers: a gap may only name one of ours."""
    for text in (*rule.sentences, *rule.remedy, rule.developer):
        for _, gap, spec, conversion in Formatter().parse(text):
            assert gap is None or re.fullmatch(r"[a-z_]+|CHECKOUT_SESSION_ID", gap)
            assert not spec
            assert not conversion


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.code)
def test_developers_are_told_of_the_case_and_briefly(rule: Rule) -> None:
    assert "{" in rule.developer.replace("{CHECKOUT_SESSION_ID}", "")
    assert len(rule.developer.split()) < 40


def test_a_value_with_braces_is_not_a_template() -> None:
    found = stage.diagnosed(stage.order(session_id="{CHECKOUT_SESSION_ID}{order}")).headline
    assert isinstance(found, Finding)
    assert "{CHECKOUT_SESSION_ID}{order}" in found.says


def test_the_page_is_current() -> None:
    written = (ROOT / "docs" / "catalogue.md").read_text(encoding="utf-8")
    assert written == catalogue_markdown(RULES, NOTES), f"Write it anew: {RENEW}"


class TestTheHeadline:
    """Made-up rules over a case on which all of them hold."""

    def rule(self, code: str, *, supersedes: str = "", leads_over: str = "") -> Rule:
        beaten, led = frozenset(supersedes.split()), frozenset(leads_over.split())
        return replace(SETTLING, code=code, check=_holds, supersedes=beaten, leads_over=led)

    def said(self, *rules: Rule) -> list[str]:
        return stage.codes(examined_by(stage.case(), rules, ()).diagnosis)

    def test_the_first_that_holds_leads(self) -> None:
        assert self.said(self.rule("one"), self.rule("two"), self.rule("three")) == ["one", "two", "three"]

    def test_what_is_superseded_vanishes_wherever_it_stands(self) -> None:
        later = self.rule("two", supersedes="one three")
        assert self.said(self.rule("one"), later, self.rule("three")) == ["two"]

    def test_what_is_superseded_supersedes_nothing(self) -> None:
        one = self.rule("one", supersedes="two")
        two = self.rule("two", supersedes="three")
        assert self.said(one, two, self.rule("three")) == ["one", "three"]

    def test_a_rule_may_lead_over_an_earlier_one_which_stays(self) -> None:
        later = self.rule("three", leads_over="one")
        assert self.said(self.rule("one"), self.rule("two"), later) == ["two", "three", "one"]

    def test_where_nothing_can_be_compared_nothing_else_is_said(self) -> None:
        alone = self.rule("two", supersedes="*")
        assert self.said(self.rule("one"), alone, self.rule("three")) == ["two"]


def _holds(seen: Seen) -> Match:
    """Always."""
    found = examine(seen.case).diagnosis.headline
    assert found is not None
    return Match(found.severity, None, found.evidence)
