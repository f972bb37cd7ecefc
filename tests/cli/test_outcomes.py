"""Exit codes: the worst of what was found, and never 0 for what could not be looked at."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.cli.outcomes import Exit, exit_of, exit_of_error
from core.errors import OrdersUnreachable, Refused, SettingsError, StripeUnreachable, UsageError
from core.findings import Confidence, Diagnosis, Finding, Severity


def finding(severity: Severity) -> Finding:
    """A finding of which only the severity matters."""
    said = ("Says.", ("Cause.",), "Developer.", ("Remedy.",), "Certain.")
    return Finding("code", "Title", severity, Confidence.CERTAIN, None, (), *said)


CLEAN = Diagnosis()
UNDETERMINED = Diagnosis(undetermined="the disputes were not read")
FOUND = Diagnosis(headline=finding(Severity.LOW))
CRITICAL = Diagnosis(headline=finding(Severity.LOW), also=(finding(Severity.CRITICAL),))
RANK = {CLEAN: Exit.CLEAN, UNDETERMINED: Exit.UNDETERMINED, FOUND: Exit.FINDINGS, CRITICAL: Exit.CRITICAL}


def test_nothing_at_all_and_only_clean_cases_are_clean() -> None:
    assert exit_of([]) is Exit.CLEAN
    assert exit_of([CLEAN, CLEAN]) is Exit.CLEAN


def test_a_note_is_not_a_finding() -> None:
    assert exit_of([Diagnosis(notes=(finding(Severity.INFO),))]) is Exit.CLEAN


@given(st.lists(st.sampled_from([CLEAN, UNDETERMINED, FOUND, CRITICAL]), min_size=1))
def test_the_worst_decides_in_any_order(diagnoses: list[Diagnosis]) -> None:
    assert exit_of(diagnoses) is max(RANK[diagnosis] for diagnosis in diagnoses)


@pytest.mark.parametrize(
    ("kind", "code"),
    [
        (StripeUnreachable, Exit.COULD_NOT_LOOK),
        (OrdersUnreachable, Exit.COULD_NOT_LOOK),
        (SettingsError, Exit.USAGE),
        (UsageError, Exit.USAGE),
        (Refused, Exit.USAGE),
    ],
)
def test_a_side_that_is_down_is_not_a_mistake_of_the_user(kind: type[UsageError], code: Exit) -> None:
    assert exit_of_error(kind("What.", next_step="Next.")) is code
