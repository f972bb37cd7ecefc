"""A stand-in for Stripe, and a shop beside it, on loopback: what the demo and the tests talk to over real HTTP.

Imports nothing of the rest of `core`: to the product it is a stranger, as Stripe is.

    stripe/    Stripe: its objects, its state, its API and webhooks; faults and the clock, for tests and demos
    shop/      the shop: its orders database, its webhook, its ways to fail
    scenarios/ what can happen between the two, as data; volume makes any number of it
    world      all of it together, started in a second, stopped without a trace
    loopback   the thread and the socket each server runs on
"""

from core.sandbox.world import World

__all__ = ["World"]
