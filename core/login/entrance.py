"""`Entrance`: all that the server's edge asks about whoever comes: the way to the provider, who came back, who is in.

Owns what is noted of it: each log-in, log-out and refusal stands in the journal, and in the log, which tells nothing of
tokens.
"""

import asyncio
import logging
from collections.abc import Callable, Mapping

from core.errors import Refused, Unreachable
from core.login.provider import Asked, Provider
from core.login.roles import called, person_of
from core.login.sessions import Book, Session, Sessions
from core.settings import Login

_log = logging.getLogger(__name__)


class Entrance:
    """How people come in by `login`. `secret` signs their cookies; `book` keeps what has to be; `clock`: seconds since
    1970."""

    def __init__(self, login: Login, secret: str, book: Book, clock: Callable[[], float]) -> None:
        self.login = login
        self.sessions = Sessions(login, secret, book, clock)
        self._provider, self._book, self._clock = Provider(login, clock), book, clock

    async def question(self, *, anew: bool = False) -> tuple[str, Asked]:
        """Where to send a browser, and what it keeps meanwhile; `anew`: also whoever is logged in there is asked who
        they are. Unreachable."""
        return await self._provider.question(anew=anew)

    async def entered(self, query: Mapping[str, str], asked: Asked) -> tuple[Session, str]:
        """The session, and its cookie, of whoever comes back from the provider with `query`. Refused where it cannot be
        believed, or gives no role; Unreachable, also where it cannot be noted."""
        claims = await self._provider.answer(query, asked)
        try:
            person = person_of(claims, self.login)
        except Refused:
            await self._note(called(claims), "refused", "no role")
            raise
        await self._note(person.called, "log in", person.role)
        return self.sessions.begun(person)

    async def left(self, session: Session | None) -> str:
        """End a session; where to send the browser then."""
        if session is not None:
            try:
                await self.sessions.revoke(session)
                await self._note(session.person.called, "log out", "")
            except Unreachable as error:
                _log.error("%s logged out, which only this process knows: %s", session.person.called, error.message)
        return await self._provider.way_out()

    async def _note(self, who: str, what: str, outcome: str) -> None:
        _log.info("%s: %s %s", what, who, outcome)
        await asyncio.to_thread(self._book.note, int(self._clock()), who, what, outcome)
