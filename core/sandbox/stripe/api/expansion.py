"""`expand`: ids replaced by what they stand for, up to four levels deep.

Owns which fields may be expanded. Says no, in Stripe's words, to a path that is too deep or leads nowhere, and to a key
that may not read what it would show.
"""

from typing import Any

from core.sandbox.stripe.api import refusals
from core.sandbox.stripe.api.call import Call, require
from core.sandbox.stripe.objects import Json
from core.sandbox.stripe.versions import expandable

_DEEPEST = 4

EXPANDABLE: dict[str, dict[str, str]] = {
    "checkout.session": {
        "customer": "customer",
        "invoice": "invoice",
        "line_items": "item",
        "payment_intent": "payment_intent",
        "payment_link": "payment_link",
        "setup_intent": "setup_intent",
        "subscription": "subscription",
    },
    "setup_intent": {"customer": "customer", "payment_method": "payment_method"},
    "payment_intent": {
        "customer": "customer",
        "latest_charge": "charge",
        "payment_method": "payment_method",
        "review": "review",
    },
    "charge": {
        "balance_transaction": "balance_transaction",
        "customer": "customer",
        "dispute": "dispute",
        "failure_balance_transaction": "balance_transaction",
        "payment_intent": "payment_intent",
        "payment_method": "payment_method",
        "refunds": "refund",
        "review": "review",
    },
    "refund": {
        "balance_transaction": "balance_transaction",
        "charge": "charge",
        "failure_balance_transaction": "balance_transaction",
        "payment_intent": "payment_intent",
    },
    "dispute": {"charge": "charge", "payment_intent": "payment_intent"},
    "customer": {"default_source": "source"},
    "balance_transaction": {"source": "charge"},
    "invoice": {"customer": "customer", "default_payment_method": "payment_method", "payments": "invoice_payment"},
    "invoice_payment": {"invoice": "invoice", "payment": "associated payment"},
    "associated payment": {"payment_intent": "payment_intent", "charge": "charge"},
    "subscription": {
        "customer": "customer",
        "default_payment_method": "payment_method",
        "latest_invoice": "invoice",
        "pending_setup_intent": "setup_intent",
    },
    "payment_method": {"customer": "customer"},
    "price": {"product": "product"},
    "product": {"default_price": "price"},
    "item": {},
    "event": {},
    "webhook_endpoint": {},
    "account": {},
}
"""The fields of each kind that may be expanded, and the kind that takes the id's place. An id of something that the
sandbox does not hold, such as a scenario's payment method, stays an id. What paid an invoice has no kind."""

_RIGHTS = {
    "customer": "customer_read",
    "invoice": "invoice_read",
    "subscription": "subscription_read",
    "payment_intent": "payment_intent_read",
    "charge": "charge_read",
    "dispute": "dispute_read",
    "refund": "charge_read",
    "balance_transaction": "balance_transaction_source_read",
}


def expanded(call: Call, answer: Json) -> Json:
    """The answer with everything expanded that the request asks for."""
    answer = call.shown(answer)
    if "expand" not in call.form.fields:
        return answer
    paths = call.form.texts("expand")
    for path in paths:
        if path.count(".") >= _DEEPEST:
            message = f"You cannot expand more than 4 levels of a property. Property: {path}"
            raise refusals.invalid(message, code="property_expansion_max_depth")
        _check(call, answer, path)
    for path in paths:
        answer = _expand(call, answer, path.split("."))
    return answer


def _check(call: Call, answer: Json, path: str) -> None:
    """Refuse a path that is none, even where the list is empty or the field null."""
    names = path.split(".")
    listed = answer["object"] in ("list", "search_result")
    if listed and names[0] != "data":
        raise refusals.invalid(
            f"This property cannot be expanded ({path}). You may want to try expanding 'data.{path}' instead."
        )
    if listed and not answer["data"]:
        return
    kind: str | None = answer["data"][0]["object"] if listed else answer["object"]
    for name in names[1:] if listed else names:
        if name in ("data", "total_count") and kind in ("item", "refund", "invoice_payment"):
            continue
        kind = _kind(call, kind or "", name)
        if kind is None:
            raise refusals.invalid(f"This property cannot be expanded ({path}).")


def _kind(call: Call, of: str, name: str) -> str | None:
    """What kind stands in a field, where the request's version can expand it."""
    return EXPANDABLE.get(of, {}).get(name) or expandable(of, call.version).get(name)


def _expand(call: Call, thing: Json, names: list[str]) -> Json:
    name, rest = names[0], names[1:]
    if name == "data" and isinstance(thing.get("data"), list):
        return {**thing, "data": [_expand(call, one, rest) if rest else one for one in thing["data"]]}
    kind = _kind(call, thing.get("object", "associated payment"), name)
    if kind is None:
        return thing
    if right := _RIGHTS.get(kind):
        require(call.asker, right)
    value = _shown(call, thing, name)
    if isinstance(value, dict) and rest:
        value = _expand(call, value, rest)
    return {**thing, name: value}


def _shown(call: Call, thing: Json, name: str) -> Any:  # noqa: ANN401 - an object, an id, null
    value = thing.get(name)
    if isinstance(value, str):
        return call.shown(call.store.get(value, livemode=call.livemode) or value)
    return _looked_up(call, thing, name) if value is None else value


def _looked_up(call: Call, thing: Json, name: str) -> Json | None:
    """What an object does not carry until it is asked for."""
    made_id = thing.get("id", "")
    match thing.get("object"), name:
        case "checkout.session", "line_items":
            items = call.store.baskets.get(made_id, [])
            return _inner_list(items, f"/v1/checkout/sessions/{made_id}/line_items")
        case "charge", "refunds":  # with a count in every recorded answer, though nobody describes it
            held = _held(call, "refund", charge=made_id)
            return {**_inner_list(held, f"/v1/charges/{made_id}/refunds"), "total_count": len(held)}
        case "charge", "dispute":
            return next(iter(_held(call, "dispute", charge=made_id)), None)
        case "invoice", "payments":
            return _inner_list(_held(call, "invoice_payment", invoice=made_id), "/v1/invoice_payments")
        case _:
            return None


def _held(call: Call, kind: str, **where: str) -> list[Json]:
    where_in = {name: [one] for name, one in where.items()}
    return [call.shown(one) for one in call.store.newest_first(kind, livemode=call.livemode, where=where_in)]


def _inner_list(things: list[Json], url: str) -> Json:
    return {"object": "list", "data": things[:10], "has_more": len(things) > 10, "url": url}  # noqa: PLR2004 - Stripe's default
