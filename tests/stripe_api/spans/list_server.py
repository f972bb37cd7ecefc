"""A list server on loopback: Stripe's lists of any number of objects, quick enough to be asked thousands of pages, with
the mishaps a test wants. What it answers is made once and joined; the sandbox is the one to ask about shapes."""

import asyncio
import itertools
import json
import random
import time
from bisect import bisect_left
from collections import Counter
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field

from starlette.requests import Request
from starlette.responses import Response

from core.sandbox.loopback import Loopback

KEY = "sk_live_" + "TheKeyOfTheListServer0000"
SESSIONS = "/v1/checkout/sessions"


@dataclass(slots=True)
class Bucket:
    """A limit as Stripe keeps it: as large as what may be asked in a second."""

    rate: float
    tokens: float = 0.0
    at: float = 0.0

    def take(self, now: float) -> bool:
        """Whether one more is allowed."""
        self.tokens = min(self.rate, self.tokens + (now - self.at) * self.rate)
        self.at = now
        if self.tokens < 1:
            return False
        self.tokens -= 1
        return True


@dataclass(slots=True)
class Shelf:
    """One list, oldest first: the times, the ids, and each object as JSON."""

    times: list[int] = field(default_factory=list)
    ids: list[str] = field(default_factory=list)
    bodies: list[bytes] = field(default_factory=list)

    def add(self, created: int, object_id: str, **more: object) -> None:
        """Put an object at its place."""
        place = bisect_left(self.times, created + 1)
        self.times.insert(place, created)
        self.ids.insert(place, object_id)
        self.bodies.insert(place, json.dumps({"id": object_id, "created": created, **more}).encode())


@dataclass(slots=True)
class ListServer:
    """Paths and their lists. `fault` may answer in the list's stead; `latency` seconds a page; `limits`: requests a
    second, by path and for all ("")."""

    shelves: dict[str, Shelf] = field(default_factory=dict)
    latency: float = 0.0
    limits: dict[str, Bucket] = field(default_factory=dict)
    fault: Callable[[str, dict[str, str], int], Response | None] = lambda _path, _asked, _number: None
    hanging: set[int] = field(default_factory=set)
    asked: list[tuple[str, dict[str, str]]] = field(default_factory=list)
    statuses: Counter[int] = field(default_factory=Counter)
    jitter: random.Random = field(default_factory=lambda: random.Random(1))  # noqa: S311 - repeatable
    numbers: "itertools.count[int]" = field(default_factory=itertools.count)

    def shelf(self, times: Iterable[int], path: str = SESSIONS, **more: object) -> Shelf:
        """Objects at these times, under a path."""
        ordered = sorted(times)
        made = Shelf(ordered, [f"cs_live_a{place:09}" for place in range(len(ordered))])
        made.bodies = [
            json.dumps({"id": one, "created": at, **more}).encode()
            for one, at in zip(made.ids, made.times, strict=True)
        ]
        self.shelves[path] = made
        return made

    def served(self) -> Loopback:
        """On a port of this machine, between `start` and `stop` or in a `with`."""

        async def app(scope: dict[str, object], receive: Callable[..., object], send: Callable[..., object]) -> None:
            response = await self._answer(Request(scope))
            self.statuses[response.status_code] += 1
            await response(scope, receive, send)  # type: ignore[arg-type] # the same

        return Loopback(app, name="lists")  # type: ignore[arg-type] # an ASGI application

    async def _answer(self, request: Request) -> Response:
        path, asked = request.url.path, dict(request.query_params)
        number = next(self.numbers)
        self.asked.append((path, asked))
        if number in self.hanging:
            await asyncio.sleep(60)
        for name, reason in ((path, "endpoint-rate"), ("", "global-rate")):
            if name in self.limits and not self.limits[name].take(time.monotonic()):
                return too_many(reason)
        if self.latency:
            await asyncio.sleep(self.latency * self.jitter.lognormvariate(0, 0.15))
        found = self.fault(path, asked, number)
        return found if found is not None else self._page(self.shelves[path], asked)

    def _page(self, shelf: Shelf, asked: dict[str, str]) -> Response:
        low = bisect_left(shelf.times, int(asked["created[gte]"]))
        high = bisect_left(shelf.times, int(asked["created[lt]"]))
        if cursor := asked.get("starting_after"):
            high = min(high, shelf.ids.index(cursor))
        first = max(low, high - int(asked["limit"]))
        data = b",".join(reversed(shelf.bodies[first:high]))
        more = b"true" if first > low else b"false"
        return Response(b'{"object":"list","data":[' + data + b'],"has_more":' + more + b"}")


def refusal(status: int, message: str, code: str | None = None, **headers: str) -> Response:
    """One of Stripe's errors."""
    error = {"type": "invalid_request_error", "message": message, **({"code": code} if code else {})}
    return Response(
        json.dumps({"error": error}), status, {name.replace("_", "-"): value for name, value in headers.items()}
    )


def too_many(reason: str) -> Response:
    """A 429 with its reason."""
    return refusal(429, "Request rate limit exceeded.", "rate_limit", Stripe_Rate_Limited_Reason=reason)


def broken_off() -> Response:
    """An answer whose connection breaks in the middle."""
    return Response(b'{"object":"list","data":[', headers={"Content-Length": "400000"})
