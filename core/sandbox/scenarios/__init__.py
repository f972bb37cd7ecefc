"""What can happen between a shop and Stripe, as data: one scenario or more for each code, and healthy look-alikes.

`SCENARIOS` can all be played side by side, in the shop of the demo; each of `APART` needs a scenery of its own. `build`
plays one at a moment. The demo, the tests and the documentation show the same ones.

    model               Scenario: a purchase, what happened to it, what is expected to be said; Built
    stage, stage_later, stage_billing  what can happen to a purchase, told forwards
    setting             what stands around it: endpoints, the key, settings
    identity, stored_ids, twice_or_closed, delayed, reserved, billing, transport   those with a finding
    amounts, money_back, notes   and these
    healthy, detours, healthy_waiting, subscriptions   those that only look like one
"""

from core.sandbox.scenarios.amounts import AMOUNTS
from core.sandbox.scenarios.billing import BILLING
from core.sandbox.scenarios.delayed import DELAYED
from core.sandbox.scenarios.detours import DETOURS
from core.sandbox.scenarios.healthy import PAID_DIFFERENTLY
from core.sandbox.scenarios.healthy_waiting import WAITING
from core.sandbox.scenarios.identity import IDENTITY
from core.sandbox.scenarios.model import SHOP_URL, Built, Scenario
from core.sandbox.scenarios.money_back import MONEY_BACK
from core.sandbox.scenarios.notes import NOTES
from core.sandbox.scenarios.reserved import RESERVED
from core.sandbox.scenarios.setting import ORDINARY, SHOP_EVENTS, Scenery
from core.sandbox.scenarios.stage import Purchase, Stage
from core.sandbox.scenarios.stored_ids import STORED_IDS
from core.sandbox.scenarios.subscriptions import SUBSCRIPTIONS
from core.sandbox.scenarios.transport import TRANSPORT
from core.sandbox.scenarios.twice_or_closed import TWICE_OR_CLOSED

EVERY: tuple[Scenario, ...] = (
    *IDENTITY,
    *STORED_IDS,
    *TWICE_OR_CLOSED,
    *DELAYED,
    *RESERVED,
    *TRANSPORT,
    *AMOUNTS,
    *MONEY_BACK,
    *NOTES,
    *PAID_DIFFERENTLY,
    *DETOURS,
    *WAITING,
    *SUBSCRIPTIONS,
    *BILLING,
)
SCENARIOS = tuple(scenario for scenario in EVERY if scenario.scenery is ORDINARY)
APART = tuple(scenario for scenario in EVERY if scenario.scenery is not ORDINARY)
HEALTHY = tuple(s for s in SCENARIOS if s.code is None and not s.notes)
BY_NAME = {scenario.name: scenario for scenario in EVERY}

__all__ = [
    "APART", "BY_NAME", "EVERY", "HEALTHY", "ORDINARY", "SCENARIOS", "SHOP_EVENTS", "SHOP_URL", "Built", "Purchase",
    "Scenario", "Scenery", "Stage",
]  # fmt: skip
