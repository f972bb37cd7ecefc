"""Orders, and what was read from Stripe itself, as the sieve takes them that goes through Stripe's data at rest
(`core.rest.sieve`): briefs, with texts in place of handles, which each engine makes for itself. Pure."""

from collections.abc import Iterator

from core.facts import CUSTOMARY, OPEN_ORDER, Json, NameKeys, Order
from core.linking import stored_ids
from core.rest.sieve import OrderRow, Touch
from core.rest.sieve.words import EMAIL, ID, NAME
from core.scanning.scratch.briefs import (
    Handle,
    OrderBrief,
    make_of,
    of_email,
    of_id,
    of_name,
    texts_of_object,
)
from core.scanning.scratch.signed import plans_of


def row_of_order(order: Order) -> OrderRow:
    """An order's row."""
    ids, names = stored_ids(order), order.spellings
    return OrderRow(
        order.id,
        order.status.value,
        order.due.amount_minor if order.due else None,
        (order.currency or "").strip().lower(),
        order.session_id or None,
        order.payment_intent_id or None,
        order.charge_id or None,
        "\n".join(names),
        "\n".join(order.surnames - names),
        "\n".join(ids),
        order.customer_email.strip().casefold() if order.customer_email and order.status in OPEN_ORDER else None,
        make_of(order, ids),
        plans_of(order),
    )


def brief_of_row(row: OrderRow, created_at: int | None) -> tuple[OrderBrief, list[Handle]]:
    """What a scan keeps of the order of a row: as `brief_of_order` has it."""
    names = sorted(_lines(row.names))
    session_key, intent_key = (of_id(one) if one else None for one in (row.session, row.intent))
    brief = OrderBrief(
        of_id(f"order {row.id}"), row.id, created_at, row.status, row.amount, row.currency, row.session, row.intent,
        row.charge, "\n".join(names), row.make, session_key, intent_key,
        row.plans,
    )  # fmt: skip
    handles = [*map(of_id, _lines(row.ids)), *map(of_name, names), *map(of_name, _lines(row.surnames))]
    if row.email:
        handles.append(of_email(row.email))
    lone = brief.key if session_key is None and intent_key is None else None
    return brief, [Handle(one, 0, brief.key, session_key or lone, intent_key or lone) for one in handles]


def _lines(text: str) -> list[str]:
    return text.split("\n") if text else []


def touches_of(raw: Json, keys: NameKeys = CUSTOMARY) -> Iterator[Touch]:
    """By what an object that was read elsewhere may belong to what lies at rest."""
    own = str(raw.get("id"))
    ids, names, email = texts_of_object(raw, keys)
    yield from (Touch(own, ID, one) for one in dict.fromkeys(ids))
    yield from (Touch(own, NAME, one) for one in names if one)
    if email is not None:
        yield Touch(own, EMAIL, email.strip().casefold())
