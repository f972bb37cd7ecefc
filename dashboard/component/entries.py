"""A list of entries: a line each, that is a link. What is pressed opens here; in a new tab it opens by its link.

Fifty buttons with Markdown in them cost a browser as much as the rest of a page; this is one part.
"""

from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass

import streamlit as st

from dashboard.component.cases import told
from dashboard.component.mounting import part


@dataclass(frozen=True, slots=True)
class Line:
    """An entry, all of it plain text: `code` is what its link says. `icon`, `color`: as a case's row has them."""

    code: str
    title: str
    word: str
    icon: str
    color: str


def entries(lines: Sequence[Line], *, name: str, key: str, opened: Callable[[str], None]) -> None:
    """Draw them; `name`: of the query parameter that their links set. `opened` is called with the code of one that is
    pressed."""
    codes = [line.code for line in lines]

    def pressed() -> None:
        if (code := told(st.session_state.get(key), "open")) in codes:
            opened(str(code))

    part("entries")(key=key, data={"name": name, "lines": [asdict(line) for line in lines]}, on_open_change=pressed)
