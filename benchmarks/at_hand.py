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
from collections.abc import Iterator, Mapping
from functools import cache
from pathlib import Path
from typing import Any, Final

sys.path.insert(0, str(Path(__file__).parents[1]))

from core.scanning.scratch import ObjectBrief, OrderBrief, Scratch, of_id, of_name
from core.scanning.sieve.comparing import compare

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
        runs = [
            process(Path(__file__), {"folder": folder, "now": BEGAN + 86_400, "count": count}) for _ in range(times)
        ]
    middle = {key: statistics.median(run[key] for run in runs) for key in ("wall", "cpu", "peak")}
    print(f"\n{count:,} orders beside {count:,} sessions at hand")
    print(f"    wall       {middle['wall']:.1f} s   CPU {middle['cpu']:.1f} s   peak {middle['peak']:.0f} MiB")
    print(f"    found      {runs[-1]['suspects']:,} of {wrong:,}; healthy beyond doubt {runs[-1]['discarded']:,}")


def filled(folder: Path, count: int) -> int:
    """A scan's file of paid sessions; how many of their orders are still pending, every hundredth."""
    scratch = Scratch.of(folder, "1")
    thing = ObjectBrief(0, "", "session", BEGAN, "", "", "paid", 4200, "eur", "", 0, 1, None, 0)
    for some in parts(count):
        things, handles = list[ObjectBrief](), list[tuple[int, ...]]()
        for i in some:
            session, intent, charge = ids(i)
            session_key, intent_key = of_id(session), of_id(intent)
            payment = thing._replace(key=session_key, id=session, intent_key=intent_key, intent=intent)
            things.append(payment._replace(charge=charge, references=f"{i}"))
            ours = (session_key, intent_key, of_id(charge), of_name(f"{i}"))
            handles += [(one, session_key, session_key, intent_key) for one in ours]
        with scratch.writing() as db:
            values = ", ".join("?" * (len(thing) + 1))
            db.executemany(f"INSERT INTO objects VALUES ({values})", ((*one, 0) for one in things))
            db.executemany(
                "INSERT INTO object_handles (handle, owner, pair_key, intent_pair_key) VALUES (?, ?, ?, ?)", handles
            )
    scratch.close()
    return len(range(0, count, 100))


def read_orders(scratch: Scratch, count: int) -> None:
    """The orders, as the process that compares has read them."""
    order = OrderBrief(0, "", BEGAN, "paid", 4200, "eur", "", "", None, "", "plain", 0, 0)
    for some in parts(count):
        orders, handles = list[OrderBrief](), list[tuple[int, ...]]()
        for i in some:
            session, intent, _ = ids(i)
            key, session_key, intent_key = of_id(f"order {i}"), of_id(session), of_id(intent)
            status = "pending" if i % 100 == 0 else "paid"
            named = order._replace(key=key, id=f"{i}", status=status, names=f"{i}", session=session, intent=intent)
            orders.append(named._replace(session_key=session_key, intent_key=intent_key))
            ours = (session_key, intent_key, of_name(f"{i}"))
            handles += [(one, key, session_key, intent_key) for one in ours]
        with scratch.deducing() as db:
            db.executemany(f"INSERT INTO orders VALUES ({', '.join('?' * len(order))})", orders)
            db.executemany(
                "INSERT INTO order_handles (handle, owner, pair_key, intent_pair_key) VALUES (?, ?, ?, ?)", handles
            )


def one_comparison(*, folder: str, now: int, count: int) -> dict[str, Any]:
    """Compare what is in the scan's file of a folder with its orders."""
    scratch = Scratch.of(Path(folder), "1")
    read_orders(scratch, count)
    at, spent = time.perf_counter(), time.process_time()
    found = compare(scratch, mode="test", now=now)
    wall, cpu = time.perf_counter() - at, time.process_time() - spent
    scratch.close()
    return {"wall": wall, "cpu": cpu, "peak": peak(), "suspects": found.suspects, "discarded": found.discarded}


def ids(number: int) -> tuple[str, str, str]:
    """A session, its intent, its charge."""
    return f"cs_test_a1{number:024d}", f"pi_3{number:022d}", f"ch_3{number:022d}"


def parts(count: int) -> Iterator[range]:
    """The numbers below `count`, some at a time."""
    for first in range(0, count, 50_000):
        yield range(first, min(first + 50_000, count))


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
