"""What pages share: the desk, the clock, the operator, the viewer's time zone, and which case is open.

Owns the only cached resources of the dashboard; does not draw. One desk serves all visitors of the process; what
belongs to one visitor is in `st.session_state` under the keys named here, or in the URL.
"""

import secrets
import threading
import time
from dataclasses import dataclass, field
from datetime import UTC, tzinfo
from typing import NoReturn

import streamlit as st
from streamlit.errors import StreamlitAPIException

from core import settings, shop_links, wiring
from core.desk import Cause, Desk, Filter, Overview, ScanRecord
from core.errors import OrderlensError
from core.facts import Order
from core.jobs import Starter
from core.outages import Outage, outages
from core.people import Person, Right
from core.replaying import ReplayRun, Runs
from core.setup import Examination
from core.times import DAY, clock, in_zone, zone_name, zone_of
from core.wiring.doctors import doctor
from dashboard import whose

_VISITOR = "visit.visitor"
_UTC = "clock.utc"
OUTAGES_SINCE = 90 * DAY
CLOCK, KEPT = "orderlens_clock", "utc"  # the cookie by which the browser keeps that UTC was chosen
CASE = "case"  # the query parameter of an open case; never bound to a widget


@st.cache_resource(show_spinner=False)
def _settings(shop: str) -> settings.Settings:
    return settings.load(shop=shop or None)


@st.cache_resource(show_spinner=False, on_release=Desk.close)
def _desk(shop: str) -> Desk:
    return wiring.desk(_settings(shop))


def get_desk() -> Desk:
    """The desk of the open shop, one for all visitors of this process. SettingsError, never cached, where that is not
    set up; Refused where the visitor may not use it."""
    return _desk(whose.shop())


def warnings() -> tuple[str, ...]:
    """What is not wrong but should be safer, in sentences; nothing while the orders database does not answer."""
    try:
        return _warnings(whose.shop())
    except OrderlensError:
        return ()


@st.cache_resource(show_spinner=False, ttl="10m")
def _warnings(shop: str) -> tuple[str, ...]:
    return _desk(shop).warnings()


def starter() -> Starter[ScanRecord]:
    """Starts scans of the open shop, for all visitors of this process. One of the other mode is not in the way."""
    return _starter(whose.shop())


@st.cache_resource(show_spinner=False)
def _starter(shop: str) -> Starter[ScanRecord]:
    desk = _desk(shop)
    return Starter(
        desk.scans,
        wiring.scans_folder(_settings(shop)),
        name="scan",
        admit=desk.admit_to_scans,
        rival=lambda one: one.key_mode == desk.key_mode,
    )


def replays() -> Runs:
    """The runs of replays of the open shop, for all visitors of this process."""
    return _runs(whose.shop())


@st.cache_resource(show_spinner=False)
def _runs(shop: str) -> Runs:
    settings = _settings(shop)
    return Runs(_desk(shop), settings.replays, now, shop, settings.app_fetches_events)


def carrier() -> Starter[ReplayRun]:
    """Starts the process that carries out a run of the open shop; one at a time."""
    return _carrier(whose.shop())


@st.cache_resource(show_spinner=False)
def _carrier(shop: str) -> Starter[ReplayRun]:
    runs = _runs(shop)
    return Starter(runs.records, wiring.scans_folder(_settings(shop)), name="replay", admit=runs.admit)


@st.cache_resource(show_spinner=False, ttl="1m", max_entries=16, refresh_mode="background")
def recent_outages(shop: str, stamp: tuple[int, ...]) -> tuple[Outage, ...]:  # noqa: ARG001 - what it is kept under
    """The outages among the kept cases of the last three months; looked for anew each minute, and when `stamp`
    changes."""
    inbox, present = _desk(shop).inbox, now()
    booked = inbox.booked(present - OUTAGES_SINCE, present)
    seen = inbox.sightings(Filter(states=()), since=present - OUTAGES_SINCE)
    return outages(seen, present, booked=booked or None)


def outages_now() -> tuple[Outage, ...]:
    """The same, as of the newest scan."""
    return recent_outages(whose.shop(), _newest_scan())


def cause(code: str, since: int | None) -> Cause:
    """One cause; looked for anew each minute, and when a scan ended or somebody did something."""
    return _cause(whose.shop(), code, since, _ahead(), _stamp())


def overview() -> Overview:
    """All causes; looked for anew every 20 seconds, and when a scan ended or somebody did something."""
    return _overview(whose.shop(), _ahead(), _stamp())


@st.cache_resource(show_spinner=False, ttl="1m", max_entries=32)
def _cause(shop: str, code: str, since: int | None, offset: int, stamp: tuple[int, ...]) -> Cause:  # noqa: ARG001 - as above
    return _desk(shop).cause(code, outages_now(), since=since, offset=offset)


@st.cache_resource(show_spinner=False, ttl="20s", max_entries=32, refresh_mode="background")
def _overview(shop: str, offset: int, stamp: tuple[int, ...]) -> Overview:  # noqa: ARG001 - as above
    return _desk(shop).overview(offset=offset)


def _ahead() -> int:
    """By how many seconds the reader's clock is ahead of UTC."""
    shown = clock(now(), timezone())
    ahead = shown.utcoffset() if shown else None
    return int(ahead.total_seconds()) if ahead else 0


def _stamp() -> tuple[int, ...]:
    """Another one when a scan ended or somebody did something."""
    entries, _ = get_desk().activity(limit=1)
    return (*_newest_scan(), *(entry.id or 0 for entry in entries))


def _newest_scan() -> tuple[int, ...]:
    desk = get_desk()
    newest = next((one for one in desk.scans.recent(20) if one.key_mode == desk.key_mode), None)
    return (newest.id, newest.finished_at or 0) if newest else ()


def letters() -> settings.Letters:
    """How the shop writes to its customers. Where no zone is set, a day is the viewer's own, as on the page."""
    written = _settings(whose.shop()).letters
    return (
        written
        if "zone" in written.model_fields_set
        else written.model_copy(update={"zone": zone_of(st.context.timezone).key})
    )


def mapping() -> settings.OrdersMapping:
    """What the settings say of the orders."""
    return _settings(whose.shop()).mapping


@dataclass(slots=True)
class _Looked:
    """The last examination that anybody asked for since this process began."""

    last: Examination | None = None
    lock: threading.Lock = field(default_factory=threading.Lock)


@st.cache_resource(show_spinner=False)
def _looked(shop: str) -> _Looked:  # noqa: ARG001 - whose it is
    return _Looked()


def examination() -> Examination | None:
    """What doctor found when somebody last asked; None where nobody has since this process began."""
    return _looked(whose.shop()).last


def examine() -> Examination:
    """Have doctor look at both sides now. Who asks while it looks gets what it finds. Refused to whoever may not."""
    person().must(Right.SETUP)
    looked, known = _looked(whose.shop()), examination()
    with looked.lock:
        if looked.last is None or looked.last is known:
            looked.last = doctor(_settings(whose.shop())).examine()
        return looked.last


def visitor() -> str:
    """A name for this visit, that tells it from others and says nothing of who it is."""
    return str(st.session_state.setdefault(_VISITOR, secrets.token_hex(8)))


def order_page(order: Order | None) -> str | None:
    """Where an order is seen in the shop, where the settings say it."""
    return shop_links.order_page(_settings(whose.shop()).order_url, order)


def person() -> Person:
    """Who it is, with the role they have in the open shop. Refused where they have none, or nobody knows who it is."""
    return whose.identity().at(whose.shop())


@st.cache_resource(show_spinner=False)
def signs_out() -> bool:
    """Whether there is a log-in that can be ended."""
    try:
        return settings.load_door().login is not None
    except OrderlensError:
        return False


def operator() -> str:
    """What whoever acts is called in the journal."""
    return person().called


def barred(right: Right) -> str:
    """Why they may not, for the help of what is disabled; empty where they may."""
    return person().why_not(right)


def now() -> int:
    """Seconds since 1970."""
    return int(time.time())


def timezone() -> tzinfo:
    """The zone of every time that is shown: the viewer's own (UTC where the browser does not say), or UTC by choice."""
    return UTC if in_utc() else zone_of(st.context.timezone)


def told(text: str) -> str:
    """A sentence with its moments in that zone."""
    return in_zone(text, timezone())


def clock_name() -> str:
    """What the zone is called: `Berlin, UTC+1`; UTC is UTC."""
    zone = timezone()
    return "UTC" if zone is UTC else zone_name(zone, now())


def in_utc() -> bool:
    """Whether the viewer chose to read times in UTC: on this visit, or on one before, which the browser kept."""
    return bool(st.session_state.get(_UTC, st.context.cookies.get(CLOCK) == KEPT))


def clock_chosen() -> str | None:
    """What the browser is to keep of the clock, where one was chosen on this visit: empty, it forgets UTC."""
    return (KEPT if in_utc() else "") if _UTC in st.session_state else None


def switch_clock() -> None:
    """Between the viewer's own zone and UTC."""
    st.session_state[_UTC] = not in_utc()


def opened_case() -> str | None:
    """The key of the case that the URL names."""
    return st.query_params.get(CASE) or None


def open_case(key: str, **beside: str) -> None:
    """Show a case on the page that is open: one step in the browser's history. `beside`: what else the address says."""
    st.query_params.update({**beside, **whose.address(), CASE: key})


def draw_again() -> NoReturn:
    """Draw anew what stands below the head where that alone is drawn, else all of the page."""
    try:
        st.rerun(scope="fragment")
    except StreamlitAPIException:  # all of it is being drawn
        st.rerun()


def close_case() -> None:
    """Back to the page below the case."""
    if CASE in st.query_params:
        del st.query_params[CASE]
