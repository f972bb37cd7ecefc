"""A right ORDERLENS_ORIGINS lets people in behind any proxy, and nobody else; a link of another site opens nothing."""

import asyncio
from concurrent.futures import ThreadPoolExecutor

import pytest
from starlette.types import Message, Scope

from core.errors import SettingsError
from dashboard.server import links
from dashboard.server.guard import Guard, Origin, configured, doubts, refusal

SITE = configured("https://orderlens.example.com")
Headers = tuple[tuple[str, str], ...]


def connection(*headers: tuple[str, str], kind: str = "http", scheme: str = "http", query: str = "") -> Scope:
    """From a proxy that may be anywhere: the socket's own address is the container's."""
    raw = [(name.encode(), value.encode()) for name, value in headers]
    return {
        "type": kind, "scheme": scheme, "path": "/", "headers": raw, "server": ("172.17.0.2", 8501), "method": "GET",
        "query_string": query.encode(), "client": ("172.17.0.1", 4711),
    }  # fmt: skip


def status(*headers: tuple[str, str], kind: str = "http", scheme: str = "http", extra: frozenset[Origin] = SITE) -> int:
    refused = refusal(connection(*headers, kind=kind, scheme=scheme), extra)
    return refused[0] if refused else 200


@pytest.mark.parametrize("scheme", ["http", "https"])
@pytest.mark.parametrize("host", ["orderlens.example.com", "orderlens.example.com:443", "ORDERLENS.example.com"])
@pytest.mark.parametrize("more", [(), (("x-forwarded-proto", "https"),), (("x-forwarded-proto", "https,http"),)])
def test_a_proxy_need_not_say_by_which_scheme_it_was_called(scheme: str, host: str, more: Headers) -> None:
    assert status(("host", host), *more, scheme=scheme) == 200
    page = ("origin", "https://orderlens.example.com")
    socket = "wss" if scheme == "https" else "ws"
    assert status(("host", host), page, *more, kind="websocket", scheme=socket) == 200


NOT_OURS = (
    "orderlens.example.com:8443 evil.example orderlens.example.com.evil.example x.orderlens.example.com example.com "
    "orderlens.example.com:80"
).split()


@pytest.mark.parametrize("host", [*NOT_OURS, ""])
def test_another_name_or_port_is_none(host: str) -> None:
    assert status(("host", host)) == 421


@pytest.mark.parametrize("origin", ["http://orderlens.example.com", "https://orderlens.example.com:8443", "null",
                                    "https://evil.example", "https://orderlens.example.com.evil.example"])  # fmt: skip
def test_the_page_has_to_be_ours_to_the_letter(origin: str) -> None:
    assert status(("host", "orderlens.example.com"), ("origin", origin), kind="websocket", scheme="ws") == 403


def test_two_origins_two_hosts_two_lengths() -> None:
    host = ("host", "orderlens.example.com")
    ours, foreign = ("origin", "https://orderlens.example.com"), ("origin", "https://evil.example")
    assert status(host, foreign, ours) == status(host, ours, foreign) == status(host, ours, ours) == 400
    assert status(host, ("host", "evil.example")) == 400
    assert status(host, ("content-length", "5"), ("transfer-encoding", "chunked")) == 400


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("https://*.example.com", r"has a \*"),
        ("https://u:Hunter2@example.com", "has a user or a password"),
        ("https://-.ü", "no browser sends"),
        ("orders.example.com", "is not an address"),
    ],
)
def test_what_can_never_hold_is_said_at_the_start(text: str, why: str) -> None:
    with pytest.raises(SettingsError, match=why) as caught:
        configured(f"https://fine.example, {text}")
    assert "address 2" in caught.value.message
    assert "Hunter2" not in str(caught.value)


def test_a_name_in_other_letters_is_the_one_that_browsers_send() -> None:
    extra = configured("https://Bücher.example, https://straße.example:8443")
    assert set(map(str, extra)) == {"https://xn--bcher-kva.example", "https://xn--strae-oqa.example:8443"}
    assert status(("host", "xn--bcher-kva.example"), ("origin", "https://xn--bcher-kva.example"), extra=extra) == 200


def test_plain_http_for_a_site_that_has_https_is_said() -> None:
    plain = configured("http://orderlens.example.com, http://localhost:8501, https://fine.example")
    (said,) = doubts(plain)
    assert "http://orderlens.example.com" in said
    refused = refusal(connection(("host", "orderlens.example.com"), ("origin", "https://orderlens.example.com")), plain)
    assert refused is not None
    assert "but the browser calls it https://orderlens.example.com" in refused[1]


@pytest.mark.parametrize("site", ["cross-site", "same-site"])
@pytest.mark.parametrize("query", ["case=1042", "of=1042", "code=x"])
def test_a_link_of_another_site_opens_nothing_by_itself(site: str, query: str) -> None:
    came = (("sec-fetch-mode", "navigate"), ("sec-fetch-site", site))
    assert links.from_another_site(connection(*came, query=query))


@pytest.mark.parametrize("site", ["none", "same-origin"])
def test_a_bookmark_and_our_own_pages_open_at_once(site: str) -> None:
    came = (("sec-fetch-mode", "navigate"), ("sec-fetch-site", site))
    assert not links.from_another_site(connection(*came, query="case=1042"))
    assert not links.from_another_site(connection(query="case=1042"))  # a browser that says nothing
    assert not links.from_another_site(connection(("sec-fetch-mode", "navigate"), ("sec-fetch-site", "cross-site")))


def test_setup_looks_when_it_is_asked() -> None:
    came = (("sec-fetch-mode", "navigate"), ("sec-fetch-site", "cross-site"))
    assert links.from_another_site({**connection(*came), "path": "/setup"})


def test_the_question_holds_nothing_of_a_strangers() -> None:
    """The answer is the guard's own: the application behind it is not asked. What the link says is shown only."""
    sent: list[Message] = []

    async def never(_scope: Scope, _receive: object, _send: object) -> None:
        raise AssertionError("the application was asked")

    async def receive() -> Message:
        return {"type": "http.request", "body": b"", "more_body": False}

    async def send(message: Message) -> None:
        sent.append(message)

    came = (("host", "orderlens.example.com"), ("sec-fetch-mode", "navigate"), ("sec-fetch-site", "cross-site"))
    hostile = 'case=%3Cscript%3Ealert(1)%3C/script%3E&x="><a href="//evil.example"'
    scope = connection(*came, query=hostile)
    with ThreadPoolExecutor(1) as beside:  # in this one a browser's loop may run
        beside.submit(
            asyncio.run, Guard(never, origins=SITE, policy="default-src 'self'")(scope, receive, send)
        ).result()
    start, *body = sent
    text = b"".join(message.get("body", b"") for message in body).decode()
    assert start["status"] == 200
    assert (b"content-security-policy", b"default-src 'self'") in start["headers"]
    assert "<script" not in text
    assert 'href="//evil' not in text
    assert text.count("<a ") == 1
    assert 'href="?case=%3Cscript' in text
