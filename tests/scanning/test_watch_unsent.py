"""What Stripe says it failed to make: each is the case of its order, said the same by a watch, a scan and a page."""

from collections.abc import Iterator
from pathlib import Path
from random import Random

import pytest

from core.sandbox import World
from core.sandbox.scenarios import Built
from core.sandbox.stripe.objects import health_event
from core.scanning.plan import Plan
from core.scanning.scan import run
from tests.people import person
from tests.scanning.watched import Watched
from tests.worlds import world_of

RNG = Random(4)  # noqa: S311 - makes ids
WHY = "Stripe itself says that it failed to make the message about it (checkout.session.completed"
world = world_of("paid_and_booked", scope="function")


@pytest.fixture
def town(world: World, tmp_path: Path) -> Iterator[Watched]:
    town = Watched(world, tmp_path, one_journal=True)
    town.step(0)
    yield town
    town.close()


def never_told(town: Watched, *, age: int = 1200) -> Built:
    """A purchase of which Stripe made no event that the app listens to."""
    built = town.sell("webhook_swallowed", age=age)
    for event in town.objects(built, "event"):
        town.world.stripe.store.remove(event)
    return built


def confessed(town: Watched, built: Built, kind: str = "checkout.session.completed") -> None:
    (session,) = town.objects(built, "checkout.session")
    town.world.stripe.store.put(health_event(RNG, town.clock.at, kind, session))


def says(town: Watched, built: Built) -> str:
    (hit,) = town.desk.find(built.number, who=person("mira")).hits
    opened = town.desk.open(hit.key)
    return opened.diagnosis.headline.says if opened.diagnosis.headline else ""


def test_an_order_that_is_right_is_no_case(town: Watched) -> None:
    sold = town.sell()
    confessed(town, sold)
    steps = [town.step(3600), *town.steps(8)]
    assert not [one for step in steps for one in step.troubles]
    assert sold.number not in town.headlines()


def test_nothing_is_said_of_what_was_made(town: Watched) -> None:
    swallowed = town.sell("webhook_swallowed", age=1200)
    confessed(town, swallowed)
    town.step(3600)
    town.steps(8)
    assert town.headlines()[swallowed.number] == "webhook_acked_not_applied"
    assert WHY not in says(town, swallowed)


def test_the_order_of_an_event_that_was_never_made_is_a_case_with_the_reason(town: Watched) -> None:
    built = never_told(town)
    confessed(town, built)
    step = town.step(3600)
    assert not step.troubles
    assert town.headlines()[built.number] == "paid_not_recorded"
    assert WHY in says(town, built)
    asked = [one for one in town.world.stripe.switches.requests if one.path.startswith("/v2/core/events/evt_test")]
    town.step(3600)
    again = [one for one in town.world.stripe.switches.requests if one.path.startswith("/v2/core/events/evt_test")]
    assert len(asked) == len(again) == 1, "each is fetched once"


def test_another_message_that_arrived_is_not_taken_for_the_one_that_was_never_made(town: Watched) -> None:
    built = town.sell("webhook_swallowed", age=1200)
    for event in town.objects(built, "event"):
        if event["type"] == "checkout.session.completed":
            town.world.stripe.store.remove(event)
    confessed(town, built)
    town.step(3600)
    assert town.headlines()[built.number] == "paid_not_recorded"
    assert WHY in says(town, built)


def test_a_scan_says_the_same_as_the_watch(town: Watched) -> None:
    built = never_told(town)
    confessed(town, built)
    town.step(3600)
    before = town.shop.journal.inbox.get(f"order:{order_id(town, built)}")
    run(Plan(since=town.clock.at - 7200, who="tests"), town.shop.sources())
    after = town.shop.journal.inbox.get(f"order:{order_id(town, built)}")
    assert before is not None
    assert after is not None
    assert WHY in before.says
    assert (after.code, after.says) == (before.code, before.says)


def order_id(town: Watched, built: Built) -> str:
    (hit,) = town.desk.find(built.number, who=person("mira")).hits
    return hit.key.removeprefix("order:")


def test_an_account_that_does_not_answer_is_said_once_and_is_no_finding(town: Watched) -> None:
    town.world.stripe.switches.v2_events = False
    steps = [town.step(3600) for _ in range(3)]
    said = [one for step in steps for one in step.troubles]
    assert len(said) == 1
    assert said[0].startswith("Whether Stripe failed to make an event is not known:")
    assert not any(step.changes for step in steps)
    built = never_told(town)
    confessed(town, built)
    town.world.stripe.switches.v2_events = True
    town.step(3600)
    assert WHY in says(town, built)


def test_that_connected_accounts_are_not_asked_is_said_once(town: Watched) -> None:
    orders = town.shop.orders
    table = orders.mapping.orders.model_copy(
        update={"columns": {**orders.mapping.orders.columns, "stripe_account": "seller"}}
    )
    orders.mapping = orders.mapping.model_copy(update={"orders": table})
    said = [one for _ in range(3) for one in town.step(3600).troubles]
    assert len(said) == 1
    assert "of the connected accounts that orders name it is not asked" in said[0]
