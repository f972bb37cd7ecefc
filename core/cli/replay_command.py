"""The command `replay`: plan, send and prove any number of replays; pause, go on with, cancel and approve a run.

Owns the options and what is asked of whoever types. How a plan and a run are said is `replay_report`'s.
"""

import sys
import time
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Literal

import typer

from core.cli.ending import finish, interruptible
from core.cli.options import Config, Shop
from core.cli.outcomes import Exit
from core.cli.speaking import instant, must_be_writable, narrate, progressed
from core.errors import UsageError

if TYPE_CHECKING:
    from core.people import Person
    from core.replaying import RunPlan, Runs, Selection
    from core.settings import Settings

Via = Literal["app", "stripe"]
_FOLLOWED = 1.0  # seconds between two looks at a run that another process carries out


@dataclass(frozen=True, slots=True)
class Asked:
    """The options as they were given."""

    references: tuple[str, ...] = ()
    cause: str | None = None
    since: str | None = None
    from_csv: Path | None = None
    via: Via = "app"
    plan: bool = False
    yes: bool = False
    confirm: str | None = None
    reason: str = ""
    again: bool = False
    reconstruct: bool = False
    at_once: int = 1
    per_minute: int = 0
    pause: int | None = None
    resume: int | None = None
    cancel: int | None = None
    approve: int | None = None
    follow: int | None = None
    listed: bool = False
    csv: Path | None = None
    as_json: bool = False
    unless_paused: bool = False


def replay(  # noqa: PLR0913 - an option each
    references: Annotated[
        list[str] | None, typer.Argument(metavar="REF|EVENT...", help="Orders by any name, or events (evt_...).")
    ] = None,
    *,
    cause: Annotated[str | None, typer.Option(metavar="CODE", help="All unsettled cases with this headline.")] = None,
    since: Annotated[str | None, typer.Option(metavar="DATE", help="Of these, what happened at or after.")] = None,
    from_csv: Annotated[Path | None, typer.Option(metavar="FILE", help="A plan that was written with --csv.")] = None,
    via: Annotated[Via, typer.Option(help="Signed by Orderlens to your app, or resent by Stripe.")] = "app",
    plan: Annotated[bool, typer.Option("--plan", help="Only say what would be sent.")] = False,
    yes: Annotated[bool, typer.Option("--yes", help="Do not ask (in live mode: see --confirm).")] = False,
    confirm: Annotated[
        str | None, typer.Option(metavar='"12 live"', help="Count and mode, as the plan says them: for live mode.")
    ] = None,
    reason: Annotated[str, typer.Option(help="Why, or a ticket; the journal keeps it.")] = "",
    again: Annotated[bool, typer.Option("--again", help="Also what was sent before and may have arrived.")] = False,
    reconstruct: Annotated[
        bool, typer.Option("--reconstruct", help="Also events Stripe has no more, made anew: if settings allow it.")
    ] = False,
    at_once: Annotated[int, typer.Option(min=1, max=20, help="So many at the same time.")] = 1,
    per_minute: Annotated[int, typer.Option(min=0, help="At most so many a minute; 0: as fast as it goes.")] = 0,
    pause: Annotated[int | None, typer.Option(metavar="RUN", help="Ask a run to pause.")] = None,
    resume: Annotated[int | None, typer.Option(metavar="RUN", help="Carry out a run, or go on with it.")] = None,
    unless_paused: Annotated[
        bool, typer.Option("--unless-paused", help="With --resume: not where somebody paused it.")
    ] = False,
    cancel: Annotated[int | None, typer.Option(metavar="RUN", help="Stop a run for good.")] = None,
    approve: Annotated[int | None, typer.Option(metavar="RUN", help="Approve somebody else's run.")] = None,
    follow: Annotated[int | None, typer.Option(metavar="RUN", help="Say how a run stands, until it ends.")] = None,
    listed: Annotated[bool, typer.Option("--list", help="The newest runs.")] = False,
    csv: Annotated[
        Path | None, typer.Option(metavar="FILE", help="Write the plan, or what came of it, as CSV.")
    ] = None,
    as_json: Annotated[bool, typer.Option("--json", help="One JSON document on stdout at the end.")] = False,
    config: Config = None,
    _shop: Shop = None,
) -> None:
    """Send webhooks again, one or a thousand: planned, confirmed, sent one by one, each proved by its order."""
    asked = Asked(
        tuple(references or ()), cause, since, from_csv, via, plan, yes, confirm, reason, again,
        reconstruct, at_once, per_minute, pause, resume, cancel, approve, follow, listed, csv, as_json, unless_paused,
    )  # fmt: skip
    finish(lambda: _replay(asked, config=config))


def _replay(asked: Asked, *, config: Path | None) -> Exit:
    from core.jobs import account
    from core.people import Person
    from core.settings import load
    from core.wiring.replays import replaying

    _one_thing(asked)
    must_be_writable(asked.csv)
    settings = load(config=config)
    who = Person.at_terminal(settings.operator, account())
    with replaying(settings, narrate) as runs:
        if _of_a_run(asked):
            return _act(asked, runs, settings, who)
        planned = runs.plan(
            _selection(asked, runs, who),
            how="replay" if asked.via == "app" else "resend",
            again=asked.again,
            reconstruct=asked.reconstruct,
            progress=lambda done, total: progressed("{} of {} cases read", done, total),
        )
        if asked.plan:
            return _said_plan(asked, planned, runs, who)
        return _sent(asked, planned, runs, settings, who)


def _one_thing(asked: Asked) -> None:
    """UsageError where nothing was asked for, or several things at once."""
    given = [asked.references, asked.cause, asked.from_csv, asked.listed]
    given += [one is not None for one in _numbers(asked)]
    if sum(map(bool, given)) != 1:
        raise UsageError(
            "Say one thing: which cases (REF, --cause or --from-csv), or what to do with a run.",
            next_step="For example: orderlens replay 1042 --plan, or orderlens replay --cause webhook_failing --plan.",
        )
    if asked.since and not asked.cause:
        raise UsageError("--since goes with --cause.", next_step="Add --cause CODE, or leave --since out.")


def _numbers(asked: Asked) -> tuple[int | None, ...]:
    return asked.pause, asked.resume, asked.cancel, asked.approve, asked.follow


def _of_a_run(asked: Asked) -> bool:
    return asked.listed or any(one is not None for one in _numbers(asked))


def _act(asked: Asked, runs: "Runs", settings: "Settings", who: "Person") -> Exit:
    """What is done with a run that is there."""
    from core.cli.replay_report import listed, said_run

    if asked.listed:
        return listed(runs.records.recent(), as_json=asked.as_json)
    if asked.resume is not None:
        return _carried_out(asked, runs, asked.resume, settings, who)
    if asked.follow is not None:
        return _followed(asked, runs, asked.follow, who)
    if asked.pause is not None:
        run = runs.pause(asked.pause, who=who)
    elif asked.cancel is not None:
        run = runs.cancel(asked.cancel, who=who)
    else:
        run = runs.approve(asked.approve or 0, who=who)
        narrate(f"Approved. Carry it out with: orderlens replay --resume {run.id}")
    said_run(run, runs.parts(run.id), as_json=asked.as_json)
    return Exit.CLEAN


def _selection(asked: Asked, runs: "Runs", who: "Person") -> "Selection":
    from core.replaying.selecting import of_cause, of_references
    from core.replaying.tabling import selection_of
    from core.rules import TITLES

    if asked.from_csv:
        return selection_of(_lines(asked.from_csv), runs.desk.key_mode, asked.from_csv.name)
    if asked.cause:
        if asked.cause not in TITLES:
            raise UsageError(f"There is no cause {asked.cause}.", next_step="`orderlens rules` lists them.")
        return of_cause(runs.desk.inbox, asked.cause, since=instant(asked.since), most=runs.rules.max_items)
    return of_references(runs.desk, asked.references, who=who)


def _lines(path: Path) -> list[str]:
    try:
        return path.read_text("utf-8-sig").splitlines()
    except (OSError, UnicodeDecodeError) as error:
        said = error.strerror if isinstance(error, OSError) else "it is no text in UTF-8"
        raise UsageError(f"{path} cannot be read: {said}.", next_step="Name a file that --csv wrote.") from error


def _said_plan(asked: Asked, planned: "RunPlan", runs: "Runs", who: "Person") -> Exit:
    from core.cli.replay_report import said_plan, write
    from core.replaying.tabling import csv_of

    said_plan(planned, as_json=asked.as_json)
    if asked.csv:
        runs.desk.exported(len(planned.items), who=who, says=f"a plan of replays: {planned.chosen}")
        write(asked.csv, csv_of(planned.items, planned.mode))
    return Exit.COULD_NOT_LOOK if planned.unread else Exit.CLEAN


def _sent(asked: Asked, planned: "RunPlan", runs: "Runs", settings: "Settings", who: "Person") -> Exit:
    """Confirmed, begun, carried out."""
    from core.cli.replay_report import said_plan, said_run
    from core.replays import Why

    if not asked.as_json:
        said_plan(planned, as_json=False)
    if not planned.to_send and set(planned.reasons) == {Why.APPLIED}:
        if asked.as_json:
            said_plan(planned, as_json=True)
        narrate("Nothing needs to be sent.")
        return Exit.CLEAN
    typed = _confirmed(asked, planned) if planned.to_send else ""
    run = runs.begin(
        planned, who=who, reason=asked.reason, typed=typed, at_once=asked.at_once, per_minute=asked.per_minute
    )
    if run.state == "waiting":
        said_run(run, runs.parts(run.id), as_json=asked.as_json)
        narrate(f"  Next: have somebody else approve it: orderlens replay --approve {run.id}")
        return Exit.UNDETERMINED
    return _carried_out(asked, runs, run.id, settings, who)


def _confirmed(asked: Asked, planned: "RunPlan") -> str:
    """What was typed. UsageError where it was not agreed to."""
    if planned.mode == "live":
        if asked.confirm is None and sys.stdin.isatty():
            return _typed(f"Type {planned.confirms} to send: ")
        return asked.confirm or ""
    agreed = asked.yes or asked.confirm == planned.confirms
    if not agreed and sys.stdin.isatty():
        agreed = _typed("Send them? Type yes: ").strip().lower() == "yes"
    if not agreed:
        raise UsageError("Nothing was sent.", next_step="Add --yes, or answer yes.")
    return planned.confirms


def _typed(question: str) -> str:
    """The answer; none where the input ends."""
    try:
        return input(question)
    except EOFError:
        return ""


def _carried_out(asked: Asked, runs: "Runs", run_id: int, settings: "Settings", who: "Person") -> Exit:
    """In this process, to one of its ends; what came of it, said and told."""
    from core.cli.replay_report import exit_of_run, said_run, write
    from core.replaying.running import Carrying, carry_out
    from core.report import count
    from core.wiring.replays import tell

    with interruptible(at_once=False) as asked_to_end:
        needs = Carrying(
            clock=time.time,  # noqa: TID251 - the command line is an edge
            stop=asked_to_end,
            progress=lambda done, total: progressed("{} of {} sent or passed over", done, total),
            begun=lambda run: narrate(f"Run {run.id}: {count(run.total, 'event')}, for {run.chosen}."),
            unless_paused=asked.unless_paused or asked.resume is None,
        )
        run = carry_out(runs, run_id, needs, who=who)
        parts = runs.parts(run.id)
        said_run(run, parts, as_json=asked.as_json)
        if asked.csv:
            write(asked.csv, runs.csv(run.id, who=who))
        reached, missed = tell(settings, runs, run)
        if reached:
            narrate(f"{reached} told.")
        for name in missed:
            narrate(f"The message did not reach {name}.")
        return exit_of_run(run, parts, interrupted=asked_to_end())


def _followed(asked: Asked, runs: "Runs", run_id: int, who: "Person") -> Exit:
    """How a run stands, until nobody carries it out any more."""
    from core.cli.replay_report import exit_of_run, said_run, write

    run = runs.get(run_id)
    while run.state == "running" and not run.lost(runs.now()):
        progressed("{} of {} sent or passed over", run.done, run.total)
        time.sleep(_FOLLOWED)
        run = runs.get(run_id)
    parts = runs.parts(run.id)
    said_run(run, parts, as_json=asked.as_json)
    if run.lost(runs.now()):
        narrate(f"  Nobody carries it out any more. Go on with it: orderlens replay --resume {run.id}")
    if asked.csv:
        write(asked.csv, runs.csv(run.id, who=who))
    return exit_of_run(run, parts)
