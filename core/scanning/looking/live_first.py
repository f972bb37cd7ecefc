"""Nothing is told on a copy's word: what it rests on is read from Stripe first, the dearest order first.

A copy says who is well; whoever is not, or was not when last seen, is read by its ids. So is everything that a kept
case could be settled by, every payment without an order, and some of what was passed as healthy: where Stripe says
otherwise of these, the copy is behind, and the scan partial.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Final, Protocol

from core.scanning.looking.looked import Looked
from core.scanning.scratch import Scratch, passed
from core.scanning.scratch.copied import OF_A_COPY, any_copied, drop, ids_copied, sieved
from core.stripe_api.spans import Retrieved

PROBED: Final = 200  # pairs that were passed as healthy
ROUNDS: Final = 3  # what is read may name what is a copy's too
_ORPHANS: Final = "SELECT p.raw FROM orphans JOIN objects p USING (key) ORDER BY p.amount DESC"
_NOT_TOLD: Final = f"""
DELETE FROM orphans WHERE key NOT IN (SELECT p.key FROM objects p WHERE p.money = 1)
  OR key IN (SELECT p.key FROM objects p WHERE {OF_A_COPY.format("p.raw")})
"""  # noqa: S608 - our own words
_KEPT: Final = """
SELECT p.raw FROM kept_open k JOIN objects p ON k.key = 'stripe:' || coalesce(p.intent, p.id)
WHERE k.key LIKE 'stripe:%'
"""
_STILL_OPEN: Final = """
INSERT OR IGNORE INTO suspects (key) SELECT o.key FROM orders o JOIN kept_open k ON k.key = 'order:' || o.id
"""
_PASSED: Final = """
SELECT o.key, p.raw FROM orders o JOIN objects p ON p.key = coalesce(o.session_key, o.intent_key)
WHERE o.key NOT IN (SELECT key FROM suspects) ORDER BY random() LIMIT ?
"""
DEAREST: Final = """
SELECT key FROM suspects LEFT JOIN orders USING (key) WHERE state = ? ORDER BY coalesce(amount, 0) DESC LIMIT ?
"""


class Fetching(Protocol):
    """Reads objects by their ids into the scratch."""

    def __call__(self, ids: Iterable[str], /) -> Retrieved: ...


@dataclass(slots=True)
class LiveFirst:
    """For one scan. `fetch` reads by ids; `stale`: orders that a copy showed otherwise than Stripe does, of those that
    would have been told."""

    scratch: Scratch
    fetch: Fetching
    stale: set[str] = field(default_factory=set)
    _copies: bool = False

    @property
    def in_use(self) -> bool:
        """Whether anything that was read is a copy's."""
        self._copies = self._copies or any_copied(self.scratch) or bool(sieved(self.scratch))
        return self._copies

    def again(
        self, found: Mapping[int, Looked], look: Callable[[Sequence[int]], Mapping[int, Looked]]
    ) -> dict[int, Looked]:
        """The looks, those that would be told once more by what Stripe says now."""
        seen = dict(found)
        for _ in range(ROUNDS if self.in_use else 0):
            told = {key: ids for key, one in seen.items() if (ids := self._rests_on(one))}
            if not told:
                break
            self.live({one for ids in told.values() for one in ids})
            now = look(list(told))
            self.stale |= {now[key].key for key in now if now[key].diagnosis.clean and not seen[key].diagnosis.clean}
            seen |= now
        return seen

    def live(self, ids: Iterable[str]) -> None:
        """Read these from Stripe. What it does not know is no more."""
        read = self.fetch(ids)
        drop(self.scratch, [one.id for one in read.missing])

    def before_comparing(self) -> None:
        """Payments of kept cases, which would be settled by having an order."""
        self._places(_KEPT)

    def before_claiming(self) -> None:
        """Payments without an order: of one that could not be read nothing is said. And orders of kept cases are looked
        at, whatever a copy says of them."""
        if not self.in_use:
            return
        self._places(_ORPHANS)
        with self.scratch.deducing() as db:
            db.execute(_NOT_TOLD)
            db.execute(_STILL_OPEN)

    def probe(self) -> list[int]:
        """Some of the orders that were passed as healthy, with their payments as they are now."""
        kept = passed.some_paid_for(self.scratch, PROBED)
        rows = self.scratch.rows(_PASSED, (PROBED - len(kept),)) if self.in_use else []
        copied = ids_copied(self.scratch, [place for _, place in rows])
        if not copied and not kept:
            return []
        self.live([*copied, *kept.values()])
        return [*passed.let_in(self.scratch, kept), *[key for key, _ in rows]]

    def _places(self, query: str) -> None:
        for rows in self.scratch.stream(query) if self.in_use else ():
            if copied := ids_copied(self.scratch, [place for (place,) in rows]):
                self.live([one for one in self._in_order(rows) if one in copied])

    def _in_order(self, rows: Sequence[tuple[int]]) -> Iterator[str]:
        for (place,) in rows:
            yield from (str(own) for (own,) in self.scratch.rows("SELECT id FROM objects WHERE raw = ?", (place,)))

    def _rests_on(self, look: Looked) -> frozenset[str]:
        """The ids of a copy's that a look rests on, if anything would be said by it."""
        if not look.at_rest or look.partly_read:
            return frozenset()
        if not look.diagnosis.clean or self.scratch.rows("SELECT 1 FROM kept_open WHERE key = ?", (look.key,)):
            return look.at_rest
        return frozenset()
