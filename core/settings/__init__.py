"""The settings: secrets and addresses from the environment, where the orders stand from `orderlens.toml`.

columns    the grammar of a column: `a.b`, `->` paths, sums, constants, lists
mapping    the mapping language: [database], [orders], [[payments]], [[refunds]]
checking   what must hold between settings, in sentences
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
from core.settings.mapping import EXAMPLE, Database, Join, OrdersMapping, OrdersTable, OrderWord, Payments, Refunds

__all__ = [
    "EXAMPLE",
    "FILE",
    "STRIPE_API",
    "Database",
    "Join",
    "OrderWord",
    "OrdersMapping",
    "OrdersSettings",
    "OrdersTable",
    "Payments",
    "Refunds",
    "Settings",
    "default_journal_url",
    "load",
    "load_orders",
]
