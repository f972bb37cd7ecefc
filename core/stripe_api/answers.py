"""The body of an answer, within bounds: no letter that is none, no end that does not come.

Owns how much of what calls itself Stripe is read. A packed answer is unpacked piece by piece, so that a small one which
unpacks to a huge one is stopped as well. Does not interpret.
"""

import time
from collections.abc import Mapping
from http import HTTPStatus
from typing import Any, Final

import requests
from requests.models import DecodeError, ProtocolError, ReadTimeoutError, SSLError  # type: ignore[attr-defined] # urllib3's

from core.facts.json import legible_bytes
from core.sdk import stripe
from core.stripe_api.failures import Endless

LONGEST: Final = 64 * 2**20  # bytes, unpacked: a page of a hundred objects has at most a few millions
PATIENT: Final = 6  # times the seconds that one piece may take, for all of an answer
_PIECE: Final = 2**16


class BoundedClient(stripe.RequestsClient):
    """The SDK's own client, which reads no further than LONGEST."""

    def __init__(self, timeout: tuple[float, float], *, session: requests.Session) -> None:
        super().__init__(timeout, session=session)
        self._seconds = PATIENT * timeout[1]

    def request(
        self, method: str, url: str, headers: Mapping[str, str] | None, post_data: object = None, **_: object
    ) -> tuple[Any, int, Mapping[str, str]]:  # the SDK declares bytes here and text above, and takes both
        """The body, the status and the headers. stripe.APIConnectionError where the body did not come whole."""
        raw, status, received = self.request_stream(method, url, headers, post_data)
        try:
            body = legible_bytes(_body(raw, self._seconds))
        except requests.exceptions.RequestException as error:
            again = isinstance(error, requests.exceptions.ConnectionError | requests.exceptions.Timeout)
            raise stripe.APIConnectionError("The answer did not come whole.", should_retry=again) from error  # type: ignore[no-untyped-call] # of the SDK
        finally:
            raw.close()
        if status != HTTPStatus.OK:  # a page of a proxy's, in whatever letters
            body = body.decode("utf-8", "replace").encode()
        return body, status, received


def _body(raw: Any, seconds: float) -> bytes:  # noqa: ANN401 - as `requests` has it
    body, ends = bytearray(), time.monotonic() + seconds
    try:
        while piece := raw.read1(_PIECE, decode_content=True):
            body += piece
            if len(body) > LONGEST:
                raise Endless(f"the answer was longer than {LONGEST // 2**20} MB, which Stripe's never are")
            if time.monotonic() > ends:
                raise Endless(f"the answer had not come to its end after {seconds:.0f} s")
    except ReadTimeoutError as error:
        raise requests.exceptions.ReadTimeout(error) from error
    except ProtocolError as error:
        raise requests.exceptions.ChunkedEncodingError(error) from error
    except DecodeError as error:
        raise requests.exceptions.ContentDecodingError(error) from error
    except SSLError as error:
        raise requests.exceptions.SSLError(error) from error
    return bytes(body)
