"""A run of many that is killed at ten moments: each event arrives once, each item comes to an end.

The moments are chosen by how far the run is, as the journal says it, and not by a clock.
"""

import os
import random
import signal
from collections.abc import Iterator
from pathlib import Path
from typing import Final

import pytest

from core.jobs.process import Job, gone, start
from core.journal import Begun
from core.replaying import Runs
from core.sandbox import World
from core.settings import Replays
from tests.desks import desk_on
from tests.replaying.conftest import Shop
from tests.replaying.planned import planned, rows
from tests.waiting import eventually

EVENTS: Final = 1000
KILLS: Final = 10
AT_ONCE: Final = 4


@pytest.fixture
def many() -> Iterator[Shop]:
    """A shop with so many orders whose webhooks were refused. No process that was started for it outlives the test."""
    with World(scenarios=[], orders=EVENTS, shares={"webhook_refused": 1.0}) as world, desk_on(world) as desk:
        shop = Shop(world, desk, Runs(desk, Replays(), desk.now))
        yield shop
        for run in shop.runs.records.running(desk.now()):
            os.kill(int(run.holder.split()[-1]), signal.SIGKILL)


def through(shop: Shop, run_id: int) -> int:
    """How many of its items came to an end."""
    return sum(part.items for part in shop.runs.parts(run_id) if part.state not in ("planned", "sending"))


@pytest.mark.timeout(900)  # ten processes begin, one after the other: 25 s on a quiet machine
def test_killed_at_ten_moments_a_run_of_a_thousand_loses_nothing_and_repeats_nothing(
    many: Shop, tmp_path: Path
) -> None:
    run = many.runs.records.begin(
        Begun(who="ada", sub="ada", account=many.desk.account, how="replay", chosen="all", at_once=AT_ONCE),
        planned(many), now=many.desk.now(),
    )  # fmt: skip
    assert run.total == EVENTS
    env = {**os.environ, **many.world.settings_env()}
    moments = random.Random(14).sample(range(EVENTS * 4 // 5), KILLS)  # noqa: S311 - moments
    for moment in sorted(moments):
        job = carried_out(many, run.id, tmp_path, env)
        eventually(lambda at=moment: through(many, run.id) >= at)  # type: ignore[misc] # bound as it is now
        os.kill(job.pid, signal.SIGKILL)
        eventually(lambda holder=job.holder: gone(holder))  # type: ignore[misc] # the same
        assert many.runs.get(run.id).state == "running", "it was killed at work"
    last = carried_out(many, run.id, tmp_path, env)
    eventually(lambda: last.poll() is not None)
    done = many.runs.get(run.id)
    assert (done.state, done.done, done.turn) == ("complete", EVENTS, KILLS + 1), last.complaint
    items = list(many.desk.journal.replay_items.every(run.id))
    assert {item.state for item in items} <= {"healed", "unverified"}
    assert len(many.heard) == len(set(many.heard)), "no event twice"
    lost = {item.event_id for item in items} - set(many.heard)
    assert lost <= {item.event_id for item in items if item.state == "unverified"}, "sent or not is not known of these"
    assert len(lost) <= KILLS * 2 * AT_ONCE, "what was begun: as many are sent, and as many wait for their turn"
    paid = {f"order:{number}" for (number,) in rows(many, "SELECT id FROM orders WHERE status = 'paid'")}
    assert paid == {item.case_key for item in items if item.event_id in many.heard}
    assert {item.case_key for item in items if item.state == "healed"} <= paid


def carried_out(shop: Shop, run_id: int, folder: Path, env: dict[str, str]) -> Job:
    """A process that has taken the run."""
    job = start(shop.runs.command(run_id), name="replay", folder=folder, env=env)
    eventually(lambda: shop.runs.get(run_id).holder == job.holder or job.poll() is not None)
    assert job.poll() is None, job.complaint
    return job
