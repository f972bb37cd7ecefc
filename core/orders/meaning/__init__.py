"""A row -> an `Order`. Pure: knows no database.

order       the rows of an order -> an Order
carts       a row of [carts] -> a Cart
named       what an order is called at Stripe
sums        what rows add up to, and what refunds make of a status
records     one row as the mapping names it
statuses    the app's words -> ours
stripe_ids  Stripe's ids, wherever a row holds them
customers   names and addresses as people say and misspell them
values      amounts, times, metadata of any database
"""

from core.orders.meaning.carts import read_cart
from core.orders.meaning.customers import bears, corrected, folded, nearly, whole_name
from core.orders.meaning.named import form_of
from core.orders.meaning.order import Interpreter
from core.orders.meaning.records import Record, Values, decoded, evaluated, first
from core.orders.meaning.statuses import Words, summed_up
from core.orders.meaning.stripe_ids import KINDS, Ids, ids_of
from core.orders.meaning.values import instant, minor, number, spelled, truthy

__all__ = [
    "KINDS", "Ids", "Interpreter", "Record", "Values", "Words", "bears", "corrected", "decoded", "evaluated", "first",
    "folded", "form_of", "ids_of", "instant", "minor", "nearly", "number", "read_cart", "spelled", "summed_up",
    "truthy", "whole_name",
]  # fmt: skip
