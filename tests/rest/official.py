"""The official tools that copy Stripe into a PostgreSQL, run for real against the sandbox: each fills a database.

Stripe's own Sync Engine, as npm has it today and before, and dj-stripe, in an environment of its own. `.ci/run`
installs those of npm; the PostgreSQL is the machine's, for the one from the wheel has no `btree_gist`. Today's engine
takes the columns of its tables from Stripe's OpenAPI description, which it would fetch from GitHub: it is given a short
one of our own, with the columns that this version was seen to make.
"""

import json
import os
import shutil
import socket
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Final

import pytest
from sqlalchemy import create_engine, text
from sqlalchemy.exc import OperationalError

from core.sandbox import World
from tests.real_apps.isolated import environment
from tests.waiting import eventually

HERE: Final = Path(__file__).parent
MODULES: Final = HERE.parents[1] / "node_modules"
VERSION: Final = "2024-06-20"  # that the earlier engines and dj-stripe are told to ask for
BY_DEFAULT: Final = "2020-08-27"  # that today's engine asks for, unless it is told
REPLIT: Final = "stripe-replit-sync"
SUPABASE: Final = "@supabase/stripe-sync-engine"
NEEDS: Final = {"@stripe/sync-engine": "1.0.32", REPLIT: "1.0.0", SUPABASE: "0.48.5"}
NOT_SYNCED: Final = ("ActiveEntitlement", "TaxId", "AccountV2", "Event")
"""Of dj-stripe's models those that it cannot sync from Stripe either: it lists entitlements without a customer, and tax
ids with a parameter that Stripe does not have; v2 accounts it asks for at Stripe's own address, wherever it is told to
ask; and of an event that a request caused it keeps the whole request where there is room for its id."""
TEXTS: Final = "object status payment_status payment_intent latest_charge charge currency customer subscription".split()
NUMBERS: Final = "created amount amount_total".split()


def package(name: str) -> Path:
    """The folder of an npm package, which this machine may lack."""
    folder = MODULES / name
    if not folder.exists():
        pytest.skip(f"{name} is not installed: npm install --no-save {name}@{NEEDS[name]}")
    return folder


def programs() -> Path:
    """The folder with the programs of a PostgreSQL that has what the engine needs."""
    found = sorted(Path("/usr/lib/postgresql").glob("*/bin/initdb"))
    if not found or not Path(f"/usr/share/postgresql/{found[-1].parts[-3]}/extension/btree_gist.control").exists():
        pytest.skip("no PostgreSQL with btree_gist: apt-get install postgresql")
    return found[-1].parent


@contextmanager
def postgresql_with_gist() -> Iterator[str]:
    """The address of a server of its own."""
    at = programs()
    somebody = "postgres" if os.geteuid() == 0 else None  # it refuses to run as root
    with tempfile.TemporaryDirectory(prefix="ol-pg-", ignore_cleanup_errors=True) as folder, socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port, data = free.getsockname()[1], Path(folder) / "data"
        free.close()
        if somebody:
            shutil.chown(folder, somebody)
        made: list[str | Path] = [at / "initdb", "-D", data, "-U", "postgres", "-A", "trust"]
        subprocess.run(made, check=True, cwd=folder, capture_output=True, user=somebody)
        options = ["-p", str(port), "-k", folder, "-h", "127.0.0.1", "-F"]
        running = subprocess.Popen(
            [at / "postgres", "-D", data, *options],
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
    spec = {"openapi": "3.0.0", "info": {"version": BY_DEFAULT}, "paths": {}, "components": {"schemas": schemas}}
    (kept / f"{BY_DEFAULT}.spec3.json").write_text(json.dumps(spec))


@contextmanager
def database(server: str, name: str) -> Iterator[str]:
    """The address of an empty database of this name on the server."""
    engine = create_engine(server.replace("postgresql:", "postgresql+psycopg:"), isolation_level="AUTOCOMMIT")
    with engine.connect() as connection:
        connection.execute(text(f'CREATE DATABASE "{name}"'))
    engine.dispose()
    yield server.removesuffix("/postgres") + f"/{name}"


def by_engine(url: str, world: World, folder: Path) -> str:
    """Filled by today's Sync Engine; what it said."""
    main = package("@stripe/sync-engine") / "dist/cli/index.js"
    described(folder)
    patch = package("@stripe/sync-engine") / ".cache-patch.mjs"  # where it finds the SDK that the engine finds
    shutil.copy(HERE / "patch.mjs", patch)
    asked = ["--stripe-key", world.secret_key, "--database-url", url, "--interval", "0", "--rate-limit", "1000"]
    told = ran(["node", "--import", patch, main, "sync", *asked], url, world, TMPDIR=str(folder))
    patch.unlink()
    return told


def by_replit(url: str, world: World, _folder: Path) -> str:
    """Filled by the engine of the generation before."""
    return by_older(REPLIT, url, world)


def by_supabase(url: str, world: World, _folder: Path) -> str:
    """Filled by the engine of the first generation."""
    return by_older(SUPABASE, url, world)


def by_older(name: str, url: str, world: World) -> str:
    package(name)
    return ran(["node", HERE / "older_engine.cjs", name], url, world, MODULES=str(MODULES / "any.js"))


def by_django(url: str, world: World, folder: Path) -> str:
    """Filled by dj-stripe in a Django project of its own."""
    python = environment(folder / "environment", "requirements-djstripe.txt")
    return ran([python, HERE / "django_fills.py", *NOT_SYNCED], url, world)


def ran(words: list[str | Path], url: str, world: World, **more: str) -> str:
    """What a tool said that was told where Stripe and its database are; it must not fail."""
    told = {"DATABASE_URL": url, "STRIPE_KEY": world.secret_key, "STRIPE_TO": world.stripe_url}
    environ = {**os.environ, "STRIPE_VERSION": VERSION, **told, **more}
    done = subprocess.run(words, env=environ, capture_output=True, text=True, check=False, timeout=600)
    said = done.stdout + done.stderr
    assert done.returncode == 0, said[-4000:]
    return said
