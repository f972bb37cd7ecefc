"""An outage is never a finding: what could not be read is named with its reason, and the rest is still read."""

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager

import pytest
from starlette.applications import Starlette
from starlette.responses import PlainTextResponse, RedirectResponse, Response
from starlette.routing import Route

from core.errors import StripeUnreachable
from core.facts import Facts, Order
from core.sandbox.loopback import Loopback
from core.sandbox.stripe import RESTRICTED_KEY_TEST, SECRET_KEY_TEST, StripeServer
from core.settings import STRIPE_API
from core.stripe_api import Access, StripeReader
from tests.stripe_api.ledger import NOW, order_of, stage

WRONG_KEY = "sk_test_" + "ThisKeyIsNobodys0000000000wxyz"


@pytest.fixture
def order(stripe: StripeServer) -> Order:
    """A paid order whose session is stored."""
    play = stage()
    payment = play.pay(play.checkout(), 120)
    play.order("paid", stripe_session_id=payment.session["id"])
    stripe.store.put_all(play.objects)
    return order_of(play.orders[0])


@contextmanager
def _reader(access: Access, *, timeout: float = 5.0) -> Iterator[StripeReader]:
    made = StripeReader(access, timeout=timeout)
    yield made
    made.close()


def _unread(facts: Facts) -> dict[str, str]:
    return {one.what: one.because for one in facts.unread}


@pytest.mark.parametrize(("kind", "times"), [("429", 2), ("500", 2), ("reset", 2)])
def test_a_passing_trouble_is_tried_again_and_counted(
    stripe: StripeServer, reader: StripeReader, order: Order, kind: str, times: int
) -> None:
    stripe.switches.fail(kind, times, "/v1/webhook_endpoints")  # type: ignore[arg-type] # one of FaultKind
    facts = reader.read_case(order, now=NOW)
    assert facts.unread == ()
    assert facts.cost.requests == len(stripe.switches.requests)
    assert facts.cost.rounds >= 3 + times - 1


@pytest.mark.parametrize(
    ("kind", "because"),
    [
        ("429", "Stripe limits requests at the moment (global-rate), also at try 3"),
        ("500", "Stripe answered with an error of its own (500), also at try 3"),
        ("reset", "the connection to Stripe broke, also at try 3"),
    ],
)
def test_a_lasting_trouble_with_one_question_is_named_and_the_rest_is_read(
    stripe: StripeServer, reader: StripeReader, order: Order, kind: str, because: str
) -> None:
    stripe.switches.fail(kind, 99, "/v1/disputes")  # type: ignore[arg-type] # one of FaultKind
    facts = reader.read_case(order, now=NOW)
    (intent,) = facts.intents
    assert _unread(facts) == {f"the disputes of {intent.id}": because}
    assert {one.kind for one in facts.unread} == {"disputes"}
    assert facts.sessions
    assert facts.charges
    assert facts.events


def test_an_answer_that_never_comes_does_not_keep_the_rest(stripe: StripeServer, order: Order) -> None:
    stripe.switches.fail("hang", 99, "/v1/payment_intents/search")
    with _reader(Access(SECRET_KEY_TEST, stripe.url), timeout=2.0) as reader:
        facts = reader.read_case(order, now=NOW)
    assert _unread(facts)["the payments whose metadata name 1042"].startswith("Stripe did not answer in time")
    assert facts.sessions


def test_an_account_without_search_is_told_apart_from_an_outage(
    stripe: StripeServer, reader: StripeReader, order: Order
) -> None:
    """In India Stripe offers no search: what was found by its ids is not in doubt for that."""
    stripe.switches.fail("unoffered", 99, "/v1/payment_intents/search")
    facts = reader.read_case(order, now=NOW)
    (one,) = facts.unread
    assert (one.kind, one.what) == ("search", "the payments whose metadata name 1042")
    assert "search feature unavailable for merchant" in one.because
    stripe.switches.faults.clear()
    stripe.switches.fail("500", 99, "/v1/payment_intents/search")
    assert [one.kind for one in reader.read_case(order, now=NOW).unread] == ["intents"]


def test_a_missing_permission_is_named_and_the_rest_is_read(stripe: StripeServer, order: Order) -> None:
    stripe.switches.restrict(RESTRICTED_KEY_TEST, ["checkout_session_read", "charge_read", "event_read"])
    with _reader(Access(RESTRICTED_KEY_TEST, stripe.url)) as reader:
        reader.check()
        facts = reader.read_case(order, now=NOW)
        again = reader.read_case(order, now=NOW)
    assert [one.id for one in facts.sessions] == [order.session_id]
    assert [one.status for one in facts.charges] == ["succeeded"]
    because = " ".join(_unread(facts).values())
    for permission in ("payment_intent_read", "dispute_read", "webhook_read"):
        assert f"the key lacks the permission {permission}" in because
    assert {one.kind for one in facts.unread} == {"intents", "disputes", "endpoints"}
    assert again.unread == facts.unread
    assert again.cost.requests < facts.cost.requests
    assert again.cost.rounds <= 4


def test_a_wrong_key_is_one_sentence_with_the_setting_and_no_key(stripe: StripeServer, order: Order) -> None:
    with _reader(Access(WRONG_KEY, stripe.url)) as reader:
        for read in (reader.check, lambda: reader.read_case(order, now=NOW)):
            with pytest.raises(StripeUnreachable, match="does not accept the key") as caught:
                read()
            assert caught.value.setting == "STRIPE_API_KEY"
            assert WRONG_KEY not in str(caught.value)
    assert WRONG_KEY not in repr(Access(WRONG_KEY, STRIPE_API))


@pytest.mark.parametrize("key", ["", "  ", "sk_test_ü0000", "sk_test_two\nlines"])
def test_what_cannot_be_a_key_is_said_at_once(key: str) -> None:
    with pytest.raises(StripeUnreachable, match="empty, or holds letters") as caught:
        StripeReader(Access(key, STRIPE_API))
    assert caught.value.setting == "STRIPE_API_KEY"


def test_a_key_with_a_line_end_behind_it_still_opens(stripe: StripeServer) -> None:
    with _reader(Access(SECRET_KEY_TEST + "\n", stripe.url)) as reader:
        reader.check()
    assert stripe.switches.requests


def test_an_account_the_key_cannot_open_is_the_settings_fault(stripe: StripeServer, order: Order) -> None:
    with _reader(Access(SECRET_KEY_TEST, stripe.url, account="acct_1NobodyKnows")) as reader:
        for read in (reader.check, lambda: reader.read_case(order, now=NOW)):
            with pytest.raises(StripeUnreachable) as caught:
                read()
            assert caught.value.setting == "stripe.account"


def test_no_network_says_what_to_check(order: Order) -> None:
    closed = Loopback(Starlette())
    closed.stop()
    with _reader(Access(SECRET_KEY_TEST, closed.url)) as reader:
        for read in (reader.check, lambda: reader.read_case(order, now=NOW)):
            with pytest.raises(StripeUnreachable, match="there is no connection to Stripe's address") as caught:
                read()
            assert "ORDERLENS_STRIPE_API_BASE" in caught.value.next_step


def test_stripe_down_altogether_is_not_a_case(stripe: StripeServer, reader: StripeReader, order: Order) -> None:
    stripe.switches.fail("500", 999)
    with pytest.raises(StripeUnreachable, match="an error of its own"):
        reader.read_case(order, now=NOW)
    with pytest.raises(StripeUnreachable, match="an error of its own"):
        reader.check()


@pytest.mark.parametrize(
    "answer",
    [
        PlainTextResponse("<html>Sign in to the hotel's network</html>"),
        PlainTextResponse("[1, 2]", media_type="application/json"),
        PlainTextResponse('"ok"', media_type="application/json"),
        PlainTextResponse("bad gateway", 404),
        PlainTextResponse('{"error": "nope"}', 400),
        RedirectResponse("/elsewhere"),
    ],
    ids=["html", "list", "string", "404 without JSON", "error of another shape", "redirect"],
)
def test_something_that_is_not_stripe_is_not_believed(order: Order, answer: Response) -> None:
    async def reply(_: object) -> Response:
        return answer

    with (
        Loopback(Starlette(routes=[Route("/{path:path}", reply)])) as other,
        _reader(Access(SECRET_KEY_TEST, other.url)) as reader,
        pytest.raises(StripeUnreachable, match="Nothing was read from Stripe"),
    ):
        reader.read_case(order, now=NOW)


def test_a_trouble_later_in_a_reading_does_not_undo_it(
    stripe: StripeServer, reader: StripeReader, order: Order
) -> None:
    for path in ("/v1/refunds", "/v1/disputes", "/v1/charges", "/v1/events/"):
        stripe.switches.fail("500", 99, path)
    facts = reader.read_case(order, now=NOW)
    assert facts.sessions
    assert {one.kind for one in facts.unread} == {"refunds", "disputes", "charges", "events"}


def test_at_stripes_published_limits_many_cases_at_once_are_all_read_whole(stripe: StripeServer) -> None:
    play = stage()
    for place in range(10):
        payment = play.pay(play.checkout(place * 60), place * 60 + 30)
        play.booked("paid", payment, updated=130, order_number=f"10{place}")
    stripe.store.put_all(play.objects)
    stripe.switches.rate_limits = True
    with _reader(Access(SECRET_KEY_TEST, stripe.url)) as reader, ThreadPoolExecutor(4) as threads:
        read = list(threads.map(lambda row: reader.read_case(order_of(row), now=NOW), play.orders))
    assert [facts.unread for facts in read] == [()] * 10
    assert [seen for seen in stripe.switches.requests if seen.status == 429]
