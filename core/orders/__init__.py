"""The app's own books, read and never written.

    reader         OrdersReader: get, find, sharing, page, status_words
    lookups        orders by any of their names, the cheap way first
    books          the relations of a mapping on one database, and what belongs to a page of orders
    relations      one relation: a SELECT of bare columns, a row as a Record
    interpreting   the rows of an order -> an Order; with records, statuses, stripe_ids, values
    walking        walks over the orders, newest first, and their quantiles
    forms          our values -> the column's own form
    doors          the engines: connections that the database itself keeps read-only, and their time limits
    schema         what tables and queries really look like; whether this user may do more than read
    examining      what doctor says of the database; with indexes and granting
    guessing/      what a database seems to be: the mapping that init proposes
    trouble        a database's complaint -> OrdersUnreachable, with the next step

What is read is described by `core.settings.OrdersMapping` (docs/mapping.md); SQL fetches rows, Python interprets.
"""

from core.orders.database import Cursor, Doors
from core.orders.examining import Examined, examine
from core.orders.reader import OrdersReader, Page, moved_at

__all__ = ["Cursor", "Doors", "Examined", "OrdersReader", "Page", "examine", "moved_at"]
