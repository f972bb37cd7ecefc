"""Orders of a subscription are sieved as well: what is discarded, the rules find clean."""

import tempfile
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path

import msgspec
import pytest
from hypothesis import HealthCheck, event, given, settings

from core.cases import Case
from core.facts import Facts, Order
from core.rules import examine
from core.scanning.scratch import Scratch
from core.scanning.sieve.comparing import compare
from core.stripe_api import Collected
from core.stripe_api.spans.sent import page_of
from tests.scanning.pairs import NOW
from tests.scanning.sign_ups import (
    STRANGERS,
    Json,
    Objects,
    laid_out,
    nested,
    number,
    on_trial,
    past_due,
    sign_up,
    sign_ups,
)


def facts_of(objects: Objects) -> Facts:
    """All of it, as the facts of one case."""
    found = Collected()
    for _, some in nested(objects):
        for one in some:
            found.take(one)
    return Facts(
        key_mode="test",
        read_at=NOW,
        sessions=tuple(found.sessions.values()),
        intents=tuple(found.intents.values()),
        charges=tuple(found.charges.values()),
        refunds=tuple(found.refunds.values()),
        disputes=tuple(found.disputes.values()),
        subscriptions=tuple(found.subscriptions.values()),
        invoices=tuple(found.invoices.values()),
    )


@contextmanager
def compared(orders: list[Order], objects: Objects) -> Iterator[Scratch]:
    """A scan's own comparing of all of it."""
    with tempfile.TemporaryDirectory() as folder, closing(Scratch.of(Path(folder), "1")) as scratch:
        scratch.keep_orders(orders)
        for kind, some in nested(objects):
            scratch.keep(kind, page_of(msgspec.json.encode({"data": some}))["data"])  # type: ignore[index] # a list
        compare(scratch, mode="test", now=NOW, canary=0.0)
        yield scratch


def suspects(orders: list[Order], objects: Objects) -> set[str]:
    """The ids of the orders that are left."""
    with compared(orders, objects) as scratch:
        return {row[0] for row in scratch.rows("SELECT id FROM suspects JOIN orders USING (key)")}


@settings(max_examples=60, deadline=None, suppress_health_check=list(HealthCheck))
@given(sign_ups())
def test_whoever_is_discarded_is_clean(shop: tuple[list[Order], Objects]) -> None:
    orders, objects = shop
    left = suspects(orders, objects)
    event(f"left: {len(left)} of {len(orders)}")
    facts = facts_of(objects)
    for order in orders:
        if order.id not in left:
            others = tuple(one for one in orders if one.id != order.id)
            diagnosis = examine(Case(order=order, facts=facts, now=NOW, other_orders=others)).diagnosis
            assert diagnosis.clean, (order.id, diagnosis)


@pytest.mark.parametrize("intents", [True, False])
@pytest.mark.parametrize("second", [True, False])
def test_healthy_ones_are_discarded(*, intents: bool, second: bool) -> None:
    every = [sign_up(n, "fulfilled" if n else "paid", named=n != 1, second=second) for n in range(3)]
    assert suspects(*laid_out(every, intents=intents)) == set()


def test_so_are_those_of_a_trial_of_what_is_free_and_of_a_bill_that_was_declined() -> None:
    every = [sign_up(n, second=n % 2 == 0) for n in range(4)]
    every[0] = past_due(every[0])
    every[1], every[2] = on_trial(every[1]), on_trial(every[2])
    every[3] = on_trial(every[3], due=0)
    every[3]["plan"] |= {"status": "active", "trial_end": None}
    assert suspects(*laid_out(every)) == set()


def test_so_are_those_whose_subscription_names_the_order_or_whose_row_keeps_it_or_its_payment() -> None:
    every = [sign_up(n) for n in range(3)]
    every[0]["plan"]["metadata"] = every[0]["bill"]["parent"]["subscription_details"]["metadata"] = {
        "order_id": number(0)
    }
    every[1]["order"]["extra"] = {"subscription": every[1]["plan"]["id"]}
    every[2]["order"]["payment_intent_id"] = every[2]["intent"]["id"]
    assert suspects(*laid_out(every)) == set()


def test_a_payment_whose_charge_says_that_it_is_anothers_touches_that() -> None:
    """It is counted where the charge says, so what went back of it went back there."""
    every = [sign_up(n) for n in range(2)]
    every[0]["charge"]["payment_intent"] = every[1]["intent"]["id"]
    assert suspects(*laid_out(every)) == {one["order"]["id"] for one in every}


@pytest.mark.parametrize("place", range(len(STRANGERS)))
def test_whoever_is_touched_is_left(place: int) -> None:
    kind, stranger = STRANGERS[place]
    orders, objects = laid_out([sign_up(n) for n in range(2)])
    objects[kind].append(stranger)
    if kind == "subscriptions" and (stranger["created"] < NOW - 10 * 86_400):  # long before, of the same customer
        return
    if stranger.get("receipt_email"):  # a likeness, and the order is paid
        return
    assert suspects(orders, objects) == {orders[0].id}


def _odd(thing: str, **fields: object) -> tuple[str, Json]:
    return thing, fields


@pytest.mark.parametrize(
    ("thing", "fields"),
    [
        _odd("order", status="cancelled"),
        _odd("order", amount_minor=4999),
        _odd("session", payment_status="no_payment_required", amount_total=0),
        _odd("session", payment_status="no_payment_required"),
        _odd("plan", status="canceled", ended_at=NOW - 3600),
        _odd("plan", status="unpaid"),
        _odd("plan", pause_collection={"behavior": "void"}),
        _odd("bill2", status="open", amount_paid=1000),
        _odd("bill2", status="uncollectible", amount_paid=0),
        _odd("intent2", status="requires_action"),
        _odd("bill", paid_out_of_band=True),
        _odd("bill", status="open", amount_paid=0),
        _odd("charge", amount_refunded=100),
        _odd("charge2", disputed=True),
    ],
)
def test_what_is_not_plainly_fine_is_left(thing: str, fields: Json) -> None:
    every = [sign_up(n) for n in range(2)]
    every[0][thing] |= fields
    orders, objects = laid_out(every)
    assert suspects(orders, objects) == {orders[0].id}
