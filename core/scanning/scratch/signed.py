"""What stands at Stripe of a subscription, if nothing about it is unusual: a sign-up that was paid, what it began,
the bills of that.

The other half of `ordinary`: no to all that a rule might look at twice. A sign-up for which nothing was due, a trial or
a free one, is plain; so is a later bill that waits for its payment. What is paused or over, a bill that was paid
otherwise or in parts, and one that is given up are none of it. Pure.
"""

from typing import Final

from core.facts import Json, Order
from core.facts.billing import about_subscription, paid_by, subscription_of
from core.facts.json import inner, ref, whole
from core.linking import GROUP_KEY

_ODD_SESSION: Final = ("payment_intent", "recovered_from", "currency_conversion")
_ODD_PLAN: Final = ("pause_collection", "ended_at")
_RUNS: Final = frozenset({"active", "trialing", "past_due"})
_ODD_BILL: Final = ("paid_out_of_band", "amount_paid_off_stripe", "post_payment_credit_notes_amount")
_PLANS: Final = ("sub_", "in_")
_LATER: Final = frozenset({"subscription_cycle", "subscription_update"})


def plan_of(raw: Json, kind: str) -> str | None:
    """The subscription that a session began, or that a bill is for; itself, where it is one."""
    if kind == "session":
        return ref(raw, "subscription") if raw.get("mode") == "subscription" else None
    if kind == "subscription":
        return ref(raw, "id")
    return subscription_of(raw) if kind == "invoice" else None


def payer_of(raw: Json, kind: str) -> str | None:
    """Of a session the bill that it drew up, of a bill the one payment that it was paid by."""
    if kind == "session":
        return ref(raw, "invoice")
    paid = paid_by(raw, "payment_intent") if kind == "invoice" else ()
    return paid[0] if len(paid) == 1 else None


def plans_of(order: Order) -> str:
    """The ids of subscriptions and bills that an order has in columns of its own, one a line."""
    if not order.extra and not order.metadata:
        return ""
    held = (*order.extra.values(), *order.metadata.values())
    return "\n".join(sorted({one for one in map(str.strip, held) if one.startswith(_PLANS)}))


def billing_state_of(raw: Json, kind: str, *, odd_names: bool) -> tuple[str, int | None]:
    """Of a session "signed", of a subscription "active", of its bills "first" or "renewed", where nothing is unusual;
    and what was paid. `odd_names`: whether it may name a second order."""
    odd = _ODD_SESSION if kind == "session" else _ODD_PLAN if kind == "subscription" else _ODD_BILL
    stories = (inner(raw, "metadata"), inner(about_subscription(raw), "metadata"))
    if odd_names or any(map(raw.get, odd)) or any(GROUP_KEY in one for one in stories):
        return "", None
    if not isinstance(raw.get("livemode"), bool):
        return "", None
    if kind == "session":
        amount = whole(raw, "amount_total")
        due = {"paid": bool(amount), "no_payment_required": amount == 0}.get(str(raw.get("payment_status")))
        return ("signed", amount) if due and raw.get("status") == "complete" else ("", None)
    if kind == "subscription":
        return ("active" if raw.get("status") in _RUNS else "", None)
    return _bill(raw)


def _bill(raw: Json) -> tuple[str, int | None]:
    amount, status, why = whole(raw, "amount_paid"), raw.get("status"), raw.get("billing_reason")
    if why in _LATER:
        whole_sum = amount is not None and amount == whole(raw, "total")
        waits = status == "draft" or (status == "open" and not amount)
        return ("renewed" if waits or (status == "paid" and whole_sum) else "", amount)
    same = amount is not None and amount == whole(raw, "total") == whole(raw, "amount_due")
    alone = len(paid_by(raw, "payment_intent")) == (1 if amount else 0) and not paid_by(raw, "charge")
    plain = why == "subscription_create" and status == "paid" and same and alone
    return ("first", amount) if plain else ("", None)
