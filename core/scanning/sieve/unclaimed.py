"""Payments that no order of the span claims: all orders are asked for them, and what is left are cases.

One statement for some hundred of them, never one each. An order that is found this way becomes a suspect like any
other, and its payment is its own. An e-mail alone claims nothing: a payment that is like an open order is told with it
where the order's findings name it, and is an orphan where they do not. A payment of which nothing is left, or that was
never taken, needs no order.
"""

from collections.abc import Callable, Iterator, Sequence
from typing import Final, NamedTuple

from core.errors import OrdersUnreachable
from core.facts import Order
from core.journal.kept import Noted
from core.linking import link
from core.orders import OrdersReader
from core.scanning.looking.suspects import Suspects
from core.scanning.reading.patience import Patient
from core.scanning.scratch import coverage
from core.scanning.scratch.briefs import of_id, of_name
from core.scanning.scratch.scratch import Scratch
from core.stripe_api.spans import Hole, Range

AT_A_TIME: Final = 250
LOOK_AGAIN: Final = 500  # kept cases of orders outside the span that are looked at again
_OUTSIDE: Final = """
WITH outside AS (
    SELECT substr(key, 7) AS id, row_number() OVER (ORDER BY rowid) AS place, count(*) OVER () AS whole
    FROM kept_open WHERE key LIKE 'order:%'
    AND key NOT IN (SELECT 'order:' || id FROM orders))
SELECT id FROM outside ORDER BY (place + whole - 1 - ? % whole) % whole LIMIT ?
"""


class _Row(NamedTuple):
    id: str
    kind: str
    intent: str | None
    charge: str | None
    refs: str
    created: int


def claim(scratch: Scratch, orders: OrdersReader | Patient, *, go_on: Callable[[], None]) -> tuple[Hole, ...]:
    """Ask the orders for all orphans, and for what was refunded or disputed of older payments. Orders that are found
    become suspects; what is claimed is no orphan any more. Holes, where the orders could not be asked."""
    query = """SELECT p.id, p.kind, p.intent, p.charge, p.refs, p.created FROM objects p
               WHERE p.key IN (SELECT key FROM orphans) OR p.kind IN ('refund', 'dispute')"""
    holes: list[Hole] = []
    before = scratch.meet()
    for rows in scratch.stream(query, size=AT_A_TIME):
        go_on()
        asked, settled = list[_Row](), list[_Row]()
        for row in map(_Row._make, rows):
            (settled if _settled(scratch, row) else asked).append(row)
        with scratch.deducing() as db:
            db.executemany("DELETE FROM orphans WHERE key = ?", [(of_id(row.id),) for row in settled])
        if not asked:
            continue
        try:
            found = _ask(orders, asked)
        except OrdersUnreachable as error:
            times = [row.created for row in asked]
            holes.append(Hole("orders", min(times), max(times) + 1, f"older orders of its payments: {error.message}"))
            continue
        scratch.keep_outside(found)
    scratch.meet()
    with scratch.deducing() as db:
        db.execute(
            """DELETE FROM orphans WHERE key IN (
                   SELECT own.owner FROM told t CROSS JOIN touches own ON own.handle = t.handle AND own.side = 1
                   WHERE t.n > ? AND t.handle & 3 <> 3)""",
            (before.told,),
        )
    return tuple(holes)


def look_again(scratch: Scratch, orders: OrdersReader | Patient, *, turn: int, most: int = LOOK_AGAIN) -> None:
    """Kept cases of orders that are not in the span are suspects too: they may be well by now. Of many, those whose
    `turn` it is (the scan's number); not those read longest ago, for one that cannot be read would stay among these."""
    ids = [str(row[0]) for row in scratch.rows(_OUTSIDE, (turn * most, most))]
    for start in range(0, len(ids), AT_A_TIME):
        part = ids[start : start + AT_A_TIME]
        try:
            scratch.keep_outside(orders.find(ids=part, limit=2 * len(part)))
        except OrdersUnreachable:
            return  # they stay as they are, and the hole is told where orders of the span are missing


def orphans(scratch: Scratch, suspects: Suspects, *, scan_id: int) -> Iterator[Noted]:
    """What is left: payments with money that nobody claims."""
    told: set[str] = set()
    checkout = bool(scratch.rows("SELECT 1 FROM objects WHERE kind = 'session' LIMIT 1"))
    for rows in scratch.stream("SELECT key, kind, created FROM orphans JOIN objects USING (key)", size=AT_A_TIME):
        for key, kind, created in rows:
            if coverage.near(created, suspects.holes, ("orders",)):
                continue  # its order may be among those that were not read
            if kind != "session" and _may_have_a_session(created, suspects, checkout=checkout):
                continue
            if _may_be_likened(scratch, key, created, suspects):
                continue
            payment, look = suspects.orphan(key)
            if payment in told or not link(look.case).standing:
                continue
            told.add(payment)
            if not look.diagnosis.clean:
                yield Noted.of(look.key, look.case, look.diagnosis, scan_id=scan_id)


def assign(scratch: Scratch, ids: Sequence[str]) -> None:
    """These payments are told of with an order, so they are no orphans."""
    marks = ", ".join("?" * len(ids))
    named = f"SELECT key, intent_key FROM objects WHERE key IN ({marks}) OR intent_key IN ({marks})"  # noqa: S608 - only marks
    keys = [of_id(one) for one in ids]
    with scratch.deducing() as db:
        db.execute(
            f"""WITH named AS ({named}) DELETE FROM orphans WHERE key IN (
                    SELECT key FROM named UNION SELECT intent_key FROM named WHERE intent_key IS NOT NULL)""",  # noqa: S608 - our own words
            [*keys, *keys],
        )


def _ask(orders: OrdersReader | Patient, rows: Sequence[_Row]) -> tuple[Order, ...]:
    """The orders that store one of these ids, or that one of the payments names."""
    names = {name for row in rows for one in row.refs.split("\n") if one for name in (one, one.upper(), f"#{one}")}
    return orders.find(
        ids=names,
        numbers=names,
        sessions={row.id for row in rows if row.kind == "session"},
        intents={row.intent for row in rows if row.intent},
        charges={row.charge for row in rows if row.charge},
        limit=4 * len(rows),
    )


def _settled(scratch: Scratch, row: _Row) -> bool:
    """Whether an order of the span bears one of its handles already; or, for what went back, whether its payment is
    among what was read: then that is who is asked for."""
    handles = [of_id(one) for one in (row.id, row.intent, row.charge) if one]
    handles += [of_name(one) for one in row.refs.split("\n") if one]
    marks = ", ".join("?" * len(handles))
    sides = "t.side = 0"
    if row.kind in ("refund", "dispute"):
        sides = "(t.side = 0 OR p.kind IN ('session', 'intent', 'charge'))"
    met = f"SELECT 1 FROM touches t LEFT JOIN objects p ON p.key = t.owner WHERE {sides} AND t.handle IN ({marks})"  # noqa: S608 - our own words
    return bool(scratch.rows(f"{met} LIMIT 1", handles))


def _may_have_a_session(created: int, suspects: Suspects, *, checkout: bool) -> bool:
    """Whether a payment may be from a checkout that was not read, and that an order claims: one begun up to a day
    before it. The scan before has seen those of the span's first day, which it reads again."""
    unread = [Range(hole.since, hole.until) for hole in suspects.holes if hole.kind == "sessions"]
    if checkout:
        unread.append(Range(suspects.span.since - coverage.AFTER, suspects.span.since))
    return any(one.since <= created < one.until + coverage.AFTER for one in unread)


def _may_be_likened(scratch: Scratch, key: int, created: int, suspects: Suspects) -> bool:
    """Whether an open order of the same customer could not be looked at in full: it may turn out to be its own."""
    ends = (created - coverage.DAY, created, created + coverage.DAY)
    if not any(coverage.near(at, suspects.holes, ("sessions", "intents")) for at in ends):
        return False
    met = """SELECT 1 FROM touches own JOIN touches other ON other.handle = own.handle AND other.side = 0
             WHERE own.owner = ? AND own.handle & 3 = 3 LIMIT 1"""
    return bool(scratch.rows(met, (key,)))
