"""What is said to a customer has the days that the page shows beside it."""

import os
from pathlib import Path

import pytest
import streamlit as st

from core.sandbox import World
from tests.dashboard.conftest import Opening
from tests.worlds import world_of

world = world_of("webhook_refused")


def test_a_letter_has_the_days_of_the_page_unless_the_settings_name_a_zone(
    app: Opening, world: World, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    """Somebody who reads a date out on the phone sees the same one beside it."""

    def said(zone: str) -> str:
        page = app(case=world.built["webhook_refused"].number, viewer=zone)
        return "\n".join(code.value for code in page.code)

    far, near = "Pacific/Kiritimati", "Pacific/Pago_Pago"  # never the same day
    assert said(far) != said(near)
    settings = tmp_path / "zone.toml"
    settings.write_text(
        Path(os.environ["ORDERLENS_CONFIG"]).read_text("utf-8") + '\n[letters]\nzone = "Europe/Paris"\n'
    )
    monkeypatch.setenv("ORDERLENS_CONFIG", str(settings))
    st.cache_resource.clear()
    assert said(far) == said(near)
