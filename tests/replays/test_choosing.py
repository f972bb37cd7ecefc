"""Of many cases: which events are sent, in what order; who is left out, and why."""

from dataclasses import replace
from typing import Any

import pytest

from core.cases import Case
from core.facts import Event
from core.replays import How, LeftOut, Named, Replay, To, Why, choose
from core.rules import examine
from core.times import DAY, moment
from tests.replays.planned import NOW, URL, Raw, case_of, message, went_back
from tests.rules import stage

BEYOND = "events before 1 Nov 2026, 10:00 UTC: Stripe lists them for 30 days"


def chosen(
    case: Case,
    how: How = "replay",
    *,
    event_id: str | None = None,
    happened: int = 0,
    made: bool = False,
    now: int = NOW,
    **to: object,
) -> tuple[Replay | LeftOut, ...]:
    given: dict[str, Any] = {"url": URL, "can_sign": True} | to
    only = Named(event_id, happened) if event_id else None
    return choose(examine(case), To(how, **given), now=now, only=only, made=made)


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


def test_an_event_that_became_too_old_since_the_plan_is_told_from_one_that_could_not_be_read() -> None:
    old, gone = NOW - 31 * DAY, case_of(events=[])
    beyond = replace(gone, facts=replace(gone.facts, events_unsearched=(BEYOND,)))
    assert why(beyond, event_id="evt_1", happened=old) == (
        Why.TOO_OLD, f"evt_1 is of {moment(old)}: Stripe lists events for 30 days, and has it no more."
    )  # fmt: skip
    assert why(beyond, event_id="evt_1", happened=NOW - DAY)[0] is Why.NOT_READ
    assert why(gone, event_id="evt_1", happened=NOW - DAY)[0] is Why.NO_EVENT
    unread = [{"what": "the events", "because": "a 500", "status": 500}]
    assert why(case_of(events=[], unread=unread), event_id="evt_1", happened=old)[0] is Why.NOT_READ


def forgotten(*, fetches: bool = False, **given: Any) -> Case:  # noqa: ANN401 - what a case may be of
    """A paid order of forty days ago that is pending, where reconstructed events are allowed."""
    old = NOW - 40 * DAY
    own: dict[str, Any] = {**stage.paid_at(old), "row": stage.order(status="pending", created_at=old), "events": []}
    case = stage.case(**(own | given))
    around = replace(case.surroundings, reconstructs=True, fetches_events=fetches)
    return replace(case, surroundings=around, facts=replace(case.facts, events_unsearched=(BEYOND,)))


def test_what_stripe_has_no_more_is_reconstructed_where_that_is_chosen() -> None:
    assert why(forgotten())[0] is Why.TOO_OLD
    assert why(forgotten())[1].endswith("A reconstructed one is sent only where that is chosen.")
    (one,) = chosen(forgotten(), made=True)
    assert isinstance(one, Replay)
    assert one.event.called == "checkout.session.completed (reconstructed)"
    assert sent(forgotten(), event_id=one.event.id, happened=one.event.created) == [one.event.id]
    assert why(forgotten(), "resend", made=True)[0] is Why.TOO_OLD
    assert "cannot resend it" in why(forgotten(), "resend", event_id=one.event.id)[1]


def test_one_that_the_app_would_not_find_is_left_out_and_so_is_one_that_stripe_may_still_have() -> None:
    assert "the app fetches each event by its id" in why(forgotten(fetches=True), made=True)[1]
    cut = forgotten()
    cut = replace(cut, facts=replace(cut.facts, events_unsearched=(BEYOND, "events of two days: beyond the budget")))
    assert why(cut, made=True)[0] is Why.NOT_READ
    assert sent(case_of(), made=True) == ["evt_1"], "Stripe's own goes first"


def test_one_that_nothing_shows_any_more_is_gone() -> None:
    assert why(forgotten(), event_id="evt_reconstructed_0", happened=NOW - 40 * DAY)[0] is Why.NO_EVENT


def test_the_end_of_a_checkout_is_reconstructed_for_an_order_that_waits_for_it() -> None:
    expired: dict[str, Any] = {"sessions": [stage.expired(created=NOW - 40 * DAY)], "intents": [], "charges": []}
    (one,) = chosen(forgotten(**expired), made=True)
    assert isinstance(one, Replay), one
    assert one.event.type == "checkout.session.expired"


ENDED: dict[str, Any] = {"sessions": [stage.expired()], "intents": [], "charges": []}
BACK: dict[str, Any] = {"charges": [stage.charge(amount_refunded=5000, refunded=True)], "refunds": [stage.refund()]}


@pytest.mark.parametrize(
    ("kind", "subject", "status", "about"),
    [
        ("checkout.session.expired", stage.expired(), "pending", ENDED),
        ("charge.refunded", stage.charge(amount_refunded=5000, refunded=True), "paid", BACK),
    ],
)
def test_an_ending_and_a_refund_are_sent_where_the_app_was_never_told_and_else_are_not(
    kind: str, subject: Raw, status: str, about: dict[str, Any]
) -> None:
    """Stripe's own; where nobody can see whether it was told, as of one that is reconstructed, the app gets it."""
    after = NOW + 3 * DAY
    told, untold = (message(kind, subject, created=stage.NOW - 60, pending_webhooks=number) for number in (0, 1))
    deaf: Raw = {"enabled_events": ["payout.paid"], "url": URL}
    assert sent(case_of(untold, status=status, now=after, **about), now=after) == ["evt_1"]
    assert sent(case_of(told, status=status, endpoint=deaf, now=after, **about), now=after) == ["evt_1"]
    assert why(case_of(told, status=status, now=after, **about), now=after)[0] is Why.NO_HELP


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
