"""`SparkSieves`: sieves of an export, on a cluster; and whether that finds the export where it is said to lie."""

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import msgspec

from core.errors import Unreachable
from core.facts import Mode, NameKeys
from core.rest.kinds import NEEDED
from core.rest.parquet import NAMES, WRITTEN, Written, written
from core.scanning.spark.lying import export_in, inside
from core.scanning.spark.session import connected, in_words, possible
from core.scanning.spark.sieve import SparkSieve
from core.settings import Spark

if TYPE_CHECKING:
    from pyspark.sql import SparkSession


@dataclass(frozen=True, slots=True)
class SparkSieves:
    """Makes them, of the files that `spark` names, read with a key of `mode`: those of the export in `folder`.
    SettingsError where none can be had here: before a scan has read anything."""

    spark: Spark
    mode: Mode
    folder: Path

    def __post_init__(self) -> None:
        """Look whether there can be any."""
        possible(self.spark.server)

    def __call__(self, keys: NameKeys, canary: float) -> SparkSieve:
        """One, in the session of the cluster. Unreachable where that does not answer, or has other files."""
        session, lying = connected(self.spark.server), export_in(self.spark.path)
        must_be(written(self.folder), session, self.spark.path)
        return SparkSieve(session, {kind: lying[kind] for kind in NEEDED}, self.mode, keys, canary)


def must_be(export: Written, session: "SparkSession", path: str) -> None:
    """The cluster finds this export under `path`, whole. Unreachable where it finds another, or none: a payment that
    is missing there would be told by nobody."""
    counted = [f"SELECT '{kind}', count(*) FROM {inside(path, f'{NAMES[kind]}.parquet')}" for kind in export.rows]
    with in_words():
        lines = session.sql(f"SELECT value FROM {inside(path, WRITTEN, of='text')}").toArrow().column(0).to_pylist()
        there = dict(session.sql(" UNION ALL ".join(counted)).collect())
    try:
        marked = msgspec.json.decode("\n".join(lines), type=Written)
    except msgspec.DecodeError:
        marked = None
    if marked != export or there != export.rows:
        raise Unreachable(
            f"What the cluster finds under {path} is not the export that [stripe.rest] names.",
            next_step="Copy the whole of that folder to where the cluster reads it, after each export.",
            setting="stripe.rest.spark",
        )
