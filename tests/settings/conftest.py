"""An environment without a setting, one with the two that every command needs, and a file."""

from pathlib import Path

import pytest

KEY = "rk_test_" + "k" * 24
DATABASE = "postgresql://reader:hunter2@db.example.com/shop"


@pytest.fixture(autouse=True)
def _bare_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in (
        "STRIPE_API_BASE",
        "DATABASE_URL",
        "WEBHOOK_SECRET",
        "WEBHOOK_URL",
        "JOURNAL_URL",
        "CONFIG",
        "OPERATOR",
        "STRIPE_RATE_ENDPOINT",
        "STRIPE_RATE_OVERALL",
        "TELL",
        "CACHE_DIR",
    ):
        monkeypatch.delenv(f"ORDERLENS_{name}", raising=False)
    monkeypatch.delenv("STRIPE_API_KEY", raising=False)


@pytest.fixture
def _secrets(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("STRIPE_API_KEY", KEY)
    monkeypatch.setenv("ORDERLENS_DATABASE_URL", DATABASE)


def write(folder: Path, text: str) -> Path:
    (folder / "orderlens.toml").write_text(text)
    return folder
