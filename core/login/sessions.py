"""The cookies: of somebody who is in, and of somebody who is about to be. Signed, with an end.

A session ends at its end or when it is revoked. What was revoked stands in a book that all processes share, read at
most every two seconds. Whoever loses a role in the settings is out when these are loaded: the settings are part of what
is signed.
"""

import asyncio
import hashlib
import logging
import secrets
from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass
from typing import Final, Protocol

from itsdangerous import BadData, URLSafeSerializer

from core.errors import Unreachable
from core.login.provider import Asked
from core.people import LOGGED_IN, ROLES, Person
from core.settings import Login

STALE: Final = 2.0  # seconds for which what was revoked is not asked for again
GRACE: Final = 2.0  # seconds after log-out in which pages are left to go where they were sent
PENDING: Final = 600  # seconds that somebody may take at the provider
_log = logging.getLogger(__name__)


class Book(Protocol):
    """What is kept of sessions. Each may raise Unreachable."""

    def revoke(self, sid: str, *, until: int, now: int) -> None:
        """From now on nobody is in by this session, which would have ended at `until`."""

    def revoked(self, now: int) -> Mapping[str, int]:
        """Sessions that would not have ended yet, and when they were revoked."""

    def note(self, at: int, who: str, what: str, outcome: str) -> None:
        """An entry for the journal: "log in", "log out", "refused"."""


@dataclass(frozen=True, slots=True)
class Session:
    """Somebody who is in, until when (seconds since 1970)."""

    person: Person
    sid: str
    until: int


@dataclass(frozen=True, slots=True)
class Pending:
    """Somebody who is at the provider, and where they want to go; until when they may come back."""

    asked: Asked
    next: str
    until: int


class Sessions:
    """The sessions of `login`, signed with `secret`; of several, with commas between, with the first: those that others
    signed hold until they end. `clock`: seconds since 1970."""

    def __init__(self, login: Login, secret: str, book: Book, clock: Callable[[], float]) -> None:
        self._seconds, self._book, self._clock = login.seconds, book, clock
        rules = [login.url, login.provider.issuer, login.provider.client_id, login.claim]
        tables = [("", login.roles, login.people)]
        tables += [(shop, of.roles, of.people) for shop, of in login.shops.items()]
        for shop, *named in tables:
            rules += [f"{shop} {role} {sorted(who)}" for table in named for role, who in sorted(table.items())]
        mark = hashlib.sha256("\n".join(rules).encode()).hexdigest()
        self._sessions = _sealing(secret, f"orderlens session {mark}")
        self._pendings = _sealing(secret, f"orderlens login {mark}")
        self._revoked: dict[str, int] | None = None
        self._read_at = 0.0
        self._reading = asyncio.Lock()

    def now(self) -> float:
        """By whose clock they end: seconds since 1970."""
        return self._clock()

    def begun(self, person: Person) -> tuple[Session, str]:
        """A session from now on, and its cookie."""
        session = Session(person, secrets.token_urlsafe(16), int(self._clock()) + self._seconds)
        told = [person.sub, person.role, person.email, person.name, person.shops]
        return session, _text(self._sessions.dumps([*told, session.sid, session.until]))

    async def holding(self, cookie: str) -> Session | None:
        """The session of a cookie; None where it was not signed here, has ended or was revoked. Unreachable where
        nobody knows yet what was revoked."""
        session = self._opened(cookie)
        return session if session and session.sid not in await self._known() else None

    async def over(self, session: Session) -> bool:
        """Whether an open page has to go: its session ended, or was revoked a moment ago."""
        if self._clock() >= session.until:
            return True
        at = (await self._known()).get(session.sid)
        return at is not None and self._clock() >= at + GRACE

    def revoked(self, session: Session) -> bool:
        """Whether it was ended by somebody; of what is known here."""
        return session.sid in (self._revoked or {})

    async def revoke(self, session: Session) -> None:
        """End it, here at once and in all processes within seconds. Unreachable where the others are not told."""
        now = int(self._clock())
        self._revoked = {**(self._revoked or {}), session.sid: now}
        await asyncio.to_thread(self._book.revoke, session.sid, until=session.until, now=now)

    def pend(self, asked: Asked, where: str) -> str:
        """The cookie of somebody who goes to the provider."""
        until = int(self._clock()) + PENDING
        return _text(self._pendings.dumps([*asdict(asked).values(), where, until]))

    def pending(self, cookie: str) -> Pending | None:
        """Whom a cookie says to be at the provider; None where it was not signed here, or is too old."""
        try:
            state, nonce, verifier, where, until = self._pendings.loads(cookie)
        except (BadData, ValueError, TypeError):
            return None
        return Pending(Asked(state, nonce, verifier), where, until) if until > self._clock() else None

    def _opened(self, cookie: str) -> Session | None:
        try:
            sub, role, email, name, shops, sid, until = self._sessions.loads(cookie)
            theirs = tuple((str(shop), own) for shop, own in shops)
        except (BadData, ValueError, TypeError):
            return None
        known = role in ROLES and until > self._clock()
        return Session(Person(sub, role, email, name, theirs, LOGGED_IN), sid, until) if known else None

    async def _known(self) -> Mapping[str, int]:
        """What was revoked, as of two seconds ago at most. Where the book does not answer, as it was last."""
        async with self._reading:
            if self._revoked is None or self._clock() - self._read_at >= STALE:
                try:
                    read = await asyncio.to_thread(self._book.revoked, int(self._clock()))
                    self._revoked = {**(self._revoked or {}), **read}
                except Unreachable as error:
                    if self._revoked is None:
                        raise
                    _log.warning("Nobody knows who logged out elsewhere: %s", error.message)
                self._read_at = self._clock()
        return self._revoked


def _sealing(secret: str, salt: str) -> URLSafeSerializer:
    how = {"key_derivation": "hmac", "digest_method": hashlib.sha256}
    oldest_first = [one.strip() for one in reversed(secret.split(",")) if one.strip()]
    return URLSafeSerializer(oldest_first, salt=salt, signer_kwargs=how)


def _text(sealed: str | bytes) -> str:
    return sealed if isinstance(sealed, str) else sealed.decode()
