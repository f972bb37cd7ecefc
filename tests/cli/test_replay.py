"""`orderlens replay`: plans, asks, sends, proves; a run is paused, gone on with, approved."""

import csv
import json
import signal
from collections.abc import Iterator
from contextlib import closing
from dataclasses import replace
from pathlib import Path

import pytest

from core.jobs import account
from core.journal import Begun, Filter, Journal, ReplayRun
from core.people import LOGGED_IN
from core.sandbox import World
from core.sandbox.scenarios import BY_NAME, Stage
from core.sandbox.shop import Mode
from tests.cli.conftest import Orderlens
from tests.telling.receiver import Receiver
from tests.waiting import eventually

pytestmark = pytest.mark.filterwarnings("ignore:'imghdr' is deprecated:DeprecationWarning")  # apprise loads it
Env = dict[str, str]
ORDERS = 4
CARRIERS = ("checkout.session.completed", "payment_intent.succeeded", "charge.succeeded")


@pytest.fixture
def world() -> Iterator[World]:
    with World(scenarios=[], orders=ORDERS, shares={"webhook_refused": 1.0}) as running:
        yield running


@pytest.fixture
def env(world: World) -> Env:
    return world.settings_env() | {"ORDERLENS_OPERATOR": "ada"}


def journal_of(env: Env) -> Journal:
    return Journal(env["ORDERLENS_JOURNAL_URL"])


def run_of(env: Env) -> ReplayRun:
    journal = journal_of(env)
    (run, *_) = journal.replay_runs.recent()
    journal.close()
    return run


def numbers(count: int = ORDERS) -> list[str]:
    return [f"SH-{200_001 + place}" for place in range(count)]


def test_a_plan_sends_nothing(orderlens: Orderlens, env: Env, world: World) -> None:
    done = orderlens("replay", *numbers(2), "--plan", env=env)
    assert (done.returncode, world.shop.heard) == (0, [])
    assert done.stdout.startswith("2 cases: 2 events over ")
    assert "SH-200001: checkout.session.completed of " in done.stdout
    assert "by Orderlens to http://127.0.0.1" in done.stdout
    document = json.loads(orderlens("replay", *numbers(2), "--plan", "--json", env=env).stdout)
    assert (document["to_send"], document["left_out"], document["confirm"]) == (2, {}, "2 test")
    assert document["items"][0]["state"] == "planned"


def test_what_stripe_has_no_more_is_reconstructed_where_the_settings_allow_it(orderlens: Orderlens) -> None:
    with World(scenarios=[BY_NAME["forgotten_in_autumn"]]) as world:
        env = world.settings_env() | {"ORDERLENS_OPERATOR": "ada"}
        name = world.built["forgotten_in_autumn"].number
        refused = orderlens("replay", name, "--reconstruct", "--plan", env=env)
        assert (refused.returncode, "write reconstruct = true under [replays]" in refused.stderr) == (2, True)
        settings = Path(env["ORDERLENS_CONFIG"])
        settings.write_text(settings.read_text() + "\n[replays]\nreconstruct = true\n")
        plain = orderlens("replay", name, "--plan", env=env)
        assert "A reconstructed one is sent only where that is chosen" in plain.stdout
        done = orderlens("replay", name, "--reconstruct", "--yes", env=env)
        assert done.returncode == 0, done.stderr
        assert f"{name}: checkout.session.completed (reconstructed) of " in done.stdout
        assert "1 of the events reconstructed" in done.stdout
        assert len(world.shop.heard) == 1


def test_it_asks_sends_and_proves(orderlens: Orderlens, env: Env, world: World) -> None:
    refused = orderlens("replay", *numbers(2), env=env)
    assert (refused.returncode, world.shop.heard) == (2, [])
    assert "Nothing was sent." in refused.stderr
    done = orderlens("replay", *numbers(2), "--yes", "--reason", "ticket 7", env=env)
    assert done.returncode == 0, done.stderr
    assert "Run 1: 2 events, for 2 cases." in done.stderr
    assert "Run 1 of test replays is complete." in done.stdout
    assert "2 healed (" in done.stdout
    assert len(world.shop.heard) == 2
    again = orderlens("replay", *numbers(2), "--yes", env=env)
    assert (again.returncode, "Nothing needs to be sent." in again.stderr) == (0, True)
    assert "left out, already applied. The order is paid: it already has this payment." in again.stdout


def test_one_event_through_stripe(orderlens: Orderlens, env: Env, world: World) -> None:
    plan = json.loads(orderlens("replay", "SH-200001", "--plan", "--json", env=env).stdout)
    event = plan["items"][0]["event"]
    done = orderlens("replay", event, "--via", "stripe", "--yes", "--json", env=env)
    document = json.loads(done.stdout)
    assert (done.returncode, document["state"], document["items"]["healed"]["items"]) == (0, "complete", 1)
    assert world.shop.heard == [event]


def test_a_cause_of_the_inbox(orderlens: Orderlens, env: Env, world: World) -> None:
    assert orderlens("scan", "--last", "4w", env=env).returncode in (10, 11)
    done = orderlens("replay", "--cause", "webhook_failing", "--yes", "--at-once", "3", env=env)
    assert (done.returncode, len(world.shop.heard)) == (0, ORDERS), done.stderr
    journal = journal_of(env)
    assert {case.state for case in journal.inbox.page(Filter(states=()))[0]} == {"resolved"}, "the kept case is settled"
    journal.close()
    assert orderlens("replay", "--cause", "no_such_code", "--plan", env=env).returncode == 2


def test_a_plan_is_kept_as_a_file_and_carried_out_from_it(
    orderlens: Orderlens, env: Env, world: World, tmp_path: Path
) -> None:
    file = tmp_path / "plan.csv"
    assert orderlens("replay", *numbers(3), "--plan", "--csv", str(file), env=env).returncode == 0
    orderlens("replay", "SH-200002", "--yes", env=env)
    out = tmp_path / "came.csv"
    done = orderlens("replay", "--from-csv", str(file), "--yes", "--csv", str(out), env=env)
    assert done.returncode == 0, done.stderr
    assert sorted(world.shop.heard) == sorted(set(world.shop.heard)), "each once"
    with out.open(encoding="utf-8-sig", newline="") as written:
        rows = list(csv.DictReader(written))
    assert [(row["state"], row["left_out"]) for row in rows] == [("healed", ""), ("healed", ""), ("skipped", "applied")]
    assert {(row["order_before"], row["order_after"], row["answer_status"]) for row in rows[:2]} == {
        ("pending", "paid", "200")
    }
    file.write_text("a,b\n1,2\n", encoding="utf-8")
    assert "it has no column case" in orderlens("replay", "--from-csv", str(file), "--plan", env=env).stderr


def test_one_that_stops_by_itself_is_ten_and_can_be_gone_on_with(orderlens: Orderlens, env: Env, world: World) -> None:
    world.shop.mode = Mode.CRASH
    done = orderlens("replay", *numbers(3), "--yes", env=env)
    assert (done.returncode, "The first one did not heal" in done.stdout) == (10, True)
    world.shop.mode = Mode.OFF
    assert "orderlens replay --resume 1" in done.stderr
    assert orderlens("replay", "--pause", "1", env=env).returncode == 0
    assert orderlens("replay", "--resume", "1", env=env).returncode == 10, "one of it has failed"
    assert len(world.shop.heard) == 2
    assert orderlens("replay", "--cancel", "1", env=env).returncode == 0
    assert "complete" in orderlens("replay", "--list", env=env).stdout
    assert json.loads(orderlens("replay", "--list", "--json", env=env).stdout)["runs"][0]["run"] == 1
    assert orderlens("replay", "--follow", "1", env=env).returncode == 10


@pytest.mark.parametrize(
    ("words", "says"),
    [
        ((), "Say one thing"),
        (("SH-200001", "--list"), "Say one thing"),
        (("SH-200001", "--since", "2026-01-01"), "--since goes with --cause"),
        (("nobody-knows-this",), "Nothing was found for"),
        (("--resume", "7"), "There is no run 7"),
        (("--from-csv", "nowhere.csv"), "cannot be read"),
    ],
)
def test_bad_input_is_two_and_says_what_to_write(
    orderlens: Orderlens, env: Env, words: tuple[str, ...], says: str
) -> None:
    done = orderlens("replay", *words, env=env)
    assert (done.returncode, says in done.stderr, "Next: " in done.stderr) == (2, True, True), done.stderr


def test_being_asked_to_end_pauses_it(orderlens: Orderlens, env: Env, world: World) -> None:
    world.shop.mode, world.shop.slow_seconds = Mode.SLOW, 0.3
    with orderlens.started("replay", *numbers(3), "--yes", env=env) as process:
        eventually(lambda: world.shop.heard)
        process.send_signal(signal.SIGTERM)
        process.wait()
    assert process.returncode == 130
    assert (run_of(env).state, run_of(env).why) == ("paused", "The process that carried it out was asked to end.")
    world.shop.mode = Mode.OFF
    assert orderlens("replay", "--resume", "1", env=env).returncode == 0
    assert sorted(world.shop.heard) == sorted(set(world.shop.heard))


def test_a_second_person_approves(orderlens: Orderlens, env: Env) -> None:
    journal = journal_of(env)
    asked = Begun(who="ada", sub="ada", account=None, how="replay", chosen="none", waits=True)
    journal.replay_runs.begin(asked, [], now=0)
    journal.close()
    assert "waits for a second person" in orderlens("replay", "--resume", "1", env=env).stderr
    own = orderlens("replay", "--approve", "1", env=env)
    assert (own.returncode, "somebody else has to approve it" in own.stderr) == (2, True)
    journal = journal_of(env)
    journal.replay_runs.begin(replace(asked, known=account()), [], now=0)
    journal.close()
    for number in ("1", "2"):
        bob = orderlens("replay", "--approve", number, env=env | {"ORDERLENS_OPERATOR": "bob"})
        assert (bob.returncode, "Nothing shows that bob is a second person" in bob.stderr) == (2, True)
    journal = journal_of(env)
    journal.replay_runs.begin(replace(asked, known="account 1 of elsewhere"), [], now=0)
    journal.close()
    assert orderlens("replay", "--approve", "3", env=env | {"ORDERLENS_OPERATOR": "bob"}).returncode == 0
    assert (run_of(env).approved_by, run_of(env).approved_known) == ("bob", account())


def test_whom_the_watch_tells_is_told_what_came_of_it(orderlens: Orderlens, env: Env) -> None:
    with Receiver() as receiver:
        told = env | {"ORDERLENS_TELL": f"{receiver.address} json://127.0.0.1:9/nobody"}
        done = orderlens("replay", *numbers(2), "--yes", "--reason", "for jo@shop.example", env=told)
        assert done.returncode == 0, done.stderr
        (came,) = receiver.came
    assert came["title"] == "Orderlens: run 1 of test replays is complete"
    assert "2 healed (" in str(came["message"])
    assert "j***@shop.example" in str(came["message"])
    assert "The message did not reach address 2 (json)." in done.stderr


def _refused_live(stage: Stage) -> None:
    payment = stage.pay(stage.checkout(livemode=True), 60, undelivered=CARRIERS)
    stage.order("pending", stripe_session_id=payment.session["id"])


def test_in_live_mode_it_takes_a_setting_a_reason_and_what_is_typed(orderlens: Orderlens) -> None:
    live = replace(BY_NAME["webhook_refused"], scenery=BY_NAME["live_and_well"].scenery, play=_refused_live)
    with World(scenery=live.scenery, scenarios=[live]) as world:
        env = world.settings_env() | {"ORDERLENS_OPERATOR": "ada"}
        number = world.built[live.name].number
        file = Path(env["ORDERLENS_CONFIG"])
        without = file.read_text(encoding="utf-8")

        def told(*words: str) -> str:
            done = orderlens("replay", number, "--yes", *words, env=env)
            assert (done.returncode, world.shop.heard) == (2, []), done.stderr
            return done.stderr

        assert "1 event over 149.00 EUR to send in live mode" in orderlens("replay", number, "--plan", env=env).stdout
        assert "Runs of live replays are off" in told("--reason", "ticket 7", "--confirm", "1 live")
        file.write_text(f"{without}\n[replays]\nlive = true\nsecond_person = true\n", encoding="utf-8")
        assert "needs a reason or a ticket" in told("--confirm", "1 live")
        assert "Type the count and the mode: 1 live" in told("--reason", "ticket 7")
        assert "Type the count and the mode: 1 live" in told("--reason", "ticket 7", "--confirm", "2 live")
        words = ("--reason", "ticket 7", "--confirm", "1 live")
        waits = orderlens("replay", number, *words, env=env)
        assert (waits.returncode, world.shop.heard) == (3, [])
        assert "Run 1 of live replays waits for a second person." in waits.stdout
        bob = env | {"ORDERLENS_OPERATOR": "bob"}
        assert "Nothing shows that bob is a second person" in orderlens("replay", "--approve", "1", env=bob).stderr
        with closing(Journal(env["ORDERLENS_JOURNAL_URL"], mode="live")) as journal:
            journal.replay_runs.approve(1, who="bob", known=LOGGED_IN, now=0)
        file.write_text(f"{without}\n[replays]\nlive = false\n", encoding="utf-8")
        assert "Runs of live replays are off" in orderlens("replay", "--resume", "1", env=bob).stderr
        file.write_text(f"{without}\n[replays]\nlive = true\n", encoding="utf-8")
        done = orderlens("replay", "--resume", "1", env=bob)
        assert (done.returncode, len(world.shop.heard)) == (0, 1), done.stderr
        assert "Begun by ada, for 1 case. Approved by bob (logged in). Reason: ticket 7" in done.stdout
