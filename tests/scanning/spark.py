"""A real Spark on this machine, as small and as quick to start as it gets; it serves Spark Connect as well."""

import importlib.util
import os
import shutil
import socket
import sys
import warnings
from collections.abc import Iterator
from contextlib import chdir, contextmanager
from functools import cache
from typing import TYPE_CHECKING, Final

import pytest

if TYPE_CHECKING:
    from pyspark.sql import SparkSession

SMALL: Final = {
    "spark.ui.enabled": "false",
    "spark.ui.showConsoleProgress": "false",
    "spark.driver.host": "127.0.0.1",
    "spark.driver.bindAddress": "127.0.0.1",
    "spark.driver.memory": "1g",
    "spark.driver.extraJavaOptions": "-XX:TieredStopAtLevel=1 -XX:+UseSerialGC",
    "spark.sql.shuffle.partitions": "1",
    "spark.sql.adaptive.enabled": "false",  # what it does for much costs little ones their time; so does compiling
    "spark.sql.codegen.wholeStage": "false",
    "spark.python.daemon.module": "core.scanning.spark.daemon",
    "spark.sql.codegen.factoryMode": "NO_CODEGEN",
}


def skipped_without_spark() -> None:
    """Skip with the reason, where this machine has no Spark."""
    if importlib.util.find_spec("pyspark") is None:
        pytest.skip('PySpark is not installed: `uv pip install "orderlens[spark]"`')
    if shutil.which("java") is None:
        pytest.skip("there is no Java, which Spark runs on: `apt-get install default-jre-headless`")


@cache
def free_port() -> int:
    """Where Spark Connect answers."""
    with socket.socket() as one:
        one.bind(("127.0.0.1", 0))
        return int(one.getsockname()[1])


@contextmanager
def session(folder: str) -> Iterator["SparkSession"]:
    """A session of two cores that lays aside into `folder`."""
    skipped_without_spark()
    from pyspark.sql import SparkSession  # noqa: PLC0415 - an extra

    os.environ["PYSPARK_PYTHON"] = sys.executable
    builder = SparkSession.builder.master("local[2]").appName("orderlens")
    further = {
        "spark.local.dir": folder,
        "spark.sql.warehouse.dir": folder,
        "spark.plugins": "org.apache.spark.sql.connect.SparkConnectPlugin",
        "spark.connect.grpc.binding.address": "127.0.0.1",
        "spark.connect.grpc.binding.port": str(free_port()),
    }
    for name, value in (SMALL | further).items():
        builder = builder.config(name, value)
    with warnings.catch_warnings(), chdir(folder):  # Python takes from where it is begun what its own place has not
        warnings.simplefilter("ignore")
        found = builder.getOrCreate()
    found.sparkContext.setLogLevel("OFF")
    try:
        yield found
    finally:
        found.stop()
