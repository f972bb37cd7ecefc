"""A part of ours, looked up once a process. Not at import: only a running server (or a test of a page) knows of it."""

from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

import streamlit as st

if TYPE_CHECKING:
    from streamlit.components.v2.types import ComponentRenderer

ASSETS = Path(__file__).parent / "orderlens" / "assets"


@cache
def part(name: str) -> "ComponentRenderer":
    """The part whose script is `orderlens/assets/<name>.js`, with the styles beside it where there are any."""
    styled = (ASSETS / f"{name}.css").exists()
    return st.components.v2.component(
        f"orderlens.{name}",
        js=f"{name}.js",
        css=f"{name}.css" if styled else None,
        html=f'<div class="ol-{name}"></div>',
        isolate_styles=False,  # so that what is written in it can be selected and copied together with the page
    )
