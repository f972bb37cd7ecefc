"""The cheap test is exact: what it discards, the rules find clean."""

import pytest
from hypothesis import HealthCheck, event, given, settings

from core.cases import Case
from core.facts import Facts, Order
from core.rules import examine
from core.scanning.scratch import brief_of_object, brief_of_order
from core.scanning.sieve import provably_healthy
from core.stripe_api import Collected
from tests.scanning.pairs import NOW, STATES, Json, pair_of, pairs, things


def case_of(order: Order, things: list[Json]) -> Case:
    collected = Collected()
    for thing in things:
        collected.take(thing)
    facts = Facts(
        key_mode="test",
        read_at=NOW,
        sessions=tuple(collected.sessions.values()),
        intents=tuple(collected.intents.values()),
        charges=tuple(collected.charges.values()),
    )
    return Case(order=order, facts=facts, now=NOW)


def meet(order: Order, thing: Json) -> bool:
    """Whether the pair is one and nothing else is between them, as `comparing` sees it."""
    ours = brief_of_order(order)[1]
    theirs = brief_of_object(thing)[1]
    shared = [(a, b) for a in ours for b in theirs if a.value == b.value]
    return bool(shared) and all(
        a.session_pair_key in (None, b.session_pair_key) and a.intent_pair_key in (None, b.intent_pair_key)
        for a, b in shared
    )


@settings(max_examples=2000, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(pairs())
def test_a_pair_that_is_discarded_is_clean(pair: tuple[Order, Json]) -> None:
    order, payment = pair
    brief, thing = brief_of_order(order)[0], brief_of_object(payment)[0]
    passed = provably_healthy(brief, thing, mode="test", now=NOW) and meet(order, payment)
    event(f"discarded: {passed}")
    if passed:
        diagnosis = examine(case_of(order, [payment])).diagnosis
        assert diagnosis.clean, diagnosis


@settings(max_examples=400, deadline=None)
@given(pairs())
def test_an_order_without_ids_beside_nothing_is_clean(pair: tuple[Order, Json]) -> None:
    order, _ = pair
    if provably_healthy(brief_of_order(order)[0], None, mode="test", now=NOW):
        diagnosis = examine(case_of(order, [])).diagnosis
        assert diagnosis.clean, diagnosis


@settings(max_examples=600, deadline=None)
@given(pairs())
def test_what_linking_would_link_shares_a_handle(pair: tuple[Order, Json]) -> None:
    order, payment = pair
    links = examine(case_of(order, [payment])).links
    if links.sessions or links.intents or links.charges or links.foreign:
        handles = {handle.value for handle in brief_of_order(order)[1]}
        assert handles & {handle.value for handle in brief_of_object(payment)[1]}


@pytest.mark.parametrize("names", [True, False])
@pytest.mark.parametrize(("state", "status"), [(state, one) for state, all_ in STATES.items() for one in all_.split()])
def test_the_common_pairs_are_discarded(state: str, status: str, names: bool) -> None:  # noqa: FBT001 - a parameter
    order, payment = pair_of(things(state, status, names=names), tried=state == "paid")
    assert provably_healthy(brief_of_order(order)[0], brief_of_object(payment)[0], mode="test", now=NOW)


@pytest.mark.parametrize("status", ["pending", "cancelled", "refunded", "odd"])
def test_a_paid_session_beside_an_order_that_is_not_paid_is_not(status: str) -> None:
    order, payment = pair_of(things("paid", status))
    assert not provably_healthy(brief_of_order(order)[0], brief_of_object(payment)[0], mode="test", now=NOW)


def test_test_payments_under_a_live_key_are_not() -> None:
    order, payment = pair_of(things())
    assert not provably_healthy(brief_of_order(order)[0], brief_of_object(payment)[0], mode="live", now=NOW)
