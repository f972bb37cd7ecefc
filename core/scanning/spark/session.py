"""The session: the one that `spark-submit` began, or one by Spark Connect. What Spark complains of, in words.

Imported when it is used: PySpark is an extra (`orderlens[spark]`), some 400 MB, and nobody else needs it.
"""

import importlib
import os
import re
import socket
import sys
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Final
from urllib.parse import urlsplit
from urllib.request import getproxies

from core.errors import SettingsError, Unreachable, redact

if TYPE_CHECKING:
    from pyspark.sql import SparkSession

SUBMITTED: Final = "PYSPARK_GATEWAY_PORT"
"""Set by `spark-submit` for the program that it runs."""
_LONGEST: Final = 300
_PORT: Final = 15_002  # that of Spark Connect, where none is said
_SECONDS: Final = 20
_RAISED: Final = re.compile(r"\b\w+Error: [^\n]+")


def connected(connect: str | None = None) -> "SparkSession":
    """A session by Spark Connect (`connect`: "sc://host:15002"); without, the one that runs. SettingsError as of
    `possible`; Unreachable where it does not answer."""
    possible(connect)
    from pyspark.sql import SparkSession  # noqa: PLC0415 - see above

    if connect is not None:
        _must_answer(connect)
    with in_words():
        if connect is None:
            return SparkSession.builder.getOrCreate()
        session: SparkSession = SparkSession.builder.remote(connect).getOrCreate()
        session.sql("SELECT 1").collect()
        return session


def _must_answer(connect: str) -> None:
    """Asked before Spark asks, which tries for ten minutes. What lies behind a proxy is left to Spark."""
    where = urlsplit(connect)
    if getproxies():
        return
    try:
        socket.create_connection((where.hostname or "", where.port or _PORT), _SECONDS).close()
    except (OSError, ValueError) as error:  # the other: of a port that is none
        why = isinstance(error, OSError) and error.strerror
        raise Unreachable(
            f"Spark Connect does not answer at {where.netloc}: {why or error}.",
            next_step="See whether the server that [stripe.rest.spark] names runs.",
            setting="stripe.rest.spark",
        ) from error


def possible(connect: str | None) -> None:
    """Nothing is asked yet: SettingsError where there is no PySpark here, or neither a server nor a session."""
    try:
        importlib.import_module("pyspark.sql")
    except ImportError as error:
        raise SettingsError(
            f"Spark cannot be used: {error}.",
            next_step='Install it: `pip install "orderlens[spark]"`. Spark also needs a Java, 17 or newer.',
            setting="stripe.rest.spark",
        ) from error
    if connect is None and not runs():
        raise SettingsError(
            "No Spark session runs here, and [stripe.rest.spark] names none.",
            next_step='Run Orderlens by `spark-submit`, or name a server of Spark Connect: connect = "sc://host:15002".',
            setting="stripe.rest.spark",
        )


def runs() -> bool:
    """Whether a session runs here, or `spark-submit` waits for one."""
    if os.environ.get(SUBMITTED) is not None:
        return True
    pyspark = sys.modules.get("pyspark.sql")
    return pyspark is not None and pyspark.SparkSession.getActiveSession() is not None


@contextmanager
def in_words() -> Iterator[None]:
    """Whatever fails on the cluster is Unreachable, with the first thing that Spark says of it."""
    from py4j.protocol import Py4JError, Py4JJavaError  # noqa: PLC0415 - see above
    from pyspark.errors import PySparkException  # noqa: PLC0415 - see above

    try:
        with warnings.catch_warnings():  # of a pandas newer than Spark knows, which is not used here
            warnings.filterwarnings("ignore", message="PySpark does not yet fully support pandas")
            yield
    except (PySparkException, Py4JError) as error:
        said = error.java_exception.toString() if isinstance(error, Py4JJavaError) else str(error)
        raise Unreachable(
            f"Spark could not go through Stripe's data at rest: {_first(said)}",
            next_step="See what `orderlens doctor` says of the cluster: whether it can read the files of "
            "[stripe.rest], and whether its executors have the same Python with the same Orderlens in it.",
        ) from error


def _first(said: str) -> str:
    """What was complained of: what a Python worker raised, or else the first line."""
    lines = [line.strip() for line in said.splitlines() if line.strip()]
    raised = _RAISED.findall(said)
    return redact((raised or lines or ["it did not say why."])[-1 if raised else 0])[:_LONGEST]
