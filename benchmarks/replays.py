"""A run of replays, each proved by its order, beside bare signed POSTs of the same events: how much longer it takes.

Stripe and the shop are the sandbox's, in a process of their own; the shop's endpoint takes 20 ms to answer. A run reads
both sides of each case before and after; a bare POST reads nothing. Two worlds of the same orders, one after the other.

    python benchmarks/replays.py [--events 1000] [--at-once 10]
"""

import argparse
import json
import os
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Final

sys.path.insert(0, str(Path(__file__).parents[1]))

from core.people import Person
from core.replaying import RunPlan, Runs, of_keys
from core.replaying.running import Carrying, carry_out
from core.replays import Replay
from core.sandbox import World
from core.sandbox.shop import Mode
from core.settings import load
from core.webhooks import Sender
from core.wiring.replays import replaying

WHO: Final = Person.at_terminal("benchmark")
ANSWERS: Final = 0.02  # seconds


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--events", type=int, default=1000)
    parser.add_argument("--at-once", type=int, default=10)
    parser.add_argument("--world", action="store_true", help=argparse.SUPPRESS)  # the process of a world
    chosen = parser.parse_args()
    if chosen.world:
        stand(chosen.events)
        return
    bare = measured(chosen.events, chosen.at_once, bare_posts)
    run = measured(chosen.events, chosen.at_once, proved)
    print(f"{chosen.events} events, {chosen.at_once} at once, an endpoint that answers in {ANSWERS * 1000:.0f} ms")
    print(f"bare POSTs        {bare:7.1f} s  {chosen.events / bare:6.1f} a second")
    print(f"run, each proved  {run:7.1f} s  {chosen.events / run:6.1f} a second")
    print(f"ratio             {run / bare:7.2f} x")


def measured(events: int, at_once: int, send: Callable[[Runs, RunPlan, int], float]) -> float:
    """Seconds that sending takes, planning apart."""
    with world(events) as env:
        os.environ.update(env)
        with replaying(load()) as runs:
            keys = [f"order:{number}" for number in range(1, events + 1)]
            plan = runs.plan(of_keys(keys))
            must(len(plan.to_send) == events, f"not all are to be sent: {plan.reasons}")
            return send(runs, plan, at_once)


def proved(runs: Runs, plan: RunPlan, at_once: int) -> float:
    """As a run."""
    run = runs.begin(plan, who=WHO, at_once=at_once)
    began = time.monotonic()
    done = carry_out(runs, run.id, Carrying(clock=runs.now), who=WHO)
    took = time.monotonic() - began
    must(done.state == "complete", done.why)
    must([part.state for part in runs.parts(run.id)] == ["healed"], "not all healed")
    return took


def bare_posts(runs: Runs, plan: RunPlan, at_once: int) -> float:
    """The same events, signed and posted; what comes of them is not looked at."""
    sender = Sender(os.environ["ORDERLENS_WEBHOOK_URL"], os.environ["ORDERLENS_WEBHOOK_SECRET"])

    def planned(key: str, event_id: str) -> Replay:
        return runs.desk.plan_replay(runs.desk.open(key), event_id)

    with ThreadPoolExecutor(at_once) as threads:
        replays = list(threads.map(lambda one: planned(one.case_key, one.event_id), plan.to_send))
        began = time.monotonic()
        answers = list(threads.map(lambda one: sender.send(one, now=runs.now()), replays))
        took = time.monotonic() - began
    must(all(one.accepted for one in answers), "not all were accepted")
    return took


def must(holds: bool, otherwise: str) -> None:  # noqa: FBT001 - as in a sentence
    """What is measured is what was to be measured."""
    if not holds:
        sys.exit(otherwise)


@contextmanager
def world(events: int) -> Iterator[Mapping[str, str]]:
    """The settings of a world that stands in a process of its own."""
    command = [sys.executable, __file__, "--world", "--events", str(events)]
    process = subprocess.Popen(  # noqa: S603 - this script
        command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, encoding="utf-8"
    )
    with process, process.stdin or closing(sys.stdin) as ends:
        yield json.loads((process.stdout or sys.stdin).readline())
        ends.close()


def stand(events: int) -> None:
    """The process: a world until its input ends."""
    with World(scenarios=[], orders=events, shares={"webhook_refused": 1.0}) as running:
        running.shop.mode, running.shop.slow_seconds = Mode.SLOW, ANSWERS
        running.stripe.switches.rate_limits = False
        print(json.dumps(running.settings_env()), flush=True)
        sys.stdin.read()


if __name__ == "__main__":
    main()
