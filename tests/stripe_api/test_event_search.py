"""The events of a case are found within a budget of pages, and what was not searched is said."""

from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.facts import Charge, Json, Session
from core.pasted import Kind
from core.sandbox.scenarios import Purchase
from core.sandbox.stripe import StripeServer
from core.sandbox.stripe.objects import dispute, event
from core.stripe_api import PAID, Span, StripeReader, asks
from core.stripe_api.event_search import PAGES, EventSearch
from core.stripe_api.event_spans import DISPUTED, EXPIRED, REFUNDED, merged
from core.stripe_api.reading import Habits
from core.stripe_api.wire import Answer
from tests.stripe_api.ledger import DAY, NOW, order_of, stage

RNG = Random(5)  # noqa: S311 - made-up ids need no cryptography


def _asked(stripe: StripeServer, path: str) -> list[str]:
    return [seen.query for seen in stripe.switches.requests if seen.path == path]


def test_an_account_that_does_not_answer_by_object_is_asked_once_only(
    stripe: StripeServer, reader: StripeReader
) -> None:
    stripe.switches.v2_events = False
    play = stage()
    payment = play.pay(play.checkout(), 120)
    play.booked("paid", payment, updated=130)
    stripe.store.put_all(play.objects)
    order = order_of(play.orders[0])
    first = reader.read_case(order, now=NOW)
    assert _asked(stripe, "/v2/core/events")
    stripe.switches.requests.clear()
    second = reader.read_case(order, now=NOW)
    assert not _asked(stripe, "/v2/core/events")
    assert len(first.events) == 3
    assert first.events == second.events
    assert first.unread == ()


def test_a_trouble_while_asking_by_object_falls_back_to_spans_and_is_asked_again_next_time(
    stripe: StripeServer, reader: StripeReader
) -> None:
    play = stage()
    payment = play.pay(play.checkout(), 120)
    play.booked("paid", payment, updated=130)
    stripe.store.put_all(play.objects)
    stripe.switches.fail("500", 3 * 3, "/v2/core/events")
    order = order_of(play.orders[0])
    assert len(reader.read_case(order, now=NOW).events) == 3
    assert len(_asked(stripe, "/v1/events")) > 1
    stripe.switches.faults.clear()
    stripe.switches.requests.clear()
    assert len(reader.read_case(order, now=NOW).events) == 3
    undelivered, doubts = _asked(stripe, "/v1/events")  # no object of a payment names those who doubt it
    assert "delivery_success" in undelivered
    assert "review.opened" in doubts


def test_in_a_busy_shop_the_search_ends_at_its_budget_and_says_what_is_left(
    stripe: StripeServer, reader: StripeReader
) -> None:
    stripe.switches.v2_events = False
    play = stage()
    payment = play.pay(play.checkout(), 120)
    play.booked("paid", payment, updated=130)
    crowd = stage(Purchase("7", "John", "john@example.com", "A chair", 100, "eur"))
    stranger = crowd.pay(crowd.checkout(), 60).intent
    at = payment.charge["created"]
    noise = (event(RNG, at + n % 150, "payment_intent.succeeded", stranger) for n in range(900))
    stripe.store.put_all([*play.objects, *noise])

    facts = reader.read_case(order_of(play.orders[0]), now=NOW)

    spans = [query for query in _asked(stripe, "/v1/events") if "delivery_success" not in query]
    assert len(spans) <= PAGES
    assert facts.cost.rounds <= 4
    assert {one.object_id for one in facts.events} <= {
        payment.session["id"],
        payment.intent["id"],
        payment.charge["id"],
    }
    (left,) = facts.events_unsearched
    assert left.startswith("the events of the payment between ")
    assert facts.unread == ()


def test_events_older_than_stripe_lists_are_said_to_be_gone(stripe: StripeServer, reader: StripeReader) -> None:
    play = stage(age=45 * DAY)
    payment = play.pay(play.checkout(), 120)
    play.booked("paid", payment, updated=130)
    stripe.store.put_all(play.objects)
    facts = reader.read_case(order_of(play.orders[0]), now=NOW)
    assert facts.events == ()
    assert [text for text in facts.events_unsearched if "Stripe lists them for 30 days" in text]


@pytest.mark.parametrize("by_object", [True, False])
def test_a_delayed_payments_settlement_is_found_days_later(
    stripe: StripeServer, reader: StripeReader, *, by_object: bool
) -> None:
    stripe.switches.v2_events = by_object
    play = stage(age=6 * DAY)
    payment = play.promise(play.checkout(), 120)
    play.booked("pending", payment, updated=130)
    settled = event(RNG, NOW - DAY, "checkout.session.async_payment_succeeded", payment.session)
    paid = event(RNG, NOW - DAY - 2, "payment_intent.succeeded", payment.intent)
    stripe.store.put_all([*play.objects, settled, paid])
    facts = reader.read_case(order_of(play.orders[0]), now=NOW)
    assert {settled["id"], paid["id"]} <= {one.id for one in facts.events}


@pytest.mark.parametrize("by_object", [True, False])
def test_an_expiry_and_a_dispute_are_found(stripe: StripeServer, reader: StripeReader, *, by_object: bool) -> None:
    stripe.switches.v2_events = by_object
    play = stage(age=3 * DAY)
    play.expire(play.checkout())
    payment = play.pay(play.checkout(60), 120)
    play.booked("paid", payment, updated=130)
    contested = dispute(
        RNG, NOW - DAY, amount=4200, currency="eur", charge=payment.charge["id"], payment_intent=payment.intent["id"]
    )
    opened = event(RNG, NOW - DAY + 1, "charge.dispute.created", contested)
    stripe.store.put_all([*play.objects, contested, opened])
    facts = reader.read_case(order_of(play.orders[0]), now=NOW)
    assert {"checkout.session.expired", "charge.dispute.created", "checkout.session.completed"} <= {
        one.type for one in facts.events
    }
    assert [one.id for one in facts.disputes] == [contested["id"]]


def _listed(search: EventSearch, session: Session, *notifications: Json) -> None:
    (ask,) = search.wanted([session])
    search.take(Answer(ask, 1, body={"data": list(notifications)}))


def test_a_notification_that_does_not_name_its_snapshot_is_fetched_first() -> None:
    habits, session = Habits(), Session.of(stage().checkout())
    search = EventSearch(habits, now=NOW)
    _listed(search, session, {"id": "evt_thin1", "object": "v2.core.event"})
    fetch = asks.thin_event("evt_thin1")
    assert fetch in set(search.wanted([session]))
    search.take(Answer(fetch, 1, body={"id": "evt_thin1", "snapshot_event": "evt_full1"}))
    assert asks.one(Kind.EVENT, "evt_full1") in set(search.wanted([session]))
    assert habits.thin_events is True


def test_notifications_without_any_snapshot_leave_the_search_to_spans() -> None:
    play = stage()
    payment = play.pay(play.checkout(), 120)
    search = EventSearch(Habits(), now=NOW)
    charge = Charge.of(payment.charge)
    (ask,) = search.wanted([charge])
    search.take(Answer(ask, 1, body={"data": [{"id": "evt_thin1"}]}))
    search.take(Answer(asks.thin_event("evt_thin1"), 1, body={"id": "evt_thin1"}))
    asked = [one.path for one in search.wanted([charge])]
    assert asked == ["/v2/core/events", "/v1/events", "/v1/events"]  # of the payment, and of doubts about it


SPANS = st.builds(
    lambda since, length, types: Span(since, since + length, types, "it"),
    st.integers(0, 5000),
    st.integers(0, 800),
    st.sampled_from((PAID, EXPIRED, REFUNDED, DISPUTED)),
)


@given(st.lists(SPANS, max_size=12))
def test_merging_loses_no_second_and_asks_none_twice(some: list[Span]) -> None:
    done = merged(some)
    assert len(done) <= len(some)
    assert all(any(one.covers(span) for one in done) for span in some)
    for one in done:
        others = [other for other in done if other is not one and other.types == one.types]
        assert not [other for other in others if other.since <= one.until and one.since <= other.until]
