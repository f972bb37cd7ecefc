"""The tables of a scan's two files (`scratch`), and the statements by which records meet.

In the file: what was read (`meta`, `done`, `objects` and their JSON in `raws`, `object_handles`: who bears which,
`events`, `flaws`, `absent`, `copied`). In the one beside it (`met`): the orders, and all that follows.
"""

from typing import Final, NamedTuple

from core.scanning.scratch.briefs import ObjectBrief, OrderBrief

KEEP_OBJECT: Final = f"INSERT OR REPLACE INTO objects VALUES (?{', ?' * len(ObjectBrief._fields)})"  # noqa: S608 - marks
KEEP_ORDER: Final = f"INSERT OR REPLACE INTO orders VALUES (?{', ?' * (len(OrderBrief._fields) - 1)})"  # noqa: S608 - marks
SCHEMA: Final = """
CREATE TABLE IF NOT EXISTS meta (name TEXT PRIMARY KEY, value TEXT NOT NULL);
CREATE TABLE IF NOT EXISTS done (kind TEXT NOT NULL, since INTEGER NOT NULL, until INTEGER NOT NULL);
CREATE TABLE IF NOT EXISTS objects (
    key INTEGER PRIMARY KEY, id TEXT NOT NULL, kind TEXT NOT NULL, created INTEGER, intent TEXT, charge TEXT,
    state TEXT, amount INTEGER, currency TEXT, refs TEXT, livemode INTEGER, money INTEGER, until INTEGER,
    intent_key INTEGER, plan_key INTEGER, payer_key INTEGER, buyer_key INTEGER, raw INTEGER
);
CREATE INDEX IF NOT EXISTS objects_plan ON objects (plan_key) WHERE plan_key IS NOT NULL;
CREATE INDEX IF NOT EXISTS objects_buyer ON objects (buyer_key) WHERE buyer_key IS NOT NULL;
CREATE INDEX IF NOT EXISTS objects_intent ON objects (intent_key) WHERE intent_key IS NOT NULL;
CREATE INDEX IF NOT EXISTS objects_raw ON objects (raw);
CREATE TABLE IF NOT EXISTS raws (n INTEGER PRIMARY KEY, packed BLOB NOT NULL);
CREATE TABLE IF NOT EXISTS object_handles (
    n INTEGER PRIMARY KEY, handle INTEGER, owner INTEGER, pair_key INTEGER, intent_pair_key INTEGER
);
CREATE TABLE IF NOT EXISTS events (key INTEGER, handle INTEGER, raw INTEGER, PRIMARY KEY (handle, key)) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS flaws (listing TEXT, kind TEXT, since INTEGER, until INTEGER, because TEXT);
CREATE TABLE IF NOT EXISTS copied (since INTEGER PRIMARY KEY, until INTEGER NOT NULL);
CREATE TABLE IF NOT EXISTS absent (id TEXT PRIMARY KEY, code TEXT, message TEXT);
"""
MET_SCHEMA: Final = """
CREATE TABLE met.orders (
    key INTEGER PRIMARY KEY, id TEXT NOT NULL, created_at INTEGER, status TEXT, amount INTEGER, currency TEXT,
    session TEXT, intent TEXT, charge TEXT, names TEXT, make TEXT, session_key INTEGER, intent_key INTEGER,
    plans TEXT
);
CREATE INDEX met.orders_session ON orders (session_key) WHERE session_key IS NOT NULL;
CREATE INDEX met.orders_intent ON orders (intent_key) WHERE intent_key IS NOT NULL;
CREATE TABLE met.order_handles (
    n INTEGER PRIMARY KEY, handle INTEGER, owner INTEGER, pair_key INTEGER, intent_pair_key INTEGER
);
CREATE TABLE met.handles (
    handle INTEGER, side INTEGER, owner INTEGER, pair_key INTEGER, intent_pair_key INTEGER, n INTEGER,
    PRIMARY KEY (handle, side, owner)
) WITHOUT ROWID;
CREATE TABLE met.tangles (handle INTEGER PRIMARY KEY);
CREATE TABLE met.tangled (owner INTEGER PRIMARY KEY, times INTEGER);
CREATE TABLE met.kin (key INTEGER PRIMARY KEY, root INTEGER NOT NULL);
CREATE TABLE met.well (key INTEGER PRIMARY KEY, thing INTEGER, sample INTEGER);
CREATE TABLE met.early (key INTEGER PRIMARY KEY, mark INTEGER, noted BLOB);
CREATE TABLE met.rests (key INTEGER, handle INTEGER, PRIMARY KEY (key, handle)) WITHOUT ROWID;
CREATE TABLE met.suspects (key INTEGER PRIMARY KEY, state INTEGER NOT NULL DEFAULT 0);
CREATE TABLE met.orphans (key INTEGER PRIMARY KEY, state INTEGER NOT NULL DEFAULT 0);
CREATE TABLE met.elsewhere (key INTEGER PRIMARY KEY);
CREATE TABLE met.kept_open (key TEXT PRIMARY KEY);
CREATE TABLE met.passed (
    created_at INTEGER, id TEXT NOT NULL, status TEXT, amount INTEGER, currency TEXT, session TEXT, intent TEXT,
    charge TEXT, names TEXT, surnames TEXT, ids TEXT, email TEXT, make TEXT, plans TEXT
);
CREATE TABLE met.let_in (id TEXT PRIMARY KEY) WITHOUT ROWID;
"""
FRESH: Final = """
(SELECT handle FROM object_handles WHERE n > :objects AND n <= :all_objects
 UNION SELECT handle FROM order_handles WHERE n > :orders AND n <= :all_orders) fresh
CROSS JOIN handles t ON t.handle = fresh.handle
"""
MEET: Final = (
    """INSERT OR REPLACE INTO handles SELECT handle, 1, owner, pair_key, intent_pair_key, n FROM object_handles
       WHERE n > :objects AND n <= :all_objects ORDER BY handle, owner, n""",
    """INSERT OR REPLACE INTO handles SELECT handle, 0, owner, pair_key, intent_pair_key, n FROM order_handles
       WHERE n > :orders AND n <= :all_orders ORDER BY handle, owner, n""",
    """INSERT OR IGNORE INTO tangles
       SELECT t.handle FROM {0} GROUP BY t.handle
       HAVING (min(pair_key) <> max(pair_key) OR min(intent_pair_key) <> max(intent_pair_key)
               OR min(iif(side = 0, owner, NULL)) <> max(iif(side = 0, owner, NULL))
               OR min(iif(side = 1, owner, NULL)) <> max(iif(side = 1, owner, NULL)))
          AND (t.handle & 1 = 0 OR (min(side) = 0 AND max(side) = 1))""",
    "INSERT OR IGNORE INTO tangled SELECT t.owner, :times FROM {0} JOIN tangles ON tangles.handle = t.handle",
)


class Marks(NamedTuple):
    """How far `Scratch.meet` has come: how often it met anything, and the numbers of the last handles of objects
    (`objects`) and of orders (`orders`)."""

    times: int = 0
    objects: int = 0
    orders: int = 0
