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
from sqlalchemy import create_engine, text

from core.jobs.process import Job, gone, start
from core.journal import Begun, ReplayItem
from core.money import Money
from core.replaying import Runs, of_keys
from core.sandbox import World
from core.settings import Replays
from tests.desks import desk_on
from tests.replaying.conftest import Shop
from tests.waiting import eventually

EVENTS: Final = int(os.environ.get("ORDERLENS_TEST_KILLED_EVENTS", "60"))
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


def rows(shop: Shop, query: str) -> list[tuple[object, ...]]:
    """Of the shop's orders."""
    books = create_engine(shop.world.orders_database_url)
    with books.connect() as connection:
        found = [tuple(row) for row in connection.execute(text(query))]
    books.dispose()
    return found


def planned(shop: Shop) -> list[ReplayItem]:
    """The items of a plan for all of them: one is planned, the others are made like it, for that costs nothing."""
    (like,) = shop.runs.plan(of_keys(["order:1"])).to_send
    keys = {str(name): f"order:{number}" for number, name in rows(shop, "SELECT id, order_number FROM orders")}
    events = shop.world.stripe.store.newest_first("event", livemode=False)
    about = [(one, one["data"]["object"]) for one in events if one["type"] == like.event_type]
    items = [
        ReplayItem(
            case_key=keys[subject["client_reference_id"]], name=subject["client_reference_id"], event_id=event["id"],
            event_type=event["type"], object_id=subject["id"], event_created=event["created"], endpoint=like.endpoint,
            target=like.target, money=Money(subject["amount_total"], subject["currency"]), says=like.says,
            before=like.before,
        )
        for event, subject in about
    ]  # fmt: skip
    assert like in items
    return sorted(items, key=lambda one: (one.event_created, one.event_id))


def through(shop: Shop, run_id: int) -> int:
    """How many of its items came to an end."""
    return sum(part.items for part in shop.runs.parts(run_id) if part.state not in ("planned", "sending"))


def test_killed_at_ten_moments_a_run_loses_nothing_and_repeats_nothing(many: Shop, tmp_path: Path) -> None:
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
    assert len(lost) <= KILLS * AT_ONCE
    paid = {f"order:{number}" for (number,) in rows(many, "SELECT id FROM orders WHERE status = 'paid'")}
    assert paid == {item.case_key for item in items if item.event_id in many.heard}
    assert {item.case_key for item in items if item.state == "healed"} <= paid


def carried_out(shop: Shop, run_id: int, folder: Path, env: dict[str, str]) -> Job:
    """A process that has taken the run."""
    job = start(shop.runs.command(run_id), name="replay", folder=folder, env=env)
    eventually(lambda: shop.runs.get(run_id).holder == job.holder or job.poll() is not None)
    assert job.poll() is None, job.complaint
    return job
