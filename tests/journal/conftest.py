"""Empty journals on both engines."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from core.journal import Journal
from tests.databases import postgresql


@pytest.fixture(params=["sqlite", "postgresql"])
def url(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    """The address of a journal that is not there yet, on each engine."""
    if request.param == "sqlite":
        yield f"sqlite:///{tmp_path / 'journal.sqlite3'}"
        return
    with postgresql() as address:
        yield address


@pytest.fixture
def shared(url: str) -> Iterator[Journal]:
    """A journal on each engine."""
    journal = Journal(url)
    yield journal
    journal.close()
