"""`SparkSieves`: sieves of an export, on a cluster."""

from dataclasses import dataclass

from core.facts import Mode, NameKeys
from core.rest.kinds import NEEDED
from core.scanning.spark.lying import export_in
from core.scanning.spark.session import connected, possible
from core.scanning.spark.sieve import SparkSieve
from core.settings import Spark


@dataclass(frozen=True, slots=True)
class SparkSieves:
    """Makes them, of the files that `spark` names, read with a key of `mode`. SettingsError where none can be had
    here: before a scan has read anything."""

    spark: Spark
    mode: Mode

    def __post_init__(self) -> None:
        """Look whether there can be any."""
        possible(self._connect)

    def __call__(self, keys: NameKeys, canary: float) -> SparkSieve:
        """One, in the session of the cluster. Unreachable where that does not answer."""
        session, lying = connected(self._connect), export_in(self.spark.path)
        return SparkSieve(session, {kind: lying[kind] for kind in NEEDED}, self.mode, keys, canary)

    @property
    def _connect(self) -> str | None:
        return self.spark.connect.get_secret_value() if self.spark.connect else None
