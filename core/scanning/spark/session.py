"""The session: the one that `spark-submit` began, or one by Spark Connect. What Spark complains of, in words.

Imported when it is used: PySpark is an extra (`orderlens[spark]`), some 400 MB, and nobody else needs it.
"""

import os
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Final

from core.errors import SettingsError, Unreachable, redact

if TYPE_CHECKING:
    from pyspark.sql import SparkSession

SUBMITTED: Final = "PYSPARK_GATEWAY_PORT"
"""Set by `spark-submit` for the program that it runs."""
_LONGEST: Final = 300


def connected(connect: str | None = None) -> "SparkSession":
    """A session by Spark Connect (`connect`: "sc://host:15002"); without, the one that runs. SettingsError as of
    `possible`; Unreachable where it does not answer."""
    possible(connect)
    from pyspark.sql import SparkSession  # noqa: PLC0415 - see above

    with in_words():
        if connect is None:
            return SparkSession.builder.getOrCreate()
        session: SparkSession = SparkSession.builder.remote(connect).getOrCreate()
        session.sql("SELECT 1").collect()
        return session


def possible(connect: str | None) -> None:
    """Nothing is asked yet: SettingsError where there is no PySpark here, or neither a server nor a session."""
    try:
        from pyspark.sql import SparkSession  # noqa: PLC0415 - see above
    except ImportError as error:
        raise SettingsError(
            f"Spark cannot be used: {error}.",
            next_step='Install it: `pip install "orderlens[spark]"`. Spark also needs a Java, 17 or newer.',
            setting="stripe.rest.spark",
        ) from error
    if connect is None and os.environ.get(SUBMITTED) is None and SparkSession.getActiveSession() is None:
        raise SettingsError(
            "No Spark session runs here, and [stripe.rest.spark] names none.",
            next_step='Run Orderlens by `spark-submit`, or name a server of Spark Connect: connect = "sc://host:15002".',
            setting="stripe.rest.spark",
        )


@contextmanager
def in_words() -> Iterator[None]:
    """Whatever fails on the cluster is Unreachable, with the first thing that Spark says of it."""
    from py4j.protocol import Py4JError  # noqa: PLC0415 - see above
    from pyspark.errors import PySparkException  # noqa: PLC0415 - see above

    try:
        with warnings.catch_warnings():  # of a pandas newer than Spark knows, which is not used here
            warnings.filterwarnings("ignore", message="PySpark does not yet fully support pandas")
            yield
    except (PySparkException, Py4JError) as error:
        raise Unreachable(
            f"Spark could not go through Stripe's data at rest: {_first(str(error))}",
            next_step="See that the cluster can read the files or tables of [stripe.rest.spark], that its executors "
            "have the same Python with Orderlens in it, and what its own log says.",
        ) from error


def _first(said: str) -> str:
    """What was complained of: the exception that a Python worker raised, or else the first line."""
    lines = [line.strip() for line in said.splitlines() if line.strip()]
    raised = [line for line in lines if ": " in line and line.partition(":")[0].rpartition(".")[2].endswith("Error")]
    return redact((raised or lines or ["it did not say why."])[-1 if raised else 0])[:_LONGEST]
