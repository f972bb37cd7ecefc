"""Bulk reading against the sandbox's Stripe: the same objects a case reads, by listing or by id."""

from collections.abc import Iterator

import pytest

from core.facts import Json
from core.sandbox.stripe import RESTRICTED_KEY_TEST, SECRET_KEY_TEST, StripeServer
from core.sandbox.volume import MIXTURE, generate
from core.stripe_api import Access, Collected, StripeReader, spans
from tests.stripe_api.ledger import DAY, NOW

SPAN = [spans.Range(NOW - 60 * DAY, NOW + 1)]


@pytest.fixture
def shop(stripe: StripeServer) -> StripeServer:
    """A shop with three hundred orders of all kinds."""
    for built in generate(300, MIXTURE, NOW):
        stripe.store.put_all(built.objects)
    return stripe


@pytest.fixture
def bulk(stripe: StripeServer) -> Iterator[spans.SpanReader]:
    """A reader of the sandbox whose limits are out of the way."""
    made = spans.SpanReader(Access(SECRET_KEY_TEST, stripe.url), spans.Limits(2000, 2000), patience=0.2)
    yield made
    made.close()


def _all(reader: spans.SpanReader, listing: spans.Listing) -> list[Json]:
    batches: list[spans.Batch] = []
    assert reader.read([(listing, SPAN)], keep=batches.append).holes == ()
    return [one for batch in batches for one in batch.objects]


def test_a_session_brings_its_payment_with_it(shop: StripeServer, bulk: spans.SpanReader) -> None:
    sessions = _all(bulk, spans.SESSIONS)
    assert len({one["id"] for one in sessions}) == len(sessions) >= 290
    collected = Collected()
    for raw in sessions:
        collected.take(raw)
    reader = StripeReader(Access(SECRET_KEY_TEST, shop.url))
    paid = next(raw for raw in sessions if isinstance(raw["payment_intent"], dict) and raw["payment_status"] == "paid")
    facts = reader.read_case(None, also=(str(paid["id"]),), now=NOW)
    reader.close()
    (session,), (intent,) = facts.sessions, facts.intents
    assert collected.sessions[session.id] == session
    assert collected.intents[intent.id] == intent
    assert collected.charges[str(intent.latest_charge_id)] in facts.charges
    assert "_secret_" not in str(sessions)


@pytest.mark.usefixtures("shop")
def test_each_kind_is_listed(bulk: spans.SpanReader) -> None:
    for listing in spans.INTENTS, spans.CHARGES, spans.REFUNDS, spans.DISPUTES:
        assert _all(bulk, listing), listing.kind
    assert all(isinstance(one["latest_charge"], dict | None) for one in _all(bulk, spans.INTENTS))
    types = {str(one["type"]) for one in _all(bulk, spans.events_of(["charge.refunded", "checkout.session.completed"]))}
    assert types == {"charge.refunded", "checkout.session.completed"}


def test_a_list_of_events_takes_one_to_twenty_types() -> None:
    for types in ([], [f"a.{number}" for number in range(21)]):
        with pytest.raises(ValueError, match="1 to 20 types"):
            spans.events_of(types)


@pytest.mark.usefixtures("shop")
def test_by_their_ids_with_what_is_missing_and_what_is_no_id(bulk: spans.SpanReader) -> None:
    sessions = [str(one["id"]) for one in _all(bulk, spans.SESSIONS)[:30]]
    charges = [str(one["id"]) for one in _all(bulk, spans.CHARGES)[:10]]
    intents = [str(one["id"]) for one in _all(bulk, spans.INTENTS)[:10]]
    kept: list[Json] = []
    gone = "cs_test_a1GoneGoneGone"
    read = bulk.retrieve([*sessions, gone, *charges, *intents, *sessions, "order 7"], keep=kept.append)
    assert sorted(str(one["id"]) for one in kept) == sorted([*sessions, *charges, *intents])
    assert [(one.id, one.code) for one in read.missing] == [(gone, "resource_missing")]
    assert [(one.what, one.because) for one in read.failed] == [("order 7", "this is no id of a payment's")]
    assert read.requests == 51
    assert all(isinstance(one["payment_intent"], dict) for one in kept if one["object"] == "charge")


def test_by_their_ids_what_failed_is_said_and_a_refusal_ends_its_kind_only(
    shop: StripeServer, bulk: spans.SpanReader
) -> None:
    intents = [str(one["id"]) for one in _all(bulk, spans.INTENTS)[:40]]
    sessions = [str(one["id"]) for one in _all(bulk, spans.SESSIONS)[:5]]
    shop.switches.restrict(RESTRICTED_KEY_TEST, ["checkout_session_read", "charge_read"])
    reader, kept = spans.SpanReader(Access(RESTRICTED_KEY_TEST, shop.url), spans.Limits(2000, 2000)), list[Json]()
    read = reader.retrieve(intents, keep=kept.append)
    reader.close()
    assert kept == []
    assert [one.kind for one in read.failed] == ["intents"] * 40
    lacks = "the key lacks the permission payment_intent_read (PaymentIntents Read)"
    assert {one.because for one in read.failed} == {lacks}
    assert read.requests < 40
    shop.switches.fail("500", 99, "/v1/checkout/sessions/" + sessions[0])
    read = bulk.retrieve([*sessions, *intents], keep=kept.append)
    assert [one.what for one in read.failed] == [f"the checkout session {sessions[0]}"]
    assert len(kept) == 44


def test_stopping_leaves_nothing_unsaid(shop: StripeServer) -> None:
    ids = [f"pi_3{number:020}" for number in range(60)]
    shop.switches.latency = 0.1
    reader, kept = spans.SpanReader(Access(SECRET_KEY_TEST, shop.url), spans.Limits(100, 100)), list[Json]()
    looks = iter([False] * 3)
    read = reader.retrieve(ids, keep=kept.append, stop=lambda: next(looks, True))
    assert len(read.missing) + len(read.failed) == 60
    assert {one.because for one in read.failed} == {"the reading was stopped"}
    _, unread = reader.whose(stop=lambda: True)
    assert not isinstance(unread, tuple)
    assert unread.because == "the reading was stopped"
    reader.close()


def test_the_sandboxs_limits_are_kept(shop: StripeServer) -> None:
    shop.switches.rate_limits = True
    reader, kept = spans.SpanReader(Access(SECRET_KEY_TEST, shop.url)), list[spans.Batch]()
    hours = [spans.Range(NOW - 3600 * hour, NOW - 3600 * hour + 1800) for hour in range(25)]
    read = reader.read([(spans.SESSIONS, hours), (spans.INTENTS, hours)], keep=kept.append)
    reader.close()
    assert (read.slowed, read.requests) == (0, 50)


def test_what_suspects_need_once(shop: StripeServer, bulk: spans.SpanReader) -> None:
    account, found = bulk.whose()
    assert isinstance(found, tuple)
    assert account is not None
    assert account.startswith("acct_")
    reader = spans.SpanReader(Access(RESTRICTED_KEY_TEST, shop.url, account="acct_other"), patience=0.1)
    account, refused = reader.whose()
    assert account == "acct_other"
    reader.close()
    assert not isinstance(refused, tuple)
    assert refused.kind == "endpoints"
