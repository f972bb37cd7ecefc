"""A shop where part of the orders is paid without a checkout session, and a scan of it."""

from collections.abc import Callable, Iterable
from dataclasses import replace

from core.sandbox import World
from core.sandbox.scenarios import BY_NAME, HEALTHY, SCENARIOS, Built
from core.sandbox.scenarios.subscriptions import SUBSCRIPTIONS
from core.sandbox.volume import before_intents, by_charge, generate, without_checkout

ORDERS = 400
# a subscription begins with a checkout: without one nothing is left by which its order could know it
BEGUN = {*SUBSCRIPTIONS, BY_NAME["subscription"], BY_NAME["trial_month"]}
ALIKE = {one.name: 0.02 for one in HEALTHY if one.ages[1] > 10 * 86_400 and one not in BEGUN}


def _with_a_checkout(built: Built) -> Built:
    return built


def _with_a_checkout_by_charge(built: Built) -> Built:
    return replace(built, orders=by_charge(built).orders)


PAID_BY = (
    *(without_checkout,) * 3, before_intents, _with_a_checkout_by_charge, *(_with_a_checkout,) * 5,
)  # fmt: skip


def mixed(world: World, *, orders: int = ORDERS, wrong: Callable[[Built], Built] = without_checkout) -> None:
    """Of ordinary orders, and of those that only look wrong, three in ten have no session, one in ten no intent either,
    and one in ten has both and keeps neither, only the charge; and all that can be wrong is wrong with an order paid
    in the way `wrong`."""
    url, now = world.shop.url, world.now
    world.orders_mapping["columns"] = {**columns(world), "charge_id": "metadata->charge"}
    for place, one in enumerate(generate(orders, ALIKE, now, shop_url=url)):
        play(world, [PAID_BY[place % 10](one)])
    play(world, (wrong(one.build(now, url)) for one in SCENARIOS))


def play(world: World, built: Iterable[Built]) -> None:
    """Let this have happened in a world, too."""
    for one in built:
        world.stripe.store.put_all(one.objects)
        world.shop.books.add(one.orders)


def columns(world: World) -> dict[str, object]:
    """The mapping's columns."""
    found = world.orders_mapping["columns"]
    assert isinstance(found, dict)
    return found


def asked(world: World) -> tuple[int, int]:
    """How many pages of intents and charges were asked for, and how many of them one by one."""
    paths = [one.path for one in world.stripe.switches.requests]
    lists = [path for path in paths if path in ("/v1/payment_intents", "/v1/charges")]
    return len(lists), sum(path.startswith(("/v1/payment_intents/", "/v1/charges/")) for path in paths)
