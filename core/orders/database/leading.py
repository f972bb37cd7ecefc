"""[carts] on one database: whether anything in it leads from a payment to a cart, and from that to a customer."""

from core.errors import SettingsError
from core.orders.database.connections import Doors
from core.orders.database.relations import Relation
from core.settings import OrdersMapping, fields_of

_IDS = frozenset({"session_id", "payment_intent_id", "charge_id", "stripe_refs"})
_WHOSE = frozenset({"customer_email", "customer_name"})


def open_carts(mapping: OrdersMapping, doors: Doors) -> Relation | None:
    """The relation of carts; None where the settings have none. SettingsError where nothing in it leads to a cart or
    tells whose it is."""
    settings = mapping.carts
    if settings is None:
        return None
    rows = Relation(settings, mapping.database, doors, needs=("id",))
    if _IDS.isdisjoint(rows.specs) and not settings.metadata:
        raise _wrong(
            "Nothing in [carts] says which payment is for a cart.",
            'Add metadata = { cart_id = "{id}" }, or name a column with ids of Stripe\'s.',
        )
    if _WHOSE.isdisjoint(rows.specs):
        raise _wrong(
            "Nothing in [carts] says whose a cart is.", "Select customer_email or customer_name, or name it in columns."
        )
    for key, template in settings.metadata.items():
        for own in fields_of(template):
            if rows.deep(own) or not rows.plain(own):
                raise _wrong(
                    f"carts.metadata.{key}: no cart can be looked up by `{own}`, which is no column of its own.",
                    "Name a plain column, or select it as one in a query.",
                )
    return rows


def _wrong(said: str, do: str) -> SettingsError:
    return SettingsError(said, next_step=do, setting="carts")
