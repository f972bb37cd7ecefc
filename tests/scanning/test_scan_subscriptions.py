"""A scan lists subscriptions and their bills where sessions began any, and asks for none of them by its id."""

from collections import Counter
from contextlib import closing
from pathlib import Path
from random import Random

import pytest

from core.sandbox import World
from core.sandbox.scenarios import BY_NAME, Purchase, Stage
from core.sandbox.scenarios.stage_billing import sign_up
from core.sandbox.scenarios.subscriptions import SUBSCRIPTIONS
from core.sandbox.stripe import READING_RIGHTS, RESTRICTED_KEY_TEST
from core.sandbox.volume import generate
from core.stripe_api import PAGE, Access
from core.stripe_api.spans import SpanReader
from tests.scanning.faults import Between, Json
from tests.scanning.mixed import play
from tests.scanning.scanned import DAY, FAST, Shop

BILLING = ("/v1/subscriptions", "/v1/invoices", "/v1/invoice_payments")
PLAIN = (BY_NAME["paid_and_booked"], BY_NAME["declined_then_paid"])


def asked(world: World) -> Counter[str]:
    """How often each address of Stripe's was asked."""
    return Counter(one.path for one in world.stripe.switches.requests)


def test_nothing_is_asked_about_subscriptions_in_a_shop_without_any(tmp_path: Path) -> None:
    with World(scenarios=PLAIN, orders=50) as world, closing(Shop(world, tmp_path)) as shop:
        record = shop.scan()
        paths = asked(world)
    assert record.state == "complete"
    assert not [path for path in paths if path.startswith(BILLING)]


def test_healthy_subscriptions_are_quiet_and_read_in_bulk(tmp_path: Path) -> None:
    with World(scenarios=SUBSCRIPTIONS, orders=20) as world, closing(Shop(world, tmp_path)) as shop:
        record = shop.scan()
        paths = asked(world)
    assert (record.state, record.holes) == ("complete", ())
    assert shop.headlines() == {}
    assert {path: times for path, times in paths.items() if path.startswith(BILLING)} == {
        "/v1/subscriptions": 1,
        "/v1/invoices": 1,
    }
    by_id = [path for path in paths if path.startswith("/v1/payment_intents/")]
    assert len(by_id) <= 1  # of the first bill that was given back


def test_orders_of_healthy_subscriptions_are_not_looked_at_one_by_one(tmp_path: Path) -> None:
    with World(scenarios=PLAIN, orders=0) as world, closing(Shop(world, tmp_path)) as shop:
        play(world, generate(40, {"subscription": 0.4, "renewed_each_month": 0.4}, world.now, shop_url=world.shop.url))
        began = world.stripe.store.count("subscription")
        record = shop.scan()
    assert began > 20
    assert (record.state, shop.headlines()) == ("complete", {})
    assert record.suspects < began / 5


def _refunded_and_still_paid(world: World, *, age: int = 6, returned: int = 1) -> str:
    """The first month of a subscription was given back; the app does not know."""
    bought = Purchase("SH-77001", "Nora Vik", "nora.vik@example.com", "Club, monthly", 5130, "eur")
    stage = Stage(bought, now=world.now, age=age * DAY, shop_url=world.shop.url, rng=Random(7))  # noqa: S311 - made-up ids
    signed_up = sign_up(stage)
    assert signed_up.payment
    stage.refund(signed_up.payment, returned * DAY)
    stage.order("paid", stripe_session_id=signed_up.session["id"])
    world.stripe.store.put_all(stage.objects)
    world.shop.books.add(stage.orders)
    return bought.number


def test_a_refund_of_the_first_bill_is_the_orders(tmp_path: Path) -> None:
    with World(scenarios=SUBSCRIPTIONS, orders=0) as world, closing(Shop(world, tmp_path)) as shop:
        number = _refunded_and_still_paid(world)
        assert shop.scan().state == "complete"
        assert shop.headlines() == {number: "refund_not_recorded"}


@pytest.mark.parametrize(("right", "kind"), [("subscription_read", "subscriptions"), ("invoice_read", "invoices")])
def test_a_key_that_may_not_list_them_leaves_a_hole_and_finds_nothing_in_it(
    tmp_path: Path, right: str, kind: str
) -> None:
    with World(scenarios=SUBSCRIPTIONS, orders=5) as world, closing(Shop(world, tmp_path)) as shop:
        world.stripe.switches.restrict(RESTRICTED_KEY_TEST, READING_RIGHTS - {right})
        access = Access(api_key=RESTRICTED_KEY_TEST, api_base=world.stripe_url)
        with closing(shop.spans):
            shop.spans = SpanReader(access, FAST)
        record = shop.scan()
        assert record.state == "partial"
        assert {hole.kind for hole in record.holes} == {kind}
        assert all(right in hole.because for hole in record.holes)
        assert set(shop.headlines().values()) <= {None}


def test_a_kept_case_is_not_settled_while_a_refund_of_its_subscription_may_be_in_a_hole(tmp_path: Path) -> None:
    with World(scenarios=SUBSCRIPTIONS, orders=0) as world:
        between = Between.of(world)
        with closing(Shop(world, tmp_path)) as shop:
            told = {_refunded_and_still_paid(world, age=30, returned=29): "refund_not_recorded"}
            page = {"object": "refund", "amount": 100, "currency": "eur", "status": "succeeded", "livemode": False}
            world.stripe.store.put_all(
                [{"id": f"re_{n:024d}", "created": world.now - 9 * DAY + n, **page} for n in range(110)]
            )
            assert shop.scan().state == "complete"
            assert shop.headlines() == told
            between.bend = _last_refund_is_none
            record = shop.scan()
            (hole,) = record.holes
            assert (record.state, hole.kind, hole.since > world.now - 10 * DAY) == ("partial", "refunds", True)
            assert shop.headlines() == told


def _last_refund_is_none(path: str, page: Json) -> None:
    if path == "/v1/refunds" and len(page["data"]) == PAGE:
        page["data"][0] = 7
