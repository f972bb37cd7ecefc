"""What stands out can be done, is done where it is said, and nothing is offered that would be refused."""

import pytest

from core.errors import Refused
from core.facts import Event
from core.replays import makeable, plan
from core.report import Remedy, report
from core.rules import Examined
from tests.report.told import NAMES, NOW, seen

OPENS = {
    "paid_twice": ("the payment", "pi_"),
    "dispute_unseen": ("the dispute", "du_"),
    "cancelled_and_still_charged": ("the subscription", "sub_"),
    "second_page_still_open": ("the checkout", "cs_"),
    "shipped_uncaptured": ("the payment", "pi_"),
    "refunded_in_dashboard": ("the order", None),
    "hold_ran_out": ("the order", None),
}


@pytest.mark.parametrize("name", OPENS)
def test_the_page_of_the_next_step_is_named(name: str) -> None:
    said, (called, prefix) = report(seen(name)), OPENS[name]
    assert said.remedy is Remedy.OPEN
    first = said.opens[0]
    assert first.called == called
    assert first.at is None if prefix is None else str(first.at).startswith(prefix)


def test_of_two_payments_the_one_to_refund_is_opened() -> None:
    said = report(seen("paid_twice"))
    assert str(said.opens[0].at) in " ".join(said.verdict.steps)


@pytest.mark.parametrize("name", NAMES)
def test_what_is_offered_can_be_done(name: str) -> None:
    found = seen(name)
    said = report(found)
    assert (said.remedy is Remedy.OPEN) <= bool(said.opens)
    assert all(one.at in known(found) for one in said.opens if one.at), "an object of the case"
    assert said.caution == "" or said.remedy is Remedy.SEND_AGAIN
    assert (said.remedy is Remedy.SEND_AGAIN) <= (said.unsendable == "")
    assert bool(said.unsendable) is not any(planned(found)), said.unsendable


@pytest.mark.parametrize("name", NAMES)
def test_every_case_says_what_to_do(name: str) -> None:
    """Also where that is nothing; and a case in which all agrees offers no remedy."""
    said = report(seen(name))
    assert said.verdict.steps
    if seen(name).diagnosis.clean:
        assert said.remedy is Remedy.NONE


def test_where_the_money_is_not_the_orders_amount_a_person_decides_first() -> None:
    """The message would book the order although too little was paid."""
    said = report(seen("cart_changed_in_another_tab"))
    assert said.remedy is Remedy.OPEN
    assert said.opens[0].at is None
    assert said.unsendable == "", "it can still be sent"


def test_a_message_that_is_refused_may_be_refused_again() -> None:
    assert "refused again" in report(seen("webhook_refused")).caution
    assert report(seen("webhook_swallowed")).caution == ""


def test_what_an_order_has_is_not_sent_again() -> None:
    assert report(seen("paid_and_booked")).unsendable == "The order is paid: it already has this payment."


def planned(found: Examined) -> list[bool]:
    """Of each event of the case, whether a plan lets it be sent."""
    return [_planned(found, event) for event in (*found.links.events, *makeable(found))]


def _planned(found: Examined, event: Event) -> bool:
    try:
        plan(found, event, how="replay", url="http://127.0.0.1/hook", can_sign=True, now=NOW)
    except Refused:
        return False
    return True


def known(found: Examined) -> str:
    """All of Stripe's that was read, as one text."""
    return repr(found.case.facts)
