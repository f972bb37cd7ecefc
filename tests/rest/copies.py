"""Copies of a sandbox's Stripe: in PostgreSQL, with tables, columns and rows as the official tools make them; in files.

The columns are those of `@stripe/sync-engine` 1.0.32 and dj-stripe 2.11.0, as they were dumped after these had filled a
database from the sandbox; of the generated ones those that a list has at all. Every object comes from the sandbox's own
lists, over HTTP.
"""

import json
import time
from collections.abc import Callable, Iterator
from contextlib import closing
from itertools import pairwise
from pathlib import Path
from typing import Any, Final

import requests
from sqlalchemy import create_engine, text
from sqlalchemy.engine import Connection
from sqlalchemy.pool import NullPool

from core.rest.parquet import Writer, Written
from core.sandbox import World

Json = dict[str, Any]
Bend = Callable[[Json], Json | None]
"""What becomes of an object on its way into the copy; None: it does not come to lie there."""
LISTS: Final = {
    "checkout_sessions": "/v1/checkout/sessions",
    "payment_intents": "/v1/payment_intents",
    "charges": "/v1/charges",
    "refunds": "/v1/refunds",
    "disputes": "/v1/disputes",
}
_REFS: Final = {"checkout_sessions": "payment_intent", "payment_intents": "latest_charge", "charges": "payment_intent"}
ACCOUNT: Final = "acct_1RvS7mH0pLanternQ8"


def as_it_is(thing: Json) -> Json | None:
    return thing


def fill_engine(url: str, world: World, bend: Bend = as_it_is, *, runs: bool = True, at: int | None = None) -> None:
    """Sync Engine's schema `stripe` (A3), and a run that has listed everything `at` a time; without `runs` as A2."""
    at = at or int(time.time())
    with opened(url) as db:
        db.execute(text("CREATE SCHEMA stripe"))
        for table in LISTS:
            ref = (
                f", {_REFS[table]} text GENERATED ALWAYS AS (_raw_data->>'{_REFS[table]}') STORED"
                if table in _REFS
                else ""
            )
            db.execute(
                text(f"""CREATE TABLE stripe.{table} (
                    _raw_data jsonb NOT NULL, _last_synced_at timestamptz, _updated_at timestamptz DEFAULT now(),
                    _account_id text NOT NULL, id text GENERATED ALWAYS AS (_raw_data->>'id') STORED PRIMARY KEY,
                    created bigint GENERATED ALWAYS AS ((_raw_data->>'created')::bigint) STORED,
                    livemode boolean GENERATED ALWAYS AS ((_raw_data->>'livemode')::boolean) STORED{ref})""")
            )
            rows = [
                {"raw": json.dumps(thing), "at": at, "account": ACCOUNT}
                for thing in bent_of(listed(world, table), bend)
            ]
            if rows:
                insert = f"""INSERT INTO stripe.{table} (_raw_data, _last_synced_at, _account_id)
                             VALUES (CAST(:raw AS jsonb), to_timestamp(:at), :account)"""
                db.execute(text(insert), rows)
        if runs:
            _note_run(db, at)


def fill_django(url: str, world: World, bend: Bend = as_it_is, *, at: int | None = None) -> None:
    """dj-stripe's tables in `public`."""
    at = at or int(time.time())
    with opened(url) as db:
        db.execute(text("CREATE TABLE djstripe_account (djstripe_id bigserial PRIMARY KEY, id varchar(255) UNIQUE)"))
        db.execute(text("INSERT INTO djstripe_account (id) VALUES (:id)"), {"id": ACCOUNT})
        for table in LISTS:
            name = f"djstripe_{table.removeprefix('checkout_').removesuffix('s').replace('_', '')}"
            db.execute(
                text(f"""CREATE TABLE {name} (
                    djstripe_id bigserial PRIMARY KEY, id varchar(255) UNIQUE, created timestamptz, livemode boolean,
                    metadata jsonb, stripe_data jsonb NOT NULL, djstripe_created timestamptz,
                    djstripe_updated timestamptz, djstripe_owner_account_id varchar(255))""")
            )
            rows = [
                {
                    "id": thing["id"], "created": thing["created"], "live": thing.get("livemode"),
                    "raw": json.dumps(thing), "at": at, "account": ACCOUNT,
                }
                for thing in bent_of(listed(world, table), bend)
            ]  # fmt: skip
            if rows:
                insert = f"""INSERT INTO {name}
                    (id, created, livemode, stripe_data, djstripe_updated, djstripe_owner_account_id) VALUES
                    (:id, to_timestamp(:created), :live, CAST(:raw AS jsonb), to_timestamp(:at), :account)"""
                db.execute(text(insert), rows)


def fill_files(folder: Path, world: World, bend: Bend = as_it_is) -> None:
    """Our own export."""
    with closing(Writer(folder)) as writer:
        for table in LISTS:
            writer.keep(
                table.removeprefix("checkout_").removeprefix("payment_"), [*bent_of(listed(world, table), bend)]
            )
        writer.finish(Written(0, at := int(time.time()), at, "test", ACCOUNT))


def listed(world: World, table: str) -> Iterator[Json]:
    """All objects of a list, as the API answers without anything expanded."""
    after: dict[str, str] = {}
    while True:
        asked = {"limit": "100", **after}
        answer = requests.get(f"{world.stripe_url}{LISTS[table]}", asked, auth=(world.secret_key, ""), timeout=60)
        page = answer.json()
        yield from page["data"]
        if not page["has_more"]:
            return
        after = {"starting_after": page["data"][-1]["id"]}


def _note_run(db: Connection, at: int) -> None:
    """A run as the engine leaves it: ranges of each object, overlapping by a second, the last one up to its beginning;
    of an object that Stripe has none of, a range from nothing to nothing."""
    db.execute(
        text("""CREATE TABLE stripe._sync_obj_runs (
            _account_id text NOT NULL, run_started_at timestamptz NOT NULL, object text NOT NULL, status text NOT NULL,
            started_at timestamptz, completed_at timestamptz, created_gte integer NOT NULL DEFAULT 0,
            created_lte integer NOT NULL DEFAULT 0, error_message text)""")
    )
    for table in LISTS:
        (oldest,) = db.execute(text(f"SELECT min(created) FROM stripe.{table}")).one()
        ends = [0, 0] if oldest is None else [oldest, (oldest + at) // 2, at]
        for since, until in pairwise(ends):
            db.execute(
                text("""INSERT INTO stripe._sync_obj_runs SELECT
                        :account, at, :name, 'complete', at, at, :s, :u FROM to_timestamp(:at) at"""),
                {"account": ACCOUNT, "at": at, "name": table, "s": since, "u": until},
            )


def bent_of(things: Iterator[Json], bend: Bend) -> Iterator[Json]:
    """Objects as they come to lie in a copy."""
    for thing in things:
        if (bent := bend(json.loads(json.dumps(thing)))) is not None:
            yield bent


def opened(url: str) -> Any:  # noqa: ANN401 - SQLAlchemy's own
    """A transaction of the owner's."""
    engine = create_engine(url.replace("postgresql:", "postgresql+psycopg:"), poolclass=NullPool)
    return engine.begin()
