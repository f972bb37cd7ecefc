"""`orderlens case`, `export`, `serve`, `demo`: on the sandbox, over real HTTP and a real database."""

import csv
import io
import json
import os
import signal
import socket
import urllib.request
from contextlib import closing
from pathlib import Path

import pytest
import stripe

from core.cases import Case
from core.journal import Entry, Journal
from core.rules import examine
from core.sandbox import World
from core.sandbox.scenarios import SCENARIOS
from tests.cli.conftest import Orderlens
from tests.waiting import LIMIT, eventually
from tests.worlds import world_of

world = world_of()


def order_of(world: World, headline: str | None) -> str:
    """The number of an order whose scenario has that headline."""
    name = next(scenario.name for scenario in SCENARIOS if scenario.expected_headline == headline)
    return str(world.built[name].orders[0]["order_number"])


def test_a_healthy_order_is_clean(world: World, orderlens: Orderlens) -> None:
    done = orderlens("case", order_of(world, None), env=world.settings_env())
    assert done.returncode == 0, done.stderr
    assert "Nothing disagrees" in done.stdout
    assert "Requests to Stripe: " in done.stdout


def test_a_case_as_json_has_the_headline_and_its_exit_code(world: World, orderlens: Orderlens) -> None:
    done = orderlens("case", order_of(world, "webhook_failing"), "--json", env=world.settings_env())
    assert json.loads(done.stdout)["headline"] == "webhook_failing"
    assert done.returncode == 10
    assert orderlens("case", order_of(world, "duplicate_payment"), env=world.settings_env()).returncode == 11


def test_a_sending_that_was_left_is_told(world: World, orderlens: Orderlens, tmp_path: Path) -> None:
    built, url = world.built["webhook_refused"], f"sqlite:///{tmp_path / 'journal.sqlite3'}"
    row = world.shop.books.find("order_number", built.number)
    assert row is not None
    event = next(one for one in built.objects if one.get("type") == "checkout.session.completed")
    entry = Entry(world.now - 3600, "bob", "replay", f"order:{row['id']}", str(event["id"]), "sending")
    with closing(Journal(url)) as journal:
        journal.sendings.begin(entry, world.webhook_url, seen=None)
    env = world.settings_env() | {"ORDERLENS_JOURNAL_URL": url}
    assert "bob began to send the event" in orderlens("case", built.number, env=env).stdout
    (told,) = json.loads(orderlens("case", built.number, "--json", env=env).stdout)["unsettled_sendings"]
    assert told["outcome"] == "sent or not: not known"
    assert "log of your endpoint" in told["next"]


def test_a_bundle_gives_the_same_diagnosis_and_is_masked(world: World, orderlens: Orderlens, tmp_path: Path) -> None:
    number = order_of(world, "webhook_failing")
    done = orderlens("case", number, "--json", "--bundle", "seen.json", env=world.settings_env())
    text = (tmp_path / "seen.json").read_text()
    rows = [row for built in world.built.values() for row in built.orders]
    email = next(str(row["customer_email"]) for row in rows if row["order_number"] == number)
    assert email not in text
    assert world.secret_key not in text
    assert world.webhook_secret not in text
    again = json.loads(orderlens("diagnose", "seen.json", "--json").stdout)
    live = json.loads(done.stdout)
    assert (again["headline"], again["actions"]) == (live["headline"], live["actions"])
    headline = examine(Case.of(json.loads(text))).diagnosis.headline
    assert headline is not None
    assert headline.code == "webhook_failing"
    orderlens("case", number, "--bundle", "seen.json", "--unmasked", env=world.settings_env())
    assert email in (tmp_path / "seen.json").read_text()


def test_nothing_found_says_where_was_looked(world: World, orderlens: Orderlens) -> None:
    done = orderlens("case", "nobody@example.com", env=world.settings_env())
    assert done.returncode == 2
    assert "Nothing found" in done.stderr
    assert "Looked in" in done.stderr


def test_export_is_csv_with_a_row_a_finding(world: World, orderlens: Orderlens) -> None:
    done = orderlens.process("export", "--limit", "200", env=world.settings_env())
    assert done.returncode == 11, done.stderr
    assert done.stdout.startswith("\ufeff")
    rows = list(csv.DictReader(io.StringIO(done.stdout.removeprefix("\ufeff"))))
    expected = {scenario.expected_headline for scenario in SCENARIOS} - {None}
    assert {row["code"] for row in rows} >= expected


def test_export_of_a_span_without_orders_is_clean(world: World, orderlens: Orderlens) -> None:
    done = orderlens("export", "--since", "2001-01-01", "--until", "2001-01-02", env=world.settings_env())
    assert done.returncode == 0
    assert len(done.stdout.splitlines()) == 1
    assert orderlens("export", "--since", "yesterday", env=world.settings_env()).returncode == 2


def test_serving_without_settings_says_what_to_set(orderlens: Orderlens) -> None:
    done = orderlens("serve")
    assert done.returncode == 2
    assert "STRIPE_API_KEY" in done.stderr
    assert "orderlens demo" in done.stderr


def test_a_port_in_use_is_named_with_another_way(world: World, orderlens: Orderlens) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = str(taken.getsockname()[1])
        for command in (["serve", "--port", port], ["demo", "--port", port], ["sandbox", "--shop-port", port]):
            done = orderlens(*command, env=world.settings_env())
            assert done.returncode == 2
            assert f"Port {port}" in done.stderr
            assert f"choose another with {command[1]}" in done.stderr


def test_the_sandbox_says_how_to_be_used_and_ends_with_whoever_started_it(orderlens: Orderlens) -> None:
    done = orderlens.process("sandbox", "--json", "--stripe-port", "0", "--shop-port", "0")
    assert done.returncode == 0, done.stderr
    told = json.loads(done.stdout)
    assert {"STRIPE_API_KEY", "ORDERLENS_DATABASE_URL", "ORDERLENS_WEBHOOK_URL", "ORDERLENS_CONFIG"} <= told.keys()
    assert not Path(told["ORDERLENS_CONFIG"]).parent.exists()


def test_an_empty_account_is_stripe_alone(orderlens: Orderlens) -> None:
    with orderlens.started("sandbox", "--empty", "--json", "--stripe-port", "0") as process:
        assert process.stdout
        told = json.loads(process.stdout.readline())
        assert told.keys() == {"STRIPE_API_KEY", "ORDERLENS_STRIPE_API_BASE"}
        client = stripe.StripeClient(told["STRIPE_API_KEY"], base_addresses={"api": told["ORDERLENS_STRIPE_API_BASE"]})
        listed = (client.v1.events, client.v1.payment_intents, client.v1.charges, client.v1.webhook_endpoints)
        assert [service.list().data for service in listed] == [[], [], [], []]
        process.communicate("", timeout=LIMIT)
    assert process.returncode == 0
    done = orderlens("sandbox", "--empty", "--orders", "5")
    assert (done.returncode, "Leave out --orders, or --empty" in done.stderr) == (2, True)


def test_the_demo_serves_a_dashboard_and_leaves_nothing_running(orderlens: Orderlens) -> None:
    with orderlens.started("demo", "--no-browser", "--port", "0", "--orders", "3") as process:
        try:
            assert process.stderr
            said = next(line for line in process.stderr if "Ctrl+C" in line)
            url = said.split()[1]
            assert eventually(lambda: answers(f"{url}/healthz"))
            with pytest.raises(OSError, match=r"refused|unreachable|timed out"):  # loopback is more than 127.0.0.1
                socket.create_connection(("127.0.0.2", int(url.rpartition(":")[2])), timeout=2)
        finally:
            process.send_signal(signal.SIGINT)
        assert process.wait(timeout=LIMIT) in {0, 130}
    with pytest.raises(ProcessLookupError):
        os.killpg(process.pid, 0)


def answers(url: str) -> bool:
    """Whether `url` answers 200."""
    try:
        with urllib.request.urlopen(url, timeout=LIMIT) as answer:  # noqa: S310 - our own address
            return bool(answer.status == 200)
    except OSError:
        return False
