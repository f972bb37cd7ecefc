"""Asking Stripe over HTTP: many questions at once, each tried again where that can help, each attempt counted.

Owns the SDK's client, the threads and the retries. Speaks through `raw_request`, which keeps the SDK's authentication,
version and errors but skips its objects, whose building costs more than the request. Does not interpret answers.
"""

import os
from collections.abc import Iterable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field, replace
from email.utils import parsedate_to_datetime
from http import HTTPStatus
from typing import Final
from urllib.parse import urlsplit

import requests
import stamina

from core.errors import StripeUnreachable
from core.facts import STRIPE_VERSION, Json, Mode
from core.sdk import stripe
from core.stripe_api import failures
from core.stripe_api.answers import BoundedClient
from core.stripe_api.failures import Failure
from core.stripe_api.pace import Pace

ATTEMPTS: Final = 3
BACKOFF_SECONDS: Final = 8.0  # no further try begins after this
CONNECT_SECONDS: Final = 5.0
PLATFORM: Final = ""  # the account of the key itself, whatever the settings say
Params = tuple[tuple[str, str | int], ...]  # as on the wire: ("created[gte]", 1760000000)


@dataclass(frozen=True, slots=True)
class Access:
    """The way in: the key (never printed), the address, and the connected account whose data is read, if any."""

    api_key: str = field(repr=False)
    api_base: str
    account: str | None = None

    @property
    def mode(self) -> Mode:
        """What the key can see: `sk_live_`, `rk_live_` or everything else."""
        return "live" if "_live_" in self.api_key else "test"

    @property
    def rehearsing(self) -> bool:
        """Whether the address is this machine: a stand-in for Stripe, whatever the key says."""
        return urlsplit(self.api_base).hostname in {"127.0.0.1", "::1", "localhost"}


@dataclass(frozen=True, slots=True)
class Ask:
    """One GET. `kind` and `what` name what is incomplete without it; `id` is the one object it is about: Stripe may
    answer that there is no such object. `pages`: how many pages may follow a full one. An `optional` question may be
    refused: nothing is missing then. `account`: whose data it is about, where that is not the one of the `Access`."""

    kind: str
    what: str
    path: str
    params: Params = ()
    id: str | None = None
    pages: int = 0
    optional: bool = False
    account: str | None = None

    @property
    def expands(self) -> bool:
        """Whether it asks for other objects inside its own."""
        return any(name.startswith("expand") for name, _ in self.params)


@dataclass(frozen=True, slots=True)
class Answer:
    """What came of an `Ask`: a body or a failure, after so many attempts on the wire."""

    ask: Ask
    attempts: int
    body: Json | None = None
    failure: Failure | None = None


def session_to(access: Access, adapter: requests.adapters.HTTPAdapter) -> requests.Session:
    """Connections to the address: no proxy to this machine itself, and no redirect."""
    session = requests.Session()
    session.max_redirects = 0  # Stripe sends none: whatever does would lead away from the configured address
    session.trust_env = not access.rehearsing  # no proxy to oneself
    session.mount(access.api_base.rstrip("/"), adapter)
    return session


def timeouts(seconds: float) -> tuple[float, float]:
    """How long to wait for a connection and for an answer."""
    return min(CONNECT_SECONDS, seconds), seconds


def client_over(access: Access, transport: stripe.HTTPClient) -> stripe.StripeClient:
    """The SDK's client, which retries and tells nothing by itself. StripeUnreachable where the key cannot be a key."""
    key = access.api_key.strip()
    if not key or not key.isascii() or not key.isprintable():
        raise StripeUnreachable(
            "The Stripe key is empty, or holds letters that no key has.",
            next_step="Copy the key again from the Dashboard, Developers > API keys.",
            setting="STRIPE_API_KEY",
        )
    stripe.enable_telemetry = False  # neither timings to Stripe nor a telemetry_id file in the user's folder
    # The version is pinned; an operator cannot act on notices about it.
    os.environ.setdefault("STRIPE_SUPPRESS_NOTICES", "true")
    return stripe.StripeClient(
        key,
        base_addresses={"api": access.api_base.rstrip("/")},
        stripe_version=STRIPE_VERSION,
        stripe_account=access.account,
        max_network_retries=0,
        http_client=transport,
    )


class Wire:
    """A client with threads of its own. Safe to use from several threads; `close` it."""

    def __init__(self, access: Access, *, workers: int, timeout: float) -> None:
        """StripeUnreachable where the key cannot be a key at all."""
        stamina.instrumentation.set_on_retry_hooks(())  # tries are counted and shown, not logged
        self.workers = workers
        self._session = session_to(access, requests.adapters.HTTPAdapter(pool_maxsize=workers))
        self._account = access.account
        whole = replace(access, account=None)  # whose data it is about, each question says
        self._client = client_over(whole, BoundedClient(timeouts(timeout), session=self._session))
        self._pace = Pace()
        self._pool = ThreadPoolExecutor(workers, thread_name_prefix="stripe")

    def ask(self, asks: Sequence[Ask]) -> list[Answer]:
        """All of them at once; the answers in the order of the questions. Raises nothing: failures are answers."""
        return list(self._pool.map(self._get, asks))

    def post(self, path: str, params: Iterable[tuple[str, str]], account: str | None = None) -> Json | Failure:
        """One POST, sent once: whether it is to be sent again is an operator's decision. `account`: as of an `Ask`."""
        try:
            return self._send("post", path, params, account)
        except stripe.StripeError as error:
            return failures.of_error(error)

    def time(self) -> int | None:
        """What Stripe's own clock says, in seconds since 1970; None where no answer came."""
        try:
            headers = self._client.raw_request("get", "/v1/checkout/sessions", limit=1).headers
        except stripe.StripeError as error:
            headers = error.headers
        said = {name.lower(): value for name, value in (headers or {}).items()}.get("date")
        try:
            return int(parsedate_to_datetime(said).timestamp()) if said else None
        except (ValueError, OverflowError):  # no time
            return None

    def close(self) -> None:
        """Let the threads and connections go; questions under way are finished first."""
        self._pool.shutdown()
        self._session.close()

    def _get(self, ask: Ask) -> Answer:
        tried = 0
        try:
            for attempt in stamina.retry_context(
                on=failures.worth_another_try,
                attempts=ATTEMPTS,
                timeout=BACKOFF_SECONDS,
                wait_initial=0.25,
                wait_max=2.0,
                wait_jitter=0.5,
            ):
                with attempt:
                    self._pace.wait()
                    tried += 1
                    return Answer(ask, tried, body=self._send("get", ask.path, ask.params, ask.account))
        except stripe.StripeError as error:
            return Answer(ask, tried, failure=failures.of_error(error))
        raise AssertionError("a retry context ends with a result or an exception")

    def _send(self, method: str, path: str, params: Iterable[tuple[str, str | int]], account: str | None) -> Json:
        whose = self._account if account is None else account
        header = {"stripe_account": whose} if whose else {}
        try:
            body: object = self._client.raw_request(method, path, **dict(params), **header).data
        except stripe.RateLimitError:
            self._pace.slow_down()
            raise
        except (AttributeError, TypeError) as error:  # the SDK stumbles over {"error": "..."}, which Stripe never sends
            raise stripe.APIError("The error is JSON, but not an object.") from error
        except (ValueError, RecursionError) as error:  # nor text that is no UTF-8, nor brackets without end
            raise stripe.APIError("The answer cannot be read.", http_status=HTTPStatus.OK) from error
        if isinstance(body, dict) and is_whole(body):
            return body
        raise stripe.APIError("The answer is JSON, but not one of Stripe's.", http_status=HTTPStatus.OK)


def is_whole(body: Json) -> bool:
    """Whether what calls itself a list is one: read as one without objects, it would say that there are none."""
    data = body.get("data")
    listed = body.get("object") in ("list", "search_result") or (data is not None and "object" not in body)
    return not listed or isinstance(data, list)
