"""What pages share: the desk, the clock, the operator, the viewer's time zone, and which case is open.

Owns the only cached resources of the dashboard. Refuses to draw. One desk serves all visitors of the process; what
belongs to one visitor is in `st.session_state` under the keys named here, or in the URL.
"""

import time
from datetime import UTC, tzinfo
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

import streamlit as st

from core import settings, wiring
from core.desk import Desk
from core.errors import OrderlensError
from dashboard.surveys import Surveys

CASE = "case"  # the query parameter of an open case; never bound to a widget


@st.cache_resource(show_spinner=False)
def _settings() -> settings.Settings:
    return settings.load()


@st.cache_resource(show_spinner=False, on_release=Desk.close)
def get_desk() -> Desk:
    """The desk of this process. SettingsError, never cached, where Orderlens is not set up."""
    return wiring.desk(_settings())


@st.cache_resource(show_spinner=False, ttl="10m")
def warnings() -> tuple[str, ...]:
    """What is not wrong but should be safer, in sentences; nothing while the orders database does not answer."""
    try:
        return get_desk().warnings()
    except OrderlensError:
        return ()


@st.cache_resource(show_spinner=False)
def surveys() -> Surveys:
    """The readings of many orders in this process."""
    return Surveys(clock=time.time)


def operator() -> str:
    """Who acts, for the journal: ORDERLENS_OPERATOR, else the account this process runs under."""
    return _settings().operator


def now() -> int:
    """Seconds since 1970."""
    return int(time.time())


def timezone() -> tzinfo:
    """The viewer's own time zone, UTC where the browser does not say."""
    try:
        return ZoneInfo(st.context.timezone or "UTC")
    except (ZoneInfoNotFoundError, ValueError):
        return UTC


def opened_case() -> str | None:
    """The key of the case that the URL names."""
    return st.query_params.get(CASE) or None


def open_case(key: str) -> None:
    """Show a case on the page that is open: one step in the browser's history."""
    st.query_params[CASE] = key


def close_case() -> None:
    """Back to the page below the case."""
    if CASE in st.query_params:
        del st.query_params[CASE]
