"""Stripe's side of any number of orders, quick enough never to be what is measured: a process of its own.

The sandbox holds its objects in memory and makes each answer anew; this holds those of `core.sandbox.volume` in a file,
as the JSON they are answered with, and only puts slices of it together. Sessions and intents come with intent and
charge expanded whether that is asked for or not. Limits, refusals and mishaps are the sandbox's own. Refuses to write.

    python benchmarks/stand_in.py FOLDER [--latency 0.12] [--faults]     # prints its address, ends with its stdin
"""

import argparse
import asyncio
import heapq
import json
import mmap
import random
import sys
from bisect import bisect_left
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from itertools import islice
from pathlib import Path
from typing import Any, Final

import msgspec
from starlette.requests import Request
from starlette.responses import JSONResponse, Response

sys.path.insert(0, str(Path(__file__).parents[1]))

from core.sandbox.loopback import Loopback
from core.sandbox.scenarios import ORDINARY, SHOP_URL
from core.sandbox.stripe import SECRET_KEY_TEST
from core.sandbox.stripe.api import refusals
from core.sandbox.stripe.api.call import Asker, Operation
from core.sandbox.stripe.api.faults import Faults
from core.sandbox.stripe.api.limits import Rates
from core.sandbox.stripe.objects import Json, account
from core.sandbox.stripe.switches import FaultKind, Switches

KINDS: Final = {
    "/v1/checkout/sessions": "checkout.session",
    "/v1/payment_intents": "payment_intent",
    "/v1/charges": "charge",
    "/v1/refunds": "refund",
    "/v1/disputes": "dispute",
    "/v1/subscriptions": "subscription",
    "/v1/invoices": "invoice",
    "/v1/invoice_payments": "invoice_payment",
    "/v1/events": "event",
}
KEPT: Final = 30 * 86_400  # seconds for which Stripe lists an event
MISHAPS: Final[tuple[tuple[FaultKind, float], ...]] = (("429", 0.05), ("500", 0.02), ("reset", 0.01))
_ASKER: Final = Asker(
    SECRET_KEY_TEST, livemode=True, rights=None
)  # the limits of live mode: 25 an endpoint, 100 in all


class Filed(msgspec.Struct, array_like=True):
    """Where an object lies: `shelf` is its kind, of an event its type."""

    shelf: str
    created: int
    id: str
    start: int
    end: int


class Writer:
    """Puts objects into the file of a folder, and what is where beside it. `close` it."""

    def __init__(self, folder: Path, now: int) -> None:
        self._folder, self._now = folder, now
        self._filed: list[Filed] = []
        self._elsewhere: list[str] = []
        self._file = (folder / "objects").open("wb")
        self._end = 0
        self.counts: Counter[str] = Counter()

    def add(self, objects: Iterable[Json]) -> None:
        """The objects of one order; those of live mode are only known to be there."""
        by_id = {str(one["id"]): one for one in objects}
        for thing in by_id.values():
            kind, created = thing["object"], thing["created"]
            if by_id.get(thing.get("charge") or "", thing).get("livemode", False):
                self._elsewhere.append(thing["id"])
            elif kind in KINDS.values() and not (kind == "event" and created < self._now - KEPT):
                self._put(thing["type"] if kind == "event" else kind, _expanded(thing, by_id))
                self.counts[kind] += 1

    def close(self) -> None:
        """Write the index."""
        self._file.close()
        self._filed.sort(key=lambda one: one.created)  # those of one second stay in the order in which they came
        index = {"now": self._now, "filed": self._filed, "elsewhere": self._elsewhere}
        (self._folder / "index").write_bytes(msgspec.msgpack.encode(index))

    def _put(self, shelf: str, thing: Json) -> None:
        told = json.dumps(thing, separators=(",", ":")).encode()
        self._file.write(told)
        self._filed.append(Filed(shelf, thing["created"], thing["id"], self._end, self._end + len(told)))
        self._end += len(told)


def _expanded(thing: Json, by_id: dict[str, Json]) -> Json:
    inside = {"checkout.session": "payment_intent", "payment_intent": "latest_charge"}.get(thing["object"], "")
    found = by_id.get(thing.get(inside) or "")
    return {**thing, inside: _expanded(found, by_id)} if found else thing


@dataclass(slots=True)
class Shelf:
    """Objects of one kind, oldest first."""

    times: list[int] = field(default_factory=list)
    filed: list[tuple[int, Filed]] = field(default_factory=list)  # with their places among all


class Account:
    """What the writer left in a folder, behind Stripe's list and retrieve endpoints."""

    def __init__(self, folder: Path, latency: float) -> None:
        index = msgspec.msgpack.decode((folder / "index").read_bytes())
        self.latency = latency
        self.rates = Rates()
        self.chance = random.Random(1)  # noqa: S311 - repeatable, no secret
        self.elsewhere = frozenset(index["elsewhere"])
        self.endpoints = [one for one in ORDINARY.endpoints(SHOP_URL, index["now"]) if not one["livemode"]]
        self._file = (folder / "objects").open("rb")
        self._all = mmap.mmap(self._file.fileno(), 0, access=mmap.ACCESS_READ)
        self._shelves: dict[str, Shelf] = {}
        self._places: dict[str, tuple[int, Filed]] = {}
        for place, filed in enumerate(msgspec.convert(index["filed"], list[Filed])):
            shelf = self._shelves.setdefault(filed.shelf, Shelf())
            shelf.times.append(filed.created)
            shelf.filed.append((place, filed))
            self._places[filed.id] = place, filed

    async def answer(self, request: Request) -> Response:
        """Any request: limits first, then it takes its time."""
        path, made_id = request.url.path, None
        if path not in KINDS and path.rpartition("/")[0] in KINDS:
            path, _, made_id = path.rpartition("/")
        try:
            self.rates.spend(Operation("GET", f"{path}/id" if made_id else path, _nothing, ""), _ASKER)
            await asyncio.sleep(self.latency * self.chance.lognormvariate(0, 0.15))
            if path == "/v1/account":
                return JSONResponse(account())
            if path == "/v1/webhook_endpoints":
                return JSONResponse({"object": "list", "data": self.endpoints, "has_more": False, "url": path})
            if made_id:
                return JSONResponse(self._one(KINDS[path], made_id, request.query_params.multi_items()))
            return self._page(path, request)
        except refusals.Refusal as refusal:
            return JSONResponse({"error": refusal.error}, refusal.status, refusal.headers)

    def _one(self, kind: str, made_id: str, asked: list[tuple[str, str]]) -> Json:
        filed = self._places.get(made_id)
        if filed is None:
            label = "charge" if kind == "charge" else kind
            raise refusals.missing(label, made_id, other_mode=True if made_id in self.elsewhere else None)
        found = self._read(filed[1])
        for name in {value.partition(".")[0] for key, value in asked if key.startswith("expand")}:
            inside = found.get(name)
            if isinstance(inside, str) and inside in self._places:
                found[name] = self._read(self._places[inside][1])
        return found

    def _read(self, filed: Filed) -> Json:
        found: Json = msgspec.json.decode(self._all[filed.start : filed.end])
        return found

    def _page(self, path: str, request: Request) -> Response:
        asked = request.query_params
        types = [value for key, value in asked.multi_items() if key.startswith("types")]
        limit = int(asked.get("limit", "10"))
        behind = self._places[asked["starting_after"]][0] if "starting_after" in asked else None
        low, high = int(asked.get("created[gte]", "0")), int(asked.get("created[lt]", 1 << 60))
        if "created[lte]" in asked:
            high = min(high, int(asked["created[lte]"]) + 1)
        if path == "/v1/invoice_payments":
            return JSONResponse({"object": "list", "url": path, "has_more": False, "data": self._bills(asked)})
        shelves = (types or [name for name in self._shelves if "." in name]) if path == "/v1/events" else [KINDS[path]]
        found = heapq.merge(*(self._newest(name, low, high, behind) for name in shelves), reverse=True)
        taken = list(islice((filed for _, filed in found), limit + 1))
        data = b",".join(self._all[one.start : one.end] for one in taken[:limit])
        more = b"true" if len(taken) > limit else b"false"
        body = b'{"object":"list","url":"%b","has_more":%b,"data":[%b]}' % (path.encode(), more, data)
        return Response(body, media_type="application/json")

    def _bills(self, asked: Mapping[str, str]) -> list[Json]:
        """What paid, or was to pay, an invoice with a payment intent, and the invoice in it with that payment."""
        shelf, found = self._shelves.get("invoice_payment", Shelf()), []
        for one in (self._read(filed) for _, filed in shelf.filed):
            bill = self._places.get(str(one["invoice"]))
            if bill and one["payment"]["payment_intent"] == asked.get("payment[payment_intent]"):
                payments = {"object": "list", "data": [one], "has_more": False}
                found.append({**one, "invoice": {**self._read(bill[1]), "payments": payments}})
        return found

    def _newest(self, name: str, low: int, high: int, behind: int | None) -> Iterator[tuple[int, "Filed"]]:
        shelf = self._shelves.get(name, Shelf())
        first, last = bisect_left(shelf.times, low), bisect_left(shelf.times, high)
        if behind is not None:
            last = min(last, bisect_left(shelf.filed, behind, key=lambda one: one[0]))
        return (shelf.filed[place] for place in range(last - 1, first - 1, -1))


class Moods(Switches):
    """Switches whose mishaps come by chance, as often as `MISHAPS` says, instead of from a budget."""

    chance: random.Random | None = None

    def next_fault(self, path: str) -> FaultKind | None:  # noqa: ARG002 - as it is asked
        """What befalls this request."""
        thrown = 1.0 if self.chance is None else self.chance.random()
        for kind, share in MISHAPS:
            thrown -= share
            if thrown < 0:
                return kind
        return None


def _nothing(call: object) -> Json:  # noqa: ARG001 - an operation that is only counted
    return {}


def main() -> None:
    """Serve a folder until stdin ends. Each line that comes is answered by what was asked since the last one."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--latency", type=float, default=0.12)
    parser.add_argument("--faults", action="store_true")
    chosen = parser.parse_args()
    held = Account(chosen.folder, chosen.latency)
    moods = Moods()
    if chosen.faults:
        moods.chance = random.Random(2)  # noqa: S311 - repeatable, no secret

    async def app(scope: Any, receive: Any, send: Any) -> None:  # noqa: ANN401 - an ASGI application
        await (await held.answer(Request(scope)))(scope, receive, send)

    with Loopback(Faults(app, moods), name="stand-in") as served:
        print(served.url, flush=True)
        for _ in sys.stdin:  # a line asks for what was asked since the last
            counted = Counter(f"{_endpoint(one.path)} {one.status}" for one in moods.requests)
            moods.requests.clear()
            print(json.dumps(counted), flush=True)


def _endpoint(path: str) -> str:
    head = path.rpartition("/")[0]
    return f"{head}/id" if path not in KINDS and head in KINDS else path


if __name__ == "__main__":
    main()
