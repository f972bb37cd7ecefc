"""Readings that run beside the pages: one at a time, watched by many, ended in words."""

import threading
from collections.abc import Callable
from typing import cast

import pytest

from core.desk import Desk, Survey
from core.errors import OrdersUnreachable
from core.facts import Cost
from dashboard.surveys import KEPT, Ask, Reading, Surveys

WEEK, MONTH = Ask(0, None, 25), Ask(1, None, 50)


class Slow:
    """A desk whose survey ends when `go` is set: with `error` where there is one."""

    def __init__(self, error: Exception | None = None) -> None:
        self.go = threading.Event()
        self.begun = threading.Event()
        self.asked: list[int] = []
        self.error = error

    def survey(
        self, *, since: int | None, until: int | None, limit: int, progress: Callable[[int, int], None]
    ) -> Survey:
        self.asked.append(limit)
        progress(3, limit)
        self.begun.set()
        assert self.go.wait(20)
        if self.error:
            raise self.error
        return Survey((), (), since, until, 100, more=False, cost=Cost())


def started(slow: Slow, ask: Ask = WEEK) -> Surveys:
    surveys = Surveys(clock=lambda: 100.0)
    surveys.start(cast(Desk, slow), ask)
    assert slow.begun.wait(20)
    return surveys


def ended(surveys: Surveys, slow: Slow, ask: Ask = WEEK) -> Reading:
    slow.go.set()
    for thread in threading.enumerate():
        if thread.name == "survey":
            thread.join(20)
    reading = surveys.of(ask)
    assert reading is not None
    return reading


def test_nothing_is_read_until_somebody_asks() -> None:
    surveys = Surveys(clock=lambda: 100.0)
    assert surveys.running() is None
    assert surveys.newest() is None
    assert surveys.of(WEEK) is None


def test_everybody_sees_how_far_it_is() -> None:
    slow = Slow()
    surveys = started(slow)
    running = surveys.running()
    assert running is not None
    assert (running.done, running.total, running.running) == (3, 25, True)
    assert ended(surveys, slow).survey is not None
    assert surveys.running() is None
    assert surveys.newest() == surveys.of(WEEK)


def test_a_second_one_joins_the_first() -> None:
    slow = Slow()
    surveys = started(slow)
    assert surveys.start(cast(Desk, slow), MONTH).ask == WEEK
    ended(surveys, slow)
    assert slow.asked == [25]
    assert surveys.of(MONTH) is None


def test_a_side_that_is_down_ends_it_in_words() -> None:
    slow = Slow(OrdersUnreachable("shop.sqlite3 is locked.", next_step="Try again."))
    surveys = started(slow)
    reading = ended(surveys, slow)
    assert reading.error is slow.error
    assert not reading.running
    assert surveys.running() is None
    assert surveys.newest() is None


def test_what_nobody_foresaw_ends_it_with_a_reference(caplog: pytest.LogCaptureFixture) -> None:
    slow = Slow(RuntimeError("boom sk_" + "test_12345678"))
    surveys = started(slow)
    reading = ended(surveys, slow)
    assert reading.error is not None
    assert "boom" not in reading.error.message
    reference = reading.error.next_step.split("reference ")[1].split(".")[0]
    assert reference in caplog.text
    assert "12345678" not in caplog.text


def test_only_the_newest_are_kept() -> None:
    slow = Slow()
    slow.go.set()
    surveys = Surveys(clock=lambda: 100.0)
    for limit in range(KEPT + 3):
        surveys.start(cast(Desk, slow), Ask(None, None, limit))
        ended(surveys, slow, Ask(None, None, limit))
    assert surveys.of(Ask(None, None, 0)) is None
    assert surveys.of(Ask(None, None, KEPT + 2)) is not None
