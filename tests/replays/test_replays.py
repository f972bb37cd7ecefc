"""What may be sent again: the healthy order is left alone, harm is refused with its reason, the rest is laid out."""

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.cases import Case, bundle
from core.errors import Refused
from core.facts import Event
from core.replays import SIGNATURE, How, Replay, brings, candidates, plan, reflected
from core.replays.meaning import BRINGS
from core.rules import examine
from tests.rules import stage

NOW, HOUR = stage.NOW, 3600
URL = f"{stage.SHOP}/webhooks/stripe"
Raw = dict[str, object]


def _event(kind: str = stage.COMPLETED, subject: Raw | None = None, **over: object) -> Raw:
    """A message that one endpoint has not accepted, with all of what it is about."""
    own: dict[str, Any] = {"id": "evt_1", "pending_webhooks": 1, "data": {"object": subject or stage.session()}}
    return stage.event(kind, **(own | over))


def _case(*events: Raw, status: str = "pending", endpoint: Raw | None = None, **given: object) -> Case:
    """The order as `status`, with one endpoint that hears everything."""
    hook = stage.endpoint("*", **({"id": "we_1"} | (endpoint or {})))
    own: dict[str, Any] = {"row": stage.order(status=status), "events": events or [_event()], "endpoints": [hook]}
    return stage.case(**(own | given))


def _went_back(**over: object) -> Raw:
    """A charge of which money went back, as its message tells of it."""
    return stage.charge(**({"refunded": False} | over))


def _plan(
    case: Case,
    event: Event | None = None,
    *,
    how: How = "replay",
    url: str | None = URL,
    can_sign: bool = True,
    endpoint_id: str | None = None,
) -> Replay:
    chosen = event or case.facts.events[0]
    return plan(examine(case), chosen, how=how, url=url, can_sign=can_sign, now=NOW, endpoint_id=endpoint_id)


@pytest.mark.parametrize("status", ["paid", "fulfilled", "refunded", "partially_refunded"])
def test_an_order_that_already_has_the_payment_is_left_alone(status: str) -> None:
    case = _case(status=status)
    with pytest.raises(Refused, match=f"The order is {status.replace('_', ' ')}: it already has this payment"):
        _plan(case)
    assert candidates(examine(case)) == ()


def test_the_event_of_a_refund_that_is_booked_is_left_alone() -> None:
    case = _case(_event("charge.refunded", _went_back(refunded=True)), status="refunded")
    with pytest.raises(Refused, match="already shows the whole refund"):
        _plan(case)


def test_a_part_that_is_booked_in_the_books_is_left_alone_and_a_larger_one_is_not() -> None:
    event = Event.of(_event("charge.refunded", _went_back(amount_refunded=1000)))
    part, less = (
        _case(row=stage.order(refunded_minor=minor, status="partially_refunded")).order for minor in (1000, 500)
    )
    untold = _case(status="partially_refunded").order
    assert [bool(reflected(order, event)) for order in (part, less, untold, None)] == [True, False, True, False]


def test_a_refund_that_has_not_gone_through_brings_nothing() -> None:
    assert brings(Event.of(_event("refund.created", stage.refund(status="pending")))) == "nothing"


def test_the_plan_shows_exactly_what_is_sent() -> None:
    replay = _plan(_case())
    assert replay.url == URL
    assert dict(replay.headers)["Content-Type"] == "application/json; charset=utf-8"
    assert dict(replay.headers)[SIGNATURE] == "t=<time of sending>,v1=<signature>"
    assert json.loads(replay.body) == _event()
    assert replay.reasons[0] == "It says paid; the order is pending and lacks that."
    assert "Its amount is the order's: 50.00 USD." in replay.reasons


def test_a_quiet_plan_has_no_objection_but_the_handlers_own_history() -> None:
    (objection,) = _plan(_case()).objections
    assert "was refused" in objection
    (objection,) = _plan(_case(_event(pending_webhooks=0))).objections
    assert "accepted it once without booking it" in objection


@pytest.mark.parametrize("pending", [0, 1])
@pytest.mark.parametrize(
    "endpoint",
    [
        {"created": NOW - 60},  # made later
        {"enabled_events": ["charge.refunded"]},
        {"status": "disabled"},
        {"url": "https://old.example.net/hook"},  # another one's doing
        {"application": "ca_1"},  # hears of connected accounts only
    ],
    ids=lambda one: next(iter(one)),
)
def test_what_this_endpoint_did_is_said_only_where_it_was_sent_it(endpoint: Raw, pending: int) -> None:
    said = " ".join(_plan(_case(_event(pending_webhooks=pending), endpoint=endpoint)).objections)
    assert "accepted it" not in said
    assert "was refused" not in said


def test_of_two_endpoints_nobody_knows_which_refused() -> None:
    both = [stage.endpoint("*", id="we_1"), stage.endpoint("*", id="we_2", url="https://other.example.net/hook")]
    assert "If it was this one" in _said(_case(endpoints=both))


def test_the_event_that_the_app_books_on_comes_first() -> None:
    events = (_event(), _event("payment_intent.succeeded", stage.intent(), id="evt_2"))
    charged = _event("charge.succeeded", stage.charge(), id="evt_3")
    case = _case(*events, charged, config={"booked_on": ["charge.succeeded"]})
    assert next(event.type for event in candidates(examine(case))) == "charge.succeeded"
    assert "books a payment on charge.succeeded" in _said(case)
    (finding, *_) = examine(case).diagnosis.findings
    assert any("Send charge.succeeded again" in step for step in finding.remedy)
    without = _case(*events, config={"booked_on": ["charge.succeeded"]})
    assert candidates(examine(without))[0].type == "checkout.session.completed"


def test_what_was_sent_in_vain_comes_last_and_is_said() -> None:
    intent = _event("payment_intent.succeeded", stage.intent(), id="evt_2")
    case = _case(_event(pending_webhooks=0), intent, sent_in_vain=["evt_1"])
    assert [event.id for event in candidates(examine(case))] == ["evt_2", "evt_1"]
    assert "Orderlens has sent it before" in _said(case)
    assert "Send payment_intent.succeeded again" in " ".join(examine(case).diagnosis.findings[0].remedy)
    again = Case.of(bundle(case))
    assert (again.in_vain, again.surroundings) == (case.in_vain, case.surroundings)


def test_without_a_target_it_is_refused() -> None:
    with pytest.raises(Refused, match="No endpoint is configured") as caught:
        _plan(_case(), url=None)
    assert caught.value.setting == "ORDERLENS_WEBHOOK_URL"


def test_without_a_secret_it_is_refused() -> None:
    with pytest.raises(Refused, match="signing secret is not configured") as caught:
        _plan(_case(), can_sign=False)
    assert caught.value.setting == "ORDERLENS_WEBHOOK_SECRET"


def test_an_event_of_the_other_mode_is_refused() -> None:
    with pytest.raises(Refused, match="is a test event, and this desk works on live data"):
        _plan(_case(_event(livemode=False)))


def test_an_event_of_another_case_is_refused() -> None:
    stranger = Event.of(_event(subject=stage.session(id=stage.OTHER_SESSION, payment_intent="pi_2"), id="evt_2"))
    with pytest.raises(Refused, match="not an event of this case"):
        _plan(_case(), event=stranger)
    beside = _case(_event(subject=stage.session(id=stage.OTHER_SESSION, payment_intent="pi_2"), id="evt_2"))
    with pytest.raises(Refused, match="not an event of this case"):
        _plan(beside)


@pytest.mark.parametrize("status", ["pending", "paid", "fulfilled"])
def test_an_old_failure_is_never_sent_over_a_payment(status: str) -> None:
    failure = _event("payment_intent.payment_failed", stage.intent(status="requires_payment_method"))
    case = _case(failure, status=status)
    with pytest.raises(Refused, match="would close an order"):
        _plan(case)
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
    case = _case(_event("charge.refunded", gone), status="paid", **twice)
    with pytest.raises(Refused, match="of which Stripe still holds the full total"):
        _plan(case)
    assert candidates(examine(case)) == ()


def _said(case: Case) -> str:
    return " ".join(_plan(case).objections)


def test_what_speaks_against_it_is_said_and_does_not_forbid() -> None:
    assert "may reopen it" in _said(_case(status="cancelled"))
    assert "amount is 40.00 USD, the order's is 50.00 USD" in _said(
        _case(_event(subject=stage.session(amount_total=4000)))
    )
    assert "disabled at Stripe" in _said(_case(endpoint={"status": "disabled"}))
    assert "not subscribed" in _said(_case(endpoint={"enabled_events": ["charge.refunded"]}))
    assert "no endpoint at this address" in _said(_case(endpoint={"url": "https://elsewhere.example.com/"}))
    assert "still be delivering" in _said(_case(_event(created=NOW - 60)))
    assert "cannot tell what your app does" in _said(_case(_event("checkout.session.odd")))
    assert "still on its way" in _said(_case(_event(subject=stage.session(payment_status="unpaid"))))
    assert "could be read" in _said(_case(unread=["disputes"]))


def test_a_newer_event_speaks_against_an_older_one() -> None:
    newer = _event("charge.refunded", _went_back(), id="evt_2", created=NOW - HOUR)
    assert "newer event, charge.refunded" in _said(_case(_event(), newer))


def test_another_api_version_speaks_against_it() -> None:
    old = _event(api_version="2022-08-01")
    assert "API version 2022-08-01" in _said(_case(old, config={"app_api_version": "2026-10-28.endive"}))
    assert "API version" not in _said(_case(old))


def test_a_payment_without_an_order_may_be_sent_with_that_caveat() -> None:
    assert "No order claims this payment" in _said(_case(order=None))


def test_a_resend_is_stripes_own() -> None:
    replay = _plan(_case(), how="resend", endpoint_id="we_1", url=None, can_sign=False)
    assert (replay.url, replay.endpoint_id, replay.headers, replay.body) == (URL, "we_1", (), b"")


@pytest.mark.parametrize(
    ("case", "endpoint", "because"),
    [
        (_case(), "we_9", "knows no endpoint we_9"),
        (_case(), None, "knows no endpoint"),
        (_case(endpoint={"status": "disabled"}), "we_1", "disabled at Stripe: Stripe would not deliver"),
        (_case(endpoint={"enabled_events": ["charge.refunded"]}), "we_1", "not subscribed"),
        (_case(_event(created=NOW - 31 * 86400)), "we_1", "older than the 30 days"),
        (_case(status="paid"), "we_1", "already has this payment"),
    ],
    ids=["strange", "none", "disabled", "unsubscribed", "old", "done"],
)
def test_a_resend_that_stripe_would_not_deliver_is_refused(case: Case, endpoint: str | None, because: str) -> None:
    with pytest.raises(Refused, match=because):
        _plan(case, how="resend", endpoint_id=endpoint)


def test_the_best_event_comes_first() -> None:
    intent = _event("payment_intent.succeeded", stage.intent(), id="evt_2", created=NOW - HOUR)
    odd = _event("checkout.session.odd", id="evt_3")
    case = _case(intent, odd, _event())
    assert [event.type for event in candidates(examine(case))] == [
        "checkout.session.completed",
        "payment_intent.succeeded",
    ]
    deaf = _case(intent, _event(), endpoint={"enabled_events": ["payment_intent.succeeded"]})
    assert candidates(examine(deaf))[0].type == "payment_intent.succeeded"


@given(
    st.sampled_from(["created", "pending", "paid", "fulfilled", "cancelled", "failed", "refunded", "odd"]),
    st.lists(st.sampled_from([*BRINGS, "customer.created"]), min_size=1, max_size=4),
    st.sampled_from(["live", "test", None]),
)
def test_every_candidate_can_be_planned(status: str, kinds: list[str], mode: str | None) -> None:
    events = [_event(kind, id=f"evt_{number}", livemode=mode and mode == "live") for number, kind in enumerate(kinds)]
    case = _case(*events, status=status)
    for event in candidates(examine(case)):
        assert _plan(case, event=event).event is event


def test_a_payment_that_went_back_is_not_called_paid() -> None:
    case = _case(charges=[], refunds=[stage.refund()])
    with pytest.raises(Refused, match="has gone back to the customer"):
        _plan(case)
    assert candidates(examine(case)) == ()


@pytest.mark.parametrize(
    ("refund", "dispute", "said"),
    [("pending", None, "refund of its payment is on its way"), (None, "needs_response", "dispute over its payment")],
)
def test_money_that_may_not_stay_speaks_against_it(refund: str | None, dispute: str | None, said: str) -> None:
    refunds = [stage.refund(status=refund)] if refund else []
    case = _case(charges=[], refunds=refunds, disputes=[stage.dispute(status=dispute)] if dispute else [])
    assert any(said in objection for objection in _plan(case).objections)


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
    failed = _event("checkout.session.expired", {"id": stage.SESSION, "object": "checkout.session"})
    intents = [stage.intent(amount_received=0, **intent)] if intent else []
    case = _case(failed, sessions=[stage.session(**session)], intents=intents, charges=[])
    with pytest.raises(Refused, match=harm):
        _plan(case)


def test_a_status_nobody_knows_is_not_said_to_lack_the_payment() -> None:
    replay = _plan(_case(status="on_hold"))
    assert not any("lacks that" in reason for reason in replay.reasons)
    assert any("does not know what `on_hold` means" in objection for objection in replay.objections)


@pytest.mark.parametrize(
    ("subject", "said"),
    [
        (stage.intent(client_secret=None), True),
        (stage.session(client_secret=None, ui_mode="embedded"), True),
        (stage.session(client_secret=None, ui_mode="hosted"), False),
        (stage.session(), False),
    ],
)
def test_a_body_without_the_client_secret_is_not_called_unchanged(subject: Raw, *, said: bool) -> None:
    """Orderlens keeps no client secret; Stripe's own copy has one, and a resend by Stripe brings it."""
    kind = "payment_intent.succeeded" if subject["object"] == "payment_intent" else "checkout.session.completed"
    case = _case(_event(kind, subject))
    assert any("but for its client secret" in reason for reason in _plan(case).reasons) is said
    assert not any("client secret" in reason for reason in _plan(case, how="resend", endpoint_id="we_1").reasons)


def test_stripe_is_not_asked_to_deliver_to_an_endpoint_of_the_other_mode() -> None:
    with pytest.raises(Refused, match="one of the other mode"):
        _plan(_case(endpoint={"livemode": False}), how="resend", endpoint_id="we_1")


def test_codes_of_the_shop_stand_behind_what_they_mean() -> None:
    said = " ".join([*_plan(_case(row=stage.order(raw_status="n/false"))).reasons])
    assert "the order is pending (n/false) and lacks that" in said
