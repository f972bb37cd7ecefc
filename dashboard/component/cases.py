"""The list of cases: a table of real rows that can be searched, marked, walked by keyboard, and opened in a new tab.

Knows rows as they are shown and nothing else: what is wrong, and in which order, is said by whoever hands them over.
"""

from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass
from typing import Any, Final

import streamlit as st

from dashboard.component.mounting import part

KEY: Final = "cases"
COLUMNS: Final = (
    ("severity", "Severity"), ("what", "What is wrong"), ("order", "Order"), ("risk", "Money at risk"),
    ("since", "Since"), ("state", "State"), ("customer", "Customer"),
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Row:
    """A case as a row shows it, all of it plain text. `icon`: a name of Material Symbols; `color`: of the palette;
    `fresh`: new since whoever looks looked last."""

    key: str
    severity: str
    icon: str
    color: str
    title: str
    order: str
    risk: str
    since: str
    state: str
    customer: str
    fresh: bool = False


def cases(
    rows: Sequence[Row], *, turn: str, first: int, total: int, opened: Callable[[str], None]
) -> tuple[str, ...]:  # fmt: skip
    """Draw a page of cases, `first` the number of its first row, of `total`; the keys of those that are selected, in
    their order. `opened` is called with the key of one that is opened. Another `turn`: nothing is selected."""
    keys = [row.key for row in rows]

    def pressed() -> None:
        if (key := told(st.session_state.get(KEY), "open")) in keys:
            opened(str(key))

    result = part("cases")(
        key=KEY,
        data={
            "rows": [asdict(row) for row in rows], "columns": COLUMNS, "turn": turn, "first": first, "total": total,
            "label": "Cases. J and K move, Enter opens, X selects.",
        },
        default={"picked": {}},
        on_open_change=pressed,
        on_picked_change=lambda: None,
    )  # fmt: skip
    return selected(told(result, "picked"), turn, keys)


def selected(said: object, turn: str, keys: Sequence[str]) -> tuple[str, ...]:
    """What of these keys the browser says is selected; nothing where it speaks of another turn, or nonsense."""
    if not isinstance(said, dict) or said.get("turn") != turn or not isinstance(said.get("keys"), list):
        return ()
    return tuple(key for key in keys if key in said["keys"])


def told(result: Any, name: str) -> object:  # noqa: ANN401 - Streamlit's
    """What the part said under this name."""
    return None if result is None else result.get(name)
