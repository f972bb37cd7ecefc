"""Tables that are copies of what Stripe has: dj-stripe's, a sync engine's, a connector's. Pure.

They are not the shop's own books: who compares them with Stripe compares Stripe with itself.
"""

import re

from core.setup.guessing import vocabulary
from core.setup.guessing.sampling import Seen, Table

_ID = re.compile(
    r"(acct|ba|bt|card|ch|cn|cs|cus|di|dp|du|evt|fee|file|iauth|ic|ii|il|in|link|mandate|mbur|or|pa|pi|plan|plink|pm|po"
    r"|price|prod|promo|prv|py|pyr|qt|re|req|rp|rsk|setatt|seti|si|sku|src|sub|sub_sched|tax|ti|tok|tr|trr|tu|txi|txn"
    r"|txr|we)_(?:(?:test|live)_)?[A-Za-z0-9]{8,}"
)
_COPIERS = frozenset({"djstripe", "pinax_stripe"})
_KEPT = ("livemode", "live_mode")


def mirrors_stripe(table: Table) -> bool:
    """Whether a table's rows are Stripe's own objects: each is known by Stripe's id, and says its mode; or, where it
    is empty, its name is that of a known copier."""
    schema, _, bare = table.name.rpartition(".")
    named = bare.lower().startswith(tuple(f"{one}_" for one in _COPIERS)) or schema.lower() == "stripe"
    modes = any(vocabulary.plain_name(name) in _KEPT for name in table.columns)
    for name, one in table.columns.items():
        plain = vocabulary.plain_name(name)
        keyed = (name,) == table.key or plain == "id" or (named and plain == "stripe_id")
        if keyed and one.there and all(_ID.fullmatch(str(value)) for value in one.there):
            return modes or named or (schema + bare).lower().startswith("stripe")
    return named and (modes or not table.rows)


def mirrors(seen: Seen) -> list[Table]:
    """The tables that mirror Stripe, by name."""
    return sorted((one for one in seen.tables.values() if mirrors_stripe(one)), key=lambda one: one.name)
