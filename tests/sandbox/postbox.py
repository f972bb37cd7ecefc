"""A webhook endpoint that keeps what it gets and answers what it is told."""

import asyncio
import threading
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, Self

import stripe
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from core.sandbox.loopback import Loopback
from tests.waiting import LIMIT


@dataclass(frozen=True, slots=True)
class Letter:
    """One delivery as it came in."""

    headers: Mapping[str, str]
    body: bytes

    def event(self, secret: str) -> Any:  # noqa: ANN401 - JSON
        """The event, if the SDK finds the signature right."""
        return stripe.Webhook.construct_event(self.body, self.headers["stripe-signature"], secret).to_dict()


class Postbox:
    """Listens on loopback between `with` and its end; `status`, `location` and `kind` (the type of the content) are
    what it answers, after it has refused `refuses` letters; while it is not `open`, it answers nothing. `comes` is
    called with each letter, before anything is answered; `answered`: so many were."""

    def __init__(self) -> None:
        self.status = 200
        self.location: str | None = None
        self.kind: str | None = None
        self.comes: Callable[[], None] = lambda: None
        self.refuses = 0
        self.open = threading.Event()
        self.open.set()
        self.letters: list[Letter] = []
        self.answered = 0
        self._came = threading.Condition()
        self._served = Loopback(Starlette(routes=[Route("/{rest:path}", self._take, methods=["POST"])]), name="postbox")
        self.url = f"{self._served.url}/hook"

    def __enter__(self) -> Self:
        self._served.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._served.stop()

    def wait_for(self, count: int, seconds: float = LIMIT) -> list[Letter]:
        """The letters, once there are so many."""
        with self._came:
            assert self._came.wait_for(lambda: len(self.letters) >= count, seconds), f"{len(self.letters)} came"
        return self.letters

    async def _take(self, request: Request) -> Response:
        body = await request.body()
        with self._came:
            self.letters.append(Letter(dict(request.headers), body))
            self._came.notify_all()
            refused = len(self.letters) <= self.refuses
        self.comes()
        await asyncio.to_thread(self.open.wait, LIMIT)
        self.answered += 1
        if refused:
            return Response(status_code=500)
        said = {"Location": self.location, "Content-Type": self.kind}
        headers = {name: value for name, value in said.items() if value}
        return Response(b"\xff\x00taken" if self.kind else None, self.status, headers)
