"""django-payments as it is published takes payments on the sandbox, loses a webhook, is found by a scan and healed.

Its provider, its webhook view and its SDK (five versions older than ours) are strangers: nothing of theirs is replaced.
"""

import json
import re
import socket
import sqlite3
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import httpx
import pytest

from core import wiring
from core.desk import Outcome
from core.replays import candidates
from core.sandbox.stripe import SECRET_KEY_TEST, StripeServer
from core.settings import load
from tests.cli.conftest import Orderlens
from tests.people import MIRA, person
from tests.real_apps.isolated import environment, serving
from tests.sandbox.tour import client
from tests.waiting import LIMIT, eventually

pytestmark = pytest.mark.timeout(600)  # it installs an app, too
HOUR = 3600
SDK_VERSION: Final = "2025-02-24.acacia"
MAPPING = """
[orders]
table = "shop_payment"
unit = "major"
timezone = "UTC"
extra = { token = "token" }

[orders.columns]
id = "id"
status = "status"
amount = "total"
currency = "currency"
session_id = "transaction_id"
customer_email = "billing_email"
created_at = "created"
updated_at = "modified"

[orders.status_map]
waiting = "pending"
confirmed = "paid"
rejected = "failed"

[stripe.metadata]
client_reference_id = "{token}"
"""


@dataclass(frozen=True, slots=True)
class Shop:
    """The app: where it answers, and what it is started with."""

    python: Path
    port: int
    folder: Path
    settings: dict[str, str]
    stripe: StripeServer

    @property
    def url(self) -> str:
        return self.settings["SHOP_URL"]

    def buy(self, total: str) -> str:
        """A customer goes to Stripe's page to pay so much: the session's id."""
        sent = httpx.get(f"{self.url}/buy/", params={"total": total}, timeout=LIMIT)
        found = re.search(r"cs_test_\w+", sent.headers["Location"])
        assert found
        return found[0]

    def row(self, session: str) -> tuple[str, float]:
        """What the app's own row says: its status, and how much it has taken."""
        with sqlite3.connect(self.settings["SHOP_DATABASE"]) as books:
            asked = "SELECT status, captured_amount FROM shop_payment WHERE transaction_id = ?"
            status, captured = books.execute(asked, (session,)).fetchone()
        return status, float(captured)

    def an_hour_passes(self) -> None:
        """What has happened so far happened an hour ago: of what is new, little can be said."""
        with sqlite3.connect(self.settings["SHOP_DATABASE"]) as books:
            books.execute("UPDATE shop_payment SET created = datetime(created, '-1 hour')")
            books.execute("UPDATE shop_payment SET modified = datetime(modified, '-1 hour')")
        self.stripe.switches.offset = 0


def pay(shop: Shop, session: str) -> None:
    """What the customer does on Stripe's page; returns when Stripe has told everybody it could reach."""
    client(shop.stripe).raw_request("post", f"/v1/payment_pages/{session}/confirm", payment_method="pm_card_visa")
    eventually(lambda: not shop.stripe.busy)


@pytest.fixture
def shop(tmp_path: Path) -> Iterator[Shop]:
    python = environment(tmp_path / "environment")
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    url = f"http://127.0.0.1:{port}"
    with StripeServer() as stripe:
        stripe.switches.retry_delays, stripe.switches.offset = (), -HOUR
        endpoint = client(stripe).v1.webhook_endpoints.create(
            {"url": f"{url}/payments/process/stripe/", "enabled_events": ["*"], "api_version": SDK_VERSION}
        )
        assert endpoint.secret
        settings = {
            "SHOP_DATABASE": str(tmp_path / "shop.sqlite3"),
            "SHOP_URL": url,
            "STRIPE_API_BASE": stripe.url,
            "STRIPE_API_KEY": SECRET_KEY_TEST,
            "STRIPE_WEBHOOK_SECRET": endpoint.secret,
        }
        yield Shop(python, port, tmp_path, settings, stripe)


def test_it_loses_a_webhook_and_is_healed(shop: Shop, tmp_path: Path) -> None:
    orderlens = Orderlens(tmp_path)
    with serving(shop.python, shop.port, shop.settings):
        paid, returned, lost, waiting = (shop.buy(total) for total in ("10.00", "20.00", "30.00", "40.00"))
        pay(shop, paid)
        pay(shop, returned)
        assert shop.row(paid) == ("confirmed", 10.0)
        answer = httpx.get(f"{shop.url}/give-back/", params={"session": returned}, timeout=LIMIT)
        assert answer.json() == {"status": "refunded"}
    pay(shop, lost)
    assert shop.row(lost) == shop.row(waiting) == ("waiting", 0.0)
    shop.an_hour_passes()

    env = {
        "STRIPE_API_KEY": SECRET_KEY_TEST,
        "ORDERLENS_STRIPE_API_BASE": shop.stripe.url,
        "ORDERLENS_DATABASE_URL": f"sqlite:///{shop.settings['SHOP_DATABASE']}",
        "ORDERLENS_WEBHOOK_URL": f"{shop.url}/payments/process/stripe/",
        "ORDERLENS_WEBHOOK_SECRET": shop.settings["STRIPE_WEBHOOK_SECRET"],
        "ORDERLENS_JOURNAL_URL": f"sqlite:///{shop.folder / 'journal.sqlite3'}",
        "ORDERLENS_CACHE_DIR": str(shop.folder / "cache"),
        "ORDERLENS_CONFIG": str(shop.folder / "orderlens.toml"),
    }
    (shop.folder / "orderlens.toml").write_text(MAPPING)
    scan = orderlens("scan", "--last", "2d", "--json", env=env)
    told = json.loads(scan.stdout)
    assert (told["state"], told["orders"]) == ("complete", 4), scan.stderr
    assert {one["code"]: one["cases"] for one in told["found"]} == {"webhook_failing": 1}

    with (
        pytest.MonkeyPatch.context() as set_,
        serving(shop.python, shop.port, shop.settings),
    ):
        for name, value in env.items():
            set_.setenv(name, value)
        with wiring.desk(load()) as desk:
            (hit,) = desk.find(lost, who=MIRA).hits
            opened = desk.open(hit.key)
            replay = desk.plan_replay(opened, candidates(opened)[0].id)
            proof = desk.carry_out(replay, opened, who=person("ada"))
    assert proof.outcome is Outcome.HEALED, proof.says
    assert shop.row(lost) == ("confirmed", 30.0)
    assert shop.row(waiting) == ("waiting", 0.0)
    assert orderlens("scan", "--last", "2d", env=env).returncode == 0
