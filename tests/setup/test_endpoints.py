"""The endpoint doctor on a sandbox: both of Stripe's lists over HTTP, and the inbox's cases beside a gap."""

from collections.abc import Iterator
from dataclasses import replace
from random import Random

import pytest

from core import settings as settings_of
from core.checks import Check, Level
from core.journal import Journal, Noted
from core.sandbox import World
from core.sandbox.scenarios import BY_NAME
from core.sandbox.stripe.objects import event_destination
from core.settings import Settings
from core.setup import Doctor
from core.wiring import desk

RNG = Random(1)  # noqa: S311 - makes ids


@pytest.fixture
def world() -> Iterator[World]:
    with World(scenarios=[BY_NAME["paid_and_booked"]]) as running:
        yield running


@pytest.fixture
def set_up(world: World, monkeypatch: pytest.MonkeyPatch) -> Settings:
    for name, value in world.settings_env().items():
        monkeypatch.setenv(name, value)
    return settings_of.load()


def looked(settings: Settings, world: World) -> dict[str, Check]:
    found = Doctor(settings, clock=lambda: world.now).endpoints()
    assert settings.stripe_api_key.get_secret_value() not in repr(found)
    return {one.checked: one for one in found}


def loud(found: dict[str, Check]) -> dict[str, Level]:
    return {name: one.level for name, one in found.items() if one.level is not Level.FINE}


def test_a_shop_that_hears_everything_is_quiet(world: World, set_up: Settings) -> None:
    assert loud(looked(set_up, world)) == {}
    bus = event_destination(RNG, world.now)
    world.stripe.store.put(bus)
    found = looked(set_up, world)
    assert loud(found) == {}
    assert found[f"endpoint {bus['id']}"].found.startswith("Amazon EventBridge; enabled; every type of event")


def test_that_what_stripe_never_sends_is_not_heard_of_connected_accounts_is_said(
    world: World, set_up: Settings
) -> None:
    assert "what Stripe never sends" not in looked(set_up, world)
    table = set_up.mapping.orders.model_copy(
        update={"columns": {**set_up.mapping.orders.columns, "stripe_account": "seller"}}
    )
    naming = replace(set_up, mapping=set_up.mapping.model_copy(update={"orders": table}))
    assert "On connected accounts it is not heard" in looked(naming, world)["what Stripe never sends"].found


def test_an_account_without_api_v2_could_not_be_looked_at(world: World, set_up: Settings) -> None:
    world.stripe.switches.v2_events = False
    found = looked(set_up, world)
    assert loud(found) == {"event destinations": Level.UNREAD}
    assert "this account does not answer that API" in found["event destinations"].found


def test_an_address_of_api_v2_is_asked_for(world: World, set_up: Settings) -> None:
    (own,) = world.stripe.store.newest_first("webhook_endpoint", livemode=False)
    world.stripe.store.change(own, url="https://shop.example.com/old")
    hook = event_destination(
        RNG,
        world.now,
        type="webhook_endpoint",
        amazon_eventbridge=None,
        webhook_endpoint={"url": world.webhook_url},
    )
    world.stripe.store.put(hook)
    assert looked(set_up, world)["endpoint at Stripe"].found == f"{hook['id']} is enabled."


def test_a_gap_names_the_kept_cases_of_its_kind(world: World, set_up: Settings) -> None:
    (own,) = world.stripe.store.newest_first("webhook_endpoint", livemode=False)
    world.stripe.store.change(own, enabled_events=["checkout.session.completed", "charge.refunded"])
    assert loud(looked(set_up, world)) == {}
    says = "Your app does not ask Stripe for the message that says so (checkout.session.async_payment_succeeded)."
    with desk(set_up):
        journal = Journal(set_up.journal_url.get_secret_value())
        journal.inbox.note(
            [Noted(key="order:7", order_id="7", number="1007", code="webhook_not_subscribed", says=says, read_at=1)],
            now=world.now,
        )
        journal.close()
    found = looked(set_up, world)
    assert loud(found) == {"paid later": Level.WARNING}
    assert "1 kept case is of the kind that comes of this: 1007." in found["paid later"].found


def test_the_whole_examination_has_the_same_lines(world: World, set_up: Settings) -> None:
    (own,) = world.stripe.store.newest_first("webhook_endpoint", livemode=False)
    world.stripe.store.change(own, status="disabled")
    alone = looked(set_up, world)
    assert alone["endpoint at Stripe"].level is Level.ERROR
    whole = Doctor(set_up, clock=lambda: world.now).examine().checks
    assert set(alone.values()) <= set(whole)


def test_a_key_that_is_none_is_one_line(world: World, set_up: Settings) -> None:
    away = replace(set_up, stripe_api_base="http://127.0.0.1:9")
    assert set(loud(looked(away, world)).values()) == {Level.UNREAD}


def test_a_connected_account_hears_by_its_platforms_endpoint(world: World, set_up: Settings) -> None:
    world.stripe.connect("acct_1Connected")
    theirs = replace(set_up, stripe_account="acct_1Connected")
    assert loud(looked(theirs, world)) == {"endpoint at Stripe": Level.WARNING, "endpoints": Level.ERROR}, "own only"
    (own,) = world.stripe.store.newest_first("webhook_endpoint", livemode=False)
    world.stripe.store.change(own, application="ca_1Shop")
    assert loud(looked(theirs, world)) == {}
    assert loud(looked(set_up, world)) == {"Connect scope": Level.ERROR}
