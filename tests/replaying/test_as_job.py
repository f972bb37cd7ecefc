"""A run is a job: started by any of several dashboards, carried out by one process, followed and stopped by anybody."""

import os
import signal
from collections.abc import Iterator
from contextlib import closing
from functools import partial
from pathlib import Path

import pytest

from core.errors import Refused
from core.jobs import Starter
from core.jobs.process import gone
from core.journal import ReplayRun
from core.sandbox.shop import Mode
from tests.desks import desk_on
from tests.replaying.conftest import ADA, BOB, Shop, shop_on
from tests.waiting import eventually


@pytest.fixture
def env(shop: Shop, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Processes that are started here are of this world; none of them outlives the test."""
    for name, value in shop.world.settings_env().items():
        monkeypatch.setenv(name, value)
    yield
    for run in shop.runs.records.running(shop.desk.now()):
        os.kill(int(run.holder.split()[-1]), signal.SIGKILL)


def starter_of(shop: Shop, folder: Path) -> Starter[ReplayRun]:
    return Starter(shop.runs.records, folder, name="replay", admit=shop.runs.admit)


def over(shop: Shop, run: ReplayRun) -> bool:
    return shop.runs.get(run.id).state not in ("ready", "running")


def ended(shop: Shop, run: ReplayRun) -> ReplayRun:
    """The run, once no process carries it out any more."""
    eventually(partial(over, shop, run))
    return shop.runs.get(run.id)


def lost(shop: Shop, run: ReplayRun) -> bool:
    return gone(shop.runs.get(run.id).holder)


@pytest.mark.usefixtures("env")
def test_two_operators_on_two_dashboards_start_the_same_run_and_one_runs(shop: Shop, tmp_path: Path) -> None:
    run = shop.begin(at_once=2)
    with closing(desk_on(shop.world)) as other:
        there = shop_on(shop.world, other)
        starters = [(shop, starter_of(shop, tmp_path / "here")), (there, starter_of(there, tmp_path / "there"))]
        for (desk, starter), who in zip(starters, (ADA, BOB), strict=True):
            starter.begin(desk.runs.command(run.id), who=who, now=desk.desk.now())
        done = ended(shop, run)
        assert (done.state, done.turn) == ("complete", 1)
        assert sorted(shop.heard) == sorted(item.event_id for item in shop.items(run))
        complaints = [starter.complaint([done]) for _, starter in starters]
        assert sum(map(bool, complaints)) <= 1
        with pytest.raises(Refused, match="is complete"):
            there.runs.goes_on(run.id, who=BOB)


@pytest.mark.usefixtures("env")
def test_anybody_pauses_and_cancels_it(shop: Shop, tmp_path: Path) -> None:
    shop.world.shop.mode, shop.world.shop.slow_seconds = Mode.SLOW, 0.2
    run, starter = shop.begin(), starter_of(shop, tmp_path)
    assert starter.begin(shop.runs.command(run.id), who=ADA, now=shop.desk.now())
    eventually(lambda: shop.heard)
    shop.runs.pause(run.id, who=BOB)
    paused = ended(shop, run)
    assert (paused.state, paused.why) == ("paused", "Somebody asked it to pause.")
    sent = len(shop.heard)
    assert shop.states(run) == [*["healed"] * sent, *["planned"] * (6 - sent)]
    eventually(partial(lost, shop, run))
    shop.runs.goes_on(run.id, who=BOB)
    assert starter.begin(shop.runs.command(run.id), who=BOB, now=shop.desk.now())
    eventually(lambda: len(shop.heard) > sent)
    shop.runs.cancel(run.id, who=BOB)
    done = ended(shop, run)
    assert done.state in ("cancelled", "complete")
    assert set(shop.states(run)) <= {"healed", "cancelled"}
    assert len(shop.heard) == len(set(shop.heard)) == shop.states(run).count("healed")
