"""The server's edge: `uvicorn dashboard.server.asgi:app`, or `orderlens serve`.

Owns what happens before a page's script runs. Two measures make a click cost 10 ms instead of 100: served by plain
uvicorn in one process, the socket has TCP_NODELAY; and freezing the heavy modules after importing them makes the
garbage collection that Streamlit does after every run almost free.

Streamlit looks for `.streamlit/config.toml` in the current folder; ours is at the top of the tree, and in a wheel
beside the script. It is found from wherever the command is started.
"""

import asyncio
import contextlib
import gc
import importlib
import logging
import os
import secrets
import traceback
from collections.abc import AsyncIterator
from pathlib import Path

import streamlit as st
from starlette.middleware import Middleware
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route
from streamlit import config
from streamlit.logger import get_logger

from core.addresses import hidden, known
from core.errors import redact
from core.logs import as_json, asked_for_json, keep_secrets
from core.settings import load_door
from core.wiring import entrances
from dashboard.server import connections, door, guard, packed, styled

ROOT = Path(__file__).resolve().parents[2]
HEAVY = ("pandas", "pyarrow", "plotly.graph_objects", "plotly.subplots", "dashboard.visit", "core.wiring")
SOCKET = "ORDERLENS_SOCKET"  # set by `orderlens serve --socket`
WITHOUT_LOGIN = "ORDERLENS_WITHOUT_LOGIN"  # set by `orderlens serve --without-login`
_log = get_logger(__name__)


def healthz(_request: Request) -> Response:
    """200 as long as the process answers; asks nothing of Stripe or the database."""
    return JSONResponse({"ok": True})


@contextlib.asynccontextmanager
async def lifespan(_app: st.App) -> AsyncIterator[None]:
    """Import what pages need, then move it all out of the garbage collector's reach. No line a request in the log:
    Streamlit would write each twice."""
    logging.getLogger("uvicorn.access").disabled = True
    asyncio.get_running_loop().set_exception_handler(connections.out_of_files)
    if asked_for_json():
        as_json()
    for name in HEAVY:
        importlib.import_module(name)
    gc.collect()
    gc.freeze()
    yield
    st.cache_resource.clear()  # closes the desk
    gc.unfreeze()


def on_script_error(error: Exception) -> bool:
    """What nobody foresaw: the trace goes to the log without secrets, the page says so in words, with a reference."""
    reference, said = secrets.token_hex(4), "".join(traceback.format_exception(error))
    _log.error("reference %s\n%s", reference, redact(hidden(said, known(os.environ))))
    st.error(
        f"Nothing was sent or changed by this page since. The log has the details under reference `{reference}`: "
        "please hand that to whoever runs Orderlens, then reload the page.",
        title="Something broke in Orderlens itself",
        icon=":material/heart_broken:",
    )
    return True


def _told() -> None:
    """Who comes and goes is a line in the log."""
    lines, log = logging.StreamHandler(), logging.getLogger("core.login")
    lines.setFormatter(logging.Formatter("%(asctime)s %(message)s"))
    log.setLevel(logging.INFO)
    log.handlers = [lines]


def _app() -> st.App:
    keep_secrets()
    _told()
    with contextlib.chdir(ROOT if (ROOT / ".streamlit").is_dir() else ROOT / "dashboard"):
        config.get_config_options(force_reparse=True)
    settings = load_door()
    named = [os.environ.get(guard.SETTING, ""), settings.url or ""]
    origins = guard.configured(",".join(named))
    for doubt in guard.doubts(origins):
        _log.warning("%s", doubt)
    config.set_option("server.trustedUserHeaders", {door.HEADER: "person"})  # which the door alone can set
    by_socket = bool(os.environ.get(SOCKET))
    policy = guard.content_policy((Path(st.__file__).parent / "static" / "index.html").read_text(encoding="utf-8"))
    return st.App(
        ROOT / "dashboard" / "app.py",
        lifespan=lifespan,
        routes=[Route(guard.HEALTH, healthz), Route(styled.SHEET, styled.sheet)],
        middleware=[
            Middleware(guard.Guard, origins=origins, policy=policy),
            Middleware(
                door.Door,
                entrance=entrances.entrance(settings.login, settings) if settings.login else None,
                proxy=entrances.proxy(settings.proxied, settings, by_socket=by_socket) if settings.proxied else None,
                operator=settings.operator,
                anywhere=bool(os.environ.get(WITHOUT_LOGIN)),
            ),
            Middleware(packed.Packed),
            Middleware(styled.Styled),
        ],
        on_script_error=on_script_error,
    )


app = _app()
