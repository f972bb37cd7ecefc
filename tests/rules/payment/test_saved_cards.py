"""Cards for later."""

from core.facts import Json
from core.findings import Action, Severity
from tests.rules import stage

SETI = "seti_1Card"


def checkout(**changes: object) -> Json:
    nothing = dict.fromkeys(("amount_total", "currency", "payment_intent"))
    states = {"mode": "setup", "payment_status": "no_payment_required", "setup_intent": SETI}
    return stage.session(**(nothing | states | changes))


def saved(**changes: object) -> Json:
    return {
        "id": SETI,
        "object": "setup_intent",
        "status": "succeeded",
        "customer": None,
        "payment_method": "pm_1",
    } | changes


def told(row: Json, *sessions: Json, events: tuple[Json, ...] = ()) -> list[str]:
    return stage.said(row, sessions=sessions or (checkout(),), intents=[], charges=[], events=events)


def test_a_card_of_a_customer_can_be_charged() -> None:
    assert told(stage.order(status="paid"), checkout(setup_intent=saved(customer="cus_1"))) == []
    assert told(stage.order(status="paid"), checkout(customer="cus_1", setup_intent=saved())) == []


def test_whose_the_card_is_is_not_guessed_where_the_setup_intent_was_not_read() -> None:
    assert told(stage.order(status="paid")) == []


def test_of_several_one_that_can_be_charged_is_enough() -> None:
    good = saved(id="seti_2", customer="cus_1")
    other = checkout(id=stage.OTHER_SESSION, setup_intent=good)
    assert told(stage.order(status="paid"), checkout(setup_intent=saved()), other) == []


def test_a_closed_order_does_not_need_it() -> None:
    assert told(stage.order(status="cancelled"), checkout(setup_intent=saved())) == []


def test_a_card_of_nobody_is_asked_for_again() -> None:
    found = stage.headline(
        stage.order(status="paid"), sessions=[checkout(setup_intent=saved())], intents=[], charges=[]
    )
    assert stage.matter(found) == ("setup_unusable", Severity.HIGH, stage.FIFTY)
    assert found.actions == (Action.REQUEST_NEW_PAYMENT, Action.FIX_HANDLER_CODE)
    assert "without a customer" in found.says


def test_no_card_at_all_is_none_either() -> None:
    assert told(stage.order(status="paid"), checkout(customer="cus_1", setup_intent=saved(payment_method=None))) == [
        "setup_unusable"
    ]


def test_nobody_is_told_to_mark_an_open_order_paid() -> None:
    told_of = stage.event("setup_intent.succeeded", SETI, data={"object": saved()})
    row = stage.order(amount_minor=0)
    diagnosis = stage.diagnosed(row, sessions=[checkout()], intents=[], charges=[], events=[stage.event(), told_of])
    assert stage.codes(diagnosis) == ["setup_unusable"]
    assert Action.MARK_PAID_AFTER_VERIFY not in diagnosis.actions
