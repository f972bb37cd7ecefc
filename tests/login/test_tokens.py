"""What is believed of a signed token, over HTTP from where the keys are; and what is asked there, in bounds."""

import asyncio
import base64
import hmac
import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

import pytest
from joserfc import jwt
from joserfc.jwk import ECKey, OctKey, RSAKey
from starlette.requests import Request
from starlette.responses import JSONResponse, PlainTextResponse, RedirectResponse, Response
from starlette.types import Receive, Scope, Send

from core.errors import Refused, Unreachable
from core.login import fetching
from core.login.tokens import AGAIN, Keys, claims
from core.sandbox.loopback import Loopback
from tests.login.conftest import alone

NOW = 1_800_000_000
ISSUER, US = "https://login.example.com", "orderlens"
RSA, OTHER, CURVE = RSAKey.generate_key(2048), RSAKey.generate_key(2048), ECKey.generate_key("P-256")
for key in (RSA, OTHER, CURVE):
    key.ensure_kid()
GOOD = {"iss": ISSUER, "aud": US, "sub": "ann", "exp": NOW + 60, "nonce": "n"}


@dataclass
class Published:
    """Where the provider's keys are. `keys`: what it has at the moment; `asked`: how often they were asked for."""

    url: str = ""
    keys: list[Mapping[str, object]] = field(default_factory=list)
    asked: int = 0

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        answer: Response
        path = Request(scope).url.path
        if path == "/keys":
            self.asked += 1
            answer = JSONResponse({"keys": self.keys})
        elif path == "/large":
            answer = PlainTextResponse("[" + " " * (fetching.MOST + 1) + "]")
        elif path == "/elsewhere":
            answer = RedirectResponse("/keys", 302)
        elif path == "/never":
            await asyncio.sleep(3600)
            return
        else:
            answer = JSONResponse(
                {"error": "invalid_client"} if path == "/refuses" else [], 401 if path == "/refuses" else 200
            )
        await answer(scope, receive, send)


@pytest.fixture
def published() -> Iterator[Published]:
    here = Published()
    with Loopback(here) as server:
        here.url = server.url
        here.keys = [RSA.as_dict(private=False), CURVE.as_dict(private=False)]
        yield here


def base64url(data: bytes) -> str:
    return base64.urlsafe_b64encode(data).rstrip(b"=").decode()


def signed(claim: Mapping[str, object], key: RSAKey | ECKey | OctKey = RSA, algorithm: str = "RS256") -> str:
    return jwt.encode({"alg": algorithm, "kid": key.kid}, dict(claim), key, algorithms=[algorithm])


def believed(token: str, published: Published, keys: Keys | None = None) -> Mapping[str, object]:
    asked = claims(
        token, keys or Keys(lambda: NOW), f"{published.url}/keys", now=NOW, issuer=ISSUER, audience=US, nonce="n"
    )
    return alone(asked)


def test_a_token_that_was_signed_for_us_a_moment_ago(published: Published) -> None:
    assert believed(signed(GOOD), published)["sub"] == "ann"
    assert believed(signed(GOOD, CURVE, "ES256"), published)["sub"] == "ann"
    assert believed(signed({**GOOD, "exp": NOW - 30}), published)["sub"] == "ann"  # two clocks
    assert believed(signed({**GOOD, "aud": [US, "another"], "azp": US}), published)["sub"] == "ann"


@pytest.mark.parametrize(
    "wrong",
    [
        {"iss": "https://evil.example"},
        {"aud": "another"},
        {"aud": ["another"]},
        {"aud": [US, "another"]},
        {"azp": "another"},
        {"exp": NOW - 61},
        {"nonce": "m"},
        {"iss": None},
        {"aud": None},
        {"exp": None},
        {"nonce": None},
        {"sub": None},
        {"nbf": NOW + 3600},
        {"exp": "soon"},
    ],
    ids=str,
)
def test_anything_else_is_refused(published: Published, wrong: Mapping[str, object]) -> None:
    changed = {name: value for name, value in {**GOOD, **wrong}.items() if value is not None}
    with pytest.raises(Refused):
        believed(signed(changed), published)


def test_nobody_chooses_the_algorithm_but_we(published: Published) -> None:
    head = base64url(json.dumps({"alg": "HS256", "kid": RSA.kid}).encode())
    body = f"{head}.{base64url(json.dumps(GOOD).encode())}"
    by_public_key = f"{body}.{base64url(hmac.digest(RSA.as_pem(private=False), body.encode(), 'sha256'))}"
    unsigned = ".".join((*signed(GOOD).split(".")[:2], ""))
    for token in (by_public_key, unsigned, "a.b.c", "", "a" * 100_000):
        with pytest.raises(Refused):
            believed(token, published)
    published.keys.append(OctKey.import_key("s" * 40, {"kid": "shared"}).as_dict())
    with pytest.raises(Refused):
        believed(signed(GOOD, OctKey.import_key("s" * 40, {"kid": "shared"}), "HS256"), published)


def test_a_signature_of_somebody_elses_is_none(published: Published) -> None:
    head, _, tail = signed(GOOD).split(".")
    payload = signed({**GOOD, "sub": "root"}).split(".")[1]
    with pytest.raises(Refused):
        believed(f"{head}.{payload}.{tail}", published)


def test_an_unknown_key_is_looked_for_once_more_and_not_all_the_time(published: Published) -> None:
    now = NOW
    keys = Keys(lambda: now)
    believed(signed(GOOD), published, keys=keys)
    assert published.asked == 1
    for _ in range(3):
        with pytest.raises(Refused):
            believed(signed(GOOD, OTHER), published, keys=keys)
    assert published.asked == 1
    published.keys = [OTHER.as_dict(private=False), CURVE.as_dict(private=False)]
    now += int(AGAIN) + 1
    assert believed(signed(GOOD, OTHER), published, keys=keys)["sub"] == "ann"
    assert published.asked == 2
    with pytest.raises(Refused):  # a key that was withdrawn
        believed(signed(GOOD), published, keys=keys)


def test_keys_that_nobody_here_understands_are_in_nobodys_way(published: Published) -> None:
    published.keys = [{"kty": "AKP", "kid": "pq"}, {"kty": "RSA", "use": "enc", "kid": "e"}, *published.keys]
    assert believed(signed(GOOD), published)["sub"] == "ann"
    published.keys = []
    with pytest.raises(Unreachable):
        believed(signed(GOOD), published)


@pytest.mark.parametrize(
    ("path", "said"),
    [
        ("/large", "more than a megabyte"),
        ("/elsewhere", "answered 302"),
        ("/refuses", r"answered 401 \(invalid_client\)"),
        ("/a-list", "something else than a JSON object"),
        ("/never", "does not answer"),
    ],
)
def test_the_provider_is_asked_in_bounded_time_and_size(
    published: Published, monkeypatch: pytest.MonkeyPatch, path: str, said: str
) -> None:
    monkeypatch.setattr(fetching, "SECONDS", 2.0 if path == "/never" else 60.0)
    with pytest.raises(Unreachable, match=said):
        alone(fetching.document("GET", published.url + path))


def test_nobody_there_is_said() -> None:
    with pytest.raises(Unreachable, match=r"does not answer: http://127\.0\.0\.1:1/keys"):
        alone(fetching.document("GET", "http://127.0.0.1:1/keys?token=secret"))
