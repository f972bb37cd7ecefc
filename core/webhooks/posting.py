"""A signed POST over HTTP, and its answer, whatever it is. Loaded by whoever sends; nobody else waits for it.

All POSTs of a process are made in one thread, side by side: a caller's may run a loop of its own, and to make a thread
and a loop for each takes longer than all the rest. Each has a connection of its own: one that is used again may be
closed by the other side at that moment, and nobody would know whether the event arrived.
"""

import asyncio
import os
import time
from functools import cache
from threading import Thread

import aiohttp

from core.addresses import hidden, secrets
from core.errors import redact
from core.replays import SIGNATURE, Replay
from core.sdk import stripe
from core.webhooks.delivery import Delivery

ANSWER_CHARS = 5000
_ANSWER_BYTES = ANSWER_CHARS * 4
Headers = tuple[tuple[str, str], ...]


def signed(replay: Replay, secret: str, now: int) -> Headers:
    """The headers of a replay, with a signature of the time `now` (seconds since 1970)."""
    signature = stripe.WebhookSignature.generate_signature_header(replay.body.decode(), secret, now)
    return tuple((name, signature if name == SIGNATURE else value) for name, value in replay.headers)


def post(url: str, headers: Headers, body: bytes, now: int, seconds: float) -> Delivery:
    """Send it, and wait for the answer at most that many seconds. Never raises for what the endpoint does."""
    return asyncio.run_coroutine_threadsafe(_post(url, headers, body, now, seconds), _loop(os.getpid())).result()


@cache
def _loop(process: int) -> asyncio.AbstractEventLoop:  # noqa: ARG001 - a process that is forked has no threads of its parent
    """The one of this process, from its first POST on."""
    loop = asyncio.new_event_loop()
    Thread(target=loop.run_forever, name="webhook", daemon=True).start()
    return loop


async def _post(url: str, headers: Headers, body: bytes, now: int, seconds: float) -> Delivery:
    began = time.monotonic()
    status, answer, error, reached = None, "", None, True
    try:
        async with (
            aiohttp.ClientSession(
                timeout=aiohttp.ClientTimeout(total=seconds),
                skip_auto_headers=("Accept", "Accept-Encoding"),
            ) as client,
            client.post(url, data=body, headers=list(headers), allow_redirects=False) as response,
        ):
            status = response.status
            answer = await _beginning(response)
    except TimeoutError:
        error = f"No answer within {seconds:g} seconds."
    except aiohttp.ClientConnectorCertificateError as problem:
        error = f"The endpoint's certificate is not trusted: {problem.certificate_error}."
        reached = False
    except aiohttp.ClientConnectorError as problem:
        error = f"Nothing could be reached at {problem.host}:{problem.port}: {problem.os_error.strerror or problem}."
        reached = False
    except aiohttp.InvalidURL as problem:
        error, reached = f"{problem.url} is no address that anything can be sent to.", False
    except aiohttp.ServerDisconnectedError:
        error = "The endpoint closed the connection without an answer."
    except (aiohttp.ClientError, OSError, ValueError) as problem:
        error = f"The sending broke off: {str(problem) or type(problem).__name__}."
    if status is not None and 300 <= status < 400:  # noqa: PLR2004 - HTTP's own numbers
        error = "The endpoint answered with a redirect. Stripe follows none, and neither does Orderlens."
    took = int((time.monotonic() - began) * 1000)
    error = redact(hidden(error, secrets(url))) if error else None
    return Delivery(url, status, took, redact(answer), error, now, headers, status is None and reached)


async def _beginning(response: aiohttp.ClientResponse) -> str:
    begun = bytearray()
    async for chunk in response.content.iter_chunked(_ANSWER_BYTES):
        begun += chunk
        if len(begun) >= _ANSWER_BYTES:
            break
    try:
        text = begun.decode(response.charset or "utf-8", errors="replace")
    except (LookupError, ValueError):  # no such alphabet, or one that is none for a text (idna, punycode, undefined)
        text = begun.decode("utf-8", errors="replace")
    return text[:ANSWER_CHARS]
