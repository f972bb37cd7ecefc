"""Rows that real applications wrote, read with what `init` writes: every field is right, and only what is wrong there
is found."""

import json
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

from core.cli.orders_command import canonical
from core.comparison import Verdict, attempts, compare
from core.facts import Json, Order, Trace
from core.orders import OrdersReader
from core.rules import examine
from core.sandbox.stripe import SECRET_KEY_TEST, StripeServer
from core.stripe_api import Access, StripeReader
from tests.databases import execute
from tests.real import NAMES, Read, RealShop, case, intent, read

FIELDS = ("number", "status", "amount", "currency", "refunded_amount", "payment_intent_ids", "session_id")


@pytest.fixture(scope="module", params=NAMES)
def shop(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Read]:
    """A shop as `init` reads it."""
    one = RealShop(request.param)
    with one.standing(tmp_path_factory.mktemp("real")) as url:
        yield read(one, url)


def test_every_field_of_every_order_is_right(shop: Read) -> None:
    got = {name: canonical(order) for name, order in shop.orders.items()}
    for one in shop.shop.expected:
        names = [name for name in FIELDS if name in one and not unsaid(shop, name)]
        names += ["customer_email"] if "customer_email" in one else []
        said = {name: got[one["id"]][name] for name in names}
        assert (one["scenario"], said) == (one["scenario"], {name: one[name] for name in names})


CARTS = """
CREATE TABLE cart (id text, email text, currency_code text, created_at timestamptz, billing_address_id text,
                   shipping_address_id text);
CREATE TABLE cart_address (id text, first_name text, last_name text);
CREATE TABLE cart_payment_collection (cart_id text, payment_collection_id text);
INSERT INTO cart_address VALUES ('caaddr_1', 'Fay', 'Example'), ('caaddr_2', 'Gus', 'Example');
INSERT INTO cart VALUES ('cart_1', 'fay@example.com', 'eur', '2026-11-29 08:50:00+00', NULL, 'caaddr_1'),
                        ('cart_2', 'gus@example.com', 'eur', '2026-11-29 08:50:00+00', 'caaddr_2', 'caaddr_1');
INSERT INTO cart_payment_collection SELECT 'cart_1', payment_collection_id FROM payment_session WHERE id = '{session}';
"""
ABANDONED = "payses_01M8K7ZYQM215T2Y0M62PB90WD"


def test_the_cart_of_a_payment_without_an_order_says_whose_it_is(tmp_path: Path) -> None:
    """Medusa makes an order of a cart once it hears of the payment."""
    one = RealShop("medusa_2_21")
    with one.standing(tmp_path) as url:
        execute(url, *CARTS.format(session=ABANDONED).split(";")[:-1])
        found = read(one, url)
        with closing(OrdersReader(url, found.mapping)) as reader:
            cart, none = reader.carts.led_to(
                [Trace(written=frozenset({("session_id", name)})) for name in (ABANDONED, "payses_nobodys")]
            )
    assert (found.preset, none) == ("Medusa 2", None)
    assert cart is not None
    assert (cart.id, cart.customer, str(cart.amount)) == ("cart_1", "Fay Example (fay@example.com)", "24.89 EUR")


def unsaid(shop: Read, field: str) -> bool:
    """EverShop keeps no amount of a refund: then nothing is said of it."""
    return field == "refunded_amount" and shop.shop.name == "evershop_2_2"


# What Stripe holds where it is not simply the order's own ids, paid in full: (id, status, minor units, refunded).
STRIPE_HOLDS = {
    "pretix": {
        "34": ("pi_declined", "requires_payment_method", 2300, 0),
        "42": ("", "succeeded", 1500, 0),
        "44": ("", "succeeded", 2300, 1800),
        "45": ("", "succeeded", 2300, 0),
        "46": ("", "succeeded", 6900, 2000),
    },
    "medusa_2_21": {
        "order_01M8K8T6VC0774NRNT89CQPP8A": ("", "requires_capture", 2489, 0),
        "order_01M8K8TFMZEAJDD59KM987BAKZ": ("", "canceled", 2489, 0),
    },
}
FOUND = {
    "pretix": {"46": ["refund_not_recorded"]},
    "evershop_2_2": {"10": ["webhook_failing"]},
    "django_plans_2_8": {"9": ["webhook_off"]},
}
UNPAID = {"never paid": "requires_payment_method", "declined": "requires_payment_method", "canceled": "canceled"}


def held(shop: Read, order: Order) -> list[Json]:
    """All that Stripe holds of an order."""
    (said,) = (one for one in shop.shop.expected if one["id"] == order.id)
    if shop.shop.name == "evershop_2_2":
        return of_evershop(order, said)
    if shop.shop.name == "django_plans_2_8":
        return of_django_plans(order, said)
    plain = ("", "succeeded", order.amount_minor or 0, order.refunded_minor or 0)
    name, status, minor, back = STRIPE_HOLDS[shop.shop.name].get(order.id, plain)
    ids = [name] if name else order.payment_intent_ids
    return [thing for one in ids for thing in intent(order, one, minor, status=status, refunded=back)]


def of_evershop(order: Order, said: dict[str, Any]) -> list[Json]:
    """Its intents bear the order's UUID; one that is not paid is not stored with the order."""
    if said["intent_at_stripe"] is None:
        return []
    about = {"status": UNPAID.get(said["scenario"], "succeeded"), "metadata": said["intent_metadata"]}
    return intent(order, said["intent_at_stripe"], said["amount"], refunded=said["refunded_at_stripe"], **about)


def of_django_plans(order: Order, said: dict[str, Any]) -> list[Json]:
    """Its checkouts, which bear the token of a payment: as the app keeps them, but for the one it did not hear of."""
    rows = order.raw["payments"]
    assert isinstance(rows, list)
    kept = [json.loads(row["stripe_refs"] or "{}") for row in rows if isinstance(row, dict)]
    session = {"object": "checkout.session", **next((one["session"] for one in kept if "session" in one), {})}
    if "id" not in session:
        return []
    if order.id in FOUND["django_plans_2_8"]:
        session |= {"status": "complete", "payment_status": "paid", "payment_intent": "pi_3Uh49NpLanternQ8lost"}
    paid, back = session["payment_intent"], said["amount"] if said["status"] == "refunded" else 0
    return [session, *(intent(order, paid, said["amount"], refunded=back, metadata={}) if paid else [])]


@pytest.fixture(params=NAMES)
def known(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Read]:
    """A shop as `init` reads it beside its Stripe account."""
    one = RealShop(request.param)
    with one.standing(tmp_path) as url, StripeServer() as server:
        before = read(one, url)
        server.store.put_all(dict(thing) for order in before.orders.values() for thing in held(before, order))
        with closing(StripeReader(Access(SECRET_KEY_TEST, server.url))) as stripe:
            yield read(one, url, stripe)


def test_only_what_is_wrong_is_found(known: Read) -> None:
    found = FOUND.get(known.shop.name, {})
    for one in known.shop.expected:
        order = known.orders[one["id"]]
        lost = {"unheard": "webhook_failing" in one["should_find"], "deaf": "webhook_off" in one["should_find"]}
        seen = examine(case(known, order, held(known, order), **lost))
        said = ([finding.code for finding in seen.diagnosis.findings], seen.diagnosis.undetermined)
        assert (one["scenario"], said) == (one["scenario"], (found.get(order.id, []), None))
        assert one["should_find"] != "nothing" or order.id not in found
        kept = {row.field: row for attempt in attempts(seen) for row in compare(seen, attempt).rows}
        if "Amount" in kept and not found.get(order.id):
            assert kept["Amount"].verdict not in (Verdict.DIFFERS, Verdict.NOT_READ), one["scenario"]
