"""People whom a proxy has logged in: what it says of them is believed where nobody else can have said it, and nowhere
else.

A token is verified at each request, an open page ends after so many hours by our own clock: the proxy cannot end it.
"""

import asyncio
import logging
import secrets
from collections import OrderedDict
from collections.abc import Callable, Mapping, Sequence
from typing import Final

from core.errors import Refused
from core.login import tokens
from core.login.roles import called, person_of
from core.login.sessions import Book, Session
from core.settings import SECRET_HEADER, Proxied

KNOWN: Final = 1024  # people, and tokens, that are remembered
_NEXT: Final = "Come by the proxy, and see [login.proxy] in docs/login.md."
_log = logging.getLogger(__name__)


class Proxy:
    """The proxy of `settings`. `by_socket`: whether this server listens on a socket that the proxy alone can open;
    `clock`: seconds since 1970."""

    def __init__(self, settings: Proxied, book: Book, clock: Callable[[], float], *, by_socket: bool) -> None:
        self._settings, self._book, self._clock, self._by_socket = settings, book, clock, by_socket
        self._keys = tokens.Keys(clock)
        self._noted: OrderedDict[str, float] = OrderedDict()

    @property
    def headers(self) -> frozenset[str]:
        """What is for us alone, in small letters: it goes no further."""
        own = self._settings.jwt.header if self._settings.jwt else self._settings.header or ""
        return frozenset({own.lower(), SECRET_HEADER})

    async def holding(self, headers: Mapping[str, Sequence[str]], *, by_socket: bool) -> Session:
        """Whoever the headers (names in small letters) say it is; `by_socket`: whether they came over one. Refused
        where they cannot be believed, or give no role; Unreachable where the proxy's keys cannot be read, or nobody can
        be noted."""
        claims = await self._claims(headers, by_socket=by_socket)
        try:
            person = person_of(claims, self._settings)
        except Refused:
            await self._note(called(claims), "refused", "no role")
            raise
        await self._note(person.called, "log in", person.role)
        return Session(person, "", int(self._clock()) + self._settings.seconds)

    def now(self) -> float:
        """By whose clock open pages end: seconds since 1970."""
        return self._clock()

    async def over(self, session: Session) -> bool:
        """Whether an open page has to be asked for again."""
        return self._clock() >= session.until

    def revoked(self, _session: Session) -> bool:
        """Never: the proxy logs people out."""
        return False

    async def _claims(self, headers: Mapping[str, Sequence[str]], *, by_socket: bool) -> Mapping[str, object]:
        said = self._settings.jwt
        if said is None:
            email = self._plain(headers, by_socket=by_socket)
            return {"sub": email, "email": email, "email_verified": True}
        token = _once(headers, said.header).removeprefix("Bearer ")
        claims = await tokens.claims(
            token, self._keys, said.keys, now=self._clock(), issuer=said.issuer, audience=said.audience
        )
        return {"email_verified": True, **claims} if said.verifies_emails else claims

    def _plain(self, headers: Mapping[str, Sequence[str]], *, by_socket: bool) -> str:
        """The e-mail in the header, where it can be the proxy's own."""
        if secret := self._settings.secret:
            given = _once(headers, SECRET_HEADER).encode("latin-1", "replace")
            if not secrets.compare_digest(given, secret.get_secret_value().encode()):
                raise Refused("What says who you are is not from the proxy.", next_step=_NEXT)
        elif not (by_socket and self._by_socket):
            raise Refused("Nobody vouches for the proxy: no secret, and no socket.", next_step=_NEXT)
        return _once(headers, self._settings.header or "")

    async def _note(self, who: str, what: str, outcome: str) -> None:
        """Into the journal and the log, once in so many hours each."""
        key, now = f"{what} {outcome} {who}", self._clock()
        if self._noted.get(key, 0.0) > now:
            return
        self._noted[key] = now + self._settings.seconds
        while len(self._noted) > KNOWN:
            self._noted.popitem(last=False)
        _log.info("%s: %s %s (by the proxy)", what, who, outcome)
        await asyncio.to_thread(self._book.note, int(now), who, what, outcome)


def _once(headers: Mapping[str, Sequence[str]], name: str) -> str:
    """The one value of a header: two may be the proxy's and somebody else's."""
    found = headers.get(name.lower(), ())
    if len(found) != 1 or not found[0].strip():
        raise Refused("The proxy does not say who you are." if not found else "Two say who you are.", next_step=_NEXT)
    return found[0].strip()
