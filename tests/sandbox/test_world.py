"""The sandbox's world: Stripe and the shop together, as the demo and every other test meets them."""

import json
import time
from typing import Any

import httpx
import pytest
from stripe import InvalidRequestError, StripeClient, WebhookSignature

from core.sandbox import World
from core.sandbox.scenarios import BY_NAME, SCENARIOS, SHOP_EVENTS, Scenario
from core.sandbox.stripe import SECRET_KEY_LIVE
from core.settings import load
from tests.waiting import eventually
from tests.worlds import world_of

HEALED = {
    "checkout.session.completed": {"paid"},
    "checkout.session.expired": {"cancelled"},
    "checkout.session.async_payment_failed": {"failed"},
    "charge.refunded": {"refunded", "partially_refunded"},
}
HEALS = pytest.mark.parametrize("scenario", [one for one in SCENARIOS if one.heals], ids=lambda scenario: scenario.name)


world = world_of(scope="function")
shared = world_of()  # for tests that only look, or that touch an order no other test does


def client(world: World, key: str | None = None) -> StripeClient:
    return StripeClient(key or world.secret_key, base_addresses={"api": world.stripe_url})


def order(world: World, number: str) -> dict[str, object]:
    found = world.shop.books.find("order_number", number)
    assert found is not None
    return found


def healing_event(world: World, scenario: Scenario) -> dict[str, Any]:
    things = world.built[scenario.name].objects
    return next(thing for thing in things if thing["object"] == "event" and thing["type"] == scenario.heals)


def replay(world: World, told: dict[str, Any]) -> httpx.Response:
    body = json.dumps(told)
    signature = WebhookSignature.generate_signature_header(body, world.webhook_secret)
    return httpx.post(world.webhook_url, content=body, headers={"Stripe-Signature": signature})


def test_it_starts_quickly_and_leaves_nothing_behind() -> None:
    begun = time.process_time()
    with World() as world:
        assert time.process_time() - begun < 5  # of work: about one
        directory, url = world.directory, world.stripe_url
        assert httpx.get(f"{world.shop.url}/orders/SH-10482").status_code == 200
    assert not directory.exists()
    with pytest.raises(httpx.ConnectError):
        httpx.get(url)
    world.stop()


def test_both_sides_hold_every_scenario(world: World) -> None:
    sessions = {one.id for one in client(world).v1.checkout.sessions.list({"limit": 100}).auto_paging_iter()}
    for scenario in SCENARIOS:
        built = world.built[scenario.name]
        assert order(world, built.number)["status"] == built.order["status"]
        ours = {one["id"] for one in built.objects if one["object"] == "checkout.session" and not one["livemode"]}
        assert ours <= sessions


def test_stripe_knows_what_was_bought(shared: World) -> None:
    built = shared.built["promotion_code"]
    stored = str(built.order["stripe_session_id"])
    (item,) = client(shared).v1.checkout.sessions.line_items.list(stored).data
    assert (item.description, item.amount_subtotal, item.amount_total) == ("Leather satchel", 18500, 16650)


def test_stripe_knows_one_endpoint_the_shops(shared: World) -> None:
    (endpoint,) = client(shared).v1.webhook_endpoints.list().data
    assert endpoint.url == shared.webhook_url
    assert tuple(endpoint.enabled_events) == SHOP_EVENTS
    assert endpoint.status == "enabled"
    assert "secret" not in endpoint


def test_the_live_payment_is_seen_with_the_live_key_only(shared: World) -> None:
    stored = str(shared.built["live_id_on_test_shop"].order["stripe_session_id"])
    with pytest.raises(InvalidRequestError, match="exists in live mode"):
        client(shared).v1.checkout.sessions.retrieve(stored)
    assert client(shared, SECRET_KEY_LIVE).v1.checkout.sessions.retrieve(stored).livemode


@HEALS
def test_a_replay_heals_the_order_and_a_second_one_changes_nothing(shared: World, scenario: Scenario) -> None:
    number, told = shared.built[scenario.name].number, healing_event(shared, scenario)
    assert order(shared, number)["status"] not in HEALED[told["type"]]
    assert replay(shared, told).status_code == 200
    healed = order(shared, number)
    assert healed["status"] in HEALED[told["type"]]
    assert replay(shared, told).status_code == 200
    assert order(shared, number) == healed


def test_stripe_itself_can_send_it_again(world: World) -> None:
    scenario = BY_NAME["webhook_refused"]
    told = healing_event(world, scenario)
    api = client(world)
    (endpoint,) = api.v1.webhook_endpoints.list().data
    api.raw_request("post", f"/v1/events/{told['id']}/retry", webhook_endpoint=endpoint.id)
    eventually(lambda: order(world, world.built[scenario.name].number)["status"] == "paid")


def test_a_replay_of_any_healthy_order_changes_nothing(shared: World) -> None:
    for scenario in SCENARIOS:
        if scenario.code is None:
            number = shared.built[scenario.name].number
            before = order(shared, number)
            for told in shared.built[scenario.name].objects:
                if told["object"] == "event" and told["type"] in SHOP_EVENTS:
                    assert replay(shared, told).status_code == 200
            assert order(shared, number) == before


def test_the_product_can_be_pointed_at_it(shared: World, monkeypatch: pytest.MonkeyPatch) -> None:
    for name, value in shared.settings_env().items():
        monkeypatch.setenv(name, value)
    settings = load()
    assert settings.stripe_api_base == shared.stripe_url
    assert settings.webhook_url == shared.webhook_url
    assert settings.database_url.get_secret_value() == shared.orders_database_url
    assert settings.orders.model_dump(exclude_defaults=True) | {"unit": "minor", "timezone": "UTC"} == (
        shared.orders_mapping
    )


def test_further_orders_come_from_the_volume_and_stripe_has_them_too() -> None:
    with World(scenarios=[], orders=25, shares={"paid_twice": 0.2}) as world:
        assert world.stripe.store.count("checkout.session") == 25 + 5
        assert order(world, "SH-200025")["status"] == "paid"


def test_a_world_of_another_time_has_a_stripe_of_that_time() -> None:
    past = int(time.time()) - 400 * 86_400
    with World(now=past) as world:
        newest = client(world).v1.events.list({"limit": 1}).data[0]
        assert past - 3600 < newest.created <= past
        assert world.stripe.switches.now() - past < 60


def test_two_worlds_do_not_know_each_other() -> None:
    with World() as one, World(scenarios=[]) as other:
        assert one.stripe_url != other.stripe_url
        assert other.stripe.store.count("checkout.session") == 0


def test_a_taken_port_is_said_and_nothing_stays_open(world: World) -> None:
    port = int(world.stripe_url.rpartition(":")[2])
    with pytest.raises(OSError, match="in use"):
        World(stripe_port=port).start()


def test_nobody_else_can_reach_it(shared: World) -> None:
    for url in (shared.stripe_url, shared.shop.url):
        assert url.startswith("http://127.0.0.1:")
        with pytest.raises(httpx.ConnectError):
            httpx.get(url.replace("127.0.0.1", "127.0.0.2"), timeout=2)  # a listener on all addresses would answer


def test_what_a_subscription_is_for_can_be_read(shared: World) -> None:
    """As tools that copy an account do."""
    api = StripeClient(shared.secret_key, base_addresses={"api": shared.stripe_url})
    (plan,) = [one for one in shared.built["subscription"].objects if one["object"] == "subscription"]
    price = plan["items"]["data"][0]["price"]
    read = api.raw_request("get", f"/v1/prices/{price['id']}?expand[]=product")
    found = json.loads(read.body)
    assert (found["unit_amount"], found["product"]["id"]) == (price["unit_amount"], price["product"])
