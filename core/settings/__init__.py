"""The settings: secrets and addresses from the environment, where the orders stand from `orderlens.toml`.

columns    the grammar of a column: `a.b`, `->` paths, sums, constants, lists
mapping    the mapping language: [database], [orders], [[payments]], [[refunds]], [[paid_otherwise]], [carts]
checking   what must hold between settings, in sentences
login      who may come in: [login], and the provider in the environment
proxies    [login.proxy]: people whom a proxy has logged in
misshapen  what has a wrong shape, in sentences
file       orderlens.toml, parsed and in its shape
loading    environment and file together: Settings, load, load_orders, load_door
"""

from core.settings.loading import (
    FILE,
    STRIPE_API,
    DoorSettings,
    OrdersSettings,
    Settings,
    default_journal_url,
    load,
    load_door,
    load_orders,
)
from core.settings.login import SECRET_BYTES, Login, Provider
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
from core.settings.proxies import SECRET_HEADER, JwtTable, Proxied

__all__ = [
    "DATABASE_URL", "EXAMPLE", "FILE", "KNOWN", "SECRET_BYTES", "SECRET_HEADER", "STRIPE_API", "Carts", "Database",
    "DoorSettings", "Join", "JwtTable", "Letters", "Login", "OrderWord", "OrdersMapping", "OrdersSettings",
    "OrdersTable", "PaidOtherwise", "Payments", "Provider", "Proxied", "Refunds", "Relation", "Settings", "Unit",
    "default_journal_url", "fields_of", "load", "load_door", "load_orders",
]  # fmt: skip
