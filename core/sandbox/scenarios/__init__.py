"""What can happen between a shop and Stripe, as data: one scenario or more for each code, and healthy look-alikes.

`SCENARIOS` is all of them; `build` plays one at a moment. The demo, the tests and the documentation show the same ones.
"""

from core.sandbox.scenarios.detours import DETOURS
from core.sandbox.scenarios.healthy import PAID_DIFFERENTLY
from core.sandbox.scenarios.identity import IDENTITY
from core.sandbox.scenarios.model import SHOP_EVENTS, SHOP_URL, Built, Scenario, shop_endpoint
from core.sandbox.scenarios.payment import PAYMENT
from core.sandbox.scenarios.stage import Purchase, Stage

HEALTHY: tuple[Scenario, ...] = (*PAID_DIFFERENTLY, *DETOURS)
SCENARIOS: tuple[Scenario, ...] = (*IDENTITY, *PAYMENT, *HEALTHY)
BY_NAME = {scenario.name: scenario for scenario in SCENARIOS}

__all__ = [
    "BY_NAME",
    "HEALTHY",
    "SCENARIOS",
    "SHOP_EVENTS",
    "SHOP_URL",
    "Built",
    "Purchase",
    "Scenario",
    "Stage",
    "shop_endpoint",
]
