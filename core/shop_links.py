"""Where an order is seen in the shop, by the setting's template. Pure text."""

from urllib.parse import quote

from core.facts import Order


def order_page(template: str | None, order: Order | None) -> str | None:
    """The order's page in the shop; None where nobody has said where it is."""
    if template is None or order is None:
        return None
    return template.format(id=quote(order.id, safe=""), number=quote(order.number or order.id, safe=""))
