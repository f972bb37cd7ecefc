"""Opening the case of a subscription brings it, its bills, and what became of the money of the first one."""

from dataclasses import replace

import pytest

from core.cases import Case
from core.facts import Facts, Order
from core.linking import Links
from core.pasted import Kind, parse
from core.rules import examine
from core.sandbox.scenarios import Stage
from core.sandbox.scenarios.stage_billing import MONTH, SignUp, renewed, sign_up
from core.sandbox.stripe import READING_RIGHTS, RESTRICTED_KEY_TEST, StripeServer
from core.sandbox.stripe.objects import Json, dispute, invoice, subscription
from core.stripe_api import Access, StripeReader
from tests.stripe_api.ledger import DAY, NOW, order_of, stage

BILLING = ("/v1/subscriptions", "/v1/invoices", "/v1/invoice_payments")


def ids(things: tuple[object, ...]) -> list[str]:
    return sorted(str(thing.id) for thing in things)  # type: ignore[attr-defined]  # every object of Stripe's has one


def linked(order: Order, facts: Facts) -> Links:
    return examine(Case(order, facts, NOW)).links


@pytest.fixture
def play() -> Stage:
    """A purchase that began 40 days ago."""
    return stage(age=40 * DAY)


def kept(stripe: StripeServer, play: Stage, signed_up: SignUp, *more: Json) -> Order:
    """Stripe has all of it; the order as the reader has it."""
    play.order("paid", stripe_session_id=signed_up.session["id"])
    stripe.store.put_all([*play.objects, *more])
    return order_of(play.orders[0])


def asked(stripe: StripeServer) -> list[str]:
    return [one.path for one in stripe.switches.requests if one.path.startswith(BILLING)]


def test_nothing_is_asked_about_subscriptions_where_there_is_none(stripe: StripeServer, reader: StripeReader) -> None:
    play = stage()
    play.booked("paid", play.pay(play.checkout(), 120), updated=130)
    stripe.store.put_all(play.objects)
    facts = reader.read_case(order_of(play.orders[0]), now=NOW)
    assert asked(stripe) == []
    assert (facts.subscriptions, facts.invoices) == ((), ())


@pytest.mark.parametrize("by_object", [True, False], ids=["events by object", "events by span"])
def test_the_first_bill_brings_its_payment_its_refund_and_its_dispute(
    stripe: StripeServer, reader: StripeReader, *, by_object: bool
) -> None:
    stripe.switches.v2_events = by_object
    play = stage()
    signed_up = sign_up(play)
    paid = signed_up.payment
    assert paid
    play.refund(paid, 7200, 1000)
    play.keep(dispute(play.rng, NOW - 60, charge=paid.charge["id"], amount=3200, payment_intent=paid.intent["id"]))
    order = kept(stripe, play, signed_up)

    facts = reader.read_case(order, now=NOW)

    assert (facts.missing, facts.unread, facts.events_unsearched) == ((), (), ())
    assert facts.cost.rounds <= 4
    links = linked(order, facts)
    assert (ids(links.subscriptions), ids(links.invoices)) == (
        [signed_up.subscription["id"]],
        [signed_up.invoice["id"]],
    )
    (bill,) = links.invoices
    assert bill.intent_ids == (paid.intent["id"],)
    assert (ids(links.intents), ids(links.charges)) == ([paid.intent["id"]], [paid.charge["id"]])
    assert [one.amount for one in links.refunds] == [1000]
    assert [one.amount for one in links.disputes] == [3200]
    (payment,) = links.payments
    assert (payment.refunded, payment.session) == (1000, links.sessions[0])
    assert {"customer.subscription.created", "invoice.paid", "charge.refunded"} <= {one.type for one in links.events}


def test_a_later_bill_is_read_with_what_was_given_back_of_it_and_its_payment_is_not_the_orders(
    stripe: StripeServer, reader: StripeReader, play: Stage
) -> None:
    first = sign_up(play)
    second = renewed(play, first, MONTH)
    assert second.payment
    play.refund(second.payment, MONTH + DAY)
    order = kept(stripe, play, first)

    facts = reader.read_case(order, now=NOW)

    links = linked(order, facts)
    assert ids(links.invoices) == sorted([first.invoice["id"], second.invoice["id"]])
    assert len(links.payments) == 1
    assert links.refunds == ()
    assert [one.payment_intent_id for one in facts.refunds] == [second.payment.intent["id"]]
    (plan,) = links.subscriptions
    assert plan.period_end == play.began + 2 * MONTH


def test_another_subscription_of_the_customer_is_there_to_be_compared(
    stripe: StripeServer, reader: StripeReader
) -> None:
    play = stage()
    signed_up = sign_up(play)
    buyer = signed_up.session["customer"]
    beside = subscription(play.rng, NOW - DAY, customer=buyer)
    strangers = subscription(play.rng, NOW - DAY, customer=buyer, metadata={"order_id": "2000"})
    order = kept(stripe, play, signed_up, beside, strangers)
    facts = reader.read_case(order, now=NOW)
    assert ids(facts.subscriptions) == sorted([signed_up.subscription["id"], beside["id"]])
    assert ids(linked(order, facts).subscriptions) == [signed_up.subscription["id"]]


@pytest.mark.parametrize(("right", "kinds"), [("subscription_read", {"subscriptions"}), ("invoice_read", {"invoices"})])
def test_a_key_that_may_not_read_them_loses_nothing_else(stripe: StripeServer, right: str, kinds: set[str]) -> None:
    stripe.switches.restrict(RESTRICTED_KEY_TEST, READING_RIGHTS - {right})
    play = stage()
    order = kept(stripe, play, sign_up(play))
    reader = StripeReader(Access(RESTRICTED_KEY_TEST, stripe.url))
    facts, again = (reader.read_case(order, now=NOW) for _ in range(2))
    reader.close()
    assert {one.kind for one in facts.unread} == kinds
    assert all(right in one.because for one in facts.unread)
    assert len(facts.sessions) == 1
    assert {one.kind for one in again.unread} == kinds


def test_a_subscription_that_stripe_does_not_know_is_missing(stripe: StripeServer, reader: StripeReader) -> None:
    play = stage()
    signed_up = sign_up(play)
    order = kept(stripe, play, signed_up)
    stripe.store.remove(stripe.store.get(signed_up.subscription["id"], livemode=False) or {})
    facts = reader.read_case(order, now=NOW)
    assert [one.id for one in facts.missing] == [signed_up.subscription["id"]]
    assert facts.unread == ()


def test_of_very_many_bills_the_newest_will_do(stripe: StripeServer, reader: StripeReader, play: Stage) -> None:
    signed_up = sign_up(play)
    plan = signed_up.subscription
    many = [
        invoice(play.rng, NOW - 3600 * n, subscription=plan["id"], billing_reason="subscription_cycle")
        for n in range(1, 121)
    ]
    order = kept(stripe, play, signed_up, *many)
    facts = reader.read_case(order, now=NOW)
    assert facts.unread == ()
    assert len(facts.invoices) == 101  # the newest hundred, and the first
    assert len(linked(order, facts).payments) == 1


def test_a_row_that_holds_the_subscription_alone_leads_to_it(stripe: StripeServer, reader: StripeReader) -> None:
    play = stage()
    signed_up = sign_up(play)
    order = kept(stripe, play, signed_up)
    named = {"subscription": signed_up.subscription["id"]}
    alone = replace(order, session_id=None, session_ids=(), customer_email=None, extra=named)
    facts = reader.read_case(alone, now=NOW)
    assert ids(linked(alone, facts).subscriptions) == [signed_up.subscription["id"]]
    assert ids(facts.sessions) == [signed_up.session["id"]]


def test_a_row_that_holds_the_first_payment_alone_leads_to_its_subscription(
    stripe: StripeServer, reader: StripeReader
) -> None:
    play = stage()
    signed_up = sign_up(play)
    order = kept(stripe, play, signed_up)
    assert signed_up.payment
    intent = signed_up.payment.intent["id"]
    alone = replace(
        order,
        session_id=None,
        session_ids=(),
        customer_email=None,
        payment_intent_id=intent,
        payment_intent_ids=(intent,),
    )
    facts = reader.read_case(alone, now=NOW)
    assert ids(facts.subscriptions) == [signed_up.subscription["id"]]
    assert ids(facts.sessions) == [signed_up.session["id"]]
    assert facts.cost.rounds <= 4


def test_a_pasted_subscription_leads_to_its_order(stripe: StripeServer, reader: StripeReader) -> None:
    play = stage()
    signed_up = sign_up(play)
    kept(stripe, play, signed_up)
    ref = parse(f"see {signed_up.subscription['id']}, please")
    assert ref.kind is Kind.SUBSCRIPTION
    resolved = reader.resolve(ref, now=NOW)
    assert resolved.session_ids == (signed_up.session["id"],)
    assert resolved.references == ("1042",)
    assert (resolved.missing, resolved.unread) == ((), ())
    nobodys = reader.resolve(parse("sub_1NobodyKnowsThisOne"), now=NOW)
    assert [one.id for one in nobodys.missing] == ["sub_1NobodyKnowsThisOne"]
