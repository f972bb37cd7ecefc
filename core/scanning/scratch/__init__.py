"""What has been read so far, in a file, from which `core.scanning.scan` goes on after a kill.

scratch   Scratch: records in, rows out
tables    its tables, and the statements by which records meet
files     its files on the disk
briefs    what is kept of an order and an object: the few columns for joining and for the cheap test
row_at_rest  an order in a row, for the sieve of data at rest
ordinary  is there anything unusual about a session?
signed    the same of a session that began a subscription, of that, of its bills
passed    orders in rows: those that wait for a copy's sieve, and those that it has passed
copied    what of it comes from a copy of Stripe's data
coverage  ranges and holes: what of a span is read and what is not
"""

from core.scanning.scratch.briefs import (
    Handle,
    ObjectBrief,
    OrderBrief,
    brief_of_object,
    brief_of_order,
    of_id,
    of_name,
)
from core.scanning.scratch.scratch import Scratch
from core.scanning.scratch.tables import Marks

__all__ = [
    "Handle", "Marks", "ObjectBrief", "OrderBrief", "Scratch", "brief_of_object", "brief_of_order", "of_id", "of_name",
]  # fmt: skip
