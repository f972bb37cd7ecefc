"""Signing an event as Stripe does, and sending it to the app's own endpoint (`sender`).

    sender   Sender: one signed POST, and its answer as a Delivery

It calls the configured URL and no other, whatever it is handed; it follows no redirect and waits thirty seconds in all.
The signing secret never leaves it (`tests/webhooks/test_sender.py`).
"""

from core.webhooks.sender import Delivery, Sender

__all__ = ["Delivery", "Sender"]
