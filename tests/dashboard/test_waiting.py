"""Bars are drawn where somebody would see them: not for a case that is there in a moment."""

from concurrent.futures import Future
from typing import cast

import pytest

from core.desk import Opened
from core.desk.coming import Coming
from core.errors import StripeUnreachable
from dashboard.case import waiting

NOTHING = cast("Opened", object())


@pytest.fixture
def reading() -> Future[Opened]:
    return Future()


def coming(reading: Future[Opened]) -> Coming:
    return Coming("order:1", 0.0, lambda _row: reading)


def test_what_is_read_at_once_needs_none(reading: Future[Opened]) -> None:
    reading.set_exception(StripeUnreachable("No.", next_step="Wait."))
    assert waiting.comes_soon(coming(reading))


def test_what_comes_within_a_moment_needs_none(reading: Future[Opened], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(waiting, "SOON", 60.0)
    begun = coming(reading)
    begun._row_read(None)  # type: ignore[arg-type] # noqa: SLF001 - there is no row
    reading.set_running_or_notify_cancel()
    reading.set_result(NOTHING)
    assert waiting.comes_soon(begun)


def test_what_takes_longer_has_them(reading: Future[Opened], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(waiting, "SOON", 0.01)
    assert not waiting.comes_soon(coming(reading))
