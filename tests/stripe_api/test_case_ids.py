"""A case by what the order has stored: damaged ids, texts that are none, secrets, ids of the other mode."""

from dataclasses import replace

import pytest

from core.facts import Order
from core.sandbox.stripe import SECRET_KEY_LIVE, StripeServer
from core.stripe_api import Access, StripeReader
from tests.stripe_api.ledger import NOW, order_of, stage


def test_a_damaged_id_is_asked_for_as_stored_and_as_it_should_be(stripe: StripeServer, reader: StripeReader) -> None:
    play = stage()
    session = play.checkout()
    play.order("pending", stripe_session_id=f' "{session["id"]}"\n')
    stripe.store.put_all(play.objects)

    facts = reader.read_case(order_of(play.orders[0]), now=NOW)

    assert [one.id for one in facts.sessions] == [session["id"]]
    assert [missing.id for missing in facts.missing] == [f' "{session["id"]}"\n']


@pytest.mark.parametrize("stored", ["{CHECKOUT_SESSION_ID}", "%7BCHECKOUT_SESSION_ID%7D", "cs_test_a1cut", "?"])
def test_text_that_is_no_id_is_unknown_to_stripe(reader: StripeReader, stored: str) -> None:
    facts = reader.read_case(replace(_order(), session_id=stored, session_ids=(stored,)), now=NOW)
    assert (facts.sessions, facts.unread) == ((), ())
    assert [missing.id for missing in facts.missing] == [stored]


@pytest.mark.parametrize("stored", ["../../v1/account", "x" * 4000])
def test_text_that_would_be_another_question_is_not_asked(
    stripe: StripeServer, reader: StripeReader, stored: str
) -> None:
    facts = reader.read_case(replace(_order(), session_id=stored, session_ids=(stored,)), now=NOW)
    assert (facts.sessions, facts.missing, facts.unread) == ((), (), ())
    assert not [seen for seen in stripe.switches.requests if "/../" in seen.path or "xxx" in seen.path]


def test_a_client_secret_is_neither_sent_nor_kept(stripe: StripeServer, reader: StripeReader) -> None:
    play = stage()
    payment = play.pay(play.checkout(), 120)
    secret = payment.intent["client_secret"]
    play.order("paid", payment_intent_id=secret)
    stripe.store.put_all(play.objects)

    facts = reader.read_case(order_of(play.orders[0]), now=NOW)

    assert [one.id for one in facts.intents] == [payment.intent["id"]]
    assert facts.events
    raws = [[one.raw for one in facts.sessions], [one.raw for one in facts.intents], [one.raw for one in facts.events]]
    assert secret not in repr(raws)
    assert not [seen for seen in stripe.switches.requests if "_secret_" in seen.path + seen.query]


def test_an_id_of_the_other_mode_is_missing_and_stripe_says_so(stripe: StripeServer) -> None:
    play = stage()
    session = play.checkout()
    play.order("pending", stripe_session_id=session["id"])
    stripe.store.put_all(play.objects)
    live = StripeReader(Access(SECRET_KEY_LIVE, stripe.url))

    facts = live.read_case(order_of(play.orders[0]), now=NOW)
    live.close()

    assert facts.key_mode == "live"
    assert [missing.code for missing in facts.missing] == ["resource_missing"]
    assert "a similar object exists in test mode" in facts.missing[0].message


def _order() -> Order:
    play = stage()
    play.order("pending")
    return order_of(play.orders[0])
