"""Disputes: which of them the order has to show, how soon somebody is needed, and for how much."""

import pytest

from core.facts import Json
from core.findings import Action, Finding, Severity
from core.money import Money
from core.times import DAY, HOUR
from tests.rules import stage


def dispute(status: str = "needs_response", hours: float | None = None, **changes: object) -> Json:
    """A dispute over all of it; an answer is due in so many hours."""
    due = {} if hours is None else {"due_by": int(stage.NOW + hours * HOUR)}
    own = {"id": "du_1", "status": status, "created": stage.NOW - 5 * DAY, "evidence_details": due}
    return stage.dispute(**(own | changes))


def found(row: Json, *disputes: Json, **given: object) -> Finding:
    said = stage.headline(row, disputes=disputes, **given)
    assert said.code == "dispute_not_reflected"
    return said


@pytest.mark.parametrize("status", ["won", "warning_closed", "prevented"])
def test_what_is_over_and_well_is_quiet(status: str) -> None:
    assert stage.diagnosed(stage.BOOKED, disputes=[dispute(status)]).clean


@pytest.mark.parametrize("word", ["needs_response", "Needs response", "needs-response"])
def test_what_the_order_shows_is_quiet(word: str) -> None:
    assert stage.diagnosed(stage.BOOKED | {"metadata": {"dispute_status": word}}, disputes=[dispute(hours=9)]).clean


@pytest.mark.parametrize("word", ["disputed", "Chargeback"])
def test_an_order_whose_own_status_speaks_of_it_is_quiet(word: str) -> None:
    assert stage.diagnosed(stage.BOOKED | {"raw_status": word}, disputes=[dispute("under_review")]).clean


@pytest.mark.parametrize("status", ["lost", "under_review", "warning_under_review", "appeal_under_review"])
def test_a_refunded_order_does_not_count_the_money_as_its_own(status: str) -> None:
    assert "dispute_not_reflected" not in stage.said(stage.BOOKED | {"status": "refunded"}, disputes=[dispute(status)])


def test_a_status_of_tomorrow_is_taken_for_nothing_and_never_for_clean() -> None:
    diagnosis = stage.diagnosed(stage.BOOKED, disputes=[dispute("mediation")])
    assert stage.codes(diagnosis) == []
    assert "du_1" in (diagnosis.undetermined or "")


@pytest.mark.parametrize("status", ["pending", "cancelled", "refunded", "fulfilled"])
@pytest.mark.parametrize("word", ["needs_response", "warning_needs_response", "appeal_needs_response"])
def test_an_answer_is_due_whatever_the_order_says(status: str, word: str) -> None:
    assert "dispute_not_reflected" in stage.said(stage.BOOKED | {"status": status}, disputes=[dispute(word, 200)])


@pytest.mark.parametrize(
    ("hours", "severity", "detail"),
    [
        (73, Severity.HIGH, "answer"),
        (71, Severity.CRITICAL, "soon"),
        (-1, Severity.HIGH, "overdue"),
        (None, Severity.HIGH, "undated"),
    ],
)
def test_three_days_before_the_end_it_is_critical(hours: float | None, severity: Severity, detail: str) -> None:
    said = found(stage.BOOKED, dispute(hours=hours))
    assert (said.severity, said.detail, said.money_at_risk) == (severity, detail, Money(5000, "usd"))
    assert (Action.RESPOND_DISPUTE in said.actions) is (detail != "overdue")


def test_the_one_to_answer_first_is_spoken_of_and_all_are_counted() -> None:
    said = found(
        stage.BOOKED,
        dispute("lost", id="du_1", amount=1000),
        dispute(hours=200, id="du_2", amount=1500),
        dispute(hours=20, id="du_3", amount=2500),
    )
    assert (said.money_at_risk, said.severity) == (Money(5000, "usd"), Severity.CRITICAL)
    assert "25.00 USD" in said.says
    assert "2 more" in said.says
    assert {Action.RESPOND_DISPUTE, Action.RECORD_DISPUTE_LOSS} <= set(said.actions)


def test_a_lost_one_is_recorded_and_its_cause_is_the_endpoint_or_the_code() -> None:
    assert found(stage.BOOKED, dispute("lost")).actions == (Action.RECORD_DISPUTE_LOSS, Action.SUBSCRIBE_EVENT)
    hears = [stage.endpoint(enabled_events=["checkout.session.completed", "charge.dispute.closed"])]
    assert found(stage.BOOKED, dispute("lost"), endpoints=hears).actions[-1] is Action.FIX_HANDLER_CODE
    assert found(stage.BOOKED, dispute("lost"), unread=["endpoints"]).actions == (Action.RECORD_DISPUTE_LOSS,)


def test_under_review_there_is_nothing_to_do_but_wait() -> None:
    assert found(stage.BOOKED, dispute("under_review")).actions[0] is Action.WAIT
