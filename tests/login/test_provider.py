"""What is asked of a provider and what of its answers is believed, over HTTP; this one says whatever a test wants."""

import base64
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from urllib.parse import parse_qs, parse_qsl, urlsplit

import pytest
from joserfc import jwt
from joserfc.jwk import RSAKey
from pydantic import SecretStr
from starlette.requests import Request
from starlette.responses import JSONResponse
from starlette.types import Receive, Scope, Send

from core.errors import Refused, Unreachable
from core.login.provider import Asked, Provider
from core.sandbox.loopback import Loopback
from core.settings import Login
from core.settings import Provider as Settings
from tests.login.conftest import alone

NOW = 1_800_000_000
KEY = RSAKey.generate_key(2048, parameters={"kid": "one"})
INFO = {"sub": "a1", "email": "ann@shop.example", "email_verified": True, "groups": ["support"]}


@dataclass
class Saying:
    """A provider. `more`: of itself; `nonce`, `claims`: in its token; `info`: at userinfo; `asked`: what came to which
    address."""

    url: str = ""
    nonce: str = ""
    more: dict[str, object] = field(default_factory=dict)
    claims: dict[str, object] = field(default_factory=dict)
    info: Mapping[str, object] = field(default_factory=lambda: INFO)
    asked: dict[str, dict[str, str]] = field(default_factory=dict)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        request = Request(scope, receive)
        path, said = request.url.path, dict(parse_qsl((await request.body()).decode()))
        self.asked[path] = {**said, "authorization": request.headers.get("authorization", "")}
        answer: Mapping[str, object] = {}
        if path == "/.well-known/openid-configuration":
            names = ("authorization", "token", "userinfo", "end_session")
            answer = {"issuer": self.url, "jwks_uri": f"{self.url}/keys"}
            answer = {**answer, **{f"{name}_endpoint": f"{self.url}/{name}?x=1" for name in names}, **self.more}
        elif path == "/keys":
            answer = {"keys": [KEY.as_dict(private=False)]}
        elif path == "/token":
            own = {"iss": self.url, "aud": "orderlens", "sub": "a1", "exp": NOW + 60, "nonce": self.nonce}
            own |= self.claims
            token = jwt.encode({"alg": "RS256", "kid": "one"}, own, KEY, algorithms=["RS256"])
            answer = {"id_token": token, "access_token": "access", "token_type": "Bearer"}
        elif path == "/userinfo":
            answer = self.info
        await JSONResponse(answer)(scope, receive, send)


@pytest.fixture
def saying() -> Iterator[Saying]:
    one = Saying()
    with Loopback(one) as server:
        one.url = server.url
        yield one


def provider(saying: Saying) -> Provider:
    settings = Settings(saying.url, "orderlens", SecretStr("a secret: 100%"))
    login = Login("https://orderlens.example.com", settings, {"support": frozenset({"support"})})
    return Provider(login, lambda: NOW)


def answered(saying: Saying, **query: str) -> Mapping[str, object]:
    """The claims of whoever comes back, with `query` in place of what they should bring."""

    async def both() -> Mapping[str, object]:
        asking = provider(saying)
        _, asked = await asking.question()
        saying.nonce = asked.nonce
        return await asking.answer({"state": asked.state, "code": "c", **query}, asked)

    return alone(both())


def test_the_question_has_a_challenge_and_is_never_asked_twice_alike(saying: Saying) -> None:
    (url, asked), (_, again) = (alone(provider(saying).question()) for _ in range(2))
    query = {name: value[0] for name, value in parse_qs(urlsplit(url).query).items()}
    assert {name: query[name] for name in ("x", "response_type", "code_challenge_method", "scope")} == {
        "x": "1",
        "response_type": "code",
        "code_challenge_method": "S256",
        "scope": "openid email profile",
    }
    assert query["redirect_uri"] == "https://orderlens.example.com/login/callback"
    assert asked.verifier not in url
    assert len({*vars_of(asked), *vars_of(again)}) == 6


def vars_of(asked: Asked) -> tuple[str, ...]:
    return asked.state, asked.nonce, asked.verifier


def test_the_code_is_redeemed_with_the_verifier_by_the_way_that_the_provider_takes(saying: Saying) -> None:
    answered(saying)
    assert saying.asked["/token"]["code_verifier"]
    basic = base64.b64decode(saying.asked["/token"]["authorization"].removeprefix("Basic ")).decode()
    assert basic == "orderlens:a+secret%3A+100%25"
    saying.more = {"token_endpoint_auth_methods_supported": ["client_secret_post"]}
    answered(saying)
    assert saying.asked["/token"]["client_secret"] == "a secret: 100%"
    assert saying.asked["/token"]["authorization"] == ""


def test_userinfo_is_asked_where_the_token_lacks_something_and_what_the_token_says_holds(saying: Saying) -> None:
    assert answered(saying)["groups"] == ["support"]
    assert saying.asked["/userinfo"]["authorization"] == "Bearer access"
    saying.claims = {"groups": ["none"]}
    found = answered(saying)
    assert (found["groups"], found["email_verified"]) == (["none"], True)
    saying.asked.clear()
    saying.claims = {"groups": [], "email": "ann@shop.example", "email_verified": True}
    answered(saying)
    assert "/userinfo" not in saying.asked


def test_one_address_that_is_verified_verifies_no_other(saying: Saying) -> None:
    saying.claims = {"email": "root@shop.example"}
    found = answered(saying)
    assert (found["email"], found.get("email_verified")) == ("root@shop.example", None)


@pytest.mark.parametrize("info", [{**INFO, "sub": "b2"}, {"email": "ann@shop.example"}])
def test_what_userinfo_says_of_somebody_else_is_refused(saying: Saying, info: Mapping[str, object]) -> None:
    saying.info = info
    with pytest.raises(Refused, match="somebody else"):
        answered(saying)


@pytest.mark.parametrize(
    ("query", "said"),
    [
        ({"state": "another"}, "no answer to a log-in"),
        ({"state": ""}, "no answer to a log-in"),
        ({"iss": "https://evil.example"}, "another provider"),
        ({"error": "access_denied", "error_description": "no"}, "access_denied no"),
    ],
)
def test_an_answer_to_another_question_is_none(saying: Saying, query: dict[str, str], said: str) -> None:
    with pytest.raises(Refused, match=said):
        answered(saying, **query)
    assert "/token" not in saying.asked


def test_a_provider_that_promises_to_name_itself_has_to(saying: Saying) -> None:
    saying.more = {"authorization_response_iss_parameter_supported": True}
    with pytest.raises(Refused, match="another provider"):
        answered(saying)
    assert answered(saying, iss=saying.url)["sub"] == "a1"


def test_the_nonce_of_another_log_in_is_refused(saying: Saying) -> None:
    saying.claims = {"nonce": "of another"}
    with pytest.raises(Refused, match="nonce"):
        answered(saying)


@pytest.mark.parametrize(
    "more",
    [{"issuer": "https://evil.example"}, {"issuer": None}, {"token_endpoint": None}, {"jwks_uri": "javascript:x"}],
    ids=str,
)
def test_a_provider_that_is_another_or_lacks_something_is_not_used(saying: Saying, more: dict[str, object]) -> None:
    saying.more = more
    with pytest.raises(Unreachable):
        alone(provider(saying).question())


def test_the_way_out_is_the_providers_where_it_has_one(saying: Saying) -> None:
    assert alone(provider(saying).way_out()).startswith(f"{saying.url}/end_session?x=1&client_id=orderlens&post_logout")
    saying.more = {"end_session_endpoint": None}
    assert alone(provider(saying).way_out()) == "https://orderlens.example.com/signed-out"
    there = Provider(
        Login("https://orderlens.example.com", Settings("http://127.0.0.1:1", "o", SecretStr("s")), {}), lambda: NOW
    )
    assert alone(there.way_out()) == "https://orderlens.example.com/signed-out"
