"""Attacked: what answers in Stripe's place. "Could not look" is said, in words and within bounds; never that nothing is
there, and never a traceback."""

import gzip
import json
import zlib
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from threading import Thread
from typing import Final

import pytest
import uvicorn
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import Response, StreamingResponse
from starlette.routing import Route

from core.errors import StripeUnreachable
from core.facts import Order, OrderStatus
from core.pasted import parse
from core.stripe_api import Access, StripeReader
from core.stripe_api.answers import LONGEST
from core.stripe_api.spans import SESSIONS, Batch, Limits, Range, SpanReader
from core.stripe_api.spans.fetching import ALIKE
from tests.waiting import LIMIT, eventually

KEY: Final = "sk_test_" + "a" * 24
NOW: Final = 1_795_348_800
INTENT: Final = "pi_3NabcDEF123ghiJKL456mnoP"
ORDER: Final = Order(
    "1", OrderStatus.PENDING, payment_intent_id=INTENT, created_at=NOW - 9_000, customer_email="a@b.de"
)
Answering = Callable[[Request], Response]


@contextmanager
def stand_in(answer: Answering) -> Iterator[tuple[str, list[str]]]:
    """The address of whatever answers so, and the paths that were asked."""
    asked: list[str] = []

    async def any_path(request: Request) -> Response:
        asked.append(request.url.path)
        return answer(request)

    app = Starlette(routes=[Route("/{path:path}", any_path, methods=["GET", "POST"])])
    server = uvicorn.Server(uvicorn.Config(app, port=0, log_level="critical", timeout_graceful_shutdown=1))
    running = Thread(target=server.run, daemon=True)
    running.start()
    eventually(lambda: server.started)
    port = server.servers[0].sockets[0].getsockname()[1]
    try:
        yield f"http://127.0.0.1:{port}", asked
    finally:
        server.should_exit = True
        running.join()


def said(body: object) -> Answering:
    return lambda _: Response(json.dumps(body), media_type="application/json")


def raw(body: bytes, status: int = 200, **headers: str) -> Answering:
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    return lambda _: Response(body, status, headers={"content-type": "application/json", **named})


def bomb(_: Request) -> Response:
    def pieces() -> Iterator[bytes]:
        packer = zlib.compressobj(wbits=31)
        for _ in range(2 * LONGEST // 2**20):
            yield packer.compress(bytes(2**20))
        yield packer.flush()

    return StreamingResponse(pieces(), headers={"content-encoding": "gzip", "content-type": "application/json"})


def endless(_: Request) -> Response:
    def pieces() -> Iterator[bytes]:
        yield b'{"object": "list", "data": ["'
        while True:
            yield b"a" * 2**16

    return StreamingResponse(pieces(), media_type="application/json")


LISTED = {"object": "list", "has_more": False}
LOOP = {"object": "list", "has_more": True, "data": [{"id": "evt_1", "object": "strange", "created": 1}]}
ERROR = {"message": ["no"], "code": {"a": 1}, "type": ["x"], "param": 7}
WRONG: Final[dict[str, Answering]] = {
    "data is an object": said({**LISTED, "data": {"id": "cs_1"}}),
    "data is null": said({**LISTED, "data": None}),
    "a page of a proxy in Latin-1": raw("<h1>Zugriff verweigert: Größe</h1>".encode("latin-1"), 502),
    "the same as a success": raw("<h1>Größe</h1>".encode("latin-1")),
    "a page in UTF-16": raw("<h1>no</h1>".encode("utf-16"), 403),
    "the same as a success ": raw("<h1>no</h1>".encode("utf-16")),
    "an error whose message is a list": lambda _: Response(json.dumps({"error": ERROR}), 400),
    "an error that is a text": lambda _: Response('{"error": "no"}', 403),
    "an error that is a list": lambda _: Response('{"error": ["no"]}', 429),
    "an error that is a number": lambda _: Response('{"error": 7}', 500),
    "brackets without end": raw(b"[" * 200_000),
    "objects without end": raw(b'{"a":' * 200_000),
    "a number without end": raw(b'{"object": "list", "data": [' + b"1" * 100_000 + b"]}"),
    "nothing": raw(b""),
    "half of it": raw(b'{"object": "list", "data": [{"id": "cs'),
    "packed, and no gzip": raw(b'{"object": "list"}', content_encoding="gzip"),
    "packed, and cut": raw(gzip.compress(b'{"object": "list"}' * 99)[:-30], content_encoding="gzip"),
}


@pytest.mark.parametrize("wrong", WRONG)
def test_what_is_no_answer_is_not_looked(wrong: str) -> None:
    with stand_in(WRONG[wrong]) as (url, _), closing(StripeReader(Access(KEY, url), timeout=LIMIT)) as reader:
        for look in (lambda: reader.read_case(ORDER, now=NOW), lambda: reader.resolve(parse(INTENT), now=NOW)):
            try:
                unread = look().unread
            except StripeUnreachable as error:
                assert len(error.message) < 2_000  # noqa: PT017 - one of two ways to say it
            else:
                assert unread


@pytest.mark.parametrize("answer", [bomb, endless])
def test_an_answer_without_end_is_broken_off(answer: Answering) -> None:
    with stand_in(answer) as (url, asked), closing(StripeReader(Access(KEY, url), timeout=LIMIT)) as reader:
        with pytest.raises(StripeUnreachable, match="longer than 64 MB"):
            reader.resolve(parse(INTENT), now=NOW)
        assert len(asked) == len(set(asked))  # not tried again


def test_a_list_that_goes_round_ends_and_is_said() -> None:
    with stand_in(said(LOOP)) as (url, asked), closing(StripeReader(Access(KEY, url), timeout=LIMIT)) as reader:
        facts = reader.read_case(ORDER, now=NOW)
    assert facts.unread
    assert facts.events_unsearched
    assert len(asked) < 200


def test_what_is_no_object_among_others_is_said() -> None:
    junk = {**LISTED, "data": ["x", None, 7, {}, {"id": 7}, {"id": INTENT, "object": "payment_intent", "created": 1}]}
    with stand_in(said(junk)) as (url, _), closing(StripeReader(Access(KEY, url), timeout=LIMIT)) as reader:
        facts = reader.read_case(ORDER, now=NOW)
    assert [one.id for one in facts.intents] == [INTENT]
    assert any("none of its objects" in one.because for one in facts.unread)


HALF = {"id": "cs_test_a", "object": "checkout.session", "created": NOW, "metadata": {"order_id": "1"}}


def test_half_a_letter_hides_neither_its_object_nor_the_others() -> None:
    body = json.dumps(
        {**LISTED, "data": [{**HALF, "client_reference_id": "a\ud800b 😀 \\ud800"}, {**HALF, "id": "cs_b"}]}
    )
    batches: list[Batch] = []
    with stand_in(raw(body.encode())) as (url, _):
        spans = SpanReader(Access(KEY, url), Limits(1000.0, 1000.0), workers=2, timeout=LIMIT, patience=LIMIT)
        with closing(spans):
            read = spans.read([(SESSIONS, [Range(NOW - 9, NOW + 9)])], keep=batches.append)
        with closing(StripeReader(Access(KEY, url), timeout=LIMIT)) as reader:
            facts = reader.read_case(ORDER, now=NOW)
    assert read.holes == ()
    assert [dict(one)["id"] for batch in batches for one in batch.objects] == ["cs_test_a", "cs_b"]
    assert [one.client_reference_id for one in facts.sessions] == [None, "a\ufffdb 😀 \\ud800"]


def test_what_is_garbled_the_same_way_each_time_is_a_hole_at_once() -> None:
    with stand_in(raw(b'{"object": "list", "data": [{"id"')) as (url, asked):
        spans = SpanReader(Access(KEY, url), Limits(1000.0, 1000.0), workers=1, timeout=LIMIT, patience=9_999.0)
        with closing(spans):
            read = spans.read([(SESSIONS, [Range(NOW - 9, NOW + 9)])], keep=lambda _: None)
    assert len(asked) == ALIKE
    assert [(hole.since, hole.until) for hole in read.holes] == [(NOW - 9, NOW + 9)]


@pytest.mark.parametrize("levels", [80, 300, 500, 900])
@pytest.mark.parametrize("brackets", ["[]", '{"a":}'])
def test_what_is_nested_too_deep_hides_neither_its_object_nor_the_others(levels: int, brackets: str) -> None:
    nested = brackets[:-1] * levels + "null" + brackets[-1] * levels
    bad = json.dumps({**HALF, "customer_details": "?"}).replace('"?"', nested)
    body = f'{{"object": "list", "has_more": false, "data": [{bad}, {json.dumps({**HALF, "id": "cs_b"})}]}}'
    with stand_in(raw(body.encode())) as (url, _), closing(StripeReader(Access(KEY, url), timeout=LIMIT)) as reader:
        facts = reader.read_case(ORDER, now=NOW)
    assert {one.id for one in facts.sessions} == {"cs_test_a", "cs_b"}
