"""While a scan runs, garbage in circles is searched for rarely; afterwards as ever, however it ended."""

import gc

import pytest

from core.scanning.garbage import rarely


def test_meanwhile_it_is_searched_for_rarely_but_it_is() -> None:
    before = gc.get_threshold()
    with rarely():
        assert gc.isenabled()
        assert gc.get_threshold() > before
        assert gc.get_freeze_count() > 0


@rarely()
def failing() -> None:
    with rarely():
        raise KeyError


def test_afterwards_everything_is_as_before() -> None:
    before = gc.get_threshold()
    with pytest.raises(KeyError):
        failing()
    assert (gc.get_threshold(), gc.get_freeze_count()) == (before, 0)
