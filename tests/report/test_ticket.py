"""The summary for a developer: codes, evidence, ids, links and commands; fit for a ticket."""

from dataclasses import replace

import pytest

from core.report import report
from core.rules import examine
from tests.report.told import NAMES, said, seen, unread


@pytest.mark.parametrize("name", NAMES)
def test_a_summary_has_the_codes_the_evidence_and_the_way_on(name: str) -> None:
    one = seen(name)
    text = said(name).ticket
    for finding in one.diagnosis.findings:
        assert finding.code in text
        assert finding.evidence[0].field in text
    for session in one.case.facts.sessions:
        assert f"stripe checkout sessions retrieve {session.id}" in text
        mode = "/test" if one.case.facts.key_mode == "test" else ""
        assert f"{mode}/checkout/sessions/{session.id}" in text


def test_a_summary_is_fit_for_a_ticket() -> None:
    one = seen("webhook_refused")
    order = one.case.order
    assert order is not None
    assert order.customer_email
    text = said("webhook_refused").ticket
    assert order.customer_email not in text
    assert "Read 2026-09-21T" in text
    assert "test mode" in text
    assert "stripe events resend evt_" in text
    assert "--webhook-endpoint=we_" in text
    assert "--live" not in text


def test_a_summary_of_live_data_links_to_live_data() -> None:
    case = seen("webhook_refused").case
    text = report(examine(replace(case, facts=replace(case.facts, key_mode="live")))).ticket
    assert "/test/" not in text
    assert "--live" in text


def test_a_summary_says_what_was_not_read() -> None:
    assert "Not read: the intents, because time-out." in unread("webhook_refused").ticket
