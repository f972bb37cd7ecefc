"""What was not read matters where a conclusion depends on it, and nowhere else."""

import pytest

from core.findings import Confidence
from tests.rules.stage import (
    INTENT,
    SESSION,
    YESTERDAY,
    codes,
    diagnosed,
    intent,
    nothing_at_stripe,
    order,
    second_payment,
    session,
    unfinished,
)

PAID = order(status="paid", payment_intent_id=INTENT, updated_at=YESTERDAY + 95)
LEFT = {"sessions": [unfinished()], "intents": [], "charges": [], "events": []}
NO_SEARCH = {"unread": ["search"]}


def test_an_order_whose_money_was_found_by_its_ids_is_clean_without_a_search() -> None:
    """Stripe has no search in India: else no case of a whole country could ever be told."""
    assert diagnosed(PAID, **NO_SEARCH).clean


def test_what_was_found_is_said_without_a_search() -> None:
    other, paid = second_payment()
    for row, given, code in (
        (order(), {}, "webhook_acked_not_applied"),
        (order(status="cancelled"), {}, "paid_order_closed"),
        (PAID, {"sessions": [session(), other], "intents": [intent(), paid]}, "duplicate_payment"),
    ):
        diagnosis = diagnosed(row, **given, **NO_SEARCH)
        assert (codes(diagnosis), diagnosis.undetermined) == ([code], None)
        assert diagnosis.headline is not None


@pytest.mark.parametrize(("status", "code"), [("paid", "unpaid_marked_paid"), ("pending", "expired_order_open")])
def test_that_nothing_was_paid_is_only_probable_without_a_search(status: str, code: str) -> None:
    diagnosis = diagnosed(order(status=status), **LEFT, **NO_SEARCH)
    assert codes(diagnosis) == [code]
    assert diagnosis.headline is not None
    assert diagnosis.headline.confidence is Confidence.PROBABLE
    assert "no other payment, and not all was read (the search" in diagnosis.headline.sureness
    assert "the search" in (diagnosis.undetermined or "")


def test_an_order_that_leads_nowhere_is_not_called_unpaid_without_a_search() -> None:
    row = order(status="paid", session_id=None, metadata={"payment_method": "stripe"})
    diagnosis = diagnosed(row, **nothing_at_stripe(), **NO_SEARCH)
    assert codes(diagnosis) == []
    assert "the search" in (diagnosis.undetermined or "")


def test_an_outage_of_the_search_leaves_the_case_open() -> None:
    assert diagnosed(PAID, unread=["intents"]).undetermined is not None


@pytest.mark.parametrize("kind", ["intents", "charges", "refunds", "events", "search", "endpoints", "lookup"])
def test_the_wrong_mode_is_certain_whatever_else_was_not_read(kind: str) -> None:
    """The lists of what is of the other mode answer nothing, and nothing of them is needed."""
    row = order(status="paid", session_id=SESSION.replace("_live_", "_test_"))
    diagnosis = diagnosed(row, **nothing_at_stripe(), unread=[kind])
    assert (codes(diagnosis), diagnosis.undetermined) == (["key_mode_mismatch"], None)
