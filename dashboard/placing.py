"""A case's place in the list that it was opened from, and its neighbours there."""

from collections.abc import Sequence
from dataclasses import dataclass

import streamlit as st

_LIST = "placing.list"


@dataclass(frozen=True, slots=True)
class Place:
    """Where a case stands in the list it was opened from: "3 of 50", its neighbours where the list's page has them, and
    whether the list has any (`earlier`, `later`), be it on another page."""

    position: int
    total: int
    before: str | None
    after: str | None
    earlier: bool
    later: bool


def listed(keys: Sequence[str], *, first: int, total: int, earlier: bool, later: bool) -> None:
    """The page shows a list of cases: these keys, of which the first is the `first` of `total`; whether the list has
    `earlier` and `later` ones on other pages."""
    st.session_state[_LIST] = tuple(keys), first, total, earlier, later


def listed_ends(*, later: bool) -> None:
    """There is no page behind (else: before) that of the list any more."""
    keys, first, total, earlier, goes_on = st.session_state[_LIST]
    st.session_state[_LIST] = keys, first, total, earlier and later, goes_on and not later


def unlist() -> None:
    """Another page than that of the list is shown."""
    st.session_state.pop(_LIST, None)


def place(key: str) -> Place | None:
    """A case's place in the list that was shown last; None where it is not of it."""
    keys, first, total, earlier, later = st.session_state.get(_LIST) or ((), 0, 0, False, False)
    if key not in keys:
        return None
    at = keys.index(key)
    before, after = (keys[one] if 0 <= one < len(keys) else None for one in (at - 1, at + 1))
    return Place(first + at, total, before, after, earlier or before is not None, later or after is not None)
