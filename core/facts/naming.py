"""How orders are named in Stripe's objects: the customs of integrations, in one place.

Source: the catalogue's "order reference": `client_reference_id`, or one of six metadata keys.
"""

import re
from collections.abc import Iterable, Mapping

from core.facts.billing import Invoice, Subscription
from core.facts.money_back import Dispute, Refund
from core.facts.objects import Charge, Intent, Session

REFERENCE_KEYS = ("order_id", "orderId", "order", "order_number", "orderNumber", "reference")
_CUT = 500  # Stripe keeps at most so many characters of a metadata value


def plain(name: str) -> str:
    """A reference without spaces around it or a leading `#`."""
    return name.strip().lstrip("#").strip()


def plainly(name: str) -> str:
    """A reference as references are compared: plain, in small letters."""
    return plain(name).casefold()


def shape(reference: str) -> str:
    """What a reference looks like, by which a user's id is not taken for an order's: `A-1042` is `a-9`."""
    return re.sub(r"[A-Za-z]+", "a", re.sub(r"\d+", "9", plain(reference)))


def references_in(
    client: object, metadata: Mapping[str, object], keys: Iterable[str] = REFERENCE_KEYS
) -> tuple[str, ...]:
    """The references in a `client_reference_id` and in `keys` of the metadata, each once, as they are spelled there."""
    named = [client, *[metadata[key] for key in keys if key in metadata]] if metadata else [client]
    return tuple(dict.fromkeys([name for one in named if one is not None and (name := str(one).strip())]))


def differing(one: Mapping[str, object], other: Mapping[str, object]) -> list[str]:
    """The keys that two metadata share with different values, as far as Stripe keeps these."""
    return [key for key in one if key in other and str(one[key]).strip()[:_CUT] != str(other[key]).strip()[:_CUT]]


def order_references(found: Session | Intent | Charge | Refund | Dispute | Subscription | Invoice) -> tuple[str, ...]:
    """Every order reference it carries, each once; empty where it names nobody."""
    own = found.client_reference_id if isinstance(found, Session) else None
    return references_in(own, found.metadata) if own or found.metadata else ()
