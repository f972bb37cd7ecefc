"""Orders of subscriptions that nobody has to look at.

What stands at Stripe of a sign-up is many objects that share ids: the session, the subscription, each of its bills and
what paid them. They are *kin*: where all of it is plain, and nobody who is not of it bears any of its handles, the
order is as well as one beside a payment of its own. Whatever is odd is no kin, and so touches it. Another subscription
of the same customer that began within days of it may be the same one twice: that one touches it, too.
"""

from collections.abc import Callable
from typing import Any, Final

from core.facts import Mode
from core.scanning.scratch import ObjectBrief, OrderBrief, Scratch
from core.scanning.sieve.healthy import provably_signed
from core.times import DAY

_AT_A_TIME: Final = 2_000
_NEAR: Final = 2 * DAY  # as the rule that tells of two subscriptions has it
_SIGNED: Final = f"""
SELECT o.*, s.*, p.*, b.*, i.* FROM objects s
JOIN orders o ON o.session_key = s.key
JOIN objects p ON p.key = s.plan_key AND p.kind = 'subscription'
JOIN objects b ON b.key = s.payer_key AND b.kind = 'invoice'
LEFT JOIN objects i ON i.key = b.payer_key
WHERE s.plan_key > ? AND s.kind = 'session' AND s.state = 'signed'
ORDER BY s.plan_key LIMIT {_AT_A_TIME}
"""  # noqa: S608 - our own words
_KIN: Final = "INSERT OR IGNORE INTO kin VALUES (?, ?)"
_FURTHER_KIN: Final = (  # later bills, and what paid any
    """INSERT OR IGNORE INTO kin SELECT b.key, k.root FROM kin k JOIN objects p ON p.key = k.key
       JOIN objects b ON b.plan_key = p.plan_key AND b.kind = 'invoice' AND b.state = 'renewed'
       WHERE p.kind = 'subscription'""",
    """INSERT OR IGNORE INTO kin SELECT i.key, k.root FROM kin k JOIN objects b ON b.key = k.key
       JOIN objects i ON i.key = b.payer_key AND i.kind = 'intent' AND i.state IN ('paid', 'unpaid') AND i.refs = ''
       WHERE b.kind = 'invoice'""",
)
_TOUCHED: Final = """
SELECT DISTINCT k.root FROM tangles t CROSS JOIN handles h ON h.handle = t.handle CROSS JOIN kin k ON k.key = h.owner
WHERE EXISTS (SELECT 1 FROM handles g LEFT JOIN kin w ON w.key = g.owner
              WHERE g.handle = t.handle AND w.root IS NOT k.root)
"""
_BESIDE: Final = f"""
SELECT k.root FROM kin k JOIN objects p ON p.key = k.key
WHERE p.kind = 'subscription' AND EXISTS (
    SELECT 1 FROM objects q WHERE q.buyer_key = p.buyer_key AND q.key <> p.key
    AND abs(q.created - p.created) <= {_NEAR})
"""  # noqa: S608 - a number of our own
_TOUCHED_ONES: Final = f"DELETE FROM well WHERE key IN ({_TOUCHED})"  # noqa: S608 - our own words
_BESIDE_ONES: Final = f"DELETE FROM well WHERE key IN ({_BESIDE})"  # noqa: S608 - our own words
_ORDER, _OBJECT = len(OrderBrief._fields), len(ObjectBrief._fields) + 1  # and where its JSON is
_PLAN: Final = _ORDER + ObjectBrief._fields.index("plan_key")


def discard_sign_ups(scratch: Scratch, mode: Mode, chosen: Callable[[], bool], go_on: Callable[[], None]) -> None:
    """All has come in, and has met: put the orders of subscriptions that are healthy beyond doubt among the `well`.
    `chosen`: asked of each whether it belongs to the sample; `go_on`: called between any two steps."""
    with scratch.deducing() as db:
        db.execute("DELETE FROM kin")
    last = -(1 << 63)
    while rows := scratch.rows(_SIGNED, (last,)):
        with scratch.deducing() as db:
            for row in rows:
                order, session, plan, bill, payment = _briefs(row)
                if provably_signed(order, session, plan, bill, payment=payment, mode=mode):
                    kin = (order.key, session.key, plan.key, bill.key)
                    db.executemany(_KIN, [(one, order.key) for one in kin])
                    db.execute("INSERT OR REPLACE INTO well VALUES (?, ?, ?)", (order.key, session.key, chosen()))
        last = rows[-1][_PLAN]
        go_on()
    for statement in (*_FURTHER_KIN, _TOUCHED_ONES, _BESIDE_ONES):
        with scratch.deducing() as db:
            db.execute(statement)
        go_on()


def _briefs(row: tuple[Any, ...]) -> tuple[OrderBrief, ObjectBrief, ObjectBrief, ObjectBrief, ObjectBrief | None]:
    parts = [row[first : first + _OBJECT - 1] for first in range(_ORDER, len(row), _OBJECT)]
    session, plan, bill = map(ObjectBrief._make, parts[:3])
    return (
        OrderBrief._make(row[:_ORDER]),
        session,
        plan,
        bill,
        ObjectBrief._make(parts[3]) if parts[3][0] is not None else None,
    )
