"""`orderlens scan` and `orderlens watch` on the sandbox: what they print, write, and answer with."""

import csv
import json
import signal
import time
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest

from core.cli import watch_command
from core.cli.ending import interruptible
from core.journal import Change, Journal, ScanRecord
from core.sandbox import World
from core.sandbox.scenarios import BY_NAME
from core.sandbox.stripe import READING_RIGHTS, RESTRICTED_KEY_TEST
from core.scanning.plan import Plan, command
from core.scanning.watch import Step
from core.stripe_api.spans import Range
from tests.cli.conftest import Orderlens
from tests.journal.noted import found
from tests.sellers import SELLER, hearing, to_seller
from tests.waiting import LIMIT, eventually
from tests.worlds import world_of

PICKED = ("paid_and_booked", "webhook_refused", "expired_and_cancelled", "refunded_in_dashboard")
Env = Mapping[str, str]


world = world_of(*PICKED, scope="function")


@pytest.fixture
def env(world: World, tmp_path: Path) -> Env:
    return {**world.settings_env(), "ORDERLENS_CACHE_DIR": str(tmp_path / "cache"), "ORDERLENS_OPERATOR": "jo"}


def scans(env: Env) -> tuple[ScanRecord, ...]:
    journal = Journal(env["ORDERLENS_JOURNAL_URL"])
    try:
        return journal.scans.recent()
    finally:
        journal.close()


def test_it_says_what_it_found_of_what_and_for_how_much(orderlens: Orderlens, env: Env) -> None:
    done = orderlens.process("scan", "--last", "60d", env=env)
    assert done.returncode == 10, done.stderr
    assert "Scan 1, complete: " in done.stdout
    assert "4 orders" in done.stdout
    assert "HIGH            1  Stripe keeps trying, your app refuses  [webhook_failing]" in done.stdout
    assert "EUR" in done.stdout
    assert done.stderr.startswith("Scan 1: orders and Stripe from ")
    assert "\x1b" not in done.stdout + done.stderr, "no terminal, no bar and no colour"


def test_as_json_it_is_one_document(orderlens: Orderlens, env: Env) -> None:
    done = orderlens("scan", "--last", "60d", "--json", "--who", "mo", env=env)
    told: dict[str, Any] = json.loads(done.stdout)
    assert (told["scan"], told["state"], told["orders"], told["holes"]) == (1, "complete", 4, [])
    assert {one["code"]: one["cases"] for one in told["found"]} == {"webhook_failing": 1, "refund_not_recorded": 1}
    assert told["found"][0]["money_at_risk"][0].keys() == {"amount_minor", "currency"}
    assert told["requests"] > 0
    assert scans(env)[0].who == "mo"


def test_a_clean_scan_is_zero_and_a_critical_finding_eleven(orderlens: Orderlens, tmp_path: Path) -> None:
    for name, code in (("paid_and_booked", 0), ("paid_twice", 11)):
        with World(scenarios=[BY_NAME[name]]) as world:
            env = {**world.settings_env(), "ORDERLENS_CACHE_DIR": str(tmp_path)}
            done = orderlens("scan", "--last", "60d", env=env)
            assert done.returncode == code, done.stderr
            assert ("Nothing disagrees" in done.stdout) is (code == 0)


def test_the_csv_is_written_and_that_it_was_is_recorded(orderlens: Orderlens, env: Env, tmp_path: Path) -> None:
    done = orderlens("scan", "--last", "60d", "--csv", "found.csv", env=env)
    with (tmp_path / "found.csv").open(encoding="utf-8-sig", newline="") as file:
        rows = list(csv.DictReader(file))
    assert {row["code"] for row in rows} >= {"webhook_failing", "refund_not_recorded"}
    assert f"{len(rows)} rows written to found.csv" in done.stderr
    journal = Journal(env["ORDERLENS_JOURNAL_URL"])
    ((entry,), _) = journal.recent()
    journal.close()
    assert (entry.who, entry.what, entry.outcome) == ("jo", "export", f"{len(rows)} rows")


def test_a_file_that_cannot_be_written_is_said_before_anything_is_read(
    orderlens: Orderlens, env: Env, world: World
) -> None:
    done = orderlens("scan", "--csv", "nowhere/found.csv", env=env)
    assert done.returncode == 2
    assert "nowhere/found.csv cannot be written" in done.stderr
    assert not world.stripe.switches.requests


def test_a_hole_makes_it_partial_and_three_and_can_be_filled(orderlens: Orderlens, env: Env, world: World) -> None:
    env = {**env, "STRIPE_API_KEY": RESTRICTED_KEY_TEST}
    world.stripe.switches.restrict(RESTRICTED_KEY_TEST, READING_RIGHTS - {"dispute_read"})
    done = orderlens("scan", "--last", "60d", env=env)
    assert done.returncode == 3, done.stderr
    assert "Scan 1, partial: " in done.stdout
    assert "disputes, " in done.stdout
    assert "`orderlens scan --fill 1` reads only what is missing" in done.stdout
    assert "Nothing disagrees" not in done.stdout
    world.stripe.switches.restrict(RESTRICTED_KEY_TEST, READING_RIGHTS)
    world.stripe.switches.requests.clear()
    filled = orderlens("scan", "--fill", "1", env=env)
    assert filled.returncode == 10, filled.stderr
    assert "Scan 1, begun " in filled.stderr
    assert "goes on where it stopped" in filled.stderr
    listed = [seen for seen in world.stripe.switches.requests if seen.path == "/v1/checkout/sessions"]
    assert not listed, "sessions were read before"


def test_a_hole_is_no_clean_scan_for_a_program_either(orderlens: Orderlens, tmp_path: Path) -> None:
    with World(scenarios=[BY_NAME["paid_and_booked"]]) as world:
        world.stripe.switches.restrict(RESTRICTED_KEY_TEST, READING_RIGHTS - {"dispute_read"})
        env = {**world.settings_env(), "ORDERLENS_CACHE_DIR": str(tmp_path), "STRIPE_API_KEY": RESTRICTED_KEY_TEST}
        done = orderlens("scan", "--last", "60d", "--json", env=env)
    told = json.loads(done.stdout)
    assert (done.returncode, told["state"], told["found"]) == (3, "partial", [])
    assert {hole["kind"] for hole in told["holes"]} == {"disputes"}


def test_what_cannot_be_filled_says_why(orderlens: Orderlens, env: Env) -> None:
    assert "There is no scan 7" in orderlens("scan", "--fill", "7", env=env).stderr
    orderlens("scan", "--last", "60d", env=env)
    again = orderlens("scan", "--fill", "1", env=env)
    assert (again.returncode, "Scan 1 is complete" in again.stderr) == (2, True)


@pytest.mark.parametrize("options", [["--last", "7"], ["--since", "x"], ["--last", "7d", "--until", "2026-01-01"]])
def test_bad_input_is_two_and_says_what_to_write(orderlens: Orderlens, env: Env, options: list[str]) -> None:
    done = orderlens("scan", *options, env=env)
    assert done.returncode == 2
    assert "  Next: " in done.stderr
    assert done.stdout == ""


def test_a_rate_that_is_none_is_said_with_its_setting(orderlens: Orderlens, env: Env) -> None:
    done = orderlens("scan", env={**env, "ORDERLENS_STRIPE_RATE_ENDPOINT": "fast"})
    assert done.returncode == 2
    assert "ORDERLENS_STRIPE_RATE_ENDPOINT is no number of requests a second" in done.stderr


def test_an_interrupted_scan_goes_on_with_the_same_command(orderlens: Orderlens, env: Env, world: World) -> None:
    switches = world.stripe.switches
    switches.fail("hang", 99, "/v1/refunds")
    with orderlens.started("scan", "--last", "60d", env=env) as process:
        eventually(lambda: [seen for seen in switches.requests if seen.path == "/v1/refunds"])
        process.send_signal(signal.SIGINT)
        _, said = process.communicate(timeout=LIMIT)
    assert process.returncode == 130
    assert "Scan 1 was interrupted. The same command goes on where it stopped." in said
    switches.faults.clear()
    done = orderlens("scan", "--last", "60d", env=env)
    assert done.returncode == 10, done.stderr
    assert "Scan 1, begun " in done.stderr
    assert [(one.id, one.state) for one in scans(env)] == [(1, "complete")]


def test_being_asked_to_end_is_heard_once_and_by_all_threads() -> None:
    with interruptible() as halted:
        assert not halted()
        with pytest.raises(KeyboardInterrupt):
            signal.raise_signal(signal.SIGTERM)
        signal.raise_signal(signal.SIGTERM)
        assert halted()


def test_where_what_is_under_way_comes_to_its_end_first_only_a_second_asking_ends_it_at_once() -> None:
    with interruptible(at_once=False) as halted:
        signal.raise_signal(signal.SIGTERM)
        assert halted()
        with pytest.raises(KeyboardInterrupt):
            signal.raise_signal(signal.SIGINT)


def words_of(plan: Plan) -> list[str]:
    """What the job's process is told, without how it is started."""
    whole = list(command(plan))
    return whole[whole.index("core.cli") + 1 :]


def test_the_command_of_a_job_is_understood(orderlens: Orderlens, env: Env) -> None:
    now = int(time.time())
    plan = Plan(since=now - 60 * 86_400, until=now - 60, who="jo", resume=False)
    done = orderlens.process(*words_of(plan), env=env)
    assert done.returncode == 10, done.stderr
    assert (scans(env)[0].since, scans(env)[0].until) == (now - 60 * 86_400, now - 60)
    narrow = Plan(since=now - 86_400 * 3, only=(Range(now - 86_400, now - 60),))
    done = orderlens(*words_of(narrow), env=env)
    assert json.loads(done.stdout)["state"] == "partial"


def test_one_round_of_a_watch_scans_and_ends(orderlens: Orderlens, env: Env) -> None:
    done = orderlens("watch", "--once", env=env)
    assert done.returncode == 0, done.stderr
    assert "scan 1: complete, 2 cases" in done.stderr
    assert "ORDERLENS_TELL is not set" in done.stderr
    assert "scan" not in orderlens("watch", "--once", env=env).stderr


def test_a_watch_whose_log_is_gathered_names_no_order(orderlens: Orderlens, env: Env, world: World) -> None:
    done = orderlens("watch", "--once", env={**env, "ORDERLENS_LOG": "json"})
    lines = [json.loads(line) for line in done.stderr.splitlines()]
    assert {*lines[0]} == {"ts", "level", "logger", "says"}
    said = " ".join(one["says"] for one in lines)
    assert "scan 1: complete, 2 cases" in said
    assert [built.number for built in world.built.values() if built.number and built.number in done.stderr] == []


def test_what_changed_is_named_to_people_and_to_no_log(monkeypatch: pytest.MonkeyPatch) -> None:
    case = found()
    step = Step(changes=(Change(case.key, "new", case, None, "open"),))
    assert watch_command.lines_of(step) == [f"new: {case.number} {case.code}"]
    monkeypatch.setenv("ORDERLENS_LOG", "json")
    assert watch_command.lines_of(step) == [f"new: {case.code}"]


def test_one_that_could_not_look_is_no_success(orderlens: Orderlens, env: Env, world: World) -> None:
    world.stripe.switches.restrict(RESTRICTED_KEY_TEST, READING_RIGHTS - {"event_read"})
    done = orderlens("watch", "--once", env={**env, "STRIPE_API_KEY": RESTRICTED_KEY_TEST})
    assert done.returncode == 1
    assert "Events could not be read" in done.stderr


def test_an_address_that_is_none_ends_it_at_once_without_showing_it(orderlens: Orderlens, env: Env) -> None:
    done = orderlens("watch", "--once", env={**env, "ORDERLENS_TELL": "slack://verysecret"})
    assert done.returncode == 2
    assert "ORDERLENS_TELL: address 1" in done.stderr
    assert "verysecret" not in done.stderr + done.stdout


def test_a_watch_goes_round_until_it_is_asked_to_end(orderlens: Orderlens, env: Env, world: World) -> None:
    with orderlens.started("watch", "--every", "1", env=env) as process:
        eventually(lambda: sum(seen.path == "/v1/events" for seen in world.stripe.switches.requests) > 3)
        process.send_signal(signal.SIGTERM)
        _, said = process.communicate(timeout=LIMIT)
    assert process.returncode == 0
    assert "The watch has ended. The next one goes on where it stopped." in said


def test_the_orders_of_a_connected_account_are_a_scan_of_their_own(
    orderlens: Orderlens, env: Env, world: World
) -> None:
    hearing(world)
    to_seller(world, "webhook_refused")
    first = orderlens("scan", "--last", "60d", env=env)
    assert f"Not judged: 1 order of other accounts ({SELLER})" in " ".join(first.stdout.split())
    assert "webhook_failing" not in first.stdout
    done = orderlens("scan", "--last", "60d", "--account", SELLER, "--json", env=env)
    told: dict[str, Any] = json.loads(done.stdout)
    assert (told["account"], told["only_its_orders"], told["orders"]) == (SELLER, True, 1)
    assert "webhook_failing" in [one["code"] for one in told["found"]]


@pytest.mark.parametrize(
    ("account", "words"), [("acct_1Stranger", "does not have access"), ("a b", "no account of Stripe's")]
)
def test_what_is_no_account_of_the_key_is_not_scanned(orderlens: Orderlens, env: Env, account: str, words: str) -> None:
    done = orderlens("scan", "--last", "60d", "--account", account, env=env)
    assert done.returncode == 2
    assert words in " ".join(done.stderr.split())
    assert scans(env) == ()
