"""Logging people in: the provider says who somebody is, the settings say what they may do.

    fetching  one JSON document from the provider, in bounded time and size
    tokens    a signed token believed, or refused: signature, issuer, audience, age
    provider  OpenID Connect: the way there, and what comes back
    roles     pure: the role that claims give, the person they are of
    sessions  the cookie of somebody who is in: signed, with an end, and revoked at log-out
    secret    what cookies are signed with, made once where nobody set it
    proxied   people whom a proxy in front has logged in
    entrance  all of it put together, for the server's edge

Knows no web server and no journal: what it has to keep, it hands to a `Book`.
"""

from core.login.entrance import Entrance
from core.login.provider import Asked
from core.login.proxied import Proxy
from core.login.sessions import Book, Session

__all__ = ["Asked", "Book", "Entrance", "Proxy", "Session"]
