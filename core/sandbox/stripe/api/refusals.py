"""Every way in which Stripe says no, in its own words.

Owns status, body and what is missing from the headers. The texts are those of recorded answers; where none was
recorded, the docstring says so.
"""

from collections.abc import Sequence
from typing import Any

from core.sandbox.stripe.objects import ACCOUNT_ID

_DOCS = "https://stripe.com/docs/error-codes/"


class Refusal(Exception):
    """An answer other than 200. `anonymous` ones carry neither a request id nor a version."""

    def __init__(
        self,
        status: int,
        message: str,
        *,
        kind: str = "invalid_request_error",
        code: str | None = None,
        param: str | None = None,
        documented: bool = True,
        headers: dict[str, str] | None = None,
        anonymous: bool = False,
        **more: object,
    ) -> None:
        super().__init__(message)
        self.status = status
        self.headers = headers or {}
        self.anonymous = anonymous
        doc_url = _DOCS + code.replace("_", "-") if code and documented else None
        named = {"code": code, "doc_url": doc_url, "message": message, "param": param, "type": kind, **more}
        self.error: dict[str, Any] = {name: value for name, value in named.items() if value is not None}


def missing(label: str, made_id: str, param: str = "id", *, other_mode: bool | None = None) -> Refusal:
    """404 for an object that is not there; `other_mode` says that it is in the other: True for live."""
    message = f"No such {label}: '{made_id}'"
    if other_mode is not None:
        there, here = ("live", "test") if other_mode else ("test", "live")
        message += f"; a similar object exists in {there} mode, but a {here} mode key was used to make this request."
    return Refusal(404, message, code="resource_missing", param=param)


def no_key() -> Refusal:
    """401 for a request without a key."""
    return _unauthorized(
        "You did not provide an API key. You need to provide your API key in the Authorization header, using Bearer"
        " auth (e.g. 'Authorization: Bearer YOUR_SECRET_KEY'). See https://stripe.com/docs/api#authentication for"
        " details, or we can help at https://support.stripe.com/."
    )


def wrong_key(key: str) -> Refusal:
    """401 for a key nobody knows."""
    return _unauthorized(f"Invalid API Key provided: {masked(key)}")


def expired_key(key: str) -> Refusal:
    """401 for a key that was rolled."""
    return _unauthorized(f"Expired API Key provided: {masked(key)}", code="api_key_expired")


def publishable_key() -> Refusal:
    """401 for a key that belongs in a browser (recalled, not recorded)."""
    return _unauthorized(
        "This API call cannot be made with a publishable API key. Please use a secret API key. You can find a list"
        " of your API keys at https://dashboard.stripe.com/account/apikeys.",
        code="secret_key_required",
    )


def _unauthorized(message: str, code: str | None = None) -> Refusal:
    challenge = {"WWW-Authenticate": 'Bearer realm="Stripe"'}
    return Refusal(401, message, code=code, headers=challenge, anonymous=True)


def lacks_right(key: str, right: str, label: str) -> Refusal:
    """403 for a restricted key, in the words of 2026."""
    level = right.rsplit("_", 1)[1].capitalize()
    return Refusal(
        403,
        f"The provided key '{masked(key)}' does not have the required permissions for this endpoint on account"
        f" '{ACCOUNT_ID}'. Enabling {label} {level} ('{right}') permissions on this key would allow this request to"
        f" continue. You can edit permissions at https://dashboard.stripe.com/b/{ACCOUNT_ID}?destination=%2Fapikeys",
    )


def foreign_account(key: str, account: str) -> Refusal:
    """403 for somebody else's account."""
    return Refusal(
        403,
        f"The provided key '{masked(key)}' does not have access to account '{account}' (or that account does not"
        " exist). Application access may have been revoked.",
        code="account_invalid",
        anonymous=True,
    )


def rate_limited(reason: str) -> Refusal:
    """429 with the one header that says why; there is no Retry-After."""
    return Refusal(
        429,
        "Request rate limit exceeded. Learn more about rate limits here https://stripe.com/docs/rate-limits.",
        code="rate_limit",
        headers={"Stripe-Rate-Limited-Reason": reason},
    )


def locked() -> Refusal:
    """429 for an object that another request holds; it carries no reason in its headers."""
    return Refusal(
        429,
        "This object cannot be accessed right now because another API request or Stripe process is currently"
        " accessing it. If you see this error intermittently, retry the request. If you see this error frequently and"
        " are making multiple concurrent requests to a single object, make your requests serially or at a lower rate.",
        code="lock_timeout",
    )


def in_flight(key: str) -> Refusal:
    """409 for an idempotency key whose first request is not answered yet (recalled, not recorded)."""
    return Refusal(
        409,
        "There is currently another in-progress request using this Stripe-Idempotent-Key (that probably means you"
        f" submitted twice, and the other request is still going through): {key}. Please try again later.",
        kind="idempotency_error",
        code="idempotency_key_in_use",
        headers={"Stripe-Should-Retry": "true"},
    )


def backend_failed() -> Refusal:
    """500, without a code."""
    return Refusal(
        500,
        "Error while communicating with one of our backends.  Sorry about that!  We have been notified of the"
        " problem.  If you have any questions, we can help at https://support.stripe.com/.",
        kind="api_error",
    )


def other_parameters(key: str) -> Refusal:
    """400 for an idempotency key that was first used with other parameters."""
    return Refusal(
        400,
        "Keys for idempotent requests can only be used with the same parameters they were first used with. Try"
        f" using a key other than '{key}' if you meant to execute a different request.",
        kind="idempotency_error",
    )


def unknown_url(method: str, path: str) -> Refusal:
    """404 for an address that is none."""
    hint = ""
    if path.endswith("/"):
        hint = (
            " If you are trying to list objects, remove the trailing slash. If you are trying to retrieve an object,"
            " make sure you passed a valid (non-empty) identifier in your code."
        )
    return Refusal(
        404,
        f"Unrecognized request URL ({method}: {path}).{hint} Please see https://stripe.com/docs or we can help at"
        " https://support.stripe.com/.",
    )


def unknown_parameter(name: str) -> Refusal:
    """400 for a parameter the endpoint does not have."""
    return Refusal(400, f"Received unknown parameter: {name}", code="parameter_unknown", param=name)


def missing_parameter(name: str) -> Refusal:
    """400 for a parameter that must be given."""
    return Refusal(400, f"Missing required param: {name}.", code="parameter_missing", param=name)


def invalid(message: str, param: str | None = None, code: str | None = None) -> Refusal:
    """400 for anything else."""
    return Refusal(400, message, code=code, param=param)


def card_refused(error: dict[str, Any], **about: object) -> Refusal:
    """402 for a card that is refused: why, and the intent and the payment method as they are then."""
    refusal = Refusal(402, error["message"], kind="card_error")
    refusal.error = {**error, **about}
    return refusal


def unexpected_state(intent: dict[str, Any], message: str) -> Refusal:
    """400 for an intent whose status does not allow what is asked of it; the answer shows the intent."""
    refusal = Refusal(400, message, code=f"{intent['object']}_unexpected_state")
    refusal.error[intent["object"]] = intent
    return refusal


def unknown_version(name: str, known: Sequence[str], param: str | None = None) -> Refusal:
    """400 for an API version that Stripe does not have, or that is older than what is known here."""
    message = f"Invalid Stripe API version: {name}. This stand-in knows those from {known[0]} to {known[-1]}."
    return Refusal(400, message, param=param)


def not_on_v2() -> Refusal:
    """404 as an account without thin events may answer `/v2/core/events` (no answer was recorded)."""
    return Refusal(404, "This endpoint is not available for your account.", code="not_found", documented=False)


def masked(key: str) -> str:
    """A key as Stripe repeats it: its kind, stars, its last four letters."""
    head = key[:8] if key[2:3] == "_" else ""
    hidden = max(len(key) - len(head) - 4, 0)
    return f"{head}{'*' * hidden}{key[-4:] if hidden else ''}"
