"""`expand`: ids replaced by what they stand for, up to four levels deep.

Owns which fields may be expanded. Says no, in Stripe's words, to a path that is too deep or leads nowhere, and to a key
that may not read what it would show.
"""

from collections.abc import Callable
from typing import Any, Final

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
        "total_details": "total details",
    },
    "total details": {"breakdown": "breakdown"},
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
    "customer": {"default_source": "source", "sources": "source list"},
    "balance_transaction": {"source": "charge"},
    "invoice": {
        "customer": "customer",
        "default_payment_method": "payment_method",
        "discounts": "discount",
        "lines": "line_item",
        "payments": "invoice_payment",
    },
    "invoice_payment": {"invoice": "invoice", "payment": "associated payment"},
    "associated payment": {"payment_intent": "payment_intent", "charge": "charge"},
    "subscription": {
        "customer": "customer",
        "default_payment_method": "payment_method",
        "latest_invoice": "invoice",
        "pending_setup_intent": "setup_intent",
    },
    "payment_method": {"customer": "customer"},
    "price": {"currency_options": "currency options", "product": "product", "tiers": "tier"},
    "product": {"default_price": "price"},
    "item": {"discounts": "discount"},
    "line_item": {"discounts": "discount"},
    "event": {},
    "webhook_endpoint": {},
    "account": {},
}
"""The fields of each kind that may be expanded, and the kind that takes the id's place. An id of something that the
sandbox does not hold, such as a scenario's payment method, stays an id. What has no kind of its own, as what paid an
invoice, is named here by where it stands."""

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


_PASSED_THROUGH = ("total details",)  # only something in it can be expanded


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
        if name in ("data", "total_count") and kind in ("item", "line_item", "refund", "invoice_payment"):
            continue
        kind = _kind(call, kind or "", name)
        if kind is None:
            raise refusals.invalid(f"This property cannot be expanded ({path}).")
    if kind in _PASSED_THROUGH:
        raise refusals.invalid(f"This property cannot be expanded ({path}).")


def _kind(call: Call, of: str, name: str) -> str | None:
    """What kind stands in a field, where the request's version can expand it."""
    return EXPANDABLE.get(of, {}).get(name) or expandable(of, call.version).get(name)


def _expand(call: Call, thing: Json, names: list[str], of: str = "") -> Json:
    """`of`: what a thing is that does not say so itself."""
    name, rest = names[0], names[1:]
    if name == "data" and isinstance(thing.get("data"), list):
        return {**thing, "data": [_expand(call, one, rest) if rest else one for one in thing["data"]]}
    kind = _kind(call, thing.get("object", of), name)
    if kind is None:
        return thing
    if right := _RIGHTS.get(kind):
        require(call.asker, right)
    value = _shown(call, thing, name)
    if value is None and name not in thing:
        return thing
    if isinstance(value, dict) and rest:
        value = _expand(call, value, rest, kind)
    return {**thing, name: value}


def _shown(call: Call, thing: Json, name: str) -> Any:  # noqa: ANN401 - an object, an id, null
    value = thing.get(name)
    if isinstance(value, str):
        return call.shown(call.store.get(value, livemode=call.livemode) or value)
    return _looked_up(call, thing, name) if value is None else value


def _looked_up(call: Call, thing: Json, name: str) -> Json | list[Json] | None:
    """What an object does not carry until it is asked for."""
    look_up = _LOOK_UPS.get((thing.get("object", ""), name))
    return look_up(call, thing) if look_up else None


def _line_items(call: Call, session: Json) -> Json:
    made_id = session["id"]
    return _inner_list(call.store.baskets.get(made_id, []), f"/v1/checkout/sessions/{made_id}/line_items")


def _refunds(call: Call, charge: Json) -> Json:
    """With a count in every recorded answer, though nobody describes it."""
    held = _held(call, "refund", charge=charge["id"])
    return {**_inner_list(held, f"/v1/charges/{charge['id']}/refunds"), "total_count": len(held)}


def _dispute(call: Call, charge: Json) -> Json | None:
    return next(iter(_held(call, "dispute", charge=charge["id"])), None)


def _sources(_: Call, customer: Json) -> Json:
    """Who has saved a card here has it as a payment method."""
    return {**_inner_list([], f"/v1/customers/{customer['id']}/sources"), "total_count": 0}


def _currency_options(_: Call, price: Json) -> Json:
    named = {"custom_unit_amount": None, "tax_behavior": "unspecified"}
    return {price["currency"]: named | {one: price[one] for one in ("unit_amount", "unit_amount_decimal")}}


def _payments(call: Call, invoice: Json) -> Json:
    return _inner_list(_held(call, "invoice_payment", invoice=invoice["id"]), "/v1/invoice_payments")


_LOOK_UPS: Final[dict[tuple[str, str], Callable[[Call, Json], Json | list[Json] | None]]] = {
    ("checkout.session", "line_items"): _line_items,
    ("charge", "refunds"): _refunds,
    ("charge", "dispute"): _dispute,
    ("customer", "sources"): _sources,
    ("", "breakdown"): lambda _call, _totals: {"discounts": [], "taxes": []},
    ("item", "discounts"): lambda _call, _item: [],
    ("price", "currency_options"): _currency_options,
    ("invoice", "payments"): _payments,
}


def _held(call: Call, kind: str, **where: str) -> list[Json]:
    where_in = {name: [one] for name, one in where.items()}
    return [call.shown(one) for one in call.store.newest_first(kind, livemode=call.livemode, where=where_in)]


def _inner_list(things: list[Json], url: str) -> Json:
    return {"object": "list", "data": things[:10], "has_more": len(things) > 10, "url": url}  # noqa: PLR2004 - Stripe's default
