"""Variants of each entry of the catalogue and of its guards, judged by hand from the catalogue's text before the rules
were asked. Each line of `variants.jsonl` says in `why` what makes it what it is."""

import json
from pathlib import Path

import pytest

from core.cases import Case
from core.rules import RULES, examine

LINES = (Path(__file__).parents[1] / "cases" / "variants.jsonl").read_text(encoding="utf-8").splitlines()
VARIANTS = [json.loads(line) for line in LINES]


@pytest.mark.parametrize("variant", VARIANTS, ids=lambda one: f"{one['case']}-{one['about']}-{one['title']}")
def test_it_is_called_what_it_is(variant: dict[str, dict[str, object]]) -> None:
    diagnosis, expected = examine(Case.of(variant)).diagnosis, variant["expected"]
    found = diagnosis.headline.code if diagnosis.headline else None
    below = sorted(one.code for one in (*diagnosis.also, *diagnosis.notes))
    assert (found, below) == (expected["headline"], expected["also"]), variant["why"]
    assert (diagnosis.undetermined is not None) is expected["undetermined"], diagnosis.undetermined


@pytest.mark.parametrize("code", [rule.code for rule in RULES])
def test_each_entry_has_at_least_three(code: str) -> None:
    assert sum(variant["expected"]["headline"] == code for variant in VARIANTS) >= 3
