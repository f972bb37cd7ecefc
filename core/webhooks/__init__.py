"""Signing an event as Stripe does, and sending it to the app's own endpoint (`sender`).

    sender    Sender: a replay goes to the configured endpoint, and nowhere else
    probing   two POSTs that tell whether it checks signatures, loaded by who probes
    posting   the signed POST itself, loaded by who sends
    delivery  Delivery: what became of it

It calls the configured URL and no other, whatever it is handed; it follows no redirect and waits thirty seconds in all.
The signing secret never leaves it (`tests/webhooks/test_sender.py`).
"""

from core.webhooks.delivery import Delivery
from core.webhooks.sender import Sender

__all__ = ["Delivery", "Sender"]
