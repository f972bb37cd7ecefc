"""The app's database, read-only: from a connection to the rows of an order.

connections   engines that the database itself keeps read-only, and their time limits
moments       times of PostgreSQL that Python has no word for
complaints    what a database complains of -> OrdersUnreachable, with the next step
shapes        what tables and queries really look like
queried       which tables a mapping reads, inside its queries too
relations     one relation: a SELECT of bare columns, a row as a Record
column_forms  our values -> the column's own form
leading       whether anything in [carts] leads to a cart
proving       which keys of [stripe.metadata] name one order, by some rows
books         the relations of a mapping; the payments and refunds of orders that were found
lookups       orders by any of their names, the cheap way first
customers     orders by what their customer is called, or nearly the address of
names         orders by the names that Stripe's objects bear, many at once
carts         carts by what a payment bears
walking       the next page of orders, newest first, and the quantiles of their times
asking        a query of the settings about one order
indexes       which look-ups an index serves
"""

from core.orders.database.asking import asked
from core.orders.database.books import Books, Leaving, LeftOut, TooManyRows, refuse
from core.orders.database.carts import CartRows
from core.orders.database.column_forms import bounds, ids_like, loose_bounds
from core.orders.database.complaints import place
from core.orders.database.connections import STATEMENT_SECONDS, Doors
from core.orders.database.indexes import served
from core.orders.database.names import Bearers, by_names
from core.orders.database.queried import tables_of
from core.orders.database.relations import Condition, Relation, Row
from core.orders.database.walking import Cursor, Page, cursor_of, must_be_dated, next_rows, quantiles, undated, walk

__all__ = [
    "STATEMENT_SECONDS",
    "Bearers",
    "Books",
    "CartRows",
    "Condition",
    "Cursor",
    "Doors",
    "Leaving",
    "LeftOut",
    "Page",
    "Relation",
    "Row",
    "TooManyRows",
    "asked",
    "bounds",
    "by_names",
    "cursor_of",
    "ids_like",
    "loose_bounds",
    "must_be_dated",
    "next_rows",
    "place",
    "quantiles",
    "refuse",
    "served",
    "tables_of",
    "undated",
    "walk",
]  # fmt: skip
