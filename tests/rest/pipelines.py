"""A run of Stripe's Data Pipeline as its documents lay it out, of what a sandbox's Stripe lists: Sigma's tables in
Parquet, times as times, metadata as rows of keys and values, and none of a checkout. No file of Stripe's own was seen.
"""

import os
import time
from collections.abc import Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Final

import pyarrow as pa
from pyarrow import parquet

from core.rest.pipeline import SUCCESS
from core.sandbox import World
from tests.rest.copies import LISTS, Bend, Json, as_it_is, bent_of, listed

COLUMNS: Final[Mapping[str, str]] = {
    "checkout_sessions": """id created:time status mode currency client_reference_id customer_id payment_intent_id
        payment_link_id subscription_id invoice_id consent_promotions consent_terms_of_service
        shipping_cost_amount_total:int""",
    "payment_intents": """id created:time status amount:int amount_capturable:int currency customer_id
        payment_method_id capture_method canceled_at:time cancellation_reason last_payment_error_type
        last_payment_error_charge last_payment_error_source receipt_email invoice_id on_behalf_of_id review_id""",
    "charges": """id created:time captured_at:time status paid:bool captured:bool amount:int amount_refunded:int
        refunded:bool currency payment_intent invoice_id customer_id dispute_id balance_transaction_id failure_code
        outcome_type outcome_reason receipt_email transfer_id on_behalf_of_id""",
    "refunds": """id created:time status amount:int currency charge_id refund_payment_intent reason failure_reason
        balance_transaction_id""",
    "disputes": "id created:time status amount:int currency charge_id reason is_charge_refundable:bool",
}
_TYPES: Final = {"time": pa.timestamp("us"), "int": pa.int64(), "bool": pa.bool_(), "": pa.string()}
_ELSEWHERE: Final = {
    "outcome_type": ("outcome", "type"), "outcome_reason": ("outcome", "reason"),
    "last_payment_error_type": ("last_payment_error", "type"),
    "last_payment_error_charge": ("last_payment_error", "charge"),
    "last_payment_error_source": ("last_payment_error", "source"),
}  # fmt: skip
_METADATA: Final = {"payment_intents": "payment_intent_id", "charges": "charge_id", "refunds": "refund_id"}


def fill_pipeline(
    folder: Path,
    world: World,
    bend: Bend = as_it_is,
    *,
    run: str = "2026113012",
    mode: str = "test",
    at: int | None = None,
) -> Path:
    """A run, complete `at` a time: now, where none is said. Its directory."""
    made = {table: list(bent_of(listed(world, table), bend)) for table in LISTS}
    return lay_out(folder, made, run=run, mode=mode, at=at)


def lay_out(
    folder: Path, made: Mapping[str, list[Json]], *, run: str = "2026113012", mode: str = "test", at: int | None = None
) -> Path:
    """The same of objects by table."""
    at = at or int(time.time())
    into = folder / f"{mode}mode" / run
    disputed = {one["charge"]: one["id"] for one in made.get("disputes", ())}
    for table, columns in COLUMNS.items():
        rows = [{**one, "dispute": disputed.get(one["id"])} for one in made.get(table, ())]
        _write(into / table, [one.partition(":")[::2] for one in columns.split()], rows, at)
        if owner := _METADATA.get(table):
            pairs = [
                {owner: one["id"], "key": key, "value": value}
                for one in rows
                for key, value in (one.get("metadata") or {}).items()
            ]
            _write(into / f"{table}_metadata", [(owner, ""), ("key", ""), ("value", "")], pairs, at)
    (into / SUCCESS).touch()
    os.utime(into / SUCCESS, (at, at))
    return into


def _write(folder: Path, columns: list[tuple[str, str]], rows: list[Json], at: int) -> None:
    folder.mkdir(parents=True)
    arrays = {name: pa.array([_value(one, name, kind) for one in rows], _TYPES[kind]) for name, kind in columns}
    arrays["batch_timestamp"] = pa.array(
        [datetime.fromtimestamp(at, UTC).replace(tzinfo=None)] * len(rows), _TYPES["time"]
    )
    parquet.write_table(pa.table(arrays), folder / "part-00000.parquet")


def _value(one: Json, name: str, kind: str) -> Any:  # noqa: ANN401 - whatever stands there
    if name in _ELSEWHERE:
        outer, part = _ELSEWHERE[name]
        return (one.get(outer) or {}).get(part)
    if name == "refund_payment_intent":
        return one.get("payment_intent")
    found = one.get(name, one.get(name.removesuffix("_id")))
    return datetime.fromtimestamp(found, UTC).replace(tzinfo=None) if kind == "time" and found is not None else found
