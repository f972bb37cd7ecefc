"""Further cases on the codes of the catalogue and their healthy look-alikes, judged from its text before the rules were
asked. Some follow public reports; most are made up in their manner, and `incident` is then a label and no citation.
Each line says in `why` what makes it what it is: `reports_a.jsonl` has codes 1 to 22,
`reports_b.jsonl` codes 23 to 40 and the notes."""

import json
from pathlib import Path
from typing import Any

import pytest

from core.cases import Case, bundle
from core.rules import examine

FILES = [Path(__file__).parents[1] / "cases" / f"reports_{part}.jsonl" for part in "ab"]
REPORTS = [json.loads(line) for file in FILES for line in file.read_text(encoding="utf-8").splitlines()]
EACH = pytest.mark.parametrize("report", REPORTS, ids=lambda one: f"{one['case']}-{one['incident']}")
MOST_WORDS = 40


@EACH
def test_it_is_called_what_it_was(report: dict[str, Any]) -> None:
    diagnosis, expected = examine(Case.of(report)).diagnosis, report["expected"]
    found = diagnosis.headline.code if diagnosis.headline else None
    below = sorted(one.code for one in (*diagnosis.also, *diagnosis.notes))
    assert (found, below) == (expected["headline"], sorted(expected["also"])), report["why"]
    assert {found, *below}.isdisjoint(expected["must_not"])
    assert set(expected["actions"]) <= set(diagnosis.actions)
    if "undetermined" in expected:
        assert (diagnosis.undetermined is not None) is expected["undetermined"], diagnosis.undetermined


@EACH
def test_its_bundle_is_diagnosed_the_same(report: dict[str, object]) -> None:
    case = Case.of(report)
    assert examine(Case.of(json.loads(json.dumps(bundle(case, masked=False))))).diagnosis == examine(case).diagnosis


@EACH
def test_what_is_said_is_short_and_has_no_gaps(report: dict[str, object]) -> None:
    diagnosis = examine(Case.of(report)).diagnosis
    for found in (*diagnosis.findings, *diagnosis.notes):
        assert max(len(found.says.split()), len(found.developer.split())) < MOST_WORDS
        for text in (found.says, found.developer, *found.remedy):
            assert "{" not in text.replace("{CHECKOUT_SESSION_ID}", "").replace("{checkout_session_id}", "")
