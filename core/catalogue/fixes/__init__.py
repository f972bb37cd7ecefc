"""The repairs for good, as short code for Python and for Node, by the key of their family (`in_python`, `in_node`).

Owns the code that readers copy: it runs in the tests, against the sandbox and a real database. Tables are as plain as
can be: `orders (id, status, ...)` and `stripe_events (id primary key)`.
"""

from core.catalogue.fixes.in_node import NODE
from core.catalogue.fixes.in_python import PYTHON

__all__ = ["NODE", "PYTHON"]
