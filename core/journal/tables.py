"""The journal's tables as the queries see them. How they came to be, with their indexes, is told by the migrations."""

from sqlalchemy import BigInteger, Column, Integer, MetaData, SmallInteger, Table, Text

_META = MetaData()  # `key_mode`: whose rows they are (`partitions`)
_Key = BigInteger().with_variant(Integer, "sqlite")
_Exact = Text().with_variant(Text(collation="C"), "postgresql")  # so that a prefix is a range on both engines


def _table(name: str, *columns: Column[object]) -> Table:
    return Table(name, _META, *columns)


def _texts(*names: str) -> list[Column[object]]:
    return [Column(name, Text) for name in names]


def _numbers(*names: str) -> list[Column[object]]:
    return [Column(name, BigInteger) for name in names]


ENTRIES = _table(
    "entries",
    Column("id", _Key, primary_key=True),
    *_numbers("at"),
    *_texts("who", "what", "case_key", "object_id", "outcome", "details", "key_mode", "target", "holder"),
)
SCANS = _table(
    "scans",
    Column("id", _Key, primary_key=True),
    *_numbers("since", "until"),
    *_texts("key_mode", "account", "who"),
    *_numbers("started_at", "beat_at", "finished_at"),
    *_texts("state", "phase"),
    *_numbers("done", "total", "requests", "statements", "orders", "sessions", "suspects", "findings"),
    *_texts("holes", "why"),
    Column("cancel_asked", SmallInteger),
    Column("turn", Integer),  # counts who has held the scan: a holder with an older number has lost it
    *_texts("holder"),
)
CASES = _table(  # what is filtered, sorted and counted: kept narrow
    "cases",
    Column("id", _Key, primary_key=True),
    *_texts("key", "state"),
    Column("weight", SmallInteger),  # 5 critical ... 1 info, 0 where nothing could be told
    *_texts("code", "codes", "confidence", "currency"),
    *_numbers("money_minor", "dear", "happened_at", "read_at", "scan_id"),
    *_texts("change"),
    *_numbers("first_seen", "last_seen", "ignored_until", "resolved_at"),
    Column("reopened", Integer),
    *_texts("who", "key_mode", "owner"),  # whose it is; empty for nobody's
    *_numbers("opened_at"),  # since when it is open: found, or open again
)
TEXTS = _table(  # what is only shown
    "case_texts",
    Column("case_id", BigInteger, primary_key=True),
    *_texts("order_id", "number", "order_status", "email", "title", "says", "undetermined"),
    *_texts("session_ids", "intent_ids", "cells"),
)
TERMS = _table(  # what a case is found by
    "case_terms",
    Column("term", _Exact, primary_key=True),
    Column("case_id", BigInteger, primary_key=True),
)
READINGS = _table(
    "case_readings",
    Column("id", _Key, primary_key=True),
    *_numbers("case_id", "first_at", "last_at", "times", "scan_id"),
    *_texts("outcome", "code", "codes", "currency"),
    *_numbers("money_minor"),
    *_texts("undetermined"),
)
BOOKED = _table(
    "booked_slots",
    Column("key_mode", Text, primary_key=True),
    Column("slot", BigInteger, primary_key=True),
    *_numbers("orders"),
)
LOOKS = _table(
    "looks",
    Column("key_mode", Text, primary_key=True),
    Column("who", Text, primary_key=True),
    *_numbers("at", "before"),
)
VIEWS = _table(
    "views",
    Column("id", _Key, primary_key=True),
    *_texts("name", "choices", "who"),
    *_numbers("at"),
)
CURSORS = _table(
    "cursors",
    Column("name", Text, primary_key=True),
    *_texts("value"),
    *_numbers("at"),
)
REPLAY_RUNS = _table(
    "replay_runs",
    Column("id", _Key, primary_key=True),
    *_texts("key_mode", "account", "who", "sub"),  # `sub`: as the log-in calls whoever began it
    *_numbers("started_at", "beat_at", "finished_at"),
    *_texts("state", "phase"),
    *_numbers("done", "total"),
    *_texts("how", "chosen", "reason"),
    *_numbers("stop_after", "per_minute", "at_once"),
    *_texts("approved_by"),
    *_numbers("approved_at"),
    *_texts("why", "holder"),
    *_numbers("cancel_asked", "pause_asked", "again", "turn"),
    *_texts("known", "approved_known"),  # how it is known who began and approved it
)
REPLAY_ITEMS = _table(
    "replay_items",
    Column("id", _Key, primary_key=True),
    *_numbers("run_id", "position"),
    *_texts("key_mode", "case_key", "name", "event_id", "event_type", "object_id"),
    *_numbers("event_created"),
    *_texts("how", "endpoint_id", "endpoint", "target", "state", "left_out", "says", "before", "after", "answer"),
    *_texts("currency"),
    *_numbers("status", "money_minor", "knows_of", "begun_at", "ended_at"),
    *_texts("sight"),
)
PLANS = _table(
    "plans",
    Column("id", _Key, primary_key=True),
    *_texts("key_mode", "sub", "name"),
    *_numbers("at"),
    *_texts("plan"),
)
REVOKED = _table(
    "revoked",
    Column("sid", Text, primary_key=True),
    *_numbers("at", "until"),
)
