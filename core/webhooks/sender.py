"""`Sender`: one signed POST to the configured endpoint, and its answer as a `Delivery`."""

import asyncio
import time
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass

import aiohttp
from stripe import WebhookSignature

from core.addresses import ESCAPED, flaw, hidden, secrets, shown
from core.errors import Refused, SettingsError, redact
from core.replays import SIGNATURE, Replay

TOTAL_SECONDS = 30.0
ANSWER_CHARS = 5000
_ANSWER_BYTES = ANSWER_CHARS * 4


@dataclass(frozen=True, slots=True)
class Delivery:
    """What became of a sending. `status`: the endpoint's HTTP status, None where it gave none or where Stripe sent it;
    `answer`: the first 5,000 characters; `error`: in words, None where an answer came (whatever it says); `sent_at`:
    seconds since 1970; `headers`: as sent, signature included; `uncertain`: no answer tells whether it arrived (a
    time-out, a cut connection, a resend by Stripe): only the order can."""

    url: str
    status: int | None
    latency_ms: int
    answer: str
    error: str | None
    sent_at: int
    headers: tuple[tuple[str, str], ...] = ()
    uncertain: bool = False

    @property
    def accepted(self) -> bool:
        """Whether the endpoint said that it took it (2xx). Not a proof of anything."""
        return self.status is not None and 200 <= self.status < 300  # noqa: PLR2004 - HTTP's own numbers


class Sender:
    """Sends replays to `url`, signed with `secret` (`whsec_...`). Either may be None: then `send` refuses.

    `seconds` is the longest a sending may take in all. SettingsError where `url` is not an http(s) address.
    """

    def __init__(self, url: str | None, secret: str | None, *, seconds: float = TOTAL_SECONDS) -> None:
        if url is not None and (wrong := flaw(url)):
            example = "Set it to your app's webhook endpoint, e.g. https://shop.example.com/webhooks/stripe."
            raise SettingsError(
                f"ORDERLENS_WEBHOOK_URL {wrong}.",
                next_step=f"{example} {ESCAPED}",
                setting="ORDERLENS_WEBHOOK_URL",
            )
        self.url = url
        self._secret = secret or None
        self._seconds = seconds

    @property
    def can_sign(self) -> bool:
        """Whether a signing secret is configured."""
        return self._secret is not None

    def send(self, replay: Replay, *, now: int) -> Delivery:
        """POST the replay's body with its headers and a signature of the time `now`.

        Never raises for what the endpoint does: that is in the delivery. Refused where the replay is for another URL
        than the configured one, or nothing is configured.
        """
        if self.url is None or self._secret is None or replay.url != self.url:
            raise Refused(
                f"Nothing was sent: {shown(replay.url)} is not the endpoint that is configured for replays.",
                next_step="Set ORDERLENS_WEBHOOK_URL and ORDERLENS_WEBHOOK_SECRET to your app's endpoint.",
                setting="ORDERLENS_WEBHOOK_URL",
            )
        signature = WebhookSignature.generate_signature_header(replay.body.decode(), self._secret, now)
        headers = tuple((name, signature if name == SIGNATURE else value) for name, value in replay.headers)
        with ThreadPoolExecutor(1, "webhook") as own_thread:  # the caller's thread may run a loop of its own
            return own_thread.submit(asyncio.run, _post(self.url, headers, replay.body, now, self._seconds)).result()


async def _post(url: str, headers: tuple[tuple[str, str], ...], body: bytes, now: int, seconds: float) -> Delivery:
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
