"""What a watch tells people: over real HTTP, once, also across restarts, and again where it did not arrive."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from pydantic import SecretStr

from core.outages import SLOT
from core.sandbox import World
from core.sandbox.scenarios import BY_NAME
from core.telling import Teller
from tests.scanning.watched import Watched
from tests.telling.receiver import Receiver

pytestmark = pytest.mark.filterwarnings("ignore:'imghdr' is deprecated:DeprecationWarning")  # apprise loads it


@pytest.fixture
def receiver() -> Iterator[Receiver]:
    with Receiver() as receiver:
        yield receiver


@pytest.fixture
def town(receiver: Receiver, tmp_path: Path) -> Iterator[Watched]:
    with World(scenarios=[BY_NAME["paid_and_booked"], BY_NAME["paid_twice"]]) as world:
        town = Watched(world, tmp_path, teller=Teller([SecretStr(receiver.address)]))
        yield town
        town.close()


def test_new_critical_cases_are_told_once_also_after_a_restart(receiver: Receiver, town: Watched) -> None:
    assert town.step(0).sent == 1
    (came,) = receiver.came
    assert came["title"] == "Orderlens: 1 new critical case"
    number = town.world.built["paid_twice"].number
    assert came["message"].startswith(f"Order {number}: The customer paid more than once [duplicate_payment]")
    town.steps(3)
    town.restart()
    town.steps(8)
    assert len(receiver.came) == 1


def test_what_is_not_critical_is_not_told(receiver: Receiver, town: Watched) -> None:
    town.step(0)
    town.sell("webhook_swallowed", age=120)
    assert "new" in [change.what for step in town.steps(9) for change in step.changes]
    assert len(receiver.came) == 1


def test_a_message_that_did_not_arrive_is_kept_and_tried_again(receiver: Receiver, town: Watched) -> None:
    receiver.status = 503
    step = town.step(0)
    assert step.sent == 0
    assert step.troubles == ("A message did not reach address 1 (json); it is tried again.",)
    town.restart()
    receiver.status = 200
    assert sum(step.sent for step in town.steps(4)) == 1
    assert len(receiver.came) == 1


@pytest.mark.parametrize("seconds", [0, 300, 550])
def test_an_outage_is_one_message_when_it_begins_and_one_when_it_is_over(
    seconds: int, receiver: Receiver, town: Watched
) -> None:
    """Also where its last cases and the first good orders were made in the same slot of time."""
    town.step(SLOT - town.clock.at % SLOT + seconds)
    receiver.came.clear()
    for _ in range(6):
        town.sell("webhook_swallowed", age=120)
    town.steps(12)
    (began,) = receiver.came
    assert began["title"] == "Orderlens: 1 outage began"
    assert "6 cases" in began["message"]
    assert "@" not in began["message"]
    for _ in range(10):
        town.sell(age=100)
    town.steps(30)
    assert [came["title"] for came in receiver.came[1:]] == ["Orderlens: 1 outage over"]
