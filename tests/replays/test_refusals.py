"""What may not be sent again: an order that has it is left alone, harm is refused with its reason."""

from typing import Any

import pytest

from core.cases import Case
from core.errors import Refused
from core.facts import Event
from core.replays import brings, candidates, reflected
from core.rules import examine
from tests.replays.planned import NOW, Raw, case_of, message, planned, went_back
from tests.rules import stage


@pytest.mark.parametrize("status", ["paid", "fulfilled", "refunded", "partially_refunded"])
def test_an_order_that_already_has_the_payment_is_left_alone(status: str) -> None:
    case = case_of(status=status)
    with pytest.raises(Refused, match=f"The order is {status.replace('_', ' ')}: it already has this payment"):
        planned(case)
    assert candidates(examine(case)) == ()


def test_the_event_of_a_refund_that_is_booked_is_left_alone() -> None:
    case = case_of(message("charge.refunded", went_back(refunded=True)), status="refunded")
    with pytest.raises(Refused, match="already shows the whole refund"):
        planned(case)


def test_a_part_that_is_booked_in_the_books_is_left_alone_and_a_larger_one_is_not() -> None:
    event = Event.of(message("charge.refunded", went_back(amount_refunded=1000)))
    part, less = (
        case_of(row=stage.order(refunded_minor=minor, status="partially_refunded")).order for minor in (1000, 500)
    )
    untold = case_of(status="partially_refunded").order
    assert [bool(reflected(order, event)) for order in (part, less, untold, None)] == [True, False, True, False]


def test_a_refund_that_has_not_gone_through_brings_nothing() -> None:
    assert brings(Event.of(message("refund.created", stage.refund(status="pending")))) == "nothing"


def test_without_a_target_it_is_refused() -> None:
    with pytest.raises(Refused, match="No endpoint is configured") as caught:
        planned(case_of(), url=None)
    assert caught.value.setting == "ORDERLENS_WEBHOOK_URL"


def test_without_a_secret_it_is_refused() -> None:
    with pytest.raises(Refused, match="signing secret is not configured") as caught:
        planned(case_of(), can_sign=False)
    assert caught.value.setting == "ORDERLENS_WEBHOOK_SECRET"


def test_an_event_of_the_other_mode_is_refused() -> None:
    with pytest.raises(Refused, match="is a test event, and this desk works on live data"):
        planned(case_of(message(livemode=False)))


def test_an_event_of_another_case_is_refused() -> None:
    stranger = Event.of(message(subject=stage.session(id=stage.OTHER_SESSION, payment_intent="pi_2"), id="evt_2"))
    with pytest.raises(Refused, match="not an event of this case"):
        planned(case_of(), event=stranger)
    beside = case_of(message(subject=stage.session(id=stage.OTHER_SESSION, payment_intent="pi_2"), id="evt_2"))
    with pytest.raises(Refused, match="not an event of this case"):
        planned(beside)


@pytest.mark.parametrize("status", ["pending", "paid", "fulfilled"])
def test_an_old_failure_is_never_sent_over_a_payment(status: str) -> None:
    failure = message("payment_intent.payment_failed", stage.intent(status="requires_payment_method"))
    case = case_of(failure, status=status)
    with pytest.raises(Refused, match="would close an order"):
        planned(case)
    assert candidates(examine(case)) == ()


def test_the_refund_of_a_duplicate_is_not_sent_to_an_order_that_is_paid() -> None:
    session, intent = stage.second_payment()
    second = {"payment_intent": stage.OTHER_INTENT}
    twice: dict[str, Any] = {
        "sessions": [stage.session(), session],
        "intents": [stage.intent(), intent],
        "charges": [],
        "refunds": [stage.refund(charge=stage.OTHER_CHARGE, **second)],
    }
    gone = stage.charge(id=stage.OTHER_CHARGE, refunded=True, amount_refunded=5000, **second)
    case = case_of(message("charge.refunded", gone), status="paid", **twice)
    with pytest.raises(Refused, match="of which Stripe still holds the full total"):
        planned(case)
    assert candidates(examine(case)) == ()


@pytest.mark.parametrize(
    ("case", "endpoint", "because"),
    [
        (case_of(), "we_9", "knows no endpoint we_9"),
        (case_of(), None, "knows no endpoint"),
        (case_of(endpoint={"status": "disabled"}), "we_1", "disabled at Stripe: Stripe would not deliver"),
        (case_of(endpoint={"enabled_events": ["charge.refunded"]}), "we_1", "not subscribed"),
        (case_of(message(created=NOW - 31 * 86400)), "we_1", "older than the 30 days"),
        (case_of(status="paid"), "we_1", "already has this payment"),
    ],
    ids=["strange", "none", "disabled", "unsubscribed", "old", "done"],
)
def test_a_resend_that_stripe_would_not_deliver_is_refused(case: Case, endpoint: str | None, because: str) -> None:
    with pytest.raises(Refused, match=because):
        planned(case, how="resend", endpoint_id=endpoint)


@pytest.mark.parametrize(
    ("session", "intent", "harm"),
    [
        ({"status": "open", "payment_status": "unpaid"}, {"status": "requires_payment_method"}, "can still be paid"),
        ({"payment_status": "unpaid"}, {"status": "processing"}, "still under way"),
        ({"payment_status": "unpaid"}, {"status": "requires_capture"}, "still under way"),
        ({"payment_status": "no_payment_required", "payment_intent": None}, None, "nothing to pay"),
    ],
)
def test_a_failure_does_not_close_what_is_not_over(session: Raw, intent: Raw | None, harm: str) -> None:
    """A first attempt failed; a newer checkout, a bank or a coupon is still at work."""
    failed = message("checkout.session.expired", {"id": stage.SESSION, "object": "checkout.session"})
    intents = [stage.intent(amount_received=0, **intent)] if intent else []
    case = case_of(failed, sessions=[stage.session(**session)], intents=intents, charges=[])
    with pytest.raises(Refused, match=harm):
        planned(case)


def test_stripe_is_not_asked_to_deliver_to_an_endpoint_of_the_other_mode() -> None:
    with pytest.raises(Refused, match="one of the other mode"):
        planned(case_of(endpoint={"livemode": False}), how="resend", endpoint_id="we_1")
