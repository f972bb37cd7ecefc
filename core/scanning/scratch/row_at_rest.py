"""An order as the sieve takes it that goes through Stripe's data at rest (`core.rest.sieve`): the brief, with texts in
place of handles, which each engine makes for itself. Pure."""

from core.facts import OPEN_ORDER, Order
from core.linking import stored_ids
from core.rest.sieve import OrderRow
from core.scanning.scratch.briefs import make_of


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
    )
