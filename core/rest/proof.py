"""How far a copy can be believed: what it can prove that it holds.

Sync Engine (A3) writes down which ranges of which list it has read to the end: that is proof, unless the run failed. So
does an export of our own.
Every other copy only has rows, each with when it was last written. The youngest is a claim: nothing says what is
missing. The last day below either is not believed, for a checkout lives a day; nothing is believed of a list that no
run has read.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from core.rest.copy import Copy
from core.rest.files import Files
from core.rest.kinds import NEEDED
from core.stripe_api.spans import Range, merged
from core.times import HOUR

ALIVE = 25 * HOUR  # seconds in which a checkout ends


@dataclass(frozen=True, slots=True)
class Proof:
    """What is known of one list of a copy. `at`: until when (seconds since 1970), None where there is nothing;
    `listed`: the ranges of `created` that it has; `proven`: whether it says so itself, or only has rows as young."""

    kind: str
    at: int | None
    listed: tuple[Range, ...]
    proven: bool

    @property
    def believed(self) -> tuple[Range, ...]:
        """The ranges from which objects that are over may be taken."""
        ends = (self.at or 0) - ALIVE
        return tuple(Range(one.since, min(one.until, ends)) for one in self.listed if one.since < ends)


def proofs(copy: Copy | Files, kinds: Iterable[str] = NEEDED) -> dict[str, Proof]:
    """What is known of these lists. Unreachable where the copy is."""
    if isinstance(copy, Files):
        found = copy.written
        listed = (Range(found.since, found.until),)
        return {kind: Proof(kind, min(found.until, found.read_at), listed, proven=True) for kind in kinds}
    wanted = [kind for kind in kinds if kind in copy.kind.tables]
    if copy.kind.proves:
        return _proven(copy, wanted)
    return {kind: _claimed(copy, kind) for kind in wanted}


def _proven(copy: Copy, kinds: list[str]) -> dict[str, Proof]:
    """By the runs. One that listed without a span, as of an empty list, has all until it began."""
    names = {copy.kind.tables[kind].name: kind for kind in kinds}
    query = f"""SELECT object, created_gte, created_lte, floor(extract(epoch FROM run_started_at))::bigint
                FROM {copy.runs} WHERE status = 'complete' AND object = ANY(:names)
                AND (CAST(:account AS text) IS NULL OR _account_id = :account)"""
    ranges: dict[str, list[Range]] = {kind: [] for kind in kinds}
    for name, since, until, began in copy.rows(query, names=list(names), account=copy.account):
        ranges[names[name]].append(Range(since, min(until, began) if until else began))
    found = {kind: merged(some) for kind, some in ranges.items()}
    return {
        kind: Proof(kind, max((r.until for r in some), default=None), some, proven=True) for kind, some in found.items()
    }


def _claimed(copy: Copy, kind: str) -> Proof:
    """By the youngest row."""
    table = copy.kind.tables[kind]
    at = f'floor(extract(epoch FROM max("{table.synced}")))::bigint' if table.synced else "NULL"
    rows: Any = copy.rows(f"SELECT {at} FROM {copy.named(table)}")
    youngest = rows[0][0]
    return Proof(kind, youngest, (Range(0, youngest),) if youngest else (), proven=False)
