"""A payment that came to nothing may be a bill's, settled in another way: one question more, where nothing is paid."""

import pytest

from core.cases import Case
from core.facts import Order
from core.findings import Diagnosis
from core.money import Money
from core.rules import examine
from core.sandbox.scenarios import Stage
from core.sandbox.stripe import READING_RIGHTS, RESTRICTED_KEY_TEST, StripeServer
from core.sandbox.stripe.objects import Json, invoice, invoice_payment, payment_intent, webhook_endpoint
from core.stripe_api import Access, StripeReader
from tests.stripe_api.ledger import DAY, NOW, order_of, stage

PAYMENTS = "/v1/invoice_payments"
DROPPED = {"status": "canceled", "cancellation_reason": "void_invoice"}
CANCELED = {"amount_paid": None, "status": "canceled"}


@pytest.fixture
def play() -> Stage:
    """A purchase that began nine days ago."""
    return stage(age=9 * DAY)


def tried(play: Stage, **fields: object) -> Json:
    """A payment that no checkout began, and nobody finished."""
    state = {"status": "requires_payment_method", **fields}
    named = {"order_id": "1042"}
    return play.keep(payment_intent(play.rng, play.began, amount=4200, currency="eur", metadata=named, **state))


def billed(play: Stage, *intents: Json, **fields: object) -> Json:
    """A bill, which names nobody, and its payments."""
    bill = play.keep(invoice(play.rng, play.began, total=4200, billing_reason="manual", **fields))
    for one in intents:
        paid = {"amount_paid": 4200} if one["status"] == "succeeded" else CANCELED
        play.keep(invoice_payment(play.rng, play.began, bill["id"], one["id"], **paid))
    return bill


def kept(stripe: StripeServer, play: Stage, intent: Json) -> Order:
    """Stripe has all of it; the order waits for this payment."""
    play.order("pending", payment_intent_id=intent["id"])
    hook = webhook_endpoint(play.rng, play.began - DAY, url="https://shop.example.com/hook", enabled_events=["*"])
    stripe.store.put_all([*play.objects, hook])
    return order_of(play.orders[0])


def diagnosed(reader: StripeReader, order: Order) -> Diagnosis:
    facts = reader.read_case(order, now=NOW)
    assert facts.cost.rounds <= 4
    return examine(Case(order, facts, NOW)).diagnosis


def code(diagnosis: Diagnosis) -> str | None:
    return diagnosis.headline.code if diagnosis.headline else None


def asked(stripe: StripeServer) -> int:
    return len([one for one in stripe.switches.requests if one.path == PAYMENTS])


def test_of_a_paid_order_nothing_is_asked(stripe: StripeServer, reader: StripeReader, play: Stage) -> None:
    play.booked("paid", play.pay(play.checkout(), 120), updated=130)
    stripe.store.put_all(play.objects)
    reader.read_case(order_of(play.orders[0]), now=NOW)
    assert asked(stripe) == 0


def test_nor_of_a_checkout_that_nobody_paid(stripe: StripeServer, reader: StripeReader, play: Stage) -> None:
    intent = tried(play)
    order = kept(stripe, play, intent)
    stripe.store.put_all([play.checkout(payment_intent=intent["id"])])
    reader.read_case(order, now=NOW)
    assert asked(stripe) == 0


def test_nor_where_another_payment_stands(stripe: StripeServer, reader: StripeReader, play: Stage) -> None:
    intent = tried(play)
    play.pay(play.checkout(), 120, metadata={"order_id": "1042"})
    reader.read_case(kept(stripe, play, intent), now=NOW)
    assert asked(stripe) == 0


@pytest.mark.parametrize("state", [{}, {"status": "canceled"}], ids=["unfinished", "canceled"])
@pytest.mark.parametrize("may", [True, False], ids=["may look", "may not"])
def test_a_payment_that_was_given_up_stays_one_whether_the_key_may_look_or_not(
    stripe: StripeServer, play: Stage, state: dict[str, object], *, may: bool
) -> None:
    """Most shops never draw up an invoice, and a key without the right for them misses nothing."""
    stripe.switches.restrict(RESTRICTED_KEY_TEST, READING_RIGHTS - (frozenset() if may else {"invoice_read"}))
    order = kept(stripe, play, tried(play, **state))
    reader = StripeReader(Access(RESTRICTED_KEY_TEST, stripe.url))
    diagnosis = diagnosed(reader, order)
    reader.close()
    assert (code(diagnosis), diagnosis.undetermined) == ("expired_order_open", None)
    assert asked(stripe) == 1


@pytest.mark.parametrize("state", [{}, {"status": "canceled"}, DROPPED], ids=["unfinished", "canceled", "dropped"])
def test_a_bill_that_names_nobody_and_was_settled_outside_stripe_is_found_by_its_payment(
    stripe: StripeServer, reader: StripeReader, play: Stage, state: dict[str, object]
) -> None:
    intent = tried(play, **state)
    billed(play, intent, amount_paid=0, amount_paid_off_stripe=4200)
    assert code(diagnosed(reader, kept(stripe, play, intent))) == "paid_outside_stripe"
    assert asked(stripe) == 1


def test_a_bill_that_another_payment_paid_brings_that_one(
    stripe: StripeServer, reader: StripeReader, play: Stage
) -> None:
    dropped = tried(play, status="canceled")
    again = play.keep(payment_intent(play.rng, play.began + 60, amount=4200, currency="eur", status="succeeded"))
    charge = play.charged(again, play.began + 60, "card", "succeeded")
    again = play.keep({**again, "latest_charge": charge["id"]})
    billed(play, dropped, again)
    order = kept(stripe, play, dropped)
    facts = reader.read_case(order, now=NOW)
    assert {one.id for one in facts.intents} == {dropped["id"], again["id"]}
    examined = examine(Case(order, facts, NOW))
    assert [one.amount for one in examined.links.payments] == [Money(4200, "eur")]
    assert "expired_order_open" not in {one.code for one in examined.diagnosis.findings}


def test_where_the_payment_says_that_a_bill_ended_it_a_key_that_may_not_look_is_told(
    stripe: StripeServer, play: Stage
) -> None:
    stripe.switches.restrict(RESTRICTED_KEY_TEST, READING_RIGHTS - {"invoice_read"})
    order = kept(stripe, play, tried(play, **DROPPED))
    reader = StripeReader(Access(RESTRICTED_KEY_TEST, stripe.url))
    diagnosis = diagnosed(reader, order)
    reader.close()
    assert diagnosis.undetermined
    assert "invoice_read" in diagnosis.undetermined
    assert code(diagnosis) is None, "nobody can say that nothing was paid"


def test_an_outage_is_no_refusal(stripe: StripeServer, reader: StripeReader, play: Stage) -> None:
    order = kept(stripe, play, tried(play))
    stripe.switches.fail("500", times=9, path=PAYMENTS)
    facts = reader.read_case(order, now=NOW)
    assert [one.kind for one in facts.unread] == ["invoices"]
