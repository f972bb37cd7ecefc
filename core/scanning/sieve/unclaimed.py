"""Payments that no order of the span claims: all orders are asked for them, and kept cases are looked at again.

One statement for some hundred of them, never one each. An order that is found this way becomes a suspect like any
other, and its payment is its own. An e-mail alone claims nothing. What is left are orphans.

A connected account may sell by numbers of its own. So where it alone is scanned, an order that does not name it claims
by a stored id only; a payment that names such an order is neither claimed nor an orphan, for nobody knows whose it is.
"""

from collections.abc import Callable, Iterable, Sequence
from typing import Final, NamedTuple

from core.errors import OrdersUnreachable
from core.facts import Order, plainly
from core.orders import OrdersReader, TooManyRows, refuse
from core.scanning.reading.patience import Patient
from core.scanning.scratch import Scratch, of_id, of_name
from core.stripe_api.spans import Hole

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


def claim(
    scratch: Scratch, orders: OrdersReader | Patient, *, go_on: Callable[[], None], alone: str | None = None
) -> tuple[Hole, ...]:
    """Ask the orders for all orphans, and for what was refunded or disputed of older payments. Orders that are found
    become suspects; what is claimed is no orphan any more. Holes, where the orders could not be asked. `alone`: the
    connected account that is scanned; what names an order of somebody else's goes to `elsewhere`."""
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
        found = _claiming(orders, asked, holes)
        others = {one.id for one in found if alone is not None and not _may_claim(one, asked, alone)}
        scratch.keep_outside([one for one in found if one.id not in others])
        _set_aside(scratch, asked, [one for one in found if one.id in others])
    scratch.meet()
    with scratch.deducing() as db:
        db.execute(
            """DELETE FROM orphans WHERE key IN (
                   SELECT own.owner FROM order_handles t
                   CROSS JOIN handles own ON own.handle = t.handle AND own.side = 1
                   WHERE t.n > ? AND t.handle & 3 <> 3)""",
            (before.orders,),
        )
    return tuple(holes)


def look_again(
    scratch: Scratch, orders: OrdersReader | Patient, *, turn: int, most: int = LOOK_AGAIN, alone: str | None = None
) -> None:
    """Kept cases of orders that are not in the span are suspects too: they may be well by now. Of many, those whose
    `turn` it is (the scan's number); not those read longest ago, for one that cannot be read would stay among these.
    `alone`: only those that name this account."""
    ids = [str(row[0]) for row in scratch.rows(_OUTSIDE, (turn * most, most))]
    for start in range(0, len(ids), AT_A_TIME):
        part = ids[start : start + AT_A_TIME]
        try:
            found = orders.find(ids=part, limit=2 * len(part))
            scratch.keep_outside([one for one in found if alone is None or one.connected_account == alone])
        except OrdersUnreachable:
            return  # they stay as they are, and the hole is told where orders of the span are missing


def _claiming(orders: OrdersReader | Patient, rows: Sequence[_Row], holes: list[Hole]) -> tuple[Order, ...]:
    """The orders of these payments. One that cannot be read hides no other: they are asked for by halves."""
    try:
        return _ask(orders, rows)
    except OrdersUnreachable as error:
        if isinstance(error, TooManyRows) and len(rows) > 1:
            half = len(rows) // 2
            return (*_claiming(orders, rows[:half], holes), *_claiming(orders, rows[half:], holes))
        times = [row.created for row in rows]
        holes.append(Hole("orders", min(times), max(times) + 1, f"older orders of its payments: {error.message}"))
        return ()


def _ask(orders: OrdersReader | Patient, rows: Sequence[_Row]) -> tuple[Order, ...]:
    """The orders that store one of these ids, or that one of the payments names."""
    names = dict.fromkeys(one for row in rows for one in row.refs.split("\n") if one)
    stored = orders.find(
        sessions={row.id for row in rows if row.kind == "session"},
        intents={row.intent for row in rows if row.intent},
        charges={row.charge for row in rows if row.charge},
        limit=4 * len(rows),
    )
    named = orders.named(names, left=refuse) if names else {}
    every = {order.id: order for some in (stored, *named.values()) for order in some}
    return tuple(every.values())


def _may_claim(order: Order, rows: Sequence[_Row], alone: str) -> bool:
    """Whether it is an order of the account `alone`, or stores an id of one of the payments there."""
    borne = {one for row in rows for one in (row.id, row.intent, row.charge) if one}
    return order.connected_account == alone or not order.stored_ids.isdisjoint(borne)


def _set_aside(scratch: Scratch, rows: Sequence[_Row], others: Iterable[Order]) -> None:
    """Payments that name one of these orders, of which nobody knows whether it is meant, are no orphans."""
    names = {name for order in others for name in order.spellings | order.surnames}
    keys = [(of_id(row.id),) for row in rows if any(plainly(one) in names for one in row.refs.split("\n"))]
    with scratch.deducing() as db:
        db.executemany("INSERT OR IGNORE INTO elsewhere SELECT key FROM orphans WHERE key = ?", keys)
        db.executemany("DELETE FROM orphans WHERE key = ?", keys)


def _settled(scratch: Scratch, row: _Row) -> bool:
    """Whether an order of the span bears one of its handles already; or, for what went back, whether its payment is
    among what was read: then that is who is asked for."""
    handles = [of_id(one) for one in (row.id, row.intent, row.charge) if one]
    handles += [of_name(plainly(one)) for one in row.refs.split("\n") if one]
    marks = ", ".join("?" * len(handles))
    sides = "t.side = 0"
    if row.kind in ("refund", "dispute"):
        sides = "(t.side = 0 OR p.kind IN ('session', 'intent', 'charge'))"
    met = f"SELECT 1 FROM handles t LEFT JOIN objects p ON p.key = t.owner WHERE {sides} AND t.handle IN ({marks})"  # noqa: S608 - our own words
    return bool(scratch.rows(f"{met} LIMIT 1", handles))
