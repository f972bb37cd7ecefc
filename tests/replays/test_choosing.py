"""Of many cases: which events are sent, in what order; who is left out, and why."""

from dataclasses import replace
from typing import Any

import pytest

from core.cases import Case
from core.facts import Event
from core.replays import How, LeftOut, Replay, To, Why, choose
from core.rules import examine
from core.times import DAY
from tests.replays.planned import NOW, URL, Raw, case_of, message, went_back
from tests.rules import stage


def chosen(
    case: Case, how: How = "replay", *, event_id: str | None = None, now: int = NOW, **to: object
) -> tuple[Replay | LeftOut, ...]:
    given: dict[str, Any] = {"url": URL, "can_sign": True} | to
    return choose(examine(case), To(how, **given), now=now, event_id=event_id)


def why(case: Case, how: How = "replay", **given: object) -> tuple[Why, str]:
    (one,) = chosen(case, how, **given)  # type: ignore[arg-type] # as chosen has it
    assert isinstance(one, LeftOut), one
    return one.why, one.says


def sent(case: Case, how: How = "replay", **given: object) -> list[str]:
    found = chosen(case, how, **given)  # type: ignore[arg-type] # as chosen has it
    return [one.event.id for one in found if isinstance(one, Replay)]


def test_an_order_that_lacks_its_payment_gets_the_event_that_brings_it() -> None:
    (one,) = chosen(case_of())
    assert isinstance(one, Replay)
    assert (one.event.id, one.url, one.how) == ("evt_1", URL, "replay")


def test_an_order_that_shows_it_is_left_out() -> None:
    assert why(case_of(status="paid")) == (Why.APPLIED, "The order is paid: it already has this payment.")
    assert why(case_of(status="paid"), event_id="evt_1")[0] is Why.APPLIED


def test_an_event_that_is_not_there_any_more_is_left_out() -> None:
    assert why(case_of(), event_id="evt_9")[0] is Why.NO_EVENT
    assert why(case_of(events=[]))[0] is Why.NO_EVENT


def test_an_event_that_could_not_be_read_is_not_called_gone() -> None:
    unread = [{"what": "the events", "because": "a 500", "status": 500}]
    assert why(case_of(events=[], unread=unread), event_id="evt_1")[0] is Why.NOT_READ
    case = case_of(events=[])
    unsearched = replace(case, facts=replace(case.facts, events_unsearched=("those before then",)))
    assert why(unsearched, event_id="evt_1")[0] is Why.NOT_READ


def test_after_thirty_days_stripe_has_it_no_more() -> None:
    assert why(case_of(), now=NOW + 31 * DAY)[0] is Why.TOO_OLD
    assert why(case_of(), event_id="evt_1", now=NOW + 31 * DAY)[0] is Why.TOO_OLD


def test_what_could_not_be_told_is_left_out() -> None:
    unread = [{"what": "the charges", "because": "a 500", "status": 500}]
    assert why(case_of(unread=unread))[0] is Why.NOT_READ


def test_a_closed_order_is_left_to_a_person() -> None:
    found, says = why(case_of(status="cancelled"))
    assert found in (Why.CLOSED, Why.NO_HELP)
    assert says


def test_money_that_is_leaving_is_not_booked_in_a_run() -> None:
    leaving: list[Raw] = [stage.refund(status="pending")]
    assert sent(case_of(refunds=leaving)) == []


def test_without_an_endpoint_of_ours_nothing_goes() -> None:
    assert why(case_of(), url=None)[0] is Why.NO_ENDPOINT
    assert "ORDERLENS_WEBHOOK_SECRET" in why(case_of(), can_sign=False)[1]


@pytest.mark.parametrize(
    ("endpoint", "reason"),
    [
        ({"status": "disabled", "url": URL}, Why.NO_ENDPOINT),
        ({"enabled_events": ["charge.refunded"], "url": URL}, Why.NOT_SUBSCRIBED),
        ({"created": NOW - 60, "url": URL}, Why.NOT_SUBSCRIBED),
    ],
)
def test_what_stripe_would_not_deliver_our_own_request_does(endpoint: Raw, reason: Why) -> None:
    case = case_of(endpoint=endpoint)
    assert sent(case) == ["evt_1"]
    assert why(case, "resend")[0] is reason


def test_a_resend_goes_to_the_endpoint_at_the_configured_address() -> None:
    other = stage.endpoint("*", id="we_2", url="https://old.example.net/hook")
    ours = stage.endpoint("*", id="we_1", url=URL)
    (one,) = chosen(case_of(endpoints=[other, ours]), "resend")
    assert isinstance(one, Replay)
    assert (one.endpoint_id, one.how) == ("we_1", "resend")
    elsewhere = "https://shop.example.com/elsewhere"
    assert why(case_of(endpoints=[other, ours]), "resend", url=elsewhere)[0] is Why.NO_ENDPOINT
    assert sent(case_of(endpoints=[ours]), "resend", url=elsewhere) == ["evt_1"]
    assert sent(case_of(endpoints=[other, ours]), "resend", url=elsewhere, endpoint_id="we_1") == ["evt_1"]


def test_the_older_goes_first() -> None:
    """A payment and a part of it that went back, none of which the order shows."""
    back = message("charge.refunded", went_back(amount_refunded=1000), id="evt_2", created=NOW - 600)
    paid = message(created=NOW - 3600)
    case = case_of(back, paid, charges=[went_back(amount_refunded=1000)], refunds=[stage.refund(amount=1000)])
    ids = sent(case)
    created = {event.id: event.created for event in case.facts.events}
    assert ids == sorted(ids, key=created.__getitem__)


def test_every_reason_has_its_words() -> None:
    assert all(one.called for one in Why)
    assert Event.of(message()).id == "evt_1"
