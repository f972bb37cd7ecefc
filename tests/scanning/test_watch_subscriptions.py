"""A watch follows what becomes of subscriptions: what ends, or is not paid, leads to the case of the order it began
with."""

from pathlib import Path
from random import Random

import pytest

from core.facts import CUSTOMARY, Json
from core.sandbox import World
from core.sandbox.scenarios import Purchase, Stage
from core.sandbox.scenarios.stage_billing import SignUp, changed, ended, sign_up, unpaid
from core.scanning.watch import Step
from core.scanning.watch.how_far import BILLING_TYPES, touched
from tests.scanning.watched import Watched
from tests.worlds import world_of

DAY = 86_400
world = world_of("paid_and_booked", scope="function")


@pytest.fixture
def town(world: World, tmp_path: Path) -> Watched:
    return Watched(world, tmp_path)


@pytest.fixture
def stage(town: Watched) -> Stage:
    """A purchase that began ten days ago, in the world under the watch."""
    bought = Purchase("SH-78001", "Runa Dahl", "runa.dahl@example.com", "Club, monthly", 6170, "eur")
    return Stage(bought, now=town.clock.at + DAY, age=11 * DAY, shop_url=town.world.shop.url, rng=Random(7))  # noqa: S311 - made-up ids


def happened(town: Watched, stage: Stage) -> None:
    town.world.stripe.store.put_all(stage.objects)
    town.world.shop.books.add(stage.orders)
    stage.orders.clear()


def signed_up(town: Watched, stage: Stage) -> SignUp:
    """Before the watch began; the order is right."""
    found = sign_up(stage)
    stage.order("paid", updated=121, stripe_session_id=found.session["id"])
    happened(town, stage)
    town.step(0)
    return found


def at_last(town: Watched) -> list[Step]:
    """The rounds until what happened now has been looked at."""
    return [step for step in town.steps(7) if step.looked]


def now(town: Watched, stage: Stage) -> int:
    return town.clock.at - stage.began


def test_without_subscriptions_only_one_list_is_asked_for(town: Watched) -> None:
    town.step(0)
    before = town.requests
    town.steps(3)
    assert town.requests - before == 3
    town.close()


def test_the_end_of_a_subscription_is_looked_at_with_its_order(town: Watched, stage: Stage) -> None:
    plan = signed_up(town, stage).subscription
    ended(stage, plan, now(town, stage))
    happened(town, stage)
    (step,) = at_last(town)
    assert (step.fully, step.troubles) == (1, ())
    town.close()


def test_a_bill_that_could_not_be_paid_is_looked_at_once(town: Watched, stage: Stage) -> None:
    found = signed_up(town, stage)
    unpaid(stage, found, now(town, stage))
    happened(town, stage)
    (step,) = at_last(town)
    assert step.fully == 1
    town.close()


def test_a_subscription_of_nobody_is_no_case(town: Watched, stage: Stage) -> None:
    found = sign_up(stage)
    happened(town, stage)
    town.step(0)
    kept = dict(town.headlines())
    changed(stage, found.subscription, now(town, stage), cancel_at_period_end=True)
    happened(town, stage)
    at_last(town)
    assert town.headlines() == kept
    town.close()


def test_they_are_followed_from_the_first_sign_up_on(town: Watched, stage: Stage) -> None:
    town.step(0)
    found = sign_up(stage, now(town, stage) + 30, begins=now(town, stage))
    stage.order("paid", after=now(town, stage), updated=now(town, stage), stripe_session_id=found.session["id"])
    happened(town, stage)
    town.steps(8)
    ended(stage, found.subscription, now(town, stage))
    happened(town, stage)
    (step,) = at_last(town)
    assert step.fully == 1
    town.close()


def told(what: str, thing: Json, **before: object) -> Json:
    data = {"object": thing, **({"previous_attributes": before} if before else {})}
    return {"id": "evt_1", "object": "event", "type": what, "created": 1, "data": data}


def test_a_renewal_is_none_of_an_orders_business() -> None:
    plan = {"id": "sub_1", "object": "subscription", "metadata": {"order_id": "A-7"}}
    assert touched(told(BILLING_TYPES[0], plan, items={}, latest_invoice="in_1"), CUSTOMARY) is None
    found = touched(told(BILLING_TYPES[0], plan, status="active"), CUSTOMARY)
    assert found
    assert (found.payment, found.ids, found.names) == ("sub_1", frozenset({"sub_1"}), frozenset({"A-7"}))
    bill = {"id": "in_1", "object": "invoice", "parent": {"subscription_details": {"subscription": "sub_1"}}}
    found = touched(told("invoice.payment_failed", bill), CUSTOMARY)
    assert found
    assert found.payment == "sub_1"
    assert touched(told("invoice.voided", {"id": "in_2", "object": "invoice"}), CUSTOMARY) is None
