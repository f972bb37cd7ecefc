"""Which order one of Stripe's objects names: the customs of integrations, in one place.

Source: the catalogue's "order reference": `client_reference_id`, or one of six metadata keys.
"""

from core.facts.money_back import Dispute, Refund
from core.facts.objects import Charge, Intent, Session

REFERENCE_KEYS = ("order_id", "orderId", "order", "order_number", "orderNumber", "reference")


def plain(name: str) -> str:
    """A reference without spaces around it or a leading `#`."""
    return name.strip().lstrip("#").strip()


def order_references(found: Session | Intent | Charge | Refund | Dispute) -> tuple[str, ...]:
    """Every order reference it carries, each once; empty where it names nobody."""
    own = found.client_reference_id if isinstance(found, Session) else None
    metadata = found.metadata
    named = [own, *[metadata[key] for key in REFERENCE_KEYS if key in metadata]] if metadata else [own]
    told = [name for one in named if one and (name := one.strip())]
    return tuple(dict.fromkeys(told)) if told else ()
