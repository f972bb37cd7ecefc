"""The sieve on a local Spark of two cores: processor seconds of the JVM, of Spark's Python workers and of this process.

    python benchmarks/on_spark.py [--pairs 20000] [--signed 100]

The shop is that of `at_rest.py`, in files of Parquet. Orders come as rows from here; making them is counted too. What
Spark takes to start is told apart, and so is what each step takes, of the JVM and of Python.
"""

import argparse
import json
import os
import sys
import tempfile
import time
from contextlib import suppress
from itertools import pairwise
from pathlib import Path
from typing import Any, Final

sys.path.insert(0, str(Path(__file__).parents[1]))

import at_rest
from pyspark.sql import SparkSession

from core.scanning.scratch.row_at_rest import row_of_order
from core.scanning.spark import SparkSieve, export_in

SETTINGS: Final = {
    "spark.driver.memory": "4g",
    "spark.ui.enabled": "false",
    "spark.ui.showConsoleProgress": "false",
    "spark.sql.shuffle.partitions": "4",
    "spark.driver.host": "127.0.0.1",
    "spark.driver.bindAddress": "127.0.0.1",
    "spark.python.daemon.module": "core.scanning.spark.daemon",
}


def main() -> None:
    """Write the files, sieve, print."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--pairs", type=int, default=20_000)
    parser.add_argument("--signed", type=int, default=100)
    asked = parser.parse_args()
    pairs = asked.pairs
    at_rest.signed.extend((asked.signed, 55))  # of a thousand: sign-ups, and open ones
    with tempfile.TemporaryDirectory(prefix="ol-spark-") as folder:
        at_rest.written(Path(folder), pairs)
        print(json.dumps(measured(folder, pairs), indent=1))


def measured(folder: str, pairs: int) -> dict[str, Any]:
    """Processor seconds by part, and what was left."""
    os.environ["PYSPARK_PYTHON"] = sys.executable
    began, at = time.perf_counter(), sum(busy().values())
    builder = SparkSession.builder.master("local[2]").config("spark.local.dir", folder)
    for name, value in SETTINGS.items():
        builder = builder.config(name, value)
    spark = builder.getOrCreate()
    started, start = time.perf_counter(), sum(busy().values()) - at
    sieve = SparkSieve(spark, export_in(folder), "test", canary=0.005)
    steps = [busy()]
    rows = map(row_of_order, at_rest.orders(pairs))
    found = sieve.run(rows, since=at_rest.BEGAN, until=at_rest.NOW, now=at_rest.NOW, go_on=lambda: steps.append(busy()))
    steps.append(busy())
    sieved = sum(steps[-1].values()) - at - start
    taken = sum(len(some) for _, some in sieve.objects())
    objects = sum(busy().values()) - at - start - sieved
    told = {
        "pairs": pairs,
        "wall of the start": started - began,
        "wall": time.perf_counter() - started,
        "CPU of the start": start,
        "CPU of the sieve": sieved,
        "of which, step by step, java and python": [
            tuple(round(now[one] - before[one], 1) for one in ("java", "python")) for before, now in pairwise(steps)
        ],
        "CPU of the objects": objects,
        "CPU a pair, microseconds": (sieved + objects) / pairs * 1e6,
        "discarded": found.discarded,
        "suspects": len(found.suspects),
        "orphans": len(found.orphans),
        "objects that came out": taken,
        "load": os.getloadavg()[0],
    }
    spark.stop()
    return told


def busy() -> dict[str, float]:
    """Processor seconds of this process and of all that came of it, as Linux counts them: "java" and "python"."""
    every = dict[int, tuple[int, int, str]]()
    for path in Path("/proc").glob("[0-9]*/stat"):
        with suppress(OSError):
            name, _, further = path.read_text().rpartition(")")
            words = further.split()
            kind = "java" if name.endswith("(java") else "python"
            every[int(path.parent.name)] = int(words[1]), sum(map(int, words[11:15])), kind
    ours = {os.getpid()}
    while more := {one for one, (parent, *_) in every.items() if parent in ours} - ours:
        ours |= more
    found = {"java": 0.0, "python": 0.0}
    for one in ours:
        found[every[one][2]] += every[one][1] / os.sysconf("SC_CLK_TCK")
    return found


if __name__ == "__main__":
    main()
