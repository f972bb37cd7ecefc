"""The two POSTs of a probe, and their answers, whatever they are. Loaded by whoever probes."""

from core.endpoints.probing import Answered, is_page
from core.replays import SIGNATURE
from core.replays.plan import USER_AGENT
from core.sdk import stripe
from core.webhooks.delivery import Delivery
from core.webhooks.posting import post

_NOBODYS = "whsec_" + "orderlens_signs_this_wrongly"


def probed(url: str, secret: str, bodies: tuple[bytes, bytes], now: int, seconds: float) -> tuple[Answered, Answered]:
    """The first body signed rightly, the second wrongly, one after the other; `seconds` is the longest for each."""
    good, bad = (
        _told(post(url, _headers(body, signing, now), body, now, seconds))
        for body, signing in zip(bodies, (secret, _NOBODYS), strict=True)
    )
    return good, bad


def _headers(body: bytes, secret: str, now: int) -> tuple[tuple[str, str], ...]:
    return (
        ("Content-Type", "application/json; charset=utf-8"),
        ("User-Agent", USER_AGENT),
        (SIGNATURE, stripe.WebhookSignature.generate_signature_header(body.decode(), secret, now)),
    )


def _told(delivery: Delivery) -> Answered:
    error = None if delivery.status is not None else delivery.error
    return Answered(delivery.status, error, is_page(delivery.answer), delivery.latency_ms)
