"""The secret that is made where nobody set one: private, kept, and one for all that begin at once."""

from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from core.errors import SettingsError
from core.login.secret import FILE, kept


def test_it_is_made_once_for_all_that_begin_at_once_and_nobody_else_can_read_it(tmp_path: Path) -> None:
    folder = tmp_path / "deep" / "journal"
    with ThreadPoolExecutor(8) as pool:
        made = set(pool.map(kept, [folder] * 32))
    assert len(made) == 1
    assert len(made.pop()) >= 48
    assert [one.name for one in folder.iterdir()] == [FILE]
    assert (folder / FILE).stat().st_mode & 0o777 == 0o600
    assert folder.stat().st_mode & 0o777 == 0o700


def test_one_that_is_too_short_or_cannot_be_made_is_said_and_not_repeated(tmp_path: Path) -> None:
    (tmp_path / FILE).write_text("hunter2")
    with pytest.raises(SettingsError, match="shorter than 32 bytes") as caught:
        kept(tmp_path)
    assert "hunter2" not in str(caught.value)
    (tmp_path / "file").touch()
    with pytest.raises(SettingsError, match="cannot be read or made"):
        kept(tmp_path / "file" / "below")
