"""What may be sent again, to whom, why it is safe and what speaks against it, or why it must not be. Pure.

    plan      Replay; plan refuses or lays out a sending; candidates are the events worth it
    choosing  choose: of one case among many, which events are sent, or why it is left out
    meaning   what an event tells an app, and whether the order shows it already
    reconstructing events that Stripe no longer has, made of its objects
    weighing  reasons and objections, in sentences

Owns the plan of a replay (by us, signed, to the app's endpoint) and of a resend (by Stripe). Does not send anything:
that is `core.webhooks` and `core.stripe_api`, with exactly the bytes that a plan shows.
"""

from core.replays.choosing import LeftOut, Named, To, Why, choose
from core.replays.meaning import Brings, amount, brings, reflected
from core.replays.plan import (
    SIGNATURE,
    How,
    Replay,
    body_of,
    candidates,
    makeable,
    plan,
    planned_before,
    sendable,
    unsendable,
)
from core.replays.reconstructing import reconstructed

__all__ = [
    "SIGNATURE", "Brings", "How", "LeftOut", "Named", "Replay", "To", "Why", "amount", "body_of", "brings",
    "candidates", "choose", "makeable", "plan", "planned_before", "reconstructed", "reflected", "sendable",
    "unsendable",
]  # fmt: skip
