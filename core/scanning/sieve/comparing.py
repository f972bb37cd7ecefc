"""Comparing in the scratch: which orders and which payments nobody has to look at.

Records meet by their handles. A handle that only an order and its own payment bear, or that one side bears alone,
tangles nobody; whoever bears any other is a suspect. The pairs that are left are put to the cheap test, one by one, in
batches: while they come in (`round`), and what is left when all have come (`finish`). What holds money and has no order
in the span is an orphan, until all orders have been asked for it; what paid a subscription's bill is none. Nothing of
this holds more than a batch in memory.
"""

import random
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Any, Final

from core.facts import Mode
from core.scanning.scratch import Marks, ObjectBrief, OrderBrief, Scratch
from core.scanning.sieve.healthy import may_be_signed, provably_healthy
from core.scanning.sieve.sign_ups import discard_sign_ups

CANARY: Final = 0.005  # of the pairs that were discarded are looked at in full all the same
AT_A_TIME: Final = 5_000
_PAIRED: Final = """
LEFT JOIN objects p ON p.key = iif(
    EXISTS (SELECT 1 FROM objects s WHERE s.key = o.session_key), o.session_key,
    (SELECT key FROM objects i WHERE i.intent_key = o.intent_key ORDER BY kind DESC LIMIT 1))
"""
_FRESH: Final = f"""
WITH fresh AS (SELECT DISTINCT owner FROM object_handles WHERE n > ? AND n <= ?), keys AS (
    SELECT owner AS key FROM order_handles WHERE n > ? AND n <= ?
    UNION SELECT o.key FROM fresh f JOIN orders o ON o.session_key = f.owner
    UNION SELECT o.key FROM fresh f JOIN objects i ON i.key = f.owner JOIN orders o ON o.intent_key = i.intent_key)
SELECT o.*, p.* FROM keys JOIN orders o USING (key) {_PAIRED} WHERE p.key IS NOT NULL
"""  # noqa: S608 - our own words
_READ_ANEW: Final = "DELETE FROM well WHERE key IN (SELECT owner FROM order_handles WHERE n > ? AND n <= ?)"
_TANGLED: Final = "SELECT o.key FROM tangled t JOIN orders o ON o.key = t.owner WHERE t.times > ?"
_LEFT: Final = f"""
SELECT o.*, p.*, o.key IN (SELECT owner FROM tangled) OR p.key IN (SELECT owner FROM tangled)
FROM orders o {_PAIRED} WHERE o.key > ? AND o.key NOT IN (SELECT key FROM well) ORDER BY o.key LIMIT {AT_A_TIME}
"""  # noqa: S608 - our own words
_UNMATCHED: Final = """
SELECT p.key FROM objects p
WHERE p.money = 1
  AND p.key NOT IN (SELECT thing FROM well)
  AND NOT EXISTS (SELECT 1 FROM orders WHERE session_key = p.key)
  AND NOT EXISTS (SELECT 1 FROM orders WHERE intent_key = coalesce(p.intent_key, p.key))
  AND p.key NOT IN (SELECT own.owner FROM tangles t CROSS JOIN handles own ON own.handle = t.handle AND own.side = 1
                    WHERE t.handle & 3 <> 3
                      AND EXISTS (SELECT 1 FROM handles WHERE handle = t.handle AND side = 0))
  AND (p.kind = 'session' OR p.key NOT IN (
      SELECT own.owner FROM tangles t CROSS JOIN handles own ON own.handle = t.handle AND own.side = 1
      WHERE EXISTS (SELECT 1 FROM handles b JOIN objects i ON i.key = b.owner
                    WHERE b.handle = t.handle AND b.side = 1 AND i.kind = 'invoice' AND i.plan_key IS NOT NULL)))
"""
_ORDER, _OBJECT = len(OrderBrief._fields), len(ObjectBrief._fields)


@dataclass(frozen=True, slots=True)
class Fresh:
    """Of the orders whose pair came together since the last round, or that something else has touched: `doubtful` has
    the keys of those that are not healthy beyond doubt, `sample` of some that are."""

    doubtful: tuple[int, ...]
    sample: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Compared:
    """How many orders were looked at, how many pairs were discarded as healthy, how many suspects and orphans are
    left. `sample`: keys of discarded orders that are to be looked at in full, as a check of the cheap test."""

    orders: int
    discarded: int
    suspects: int
    orphans: int
    sample: tuple[int, ...]


@dataclass(slots=True)
class Comparing:
    """The comparing of one scan of `account` with a key of `mode`; `canary`: the share of discarded pairs that are a
    sample."""

    scratch: Scratch
    mode: Mode
    canary: float = CANARY
    account: str | None = None
    _mark: Marks = field(default_factory=Marks)
    _chance: random.Random = field(default_factory=random.Random)

    def round(self, now: int) -> Fresh:
        """Put what has come to the cheap test. `now`: seconds since 1970."""
        top = self.scratch.meet()
        doubtful = [row[0] for row in self.scratch.rows(_TANGLED, (self._mark.times,))]
        sample = list[int]()
        while self._mark != top:
            since = self._mark
            ends = min(since.objects + AT_A_TIME, top.objects), min(since.orders + AT_A_TIME, top.orders)
            well = list[tuple[int, int, int]]()
            odd = list[int]()
            for row in self.scratch.rows(_FRESH, (since.objects, ends[0], since.orders, ends[1])):
                order, thing = _pair(row)
                if provably_healthy(order, thing, mode=self.mode, now=now):
                    well.append((row[0], row[_ORDER], self._chance.random() < self.canary))
                elif thing is None or not may_be_signed(order, thing, mode=self.mode):
                    odd.append(row[0])
            with self.scratch.deducing() as db:
                db.execute(_READ_ANEW, (since.orders, ends[1]))
                db.executemany("INSERT OR REPLACE INTO well VALUES (?, ?, ?)", well)
                db.executemany("DELETE FROM well WHERE key = ?", [(key,) for key in odd])
            self._mark = Marks(top.times, *ends)
            doubtful += odd
            sample += [key for key, _, chosen in well if chosen]
        return Fresh(tuple(dict.fromkeys(doubtful)), tuple(dict.fromkeys(sample)))

    def finish(self, now: int, go_on: Callable[[], None] = lambda: None) -> Compared:
        """All has come: fill the scratch's tables `suspects`, `elsewhere` (of orders), `orphans` (of objects). `go_on`
        is called between any two steps, and may raise to stop."""
        if self._mark.times:
            self.round(now)
        self.scratch.meet()
        go_on()
        with self.scratch.deducing() as db:
            bears = "IN (SELECT owner FROM tangled)"
            db.execute(f"DELETE FROM well WHERE key {bears} OR thing {bears}")  # noqa: S608 - our own words
        discard_sign_ups(self.scratch, self.mode, lambda: self._chance.random() < self.canary, go_on)
        discarded = self.scratch.count("well")
        sample = [key for (key,) in self.scratch.rows("SELECT key FROM well WHERE sample")]
        for rows in self._left():
            suspects, away = [], []
            for row in rows:
                if not row[-1] and self._is_elsewhere(*_pair(row)):
                    away.append((row[0],))
                    continue
                if row[-1] or not provably_healthy(*_pair(row), mode=self.mode, now=now):
                    suspects.append((row[0],))
                    continue
                discarded += 1
                if self._chance.random() < self.canary:
                    sample.append(row[0])
            with self.scratch.deducing() as db:
                db.executemany("INSERT OR IGNORE INTO suspects (key) VALUES (?)", suspects)
                db.executemany("INSERT OR IGNORE INTO elsewhere VALUES (?)", away)
            go_on()
        with self.scratch.deducing() as db:
            db.execute(f"INSERT OR IGNORE INTO orphans (key) {_UNMATCHED}")
        count = self.scratch.count
        return Compared(count("orders"), discarded, count("suspects"), count("orphans"), tuple(sample))

    def _is_elsewhere(self, order: OrderBrief, thing: ObjectBrief | None) -> bool:
        """Whether an order names another account, and nothing that was read touches it: it is none of this scan's."""
        return thing is None and order.make.startswith("acct_") and order.make != self.account

    def _left(self) -> Iterator[list[tuple[Any, ...]]]:
        """The pairs that no round has found well, in batches."""
        last = -(1 << 63)
        while rows := self.scratch.rows(_LEFT, (last,)):
            yield rows
            last = rows[-1][0]


def compare(scratch: Scratch, *, mode: Mode, now: int, canary: float = CANARY) -> Compared:
    """All at once. `now`: seconds since 1970."""
    return Comparing(scratch, mode, canary).finish(now)


def _pair(row: tuple[Any, ...]) -> tuple[OrderBrief, ObjectBrief | None]:
    order = OrderBrief._make(row[:_ORDER])
    thing = row[_ORDER : _ORDER + _OBJECT]
    return order, None if thing[0] is None else ObjectBrief._make(thing)
