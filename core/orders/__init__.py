"""The app's own books, read and never written.

    reader     OrdersReader: get, find, sharing, named, page, status_words
    carts      CartBook: whose a payment is that no order claims
    outcomes   OutcomeBook: what must be true of a paid order beside its status
    habits     what the newest rows tell of the app's ways
    cart_checks  what doctor says of the carts
    outcome_checks what doctor says of [outcome]
    examining  what doctor says of the database
    whole_rows every column of some orders and their payments, to look for a value
    granting   whether this user may do more than read
    database/  the SQL: connections, relations, look-ups, pages
    meaning/   pure: the rows of an order -> an Order

What is read is described by `core.settings.OrdersMapping` (docs/mapping.md); SQL fetches rows, Python interprets.
"""

from core.orders.carts import CartBook
from core.orders.database import Cursor, Doors, Leaving, LeftOut, Page, TooManyRows, refuse
from core.orders.examining import Examined, examine
from core.orders.habits import Habits
from core.orders.outcomes import OutcomeBook
from core.orders.reader import OrdersReader, moved_at
from core.orders.whole_rows import Columns, Place, whole_rows

__all__ = [
    "CartBook", "Columns", "Cursor", "Doors", "Examined", "Habits", "Leaving", "LeftOut", "OrdersReader",
    "OutcomeBook", "Page", "Place", "TooManyRows", "examine", "moved_at", "refuse", "whole_rows",
]  # fmt: skip
