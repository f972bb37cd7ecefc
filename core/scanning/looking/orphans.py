"""Orphans: payments with money that no order claims, each a case of its own.

A payment that is like an open order is told with it where the order's findings name it (`assign`), and is an orphan
where they do not. A payment of which nothing is left, or that was never taken, needs no order; and none is an orphan
while its order, or its checkout, may be among what was not read.
"""

from collections.abc import Iterator, Sequence
from typing import Final

from core.journal import Noted
from core.scanning.looking.suspects import Suspects
from core.scanning.scratch import Scratch, coverage, of_id
from core.scanning.scratch.copied import sieved
from core.stripe_api.spans import Range
from core.times import DAY

AT_A_TIME: Final = 250


def orphans(scratch: Scratch, suspects: Suspects, *, scan_id: int) -> Iterator[Noted]:
    """What is left: payments with money that nobody claims."""
    seen: set[str] = set()
    there = sieved(scratch)
    read = scratch.rows("SELECT 1 FROM objects WHERE kind = 'session' LIMIT 1")
    checkout = bool(read or (there and there.sessions))
    for rows in scratch.stream("SELECT key, kind, created FROM orphans JOIN objects USING (key)", size=AT_A_TIME):
        keys = [row[0] for row in rows if _is_nobodys(scratch, suspects, *row, checkout=checkout)]
        for payment, look in suspects.orphans(keys):
            if payment in seen or not look.links.still_paid:
                continue
            seen.add(payment)
            if not look.diagnosis.clean:
                yield Noted.of(look.key, look, scan_id=scan_id)


def assign(scratch: Scratch, ids: Sequence[str]) -> None:
    """These payments are part of an order's case, so they are no orphans."""
    marks = ", ".join("?" * len(ids))
    named = f"SELECT key, intent_key FROM objects WHERE key IN ({marks}) OR intent_key IN ({marks})"  # noqa: S608 - only marks
    keys = [of_id(one) for one in ids]
    with scratch.deducing() as db:
        db.execute(
            f"""WITH named AS ({named}) DELETE FROM orphans WHERE key IN (
                    SELECT key FROM named UNION SELECT intent_key FROM named WHERE intent_key IS NOT NULL)""",  # noqa: S608 - our own words
            [*keys, *keys],
        )


def _is_nobodys(scratch: Scratch, suspects: Suspects, key: int, kind: str, created: int, *, checkout: bool) -> bool:
    """Whether its order, or its checkout, cannot be among what was not read."""
    if coverage.near(created, suspects.holes, ("orders",)):
        return False
    if kind != "session" and _may_have_a_session(created, suspects, checkout=checkout):
        return False
    return not _may_be_likened(scratch, key, created, suspects)


def _may_have_a_session(created: int, suspects: Suspects, *, checkout: bool) -> bool:
    """Whether a payment may be from a checkout that was not read, and that an order claims: one begun up to a day
    before it. The scan before has seen those of the span's first day, which it reads again."""
    unread = [Range(hole.since, hole.until) for hole in suspects.holes if hole.kind == "sessions"]
    if checkout:
        unread.append(Range(suspects.span.since - coverage.AFTER, suspects.span.since))
    return any(one.since <= created < one.until + coverage.AFTER for one in unread)


def _may_be_likened(scratch: Scratch, key: int, created: int, suspects: Suspects) -> bool:
    """Whether an open order of the same customer could not be looked at in full: it may turn out to be its own."""
    ends = (created - DAY, created, created + DAY)
    if not any(coverage.near(at, suspects.holes, ("sessions", "intents")) for at in ends):
        return False
    met = """SELECT 1 FROM handles own JOIN handles other ON other.handle = own.handle AND other.side = 0
             WHERE own.owner = ? AND own.handle & 3 = 3 LIMIT 1"""
    return bool(scratch.rows(met, (key,)))
