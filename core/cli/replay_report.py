"""How a plan of replays and a run are said: for people on a terminal, and as one JSON document; and the exit code.

0 all of it healed or needed nothing   1 could not look or go on   3 not over, or not all could be read or verified
10 something did not heal   130 interrupted
"""

from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Final

from rich.console import Console
from rich.text import Text

from core import private
from core.cli.outcomes import Exit
from core.cli.speaking import emit, narrate, plain, unwritable
from core.journal import Part, ReplayItem, ReplayRun
from core.money import Money
from core.replaying import RunPlan
from core.replaying.told import begun, counts, said
from core.replays import Why
from core.times import iso, moment

_LISTED: Final = 20  # lines of each kind; `--csv` and `--json` have all


def said_plan(planned: RunPlan, *, as_json: bool) -> None:
    """What would be sent, and who is left out."""
    if as_json:
        emit(plan_document(planned))
        return
    console = Console(highlight=False)
    console.print(Text(plain(f"{planned.chosen}: {planned.says}"), style="bold"), soft_wrap=True)
    _lines(console, [_to_send(item) for item in planned.to_send], "to send")
    _lines(console, [_left_out(item) for item in planned.left_out], "left out")


def said_run(run: ReplayRun, parts: Sequence[Part], *, as_json: bool) -> None:
    """How a run stands."""
    if as_json:
        emit(run_document(run, parts))
        return
    console = Console(highlight=False)
    console.print(Text(plain(said(run)), style="bold"), soft_wrap=True)
    console.print(Text(plain(f"  {counts(parts)}")), soft_wrap=True)
    console.print(Text(plain(f"  {begun(run)}"), style="dim"), soft_wrap=True)
    if run.state in ("ready", "paused", "stopped", "failed"):
        narrate(f"  Next: go on with it: orderlens replay --resume {run.id}, or stop it for good: --cancel {run.id}")


def listed(runs: Sequence[ReplayRun], *, as_json: bool) -> Exit:
    """The newest runs."""
    if as_json:
        emit({"runs": [_head(run) for run in runs]})
        return Exit.CLEAN
    console = Console(highlight=False)
    for run in runs:
        line = f"{run.id}  {moment(run.started_at)}  {run.state}  {run.done} of {run.total}  {run.chosen}, by {run.who}"
        console.print(Text(plain(line)), soft_wrap=True)
    if not runs:
        narrate("No run of replays yet.")
    return Exit.CLEAN


def exit_of_run(run: ReplayRun, parts: Sequence[Part], *, interrupted: bool = False) -> Exit:
    """By its state, and by what did not heal."""
    states = {part.state for part in parts}
    if run.state == "failed":
        return Exit.COULD_NOT_LOOK
    if run.state == "stopped" or states & {"failed", "unchanged", "changed"}:
        return Exit.FINDINGS
    if interrupted and run.state == "paused":
        return Exit.INTERRUPTED
    told = "unverified" not in states and not any(part.unread for part in parts)
    return Exit.CLEAN if run.state == "complete" and told else Exit.UNDETERMINED


def plan_document(planned: RunPlan) -> dict[str, object]:
    """The plan as plain data."""
    return {
        "mode": planned.mode,
        "chosen": planned.chosen,
        "to_send": len(planned.to_send),
        "left_out": {why.value: number for why, number in planned.reasons.items()},
        "money": _amounts(planned.money),
        "expected_seconds": planned.expected(),
        "confirm": planned.confirms,
        "items": [_item(item) for item in planned.items],
    }


def run_document(run: ReplayRun, parts: Sequence[Part]) -> dict[str, object]:
    """A run as plain data."""
    came = {part.state: {"items": part.items, "money": _amounts(part.money)} for part in parts}
    return {**_head(run), "why": run.why, "approved_by": run.approved_by or None, "items": came}


def write(path: Path, lines: Iterable[str]) -> None:
    """CSV into a file for its owner alone."""
    try:
        with private.text(path) as file:
            file.writelines(lines)
    except OSError as error:
        raise unwritable(path, error) from error
    narrate(f"Written to {path}.")


def _head(run: ReplayRun) -> dict[str, object]:
    return {
        "run": run.id,
        "mode": run.mode,
        "state": run.state,
        "chosen": run.chosen,
        "who": run.who,
        "reason": run.reason,
        "began": iso(run.started_at),
        "ended": iso(run.finished_at),
        "done": run.done,
        "total": run.total,
    }


def _item(item: ReplayItem) -> dict[str, object]:
    return {
        "case": item.case_key,
        "order": item.name,
        "event": item.event_id or None,
        "event_type": item.event_type or None,
        "reconstructed": item.reconstructed,
        "happened": iso(item.event_created) if item.event_created else None,
        "way": item.how,
        "endpoint": item.endpoint or None,
        "state": item.state,
        "left_out": item.left_out or None,
        "says": item.says,
        "money": _amounts((item.money,))[0] if item.money else None,
    }


def _amounts(amounts: Iterable[Money]) -> list[dict[str, object]]:
    return [{"amount_minor": one.amount_minor, "currency": one.currency} for one in amounts]


def _to_send(item: ReplayItem) -> str:
    by = "by Stripe" if item.how == "resend" else "by Orderlens"
    money = f", {item.money}" if item.money else ""
    but = f". But: {item.says}" if item.says else ""
    return f"{item.name}: {item.called} of {moment(item.event_created)}{money}, {by} to {item.endpoint}{but}"


def _left_out(item: ReplayItem) -> str:
    return f"{item.name}: left out, {Why(item.left_out).called}. {item.says}"


def _lines(console: Console, lines: Sequence[str], what: str) -> None:
    for line in lines[:_LISTED]:
        console.print(Text(plain(f"  {line}")), soft_wrap=True)
    if len(lines) > _LISTED:
        narrate(f"  and {len(lines) - _LISTED:,} more {what}: --csv FILE or --json has all.")
