"""Nothing is sent twice that was decided on once: not by two presses, tabs, desks, processes or machines, nor after a
kill. The endpoint counts."""

import os
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack
from functools import partial
from pathlib import Path

import pytest

from core.desk import Desk, Opened, Outcome
from core.errors import OrderlensError, Refused
from core.replays import Replay, candidates
from core.sandbox import World
from tests.databases import postgresql
from tests.desks import PatientClock, desk_on
from tests.people import MIRA, person
from tests.sandbox.postbox import Postbox
from tests.waiting import LIMIT, eventually
from tests.worlds import world_of

ROOT = Path(__file__).parents[2]
world = world_of("webhook_refused", scope="function")


@pytest.fixture
def box() -> Iterator[Postbox]:
    """The app's endpoint: it takes everything and books nothing."""
    with Postbox() as running:
        running.status = 500
        yield running
        running.open.set()


@pytest.fixture(params=["sqlite", "postgresql"])
def journal_url(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    if request.param == "sqlite":
        yield f"sqlite:///{tmp_path / 'journal.sqlite3'}"
        return
    with postgresql() as address:
        yield address


class Desks:
    """Desks that send to the box; on their one clock waiting takes no time."""

    def __init__(self, world: World, box: Postbox, url: str, closing: ExitStack) -> None:
        self._world, self._box, self._url, self._closing = world, box, url, closing
        self.clock = PatientClock()

    def __call__(self, journal_url: str = "", webhook_url: str = "") -> Desk:
        made = desk_on(
            self._world,
            webhook_url=webhook_url or self._box.url,
            journal_url=journal_url or self._url,
            clock=self.clock,
            pause=self.clock.pause,
        )
        return self._closing.enter_context(made)


@pytest.fixture
def desks(world: World, box: Postbox, tmp_path: Path) -> Iterator[Desks]:
    with ExitStack() as closing:
        yield Desks(world, box, f"sqlite:///{tmp_path / 'journal.sqlite3'}", closing)


def _opened(world: World, desk: Desk) -> Opened:
    (hit,) = desk.find(world.built["webhook_refused"].number, who=MIRA).hits
    return desk.open(hit.key)


def _planned(world: World, desk: Desk) -> tuple[Opened, Replay]:
    opened = _opened(world, desk)
    return opened, desk.plan_replay(opened, candidates(opened)[0].id)


def _process(world: World, box: Postbox, journal_url: str, who: str) -> subprocess.Popen[str]:
    """One that has planned and waits for a line."""
    own = {"ORDERLENS_WEBHOOK_URL": box.url, "ORDERLENS_JOURNAL_URL": journal_url, "PYTHONPATH": str(ROOT)}
    command = [sys.executable, "-m", "tests.attacks.sender_process", world.built["webhook_refused"].number, who]
    started = subprocess.Popen(
        command,
        cwd=ROOT,
        env={**os.environ, **world.settings_env(), **own},
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )
    assert started.stdout is not None
    assert started.stdout.readline() == "planned\n"
    return started


def _go(process: subprocess.Popen[str]) -> None:
    assert process.stdin is not None
    process.stdin.write("\n")
    process.stdin.flush()


def _all_at_once(acts: Sequence[Callable[[], str]]) -> list[str]:
    said: list[str] = []
    start = threading.Barrier(len(acts))

    def run(act: Callable[[], str]) -> None:
        start.wait(LIMIT)
        said.append(act())

    threads = [threading.Thread(target=run, args=(act,)) for act in acts]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(LIMIT)
    return said


def _sent(desk: Desk, plan: tuple[Opened, Replay], who: str) -> str:
    try:
        return desk.carry_out(plan[1], plan[0], who=person(who)).outcome
    except OrderlensError as error:
        return error.message


def test_two_operators_at_two_desks_send_once(world: World, box: Postbox, desks: Desks, journal_url: str) -> None:
    both = [desks(journal_url) for _ in range(2)]
    plans = [_planned(world, desk) for desk in both]
    acts = [partial(_sent, desk, plan, who) for who, desk, plan in zip(("ada", "bob"), both, plans, strict=True)]
    said = sorted(_all_at_once(acts))
    assert said[1] == "not accepted"
    assert said[0].startswith("Nothing was sent now: ")
    assert len(box.letters) == 1


def test_six_presses_at_one_desk_send_once(world: World, box: Postbox, desks: Desks) -> None:
    desk = desks()
    plan = _planned(world, desk)
    said = _all_at_once([lambda: _sent(desk, plan, "ada")] * 6)
    assert max(said) == "not accepted"
    assert sum(one.startswith("Nothing was sent now") for one in said) == 5
    assert len(box.letters) == 1


def test_the_second_is_told_who_is_sending_since_when(world: World, box: Postbox, desks: Desks) -> None:
    first, second = desks(), desks()
    plan, stale = _planned(world, first), _planned(world, second)
    box.open.clear()
    thread = threading.Thread(target=_sent, args=(first, plan, "ada"))
    thread.start()
    box.wait_for(1)
    assert _sent(second, stale, "bob").startswith("Nothing was sent now: ada is sending it since ")
    with pytest.raises(Refused, match=r"ada is sending this event to this address since .* \(.*\)"):
        _planned(world, second)
    (one,) = second.unsettled(stale[0])
    assert (one.outcome, one.says.startswith("ada is sending ")) == (Outcome.SENDING, True)
    assert second.activity()[0][-1].outcome == "sending"
    box.open.set()
    thread.join(LIMIT)
    assert len(box.letters) == 1


def test_an_address_spelled_otherwise_is_the_same_address(world: World, box: Postbox, desks: Desks) -> None:
    first, second = desks(), desks(webhook_url=box.url.replace("http://", "http://me:secret@"))
    plan, other = _planned(world, first), _planned(world, second)
    assert _sent(first, plan, "ada") == "not accepted"
    assert _sent(second, other, "bob").startswith("Nothing was sent now: ada sent it at ")
    assert len(box.letters) == 1


def test_two_processes_send_once(world: World, box: Postbox, journal_url: str) -> None:
    both = [_process(world, box, journal_url, who) for who in ("ada", "bob")]
    for process in both:
        _go(process)
    said = sorted(process.communicate(timeout=LIMIT)[0].strip() for process in both)
    assert said[0].startswith("Nothing was sent now: ")
    assert said[1] == "not accepted"
    assert len(box.letters) == 1


def test_what_was_sent_is_told_before_it_is_sent_again(world: World, box: Postbox, desks: Desks) -> None:
    """A second time is a person's decision, on a plan that says what there was before."""
    desk = desks()
    opened, plan = _planned(world, desk)
    desk.carry_out(plan, opened, who=person("ada"))
    with pytest.raises(Refused, match="Nothing was sent now: ada sent it at"):
        desk.carry_out(plan, opened, who=person("ada"))
    assert len(box.letters) == 1
    again, knowing = _planned(world, desk)
    assert knowing.objections[0].startswith("ada sent it to this address at ")
    assert desk.carry_out(knowing, again, who=person("ada")).outcome is Outcome.NOT_ACCEPTED
    assert len(box.letters) == 2


def test_a_process_killed_while_it_sends_leaves_word(
    world: World, box: Postbox, desks: Desks, journal_url: str
) -> None:
    desk = desks(journal_url)
    opened, stale = _planned(world, desk)
    box.open.clear()
    process = _process(world, box, journal_url, "ada")
    _go(process)
    box.wait_for(1)
    process.kill()
    process.communicate()
    ((entry,), _) = desk.activity(case_key=opened.key)
    assert (entry.who, entry.what, entry.outcome) == ("ada", "replay", "sent or not: not known")
    with pytest.raises(Refused, match="Nothing was sent now"):
        desk.carry_out(stale, opened, who=person("bob"))
    with pytest.raises(Refused, match=r"ada began to send this event .* after this case was read"):
        desk.plan_replay(opened, stale.event.id)
    box.open.set()
    assert len(box.letters) == 1

    desks.clock.pause(600)
    fresh = desk.open(opened.key)
    (one,) = desk.unsettled(fresh)
    assert one.outcome is Outcome.NOT_KNOWN
    assert "log of your endpoint" in one.next_step
    knowing = desk.plan_replay(fresh, stale.event.id)
    assert "whether it was sent is not known" in knowing.objections[0]
    assert desk.carry_out(knowing, fresh, who=person("bob")).outcome is Outcome.NOT_ACCEPTED
    assert len(box.letters) == 2
    assert desk.unsettled(fresh) == ()


def test_a_process_killed_while_it_watches_has_said_that_it_sent(world: World, box: Postbox, tmp_path: Path) -> None:
    box.status = 200
    url = f"sqlite:///{tmp_path / 'journal.sqlite3'}"
    process = _process(world, box, url, "ada")
    _go(process)
    with desk_on(world, journal_url=url) as desk:

        def told() -> bool:
            entries, _ = desk.activity()
            return bool(entries) and entries[0].details.get("status") == 200

        eventually(told)
        process.kill()
        process.communicate()
        ((entry,), _) = desk.activity()
        assert entry.outcome == "sent, not verified"
    assert len(box.letters) == 1


def test_one_that_is_interrupted_while_it_sends_leaves_word(world: World, box: Postbox, tmp_path: Path) -> None:
    box.open.clear()
    url = f"sqlite:///{tmp_path / 'journal.sqlite3'}"
    process = _process(world, box, url, "ada")
    _go(process)
    box.wait_for(1)
    process.send_signal(2)
    box.open.set()
    process.communicate(timeout=LIMIT)
    with desk_on(world, journal_url=url) as desk:
        ((entry,), _) = desk.activity()
        # It may have heard the answer before it was interrupted.
        assert entry.outcome in {"sent or not: not known", "sent, not verified", "not accepted"}
        assert not entry.holder
    assert len(box.letters) == 1


def test_one_that_breaks_off_while_it_watches_leaves_word(world: World, box: Postbox) -> None:
    box.status = 200

    class Broken(BaseException):
        pass

    def breaks() -> None:
        raise Broken

    clock = PatientClock(breaks)
    with desk_on(world, webhook_url=box.url, clock=clock, pause=clock.pause) as desk:
        opened, plan = _planned(world, desk)
        with pytest.raises(Broken):
            desk.carry_out(plan, opened, who=person("ada"))
        ((entry,), _) = desk.activity()
        assert (entry.outcome, entry.holder, entry.details["status"]) == ("sent, not verified", "", 200)
