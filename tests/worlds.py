"""Worlds for the tests: a sandbox in which scenarios are played, and a Stripe of one's own, as fixtures of a module.

`world = played("paid_twice")` in a module is its fixture `world`; `server = served(seed=3)` its fixture `server`.
"""

from collections.abc import Iterator
from typing import Literal

import pytest

from core.sandbox import World
from core.sandbox.scenarios import BY_NAME
from core.sandbox.stripe import StripeServer

Scope = Literal["function", "module"]


def played(*names: str, scope: Scope = "function") -> object:
    """A fixture: a running world of these scenarios, or of all that there are."""

    @pytest.fixture(scope=scope)
    def world() -> Iterator[World]:
        with World(scenarios=[BY_NAME[name] for name in names] if names else None) as running:
            yield running

    return world


def served(seed: int = 0, *, scope: Scope = "function") -> object:
    """A fixture: a running Stripe that tries a refused message only once."""

    @pytest.fixture(scope=scope)
    def server() -> Iterator[StripeServer]:
        with StripeServer(seed=seed) as running:
            running.controls.retry_delays = ()
            yield running

    return server
