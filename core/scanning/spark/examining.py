"""What doctor says of a cluster: which Spark it is, what its executors have, whether it finds the export."""

import hashlib
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Final, NamedTuple

from core.checks import Check, Level
from core.errors import OrderlensError
from core.rest.parquet import WRITTEN, written
from core.scanning.spark.alike import code
from core.scanning.spark.session import connected, in_words, possible, runs
from core.scanning.spark.sieves import must_be
from core.settings import Spark

if TYPE_CHECKING:
    from pyspark.sql import SparkSession

    from core.scanning.spark.over_arrow import Batches

LOOKED: Final = "host string, python string, code string, mark string"
_TASKS: Final = 32
"""That look at an executor each: whether each of many is met is left to Spark."""


class Executor(NamedTuple):
    """What a task met: on which host, in which Python; which Orderlens (`alike.code`), else what is wrong with it;
    a digest of the export's mark, as it lies there, "" where none does."""

    host: str
    python: str
    code: str
    mark: str


def examine(spark: Spark, folder: Path) -> tuple[Check, ...]:
    """The lines of a cluster that is to go through the export in `folder`. Never raises for what is out of order."""
    if spark.server is None and not runs():
        said = "The cluster is that of `spark-submit`, and was not looked at: no session of Spark's runs here."
        return (_line(Level.UNREAD, said, "Run `orderlens doctor` by `spark-submit`, as you run scans."),)
    try:
        possible(spark.server)
        return tuple(_lines(connected(spark.server), spark.path, folder))
    except OrderlensError as error:
        return (_line(Level.ERROR, error.message, error.next_step),)


def _lines(session: "SparkSession", path: str, folder: Path) -> Iterator[Check]:
    with in_words():
        executors = looked(session, path)
        master = session.conf.get("spark.master", None)
    here = written(folder)
    hosts, pythons = sorted({one.host for one in executors}), sorted({one.python for one in executors})
    said = f"Spark {session.version}, {master or 'of which it does not say where it runs'}; tasks ran on "
    yield _line(Level.FINE, f"{said}{', '.join(hosts)}, in {', '.join(pythons)}.")
    if others := sorted({f"{one.host} ({one.code})" for one in executors if one.code != code()}):
        do = "Install this Orderlens, with all it brings, in the Python of every executor (spark.pyspark.python)."
        yield _line(Level.ERROR, f"Not the Orderlens that is asking: {', '.join(others)}.", do)
    must_be(here, session, path)
    mark = _digest(folder / WRITTEN)
    lost = sorted({one.host for one in executors if one.mark != mark}) if "://" not in path else []
    if lost:
        do = "Mount one folder on all of them, or lay the export where every executor reads it."
        yield _line(Level.ERROR, f"{path} is not this export on {', '.join(lost)}.", do)
    else:
        yield _line(Level.FINE, f"It finds the export under {path}.")


def looked(session: "SparkSession", path: str) -> set[Executor]:
    """What tasks meet on the cluster."""
    frame = session.range(0, _TASKS, 1, _TASKS).mapInArrow(_looking(path), LOOKED)
    return {Executor(*row) for row in frame.collect()}


def _looking(path: str) -> "Callable[[Batches], Batches]":
    """Needs no Orderlens where it runs: it goes there whole, as do no functions that a module has by name."""

    def look(batches: "Batches") -> "Batches":
        import hashlib  # noqa: PLC0415 - looked for where it runs
        import platform  # noqa: PLC0415 - so
        import sys  # noqa: PLC0415 - so

        import pyarrow as pa  # noqa: PLC0415 - so

        try:
            from core.scanning.spark import alike, over_arrow  # noqa: F401, PLC0415 - and what these need

            found = alike.code()
        except ImportError as error:
            found = str(error)
        try:
            with open(f"{path}/export.json", "rb") as file:  # noqa: PTH123 - so
                mark = hashlib.sha256(file.read()).hexdigest()
        except OSError:
            mark = ""
        python = f"{sys.executable} {platform.python_version()}"
        row = [[one] for one in (platform.node(), python, found, mark)]
        for _ in batches:
            yield pa.RecordBatch.from_arrays(list(map(pa.array, row)), names=["host", "python", "code", "mark"])

    return look


def _digest(file: Path) -> str:
    return hashlib.sha256(file.read_bytes()).hexdigest()


def _line(level: Level, found: str, do: str = "") -> Check:
    return Check("stripe", "spark", level, found, do)
