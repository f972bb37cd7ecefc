"""Events that Stripe no longer has: off by default, refused while Stripe's own would do, and never called Stripe's."""

import json
from dataclasses import replace
from typing import Any

import pytest
import stripe

from core.cases import Case
from core.errors import Refused
from core.facts import STRIPE_VERSION, Event, NeverMade
from core.replays import candidates, makeable, reconstructed
from core.rules import examine
from tests.replays.planned import NOW, case_of, message, planned
from tests.rules import stage

BEYOND = "events before 1 Nov 2026, 10:00 UTC: Stripe lists them for 30 days"
OLD = NOW - 40 * 86_400


def _old(*, fetches: bool = False, allowed: bool = True, books: tuple[str, ...] = (), **given: Any) -> Case:  # noqa: ANN401 - what a case may be of
    """A paid order of forty days ago that is pending, and of which Stripe lists no event."""
    own: dict[str, Any] = {**stage.paid_at(OLD), "row": stage.order(status="pending", created_at=OLD), "events": []}
    case = stage.case(**(own | given))
    around = replace(case.surroundings, reconstructs=allowed, fetches_events=fetches, booked_on=books)
    return replace(case, surroundings=around, facts=replace(case.facts, events_unsearched=(BEYOND,)))


def _made(case: Case, at: int = 0) -> Event:
    return reconstructed(examine(case))[at]


def test_a_case_of_which_stripe_has_the_event_makes_none() -> None:
    case = case_of()
    case = replace(case, surroundings=replace(case.surroundings, reconstructs=True))
    assert candidates(examine(case)) != ()
    assert makeable(examine(case)) == ()
    with pytest.raises(Refused, match=r"Stripe still has this event: evt_1\."):
        planned(case, _made(case))
    with pytest.raises(Refused, match=r"Stripe still has evt_1 \(checkout\.session\.completed\)"):
        planned(case, _made(case, 1))


def test_it_is_off_by_default() -> None:
    case = _old(allowed=False)
    assert makeable(examine(case)) == ()
    with pytest.raises(Refused, match="the settings do not allow it") as caught:
        planned(case, _made(case))
    assert caught.value.setting == "replays.reconstruct"


def test_an_app_that_fetches_events_by_id_would_not_find_it() -> None:
    case = _old(fetches=True)
    assert makeable(examine(case)) == ()
    with pytest.raises(Refused, match="fetches each event from Stripe by its id"):
        planned(case, _made(case))


def test_an_order_that_has_the_payment_is_left_alone() -> None:
    case = _old(row=stage.order(status="paid", created_at=OLD))
    assert makeable(examine(case)) == ()
    with pytest.raises(Refused, match="it already has this payment"):
        planned(case, _made(case))


def test_a_payment_that_went_back_makes_none() -> None:
    charges: dict[str, Any] = {
        "charges": [stage.charge(created=OLD, amount_refunded=5000)],
        "refunds": [stage.refund(created=OLD)],
    }
    assert reconstructed(examine(_old(**charges))) == ()


def _types(**given: Any) -> list[tuple[str, int]]:  # noqa: ANN401 - what a case may be of
    return [(one.type, one.created) for one in makeable(examine(_old(**given)))]


def test_a_checkout_that_expired_makes_its_end_and_no_payment() -> None:
    expired = stage.expired(created=OLD)
    unpaid: dict[str, Any] = {"sessions": [expired], "intents": [], "charges": []}
    assert _types(**unpaid) == [("checkout.session.expired", expired["expires_at"])]
    assert _types(**unpaid, row=stage.order(status="cancelled", created_at=OLD)) == []
    running: dict[str, Any] = {"sessions": [stage.session(status="open", payment_status="unpaid", created=OLD)]}
    assert _types(**running, intents=[], charges=[]) == []


def test_an_intent_that_was_canceled_makes_its_end_at_its_moment() -> None:
    row = stage.order(session_id=None, payment_intent_id=stage.INTENT, created_at=OLD)
    canceled = stage.intent(status="canceled", canceled_at=OLD + 60, created=OLD, amount_received=0, latest_charge=None)
    ended: dict[str, Any] = {"row": row, "sessions": [], "intents": [canceled], "charges": []}
    assert _types(**ended) == [("payment_intent.canceled", OLD + 60)]
    failed = stage.intent(status="requires_payment_method", created=OLD)
    assert _types(**(ended | {"intents": [failed]})) == [], "an attempt that failed is no end"


def test_a_charge_that_went_back_whole_by_one_refund_makes_that() -> None:
    row = stage.order(status="paid", created_at=OLD)
    back = stage.refund(amount=5000, created=OLD + 600)
    charge = stage.charge(created=OLD, amount_refunded=5000, refunded=True)
    (made,) = makeable(examine(_old(row=row, charges=[charge], refunds=[back])))
    assert (made.type, made.created) == ("charge.refunded", OLD + 600)
    data = made.raw["data"]
    assert isinstance(data, dict)
    assert data["previous_attributes"] == {"amount_refunded": 0, "refunded": False}
    parts = [stage.refund(id="re_1", amount=2000), stage.refund(id="re_2", amount=3000)]
    assert _types(row=row, charges=[charge], refunds=parts) == [], "what each of them changed is not known"
    part = stage.charge(created=OLD, amount_refunded=2000, refunded=False)
    assert _types(row=row, charges=[part], refunds=parts[:1]) == []
    waiting = stage.refund(amount=5000, status="pending")
    assert _types(row=row, charges=[charge], refunds=[waiting]) == []


def test_whether_stripe_has_it_must_be_known() -> None:
    unread = _old(unread=["events"])
    with pytest.raises(Refused, match=r"is not known: not everything was read \(the events: 429\)"):
        planned(unread, _made(unread))
    cut = _old()
    cut = replace(cut, facts=replace(cut.facts, events_unsearched=(BEYOND, "events of two days: beyond the budget")))
    with pytest.raises(Refused, match="is not known"):
        planned(cut, _made(cut))


def test_stripe_cannot_be_asked_to_send_it() -> None:
    case = _old(endpoints=[stage.endpoint("*", id="we_1")])
    with pytest.raises(Refused, match="Stripe does not have evt_reconstructed_"):
        planned(case, _made(case), how="resend", endpoint_id="we_1")


def test_one_of_another_case_is_refused() -> None:
    stranger = replace(_made(_old()), id="evt_reconstructed_ofsomebodyelse")
    with pytest.raises(Refused, match="cannot be made any more"):
        planned(_old(), stranger)


def test_it_says_what_it_is_in_id_header_reasons_and_objections() -> None:
    case = _old()
    event = _made(case)
    plan = planned(case, event)
    assert event.id.startswith("evt_reconstructed_")
    assert event.called == "checkout.session.completed (reconstructed)"
    assert ("Orderlens-Reconstructed", "true") in plan.headers
    assert plan.objections[0].startswith("It is reconstructed and not Stripe's own event, made of cs_")
    assert not any("It is Stripe's own event" in one for one in plan.reasons)
    assert any("knows that by another id" in one for one in plan.objections)
    assert not any("though it is younger" in one or "has accepted it once" in one for one in plan.objections)


def test_it_is_the_same_each_time_and_what_the_app_books_on_comes_first() -> None:
    assert [one.type for one in makeable(examine(_old()))] == ["checkout.session.completed", "payment_intent.succeeded"]
    booked = makeable(examine(_old(books=("payment_intent.succeeded",))))
    assert booked[0].type == "payment_intent.succeeded"
    later = makeable(examine(_old(books=("checkout.session.async_payment_succeeded",))))
    assert later[0].type == "checkout.session.async_payment_succeeded"
    assert [one.id for one in makeable(examine(_old()))] == [one.id for one in makeable(examine(_old()))]
    assert len({one.id for one in (*booked, *later, *makeable(examine(_old())))}) == 3


def test_stripes_library_takes_it() -> None:
    body = planned(_old(), _made(_old())).body
    said = json.loads(body)
    assert set(said) == set(message()) | {"request", "api_version"}
    event = stripe.Event.construct_from(said, "sk_test_x")
    assert (event.type, event.api_version, event.data.object.payment_status) == (
        "checkout.session.completed", STRIPE_VERSION, "paid",
    )  # fmt: skip
    assert event.livemode is True


def test_a_young_one_is_told_to_be_looked_into() -> None:
    case = _old(**stage.paid_at(NOW - 86_400), row=stage.order(status="pending"))
    assert any("though it is younger" in one for one in planned(case, _made(case)).objections)


def test_one_that_stripe_says_it_failed_to_make_needs_no_looking_into() -> None:
    case = _old(**stage.paid_at(NOW - 86_400), row=stage.order(status="pending"))
    made = _made(case)
    lost = NeverMade("evt_h", made.type, made.object_id or "", NOW - 3600)
    told = replace(case, facts=replace(case.facts, never_made=(lost,)))
    assert not any("though it is younger" in one for one in planned(told, _made(told)).objections)
