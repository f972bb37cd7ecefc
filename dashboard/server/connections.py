"""Connections that end, and never more of them than there are files: the server answers whatever comes in.

A tab costs four files (its socket, and three of Streamlit's event loop), a connection one. So there are as many tabs as
the files allow, a request has a time in which to arrive, and of those that have not arrived yet the oldest make room.
"""

import asyncio
import logging
import os
import socket
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager, nullcontext
from pathlib import Path
from typing import Any, ClassVar, Final

import h11
import uvicorn
from uvicorn.protocols.http.h11_impl import H11Protocol

APP: Final = "dashboard.server.asgi:app"
HEAD_SECONDS: Final = 10.0  # for a request's head to arrive
BODY_SECONDS: Final = 30.0  # and for its body; nothing larger than a megabyte is ever sent here
STUCK_SECONDS: Final = 60.0  # that nobody takes an answer
UNHEARD: Final = 64  # connections whose request has not arrived, and as many that wait to be taken
RESERVED: Final = 256  # files for everything else: databases, Stripe, those connections
A_TAB: Final = 4  # files
STOP_SECONDS: Final = 10  # that a stop waits for open pages to go; what is being sent is waited for after that
QUIET_SECONDS: Final = 60.0  # between two lines that say that there are no files left
_UNKNOWN: Final = 1024
_log = logging.getLogger("uvicorn.error")


def run(host: str, port: int, path: str | None = None) -> None:
    """Serve the dashboard until interrupted; with a `path` on a socket there, which its owner and group can open.
    OSError where something else is there."""
    with private_socket(Path(path)) if path else nullcontext() as bound:
        uvicorn.run(
            APP,
            host=host,
            port=port,
            fd=bound.fileno() if bound else None,
            access_log=False,
            log_level="warning",
            http=Connection,
            backlog=UNHEARD,
            limit_concurrency=tabs(raised()) + UNHEARD,
            timeout_graceful_shutdown=STOP_SECONDS,
        )


@contextmanager
def private_socket(path: Path) -> Iterator[socket.socket]:
    """A socket at `path`, mode 0660 from the first moment. One that nobody listens on any more is replaced;
    OSError where somebody does, or where something else is there."""
    with socket.socket(socket.AF_UNIX, socket.SOCK_STREAM) as bound:
        if path.is_socket() and bound.connect_ex(str(path)) != 0:
            path.unlink()
    with socket.socket(socket.AF_UNIX, socket.SOCK_STREAM) as bound:
        before = os.umask(0o117)
        try:
            bound.bind(str(path))
        finally:
            os.umask(before)
        try:
            yield bound
        finally:
            path.unlink(missing_ok=True)


def raised() -> int:
    """How many files this process may have open, after the limit was raised to what the system allows."""
    if sys.platform == "win32":
        return _UNKNOWN
    import resource  # noqa: PLC0415 - not on Windows

    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    wanted = min(hard, 65_536) if hard != resource.RLIM_INFINITY else 65_536
    if soft != resource.RLIM_INFINITY and soft < wanted:
        try:
            resource.setrlimit(resource.RLIMIT_NOFILE, (wanted, hard))
        except (ValueError, OSError):  # macOS has a limit below the one it tells
            return soft
        return wanted
    return wanted if soft == resource.RLIM_INFINITY else soft


def tabs(files: int) -> int:
    """How many connections may be tabs with so many files."""
    return max(16, (files - RESERVED) // A_TAB)


class Connection(H11Protocol):
    """uvicorn's, with an end: `HEAD_SECONDS` for a head, `BODY_SECONDS` for a body, `STUCK_SECONDS` for an answer that
    nobody takes; a bounded number of requests that have not arrived, and of connections in all."""

    unheard: ClassVar[dict["Connection", None]] = {}  # in the order in which they came

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]  # as uvicorn has it
        """One more; the oldest of which nothing is known goes where there are too many."""
        super().connection_made(transport)
        self._timer: asyncio.TimerHandle | None = None
        self._stuck: asyncio.TimerHandle | None = None
        self._timed: Any = None
        if self.limit_concurrency is not None and len(self.connections) > self.limit_concurrency + UNHEARD:
            self.give_up()
            return
        self._wait(h11.IDLE, HEAD_SECONDS)
        if len(self.unheard) > UNHEARD:
            next(iter(self.unheard)).give_up()

    def connection_lost(self, exc: Exception | None) -> None:
        """Nothing is waited for any more."""
        self._arrived()
        self._taken()
        super().connection_lost(exc)

    def data_received(self, data: bytes) -> None:
        """Some more of a request. What comes drop by drop does not prolong its time."""
        super().data_received(data)
        state = self.conn.their_state
        ours = not self.transport.is_closing() and self.transport.get_protocol() is self
        if not ours or state not in (h11.IDLE, h11.SEND_BODY):
            self._arrived()
        elif state is not self._timed:
            self._wait(state, HEAD_SECONDS if state is h11.IDLE else BODY_SECONDS)

    def handle_websocket_upgrade(self, event: h11.Request) -> None:
        """A tab, where there is room for one more."""
        heard = len(self.connections) - len(self.unheard)
        if self.limit_concurrency is None or heard <= self.limit_concurrency - UNHEARD:
            super().handle_websocket_upgrade(event)
            return
        self.transport.write(b"HTTP/1.1 503 Service Unavailable\r\nconnection: close\r\ncontent-length: 0\r\n\r\n")
        self.transport.close()

    def pause_writing(self) -> None:
        """The other side takes nothing at the moment."""
        super().pause_writing()
        self._taken()
        self._stuck = self.loop.call_later(STUCK_SECONDS, self.give_up)

    def resume_writing(self) -> None:
        """It does again."""
        super().resume_writing()
        self._taken()

    def give_up(self) -> None:
        """End it without a word: whoever is there does not follow the protocol."""
        self._arrived()
        self.connections.discard(self)  # at once: it is counted no longer, though its end comes later
        self.transport.abort()

    def _wait(self, state: Any, seconds: float) -> None:  # noqa: ANN401 - one of h11's sentinels
        self._arrived()
        self._timed, self._timer = state, self.loop.call_later(seconds, self.give_up)
        self.unheard[self] = None

    def _arrived(self) -> None:
        self.unheard.pop(self, None)
        self._timed = None
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None

    def _taken(self) -> None:
        if self._stuck is not None:
            self._stuck.cancel()
            self._stuck = None


class _Quiet:
    """When it was last said that there are no files left."""

    said: ClassVar[float] = float("-inf")


def out_of_files(loop: asyncio.AbstractEventLoop, context: dict[str, Any]) -> None:
    """The event loop's complaints; the one for each connection that cannot be taken is said once a minute."""
    if "socket.accept()" not in str(context.get("message")):
        loop.default_exception_handler(context)
    elif time.monotonic() - _Quiet.said >= QUIET_SECONDS:
        _Quiet.said = time.monotonic()
        _log.error("No more connections can be taken: %s. Raise the limit of open files.", context.get("exception"))
