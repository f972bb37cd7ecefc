"""The settings: secrets and addresses from the environment, where the orders stand from `orderlens.toml`.

columns    the grammar of a column: `a.b`, `->` paths, sums, constants, lists
mapping    the mapping language: [database], [orders], [[payments]], [[refunds]], [[paid_otherwise]], [carts]
outcome    [outcome]: what must be true of a paid order beyond its status
queries    what may be a query, and the gaps in one about a single order
checking   what must hold between settings, in sentences
login      who may come in: [login], and the provider in the environment
replays    [replays]: what may be sent again, and what a run may do
proxies    [login.proxy]: people whom a proxy has logged in
rest       [stripe.rest]: where Stripe's data lie already
misshapen  what has a wrong shape, in sentences
file       orderlens.toml, parsed and in its shape
shape      the tables of a shop; a file of one, and of several
environment  the variables of a shop, and those of all
allowed    who may use Orderlens, and which of its shops
made       Settings, OrdersSettings, DoorSettings: what all of it comes to
loading    environment and file together: load, load_every, load_orders, load_door, shops
"""

from core.settings.environment import KEY, Variables, chosen_shop, default_journal_url, spelled
from core.settings.loading import (
    FILE,
    load,
    load_door,
    load_every,
    load_orders,
    shops,
)
from core.settings.login import SECRET_BYTES, Login, Provider
from core.settings.made import STRIPE_API, DoorSettings, OrdersSettings, Settings
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
from core.settings.outcome import Expectation
from core.settings.proxies import SECRET_HEADER, JwtTable, Proxied
from core.settings.queries import GAPS, bound, gaps
from core.settings.replays import Replays
from core.settings.rest import Rest, RestTable, Spark, rest_of

__all__ = [
    "DATABASE_URL", "EXAMPLE", "FILE", "GAPS", "KEY", "KNOWN", "SECRET_BYTES", "SECRET_HEADER", "STRIPE_API", "Carts",
    "Database", "DoorSettings", "Expectation", "Join", "JwtTable", "Letters", "Login", "OrderWord", "OrdersMapping",
    "OrdersSettings", "OrdersTable", "PaidOtherwise", "Payments", "Provider", "Proxied", "Refunds", "Relation",
    "Replays", "Rest", "RestTable", "Settings", "Spark", "Unit", "Variables", "bound", "chosen_shop",
    "default_journal_url", "fields_of", "gaps", "load", "load_door", "load_every", "load_orders", "rest_of", "shops",
    "spelled",
]  # fmt: skip
