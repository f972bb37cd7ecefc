"""`Scenery`: what stands around a purchase: the account's webhook endpoints, the key in use, what the settings say.

Most scenarios are played in front of the same one, `ORDINARY`, and so can share a world. One that needs another (a shop
without an endpoint, a live key) names it, and is played in a world of its own.
"""

from dataclasses import dataclass
from random import Random

from core.sandbox.scenarios.stage import DAY
from core.sandbox.shop import WEBHOOK_PATH
from core.sandbox.stripe.objects import API_VERSION, Json, webhook_endpoint

SHOP_EVENTS = (
    "checkout.session.completed",
    "checkout.session.async_payment_succeeded",
    "checkout.session.async_payment_failed",
    "checkout.session.expired",
    "payment_intent.succeeded",
    "payment_intent.payment_failed",
    "charge.refunded",
)


@dataclass(frozen=True, slots=True)
class Hook:
    """A webhook endpoint at the shop's address: the types it wants, `enabled` or `disabled`, its mode."""

    events: tuple[str, ...] = SHOP_EVENTS
    status: str = "enabled"
    livemode: bool = False


@dataclass(frozen=True, slots=True)
class Scenery:
    """The account's endpoints, and how the product looks at it: with a key of which mode, which lacks which right, for
    an app of which API version."""

    name: str
    hooks: tuple[Hook, ...] = (Hook(),)
    live_key: bool = False
    lacks: str | None = None
    app_api_version: str = API_VERSION

    @property
    def key_mode(self) -> str:
        """`test` or `live`."""
        return "live" if self.live_key else "test"

    def endpoints(self, shop_url: str, now: int) -> tuple[Json, ...]:
        """The endpoints of both modes as Stripe lists them (no secret), made a year before `now`."""
        made = [
            webhook_endpoint(
                Random(f"endpoint {number} of the shop"),
                now - 365 * DAY,
                url=shop_url + WEBHOOK_PATH,
                enabled_events=list(hook.events),
                status=hook.status,
                livemode=hook.livemode,
                description="The shop's orders",
            )
            for number, hook in enumerate(self.hooks, start=1)
        ]
        return tuple({key: value for key, value in one.items() if key != "secret"} for one in made)


_PAID_AT_ONCE = ("checkout.session.completed", "checkout.session.expired", "charge.refunded")
_NO_REFUNDS = ("checkout.session.completed", "checkout.session.expired")
_PAYMENTS = ("payment_intent.succeeded", "payment_intent.payment_failed")

ORDINARY = Scenery("ordinary")
SWITCHED_OFF = Scenery("endpoint switched off", hooks=(Hook(status="disabled"),))
OTHER_MODE_ONLY = Scenery("endpoint in live mode only", hooks=(Hook(livemode=True),))
NO_DELAYED = Scenery("endpoint without the delayed payments", hooks=(Hook(_PAID_AT_ONCE),))
NO_REFUNDS = Scenery("endpoint without refunds", hooks=(Hook(_NO_REFUNDS),))
PAYMENTS_ONLY = Scenery("endpoint for payments only", hooks=(Hook(_PAYMENTS),))
TWICE = Scenery("endpoint made twice", hooks=(Hook(), Hook(_PAID_AT_ONCE)))
LIVE = Scenery("live key", hooks=(Hook(livemode=True),), live_key=True)
BLIND_TO_SESSIONS = Scenery("key without checkout sessions", lacks="checkout_session_read")
BLIND_TO_DISPUTES = Scenery("key without disputes", lacks="dispute_read")
