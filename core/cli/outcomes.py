"""What the command line answers with: exit codes and the JSON of a diagnosis.

    0 clean   1 could not look   2 usage   3 undetermined   10 findings   11 critical findings   130 interrupted

Owns these numbers and keys; they are a contract with programs.
"""

from collections.abc import Iterable
from enum import IntEnum

from core.checks import Level
from core.errors import OrderlensError, Unreachable
from core.findings import Diagnosis, Finding, Severity, numbered
from core.money import Money
from core.rules import Examined


class Exit(IntEnum):
    """The exit codes."""

    CLEAN = 0
    COULD_NOT_LOOK = 1
    USAGE = 2
    UNDETERMINED = 3
    FINDINGS = 10
    CRITICAL = 11
    INTERRUPTED = 130


def exit_of(diagnoses: Iterable[Diagnosis]) -> Exit:
    """The worst of them: critical before other findings before undetermined before clean."""
    worst = Exit.CLEAN
    for diagnosis in diagnoses:
        if any(finding.severity is Severity.CRITICAL for finding in diagnosis.findings):
            return Exit.CRITICAL
        if diagnosis.findings:
            worst = Exit.FINDINGS
        elif diagnosis.undetermined and worst is Exit.CLEAN:
            worst = Exit.UNDETERMINED
    return worst


def exit_of_checks(level: Level) -> Exit:
    """By the worst of doctor's lines: an error is critical, a warning a finding; between them stands what nobody could
    look at."""
    return {
        Level.FINE: Exit.CLEAN,
        Level.WARNING: Exit.FINDINGS,
        Level.UNREAD: Exit.COULD_NOT_LOOK,
        Level.ERROR: Exit.CRITICAL,
    }[level]


def exit_of_error(error: OrderlensError) -> Exit:
    """A side that could not be read is "could not look"; everything else is for the user to put right."""
    return Exit.COULD_NOT_LOOK if isinstance(error, Unreachable) else Exit.USAGE


def diagnosis_json(seen: Examined) -> dict[str, object]:
    """One diagnosis as plain data. `notes` and `actions` are codes; `undetermined` is the reason or null."""
    case, diagnosis = seen.case, seen.diagnosis
    return {
        "case": case.name or (case.order.id if case.order else ""),
        "headline": diagnosis.headline.code if diagnosis.headline else None,
        "findings": [_finding(finding) for finding in diagnosis.findings],
        "notes": [note.code for note in diagnosis.notes],
        "actions": [action.value for action in diagnosis.actions],
        "undetermined": diagnosis.undetermined,
    }


def _finding(finding: Finding) -> dict[str, object]:
    return {
        "code": finding.code,
        "severity": finding.severity.value,
        "confidence": finding.confidence.value,
        "money_at_risk": _money(finding.money_at_risk),
        "evidence": [{"source": e.source, "field": e.field, "value": e.value} for e in finding.evidence],
        "says": finding.says,
        "remedy": "\n".join(numbered(finding.remedy)),
    }


def _money(money: Money | None) -> dict[str, object] | None:
    return {"amount_minor": money.amount_minor, "currency": money.currency} if money else None
