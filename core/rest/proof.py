"""How far a copy can be believed: what it can prove that it holds.

Sync Engine (A3) writes down which ranges of which list it has read to the end: that is proof, unless the run failed. So
does an export of our own, and a run of Data Pipeline, unless files of it seem to be missing. The engine does not say
which mode a run was in, so where the other mode's rows lie there too its runs prove nothing.
Every other copy only has rows, each with when it was last written. The youngest is a claim: nothing says what is
missing. The last day below either is not believed, for a checkout lives a day; nothing is believed of a list that no
run has read.
"""

from collections.abc import Iterable
from dataclasses import dataclass

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
        at = min(found.until, found.read_at)
        return {kind: Proof(kind, at, listed, proven=not copy.doubt) for kind in kinds}
    wanted = [kind for kind in kinds if kind in copy.kind.tables]
    if copy.kind.proves and not _of_both_modes(copy):
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


def _of_both_modes(copy: Copy) -> bool:
    """Whether the other mode's checkouts or payments are there too."""
    tables = [copy.kind.tables[kind] for kind in ("sessions", "intents")]
    some = " OR ".join(
        f"EXISTS (SELECT 1 FROM {copy.named(table)} o WHERE {copy.own(table, other=True)})" for table in tables
    )
    ((found,),) = copy.rows(f"SELECT {some}", account=copy.account)
    return bool(found)


def _claimed(copy: Copy, kind: str) -> Proof:
    """By the youngest row of this key's mode and account; none is younger than now."""
    table = copy.kind.tables[kind]
    if not table.synced:
        return Proof(kind, None, (), proven=False)
    at = f'o."{table.synced}"'
    query = f"""SELECT floor(extract(epoch FROM least(max({at}), now())))::bigint, count({at})
                FROM {copy.named(table)} o WHERE {copy.own(table)}"""
    ((youngest, rows),) = copy.rows(query, account=copy.account)
    if not rows:
        return Proof(kind, None, (), proven=False)
    return Proof(kind, youngest, (Range(0, youngest),), proven=False)
