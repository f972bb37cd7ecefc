"""What an order is called at Stripe: the templates of [stripe.metadata], filled with what its row says. Pure."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import replace

from core.facts import Order
from core.orders.meaning.values import spelled


def with_metadata(order: Order, templates: Mapping[str, str]) -> Order:
    """The same with the metadata that the app is expected to have written; a template of which a part is not there
    gives none."""
    if not templates:
        return order
    known = _known(order)
    filled = {key: text for key, template in templates.items() if (text := _filled(template, known)) is not None}
    return replace(order, metadata_expected=filled)


def with_names(order: Order, templates: Mapping[str, str], attempts: Sequence[Mapping[str, str]]) -> Order:
    """The same with what it is called under each key: once for each attempt to pay, where its rows say another name."""
    if not templates:
        return order
    known, called = _known(order), dict[str, tuple[str, ...]]()
    for key, template in templates.items():
        filled = (_filled(template, {**known, **one}) for one in ({}, *attempts))
        if names := tuple(dict.fromkeys(text for text in filled if text)):
            called[key] = names
    return replace(order, called=called)


def form_of(template: str, own: str) -> re.Pattern[str]:
    """What the app writes by a template, with the field `own` as the group of that name; other fields are anything."""
    once = iter(("(?P<own>.+)",))
    return re.compile(
        "".join(
            (next(once, "(?P=own)") if part == f"{{{own}}}" else ".*") if part.startswith("{") else re.escape(part)
            for part in re.split(r"(\{[^{}]*\})", template)
        )
    )


def _filled(template: str, known: Mapping[str, str]) -> str | None:
    """A template with what is known; None where a part of it is not."""
    try:
        return template.format_map(known)
    except KeyError:
        return None


def _known(order: Order) -> dict[str, str]:
    return {**{name: text for name, text in _names(order).items() if text is not None}, **order.extra}


def _names(order: Order) -> dict[str, str | None]:
    return {
        "id": order.id,
        "number": order.number,
        "status": order.status.value,
        "amount": spelled(order.amount_minor),
        "refunded_amount": spelled(order.refunded_minor),
        "refunded_otherwise": spelled(order.refunded_otherwise_minor),
        "paid_otherwise": spelled(order.paid_otherwise_minor),
        "currency": order.currency,
        "session_id": order.session_id,
        "payment_intent_id": order.payment_intent_id,
        "charge_id": order.charge_id,
        "customer_email": order.customer_email,
        "created_at": spelled(order.created_at),
        "updated_at": spelled(order.updated_at),
        "tenant": order.tenant,
        "stripe_account": order.stripe_account,
    }
