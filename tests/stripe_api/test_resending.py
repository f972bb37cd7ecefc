"""A resend is asked for once, and what Stripe says to it is put in words."""

from random import Random

import pytest

from core.sandbox.stripe import RESTRICTED_KEY_TEST, StripeServer
from core.sandbox.stripe.objects import Json, webhook_endpoint
from core.stripe_api import Access, StripeReader
from tests.stripe_api.ledger import DAY, NOW, stage


@pytest.fixture
def event(stripe: StripeServer) -> Json:
    """The event that says a checkout was completed."""
    play = stage()
    play.pay(play.checkout(), 120)
    stripe.store.put_all(play.objects)
    return next(made for made in play.objects if made.get("type") == "checkout.session.completed")


@pytest.fixture
def endpoint(stripe: StripeServer) -> Json:
    """An endpoint that wants everything, on an address where nobody listens."""
    rng = Random(1)  # noqa: S311 - a made-up id needs no cryptography
    made = webhook_endpoint(rng, NOW - 30 * DAY, url="http://127.0.0.1:9/hook", enabled_events=["*"])
    return stripe.store.put(made)


def test_an_accepted_resend_says_what_was_sent_where(
    stripe: StripeServer, reader: StripeReader, event: Json, endpoint: Json
) -> None:
    resent = reader.resend(event["id"], endpoint["id"])
    assert (resent.accepted, resent.status) == (True, 200)
    assert event["id"] in resent.says
    assert endpoint["id"] in resent.says
    assert [seen.method for seen in stripe.switches.requests] == ["POST"]


def test_a_key_that_may_not_resend_is_told_which_permission_it_lacks(
    stripe: StripeServer, event: Json, endpoint: Json
) -> None:
    reader = StripeReader(Access(RESTRICTED_KEY_TEST, stripe.url))
    resent = reader.resend(event["id"], endpoint["id"])
    reader.close()
    assert (resent.accepted, resent.status) == (False, 403)
    assert "event_write" in resent.says


def test_an_event_stripe_no_longer_has_is_refused_in_words(reader: StripeReader, endpoint: Json) -> None:
    resent = reader.resend("evt_1LongForgotten00000000000", endpoint["id"])
    assert (resent.accepted, resent.status) == (False, 404)
    assert "older than 30 days" in resent.says


@pytest.mark.parametrize(("kind", "words"), [("500", "error of its own"), ("429", "limits"), ("reset", "No answer")])
def test_a_resend_that_fails_is_not_sent_again_by_itself(
    stripe: StripeServer, reader: StripeReader, event: Json, endpoint: Json, kind: str, words: str
) -> None:
    stripe.switches.fail(kind, 1)  # type: ignore[arg-type] # one of FaultKind
    resent = reader.resend(event["id"], endpoint["id"])
    assert not resent.accepted
    assert words in resent.says
    assert len(stripe.switches.requests) == 1
