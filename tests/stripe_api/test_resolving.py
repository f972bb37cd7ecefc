"""From anything of Stripe's to what the orders can be asked for."""

from dataclasses import dataclass
from random import Random

import pytest

from core.pasted import Kind, Ref, parse
from core.sandbox.scenarios import Purchase
from core.sandbox.scenarios.stage import Payment
from core.sandbox.stripe import StripeServer
from core.sandbox.stripe.objects import Json, customer, dispute, invoice, invoice_payment, new_id
from core.stripe_api import StripeReader
from tests.stripe_api.ledger import DAY, JENNY, NOW, stage


@dataclass(frozen=True, slots=True)
class Traces:
    """A payment with everything that can lead to it."""

    payment: Payment
    ids: dict[str, str]


@pytest.fixture
def traces(stripe: StripeServer) -> Traces:
    """A customer who paid by checkout, got some of it back, and disputed the rest; and another payment beside it."""
    rng = Random(3)  # noqa: S311 - made-up ids need no cryptography
    play = stage()
    buyer = customer(rng, NOW - 2 * DAY, email=JENNY.email)
    payment = play.pay(play.checkout(customer=buyer["id"]), 120, customer=buyer["id"])
    play.refund(payment, 7200, 1000)
    about = {"charge": payment.charge["id"], "payment_intent": payment.intent["id"]}
    contested = dispute(rng, NOW - 60, amount=3200, currency="eur", **about)
    bill = invoice(rng, NOW - DAY)
    paid = invoice_payment(rng, NOW - DAY, bill["id"], payment.intent["id"])
    other = play.aside(Purchase("2000", "John", "john@example.com", "A chair", 9900, "eur"))
    other.pay(other.checkout(), 60)
    made: list[Json] = [*play.objects, buyer, contested, bill, paid]
    stripe.store.put_all(made)
    event = next(one for one in made if one.get("type") == "refund.created")
    refund = next(one for one in made if one["object"] == "refund")
    ids = {
        "session": payment.session["id"],
        "intent": payment.intent["id"],
        "charge": payment.charge["id"],
        "refund": refund["id"],
        "dispute": contested["id"],
        "event": event["id"],
        "customer": buyer["id"],
        "invoice": bill["id"],
        "e-mail": JENNY.email,
    }
    return Traces(payment, ids)


@pytest.mark.parametrize(
    "start", ["session", "intent", "charge", "refund", "dispute", "event", "customer", "invoice", "e-mail"]
)
def test_every_trace_leads_to_the_same_payment_and_the_order_it_names(
    stripe: StripeServer, reader: StripeReader, traces: Traces, start: str
) -> None:
    resolved = reader.resolve(parse(traces.ids[start]), now=NOW)

    assert resolved.references == ("1042",)
    assert traces.ids["session"] in resolved.session_ids
    assert traces.ids["intent"] in resolved.intent_ids
    assert JENNY.email in resolved.emails
    assert resolved.looked
    assert (resolved.missing, resolved.unread) == ((), ())
    assert resolved.cost.rounds <= 4
    assert resolved.cost.requests == len(stripe.switches.requests)


def test_an_order_number_is_looked_for_in_the_payments_metadata(stripe: StripeServer, reader: StripeReader) -> None:
    play = stage()
    payment = play.pay(play.checkout(), 120, metadata={"orderNumber": "1042"})
    stripe.store.put_all(play.objects)
    resolved = reader.resolve(parse("Order #1042"), now=NOW)
    assert [one.id for one in resolved.intents] == [payment.intent["id"]]
    assert "the payments whose metadata name 1042" in resolved.looked


def test_quotes_in_an_order_number_stay_inside_the_question(stripe: StripeServer, reader: StripeReader) -> None:
    number = 'a"b\\c OR metadata["x"]:"y'
    play = stage()
    payment = play.pay(play.checkout(), 120, metadata={"order_id": number})
    stripe.store.put_all(play.objects)
    resolved = reader.resolve(Ref(Kind.ORDER, number), now=NOW)
    assert [one.id for one in resolved.intents] == [payment.intent["id"]]


@pytest.mark.parametrize("prefix", ["cs_test", "pi", "ch", "re", "du", "evt", "cus", "in"])
def test_an_id_nobody_knows_is_missing_and_says_where_was_looked(reader: StripeReader, prefix: str) -> None:
    rng = Random(4)  # noqa: S311 - a made-up id needs no cryptography
    unknown = new_id(prefix, rng)
    resolved = reader.resolve(parse(unknown), now=NOW)
    assert [missing.id for missing in resolved.missing] == [unknown]
    assert resolved.unread == ()
    assert unknown in " ".join(resolved.looked)
    assert (resolved.sessions, resolved.intents, resolved.references) == ((), (), ())


def test_an_id_stripe_does_not_know_may_still_stand_in_an_order(reader: StripeReader) -> None:
    gone = "cs_test_a1LongGoneFromThisAccount000"
    assert reader.resolve(parse(gone), now=NOW).session_ids == (gone,)


def test_what_could_not_be_followed_is_named(stripe: StripeServer, reader: StripeReader, traces: Traces) -> None:
    stripe.switches.fail("500", 99, "/v1/checkout/sessions")
    resolved = reader.resolve(parse(traces.ids["charge"]), now=NOW)
    assert [one.kind for one in resolved.unread] == ["sessions"]
    assert resolved.intent_ids == (traces.ids["intent"],)
