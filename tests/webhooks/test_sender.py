"""One signed POST to the configured address, over real HTTP: what arrives, what is told, and what is never done."""

import asyncio
import json
import os
import signal
import socket
import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field, replace
from decimal import Decimal
from types import MappingProxyType

import pytest
from hypothesis import given
from hypothesis import strategies as st
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import PlainTextResponse, RedirectResponse, Response
from starlette.routing import Route
from stripe import Webhook

from core.errors import Refused, SettingsError
from core.facts import Event
from core.replays import SIGNATURE, Replay, body_of
from core.replays.plan import SIGNED_WHEN_SENT, USER_AGENT
from core.sandbox.loopback import Loopback
from core.webhooks import Sender
from core.webhooks.sender import TOTAL_SECONDS
from tests.waiting import LIMIT

SECRET = "whsec_" + "test0secret0of0ours"
NOW = 1_795_348_800
EVENT = Event.of({"id": "evt_1", "object": "event", "type": "charge.succeeded", "data": {"object": {"name": "Änne ✓"}}})
WRITABLE = st.characters(exclude_categories=["Cs"])


def _nested(inner: st.SearchStrategy[object]) -> st.SearchStrategy[object]:
    return st.lists(inner) | st.dictionaries(st.text(WRITABLE), inner)


@dataclass
class App:
    """An endpoint that remembers what it was sent and answers as it is told."""

    answer: Response = field(default_factory=lambda: PlainTextResponse("taken"))
    slow: float = 0.0
    received: list[tuple[str, dict[str, str], bytes]] = field(default_factory=list)

    async def hear(self, request: Request) -> Response:
        self.received.append((request.url.path, dict(request.headers), await request.body()))
        await asyncio.sleep(self.slow)
        return self.answer


@pytest.fixture
def app() -> App:
    return App()


@pytest.fixture
def url(app: App) -> Iterator[str]:
    routes = [Route("/{path:path}", app.hear, methods=["GET", "POST"])]
    with Loopback(Starlette(routes=routes)) as served:
        yield f"{served.url}/hooks"


def _replay(url: str, event: Event = EVENT) -> Replay:
    headers = (
        ("Content-Type", "application/json; charset=utf-8"),
        ("User-Agent", USER_AGENT),
        (SIGNATURE, SIGNED_WHEN_SENT),
    )
    return Replay("replay", event, url, None, headers, body_of(event), (), ())


def test_exactly_what_the_plan_shows_arrives_and_stripes_sdk_accepts_it(app: App, url: str) -> None:
    replay = _replay(url)
    delivery = Sender(url, SECRET).send(replay, now=NOW)
    ((path, headers, body),) = app.received
    assert (path, body) == ("/hooks", replay.body)
    assert set(headers) == {"host", "content-length", "content-type", "user-agent", "stripe-signature"}
    assert headers["content-type"] == "application/json; charset=utf-8"
    event = Webhook.construct_event(body, headers["stripe-signature"], SECRET, tolerance=0)
    assert event.id == "evt_1"
    assert headers["stripe-signature"].startswith(f"t={NOW},v1=")
    assert dict(delivery.headers)[SIGNATURE] == headers["stripe-signature"]
    assert (delivery.status, delivery.answer, delivery.error, delivery.sent_at) == (200, "taken", None, NOW)
    assert delivery.accepted
    assert SECRET not in repr(delivery)


def test_the_body_is_written_as_stripe_writes_it() -> None:
    text = body_of(EVENT).decode()
    assert text.startswith('{\n  "id": "evt_1",\n')
    assert "Änne ✓" in text
    assert json.loads(text) == EVENT.raw


@given(st.recursive(st.none() | st.booleans() | st.integers() | st.text(WRITABLE), _nested, max_leaves=20))
def test_whatever_the_event_says_the_body_is_its_json_indented_by_two(value: object) -> None:
    raw = {"id": "evt_1", "data": {"object": value}}
    assert body_of(Event.of(raw)).decode() == json.dumps(raw, indent=2, ensure_ascii=False)


def test_what_is_no_plain_json_is_written_as_it_reads() -> None:
    raw = {"id": "evt_1", "data": MappingProxyType({"object": {"rate": Decimal("7.25"), "share": 19.5}})}
    assert json.loads(body_of(Event.of(raw))) == {
        "id": "evt_1", "data": {"object": {"rate": 7.25, "share": 19.5}},
    }  # fmt: skip


@pytest.mark.parametrize("status", [400, 404, 500, 503])
def test_a_refusal_is_an_answer_not_an_error(app: App, url: str, status: int) -> None:
    app.answer = PlainTextResponse("no", status)
    delivery = Sender(url, SECRET).send(_replay(url), now=NOW)
    assert (delivery.status, delivery.answer, delivery.error, delivery.accepted) == (status, "no", None, False)


def test_a_redirect_is_not_followed(app: App, url: str) -> None:
    app.answer = RedirectResponse("/elsewhere", 307)
    delivery = Sender(url, SECRET).send(_replay(url), now=NOW)
    assert [path for path, _, _ in app.received] == ["/hooks"]
    assert delivery.status == 307
    assert delivery.error is not None
    assert "redirect" in delivery.error


def test_a_long_answer_is_cut_and_a_secret_in_it_is_hidden(app: App, url: str) -> None:
    app.answer = PlainTextResponse("key sk_test_" + "abcdefgh " + "x" * 100_000)
    delivery = Sender(url, SECRET).send(_replay(url), now=NOW)
    assert len(delivery.answer) <= 5000
    assert delivery.answer.startswith("key *** xxx")


def test_an_answer_in_an_unknown_alphabet_does_no_harm(app: App, url: str) -> None:
    app.answer = Response(b"\xff\xfe\x00gr\xfc\xdfe", media_type="text/plain; charset=klingon")
    assert Sender(url, SECRET).send(_replay(url), now=NOW).status == 200


def test_nobody_listening_is_said_in_words() -> None:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        url = f"http://127.0.0.1:{free.getsockname()[1]}/hooks"
        delivery = Sender(url, SECRET).send(_replay(url), now=NOW)
    assert delivery.status is None
    assert delivery.error is not None
    assert "Nothing could be reached at 127.0.0.1" in delivery.error
    assert not delivery.uncertain


def test_a_connection_that_is_closed_is_said_in_words() -> None:
    with socket.create_server(("127.0.0.1", 0)) as server:
        url = f"http://127.0.0.1:{server.getsockname()[1]}/hooks"
        server.settimeout(LIMIT)
        threading.Thread(target=_hang_up, args=(server,)).start()
        delivery = Sender(url, SECRET).send(_replay(url), now=NOW)
    assert delivery.status is None
    assert delivery.error


def _hang_up(server: socket.socket) -> None:
    server.accept()[0].close()


def test_an_endpoint_that_does_not_answer_is_given_up(app: App, url: str) -> None:
    app.slow = 5
    delivery = Sender(url, SECRET, seconds=0.3).send(_replay(url), now=NOW)
    assert delivery.status is None
    assert delivery.error == "No answer within 0.3 seconds."
    assert delivery.uncertain
    assert TOTAL_SECONDS == 30


def test_only_the_configured_address_is_ever_called(app: App, url: str) -> None:
    sender = Sender("http://127.0.0.1:1/hooks", SECRET)
    with pytest.raises(Refused, match="not the endpoint that is configured"):
        sender.send(_replay(url), now=NOW)
    assert app.received == []


@pytest.mark.parametrize(
    ("address", "secret"), [(None, SECRET), ("http://127.0.0.1:1/", None), ("http://127.0.0.1:1/", "")]
)
def test_without_an_address_or_a_secret_nothing_is_sent(address: str | None, secret: str | None) -> None:
    sender = Sender(address, secret)
    with pytest.raises(Refused):
        sender.send(_replay(address or ""), now=NOW)
    assert sender.can_sign is bool(secret)


@pytest.mark.parametrize("address", ["shop.example.com/hooks", "ftp://shop.example.com", "file:///etc/passwd"])
def test_an_address_that_is_none_is_a_matter_of_settings(address: str) -> None:
    with pytest.raises(SettingsError, match="ORDERLENS_WEBHOOK_URL"):
        Sender(address, SECRET)


def test_it_works_from_a_thread_that_runs_a_loop_of_its_own(app: App, url: str) -> None:
    async def inside() -> int | None:
        return Sender(url, SECRET).send(replace(_replay(url)), now=NOW).status

    with ThreadPoolExecutor(1) as thread:  # this one may have a loop that another test's browser runs
        assert thread.submit(asyncio.run, inside()).result() == 200
    assert len(app.received) == 1


def test_a_process_that_is_forked_from_one_that_has_sent_can_send(app: App, url: str) -> None:
    app.answer = PlainTextResponse("taken", 200)
    assert Sender(url, SECRET).send(_replay(url), now=NOW).accepted
    child = os.fork()
    if child == 0:
        signal.alarm(20)  # it ends, whatever comes
        os._exit(0 if Sender(url, SECRET).send(_replay(url), now=NOW).accepted else 1)
    assert os.waitpid(child, 0)[1] == 0
