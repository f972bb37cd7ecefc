"""A probe over real HTTP, against an endpoint in each of its failing ways: two POSTs, and what they mean."""

import asyncio
import json
from collections.abc import Iterator
from dataclasses import dataclass, field

import pytest
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import HTMLResponse, PlainTextResponse, RedirectResponse, Response
from starlette.routing import Route
from stripe import SignatureVerificationError, WebhookSignature

from core.checks import Check, Level
from core.endpoints.probing import Probe, body, meaning
from core.errors import Refused
from core.sandbox.loopback import Loopback
from core.webhooks import Sender

SECRET = "whsec_" + "test0secret0of0ours"
NOW = 1_795_348_800


@dataclass
class App:
    """An endpoint that checks signatures, unless it is told to answer otherwise."""

    answer: Response | None = None
    slow: float = 0.0
    heard: list[dict[str, object]] = field(default_factory=list)

    async def hear(self, request: Request) -> Response:
        sent = await request.body()
        self.heard.append(json.loads(sent))
        await asyncio.sleep(self.slow)
        if self.answer is not None:
            return self.answer
        try:
            WebhookSignature.verify_header(sent.decode(), request.headers["stripe-signature"], SECRET)
        except SignatureVerificationError:
            return PlainTextResponse("no", 400)
        return PlainTextResponse("taken")


@pytest.fixture
def app() -> App:
    return App()


@pytest.fixture
def url(app: App) -> Iterator[str]:
    with Loopback(Starlette(routes=[Route("/hook", app.hear, methods=["POST"])])) as served:
        yield f"{served.url}/hook"


def probed(url: str, *, seconds: float = 20.0) -> list[Check]:
    bodies = tuple(body(NOW, mode="test", api_version=None, name=one) for one in ("signed", "wrong"))
    good, bad = Sender(url, SECRET, seconds=seconds).probe((bodies[0], bodies[1]), now=NOW)
    return list(meaning(Probe(NOW, "mira", url, good, bad)))


def test_one_that_checks_is_fine_and_hears_each_once(app: App, url: str) -> None:
    assert [one.level for one in probed(url)] == [Level.FINE, Level.FINE]
    assert [one["id"] for one in app.heard] == [f"evt_orderlens_probe_{NOW}_{name}" for name in ("signed", "wrong")]
    assert {one["type"] for one in app.heard} == {"orderlens.probe"}


@pytest.mark.parametrize(
    ("answer", "says"),
    [
        (RedirectResponse("https://www.shop.example.com/hook", 308), "Stripe follows none"),
        (PlainTextResponse("who?", 401), "asks Stripe to log in"),
        (HTMLResponse("<!doctype html><title>Log in</title>"), "a log-in or a start page"),
        (PlainTextResponse("", 405), "takes no POST"),
        (PlainTextResponse("", 503), "fails before it looks"),
    ],
)
def test_what_stands_in_front_is_told(app: App, url: str, answer: Response, says: str) -> None:
    app.answer = answer
    first, _ = probed(url)
    assert first.level is Level.ERROR
    assert says in first.found
    assert first.do
    assert len(app.heard) == 2, "and no redirect is followed"


def test_one_that_acknowledges_everything_is_a_warning(app: App, url: str) -> None:
    app.answer = PlainTextResponse("thanks")
    assert [one.level for one in probed(url)] == [Level.FINE, Level.WARNING]


def test_one_that_hangs_is_given_up(app: App, url: str) -> None:
    app.slow = 2.0
    first, second = probed(url, seconds=0.2)
    assert first.level is Level.ERROR
    assert "No answer within 0.2 seconds" in first.found
    assert first.do.startswith("Have the app answer first")
    assert second.level is Level.UNREAD


def test_a_certificate_is_told(url: str) -> None:
    first, _ = probed(url.replace("http:", "https:"))  # plain HTTP answers to TLS
    assert first.level is Level.ERROR


def test_nothing_is_sent_where_nothing_is_set() -> None:
    with pytest.raises(Refused, match="no endpoint to probe"):
        Sender(None, None).probe((b"{}", b"{}"), now=NOW)
