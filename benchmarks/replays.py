"""A run of replays, each proved by its order, beside bare signed POSTs of the same events: how much longer it takes.

Stripe and the shop are the sandbox's, in a process of their own; the shop's endpoint takes 20 ms to answer. A run
reads both sides of each case before and after; a bare POST reads nothing. Both send with the same `Sender`. Planned
once; then the two take turns, and before each turn the orders are put back as they were. Beside the time stands what
each took of the processor (this process, and the sandbox's), which other work on the machine changes less.

    python benchmarks/replays.py [--events 1000] [--at-once 10] [--turns 3]
"""

import argparse
import json
import os
import sqlite3
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing, contextmanager
from dataclasses import dataclass
from pathlib import Path
from statistics import median
from typing import Final, Self

sys.path.insert(0, str(Path(__file__).parents[1]))

from core.facts import Event
from core.people import Person
from core.replaying import RunPlan, Runs, of_keys
from core.replaying.running import Carrying, carry_out
from core.replays import Replay, planned_before
from core.sandbox import World
from core.sandbox.shop import Mode
from core.settings import load
from core.stripe_api.spans import Range, SpanReader, events_of
from core.webhooks import Sender
from core.wiring.replays import replaying

WHO: Final = Person.at_terminal("benchmark")
ANSWERS: Final = 0.02  # seconds


@dataclass(frozen=True, slots=True)
class Turn:
    """Seconds that a turn took: by the clock, and of the processor, here and in the sandbox."""

    clock: float
    here: float
    there: float


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--events", type=int, default=1000)
    parser.add_argument("--at-once", type=int, default=10)
    parser.add_argument("--turns", type=int, default=3)
    parser.add_argument("--world", action="store_true", help=argparse.SUPPRESS)  # the process of a world
    chosen = parser.parse_args()
    if chosen.world:
        stand(chosen.events)
        return
    with Town(chosen.events) as town:
        plan, replays, now = planned(town, chosen.events)
        bare, run = list[Turn](), list[Turn]()
        for number in range(chosen.turns):
            bare.append(town.timed(lambda: bare_posts(replays, chosen.at_once, now)))
            with town.journal(number) as runs:
                run.append(town.timed(lambda runs=runs: proved(runs, plan, chosen.at_once)))  # type: ignore[misc] # bound as it is
    print(f"{chosen.events} events, {chosen.at_once} at once, an endpoint that answers in {ANSWERS * 1000:.0f} ms")
    print(
        f"load of the machine: {os.getloadavg()[0]:.1f} on {os.cpu_count()} cores; {chosen.turns} turns each, medians"
    )
    shown("bare POSTs", bare, chosen.events)
    shown("run, each proved", run, chosen.events)
    ratios = [two.clock / one.clock for one, two in zip(bare, run, strict=True)]
    print(f"ratio             {median(ratios):7.2f} x   ({', '.join(f'{one:.2f}' for one in ratios)})")
    spent = median(one.here + one.there for one in run) / median(one.here + one.there for one in bare)
    print(f"of the processor  {spent:7.2f} x")


def shown(name: str, turns: list[Turn], events: int) -> None:
    """A line of figures."""
    clock, here, there = (median(getattr(one, part) for one in turns) for part in ("clock", "here", "there"))
    each = f"{1000 * here / events:.2f} ms of the processor each, the sandbox {1000 * there / events:.2f}"
    print(f"{name:17} {clock:7.1f} s  {events / clock:6.1f} a second  {each}")


def planned(town: "Town", events: int) -> tuple[RunPlan, list[Replay], Callable[[], int]]:
    """The plan of a run for all orders, the same events as bare POSTs, and a clock."""
    with town.journal("plan") as runs:
        plan = runs.plan(of_keys([f"order:{number}" for number in range(1, events + 1)]))
        must(len(plan.to_send) == events, f"not all are to be sent: {plan.reasons}")
        url, found = os.environ["ORDERLENS_WEBHOOK_URL"], list[Event]()
        with closing(SpanReader(runs.desk.acting.sides.stripe.access)) as reader:
            types = sorted({one.event_type for one in plan.to_send})
            span = Range(min(one.event_created for one in plan.to_send), runs.now())
            reader.read([(events_of(types), [span])], keep=lambda batch: found.extend(map(Event.of, batch.objects)))
    wanted = {one.event_id for one in plan.to_send}
    return plan, [planned_before(event, url) for event in found if event.id in wanted], runs.now


def proved(runs: Runs, plan: RunPlan, at_once: int) -> None:
    """As a run."""
    run = runs.begin(plan, who=WHO, at_once=at_once)
    done = carry_out(runs, run.id, Carrying(clock=runs.now), who=WHO)
    must(done.state == "complete", done.why)
    must([part.state for part in runs.parts(run.id)] == ["healed"], "not all healed")


def bare_posts(replays: list[Replay], at_once: int, now: Callable[[], int]) -> None:
    """The same events, signed and posted; what comes of them is not looked at."""
    sender = Sender(os.environ["ORDERLENS_WEBHOOK_URL"], os.environ["ORDERLENS_WEBHOOK_SECRET"])
    with ThreadPoolExecutor(at_once) as threads:
        answers = list(threads.map(lambda one: sender.send(one, now=now()), replays))
    must(all(one.accepted for one in answers), "not all were accepted")


class Town:
    """A world in a process of its own, and its settings in the environment."""

    def __init__(self, events: int) -> None:
        command = [sys.executable, __file__, "--world", "--events", str(events)]
        self._process = subprocess.Popen(  # noqa: S603 - this script
            command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, encoding="utf-8"
        )
        os.environ.update(json.loads(self._heard()))
        self._journals = os.environ["ORDERLENS_JOURNAL_URL"]

    @contextmanager
    def journal(self, name: object) -> Iterator[Runs]:
        """Runs on a new journal."""
        os.environ["ORDERLENS_JOURNAL_URL"] = self._journals.replace(".sqlite3", f"-{name}.sqlite3")
        with replaying(load()) as runs:
            runs.desk.journal.check()  # its tables are there
            yield runs

    def timed(self, do: Callable[[], None]) -> Turn:
        """What doing it took, after the orders were put back."""
        self._said("again")
        self._heard()
        began, here, there = time.monotonic(), time.process_time(), self._spent()
        do()
        return Turn(time.monotonic() - began, time.process_time() - here, self._spent() - there)

    def _spent(self) -> float:
        """Seconds of the processor that the world's process took so far."""
        self._said("spent")
        return float(self._heard())

    def _said(self, word: str) -> None:
        must(self._process.stdin is not None, "nobody listens")
        print(word, file=self._process.stdin, flush=True)

    def _heard(self) -> str:
        return (self._process.stdout or sys.stdin).readline()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        if self._process.stdin is not None:
            self._process.stdin.close()
        self._process.wait()


def must(holds: bool, otherwise: str) -> None:  # noqa: FBT001 - as in a sentence
    """What is measured is what was to be measured."""
    if not holds:
        sys.exit(otherwise)


def stand(events: int) -> None:
    """The process: a world until its input ends. "again" puts its orders back as they were at first."""
    with World(scenarios=[], orders=events, shares={"webhook_refused": 1.0}) as running:
        running.shop.mode, running.shop.slow_seconds = Mode.SLOW, ANSWERS
        running.stripe.switches.rate_limits = False
        books = sqlite3.connect(running.shop.books.path, isolation_level=None)
        books.execute("CREATE TABLE as_they_were AS SELECT * FROM orders")
        print(json.dumps(running.settings_env()), flush=True)
        for word in map(str.strip, sys.stdin):
            if word == "again":
                books.executescript(
                    "BEGIN IMMEDIATE; DELETE FROM orders; INSERT INTO orders SELECT * FROM as_they_were; "
                    "DELETE FROM processed_events; COMMIT"
                )
            print(time.process_time(), flush=True)
        books.close()


if __name__ == "__main__":
    main()
