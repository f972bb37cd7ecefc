"""Copies of a sandbox's Stripe as Fivetran and Airbyte document that they would be laid out, and what a foreign data
wrapper lists, kept. Nobody here has seen a connector at work: the columns are those of their makers' documents."""

import json
import time
from collections.abc import Callable, Mapping
from typing import Any, Final

from sqlalchemy import text

from core.sandbox import World
from tests.rest.copies import LISTS, Bend, Json, as_it_is, bent_of, listed, opened

_COMMON: Final = "id:text created:timestamptz currency:text status:text metadata:text _fivetran_synced:timestamptz"
FIVETRAN: Final[Mapping[str, str]] = {
    "checkout_session": f"""{_COMMON} livemode:boolean amount_subtotal:bigint amount_total:bigint mode:text
        client_reference_id:text customer_id:text customer_email:text expires_at:timestamptz payment_intent_id:text
        payment_status:text subscription_id:text invoice_id:text""",
    "payment_intent": f"""{_COMMON} livemode:boolean amount:bigint amount_capturable:bigint amount_received:bigint
        canceled_at:timestamptz cancellation_reason:text capture_method:text customer_id:text description:text
        last_payment_error_code:text last_payment_error_message:text last_payment_error_type:text receipt_email:text""",
    "charge": f"""{_COMMON} livemode:boolean amount:bigint amount_refunded:bigint captured:boolean paid:boolean
        refunded:boolean connected_account_id:text customer_id:text description:text failure_code:text
        failure_message:text invoice_id:text outcome_type:text outcome_reason:text payment_intent_id:text
        receipt_email:text billing_detail_email:text""",
    "refund": f"{_COMMON} amount:bigint charge_id:text payment_intent_id:text reason:text",
    "dispute": f"{_COMMON} livemode:boolean amount:bigint charge_id:text reason:text connected_account_id:text",
}
_FLAT: Final = {
    "billing_detail_email": ("billing_details", "email"), "outcome_type": ("outcome", "type"),
    "outcome_reason": ("outcome", "reason"), "last_payment_error_code": ("last_payment_error", "code"),
    "last_payment_error_message": ("last_payment_error", "message"),
    "last_payment_error_type": ("last_payment_error", "type"),
}  # fmt: skip
_JSON: Final = "metadata customer_details currency_conversion last_payment_error billing_details outcome".split()
_WHOLE: Final = """created expires_at canceled_at amount amount_total amount_subtotal amount_received amount_capturable
    amount_captured amount_refunded""".split()
_FLAGS: Final = "livemode captured paid refunded disputed".split()
_TEXTS: Final[Mapping[str, str]] = {
    "checkout_sessions": """status payment_status mode currency client_reference_id payment_intent subscription
        invoice recovered_from customer customer_email success_url""",
    "payment_intents": """status currency capture_method receipt_email cancellation_reason latest_charge review
        customer invoice description""",
    "charges": """status currency receipt_email payment_intent review customer invoice description failure_code
        failure_message""",
    "refunds": "status currency charge payment_intent reason",
    "disputes": "status currency charge payment_intent reason",
}


def fill_fivetran(url: str, world: World, bend: Bend = as_it_is, *, schema: str = "stripe") -> None:
    """Flat tables with singular names; times are times, metadata is a text."""
    with opened(url) as db:
        db.execute(text(f"CREATE SCHEMA {schema}"))
        for table in LISTS:
            name = table.removesuffix("s")
            columns = dict(one.split(":") for one in FIVETRAN[name].split())
            db.execute(text(f"CREATE TABLE {schema}.{name} ({', '.join(f'{c} {t}' for c, t in columns.items())})"))
            rows = [_flat(thing, columns) for thing in bent_of(listed(world, table), bend)]
            if rows:
                values = ", ".join(f"to_timestamp(:{c})" if t == "timestamptz" else f":{c}" for c, t in columns.items())
                db.execute(text(f"INSERT INTO {schema}.{name} ({', '.join(columns)}) VALUES ({values})"), rows)


def fill_airbyte(url: str, world: World, bend: Bend = as_it_is, *, schema: str = "airbyte") -> None:
    """The API's shape, a column a field, objects as JSON; of each object an older version stands before it."""
    with opened(url) as db:
        db.execute(text(f"CREATE SCHEMA {schema}"))
        for table in LISTS:
            columns = {"id": "text", "_airbyte_raw_id": "text", "_airbyte_extracted_at": "timestamptz"}
            columns |= dict.fromkeys(_TEXTS[table].split(), "text") | dict.fromkeys(_WHOLE, "bigint")
            columns |= dict.fromkeys(_FLAGS, "boolean") | dict.fromkeys(_JSON, "jsonb")
            db.execute(text(f"CREATE TABLE {schema}.{table} ({', '.join(f'{c} {t}' for c, t in columns.items())})"))
            now, rows = time.time(), list[Json]()
            for thing in bent_of(listed(world, table), bend):
                before = {**thing, "status": "open", "payment_status": "unpaid", "livemode": True}
                rows += [_shaped(one, columns, at) for at, one in ((now - 3600, before), (now, thing))]
            if rows:
                values = ", ".join(_airbyte_value(c, t) for c, t in columns.items())
                db.execute(text(f"INSERT INTO {schema}.{table} ({', '.join(columns)}) VALUES ({values})"), rows)


def fill_kept(url: str, world: World, bend: Bend = as_it_is) -> None:
    """Materialised copies of what a foreign data wrapper lists: few columns, and the whole object in `attrs`."""
    with opened(url) as db:
        for table in LISTS:
            name = f"stripe_{table}"
            db.execute(text(f"CREATE TABLE {name} (id text, created timestamp, attrs jsonb)"))
            rows = [
                {"id": thing["id"], "at": thing["created"], "raw": json.dumps(thing)}
                for thing in bent_of(listed(world, table), bend)
            ]
            if rows:
                db.execute(text(f"INSERT INTO {name} VALUES (:id, to_timestamp(:at), CAST(:raw AS jsonb))"), rows)


KEPT: Final = {
    "checkout_session": "stripe_checkout_sessions",
    "payment_intent": "stripe_payment_intents",
    "charge": "stripe_charges",
}


def _flat(thing: Json, columns: Mapping[str, str]) -> Json:
    def of(column: str) -> Any:  # noqa: ANN401 - whatever stands there
        if column == "_fivetran_synced":
            return time.time()
        if column == "metadata":
            return json.dumps(thing.get("metadata") or {})
        if column in _FLAT:
            outer, part = _FLAT[column]
            return (thing.get(outer) or {}).get(part)
        return thing.get(column, thing.get(column.removesuffix("_id")))

    return {column: of(column) for column in columns}


def _shaped(thing: Json, columns: Mapping[str, str], at: float) -> Json:
    made = {"_airbyte_raw_id": f"{thing['id']} {at}", "_airbyte_extracted_at": at}
    return {
        column: made.get(column, json.dumps(thing.get(column)) if kind == "jsonb" else thing.get(column))
        for column, kind in columns.items()
    }


def _airbyte_value(column: str, kind: str) -> str:
    return {"jsonb": f"CAST(:{column} AS jsonb)", "timestamptz": f"to_timestamp(:{column})"}.get(kind, f":{column}")


Fill = Callable[..., None]
FILLS: Final[Mapping[str, Fill]] = {"fivetran": fill_fivetran, "airbyte": fill_airbyte, "json": fill_kept}
