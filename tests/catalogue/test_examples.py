"""The worked examples are real: their diagnosis is what the catalogue shows, and it is the one they stand for."""

import pytest

from core.catalogue import EXAMPLES, catalogue_markdown
from core.findings import Diagnosis
from core.rules import NOTES, RULES


@pytest.fixture(scope="module")
def document() -> str:
    return catalogue_markdown(RULES, NOTES)


def said(code: str) -> Diagnosis:
    return EXAMPLES[code].diagnosis()


@pytest.mark.parametrize("code", [rule.code for rule in RULES])
def test_an_example_has_its_code_as_the_headline_and_leaves_nothing_open(code: str) -> None:
    diagnosis = said(code)
    assert diagnosis.headline is not None
    assert diagnosis.headline.code == code
    assert diagnosis.undetermined is None


@pytest.mark.parametrize("code", [note.code for note in NOTES])
def test_the_example_of_a_note_has_the_note(code: str) -> None:
    assert code in [note.code for note in said(code).notes]


@pytest.mark.parametrize("code", [rule.code for rule in (*RULES, *NOTES)])
def test_the_document_shows_exactly_that_diagnosis(code: str, document: str) -> None:
    entry = document.partition(f"\n## {code}\n")[2].partition("\n## ")[0]
    found = EXAMPLES[code].finding()
    assert found.says in entry
    assert EXAMPLES[code].story in entry
    assert all(one.source in entry for one in found.evidence)


@pytest.mark.parametrize("code", [rule.code for rule in (*RULES, *NOTES)])
def test_an_example_is_told_with_the_values_it_rests_on(code: str) -> None:
    """Every id the diagnosis points at stands on the stage."""
    told = " ".join(value for _, values in EXAMPLES[code].held() for _, value in values)
    found = EXAMPLES[code].finding()
    objects = [one.source.split()[1] for one in found.evidence if one.source.split()[0] in ("session", "intent")]
    assert all(one in told for one in objects)


def test_an_example_names_real_moments_and_no_raw_clock() -> None:
    told = [pair for example in EXAMPLES.values() for _, values in example.held() for pair in values]
    assert {name for name, value in told if value.isdecimal() and len(value) == 10} <= {"cart_updated_at"}
