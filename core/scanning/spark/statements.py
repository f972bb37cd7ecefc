"""What Spark brings together, as SQL: a session with its payment; who bears which handle, and which of these bring
together what is no plain pair; an order with the thing that touches it. Pure.

The same as a scan's own statements say of its file (`scratch.tables`, `sieve.comparing`), whose words they keep: frames
stand in braces, as `SparkSession.sql` takes them.
"""

from typing import Final

from core.scanning.scratch import ObjectBrief, OrderBrief
from core.times import DAY

_ORDER: Final = ", ".join(f"o.`{one}`" for one in OrderBrief._fields)


def _thing(of: str, name: str) -> str:
    return ", ".join(f"{of}.`{one}` AS {name}_{one}" for one in ObjectBrief._fields)


_THING: Final = _thing("p", "thing")


def joined(since: int, until: int, around: int) -> str:
    """What stands together, of `[since, until)`: a session with its intent and that one's charge; an intent without a
    session; a charge without an intent, unless it failed. A payment may have been made `around` (seconds) the span."""
    within = f"{{0}}.created >= {since} AND {{0}}.created < {until}".format
    near = f"created >= {since - around} AND created < {until + around}"
    return f"""
WITH paid AS (
    SELECT coalesce(i.id, c.id) AS id, i.id AS intent, i.raw AS inner, c.raw AS innermost,
           coalesce(i.created, c.created) AS created
    FROM (SELECT *, coalesce(holds, id) AS held FROM {{intents}} WHERE {near}) i
    FULL OUTER JOIN (SELECT * FROM {{charges}} WHERE {near}) c ON c.id = i.held
)
SELECT CASE WHEN s.id IS NOT NULL THEN 'sessions' WHEN p.intent IS NOT NULL THEN 'intents' ELSE 'charges' END AS kind,
       coalesce(s.raw, p.inner, p.innermost) AS own,
       CASE WHEN s.id IS NOT NULL THEN p.inner WHEN p.intent IS NOT NULL THEN p.innermost END AS inner,
       CASE WHEN s.id IS NOT NULL THEN p.innermost END AS innermost
FROM (SELECT *, coalesce(holds, id) AS held FROM {{sessions}} WHERE created >= {since - around} AND created < {until}) s
FULL OUTER JOIN paid p ON p.id = s.held
WHERE CASE WHEN s.id IS NOT NULL THEN {within("s")} ELSE {within("p")} END
  AND (s.id IS NOT NULL OR p.intent IS NOT NULL OR coalesce(get_json_object(p.innermost, '$.status'), '') <> 'failed')
"""


def further(kind: str, since: int) -> str:
    """Refunds and disputes, subscriptions and their bills, made since then."""
    return f"""
SELECT '{kind}' AS kind, raw AS own, CAST(NULL AS string) AS inner, CAST(NULL AS string) AS innermost
FROM {{found}} WHERE created >= {since}"""


BEGAN: Final = "SELECT 1 FROM {objects} WHERE kind = 'session' AND plan_key IS NOT NULL"
HANDLES: Final = """
SELECT explode(handles) AS handle, 0 AS side, key AS owner,
       coalesce(session_key, CASE WHEN intent_key IS NULL THEN key END) AS pair_key,
       coalesce(intent_key, CASE WHEN session_key IS NULL THEN key END) AS intent_pair_key
FROM {orders}
UNION ALL SELECT explode(handles), 1, key, key, coalesce(intent_key, key) FROM {objects}
UNION ALL SELECT handle, 1, owner, owner, owner FROM {beside}
"""
_KNOTS: Final = """
    SELECT handle FROM {handles} GROUP BY handle
    HAVING (min(pair_key) <> max(pair_key) OR min(intent_pair_key) <> max(intent_pair_key)
            OR min(CASE WHEN side = 0 THEN owner END) <> max(CASE WHEN side = 0 THEN owner END)
            OR min(CASE WHEN side = 1 THEN owner END) <> max(CASE WHEN side = 1 THEN owner END))
       AND (handle & 1 = 0 OR (min(side) = 0 AND max(side) = 1))"""
TANGLED: Final = f"SELECT DISTINCT h.owner FROM {{handles}} h JOIN ({_KNOTS}) t ON t.handle = h.handle"
PAIRS: Final = f"""
WITH calm AS (SELECT * FROM {{orders}} o LEFT ANTI JOIN {{tangled}} t ON t.owner = o.key),
beside AS (SELECT * FROM {{objects}} WHERE kind IN ('session', 'intent', 'charge')),
paired AS (
    SELECT o.key AS order_key, coalesce(s.key, i.key) AS thing_key FROM calm o
    LEFT JOIN (SELECT key FROM beside) s ON s.key = o.session_key
    LEFT JOIN (SELECT key, intent_key FROM beside) i ON s.key IS NULL AND i.intent_key = o.intent_key)
SELECT {_ORDER}, {_THING} FROM paired x JOIN calm o ON o.key = x.order_key LEFT JOIN beside p ON p.key = x.thing_key
LEFT ANTI JOIN {{tangled}} t ON t.owner = p.key
"""
SIGNED: Final = f"""
SELECT {_ORDER}, {_THING}, {_thing("q", "plan")}, {_thing("b", "bill")}, {_thing("i", "payment")}
FROM {{orders}} o JOIN {{objects}} p ON p.key = o.session_key
JOIN {{objects}} q ON q.key = p.plan_key AND q.kind = 'subscription'
JOIN {{objects}} b ON b.key = p.payer_key AND b.kind = 'invoice'
LEFT JOIN {{objects}} i ON i.key = b.payer_key
WHERE p.kind = 'session' AND p.state = 'signed'
"""
"""An order with its sign-up, what that began, the first bill of it, and what paid that (`sieve.sign_ups`)."""
KIN: Final = """
WITH bills AS (
    SELECT s.key AS root, b.key, b.payer_key FROM {signed} s JOIN {objects} b ON b.plan_key = s.plan
    WHERE b.kind = 'invoice' AND (b.key = s.bill OR b.state = 'renewed'))
SELECT key, min(root) AS root FROM (
    SELECT explode(array(key, thing, plan)) AS key, key AS root FROM {signed} UNION ALL SELECT key, root FROM bills
    UNION ALL SELECT i.key, b.root FROM bills b JOIN {objects} i ON i.key = b.payer_key
    WHERE i.kind = 'intent' AND i.state IN ('paid', 'unpaid') AND i.references = '')
GROUP BY key
"""
UNTOUCHED: Final = f"""
WITH borne AS (
    SELECT h.handle, k.root FROM {{handles}} h LEFT SEMI JOIN ({_KNOTS}) t ON t.handle = h.handle
    LEFT JOIN {{kin}} k ON k.key = h.owner),
mixed AS (SELECT handle FROM borne GROUP BY handle HAVING count(*) <> count(root) OR min(root) <> max(root)),
touched AS (
    SELECT b.root FROM borne b LEFT SEMI JOIN mixed m ON m.handle = b.handle
    UNION ALL SELECT k.root FROM {{kin}} k JOIN {{objects}} p ON p.key = k.key
    JOIN {{objects}} q ON q.buyer_key = p.buyer_key
    WHERE q.key <> p.key AND abs(q.created - p.created) <= {2 * DAY})
SELECT key, thing, sample FROM {{signed}} s LEFT ANTI JOIN touched t ON t.root = s.key
"""
"""Those of the sign-ups that nothing touches but what is theirs, nor another subscription of the same customer."""
ORPHANS: Final = """
WITH own AS (
    SELECT h.handle, h.owner FROM {handles} h
    LEFT SEMI JOIN (SELECT key FROM {objects} WHERE money = 1) p ON p.key = h.owner WHERE h.side = 1),
claimed AS (
    SELECT owner FROM own LEFT SEMI JOIN (SELECT handle FROM {handles} WHERE side = 0) ours ON ours.handle = own.handle
    WHERE own.handle & 3 <> 3),
billed AS (
    SELECT owner FROM own LEFT SEMI JOIN (
        SELECT explode(handles) AS handle FROM {objects} WHERE kind = 'invoice' AND plan_key IS NOT NULL) bill
        ON bill.handle = own.handle)
SELECT p.key FROM {objects} p LEFT ANTI JOIN claimed x ON x.owner = p.key
LEFT ANTI JOIN billed y ON y.owner = p.key AND p.kind <> 'session' WHERE p.money = 1
"""
TAKEN: Final = """
SELECT key FROM {suspects} UNION SELECT key FROM {well} WHERE sample UNION SELECT key FROM {orphans}
UNION SELECT key FROM {objects} WHERE kind IN ('refund', 'dispute')
"""
TWINS: Final = f"""
UNION SELECT p.key FROM {{objects}} p JOIN {{objects}} q ON q.buyer_key = p.buyer_key
      WHERE q.key <> p.key AND abs(q.created - p.created) <= {2 * DAY}"""
"""Subscriptions of one customer that began within days of one another: they may be one, twice."""
NOT_OVER: Final = " UNION SELECT key FROM {objects} WHERE kind IN ('session', 'intent', 'charge') AND NOT over"
GROWN: Final = """
SELECT DISTINCT n.owner AS key FROM {fresh} t
JOIN {handles} h ON h.owner = t.key JOIN {handles} n ON n.handle = h.handle
LEFT ANTI JOIN {taken} x ON x.key = n.owner
WHERE h.handle & 1 = 0 OR h.side <> n.side
"""
INSIDE: Final = """
WITH t AS (SELECT p.id, p.kind, p.intent, p.charge FROM {objects} p LEFT SEMI JOIN {taken} x ON x.key = p.key
           WHERE p.kind IN ('session', 'intent', 'charge'))
SELECT concat(t.kind, 's') AS kind, coalesce(s.raw, i.raw, c.raw) AS own,
       CASE t.kind WHEN 'session' THEN i.raw WHEN 'intent' THEN c.raw END AS inner,
       CASE t.kind WHEN 'session' THEN c.raw END AS innermost
FROM t
LEFT JOIN (SELECT id, raw FROM {sessions} s LEFT SEMI JOIN (SELECT id FROM t WHERE kind = 'session') t ON t.id = s.id) s
     ON t.kind = 'session' AND s.id = t.id
LEFT JOIN (SELECT id, raw FROM {intents} i LEFT SEMI JOIN (SELECT intent FROM t WHERE kind <> 'charge') t
           ON t.intent = i.id) i ON t.kind <> 'charge' AND i.id = t.intent
LEFT JOIN (SELECT id, raw FROM {charges} c LEFT SEMI JOIN (SELECT charge FROM t) t ON t.charge = c.id) c
     ON c.id = t.charge
"""
OUTSIDE: Final = """
SELECT '{kind}' AS kind, f.raw AS own, CAST(NULL AS string) AS inner, CAST(NULL AS string) AS innermost
FROM {{found}} f LEFT SEMI JOIN (
    SELECT p.id FROM {{objects}} p LEFT SEMI JOIN {{taken}} x ON x.key = p.key WHERE p.kind = '{one}') t ON t.id = f.id
"""
