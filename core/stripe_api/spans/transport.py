"""What lies below the SDK's `raw_request` when pages come by the thousand: lean answers, connections that can be cut.

The SDK parses each body into ordered dicts and formats it for a debug log nobody reads, which costs more than all the
rest of a page. So it is handed an empty object that carries the real body along, which is then parsed once, fast, and
of a page not even in whole (`sent`). Its authentication, version, errors and connection handling stay as they are; so
does every answer that is not a success.
"""

import socket
import weakref
from collections.abc import Callable, Mapping
from contextlib import suppress
from http import HTTPStatus
from typing import Any

import msgspec
import requests

from core.facts import Json
from core.sdk import stripe
from core.stripe_api.answers import BoundedClient
from core.stripe_api.spans.sent import page_of, whole, without_secrets
from core.stripe_api.wire import Access, Params, client_over, session_to, timeouts


class Garbled(stripe.APIError):
    """A success whose body is not what was asked for: cut short, or from something that is not Stripe."""


class Line:
    """A client of Stripe's for bulk reading. `get` from any thread; `cut` from any other."""

    def __init__(self, access: Access, *, connections: int, timeout: float) -> None:
        """`timeout`: seconds for an answer. StripeUnreachable where the key cannot be a key."""
        self._adapter = _Severable(pool_maxsize=connections)
        self._session = session_to(access, self._adapter)
        self._client = client_over(access, _LeanClient(timeouts(timeout), session=self._session))

    def get(self, path: str, params: Params, *, paged: bool = False) -> Json:
        """One answer, each `client_secret` in it emptied; if `paged`, its objects are `Sent`. stripe.StripeError where
        it is none."""
        try:
            body = self._client.raw_request("get", path, **dict(params)).body
        except (
            AttributeError,
            TypeError,
            ValueError,
            RecursionError,
        ) as error:  # the SDK stumbles over {"error": "..."}, which Stripe never sends
            raise Garbled("The error is JSON, but not an object.") from error
        try:
            content = body.content if isinstance(body, _Carrier) else b""
            found = _read(content, paged=paged)
        except (msgspec.DecodeError, ValueError, RecursionError) as error:
            raise Garbled("The answer is no JSON.", http_status=HTTPStatus.OK, http_body=content) from error
        if isinstance(found, dict):
            return found
        raise Garbled("The answer is JSON, but not an object.", http_status=HTTPStatus.OK, http_body=content)

    def cut(self) -> None:
        """Break off the requests under way: they fail at once."""
        self._adapter.sever()

    def close(self) -> None:
        """Let the connections go."""
        self._session.close()


def _read(content: bytes, *, paged: bool) -> object:
    if not content.isascii():
        content.decode()  # what is passed over while decoding is not looked at
    content = without_secrets(content)
    return page_of(content) if paged else whole(content)


class _Carrier(str):
    """An empty JSON object to the SDK, with the body as it came."""

    __slots__ = ("content",)
    content: bytes


class _LeanClient(BoundedClient):
    def request(
        self, method: str, url: str, headers: Mapping[str, str] | None, post_data: object = None, **_: object
    ) -> tuple[Any, int, Mapping[str, str]]:
        """A success as an empty object that carries its body."""
        content, status, received = super().request(method, url, headers, post_data)
        if status != HTTPStatus.OK:
            return content, status, received
        carrier = _Carrier("{}")
        carrier.content = content
        return carrier, status, received


class _Severable(requests.adapters.HTTPAdapter):
    """Keeps an eye on its connections, so that a request that hangs can be ended from outside."""

    def __init__(self, *, pool_maxsize: int) -> None:
        super().__init__(pool_maxsize=pool_maxsize)
        self._made: weakref.WeakSet[Any] = weakref.WeakSet()

    def get_connection_with_tls_context(self, *args: Any, **kwargs: Any) -> Any:  # noqa: ANN401 - as it is given
        pool = super().get_connection_with_tls_context(*args, **kwargs)
        if not isinstance(pool.ConnectionCls, _Watched):
            watched: Any = _Watched(pool.ConnectionCls, self._made)
            pool.ConnectionCls = watched
        return pool

    def sever(self) -> None:
        for connection in tuple(self._made):
            sock = connection.sock
            if sock is not None:
                # Closed a moment ago; or inside the TLS of a proxy, where it ends with its timeout.
                with suppress(OSError, AttributeError):
                    sock.shutdown(socket.SHUT_RDWR)


class _Watched:
    """Makes connections and remembers those that still exist."""

    def __init__(self, make: Callable[..., Any], made: "weakref.WeakSet[Any]") -> None:
        self._make = make
        self._made = made

    def __call__(self, **kwargs: Any) -> Any:  # noqa: ANN401 - as the pool gives and takes it
        connection = self._make(**kwargs)
        self._made.add(connection)
        return connection
