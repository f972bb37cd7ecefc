"""Spark's Python daemon with Orderlens loaded in it, so that each worker that it forks is ready at once.

    --conf spark.python.daemon.module=core.scanning.spark.daemon

Without it all is the same, but that each worker of each executor loads Orderlens for itself, which takes seconds.
"""

from importlib import import_module

from pyspark.daemon import manager

from core.scanning.spark.alike import code

READY = [import_module(one) for one in ("core.scanning.spark.over_arrow", "core.scanning.spark.diagnosis", "pandas")]
"""The last one is not ours: PySpark loads it in every worker."""

CODE = code()

if __name__ == "__main__":
    manager()
