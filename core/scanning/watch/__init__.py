"""After a scan, only what changes.

watch       Watch: Stripe's events and the rows of the orders, from where it last stopped
how_far     pure: how far a watch has read, and what waits to be looked at
unsent      what Stripe says it failed to make, once an hour
glances     what is due is looked at: at one request where all is plainly well
announcing  Reporter: what a watch found, told to people
"""

from core.scanning.watch.announcing import Reporter
from core.scanning.watch.watch import Step, Watch

__all__ = [
    "Reporter", "Step", "Watch",
]  # fmt: skip
