"""What may be sent again is laid out: the best first, as it will be sent, with all that speaks against it."""

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.cases import Case, bundle
from core.errors import Refused
from core.replays import SIGNATURE, candidates
from core.replays.meaning import BRINGS
from core.rules import examine
from tests.replays.planned import NOW, URL, Raw, case_of, message, planned, went_back
from tests.rules import stage

HOUR = 3600


def test_the_plan_shows_exactly_what_is_sent() -> None:
    replay = planned(case_of())
    assert replay.url == URL
    assert dict(replay.headers)["Content-Type"] == "application/json; charset=utf-8"
    assert dict(replay.headers)[SIGNATURE] == "t=<time of sending>,v1=<signature>"
    assert json.loads(replay.body) == message()
    assert replay.reasons[0] == "It says paid; the order is pending and lacks that."
    assert "Its amount is the order's: 50.00 USD." in replay.reasons


def test_a_quiet_plan_has_no_objection_but_the_handlers_own_history() -> None:
    (objection,) = planned(case_of()).objections
    assert "was refused" in objection
    (objection,) = planned(case_of(message(pending_webhooks=0))).objections
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
    said = " ".join(planned(case_of(message(pending_webhooks=pending), endpoint=endpoint)).objections)
    assert "accepted it" not in said
    assert "was refused" not in said


def test_of_two_endpoints_nobody_knows_which_refused() -> None:
    both = [stage.endpoint("*", id="we_1"), stage.endpoint("*", id="we_2", url="https://other.example.net/hook")]
    assert "If it was this one" in _said(case_of(endpoints=both))


def test_the_event_that_the_app_books_on_comes_first() -> None:
    events = (message(), message("payment_intent.succeeded", stage.intent(), id="evt_2"))
    charged = message("charge.succeeded", stage.charge(), id="evt_3")
    case = case_of(*events, charged, config={"booked_on": ["charge.succeeded"]})
    assert next(event.type for event in candidates(examine(case))) == "charge.succeeded"
    assert "books a payment on charge.succeeded" in _said(case)
    (finding, *_) = examine(case).diagnosis.findings
    assert any("Send charge.succeeded again" in step for step in finding.remedy)
    without = case_of(*events, config={"booked_on": ["charge.succeeded"]})
    assert candidates(examine(without))[0].type == "checkout.session.completed"


def test_what_was_sent_in_vain_comes_last_and_is_said() -> None:
    intent = message("payment_intent.succeeded", stage.intent(), id="evt_2")
    case = case_of(message(pending_webhooks=0), intent, sent_in_vain=["evt_1"])
    assert [event.id for event in candidates(examine(case))] == ["evt_2", "evt_1"]
    assert "Orderlens has sent it before" in _said(case)
    assert "Send payment_intent.succeeded again" in " ".join(examine(case).diagnosis.findings[0].remedy)
    again = Case.of(bundle(case))
    assert (again.in_vain, again.surroundings) == (case.in_vain, case.surroundings)


def _said(case: Case) -> str:
    return " ".join(planned(case).objections)


def test_what_speaks_against_it_is_said_and_does_not_forbid() -> None:
    assert "may reopen it" in _said(case_of(status="cancelled"))
    assert "amount is 40.00 USD, the order's is 50.00 USD" in _said(
        case_of(message(subject=stage.session(amount_total=4000)))
    )
    assert "disabled at Stripe" in _said(case_of(endpoint={"status": "disabled"}))
    assert "not subscribed" in _said(case_of(endpoint={"enabled_events": ["charge.refunded"]}))
    assert "no endpoint at this address" in _said(case_of(endpoint={"url": "https://elsewhere.example.com/"}))
    assert "still be delivering" in _said(case_of(message(created=NOW - 60)))
    assert "cannot tell what your app does" in _said(case_of(message("checkout.session.odd")))
    assert "still on its way" in _said(case_of(message(subject=stage.session(payment_status="unpaid"))))
    assert "could be read" in _said(case_of(unread=["disputes"]))


def test_a_newer_event_speaks_against_an_older_one() -> None:
    newer = message("charge.refunded", went_back(), id="evt_2", created=NOW - HOUR)
    assert "newer event, charge.refunded" in _said(case_of(message(), newer))


def test_another_api_version_speaks_against_it() -> None:
    old = message(api_version="2022-08-01")
    assert "API version 2022-08-01" in _said(case_of(old, config={"app_api_version": "2026-10-28.endive"}))
    assert "API version" not in _said(case_of(old))


def test_a_payment_without_an_order_may_be_sent_with_that_caveat() -> None:
    assert "No order claims this payment" in _said(case_of(order=None))


def test_a_resend_is_stripes_own() -> None:
    replay = planned(case_of(), how="resend", endpoint_id="we_1", url=None, can_sign=False)
    assert (replay.url, replay.endpoint_id, replay.headers, replay.body) == (URL, "we_1", (), b"")


def test_the_best_event_comes_first() -> None:
    intent = message("payment_intent.succeeded", stage.intent(), id="evt_2", created=NOW - HOUR)
    odd = message("checkout.session.odd", id="evt_3")
    case = case_of(intent, odd, message())
    assert [event.type for event in candidates(examine(case))] == [
        "checkout.session.completed",
        "payment_intent.succeeded",
    ]
    deaf = case_of(intent, message(), endpoint={"enabled_events": ["payment_intent.succeeded"]})
    assert candidates(examine(deaf))[0].type == "payment_intent.succeeded"


@given(
    st.sampled_from(["created", "pending", "paid", "fulfilled", "cancelled", "failed", "refunded", "odd"]),
    st.lists(st.sampled_from([*BRINGS, "customer.created"]), min_size=1, max_size=4),
    st.sampled_from(["live", "test", None]),
)
def test_every_candidate_can_be_planned(status: str, kinds: list[str], mode: str | None) -> None:
    events = [message(kind, id=f"evt_{number}", livemode=mode and mode == "live") for number, kind in enumerate(kinds)]
    case = case_of(*events, status=status)
    for event in candidates(examine(case)):
        assert planned(case, event=event).event is event


def test_a_payment_that_went_back_is_not_called_paid() -> None:
    case = case_of(charges=[], refunds=[stage.refund()])
    with pytest.raises(Refused, match="has gone back to the customer"):
        planned(case)
    assert candidates(examine(case)) == ()


@pytest.mark.parametrize(
    ("refund", "dispute", "said"),
    [("pending", None, "refund of its payment is on its way"), (None, "needs_response", "dispute over its payment")],
)
def test_money_that_may_not_stay_speaks_against_it(refund: str | None, dispute: str | None, said: str) -> None:
    refunds = [stage.refund(status=refund)] if refund else []
    case = case_of(charges=[], refunds=refunds, disputes=[stage.dispute(status=dispute)] if dispute else [])
    assert any(said in objection for objection in planned(case).objections)


def test_a_status_nobody_knows_is_not_said_to_lack_the_payment() -> None:
    replay = planned(case_of(status="on_hold"))
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
    case = case_of(message(kind, subject))
    assert any("but for its client secret" in reason for reason in planned(case).reasons) is said
    assert not any("client secret" in reason for reason in planned(case, how="resend", endpoint_id="we_1").reasons)


def test_codes_of_the_shop_stand_behind_what_they_mean() -> None:
    said = " ".join([*planned(case_of(row=stage.order(raw_status="n/false"))).reasons])
    assert "the order is pending (n/false) and lacks that" in said
