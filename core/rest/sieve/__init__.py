"""The sieve: who is provably healthy, found in the engine in which Stripe's data lie.

sieving     what a scan knows of a sieve, whichever engine it runs in (`Sieving`)
sieve       `Sieve.run`: suspects, orphans, canaries; `Sieve.objects`: their JSON
rows        an order in a row; what touches it from elsewhere; the columns of Stripe's objects, read in one way
things      the SQL, by hand: what each payment is
sign_ups    what went back; subscriptions and their bills
statements  and who is left
words       how each engine spells it
engines     what an engine is, and a table of Stripe's objects
duck        DuckDB, embedded
postgresql  PostgreSQL's JSON; and as an engine, on a connection that may make temporary tables
carried     PostgreSQL that may only be read: unpacked there, gone through by DuckDB
"""

from core.rest.sieve.engines import Engine, Table, Tables
from core.rest.sieve.rows import OrderRow, Touch
from core.rest.sieve.sieve import CANARY, Sieve
from core.rest.sieve.sieving import Kept, Listed, Sieved, Sieves, Sieving

__all__ = [
    "CANARY", "Engine", "Kept", "Listed", "OrderRow", "Sieve", "Sieved", "Sieves", "Sieving", "Table", "Tables",
    "Touch",
]  # fmt: skip
