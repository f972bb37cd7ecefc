"""Pages behind the door as a browser has them open, and a person whom somebody made up."""

import base64
import json
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from urllib.parse import urlsplit

from streamlit.proto.ForwardMsg_pb2 import ForwardMsg
from websockets.exceptions import ConnectionClosed
from websockets.sync.client import ClientConnection, connect
from websockets.typing import Origin, Subprotocol

from tests.login.conftest import Provider, Site, Somebody
from tests.waiting import LIMIT

Making = Callable[[], Somebody]

FORGED = base64.urlsafe_b64encode(
    json.dumps({"sub": "root", "role": "admin", "email": "", "name": ""}).encode()
).decode()


def port_of(provider: Provider, number: int) -> int:
    return urlsplit(provider.redirects[number]).port or 0


@contextmanager
def tab(site: Site, who: Somebody | None = None, **headers: str) -> Iterator[ClientConnection]:
    """An open page, as the browser's websocket is."""
    origin = Origin(site.url)
    kept = "; ".join(f"{name}={value}" for name, value in who.client.cookies.items()) if who else ""
    more = {**({"Cookie": kept} if kept else {}), **headers}
    with connect(
        site.socket, origin=origin, subprotocols=[Subprotocol("streamlit")], additional_headers=more
    ) as opened:
        yield opened


def sent_away(opened: ClientConnection) -> str:
    """Where the server sends a page before it closes it."""
    last: str | None = None
    try:
        while True:
            message = ForwardMsg.FromString(opened.recv(timeout=LIMIT))
            if message.WhichOneof("type") == "auth_redirect":
                last = message.auth_redirect.url
    except ConnectionClosed:
        assert last is not None
        return last
