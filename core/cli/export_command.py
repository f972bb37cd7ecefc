"""The command `export`: what is wrong with the newest orders as CSV; with `--stripe`, a copy of Stripe's objects.

The copy (`core.rest.parquet`) holds everything of a span, read once and kept where nobody but its owner may read it. It
is whole or it is not there: where a list could not be read to its end, that is said, and nothing is left.
"""

import time
from collections.abc import Callable
from contextlib import closing
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Final

import typer

from core.cli.ending import finish
from core.cli.options import Config, Shop
from core.cli.outcomes import Exit
from core.cli.speaking import instant, narrate
from core.errors import Unreachable, UsageError
from core.times import HOUR, moment

if TYPE_CHECKING:
    from core.rest.parquet import Writer, Written
    from core.stripe_api.spans import Batch, Listing, Progress, Range, SpanReader

LIMIT: Final = 100
BEGINNING: Final = 1_293_840_000  # 2011: nobody has a payment at Stripe before
_SHOWN: Final = 20  # holes


def export(
    since: Annotated[str | None, typer.Option(metavar="DATE", help="What was made at or after (UTC).")] = None,
    until: Annotated[str | None, typer.Option(metavar="DATE", help="What was made before (UTC).")] = None,
    limit: Annotated[
        int | None, typer.Option(min=1, max=1000, help="At most this many orders, newest first; 100 if not said.")
    ] = None,
    output: Annotated[Path | None, typer.Option(metavar="FILE", help="Write here instead of stdout.")] = None,
    stripe: Annotated[
        Path | None, typer.Option(metavar="DIR", help="Instead: a copy of Stripe's objects, as files of Parquet.")
    ] = None,
    config: Config = None,
    _shop: Shop = None,
) -> None:
    """Write what is wrong with the newest orders as CSV, one row a finding."""

    def run() -> Exit:
        if stripe is not None:
            for name, value in (("--limit", limit), ("--output", output)):
                if value is not None:
                    raise UsageError(
                        f"{name} says nothing about a copy of Stripe's objects.", next_step="Leave it out."
                    )
            return _copied(stripe, instant(since), instant(until), config)
        from core.cli import live

        return live.export(since=since, until=until, limit=limit or LIMIT, output=output, config=config)

    finish(run)


def _copied(folder: Path, since: int | None, until: int | None, config: Path | None) -> Exit:
    from core.cli.ending import interruptible
    from core.journal import Entry, Journal
    from core.people import Person, Right
    from core.rest.parquet import Writer
    from core.settings import load
    from core.wiring import access_of
    from core.wiring.scans import everything

    settings, began = load(config=config), int(time.time())  # noqa: TID251 - a command is an edge
    mode, who = access_of(settings).mode, Person.at_terminal(settings.operator)
    ends = (BEGINNING if since is None else since, began if until is None else min(until, began))
    if ends[0] >= ends[1]:
        raise UsageError(
            "There is nothing between --since and --until.", next_step="Let --until be later than --since."
        )
    with closing(Journal(settings.journal_url.get_secret_value(), mode=mode, shop=settings.kept_as)) as journal:
        journal.gate.admit(who, Right.UNMASKED, "export", began, object_id="stripe")
        try:
            with interruptible() as halted, closing(everything(settings)) as spans, closing(Writer(folder)) as writer:
                written = _written(spans, writer, ends, began, halted)
        except KeyboardInterrupt:
            narrate(f"The export was interrupted. Nothing of it is in {folder}.")
            return Exit.INTERRUPTED
        rows = sum(written.rows.values())
        about = {"says": [f"a copy of {rows} of Stripe's objects, customers' e-mail addresses with them"]}
        journal.record(Entry(began, who.called, "export", "", "stripe", f"{rows} rows", about))
    counted = ", ".join(f"{count:,} {kind}" for kind, count in written.rows.items() if count)
    narrate(f"Written to {folder}: {counted or 'nothing, for there was nothing'}. Nobody else may read it.")
    return Exit.CLEAN


def _written(
    spans: "SpanReader", writer: "Writer", ends: tuple[int, int], began: int, halted: Callable[[], bool]
) -> "Written":
    """All of Stripe's lists, in files. Unreachable where one could not be read to its end."""
    from core.cli.progress import Bar
    from core.rest.parquet import Written
    from core.scanning.plan import SETTLE, Stage

    account, _ = spans.whose(stop=halted)
    since, until = ends[0], min(ends[1], began - SETTLE)
    with Bar() as bar:

        def progress(now: "Progress") -> None:
            left = 0 if now.left is None else now.pages + round(now.left)
            bar.show(Stage("reading", now.pages, left, now.requests))

        read = spans.read(
            _wanted(since, until, began - SETTLE, billed=spans.has_subscriptions(stop=halted)),
            keep=lambda batch: _keep(writer, batch),
            stop=halted,
            progress=progress,
        )
    if read.holes:
        for hole in read.holes[:_SHOWN]:
            narrate(f"Not read: {hole.kind}, {moment(hole.since)} to {moment(hole.until)}, because {hole.because}")
        raise Unreachable(
            "Stripe's objects could not be read to the end, and half a copy would pass for a whole one: none was made.",
            next_step="See what is said above; then begin again.",
        )
    return writer.finish(Written(since, until, began, spans.access.mode, account))


def _wanted(since: int, until: int, now: int, *, billed: bool) -> "list[tuple[Listing, list[Range]]]":
    """Each list for itself, with nothing expanded in it. A payment may be made a day after its checkout was begun; what
    goes back, later."""
    from core.stripe_api.spans import CHARGES, DISPUTES, INTENTS, INVOICES, REFUNDS, SESSIONS, SUBSCRIPTIONS, Range

    after, bills = [Range(since, min(until + 25 * HOUR, now))], [INVOICES, SUBSCRIPTIONS] if billed else []
    plain = [replace(one, params={}) for one in (SESSIONS, INTENTS, CHARGES)]
    return [
        (plain[0], [Range(since, until)]),
        *((one, after) for one in plain[1:]),
        *((one, [Range(since, now)]) for one in (REFUNDS, DISPUTES, *bills)),
    ]


def _keep(writer: "Writer", batch: "Batch") -> None:
    """A page. Unreachable where something on it could not be taken: a copy without it would not be whole."""
    for hole in batch.flaws():
        raise Unreachable(
            f"One of Stripe's {hole.kind} cannot be taken, so that no whole copy can be made: {hole.because}",
            next_step="Ask Stripe's support about the object, or copy a span without it: --since, --until.",
        )
    writer.keep(batch.listing.kind, batch.objects)
