"""`SparkSieves`: sieves of an export, on a cluster."""

from dataclasses import dataclass

from core.facts import Mode, NameKeys
from core.rest.kinds import NEEDED
from core.scanning.spark.lying import export_in
from core.scanning.spark.session import connected
from core.scanning.spark.sieve import SparkSieve
from core.settings import Spark


@dataclass(frozen=True, slots=True)
class SparkSieves:
    """Makes them, of the files that `spark` names, read with a key of `mode`."""

    spark: Spark
    mode: Mode

    def __call__(self, keys: NameKeys, canary: float) -> SparkSieve:
        """One, in the session of the cluster. SettingsError, Unreachable as of `connected`."""
        connect, lying = self.spark.connect, export_in(self.spark.path)
        session = connected(connect.get_secret_value() if connect else None)
        return SparkSieve(session, {kind: lying[kind] for kind in NEEDED}, self.mode, keys, canary)
