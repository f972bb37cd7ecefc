"""Signing an event as Stripe does, and sending it to the app's own endpoint (`sender`).

Owns the wire of a replay. `Sender` calls the configured URL and no other, whatever it is handed; it follows no redirect
and waits thirty seconds in all. The signing secret never leaves it.
"""

from core.webhooks.sender import Delivery, Sender

__all__ = ["Delivery", "Sender"]
