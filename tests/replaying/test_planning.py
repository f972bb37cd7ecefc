"""The money of a plan: that of its payments, and never more than an event says."""

from dataclasses import replace

import pytest

from core.desk import Opened
from core.facts import Event
from core.journal import ReplayItem
from core.money import Money
from core.replaying.planning import item_left_out
from core.replays import LeftOut, Why
from core.rules import examine
from tests.replaying.test_guarding import plan
from tests.replays.planned import Raw, case_of, message, went_back
from tests.rules import stage

PAID = Money(5000, "usd")


def item_of(raw: Raw) -> ReplayItem:
    seen = examine(case_of(raw))
    opened = Opened(seen.case, seen.links, seen.diagnosis, "order:1")
    return item_left_out(opened, LeftOut(Why.APPLIED, "", Event.of(raw)), "replay")


@pytest.mark.parametrize(
    ("raw", "money"),
    [
        (message(), PAID),
        (message("charge.succeeded", stage.charge()), PAID),
        (message("charge.refunded", went_back(amount_refunded=100)), None),
        (message("refund.created", stage.refund(amount=100)), Money(100, "usd")),
        (message("checkout.session.expired"), None),
    ],
)
def test_an_item_has_the_money_that_moved_where_its_event_says_it(raw: Raw, money: Money | None) -> None:
    assert item_of(raw).money == money


def test_what_goes_back_is_not_added_to_what_is_paid() -> None:
    two = plan(2, mode="test")
    paid, back = two.items
    assert replace(two, items=(paid, replace(back, event_type="refund.created"))).money == (paid.money,)
