"""Comparing set-wise, in the scratch's own SQL: which orders and which payments nobody has to look at.

Records meet by their handles. A handle that only an order and its own payment bear, or that one side bears alone,
tangles nobody; whoever bears any other is a suspect. The pairs that are left are put to the cheap test, one by one, in
batches. What holds money and has no order in the span is an orphan, until all orders have been asked for it. Nothing of
this holds more than a batch in memory.
"""

import random
from dataclasses import dataclass
from typing import Any, Final

from core.facts import Mode
from core.scanning.briefs import ObjectBrief, OrderBrief
from core.scanning.healthy import provably_healthy
from core.scanning.scratch import Scratch

CANARY: Final = 0.005  # of the pairs that were discarded are looked at in full all the same
_INDEX: Final = "CREATE INDEX IF NOT EXISTS touches_met ON touches (handle, side, owner, knot, intent_knot)"
_TANGLED: Final = """
INSERT INTO tangles
SELECT handle FROM touches GROUP BY handle
HAVING (min(knot) <> max(knot) OR min(intent_knot) <> max(intent_knot)
        OR min(iif(side = 0, owner, NULL)) <> max(iif(side = 0, owner, NULL))
        OR min(iif(side = 1, owner, NULL)) <> max(iif(side = 1, owner, NULL)))
   AND (handle & 1 = 0 OR (min(side) = 0 AND max(side) = 1))
"""
_PAIRS: Final = """
SELECT o.*, p.*, o.key IN (SELECT owner FROM tangled) OR p.key IN (SELECT owner FROM tangled)
FROM orders o LEFT JOIN objects p ON p.key = iif(
    EXISTS (SELECT 1 FROM objects s WHERE s.key = o.session_key), o.session_key,
    (SELECT key FROM objects i WHERE i.intent_key = o.intent_key ORDER BY kind DESC LIMIT 1))
"""
_UNMATCHED: Final = """
SELECT p.key FROM objects p
WHERE p.money = 1
  AND NOT EXISTS (SELECT 1 FROM orders WHERE session_key = p.key)
  AND NOT EXISTS (SELECT 1 FROM orders WHERE intent_key = coalesce(p.intent_key, p.key))
  AND NOT EXISTS (SELECT 1 FROM touches own JOIN touches other ON other.handle = own.handle AND other.side = 0
                  WHERE own.handle IN (SELECT handle FROM tangles) AND own.owner = p.key AND own.handle & 3 <> 3)
"""
_ORDER, _OBJECT = len(OrderBrief._fields), len(ObjectBrief._fields)


@dataclass(frozen=True, slots=True)
class Compared:
    """How many orders were looked at, how many pairs were discarded as healthy, how many suspects and orphans are
    left. `sample`: keys of discarded orders that are to be looked at in full, as a check of the cheap test."""

    orders: int
    discarded: int
    suspects: int
    orphans: int
    sample: tuple[int, ...]


def compare(scratch: Scratch, *, mode: Mode, now: int, canary: float = CANARY) -> Compared:
    """Fill the scratch's tables `suspects` (of orders) and `orphans` (of objects). `now`: seconds since 1970."""
    _tangle(scratch)
    chance = random.Random(now)  # noqa: S311 - a sample, no secret
    orders = discarded = 0
    sample: list[int] = []
    for rows in scratch.stream(_PAIRS):
        suspects = []
        for row in rows:
            if not row[-1] and provably_healthy(*_pair(row), mode=mode, now=now):
                discarded += 1
                if chance.random() < canary:
                    sample.append(row[0])
            else:
                suspects.append((row[0],))
        orders += len(rows)
        with scratch.writing() as db:
            db.executemany("INSERT OR IGNORE INTO suspects (key) VALUES (?)", suspects)
    with scratch.writing() as db:
        db.execute(f"INSERT OR IGNORE INTO orphans (key) {_UNMATCHED}")
    return Compared(orders, discarded, scratch.count("suspects"), scratch.count("orphans"), tuple(sample))


def _tangle(scratch: Scratch) -> None:
    """Find the handles that bring together what is no plain pair, and who bears them."""
    with scratch.writing() as db:
        db.execute(_INDEX)
        for statement in (
            "DROP TABLE IF EXISTS tangles",
            "DROP TABLE IF EXISTS tangled",
            "CREATE TABLE tangles (handle INTEGER PRIMARY KEY)",
            "CREATE TABLE tangled (owner INTEGER PRIMARY KEY)",
            _TANGLED,
            "INSERT OR IGNORE INTO tangled SELECT owner FROM touches JOIN tangles USING (handle)",
        ):
            db.execute(statement)


def _pair(row: tuple[Any, ...]) -> tuple[OrderBrief, ObjectBrief | None]:
    order = OrderBrief._make(row[:_ORDER])
    thing = row[_ORDER : _ORDER + _OBJECT]
    return order, None if thing[0] is None else ObjectBrief._make(thing)
