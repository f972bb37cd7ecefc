"""The commands `init` and `doctor`. Each returns its exit code.

Owns the talking: what is believed and why, what is asked, the lines of an examination. Refuses to show a value of a
row: counts, names of tables and columns, and status words are all that is said of a database.
"""

import os
from collections.abc import Sequence
from dataclasses import asdict, replace
from functools import partial
from pathlib import Path

import typer
from rich.console import Console
from rich.text import Text

from core.addresses import wrong_base
from core.checks import Check, Level, worst_of
from core.cli.outcomes import Exit, exit_of_checks
from core.cli.speaking import emit, narrate, plain, progressed
from core.errors import OrderlensError, SettingsError
from core.settings import (
    DATABASE_URL,
    FILE,
    STRIPE_API,
    OrdersSettings,
    Settings,
    chosen_shop,
    load,
    load_orders,
    shops,
    spelled,
)
from core.setup import Belief, Draft, Question, draft, existing, write
from core.stripe_api import Access, StripeReader
from core.wiring import doctors

_MARKS = {Level.FINE: "ok", Level.WARNING: "warning", Level.ERROR: "ERROR", Level.UNREAD: "not read"}
_STYLES = {Level.FINE: "green", Level.WARNING: "yellow", Level.ERROR: "bold red", Level.UNREAD: "magenta"}


def init(*, ask: bool, force: bool, config: Path | None) -> Exit:
    """Propose a mapping for the database of the environment, ask what is unsure where `ask`, and write the file."""
    path = config or Path(os.environ.get("ORDERLENS_CONFIG") or FILE)
    if path.exists() and not force:
        raise existing(path)
    url = os.environ.get(DATABASE_URL, "").strip()
    if not url:
        raise SettingsError(
            f"{DATABASE_URL} is not set: there is no database to look at.",
            next_step=f"export {DATABASE_URL}=postgresql://reader:...@host/shop (or sqlite:///path, mysql://...)",
            setting=DATABASE_URL,
        )
    stripe = _stripe()
    try:
        made = draft(url, stripe=stripe, progress=partial(progressed, "looking: {} of {} tables"))
    finally:
        if stripe:
            stripe.close()
    if not made.raw:
        narrate(f"Nothing was written. {made.nothing_because}")
        narrate("  Next: see docs/mapping.md for a mapping by hand; a query can say what no table does.")
        return Exit.USAGE
    _tell(made, with_stripe=stripe is not None)
    for question in made.questions if ask else ():
        made = made.answered(question, _ask(question))
    write(made, path, force=force)
    for one in made.opens:
        narrate(f"Open: {one.says}")
    for question in made.questions:
        narrate(f"Open: {question.asks} ({question.key.partition('#')[0]})")
    narrate(f"Written: {path}. Next: look through it, then `orderlens doctor`.")
    return Exit.UNDETERMINED if made.broken else Exit.CLEAN


def doctor(*, as_json: bool, config: Path | None) -> Exit:
    """Examine everything, of the shop that is chosen or of all. What is wrong with the settings themselves are lines as
    well."""
    everything: list[Check] = []
    chosen = chosen_shop()
    for shop in (chosen,) if chosen else shops(config=config) or (None,):
        if shop and not as_json:
            narrate(f"The shop {shop}:")
        lines = _examined(config, shop)
        for one in lines:
            if as_json:
                emit(({"shop": shop} if shop else {}) | asdict(one))
            else:
                printed(one)
        everything += lines
    if not as_json:
        counted(everything)
    return exit_of_checks(worst_of(everything))


def _examined(config: Path | None, shop: str | None) -> list[Check]:
    """The lines of one shop, with the settings called as they are for it."""
    settings, lines = _settings(config, shop)
    if settings is not None:
        lines += doctors.doctor(settings, config=config).examine().checks
    named = shop or ""
    return [replace(one, found=spelled(one.found, named), do=spelled(one.do, named)) for one in lines]


def _settings(config: Path | None, shop: str | None) -> tuple[Settings | OrdersSettings | None, list[Check]]:
    """The settings, or of them what there is, with a line for each thing that is wrong."""
    try:
        found = load(config=config, shop=shop)
        return found, [Check("settings", "settings", Level.FINE, "Complete and understood.")]
    except SettingsError as error:
        problems = [line.removeprefix("- ") for line in error.message.split("\n- ")[1:]] or [error.message]
    lines = [Check("settings", "settings", Level.ERROR, one, "Mend this, then ask again.") for one in problems]
    try:
        return load_orders(config=config, shop=shop), lines
    except SettingsError:
        return None, lines


def _stripe() -> StripeReader | None:
    """Stripe as the oracle, where a key is set and answers."""
    key = os.environ.get("STRIPE_API_KEY", "").strip()
    if not key.startswith(("sk_", "rk_", "rkcs_")):
        return None
    base = os.environ.get("ORDERLENS_STRIPE_API_BASE", STRIPE_API)
    if wrong := wrong_base(base):
        narrate(f"Stripe is not asked: {wrong[0]}")
        return None
    reader = StripeReader(Access(key, base.rstrip("/")))
    try:
        reader.check()
    except OrderlensError as error:
        narrate(f"Stripe is not asked: {error.message}")
        reader.close()
        return None
    return reader


def _tell(made: Draft, *, with_stripe: bool) -> None:
    """What is believed and why, the least certain last."""
    narrate(f"{made.tables} tables seen" + (f", {len(made.skipped)} of them not readable." if made.skipped else "."))
    if made.preset and made.mended:
        missing = ", ".join(made.preset.missing[:5])
        narrate(f"This is {made.preset.name}, but for {missing}; taken instead: {made.mended}.")
    elif made.preset:
        narrate(f"This is {made.preset.name}: all {len(made.preset.requires)} columns that its preset needs are there.")
    elif made.near:
        missing = ", ".join(made.near.missing[:5]) or "a table that its preset reads"
        narrate(f"It resembles {made.near.name}, but lacks {missing}: guessed instead.")
    if made.preset and made.preset.note:
        narrate(f"  {made.preset.note}")
    rank = ("sure", "likely", "unsure")
    for one in sorted(made.beliefs, key=lambda belief: rank.index(belief.confidence)):
        _believed(one)
    if made.paired:
        narrate(f"{made.paired} orders were laid beside their payments.")
    elif not with_stripe:
        narrate("Unit, time zone and currency are surer with Stripe: set STRIPE_API_KEY and run init again.")
    if made.broken:
        narrate(f"It cannot be read yet: {made.broken}")


def _believed(one: Belief) -> None:
    narrate(f"  {one.confidence:6}  {one.key} = {one.value}   ({one.because})")


def _ask(question: Question) -> str:
    """The user's answer; "" leaves it open. Ends with the input."""
    choices = f" [{', '.join(question.choices)}]" if question.choices else ""
    while True:
        try:
            text: str = typer.prompt(
                f"{plain(question.asks)}{choices} (- leaves it open)", default=question.suggestion or "-", err=True
            )
        except typer.Abort:
            narrate("")
            raise KeyboardInterrupt from None
        answer = text.strip()
        if answer in ("", "-"):
            return ""
        if not question.choices or answer in question.choices:
            return answer
        narrate(f"  {answer} is none of them.")


def printed(one: Check) -> None:
    """A line for people, with what to do where something is."""
    console = Console(highlight=False)
    line = Text(f"{_MARKS[one.level]:>8}  ", style=_STYLES[one.level])
    line.append(f"{one.area}: {one.checked}", style="bold")
    line.append(f"  {plain(one.found)}", style="default")
    console.print(line, soft_wrap=True)
    if one.do and one.level is not Level.FINE:
        console.print(Text(f"          Do: {plain(one.do)}"), soft_wrap=True)
        for pasted in one.paste.splitlines():
            console.print(Text(f"            {plain(pasted)}", style="cyan"), soft_wrap=True)


def counted(lines: Sequence[Check]) -> None:
    """How many lines there are of each level."""
    counted = {level: sum(one.level is level for one in lines) for level in _MARKS}
    said = ", ".join(f"{rows} {_MARKS[level]}" for level, rows in counted.items() if rows)
    Console(highlight=False).print(Text(f"{said}."))
