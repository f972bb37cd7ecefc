"""The command `watch`: rounds of `core.scanning.watch`, one a minute, until it is asked to end.

Owns the waiting and the words. What cannot be reached is said once and tried again in the next round: a watch that is
run as a service does not end because Stripe or a database is away for a while.
"""

import json
import os
import sys
import time
from pathlib import Path

from core.addresses import hidden, known
from core.cli.ending import interruptible
from core.cli.monitored import monitored
from core.cli.outcomes import Exit
from core.cli.speaking import narrate
from core.errors import Unreachable, redact
from core.jobs import me
from core.logs import asked_for_json, line_of
from core.scanning.watch import Step, Watch
from core.settings import load
from core.times import iso
from core.wiring.scans import watching


def watch(*, every: int, once: bool, config: Path | None = None, metrics: str | None = None) -> Exit:
    """A round every so many seconds; with `once` a single one, whose exit code says whether all could be read."""
    settings = load(config=config)
    with (
        interruptible() as halted,
        monitored(metrics, [settings]),
        watching(settings, me=me(), stop=halted) as rounds,
    ):
        if not settings.tell:
            _say("Nobody is told: ORDERLENS_TELL is not set. What is found stands in the inbox.")
        said = ""
        try:
            while not halted():
                began = _now()
                said = _round(rounds, int(began), said)
                if once:
                    return Exit.COULD_NOT_LOOK if said else Exit.CLEAN
                time.sleep(max(0.0, every - (_now() - began)))
        except KeyboardInterrupt:
            pass  # where it comes amid what swallows it, the loop ends
        finally:
            rounds.end(int(_now()))
        _say("The watch has ended. The next one goes on where it stopped.")
        return Exit.CLEAN


def _round(rounds: Watch, now: int, said: str) -> str:
    """One round; the troubles of it, which are narrated when they are others than those that were `said` before."""
    try:
        step = rounds.step(now)
    except Unreachable as error:
        step = Step(troubles=(f"{error.message} {error.next_step}",))
    for line in lines_of(step):
        _say(line, now)
    troubles = "\n".join(step.troubles)
    if troubles != said:
        _say(troubles or "All can be read again.", level="warning" if troubles else "info")
    return troubles


def lines_of(step: Step) -> list[str]:
    """What a round came to, as far as anything did. A log in JSON goes to where logs are gathered: it names no
    order."""
    lines = []
    if step.scan is not None:
        lines.append(
            f"scan {step.scan.id}: {step.scan.state}, {step.scan.findings} cases, {step.scan.requests} requests"
        )
    for change in step.changes:
        if change.what not in ("again", "quiet"):
            name = "" if asked_for_json() else f"{change.noted.number or change.key} "
            lines.append(f"{change.what}: {name}{change.noted.code or change.was or 'could not be told'}")
    if step.sent:
        lines.append(f"{step.sent} message{'s' * (step.sent > 1)} sent")
    return lines


def _say(text: str, at: int | None = None, *, level: str = "info") -> None:
    """A line for whoever reads along, or for what gathers logs."""
    if asked_for_json():
        line = line_of(
            int(_now()) if at is None else at, "orderlens.watch", redact(hidden(text, known(os.environ))), level
        )
        sys.stderr.write(json.dumps(line, ensure_ascii=False) + "\n")
    else:
        narrate(text if at is None else f"{iso(at)}  {text}")


def _now() -> float:
    return time.time()  # noqa: TID251 - the command line is an edge
