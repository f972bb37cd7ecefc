"""Worlds for the tests: a sandbox in which scenarios are played, and a Stripe of one's own, as fixtures of a module.

`world = world_of("paid_twice")` in a module is its fixture `world`; `server = served(seed=3)` its fixture `server`.
"""

from collections.abc import Iterator
from typing import Literal

import pytest

from core.sandbox import World
from core.sandbox.scenarios import BY_NAME
from core.sandbox.stripe import StripeServer

Scope = Literal["function", "module"]


def world_of(*names: str, orders: int = 0, latency: float = 0.0, scope: Scope = "module") -> object:
    """A world with the scenarios of these names, all where none is named, with so many further orders, and a Stripe
    that takes `latency` seconds. One for the module; a function's own where tests heal its orders."""

    @pytest.fixture(scope=scope)
    def world() -> Iterator[World]:
        with World(scenarios=[BY_NAME[name] for name in names] or None, orders=orders) as running:
            running.stripe.switches.latency = latency
            yield running

    return world


def served(seed: int = 0, *, scope: Scope = "function") -> object:
    """A running Stripe that tries a refused message only once."""

    @pytest.fixture(scope=scope)
    def server() -> Iterator[StripeServer]:
        with StripeServer(seed=seed) as running:
            running.switches.retry_delays = ()
            yield running

    return server
