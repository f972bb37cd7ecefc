"""The pages of the log-in: `/login`, `/login/callback`, `/logout`, `/signed-out`.

Owns the two cookies: of somebody who is in, and, one for each log-in under way, of somebody who is at the provider. By
https their names begin with `__Host-`, which no neighbouring site can set.
"""

from typing import Final

from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.types import Scope

from core.errors import OrderlensError, Refused, Unreachable
from core.login import Entrance, Session
from core.login.sessions import PENDING
from dashboard.server import plain

PATHS: Final = (plain.LOGIN, plain.CALLBACK, plain.LOGOUT, plain.SIGNED_OUT)
KEPT: Final = 5  # log-ins under way in one browser; a restored window may begin many
LONGEST: Final = 2000  # letters of an address that is kept; a browser keeps no cookie of more than 4,096
ANEW: Final = "anew"  # asks for a log-in also of whoever is logged in at the provider: as somebody else
UNKNOWN: Final = 3  # seconds; a browser without cookies goes round in a circle, and may be stopped
_KNOWN: Final = 12  # letters of a log-in's state that its cookie is called by
_FROM_HERE: Final = ("same-origin", "none")


class Comings:
    """Answers for the log-in's own addresses."""

    def __init__(self, entrance: Entrance) -> None:
        self._entrance, self._secure = entrance, entrance.login.https
        prefix = "__Host-" if self._secure else ""
        self.name = f"{prefix}orderlens"
        self._pending = f"{prefix}orderlens-login-"

    async def answer(self, scope: Scope) -> Response:
        """What these addresses answer."""
        request = Request(scope)
        path = request.url.path
        if request.method not in ("GET", "HEAD"):
            return plain.page(
                "Not like this.", "This address is opened by a link.", href="/", press="Go on", status=405
            )
        try:
            if path == plain.LOGIN:
                return await self._begin(request)
            if path == plain.CALLBACK:
                return await self._back(request)
            if path == plain.LOGOUT:
                return await self._leave(request)
        except OrderlensError as error:
            return trouble(error)
        return plain.page("You are signed out.", "Nobody can go on here in your name.", href="/", press="Log in again")

    async def _begin(self, request: Request) -> Response:
        """To the provider. Of the log-ins under way in this browser the newest are kept."""
        url, asked = await self._entrance.question(anew=ANEW in request.query_params)
        response = RedirectResponse(url, 302, headers={"cache-control": "no-store"})
        under_way = {name: value for name, value in request.cookies.items() if name.startswith(self._pending)}
        until = {
            name: one.until for name, value in under_way.items() if (one := self._entrance.sessions.pending(value))
        }
        newest = sorted(until, key=until.__getitem__, reverse=True)[: KEPT - 1]
        for name in under_way.keys() - set(newest):
            self._drop(response, name)
        cookie = self._entrance.sessions.pend(asked, inside(request.query_params.get("next", "")))
        self._set(response, self._pending + asked.state[:_KNOWN], cookie, PENDING)
        return response

    async def _back(self, request: Request) -> Response:
        """Back from the provider, and on to where somebody wanted to go, as from a page of ours."""
        query = request.query_params
        name = self._pending + query.get("state", "")[:_KNOWN]
        pending = self._entrance.sessions.pending(request.cookies.get(name, ""))
        if pending is None:
            says = "It took more than ten minutes, another one was begun, or this browser keeps no cookies."
            return plain.page("This log-in is not known any more.", says, href="/", press="Go on", by_itself=UNKNOWN)
        try:
            session, cookie = await self._entrance.entered(query, pending.asked)
        except OrderlensError as error:
            response: Response = trouble(error)
        else:
            response = plain.page("You are in.", "Going on.", href=pending.next, press="Go on", by_itself=0)
            self._set(response, self.name, cookie, session.until - int(self._entrance.sessions.now()))
        self._drop(response, name)
        return response

    async def _leave(self, request: Request) -> Response:
        if request.headers.get("sec-fetch-site", "none") not in _FROM_HERE:
            said = "Another site asked to sign you out. You still are signed in."
            return plain.page("Not from another site.", said, href="/", press="Go on", status=403)
        session: Session | None = None
        if cookie := request.cookies.get(self.name):
            session = await self._entrance.sessions.holding(cookie)
        response = RedirectResponse(await self._entrance.left(session), 302, headers={"cache-control": "no-store"})
        self._drop(response, self.name)
        return response

    def _set(self, response: Response, name: str, value: str, seconds: int) -> None:
        response.set_cookie(name, value, max_age=seconds, path="/", secure=self._secure, httponly=True, samesite="lax")

    def _drop(self, response: Response, name: str) -> None:
        response.delete_cookie(name, path="/", secure=self._secure, httponly=True, samesite="lax")


def inside(where: str) -> str:
    """`where`, if it is a path of ours as a browser reads it; else the first page."""
    ours = where.startswith("/") and not where.startswith("//") and "\\" not in where and where.isprintable()
    return where if ours and len(where) <= LONGEST else "/"


def trouble(error: OrderlensError, *, href: str = f"{plain.LOGIN}?{ANEW}", press: str = "Log in anew") -> Response:
    """What went wrong, and what to do; where that is to try again somewhere, by a link."""
    says = f"{error.message} {error.next_step}"
    if isinstance(error, Refused):
        return plain.page("You are not in.", says, href=href, press=press, status=403)
    status = 502 if isinstance(error, Unreachable) else 500
    return plain.page("Nobody can log in at the moment.", says, href="/", press="Try again", status=status)
