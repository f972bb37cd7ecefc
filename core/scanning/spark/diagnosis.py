"""Cases examined on the cluster, by the same `examine` as everywhere: for more suspects than one machine would look at.

A case goes there as its bundle, whole, and comes back as what is wrong with it. It says of the case what was put into
it, and no more: a case that was read from a copy is judged as of the copy.
"""

from collections.abc import Iterable, Iterator
from itertools import islice
from typing import TYPE_CHECKING, Final, NamedTuple

import msgspec

from core.cases import Case, bundle
from core.rules import examine
from core.scanning.spark.alike import alike
from core.scanning.spark.over_arrow import batch_of, rows_of
from core.scanning.spark.session import in_words

if TYPE_CHECKING:
    import pyarrow as pa
    from pyspark.sql import DataFrame, SparkSession

CASES: Final = "n bigint, bundle string"
DIAGNOSES: Final = "n bigint, name string, headline string, codes array<string>, undetermined string, diagnosis string"
_AT_A_TIME: Final = 1_000


class Diagnosed(NamedTuple):
    """What came of one case. `n`: its place among all; `name`: the case's; `headline` and `codes` (of all findings, the
    headline's first) as in the catalogue; `undetermined`: what stayed open, None where nothing did; `diagnosis`: all of
    it as JSON."""

    n: int
    name: str
    headline: str | None
    codes: list[str]
    undetermined: str | None
    diagnosis: str

    @property
    def clean(self) -> bool:
        """Nothing found, and nothing left open."""
        return self.headline is None and self.undetermined is None


def examined(session: "SparkSession", cases: Iterable[Case]) -> Iterator[Diagnosed]:
    """Each case examined on the cluster, in no order. Unreachable where the cluster fails."""
    import pyarrow as pa  # noqa: PLC0415 - 165 MB, for those who use it

    left = enumerate(cases)
    while some := list(islice(left, _AT_A_TIME)):
        batch = batch_of([(n, told(case)) for n, case in some], CASES)
        with in_words():
            found = diagnosed(session.createDataFrame(pa.Table.from_batches([batch]))).collect()
        yield from (Diagnosed(*row) for row in found)


def diagnosed(bundles: "DataFrame") -> "DataFrame":
    """Of a frame of `CASES`, which may lie on the cluster, a frame of `DIAGNOSES`."""
    return bundles.mapInArrow(alike(diagnoses), DIAGNOSES)


def diagnoses(batches: "Iterator[pa.RecordBatch]") -> "Iterator[pa.RecordBatch]":
    """As Spark calls it, or anybody."""
    for batch in batches:
        yield batch_of([_diagnosis(n, told) for n, told in rows_of(batch)], DIAGNOSES)


def told(case: Case) -> str:
    """A case as it goes to the cluster: with its e-mail addresses, for they may be what is wrong."""
    return msgspec.json.encode(bundle(case, masked=False)).decode()


def _diagnosis(n: int, told: str) -> Diagnosed:
    case = Case.of(msgspec.json.decode(told))
    found = examine(case).diagnosis
    codes = [one.code for one in found.findings]
    whole = msgspec.json.encode(found, enc_hook=str).decode()
    return Diagnosed(n, case.name, codes[0] if codes else None, codes, found.undetermined, whole)
