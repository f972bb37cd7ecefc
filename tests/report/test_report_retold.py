"""A report as one reader sees it: every moment in his clock, and what he hands on in its own."""

import re
from datetime import UTC
from zoneinfo import ZoneInfo

import pytest

from core.report import read_in, report
from tests.report.told import NAMES, seen

DAY_ALONE = re.compile(r"\b\d{1,2} [A-Z][a-z]{2,8} \d{4}\b(?!, \d\d:\d\d)")
BERLIN = ZoneInfo("Europe/Berlin")


@pytest.mark.parametrize("name", NAMES)
def test_no_sentence_that_is_shown_is_in_another_zone(name: str) -> None:
    said = report(seen(name))
    shown = read_in(said, BERLIN)
    parts = repr((shown.verdict, shown.also, shown.beside, shown.unread, shown.money_line, shown.timeline))
    assert " UTC" not in parts
    assert DAY_ALONE.findall(parts) == [], "a day without its hour is another one in another zone"
    assert (shown.ticket, shown.answers) == (said.ticket, said.answers), "what is handed on keeps its zone"
    assert (shown.situation, shown.remedy, shown.verdict.tone) == (said.situation, said.remedy, said.verdict.tone)
    assert read_in(said, UTC) is said
