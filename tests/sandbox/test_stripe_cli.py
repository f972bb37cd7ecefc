"""The third stranger: Stripe's official command line takes the sandbox for Stripe."""

import json
import os
import shutil
import subprocess
from collections.abc import Callable
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

from core.sandbox.scenarios import EVERY
from core.sandbox.stripe import SECRET_KEY_TEST, StripeServer
from core.stripe_api import Access, StripeReader
from tests.sandbox.postbox import Postbox
from tests.sandbox.tour import Shop
from tests.worlds import stripe_of

ROOT = Path(__file__).parents[2]
HOW = "install it with `npm install --no-save @stripe/cli` in the project's root, or name it in ORDERLENS_STRIPE_CLI"
Cli = Callable[..., Any]


def find_cli() -> str:
    """The command line; where it is missing the tests are skipped, except on CI."""
    local = ROOT / "node_modules" / ".bin" / "stripe"
    found = os.environ.get("ORDERLENS_STRIPE_CLI") or (str(local) if local.exists() else shutil.which("stripe"))
    if found:
        return found
    if os.environ.get("CI") == "true":
        pytest.fail(f"Stripe's command line is missing on CI: {HOW}")
    pytest.skip(f"Stripe's command line is missing: {HOW}")


server = stripe_of(3)


@pytest.fixture
def cli(server: StripeServer, tmp_path: Path) -> Cli:
    """Runs one command against the sandbox and reads its JSON."""
    command = find_cli()
    environment = {
        "PATH": os.environ["PATH"],
        "HOME": str(tmp_path),
        "XDG_CONFIG_HOME": str(tmp_path),
        "STRIPE_API_KEY": SECRET_KEY_TEST,
        "STRIPE_CLI_TELEMETRY_OPTOUT": "1",
    }

    def run(*words: str, plain: bool = False) -> Any:  # noqa: ANN401 - JSON
        done = subprocess.run(
            [command, *words, "--api-base", server.url, "--color", "off"],
            env=environment,
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            timeout=60,
            check=False,
        )
        assert done.returncode == 0, done.stdout + done.stderr
        return done.stdout if plain else json.loads(done.stdout)

    return run


def test_it_lists(server: StripeServer, cli: Cli) -> None:
    shop = Shop(server)
    paid = shop.pay(shop.sell())
    shop.sell()
    assert len(cli("checkout", "sessions", "list")["data"]) == 2
    assert [one["id"] for one in cli("checkout", "sessions", "list", "--status", "complete")["data"]] == [paid["id"]]
    newest = cli("events", "list", "--limit", "1")
    assert newest["has_more"] is True
    assert newest["data"][0]["type"] == "checkout.session.completed"
    older = cli("events", "list", "--starting-after", newest["data"][0]["id"], "-d", "types[]=charge.succeeded")
    assert [one["type"] for one in older["data"]] == ["charge.succeeded"]


def test_it_retrieves_and_expands(server: StripeServer, cli: Cli) -> None:
    shop = Shop(server)
    paid = shop.pay(shop.sell())
    session = cli("checkout", "sessions", "retrieve", paid["id"], "--expand", "payment_intent.latest_charge")
    assert session["payment_intent"]["latest_charge"]["amount"] == 4250
    intent = cli("payment_intents", "retrieve", paid["payment_intent"])
    assert intent["status"] == "succeeded"
    found = cli("get", "/v1/payment_intents/search", "-d", "query=status:'succeeded'")
    assert [one["id"] for one in found["data"]] == [intent["id"]]


def test_it_resends_an_event_to_an_endpoint(server: StripeServer, cli: Cli) -> None:
    shop = Shop(server)
    with Postbox() as postbox:
        postbox.status = 500
        endpoint = shop.post("/v1/webhook_endpoints", url=postbox.url, enabled_events=["checkout.session.completed"])
        shop.pay(shop.sell())
        postbox.wait_for(1)
        event = shop.get("/v1/events", type="checkout.session.completed")["data"][0]
        assert event["pending_webhooks"] == 1
        postbox.status = 200
        assert cli("events", "resend", event["id"], "--webhook-endpoint", endpoint["id"])["id"] == event["id"]
        assert postbox.wait_for(2)[1].event(endpoint["secret"])["id"] == event["id"]


def test_its_resend_and_ours_are_one_and_the_same(server: StripeServer, cli: Cli) -> None:
    shop = Shop(server)
    with Postbox() as postbox, closing(StripeReader(Access(SECRET_KEY_TEST, server.url))) as ours:
        endpoint = shop.post("/v1/webhook_endpoints", url=postbox.url, enabled_events=["checkout.session.completed"])
        shop.pay(shop.sell())
        event = shop.get("/v1/events", type="checkout.session.completed")["data"][0]
        before = len(postbox.wait_for(1))
        cli("events", "resend", event["id"], "--webhook-endpoint", endpoint["id"])
        postbox.wait_for(before + 1)
        assert ours.resend(event["id"], endpoint["id"]).accepted
        theirs, own = postbox.wait_for(before + 2)[before:]
        assert theirs.event(endpoint["secret"]) == own.event(endpoint["secret"])
    asked = [one for one in server.switches.requests if one.path.endswith("/retry")]
    assert len(asked) == 2
    assert (asked[0].method, asked[0].path) == (asked[1].method, asked[1].path)


def test_it_resends_an_event_to_those_who_listen_in_a_terminal(server: StripeServer, cli: Cli) -> None:
    shop = Shop(server)
    shop.pay(shop.sell())
    event = shop.get("/v1/events", type="charge.*")["data"][0]
    with Postbox() as postbox:
        server.switches.listening_at = postbox.url
        cli("events", "resend", event["id"])
        assert json.loads(postbox.wait_for(1)[0].body)["id"] == event["id"]


def test_it_lists_whatever_the_scenarios_made(server: StripeServer, cli: Cli) -> None:
    objects = [thing for scenario in EVERY for thing in scenario.build(server.switches.now()).objects]
    server.store.put_all(objects)
    for words, kind in (
        (("checkout", "sessions"), "checkout.session"),
        (("payment_intents",), "payment_intent"),
        (("charges",), "charge"),
        (("refunds",), "refund"),
        (("disputes",), "dispute"),
        (("events",), "event"),
    ):
        listed = cli(*words, "list", "--limit", "100")["data"]
        assert len(listed) == min(100, server.store.count(kind))
        assert {one["id"] for one in listed} <= {one["id"] for one in objects if one["object"] == kind}


def test_it_refunds(server: StripeServer, cli: Cli) -> None:
    shop = Shop(server)
    paid = shop.pay(shop.sell())
    refund = cli("refunds", "create", "--payment-intent", paid["payment_intent"], "--amount", "250", "--confirm")
    assert refund["amount"] == 250
    assert cli("charges", "retrieve", refund["charge"])["amount_refunded"] == 250


@pytest.mark.parametrize(
    "kind",
    [
        "charge.captured",
        "charge.dispute.created",
        "customer.subscription.created",
        "payment_intent.canceled",
        "payment_intent.payment_failed",
        "payment_intent.requires_action",
        "payment_intent.succeeded",
        "setup_intent.succeeded",
    ],
)
def test_what_it_triggers_happens(server: StripeServer, cli: Cli, kind: str) -> None:
    said = cli("trigger", kind, "--api-version", "2026-08-26.dahlia", plain=True)
    assert "Trigger succeeded" in said
    assert Shop(server).get("/v1/events", type=kind)["data"]
