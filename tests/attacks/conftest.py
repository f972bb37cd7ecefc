"""Attacks that stay as tests: one module for each promise that is attacked, each test named after what holds.

What they need is made elsewhere: the pages on the sandbox, a Stripe of one's own, the command.
"""

from tests.cli.conftest import orderlens
from tests.dashboard.conftest import app, opening, world
from tests.stripe_api.conftest import reader, stripe

__all__ = ["app", "opening", "orderlens", "reader", "stripe", "world"]
