"""Orders and sessions that a scan has read already: how long telling the wrong among them takes, and how much memory.

Every hundredth order is still pending although its session is paid. The file is filled by one process and compared by
another, whose memory counts.

    python benchmarks/at_hand.py [--pairs 1000000] [--times 5]
"""

import argparse
import json
import os
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Any, Final

sys.path.insert(0, str(Path(__file__).parents[1]))

from core.scanning.briefs import ObjectBrief, OrderBrief, Touch, of_id, of_name
from core.scanning.comparing import compare
from core.scanning.scratch import Scratch

BEGAN: Final = 1_760_000_000


def main() -> None:
    """Fill, compare, print."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--pairs", type=int, default=1_000_000)
    parser.add_argument("--times", type=int, default=5)
    parser.add_argument("--one", type=json.loads, help=argparse.SUPPRESS)  # the process of one comparison
    chosen = parser.parse_args()
    if chosen.one:
        print(json.dumps(one_comparison(**chosen.one)))
    else:
        at_hand(chosen.pairs, chosen.times)


def at_hand(count: int, times: int) -> None:
    """Print how long it takes to tell the wrong among orders and sessions that a scan has read, one in a hundred."""
    with tempfile.TemporaryDirectory(prefix="ol-bench-") as folder:
        wrong = filled(Path(folder), count)
        runs = [process(Path(__file__), {"folder": folder, "now": BEGAN + 86_400}) for _ in range(times)]
    middle = {key: statistics.median(run[key] for run in runs) for key in ("wall", "cpu", "peak")}
    print(f"\n{count:,} orders beside {count:,} sessions at hand")
    print(f"    wall       {middle['wall']:.1f} s   CPU {middle['cpu']:.1f} s   peak {middle['peak']:.0f} MiB")
    print(f"    found      {runs[-1]['suspects']:,} of {wrong:,}; healthy beyond doubt {runs[-1]['discarded']:,}")


def filled(folder: Path, count: int) -> int:
    """A scan's file of paid sessions and their orders, of which every hundredth is still pending; how many that is."""
    scratch = Scratch.of(folder, "1")
    order = OrderBrief(0, "", BEGAN, "paid", 4200, "eur", "", "", None, "", "plain", 0, 0)
    thing = ObjectBrief(0, "", "session", BEGAN, "", "", "paid", 4200, "eur", "", 0, 1, None, 0)
    for first in range(0, count, 50_000):
        orders, things, touches = list[OrderBrief](), list[ObjectBrief](), list[Touch]()
        for i in range(first, min(first + 50_000, count)):
            number, session, intent, charge = f"{i}", f"cs_test_a1{i:024d}", f"pi_3{i:022d}", f"ch_3{i:022d}"
            key, session_key, intent_key, name = of_id(f"order {i}"), of_id(session), of_id(intent), of_name(number)
            status = "pending" if i % 100 == 0 else "paid"
            named = order._replace(key=key, id=number, status=status, names=number, session=session, intent=intent)
            orders.append(named._replace(session_key=session_key, intent_key=intent_key))
            payment = thing._replace(key=session_key, id=session, intent_key=intent_key, intent=intent)
            things.append(payment._replace(charge=charge, references=number))
            touches += [Touch(one, 0, key, session_key, intent_key) for one in (session_key, intent_key, name)]
            ours = (session_key, intent_key, of_id(charge), name)
            touches += [Touch(one, 1, session_key, session_key, intent_key) for one in ours]
        with scratch.writing() as db:
            db.executemany(f"INSERT INTO orders VALUES ({', '.join('?' * len(order))})", orders)
            db.executemany(
                f"INSERT INTO objects VALUES ({', '.join('?' * (len(thing) + 1))})", ((*t, 0) for t in things)
            )
            columns = "handle, side, owner, knot, intent_knot"
            db.executemany(f"INSERT INTO came ({columns}) VALUES (?, ?, ?, ?, ?)", touches)
    scratch.close()
    return len(range(0, count, 100))


def one_comparison(*, folder: str, now: int) -> dict[str, Any]:
    """Compare what is in the scan's file of a folder."""
    scratch = Scratch.of(Path(folder), "1")
    at, spent = time.perf_counter(), time.process_time()
    found = compare(scratch, mode="test", now=now)
    wall, cpu = time.perf_counter() - at, time.process_time() - spent
    scratch.close()
    return {"wall": wall, "cpu": cpu, "peak": peak(), "suspects": found.suspects, "discarded": found.discarded}


def process(script: Path, told: Mapping[str, object]) -> dict[str, Any]:
    """What a process of its own says of one run."""
    command = [sys.executable, str(script), "--one", json.dumps(told)]
    ran = subprocess.run(command, check=True, stdout=subprocess.PIPE, env=installed())  # noqa: S603 - our own
    found: dict[str, Any] = json.loads(ran.stdout)
    return found


def installed() -> dict[str, str]:
    """The environment of a program that is installed, whose modules are compiled: after the first run, ours are too."""
    return {"PYTHONPYCACHEPREFIX": _compiled().name, **os.environ, "PYTHONDONTWRITEBYTECODE": ""}


@cache
def _compiled() -> tempfile.TemporaryDirectory[str]:
    return tempfile.TemporaryDirectory(prefix="ol-compiled-")


def peak() -> float:
    """The most memory that this process has held at a time, in MiB (not its parent's, which `ru_maxrss` may tell)."""
    lines = Path("/proc/self/status").read_text("utf-8").splitlines()
    return int(next(line for line in lines if line.startswith("VmHWM")).split()[1]) / 1024


if __name__ == "__main__":
    main()
