"""The worked cases: real incidents, with the headline, the consequences and the actions that are right."""

import json
from pathlib import Path

import pytest

from core.cases import Case, bundle
from core.facts import OrderStatus
from core.rules import RULES, Seen, examine

CASES = [json.loads(line) for line in (Path(__file__).parents[1] / "cases" / "worked.jsonl").read_text().splitlines()]


@pytest.mark.parametrize("worked", CASES, ids=lambda worked: f"{worked['case']}-{worked['incident']}")
def test_it_is_called_what_it_was(worked: dict[str, dict[str, object]]) -> None:
    diagnosis, expected = examine(Case.of(worked)).diagnosis, worked["expected"]
    assert (diagnosis.headline.code if diagnosis.headline else None) == expected["headline"]
    assert {finding.code for finding in (*diagnosis.also, *diagnosis.notes)} == set(expected["also"])  # type: ignore[call-overload]  # a list of texts
    assert diagnosis.undetermined is None
    assert set(expected["actions"]) <= set(diagnosis.actions)  # type: ignore[call-overload]  # the same


@pytest.mark.parametrize("worked", CASES, ids=lambda worked: f"{worked['case']}-{worked['incident']}")
def test_it_is_not_called_what_it_was_not(worked: dict[str, dict[str, list[str]]]) -> None:
    diagnosis = examine(Case.of(worked)).diagnosis
    said = {finding.code for finding in (*diagnosis.findings, *diagnosis.notes)}
    assert said & set(worked["expected"]["must_not"]) == set()


@pytest.mark.parametrize("worked", CASES, ids=lambda worked: f"{worked['case']}-{worked['incident']}")
def test_its_bundle_is_diagnosed_the_same(worked: dict[str, object]) -> None:
    case = Case.of(worked)
    assert examine(Case.of(json.loads(json.dumps(bundle(case, masked=False))))).diagnosis == examine(case).diagnosis


def test_an_order_that_disagrees_is_never_called_clean() -> None:
    """A weak link (C21) is no disagreement of this order's."""
    disagreeing = [worked for worked in CASES if worked["expected"]["headline"] not in (None, "link_missing")]
    assert [worked["case"] for worked in disagreeing if examine(Case.of(worked)).diagnosis.clean] == []


@pytest.mark.parametrize("status", OrderStatus)
def test_a_rule_that_is_not_asked_of_such_orders_would_not_hold(status: OrderStatus) -> None:
    for worked in CASES:
        case = Case.of(worked | {"order": worked["order"] | {"status": status, "raw_status": status}})
        assert case.order is not None
        seen = Seen(case, case.order, examine(case).links)
        held = {rule.code for rule in RULES if rule.check(seen) is not None}
        paid = bool(seen.links.payments or seen.links.free)
        asked = {rule.code for rule in RULES if status in rule.orders and rule.paid in (None, paid)}
        assert held <= asked, worked["case"]
