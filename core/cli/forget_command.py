"""The command `forget`: what is kept of one customer goes, everywhere where Orderlens keeps anything."""

import sys
from contextlib import closing
from pathlib import Path
from typing import Annotated

import typer

from core.cli.ending import finish
from core.cli.options import Config, Shop
from core.cli.outcomes import Exit
from core.cli.speaking import narrate
from core.errors import OrderlensError, Refused, UsageError


def forget(
    references: Annotated[list[str], typer.Argument(metavar="REF...", help="E-mail, order number, id, or case key.")],
    *,
    yes: Annotated[bool, typer.Option("--yes", help="Do not ask.")] = False,
    config: Config = None,
    _shop: Shop = None,
) -> None:
    """Forget a customer: their cases and what was done to them, in the journal, and all scratch files."""
    finish(lambda: _forget(references, yes=yes, config=config))


def _forget(references: list[str], *, yes: bool, config: Path | None) -> Exit:
    from core.journal import Journal
    from core.people import Person
    from core.report import count
    from core.settings import load
    from core.wiring import access_of, desk, scans_folder

    settings = load(config=config)
    who, names = Person.at_terminal(settings.operator), list(references)
    with desk(settings) as live:
        for reference in references:
            try:
                names += [hit.key for hit in live.find(reference, who=who).hits]
            except OrderlensError as error:  # they may be gone from the shop already
                narrate(f"{reference} was not looked up in the shop: {error.message}")
    url, mode = settings.journal_url.get_secret_value(), access_of(settings).mode
    with closing(Journal(url, mode=mode, shop=settings.kept_as)) as journal:
        keys = journal.forgetting.keys_of(names)
        for key in keys:
            narrate(f"  {key}")
        running = journal.scans.running(_now())
        if running:
            raise Refused(
                f"Scan {running[0].id} is running, and what it has read of them would stay.",
                next_step="Wait until it has ended, or cancel it.",
            )
        narrate(f"{count(len(keys), 'case')} would be forgotten, and all that scans have left over.")
        if not yes and not _agreed():
            raise UsageError("Nothing was forgotten.", next_step="Add --yes, or answer yes.")
        gone = journal.forgetting.forget(keys, who, _now())
    files = _emptied(scans_folder(settings))
    entries, left = count(gone.entries, "entry", "entries"), count(files, "scratch file")
    narrate(f"Forgotten: {count(gone.cases, 'case')}, {entries}, {left}.")
    narrate("  Next: delete CSVs and bundles that people saved, and backups of the journal (docs/privacy.md).")
    return Exit.CLEAN


def _agreed() -> bool:
    if not sys.stdin.isatty():
        return False
    return input("Forget them? This cannot be undone. Type yes: ").strip().lower() == "yes"


def _emptied(folder: Path) -> int:
    """What scans have left behind is removed; how many files."""
    import shutil

    from core.rest.sieve.duck import ASIDE

    files = [one for one in folder.glob("*") if one.is_file()] if folder.is_dir() else []
    for one in files:
        one.unlink(missing_ok=True)
    aside = [one for one in folder.glob(f"{ASIDE}*") if one.is_dir()]
    for one in aside:
        shutil.rmtree(one, ignore_errors=True)
    return len(files) + len(aside)


def _now() -> int:
    import time

    return int(time.time())  # noqa: TID251 - the command line is an edge
