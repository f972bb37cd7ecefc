"""OpenID Connect: the authorization code flow with PKCE, state and nonce.

Owns the way to the provider and what comes back from it. Keeps none of the provider's tokens.
"""

import base64
import hashlib
import secrets
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Final
from urllib.parse import quote_plus, urlencode

from core.addresses import flaw
from core.errors import Refused, Unreachable
from core.login import tokens
from core.login.fetching import CHECK, document
from core.settings import Login
from core.times import HOUR

FRESH: Final = float(HOUR)  # seconds for which what the provider says of itself is kept
_NEEDED: Final = ("authorization_endpoint", "token_endpoint", "jwks_uri")
_OPTIONAL: Final = ("userinfo_endpoint", "end_session_endpoint")
_NEXT: Final = "Log in again."


@dataclass(frozen=True, slots=True)
class Asked:
    """What a browser keeps while somebody logs in: by these the answer is known to be to our question."""

    state: str
    nonce: str
    verifier: str


class Provider:
    """The provider of `login`. `clock`: seconds since 1970."""

    def __init__(self, login: Login, clock: Callable[[], float]) -> None:
        self._login, self._clock = login, clock
        self._keys = tokens.Keys(clock)
        self._said: Mapping[str, object] = {}
        self._said_at = 0.0

    async def said(self) -> Mapping[str, object]:
        """What it says of itself, at its well-known address. Unreachable where it does not answer, lacks what is
        needed, or calls itself otherwise than the settings do."""
        if self._said and self._clock() - self._said_at < FRESH:
            return self._said
        issuer = self._login.provider.issuer
        said = await document("GET", f"{issuer.rstrip('/')}/.well-known/openid-configuration")
        if said.get("issuer") != issuer:
            raise Unreachable(
                f"The log-in provider calls itself {said.get('issuer')!r}, ORDERLENS_OIDC_ISSUER calls it {issuer!r}.",
                next_step="Write it there to the letter as the provider does, also a / at its end.",
                setting="ORDERLENS_OIDC_ISSUER",
            )
        for name in (*_NEEDED, *_OPTIONAL):
            address = said.get(name)
            if (name in _NEEDED or address is not None) and (not isinstance(address, str) or flaw(address)):
                raise Unreachable(f"The log-in provider names no usable {name}.", next_step=CHECK)
        self._said, self._said_at = said, self._clock()
        return said

    async def check(self) -> None:
        """Ask it who it is, and for its keys. Unreachable where it is none that people could log in by."""
        await self._keys.at(str((await self.said())["jwks_uri"]), anew=True)

    async def question(self, *, anew: bool = False) -> tuple[str, Asked]:
        """Where to send a browser, and what it keeps meanwhile; `anew`: also whoever is logged in there is asked who
        they are. Unreachable."""
        said, provider = await self.said(), self._login.provider
        asked = Asked(*(secrets.token_urlsafe(32) for _ in range(3)))
        challenge = base64.urlsafe_b64encode(hashlib.sha256(asked.verifier.encode()).digest()).rstrip(b"=").decode()
        query = {
            "client_id": provider.client_id,
            "response_type": "code",
            "scope": provider.scopes,
            "redirect_uri": self._login.redirect_uri,
            "state": asked.state,
            "nonce": asked.nonce,
            "code_challenge": challenge,
            "code_challenge_method": "S256",
            **({"prompt": "login"} if anew else {}),
        }
        return _with(str(said["authorization_endpoint"]), query), asked

    async def answer(self, query: Mapping[str, str], asked: Asked) -> Mapping[str, object]:
        """The claims of whoever comes back with `query`. Refused where it is no answer to `asked`, or says no;
        Unreachable."""
        if not secrets.compare_digest(query.get("state", "").encode(), asked.state.encode()):
            raise Refused("This is no answer to a log-in that began here.", next_step=_NEXT)
        said, issuer = await self.said(), self._login.provider.issuer
        must = said.get("authorization_response_iss_parameter_supported") is True
        if query.get("iss", None if must else issuer) != issuer:
            raise Refused("This is the answer of another provider.", next_step=_NEXT)
        if error := query.get("error"):
            why = f"{error[:60]} {query.get('error_description', '')[:200]}".strip()
            raise Refused(f"The provider did not log you in: {why}.", next_step=_NEXT)
        got = await self._redeemed(query.get("code", ""), asked.verifier, said)
        token, access = got.get("id_token"), got.get("access_token")
        if not isinstance(token, str):
            raise Refused("The provider sent no ID token.", next_step="Let the scopes have `openid` in them.")
        claims = await tokens.claims(
            token,
            self._keys,
            str(said["jwks_uri"]),
            now=self._clock(),
            issuer=issuer,
            audience=self._login.provider.client_id,
            nonce=asked.nonce,
        )
        return await self._completed(claims, access, said.get("userinfo_endpoint"))

    async def way_out(self) -> str:
        """Where a browser ends its log-in at the provider too; the page that says so here where it offers nothing, or
        does not answer."""
        here = f"{self._login.url}/signed-out"
        try:
            there = (await self.said()).get("end_session_endpoint")
        except Unreachable:
            return here
        query = {"client_id": self._login.provider.client_id, "post_logout_redirect_uri": here}
        return _with(str(there), query) if there else here

    async def _redeemed(self, code: str, verifier: str, said: Mapping[str, object]) -> Mapping[str, object]:
        """The tokens for a code."""
        form = {
            "grant_type": "authorization_code",
            "code": code,
            "redirect_uri": self._login.redirect_uri,
            "code_verifier": verifier,
        }
        name, secret = self._login.provider.client_id, self._login.provider.client_secret.get_secret_value()
        ways, headers = said.get("token_endpoint_auth_methods_supported"), {}
        if isinstance(ways, list) and "client_secret_basic" not in ways and "client_secret_post" in ways:
            form |= {"client_id": name, "client_secret": secret}
        else:
            both = f"{quote_plus(name)}:{quote_plus(secret)}".encode()
            headers = {"Authorization": f"Basic {base64.b64encode(both).decode()}"}
        return await document("POST", str(said["token_endpoint"]), form=form, headers=headers)

    async def _completed(self, claims: Mapping[str, object], access: object, userinfo: object) -> Mapping[str, object]:
        """The claims, with those that the provider tells only when it is asked for them. What the token says holds."""
        wanted = {"email", "email_verified"} | ({self._login.claim} if any(self._login.roles.values()) else set())
        if wanted <= claims.keys() or not isinstance(userinfo, str) or not isinstance(access, str):
            return claims
        more = dict(await document("GET", userinfo, headers={"Authorization": f"Bearer {access}"}))
        if more.get("sub") != claims["sub"]:
            raise Refused("The provider tells of somebody else than its token.", next_step=_NEXT)
        if claims.get("email", more.get("email")) != more.get("email"):
            more.pop("email_verified", None)  # it is of another address
        return {**more, **claims}


def _with(address: str, query: Mapping[str, str]) -> str:
    return f"{address}{'&' if '?' in address else '?'}{urlencode(query)}"
