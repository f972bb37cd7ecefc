"""Rows that a subscription pays, for the tests of this family: signed up 70 days ago, paid until in three weeks."""

from typing import Any

from core.facts import Json
from core.times import DAY
from tests.rules import stage

NOW = stage.NOW
BEGAN, ENDS = NOW - 70 * DAY, NOW + 20 * DAY
SECOND, SECOND_BILL = "sub_1Q8eVwPxCzNmKyRa", "in_1Q8eVwPxDsFhJkLq"
SIGNED_UP = {
    "mode": "subscription",
    "payment_intent": None,
    "subscription": stage.SUBSCRIPTION,
    "invoice": stage.INVOICE,
    "created": BEGAN - 60,
}
HEARS = [stage.endpoint(stage.COMPLETED, "customer.subscription.deleted", "customer.subscription.updated")]


def row(status: str = "paid", changed: int = BEGAN + 5, **more: object) -> Json:
    return stage.order(**({"status": status, "created_at": BEGAN - 90, "updated_at": changed} | more))


def session(**more: object) -> Json:
    return stage.session(**(SIGNED_UP | more))


def plan(**more: object) -> Json:
    return stage.subscription(**({"created": BEGAN, "current_period_end": ENDS} | _sells() | more))


def second(**more: object) -> Json:
    return plan(**({"id": SECOND, "created": BEGAN + 300, "latest_invoice": SECOND_BILL} | more))


def over(at: int, **more: object) -> Json:
    return plan(**({"status": "canceled", "canceled_at": at, "ended_at": at, "current_period_end": at} | more))


def bill(**more: object) -> Json:
    return stage.invoice(**({"payment_intent": None, "created": BEGAN} | more))


def month(at: int, name: str = "in_1QJfRtKyEwUrTyAb", **more: object) -> Json:
    """A bill of a later month, paid."""
    return bill(**({"id": name, "billing_reason": "subscription_cycle", "created": at} | more))


def twice() -> list[Json]:
    """Two sign-ups of one row."""
    other = {"id": stage.OTHER_SESSION, "subscription": SECOND, "invoice": SECOND_BILL, "created": BEGAN + 240}
    return [session(), session(**other)]


def signed_up(*plans: Json, bills: list[Json] | None = None, **more: Any) -> dict[str, Any]:  # noqa: ANN401 - JSON
    """What Stripe holds of it: no intent, no charge, no event, unless `more` has them."""
    held = {"sessions": [session()], "subscriptions": plans, "invoices": [bill()] if bills is None else bills}
    return stage.UNPAID | held | more


def _sells(product: str = "prod_member") -> dict[str, object]:
    """One price of a product, 19.00 USD a month."""
    price = {"id": f"price_{product}", "product": product, "unit_amount": 1900, "currency": "usd"}
    return {"items": {"data": [{"price": price | {"recurring": {"interval": "month"}}, "quantity": 1}]}}


def sells(product: str) -> dict[str, object]:
    return _sells(product)
