"""Is anything unusual about a session or an intent? What is plain can be judged by its state and its amount.

One half of the cheap test: what Stripe's side has to be by itself. No to all that a rule might look at twice. Pure.
"""

from typing import Final

from core.facts import CLIENT, CUSTOMARY, Json, NameKeys, differing, plain, references_in, shape
from core.facts.json import inner, text, whole
from core.linking import GROUP_KEY

_ODD: Final = ("currency_conversion", "recovered_from", "subscription", "invoice")


def state_of(
    raw: Json, kind: str, things: list[Json], keys: NameKeys = CUSTOMARY
) -> tuple[str, int | None, int | None]:
    """What a session or an intent is if nothing about it is unusual: its state, its amount, when it ends. What has to
    do with a subscription is none of it (`signed`)."""
    amount, states = whole(raw, "amount_total"), (raw.get("status"), raw.get("payment_status"))
    intent = things[1] if len(things) > 1 else None
    if kind == "intent":
        amount, states, intent = whole(raw, "amount"), ("complete", "paid"), raw
    if not amount or not _usual(raw, kind) or not of_one_mind(things, keys):
        return "", None, None
    if states == ("complete", "paid") and intent and _settled(intent, things[-1], raw, amount):
        return "paid", amount, None
    if kind == "intent" and _refused(raw, things[-1]):
        return "unpaid", amount, None
    if states == ("expired", "unpaid") and _idle(raw, intent, ("canceled", "requires_payment_method")):
        return "expired", amount, None
    if states == ("open", "unpaid") and _idle(raw, intent, ("requires_payment_method",)):
        return "open", amount, whole(raw, "expires_at")
    return "", None, None


def _usual(raw: Json, kind: str) -> bool:
    """An intent, or a session of the common make."""
    if not isinstance(raw.get("livemode"), bool) or kind not in ("session", "intent"):
        return False
    return kind == "intent" or (raw.get("mode") == "payment" and not any(map(raw.get, _ODD)))


def _settled(intent: Json, charge: Json, raw: Json, amount: int) -> bool:
    """One intent and one charge of exactly this amount, all of it there, none of it on its way back."""
    same = intent.get("currency") == charge.get("currency") == raw.get("currency")
    taken = (
        intent.get("status") == charge.get("status") == "succeeded"
        and intent.get("amount") == intent.get("amount_received") == amount
        and charge.get("amount") == charge.get("amount_captured") == amount
        and charge.get("captured") is True
        and charge.get("payment_intent") == intent.get("id")
    )
    back = charge.get("amount_refunded") != 0 or charge.get("refunded") or charge.get("disputed") is not False
    doubted = charge.get("review") or intent.get("review") or inner(charge, "outcome").get("type") == "manual_review"
    return charge is not intent and same and taken and not back and not doubted


def _refused(intent: Json, charge: Json) -> bool:
    """Nothing was taken by it, nor reserved: it waits for another card."""
    tried = charge is intent or charge.get("status") == "failed"
    waits = intent.get("status") == "requires_payment_method" and intent.get("capture_method") != "manual"
    return tried and waits and not intent.get("amount_received")


def _idle(raw: Json, intent: Json | None, states: tuple[str, ...]) -> bool:
    """Nobody has paid or tried to, and no card is reserved."""
    if intent is None:
        return raw.get("payment_intent") is None
    untried = intent.get("latest_charge") is None and intent.get("last_payment_error") is None
    return untried and intent.get("status") in states and intent.get("capture_method") != "manual"


def of_one_mind(things: list[Json], keys: NameKeys) -> bool:
    """Whether session, intent and charge tell the same story: one mode, no key with two values, no second order."""
    mode, first = things[0].get("livemode"), inner(things[0], "metadata")
    others = [story for thing in things[1:] if (story := inner(thing, "metadata")) != first]
    if GROUP_KEY in first or any(GROUP_KEY in story or differing(first, story) for story in others):
        return False
    one_mode = all(thing.get("livemode") is mode for thing in things)
    client = text(things[0], CLIENT) if keys.client else None
    return one_mode and _one_order(client, first, others, keys)


def _one_order(client: str | None, first: Json, others: list[Json], keys: NameKeys) -> bool:
    """Whether no second order is named. Beside an order's name the client's reference may be a cart's or a customer's,
    where it looks otherwise; where the session says nothing else, it has to be the order's own."""
    own = references_in(None, first, keys)
    named = {plain(one) for one in (*own, *[one for story in others for one in references_in(None, story, keys)])}
    if len(named) > 1 or not client or not named:
        return len(named) <= 1
    return named == {plain(client)} or bool(own and shape(client) != shape(*named))
