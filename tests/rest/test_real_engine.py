"""Stripe's own Sync Engine fills a PostgreSQL from the sandbox, and a scan of what it made tells what the API tells.

Needs npm's `@stripe/sync-engine` (`.ci/run` installs it) and a PostgreSQL with `btree_gist`, which the one from the
wheel has not. The engine takes the columns of its tables from Stripe's OpenAPI description, which it would fetch from
GitHub: it is given a short one of our own, with the columns that this version was seen to make.
"""

import json
import os
import shutil
import socket
import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import replace
from pathlib import Path
from typing import Final

import pytest
from pydantic import SecretStr
from sqlalchemy import create_engine, text
from sqlalchemy.exc import OperationalError

from core.rest.copy import Copy
from core.rest.proof import proofs
from core.sandbox import World
from core.scanning.plan import Plan
from core.scanning.scan import run
from core.settings import Rest
from tests.scanning.faults import inbox
from tests.scanning.scanned import DAY, Shop
from tests.waiting import eventually
from tests.worlds import STEADY, world_of

ROOT: Final = Path(__file__).parents[2]
ENGINE: Final = ROOT / "node_modules/@stripe/sync-engine/dist/cli/index.js"
VERSION: Final = "2024-06-20"
TEXTS: Final = "object status payment_status payment_intent latest_charge charge currency customer subscription".split()
NUMBERS: Final = "created amount amount_total".split()
world = world_of(*STEADY)


def server() -> Path:
    """The folder with the programs of a PostgreSQL that has what the engine needs."""
    found = sorted(Path("/usr/lib/postgresql").glob("*/bin/initdb"))
    if not ENGINE.exists():
        pytest.skip("@stripe/sync-engine is not installed: npm install --no-save @stripe/sync-engine@1.0.32")
    if not found or not Path(f"/usr/share/postgresql/{found[-1].parts[-3]}/extension/btree_gist.control").exists():
        pytest.skip("no PostgreSQL with btree_gist: apt-get install postgresql")
    return found[-1].parent


@contextmanager
def postgresql_with_gist() -> Iterator[str]:
    programs = server()
    somebody = "postgres" if os.geteuid() == 0 else None  # it refuses to run as root
    with tempfile.TemporaryDirectory(prefix="ol-pg-", ignore_cleanup_errors=True) as folder, socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port, data = free.getsockname()[1], Path(folder) / "data"
        free.close()
        if somebody:
            shutil.chown(folder, somebody)
        made: list[str | Path] = [programs / "initdb", "-D", data, "-U", "postgres", "-A", "trust"]
        subprocess.run(made, check=True, cwd=folder, capture_output=True, user=somebody)
        options = ["-p", str(port), "-k", folder, "-h", "127.0.0.1", "-F"]
        running = subprocess.Popen(
            [programs / "postgres", "-D", data, *options],
            cwd=folder, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, user=somebody,
        )  # fmt: skip
        try:
            assert eventually(lambda: answers(port))
            yield f"postgresql://postgres@127.0.0.1:{port}/postgres"
        finally:
            running.terminate()
            running.wait()


def answers(port: int) -> bool:
    engine = create_engine(f"postgresql+psycopg://postgres@127.0.0.1:{port}/postgres")
    try:
        with engine.connect() as connection:
            return bool(connection.execute(text("SELECT true")).scalar())
    except OperationalError:  # not yet
        return False
    finally:
        engine.dispose()


def described(folder: Path) -> None:
    """Stripe's description as the engine keeps it once fetched; of each object the columns that are read."""
    columns: dict[str, object] = {"id": {"type": "string"}, "livemode": {"type": "boolean"}}
    columns |= {name: {"type": "string"} for name in TEXTS} | {name: {"type": "integer"} for name in NUMBERS}
    names = (
        "account checkout.session payment_intent charge refund dispute customer product price plan coupon invoice "
        "subscription subscription_item subscription_schedule setup_intent payment_method tax_id credit_note review "
        "radar.early_fraud_warning checkout_session_line_item item feature active_entitlement entitlements.feature "
        "entitlements.active_entitlement"
    ).split()
    schemas = {
        name.replace(".", "_"): {"type": "object", "x-resourceId": name, "properties": columns} for name in names
    }
    kept = folder / "stripe-sync-openapi-cache"
    kept.mkdir()
    spec = {"openapi": "3.0.0", "info": {"version": VERSION}, "paths": {}, "components": {"schemas": schemas}}
    (kept / f"{VERSION}.spec3.json").write_text(json.dumps(spec))


def synced(url: str, world: World, folder: Path) -> str:
    described(folder)
    patch = ROOT / "node_modules/.cache-patch.mjs"  # beside the modules, where it finds Stripe's SDK
    shutil.copy(Path(__file__).with_name("patch.mjs"), patch)
    asked = ["--stripe-key", world.secret_key, "--database-url", url, "--interval", "0", "--rate-limit", "1000"]
    environment = {**os.environ, "TMPDIR": str(folder), "STRIPE_API_VERSION": VERSION, "STRIPE_TO": world.stripe_url}
    done = subprocess.run(
        [shutil.which("node") or "node", "--import", str(patch), str(ENGINE), "sync", *asked],
        env=environment, capture_output=True, text=True, check=False, timeout=150,
    )  # fmt: skip
    patch.unlink()
    return done.stdout + done.stderr


def test_the_same_cases_come_from_what_stripes_engine_made(world: World, tmp_path: Path) -> None:
    found = []
    with postgresql_with_gist() as url:
        said = synced(url, world, tmp_path)
        rest = Rest(url=SecretStr(url))
        with closing(Copy(rest, "test")) as copy:
            assert copy.kind.generation == "A3", said
            assert all(proof.proven and len(proof.listed) == 1 for proof in proofs(copy).values())
            states = {row[0] for row in copy.rows(f"SELECT DISTINCT status FROM {copy.runs}")}
            assert states == {"complete"}, said
            for one in (None, copy):
                with closing(Shop(world, tmp_path / str(one is None))) as shop:
                    plan = Plan(since=int(time.time()) - 120 * DAY, who="tests")
                    record = run(plan, replace(shop.sources(), copy=one))
                    assert (record.state, bool(record.sessions)) == ("complete", True)
                    assert ("come from the copy" in record.why) == (one is not None)
                    found.append(inbox(shop.journal))
    by_api, at_rest = found
    assert at_rest == by_api
