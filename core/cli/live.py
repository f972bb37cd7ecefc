"""The commands that read both sides: `case` and `export`. Each returns its exit code.

What could not be read is said on stderr and in the exit code, never left out.
"""

import json
import sys
from functools import partial
from pathlib import Path

from core import private
from core.cli.comparing import side_by_side
from core.cli.outcomes import Exit, diagnosis_json, exit_of
from core.cli.speaking import describe, emit, instant, narrate, progressed, spent, unwritable
from core.comparison import places
from core.desk import Desk, Found, Opened, Unsettled
from core.errors import Unreachable
from core.export import csv_lines
from core.people import Person
from core.report import bundle, comparisons, report
from core.settings import load
from core.wiring import desk as wired


def case(
    reference: str, *, as_json: bool, bundle_file: Path | None, unmasked: bool, config: Path | None = None
) -> Exit:
    """Find `reference` on both sides, open the one case it means, and say what is wrong with it."""
    settings = load(config=config)
    who = Person.at_terminal(settings.operator)
    with wired(settings) as desk:
        found = desk.find(reference, who=who)
        if found.only is None:
            return _not_one(found, reference)
        opened = desk.open(found.only.key)
        left, probed = _unsettled(desk, opened), desk.probe_told(opened)
        if bundle_file:
            says = f"the case as a file, e-mails {'kept' if unmasked else 'masked'}"
            desk.exported(1, who=who, says=says, one=opened)
    said = report(opened, places(settings.mapping), settings.letters)
    if bundle_file:
        text = json.dumps(bundle(opened, said, masked=not unmasked), ensure_ascii=False)
        _write(bundle_file, text + "\n")
        narrate(f"Bundle written to {bundle_file}{'' if unmasked else ', e-mails masked'}.")
    if as_json:
        sendings = [{"outcome": one.outcome, "says": one.says, "next": one.next_step} for one in left]
        beside = {"comparisons": comparisons(said), "unsettled_sendings": sendings, "last_probe": probed or None}
        emit(diagnosis_json(opened) | beside)
    else:
        describe(said, left=left)
        if probed:
            narrate(f"  {probed}")
        side_by_side(said)
        spent(said.cost)
    return exit_of([opened.diagnosis])


def export(
    *, since: str | None, until: str | None, limit: int, output: Path | None, config: Path | None = None
) -> Exit:
    """Read the newest `limit` orders of a span beside Stripe and write one CSV row a finding."""
    settings = load(config=config)
    with wired(settings) as desk:
        survey = desk.survey(
            since=instant(since),
            until=instant(until),
            limit=limit,
            progress=partial(progressed, "{} of {} orders read"),
        )
        span = f"orders made from {since or 'the beginning'} to {until or 'now'}, at most {limit}"
        desk.exported(len(survey.opened), who=Person.at_terminal(settings.operator), says=span)
    lines = csv_lines(survey.opened)
    if output:
        try:
            with private.text(output) as file:
                file.writelines(lines)
        except OSError as error:
            raise unwritable(output, error) from error
    else:
        for line in lines:
            sys.stdout.buffer.write(line.encode())
        sys.stdout.buffer.flush()
    for order, because in survey.failed:
        narrate(f"Not read: order {order.name}, because {because}")
    if survey.more:
        narrate(f"Only the newest {limit} orders were read; there are more. Use --limit, --since and --until.")
    if survey.failed:
        return Exit.COULD_NOT_LOOK
    return exit_of(opened.diagnosis for opened in survey.opened)


def _unsettled(desk: Desk, opened: Opened) -> tuple[Unsettled, ...]:
    """The sendings of the case of which nobody knows what came; where the journal cannot say, that is said."""
    try:
        return desk.unsettled(opened)
    except Unreachable as error:
        narrate(f"Whether something was sent for this case is not known. {error.message}")
        narrate(f"  Next: {error.next_step}")
        return ()


def _not_one(found: Found, reference: str) -> Exit:
    """What was found in place of one case, and what to ask next."""
    for hit in found.hits:
        narrate(f"  {hit.key}  {hit.label}  ({hit.why})")
    for unread in found.unread:
        narrate(f"Not read: {unread.what}, because {unread.because}")
    if found.hits:
        several = "Several match" if len(found.hits) > 1 else "This one fits, and others may"
        narrate(f"{several}; ask again with one of the keys above." + (" There are more." if found.more else ""))
        return Exit.USAGE
    narrate(f"Nothing found for {reference}. Looked in: {'; '.join(found.looked)}.")
    for hit in found.near:
        narrate(f"  Meant perhaps: {hit.key}  {hit.label}")
    if found.unread:
        narrate("  Next: mend what was not read, then ask again; until then nothing is known.")
        return Exit.COULD_NOT_LOOK
    narrate("  Next: check the spelling, or ask with the customer's e-mail or an id from Stripe.")
    return Exit.USAGE


def _write(path: Path, text: str) -> None:
    try:
        with private.text(path) as file:
            file.write(text)
    except OSError as error:
        raise unwritable(path, error) from error
