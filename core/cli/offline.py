"""The commands that need neither side: `diagnose` and `rules`. Each returns its exit code.

What cannot be read of several inputs is said on stderr; the others are still answered.
"""

import sys
from collections.abc import Iterator
from pathlib import Path

import msgspec

from core.cases import Case
from core.cli.outcomes import Exit, diagnosis_json, exit_of
from core.cli.speaking import complain, describe, emit
from core.errors import UsageError
from core.findings import Diagnosis
from core.report import report
from core.rules import RULES, examine


def diagnose_files(files: list[Path], *, as_json: bool) -> Exit:
    """Diagnose every case of `files` (JSON lines or one document each; `-` is stdin). Usage if any is not a case."""
    broken = False
    diagnoses: list[Diagnosis] = []
    for path in files:
        for found in _cases(path):
            if isinstance(found, UsageError):
                complain(found)
                broken = True
                continue
            seen = examine(found)
            diagnoses.append(seen.diagnosis)
            if as_json:
                emit(diagnosis_json(seen))
            else:
                describe(report(seen), seen.case.name)
    return Exit.USAGE if broken else exit_of(diagnoses)


def rules(*, as_json: bool) -> Exit:
    """The catalogue: what Orderlens can find, in headline order."""
    for rule in RULES:
        if as_json:
            emit(
                {
                    "code": rule.code,
                    "title": rule.title,
                    "family": rule.family,
                    "severity": rule.severity,
                    "money_at_risk": rule.money,
                    "explanation": rule.explanation,
                    "causes": list(rule.causes),
                    "developer": rule.developer,
                    "remedy": list(rule.remedy),
                    "guards": list(rule.guards),
                    "confidence": rule.confidence,
                    "unchecked": list(rule.unchecked),
                    "searched": list(rule.searched),
                    "actions": [action.value for action in rule.actions],
                }
            )
        else:
            sys.stdout.write(f"{rule.code:28} {rule.title}\n")
    return Exit.CLEAN


def _cases(path: Path) -> Iterator[Case | UsageError]:
    name = "stdin" if str(path) == "-" else str(path)
    try:
        content = sys.stdin.buffer.read() if str(path) == "-" else path.read_bytes()
    except OSError as error:
        yield UsageError(f"{name} cannot be read: {error.strerror}.", next_step="Name a file that is there.")
        return
    for place, document in _documents(content.removeprefix(b"\xef\xbb\xbf"), name):
        try:
            yield Case.of(msgspec.json.decode(document))
        except msgspec.DecodeError as error:
            yield UsageError(
                f"{place} is not JSON: {error}.",
                next_step="Give cases as JSON, one a line; `orderlens case REF --bundle FILE` writes one.",
            )
        except UsageError as error:
            yield UsageError(f"{place}: {error.message}", next_step=error.next_step)


def _documents(content: bytes, name: str) -> Iterator[tuple[str, bytes]]:
    """Each JSON document and where it stands: the whole file if that is one, else one a line."""
    try:
        whole = msgspec.json.decode(content)
    except msgspec.DecodeError:
        lines = [(f"{name}, line {n}", line) for n, line in enumerate(content.splitlines(), 1) if line.strip()]
        yield from lines or [(name, content)]
        return
    if isinstance(whole, list):
        yield from ((f"{name}, item {n}", msgspec.json.encode(item)) for n, item in enumerate(whole, 1))
    else:
        yield name, content
