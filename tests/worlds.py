"""A sandbox as the fixture of a module: `world = world_of("paid_and_booked")`, `server = stripe_of()`."""

from collections.abc import Iterator
from typing import Literal

import pytest

from core.sandbox import World
from core.sandbox.scenarios import BY_NAME
from core.sandbox.stripe import StripeServer

Scope = Literal["function", "module"]


AGING = ("paid_a_moment_ago", "clock_ahead")  # of whom another thing is said when a test has taken its time
STEADY = tuple(name for name in BY_NAME if name not in AGING)


def world_of(*names: str, orders: int = 0, latency: float = 0.0, scope: Scope = "module") -> object:
    """A world with the scenarios of these names, all where none is named, with so many further orders, and a Stripe
    that takes `latency` seconds. One for the module; a function's own where tests heal its orders."""

    @pytest.fixture(scope=scope)
    def world() -> Iterator[World]:
        played = [BY_NAME[name] for name in names] or None
        with World(scenarios=played, orders=orders) as running:
            running.stripe.switches.latency = latency
            yield running

    return world


def stripe_of(seed: int = 0, *, scope: Scope = "function") -> object:
    """A running Stripe of the sandbox, as the fixture `server`; it tries a refused message only once."""

    @pytest.fixture(scope=scope)
    def server() -> Iterator[StripeServer]:
        with StripeServer(seed=seed) as running:
            running.switches.retry_delays = ()
            yield running

    return server
