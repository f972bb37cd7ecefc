"""The app's own books, read and never written.

    reader   OrdersReader: get, find, sharing, page
    doors    the engines: connections that the database itself keeps read-only, and their time limits
    schema   what the table really looks like; whether this user may do more than read
    values   a row as the driver gives it -> an Order; our values -> the column's own form
    trouble  a database's complaint -> OrdersUnreachable, with the next step

One table with named columns (`core.settings.OrdersTable`) on SQLite, PostgreSQL, MySQL or MariaDB.
"""

from core.orders.reader import Cursor, OrdersReader, Page

__all__ = ["Cursor", "OrdersReader", "Page"]
