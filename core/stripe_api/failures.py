"""Why Stripe did not answer, in words an operator can act on.

Owns the sentences, and what is worth a second try. The code is read from `error.error.code`: the SDK leaves
`error.code` empty on 401, 403, 429 and 5xx. No sentence is built from the SDK's text of a failed connection, which can
quote a header.
"""

import re
from dataclasses import dataclass
from http import HTTPStatus

import requests

from core.errors import redact
from core.sdk import stripe

_LONGEST = 1_000
_OLD_PERMISSION = re.compile(r"Having the '(?:rak_)?(\w{1,100})' permission")
_NEW_PERMISSION = re.compile(r"Enabling (?P<label>.{1,100}?) \('(?P<name>\w{1,100})'\) permission")


class Endless(requests.exceptions.RequestException):
    """An answer that is longer, or takes longer, than any of Stripe's."""


@dataclass(frozen=True, slots=True)
class Failure:
    """`status`: HTTP status, None where no answer of Stripe's came; `message`: Stripe's own words, secrets removed;
    `because`: ours, to be read after "not read, because"."""

    status: int | None
    code: str | None
    message: str
    because: str

    @property
    def is_missing(self) -> bool:
        """Stripe answered: no such object, be it asked for by its id (404) or used as a filter (400 or 404)."""
        return self.is_final and self.code == "resource_missing"

    @property
    def is_final(self) -> bool:
        """Asking again would give the same answer: a refusal, not an outage."""
        status = self.status
        if status is None or status == HTTPStatus.TOO_MANY_REQUESTS:
            return False
        return HTTPStatus.BAD_REQUEST <= status < HTTPStatus.INTERNAL_SERVER_ERROR

    @property
    def is_unoffered(self) -> bool:
        """Stripe does not offer this to the account at all (search, in India), whatever the key's permissions."""
        refused = self.status == HTTPStatus.FORBIDDEN and permission(self.message) is None
        return self.is_final and (refused or self.status in {HTTPStatus.BAD_REQUEST, HTTPStatus.NOT_FOUND})

    @property
    def closes_account(self) -> bool:
        """The key does not open the connected account that was asked for."""
        return self.code in {"account_invalid", "platform_account_required"}

    @property
    def refuses_key(self) -> bool:
        """Every other question would be refused as well: the key is wrong, or has no access to the account."""
        return self.status == HTTPStatus.UNAUTHORIZED or self.code == "account_invalid"


def of_error(error: stripe.StripeError) -> Failure:
    """The failure that one of the SDK's exceptions stands for."""
    details = error.error
    code = _text(details.code if details else None) or None
    if isinstance(error, stripe.APIConnectionError):
        cause = error.__cause__
        return Failure(None, None, "", str(cause) if isinstance(cause, Endless) else _connection(cause))
    message = redact(_text(details.message if details else None))
    status = error.http_status
    if status is None or not details:
        return Failure(None, None, message, f"what answered did not answer as Stripe does (status {status})")
    headers = error.headers or {}
    return Failure(status, code, message, _refusal(status, code, message, headers.get("Stripe-Rate-Limited-Reason")))


def worth_another_try(error: Exception) -> bool:
    """Rate limits, locks, Stripe's own errors and broken connections pass; refusals and bad certificates do not."""
    if isinstance(error, stripe.APIConnectionError):
        return error.should_retry or isinstance(error.__cause__, requests.exceptions.ChunkedEncodingError)
    if isinstance(error, stripe.RateLimitError):
        return True
    if not isinstance(error, stripe.StripeError) or error.http_status is None:
        return False
    return error.http_status == HTTPStatus.CONFLICT or error.http_status >= HTTPStatus.INTERNAL_SERVER_ERROR


def permission(message: str) -> str | None:
    """The permission that Stripe says is missing, in either generation of its 403: `webhook_read`, with the name that
    the page of keys shows where the message has it."""
    if new := _NEW_PERMISSION.search(message):
        return f"{new['name']} ({new['label']})"
    old = _OLD_PERMISSION.search(message)
    return old[1] if old else None


def _text(said: object) -> str:
    """What an error says, as far as it is a text, and not longer than anybody reads."""
    text = said.strip() if isinstance(said, str) else ""
    return text if len(text) <= _LONGEST else text[: _LONGEST - 1] + "…"


def _refusal(status: int, code: str | None, message: str, limited: str | None) -> str:
    if status == HTTPStatus.UNAUTHORIZED:
        return f"Stripe does not accept the key: {message}"
    if status == HTTPStatus.FORBIDDEN:
        missing = permission(message)
        return f"the key lacks the permission {missing}" if missing else f"the key may not: {message}"
    if status == HTTPStatus.TOO_MANY_REQUESTS and code == "lock_timeout":
        return "another request holds the object locked"
    if status == HTTPStatus.TOO_MANY_REQUESTS:
        return f"Stripe limits requests at the moment ({limited or code or 'rate limit'})"
    if status >= HTTPStatus.INTERNAL_SERVER_ERROR:
        return f"Stripe answered with an error of its own ({status})"
    return f"Stripe refused the question ({status}): {message}"


def _connection(cause: BaseException | None) -> str:
    match cause:
        case requests.exceptions.Timeout():
            return "Stripe did not answer in time"
        case requests.exceptions.SSLError():
            return "Stripe's certificate could not be verified"
        case requests.exceptions.ProxyError():
            return "the proxy did not let the request through"
        case requests.exceptions.ConnectionError() if "NewConnectionError" in str(cause) or "NameRes" in str(cause):
            return "there is no connection to Stripe's address"
        case requests.exceptions.RequestException():
            return "the connection to Stripe broke"
        case _:
            return "the request could not be sent"
