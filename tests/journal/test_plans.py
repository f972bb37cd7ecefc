"""Plans of replays are kept for whoever made them: a day, the newest few, nothing secret; and go with a customer."""

from collections.abc import Iterator
from contextlib import closing
from dataclasses import replace
from pathlib import Path

import pytest

from core.journal import Journal, ReplayItem
from core.journal.plans import KEPT, LONGEST, MOST
from core.money import Money
from core.people import Person
from core.replaying import RunPlan
from core.replaying.keeping import read, written

NOW = 1_790_000_000
PLAN = RunPlan(
    items=(
        ReplayItem(case_key="order:1", name="SH-1", event_id="evt_1", money=Money(4200, "eur"), says="It is old."),
        ReplayItem(case_key="order:2", state="skipped", left_out="applied"),
    ),
    how="replay", mode="test", account="acct_1", chosen="these", again=False, made_at=NOW, reading=0.5,
)  # fmt: skip


@pytest.fixture
def journal(tmp_path: Path) -> Iterator[Journal]:
    with closing(Journal(f"sqlite:///{tmp_path / 'journal.sqlite3'}")) as opened:
        yield opened


def test_a_plan_is_read_back_as_it_was_written() -> None:
    assert read(written(PLAN)) == PLAN
    assert [read(text) for text in ("", "[]", "{}", '{"items": [{}]}')] == [None] * 4


def test_nothing_secret_of_a_plan_is_written() -> None:
    item = replace(PLAN.items[0], says="jo@example.com, sk_live_" + "a1B2" * 8)
    text = written(replace(PLAN, items=(item,)))
    assert "jo@example.com" not in text
    assert "a1B2" not in text


def test_a_plan_is_kept_for_whoever_made_it_and_for_a_day(journal: Journal) -> None:
    plans = journal.plans
    assert plans.keep("one", "first", sub="ana", now=NOW)
    assert plans.keep("one", "second", sub="ana", now=NOW)
    assert plans.get("one", sub="ana", now=NOW + KEPT) == "second"
    assert plans.get("one", sub="ben", now=NOW) is None
    assert plans.get("one", sub="ana", now=NOW + KEPT + 1) is None


def test_only_the_newest_are_kept_and_none_that_is_very_long(journal: Journal) -> None:
    for number in range(MOST + 2):
        journal.plans.keep(str(number), "plan", sub="ana", now=NOW + number)
    journal.plans.keep("0", "plan", sub="ben", now=NOW)
    kept = [journal.plans.get(str(number), sub="ana", now=NOW + MOST) for number in range(MOST + 2)]
    assert kept == [None, None, *["plan"] * MOST]
    assert journal.plans.get("0", sub="ben", now=NOW) == "plan"
    assert not journal.plans.keep("long", "x" * (LONGEST + 1), sub="ana", now=NOW)


def test_who_is_forgotten_stands_in_no_plan(journal: Journal) -> None:
    journal.plans.keep("one", "order:1", sub="ana", now=NOW)
    journal.forgetting.forget(["order:1"], Person("root", "admin"), NOW)
    assert journal.plans.get("one", sub="ana", now=NOW) is None
