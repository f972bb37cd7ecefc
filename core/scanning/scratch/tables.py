"""The tables of a scan's two files (`scratch`), and the statements by which records meet.

In the file: what was read (`meta`, `done`, `objects` and their JSON in `raws`, `came`: who bears which handle,
`events`, `flaws`, `absent`). In the one beside it (`met`): the orders, and all that follows.
"""

from typing import Final, NamedTuple

SCHEMA: Final = """
CREATE TABLE IF NOT EXISTS meta (name TEXT PRIMARY KEY, value TEXT NOT NULL);
CREATE TABLE IF NOT EXISTS done (kind TEXT NOT NULL, since INTEGER NOT NULL, until INTEGER NOT NULL);
CREATE TABLE IF NOT EXISTS objects (
    key INTEGER PRIMARY KEY, id TEXT NOT NULL, kind TEXT NOT NULL, created INTEGER, intent TEXT, charge TEXT,
    state TEXT, amount INTEGER, currency TEXT, refs TEXT, livemode INTEGER, money INTEGER, until INTEGER,
    intent_key INTEGER, raw INTEGER
);
CREATE INDEX IF NOT EXISTS objects_intent ON objects (intent_key) WHERE intent_key IS NOT NULL;
CREATE INDEX IF NOT EXISTS objects_raw ON objects (raw);
CREATE TABLE IF NOT EXISTS raws (n INTEGER PRIMARY KEY, packed BLOB NOT NULL);
CREATE TABLE IF NOT EXISTS came (
    n INTEGER PRIMARY KEY, handle INTEGER, owner INTEGER, knot INTEGER, intent_knot INTEGER
);
CREATE TABLE IF NOT EXISTS events (key INTEGER, handle INTEGER, raw INTEGER, PRIMARY KEY (handle, key)) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS flaws (listing TEXT, kind TEXT, since INTEGER, until INTEGER, because TEXT);
CREATE TABLE IF NOT EXISTS absent (id TEXT PRIMARY KEY, code TEXT, message TEXT);
"""
MET_SCHEMA: Final = """
CREATE TABLE met.orders (
    key INTEGER PRIMARY KEY, id TEXT NOT NULL, created_at INTEGER, status TEXT, amount INTEGER, currency TEXT,
    session TEXT, intent TEXT, charge TEXT, names TEXT, make TEXT, session_key INTEGER, intent_key INTEGER
);
CREATE INDEX met.orders_session ON orders (session_key) WHERE session_key IS NOT NULL;
CREATE INDEX met.orders_intent ON orders (intent_key) WHERE intent_key IS NOT NULL;
CREATE TABLE met.told (n INTEGER PRIMARY KEY, handle INTEGER, owner INTEGER, knot INTEGER, intent_knot INTEGER);
CREATE TABLE met.touches (
    handle INTEGER, side INTEGER, owner INTEGER, knot INTEGER, intent_knot INTEGER, n INTEGER,
    PRIMARY KEY (handle, side, owner)
) WITHOUT ROWID;
CREATE TABLE met.tangles (handle INTEGER PRIMARY KEY);
CREATE TABLE met.tangled (owner INTEGER PRIMARY KEY, times INTEGER);
CREATE TABLE met.well (key INTEGER PRIMARY KEY, thing INTEGER, sample INTEGER);
CREATE TABLE met.early (key INTEGER PRIMARY KEY, mark INTEGER, noted BLOB);
CREATE TABLE met.rests (key INTEGER, handle INTEGER, PRIMARY KEY (key, handle)) WITHOUT ROWID;
CREATE TABLE met.suspects (key INTEGER PRIMARY KEY, state INTEGER NOT NULL DEFAULT 0);
CREATE TABLE met.orphans (key INTEGER PRIMARY KEY, state INTEGER NOT NULL DEFAULT 0);
CREATE TABLE met.kept_open (key TEXT PRIMARY KEY);
"""
FRESH: Final = """
(SELECT handle FROM came WHERE n > :came AND n <= :all_came
 UNION SELECT handle FROM told WHERE n > :told AND n <= :all_told) fresh CROSS JOIN touches t ON t.handle = fresh.handle
"""
MEET: Final = (
    """INSERT OR REPLACE INTO touches SELECT handle, 1, owner, knot, intent_knot, n FROM came
       WHERE n > :came AND n <= :all_came ORDER BY handle, owner, n""",
    """INSERT OR REPLACE INTO touches SELECT handle, 0, owner, knot, intent_knot, n FROM told
       WHERE n > :told AND n <= :all_told ORDER BY handle, owner, n""",
    """INSERT OR IGNORE INTO tangles
       SELECT t.handle FROM {0} GROUP BY t.handle
       HAVING (min(knot) <> max(knot) OR min(intent_knot) <> max(intent_knot)
               OR min(iif(side = 0, owner, NULL)) <> max(iif(side = 0, owner, NULL))
               OR min(iif(side = 1, owner, NULL)) <> max(iif(side = 1, owner, NULL)))
          AND (t.handle & 1 = 0 OR (min(side) = 0 AND max(side) = 1))""",
    "INSERT OR IGNORE INTO tangled SELECT t.owner, :times FROM {0} JOIN tangles ON tangles.handle = t.handle",
)


class Met(NamedTuple):
    """How far `Scratch.meet` has come: how often it met anything, and the numbers of the last handles of objects
    (`came`) and of orders (`told`)."""

    times: int = 0
    came: int = 0
    told: int = 0
