"""Opening a case reads everything about it, in few rounds, and nothing about strangers."""

from collections.abc import Iterator
from dataclasses import replace

import pytest

from core.facts import Cost, IntentStatus, Order
from core.sandbox import World
from core.sandbox.scenarios import SCENARIOS, Purchase
from core.sandbox.stripe import RESTRICTED_KEY_TEST, SECRET_KEY_TEST, StripeServer
from core.sandbox.stripe.objects import ACCOUNT_ID, customer_details
from core.stripe_api import Access, StripeReader
from tests.stripe_api.ledger import DAY, JENNY, NOW, found, order_of, stage

MOST = 40  # requests; an order with two subscriptions, each with a bill that is paid, takes the most


@pytest.fixture(scope="module")
def world() -> Iterator[World]:
    """Every scenario, played."""
    with World(now=NOW) as played:
        played.stripe.switches.frozen_at = NOW
        yield played


@pytest.mark.parametrize("by_object", [True, False], ids=["events by object", "events by span"])
def test_every_scenario_takes_at_most_four_rounds_and_counts_what_went_over_the_wire(
    world: World, *, by_object: bool
) -> None:
    switches = world.stripe.switches
    switches.v2_events = by_object
    reader = StripeReader(Access(SECRET_KEY_TEST, world.stripe_url))
    for scenario in SCENARIOS:
        for row in world.built[scenario.name].orders:
            switches.requests.clear()
            facts = reader.read_case(order_of(row), now=NOW)
            assert facts.cost.rounds <= 4, scenario.name
            assert facts.cost.requests < MOST, scenario.name
            assert facts.cost.requests == len(switches.requests), scenario.name
            assert facts.cost.seconds > 0
            assert facts.unread == (), scenario.name
    reader.close()


def test_what_can_be_asked_at_once_is(world: World) -> None:
    """With 400 ms a request, a case takes about as long as its rounds, not as long as its requests."""
    switches = world.stripe.switches
    reader = StripeReader(Access(SECRET_KEY_TEST, world.stripe_url))
    row = world.built["paid_and_booked"].orders[0]
    reader.read_case(order_of(row), now=NOW)
    switches.latency = 0.4
    cost = reader.read_case(order_of(row), now=NOW).cost
    switches.latency = 0.0
    reader.close()
    assert cost.seconds >= cost.rounds * 0.4
    assert cost.seconds < cost.requests * 0.4 * 0.7


@pytest.mark.parametrize("by_object", [True, False], ids=["events by object", "events by span"])
def test_a_paid_and_refunded_order_shows_all_its_objects_and_events(
    stripe: StripeServer, reader: StripeReader, *, by_object: bool
) -> None:
    stripe.switches.v2_events = by_object
    play = stage()
    payment = play.pay(play.checkout(), 120, undelivered=("checkout.session.completed",))
    play.refund(payment, 7200, 1000)
    play.booked("paid", payment, updated=130)
    stripe.store.put_all(play.objects)

    facts = reader.read_case(order_of(play.orders[0]), now=NOW)

    assert [one.id for one in facts.sessions] == [payment.session["id"]]
    assert [one.status for one in facts.intents] == [IntentStatus.SUCCEEDED]
    assert [one.id for one in facts.charges] == [payment.charge["id"]]
    assert [one.amount for one in facts.refunds] == [1000]
    assert {event.type: event.pending_webhooks for event in facts.events} == {
        "charge.succeeded": 0,
        "payment_intent.succeeded": 0,
        "checkout.session.completed": 1,
        "refund.created": 0,
        "charge.refunded": 0,
    }
    assert [event.created for event in facts.events] == sorted((e.created for e in facts.events), reverse=True)
    assert facts.read_at == NOW
    assert facts.key_mode == "test"
    assert facts.events_unsearched == ()


def test_an_object_looks_the_same_however_it_was_found(stripe: StripeServer, reader: StripeReader) -> None:
    play = stage()
    payment = play.pay(play.checkout(), 120)
    play.booked("paid", payment, updated=130)
    stripe.store.put_all(play.objects)
    stored = order_of(play.orders[0])
    unstored = replace(stored, session_id=None, payment_intent_id=None, session_ids=(), payment_intent_ids=())

    by_id, by_email = reader.read_case(stored, now=NOW), reader.read_case(unstored, now=NOW)

    assert [one.raw for one in by_id.sessions] == [one.raw for one in by_email.sessions]
    assert [one.raw for one in by_id.intents] == [one.raw for one in by_email.intents]
    assert by_id.sessions[0].raw["payment_intent"] == payment.intent["id"]


def test_without_stored_ids_the_payment_is_found_by_email_or_by_its_metadata(
    stripe: StripeServer, reader: StripeReader
) -> None:
    play = stage()
    payment = play.pay(play.checkout(), 120, metadata={"order_id": "1042"})
    play.order("pending")
    stripe.store.put_all(play.objects)
    order = order_of(play.orders[0])

    by_email = reader.read_case(replace(order, id="unknown", number=None), now=NOW)
    by_metadata = reader.read_case(replace(order, customer_email=None), now=NOW)

    assert payment.session["id"] not in found(by_email)  # it names order 1042, not this one
    assert found(by_metadata) == {payment.session["id"], payment.intent["id"], payment.charge["id"]}


def test_sessions_of_the_same_customer_are_kept_if_they_name_this_order_or_nobody(
    stripe: StripeServer, reader: StripeReader
) -> None:
    play = stage()
    payment = play.pay(play.checkout(), 120)
    play.booked("paid", payment, updated=130)
    other = play.aside(Purchase("2000", JENNY.name, JENNY.email, "A chair", 9900, "eur"))
    stranger = other.pay(other.checkout(), 60)
    nobody = play.pay(play.checkout(300, client_reference_id=None, metadata={}), 400, metadata={})
    stripe.store.put_all(play.objects)

    facts = reader.read_case(order_of(play.orders[0]), now=NOW)

    assert {one.id for one in facts.sessions} == {payment.session["id"], nobody.session["id"]}
    assert {one.id for one in facts.intents} == {payment.intent["id"], nobody.intent["id"]}
    assert stranger.session["id"] not in found(facts) | {key for e in facts.events for key in e.related_ids}


def test_the_stored_session_is_shown_even_when_it_belongs_to_another_order(
    stripe: StripeServer, reader: StripeReader
) -> None:
    play = stage()
    payment = play.pay(play.checkout(client_reference_id="2000", metadata={"order_id": "2000"}), 120)
    play.booked("paid", payment, updated=130)
    stripe.store.put_all(play.objects)

    facts = reader.read_case(order_of(play.orders[0]), now=NOW)

    assert {payment.session["id"], payment.intent["id"], payment.charge["id"]} <= found(facts)


def test_a_recovered_checkout_leads_to_the_one_it_came_from_and_back(
    stripe: StripeServer, reader: StripeReader
) -> None:
    play = stage(age=3 * DAY)
    first = play.expire(play.checkout())
    second = play.pay(
        play.checkout(DAY + 60, recovered_from=first["id"], client_reference_id=None, metadata={}), 2 * DAY
    )
    play.order("pending", stripe_session_id=first["id"])
    play.order("pending", stripe_session_id=second.session["id"])
    stripe.store.put_all(play.objects)

    for row in play.orders:
        assert {first["id"], second.session["id"], second.charge["id"]} <= found(
            reader.read_case(order_of(row), now=NOW)
        )


def test_every_session_an_order_remembers_is_read(stripe: StripeServer, reader: StripeReader) -> None:
    play = stage()
    older, newer = play.checkout(), play.checkout(300)
    play.order("pending", customer_email=None)
    stripe.store.put_all(play.objects)
    order = replace(order_of(play.orders[0]), metadata={"session_ids": f"{older['id']}, {newer['id']}"})

    assert [one.id for one in reader.read_case(order, now=NOW).sessions] == [newer["id"], older["id"]]


def test_the_keys_account_is_learnt_once_where_the_key_may_tell(stripe: StripeServer, reader: StripeReader) -> None:
    first, second = reader.read_case(_order(), now=NOW), reader.read_case(_order(), now=NOW)
    assert first.account == second.account == reader.account == ACCOUNT_ID
    assert [seen.path for seen in stripe.switches.requests].count("/v1/account") == 1


def test_a_key_that_may_not_tell_its_account_misses_nothing_else(stripe: StripeServer) -> None:
    least = StripeReader(Access(RESTRICTED_KEY_TEST, stripe.url))
    first, second = least.read_case(_order(), now=NOW), least.read_case(_order(), now=NOW)
    least.close()
    assert (first.account, first.unread, second.unread) == (ACCOUNT_ID, (), ())  # the refusal names it
    assert [seen.path for seen in stripe.switches.requests].count("/v1/account") == 1


def test_a_payment_no_order_claims_is_read_from_its_id(stripe: StripeServer, reader: StripeReader) -> None:
    play = stage()
    payment = play.pay(play.checkout(), 120)
    stripe.store.put_all(play.objects)
    everything = {payment.session["id"], payment.intent["id"], payment.charge["id"]}
    for start in everything:
        facts = reader.read_case(None, also=(start,), now=NOW)
        assert found(facts) == everything
        assert facts.events


def test_many_payments_for_one_order_are_followed_as_far_as_the_budget_and_the_rest_is_named(
    stripe: StripeServer, reader: StripeReader
) -> None:
    play = stage()
    for place in range(12):
        play.pay(play.checkout(place * 60), place * 60 + 30)
    play.order("paid")
    stripe.store.put_all(play.objects)

    facts = reader.read_case(order_of(play.orders[0]), now=NOW)

    assert len(facts.intents) == 12
    assert [(one.kind, one.what) for one in facts.unread] == [
        ("refunds", "attempts, refunds and disputes of 2 older payments")
    ]


def test_an_email_in_another_spelling_is_asked_for_in_both(stripe: StripeServer, reader: StripeReader) -> None:
    play = stage()
    open_one = play.checkout(customer_details=customer_details(JENNY.email))
    play.order("pending", customer_email="Jenny@Example.com")
    stripe.store.put_all(play.objects)
    assert [one.id for one in reader.read_case(order_of(play.orders[0]), now=NOW).sessions] == [open_one["id"]]


def test_what_is_no_email_address_is_not_asked_for(stripe: StripeServer, reader: StripeReader) -> None:
    assert reader.read_case(replace(_order(), customer_email="guest"), now=NOW).unread == ()
    assert not [seen for seen in stripe.switches.requests if "customer_details" in seen.query]


def test_two_readings_of_an_unchanged_stripe_are_the_same(stripe: StripeServer, reader: StripeReader) -> None:
    play = stage()
    payment = play.pay(play.checkout(), 120)
    play.pay(play.checkout(300), 400)
    play.refund(payment, 7200, 1000)
    play.booked("paid", payment, updated=130)
    stripe.store.put_all(play.objects)
    order = order_of(play.orders[0])
    first, second = (replace(reader.read_case(order, now=NOW), cost=Cost()) for _ in range(2))
    assert first == second


def test_a_creation_time_in_the_future_does_not_hide_the_sessions(stripe: StripeServer, reader: StripeReader) -> None:
    play = stage()
    open_one = play.checkout(customer_details=customer_details(JENNY.email))
    play.order("pending")
    stripe.store.put_all(play.objects)
    in_milliseconds = replace(order_of(play.orders[0]), created_at=NOW * 1000)
    assert [one.id for one in reader.read_case(in_milliseconds, now=NOW).sessions] == [open_one["id"]]


def _order() -> Order:
    play = stage()
    play.order("pending")
    return order_of(play.orders[0])
