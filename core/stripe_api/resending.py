"""Asking Stripe to send an event again: the endpoint behind the Dashboard's "Resend" and `stripe events resend`.

It stands in no SDK and in no reference; source: the Stripe CLI. Retrying within 30 days of the event's creation only.
An event of a connected account is asked for by `Stripe-Account` (stripe/stripe-cli issue 353: so its maintainers say).
"""

from dataclasses import dataclass
from http import HTTPStatus
from urllib.parse import quote

from core.stripe_api.failures import Failure, permission
from core.stripe_api.wire import Wire


@dataclass(frozen=True, slots=True)
class Resent:
    """What Stripe said to a resend. `accepted` is not proof of delivery: Stripe only promises to try. `status` is the
    HTTP status (None where no answer came, then it may have been accepted all the same)."""

    event_id: str
    endpoint_id: str
    accepted: bool
    status: int | None
    says: str

    @property
    def perhaps(self) -> bool:
        """Whether it may be on its way: accepted, or not refused for certain, as by an error of Stripe's own."""
        return self.accepted or self.status is None or self.status >= HTTPStatus.INTERNAL_SERVER_ERROR


def resend(wire: Wire, event_id: str, endpoint_id: str, account: str | None = None) -> Resent:
    """POST /v1/events/{id}/retry for one webhook endpoint; `account`: the connected one that the event is of."""
    path = f"/v1/events/{quote(event_id, safe='')}/retry"
    outcome = wire.post(path, (("webhook_endpoint", endpoint_id),), account)
    if isinstance(outcome, Failure):
        return Resent(event_id, endpoint_id, accepted=False, status=outcome.status, says=_says(outcome))
    says = f"Stripe accepted: it sends {event_id} to {endpoint_id} again."
    return Resent(event_id, endpoint_id, accepted=True, status=HTTPStatus.OK, says=says)


def _says(failure: Failure) -> str:
    if failure.status == HTTPStatus.FORBIDDEN:
        name = permission(failure.message) or "event_write"
        return f"The key may not resend: it lacks the permission {name}. Replay the event instead, or widen the key."
    if failure.status == HTTPStatus.NOT_FOUND:
        return (
            "Stripe does not resend it: the event is older than 30 days, or the endpoint does not exist in this mode. "
            f"Stripe's words: {failure.message or 'none'}"
        )
    if failure.status is None or failure.status >= HTTPStatus.INTERNAL_SERVER_ERROR:
        answer = "No answer" if failure.status is None else "No usable answer"
        return f"{answer}: {failure.because}. Stripe may have accepted it all the same; look before sending again."
    return f"Stripe did not accept it: {failure.because}."
