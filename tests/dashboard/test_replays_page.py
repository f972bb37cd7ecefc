"""The plan of a run and the run on its page: the journal, the sandbox and Streamlit's own AppTest."""

import re
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

import pytest
import streamlit as st
from streamlit.testing.v1 import AppTest

from core.people import LOGGED_IN, Person
from core.replaying import ReplayRun, Runs, of_keys
from core.replaying.running import Carrying, carry_out
from core.sandbox import World
from core.sandbox.scenarios import BY_NAME
from core.sandbox.scenarios.stage import Stage
from core.sandbox.shop import Mode
from core.settings import load
from core.times import MINUTE
from core.wiring.replays import replaying
from dashboard.frame import replay_link
from dashboard.frame.replay_link import MOST, Choices, Chosen, Kept
from dashboard.replays.run import STILL
from tests.dashboard.conftest import ANA, Opening, scan, text
from tests.waiting import eventually
from tests.worlds import world_of

world = world_of("webhook_refused", "webhook_swallowed", "paid_twice", scope="function")
BEN, VERA = Person("ben", "operator"), Person("vera", "viewer")


@contextmanager
def _runs() -> Iterator[Runs]:
    with replaying(load()) as runs:
        yield runs


def _begun(*, reason: str = "ticket 7") -> ReplayRun:
    """A run of all orders, as another browser would begin it."""
    with _runs() as runs:
        opened = runs.desk.survey(limit=9, progress=lambda *_: None).opened
        plan = runs.plan(of_keys(one.key for one in opened))
        return runs.begin(plan, who=ANA, reason=reason, typed=plan.confirms)


def _carried_out(run: ReplayRun) -> None:
    with _runs() as runs:
        carry_out(runs, run.id, Carrying(clock=runs.now), who=ANA)


def _chosen(world: World, app: Opening, *, person: Person = ANA) -> AppTest:
    """The inbox, with all its cases chosen."""
    scan(world)
    return app("discrepancies", person=person).checkbox[0].check().run()


def _planned(chosen: AppTest) -> AppTest:
    """The plan of what was chosen. (AppTest does not follow a page that leaves for another.)"""
    chosen.button(key="replay.plan").click().run()
    chosen.switch_page("app_pages/replays.py")
    chosen.query_params["plan"] = _newest()
    return chosen.run()


def _newest() -> str:
    """The name of what was chosen last."""
    return next(reversed(replay_link.choices().every))[2]


def _of_the_only_order(opening: Opening) -> AppTest:
    """The plan of what somebody chose on the page of its case."""
    replay_link.choices().keep(("", ANA.sub, "only"), Kept(Chosen(("order:1",), "order 1")))
    return opening("replays", plan="only")


def test_nothing_was_chosen_and_nothing_ran(app: Opening) -> None:
    assert "No run yet" in text(app("replays"))
    assert "No cases are chosen" in text(app("replays", plan="new"))
    assert "There is no run 7" in text(app("replays", run="7"))


def test_a_plan_says_what_would_be_sent_and_sends_nothing(world: World, app: Opening) -> None:
    heard = len(world.shop.heard)
    page = _planned(_chosen(world, app))
    said = text(page)
    assert "2 events to send. Nothing has been sent." in said
    assert "Left out" in said
    assert "- 1 already applied" in said
    assert re.search("Planned (just now|.* ago), at .* Each is read once more", said)
    assert "What speaks against it:" in said
    assert [len(one.value) for one in page.dataframe] == [1, 2]
    assert page.button(key="replays.begin").label == "Send 2 events"
    assert len(world.shop.heard) == heard


def test_a_plan_outlives_a_reload_for_whoever_made_it_and_for_nobody_else(world: World, app: Opening) -> None:
    _planned(_chosen(world, app))
    asked = len(world.stripe.switches.requests)
    again = app("replays", plan=_newest())
    assert "2 events to send. Nothing has been sent." in text(again)
    assert len(world.stripe.switches.requests) == asked, "it was not made anew"
    assert "No cases are chosen" in text(app("replays", plan=_newest(), person=BEN))
    assert "No cases are chosen" in text(app("replays", plan="of-yesterday"))


def test_a_plan_outlives_the_server_for_a_day_and_is_nobody_elses(world: World, app: Opening) -> None:
    page = _planned(_chosen(world, app))
    name, rows = _newest(), [list(one.value["Order"]) for one in page.dataframe]
    asked = len(world.stripe.switches.requests)
    replay_link.choices().every.clear()
    again = app("replays", plan=name)
    assert "2 events to send. Nothing has been sent." in text(again)
    assert [list(one.value["Order"]) for one in again.dataframe] == rows
    assert len(world.stripe.switches.requests) == asked, "it was not made anew"
    replay_link.choices().every.clear()
    assert "No cases are chosen" in text(app("replays", plan=name, person=BEN))
    again = app("replays", plan=name)
    again.button(key="replays.begin").click().run()
    replay_link.choices().every.clear()
    assert "to send. Nothing has been sent." not in text(app("replays", plan=name)), "it was carried out"


def test_only_the_newest_choices_are_kept() -> None:
    choices = Choices()
    for number in range(MOST + 3):
        choices.keep(("", "ana", str(number)), Kept(Chosen((), "")))
    assert (choices.get(("", "ana", "2")), len(choices.every)) == (None, MOST)


def test_what_stripe_has_no_more_is_planned_where_the_settings_allow_it(
    opening: Opening, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    with World(scenarios=[BY_NAME["forgotten_in_autumn"]]) as world:
        for name, value in world.settings_env().items():
            monkeypatch.setenv(name, value)
        page = _of_the_only_order(opening)
        assert "- 1 older than 30 days" in text(page)
        assert [one.key for one in page.toggle] == ["replays.again"]
        settings = tmp_path / "allowing.toml"
        allowed = "\n[replays]\nreconstruct = true\n"
        settings.write_text((world.directory / "orderlens.toml").read_text() + allowed)
        monkeypatch.setenv("ORDERLENS_CONFIG", str(settings))
        st.cache_resource.clear()
        page = _of_the_only_order(opening)
        page.toggle(key="replays.reconstruct").set_value(True).run()
        said = text(page)
        assert "1 event to send. Nothing has been sent." in said
        assert "1 reconstructed" in said
        assert list(page.dataframe[0].value["Event"]) == ["checkout.session.completed (reconstructed)"]
        assert world.shop.heard == []


def test_a_run_is_begun_from_the_page_and_followed_to_its_end(world: World, app: Opening) -> None:
    page = _planned(_chosen(world, app))
    page.text_input(key="replays.reason").set_value("ticket 7")
    page.button(key="replays.begin").click().run()
    page = app("replays", run="1")
    assert "# Run 1" in text(page)
    eventually(lambda: "Complete" in text(page.run()))
    said = text(app("replays", run="1", person=BEN))
    assert "Complete" in said
    assert "Reason: ticket 7" in said
    assert "The first one healed its order" in said
    assert "2 of 2 events healed" in text(app("replays"))


@pytest.mark.usefixtures("world")
def test_while_a_run_goes_on_its_bar_says_what_its_figures_say(app: Opening) -> None:
    run = _begun()
    with _runs() as runs:
        taken = runs.records.take(run.id, now=runs.now())
        assert taken is not None
        item = next(one for one in runs.page(run.id) if one.state == "planned")
        items = runs.desk.journal.replay_items
        assert items.begin(item, turn=taken.turn, now=runs.now())
        items.tell(replace(item, state="healed"), turn=taken.turn)  # after its last beat
        page = app("replays", run=str(run.id))
    assert [one.proto.text for one in page.get("progress")] == ["1 of 2 events sent or passed over"]
    assert ":green[**1**]" in text(page)


@pytest.mark.usefixtures("world")
def test_that_nothing_was_heard_of_a_run_is_said(app: Opening) -> None:
    run = _begun()
    with _runs() as runs:
        runs.records.take(run.id, now=runs.now() - STILL - 5)
        assert re.search(
            r"Nothing was heard of it for \d+ s: it may wait for the journal", text(app("replays", run="1"))
        )


def test_a_canary_that_does_not_heal_says_why_nothing_more_was_sent(world: World, app: Opening) -> None:
    world.shop.mode = Mode.REFUSE
    run = _begun()
    _carried_out(run)
    page = app("replays", run=str(run.id))
    said = text(page)
    assert "Stopped by itself" in said
    assert "The first one did not heal its order, so nothing more was sent." in said
    assert page.button(key="run._go_on").label == "Go on"


def test_a_run_is_paused_cancelled_and_approved_by_whoever_may(app: Opening) -> None:
    run = _begun()
    watching = app("replays", run=str(run.id), person=VERA)
    assert watching.button(key="run._go_on").disabled
    assert "It takes the role operator" in watching.button(key="run._go_on").help
    page = app("replays", run=str(run.id))
    page.button(key="run._cancel").click().run()
    assert "Cancelled" in text(page)
    assert "run._go_on" not in {one.key for one in page.button}


@pytest.mark.usefixtures("world")
def test_what_was_asked_to_stop_and_lost_its_process_can_be_cancelled_and_not_gone_on_with(app: Opening) -> None:
    run = _begun()
    with _runs() as runs:
        then = runs.now() - 2 * MINUTE
        runs.records.take(run.id, now=then)
        assert runs.records.ask_to_cancel(run.id, now=then).state == "running"
    page = app("replays", run=str(run.id))
    assert "run._go_on" not in {one.key for one in page.button}
    page.button(key="run._cancel").click().run()
    assert "Cancelled" in text(page)


def test_whoever_may_not_plan_is_told_why(world: World, app: Opening) -> None:
    button = _chosen(world, app, person=BEN).button(key="replay.plan")
    assert not button.disabled
    page = app("discrepancies", person=VERA)
    assert all(one.disabled for one in page.button if one.key == "replay.plan")


def _refused(stage: Stage) -> None:
    payment = stage.pay(stage.checkout(livemode=True), MINUTE, undelivered=("checkout.session.completed",))
    stage.order("pending", updated=MINUTE, stripe_session_id=payment.session["id"])


@contextmanager
def _live(monkeypatch: pytest.MonkeyPatch, tmp_path: Path, rules: str) -> Iterator[World]:
    """A refused order in live mode, and these settings."""
    scenery = BY_NAME["live_and_well"].scenery
    with World(
        scenarios=[replace(BY_NAME["webhook_refused"], scenery=scenery, play=_refused)], scenery=scenery
    ) as world:
        for name, value in world.settings_env().items():
            monkeypatch.setenv(name, value)
        (tmp_path / "own.toml").write_text((world.directory / "orderlens.toml").read_text() + f"\n[replays]\n{rules}\n")
        monkeypatch.setenv("ORDERLENS_CONFIG", str(tmp_path / "own.toml"))
        monkeypatch.setenv("ORDERLENS_JOURNAL_URL", f"sqlite:///{tmp_path / 'journal.sqlite3'}")
        monkeypatch.setenv("ORDERLENS_CACHE_DIR", str(tmp_path))
        yield world


def test_in_live_mode_it_takes_a_setting(opening: Opening, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    with _live(monkeypatch, tmp_path, "live = false") as world:
        page = _planned(_chosen(world, opening))
        assert "Runs of live replays are off. Set live = true under [replays]" in text(page)
        assert "replays.begin" not in {one.key for one in page.button}


def test_in_live_mode_it_takes_a_reason_what_is_typed_and_a_second_person(
    opening: Opening, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    with _live(monkeypatch, tmp_path, "live = true\nsecond_person = true") as world:
        page = _planned(_chosen(world, opening))
        assert page.button(key="replays.begin").disabled
        page.text_input(key="replays.reason").set_value("ticket 7").run()
        page.text_input(key="replays.typed").set_value("1 test").run()
        assert page.button(key="replays.begin").disabled
        page.text_input(key="replays.typed").set_value("1 live").run()
        page.button(key="replays.begin").click().run()
        own = opening("replays", run="1")
        assert "Nothing is sent before somebody else has approved it." in text(own)
        assert own.button(key="run._approved").help.startswith("ana began run 1, and somebody else has to approve it.")
        nobody = opening("replays", run="1", person=BEN).button(key="run._approved")
        assert (nobody.disabled, "this dashboard asks nobody who they are" in nobody.help) == (True, True)
        other = opening("replays", run="1", person=replace(BEN, known=LOGGED_IN))
        other.button(key="run._approved").click().run()
        eventually(lambda: "Complete" in text(other.run()))
        assert "Approved by ben (logged in)." in text(other)
