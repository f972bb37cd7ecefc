"""The settings: secrets and addresses from the environment, where the orders stand from `orderlens.toml`.

columns    the grammar of a column: `a.b`, `->` paths, sums, constants, lists
mapping    the mapping language: [database], [orders], [[payments]], [[refunds]], [[paid_otherwise]], [carts]
checking   what must hold between settings, in sentences
misshapen  what has a wrong shape, in sentences
loading    environment and file together: Settings, load, load_orders
"""

from core.settings.loading import (
    FILE,
    STRIPE_API,
    OrdersSettings,
    Settings,
    default_journal_url,
    load,
    load_orders,
)
from core.settings.mapping import (
    DATABASE_URL,
    EXAMPLE,
    KNOWN,
    Carts,
    Database,
    Join,
    Letters,
    OrdersMapping,
    OrdersTable,
    OrderWord,
    PaidOtherwise,
    Payments,
    Refunds,
    Relation,
    Unit,
    fields_of,
)

__all__ = [
    "DATABASE_URL", "EXAMPLE", "FILE", "KNOWN", "STRIPE_API", "Carts", "Database", "Join", "Letters", "OrderWord",
    "OrdersMapping", "OrdersSettings", "OrdersTable", "PaidOtherwise", "Payments", "Refunds", "Relation", "Settings",
    "Unit", "default_journal_url", "fields_of", "load", "load_orders",
]  # fmt: skip
