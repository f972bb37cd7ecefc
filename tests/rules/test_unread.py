"""What was not read matters where a conclusion depends on it, and nowhere else."""

import pytest

from core.findings import Confidence
from tests.rules import stage

LEFT = {"sessions": [stage.expired()], "intents": [], "charges": [], "events": []}
NO_SEARCH = {"unread": ["search"]}


def test_an_order_whose_money_was_found_by_its_ids_is_clean_without_a_search() -> None:
    """Stripe has no search in India: else no case of a whole country could ever be told."""
    assert stage.diagnosed(stage.BOOKED, **NO_SEARCH).clean


def test_what_was_found_is_said_without_a_search() -> None:
    other, paid = stage.second_payment()
    for row, given, code in (
        (stage.order(), {}, "webhook_acked_not_applied"),
        (stage.order(status="cancelled"), {}, "paid_order_closed"),
        (stage.BOOKED, {"sessions": [stage.session(), other], "intents": [stage.intent(), paid]}, "duplicate_payment"),
    ):
        diagnosis = stage.diagnosed(row, **given, **NO_SEARCH)
        assert (stage.codes(diagnosis), diagnosis.undetermined) == ([code], None)
        assert diagnosis.headline is not None


@pytest.mark.parametrize(("status", "code"), [("paid", "unpaid_marked_paid"), ("pending", "expired_order_open")])
def test_that_nothing_was_paid_is_only_probable_without_a_search(status: str, code: str) -> None:
    diagnosis = stage.diagnosed(stage.order(status=status), **LEFT, **NO_SEARCH)
    assert stage.codes(diagnosis) == [code]
    assert diagnosis.headline is not None
    assert diagnosis.headline.confidence is Confidence.PROBABLE
    assert "no other payment, and not all was read (the search" in diagnosis.headline.sureness
    assert "the search" in (diagnosis.undetermined or "")


def test_an_order_that_leads_nowhere_is_not_called_unpaid_without_a_search() -> None:
    row = stage.order(status="paid", session_id=None, metadata={"payment_method": "stripe"})
    diagnosis = stage.diagnosed(row, **stage.NOTHING, **NO_SEARCH)
    assert stage.codes(diagnosis) == []
    assert "the search" in (diagnosis.undetermined or "")


def test_an_outage_of_the_search_leaves_the_case_open() -> None:
    assert stage.diagnosed(stage.BOOKED, unread=["intents"]).undetermined is not None


@pytest.mark.parametrize("kind", ["intents", "charges", "refunds", "events", "search", "endpoints", "lookup"])
def test_the_wrong_mode_is_certain_whatever_else_was_not_read(kind: str) -> None:
    """The lists of what is of the other mode answer nothing, and nothing of them is needed."""
    row = stage.order(status="paid", session_id=stage.SESSION.replace("_live_", "_test_"))
    diagnosis = stage.diagnosed(row, **stage.NOTHING, unread=[kind])
    assert (stage.codes(diagnosis), diagnosis.undetermined) == (["key_mode_mismatch"], None)
