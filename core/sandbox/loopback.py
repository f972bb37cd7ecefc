"""`Loopback`: an ASGI application served on 127.0.0.1 by a thread of its own, and stopped cleanly. `Running`: what all
parts of the sandbox have in common, a beginning and an end.

Owns the socket, the thread and their end. Never listens on another host (`tests/sandbox/test_shop.py`).
"""

import asyncio
import socket
import threading
from abc import ABC, abstractmethod
from contextlib import suppress
from types import TracebackType
from typing import Self

import uvicorn
from starlette.types import ASGIApp

HOST = "127.0.0.1"
_START_SECONDS = 60.0


class Running(ABC):
    """Runs between `start` and `stop`, or in a `with`."""

    @abstractmethod
    def start(self) -> None:
        """Return once it answers."""

    @abstractmethod
    def stop(self) -> None:
        """End it. Safe to call twice."""

    def __enter__(self) -> Self:
        self.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.stop()


class Loopback(Running):
    """Serves `app` between `start` and `stop`. Port 0 lets the system choose; `port` and `url` tell which it is, from
    the beginning, so that an address can be handed out before anything answers. OSError where the port is taken."""

    def __init__(self, app: ASGIApp, *, port: int = 0, name: str = "sandbox") -> None:
        self._socket = socket.socket(socket.AF_INET, socket.SOCK_STREAM, socket.IPPROTO_TCP)
        self._socket.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            self._socket.bind((HOST, port))
        except OSError:
            self._socket.close()
            raise
        self.port: int = self._socket.getsockname()[1]
        self.url = f"http://{HOST}:{self.port}"
        self._server = _Announcing(
            uvicorn.Config(app, lifespan="off", log_config=None, access_log=False, timeout_graceful_shutdown=1)
        )
        self._thread = threading.Thread(
            target=self._server.run, kwargs={"sockets": [self._socket]}, name=name, daemon=True
        )

    def start(self) -> None:
        """Return once it answers."""
        self._thread.start()
        if not self._server.listening.wait(_START_SECONDS):
            raise RuntimeError(f"{self._thread.name} did not start on {self.url} in {_START_SECONDS:.0f} s")

    def stop(self) -> None:
        """End the thread and close the socket; a request that still runs gets a second. Safe to call twice."""
        self._server.end()
        if self._thread.is_alive():
            self._thread.join()
        self._socket.close()


class _Announcing(uvicorn.Server):
    """uvicorn says that it listens only in its log, looks ten times a second whether it shall end, and takes a pause
    before it does; this one sets an event, and ends at once where nobody is served."""

    def __init__(self, config: uvicorn.Config) -> None:
        super().__init__(config)
        self.listening = threading.Event()
        self._ending = asyncio.Event()
        self._loop: asyncio.AbstractEventLoop | None = None

    def end(self) -> None:
        """From any thread."""
        self.should_exit = True
        if self._loop is not None:
            with suppress(RuntimeError):  # closed: it saw by itself that it shall end
                self._loop.call_soon_threadsafe(self._ending.set)

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        await super().startup(sockets)
        self._loop = asyncio.get_running_loop()
        self.listening.set()

    async def main_loop(self) -> None:
        waking, ticking = asyncio.create_task(self._ending.wait()), asyncio.create_task(super().main_loop())
        await asyncio.wait({waking, ticking}, return_when=asyncio.FIRST_COMPLETED)
        for one in (waking, ticking):
            one.cancel()

    async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
        for one in (*self.servers, *(sockets or ())):
            one.close()
        for connection in tuple(self.server_state.connections):
            connection.shutdown()
        await asyncio.sleep(0)  # what only waits for another request is gone with this turn
        if self.server_state.connections or self.server_state.tasks:
            await super().shutdown(sockets)
