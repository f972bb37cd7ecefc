"""What came of a run, in words: counts with their money, and the message to whom the watch tells. Pure."""

from collections.abc import Iterable
from typing import Final

from core.cases import mask
from core.errors import redact
from core.journal import ItemState, Part, ReplayRun
from core.telling import Message

CALLED: Final[dict[ItemState, str]] = {
    "planned": "not sent yet",
    "sending": "being sent",
    "healed": "healed",
    "changed": "changed otherwise",
    "unchanged": "unchanged",
    "failed": "failed",
    "unverified": "sent, not verified",
    "skipped": "skipped",
    "cancelled": "not sent: cancelled",
}
_STATES: Final = {
    "waiting": "waits for a second person",
    "ready": "is ready",
    "running": "is running",
    "paused": "is paused",
    "stopped": "stopped by itself",
    "complete": "is complete",
    "cancelled": "was cancelled",
    "failed": "failed",
}
TOLD: Final = ("stopped", "complete", "cancelled", "failed")  # with these people get a message


def counts(parts: Iterable[Part]) -> str:
    """`12 healed (504.00 EUR), 1 failed (42.00 EUR)`."""
    return ", ".join(_part(part) for part in parts) or "nothing"


def said(run: ReplayRun) -> str:
    """How it stands, in a sentence."""
    return f"Run {run.id} of {run.mode} replays {_STATES[run.state]}.{f' {run.why}' if run.why else ''}"


def begun(run: ReplayRun) -> str:
    """By whom, for what, and why."""
    known = f" ({run.approved_known})" if run.approved_known else ""
    approved = f" Approved by {run.approved_by}{known}." if run.approved_by else ""
    return f"Begun by {run.who}, for {run.chosen}.{approved}{f' Reason: {run.reason}' if run.reason else ''}"


def message(run: ReplayRun, parts: tuple[Part, ...]) -> Message:
    """For whom the watch tells; without e-mail addresses and secrets."""
    lines = [said(run), counts(parts) + ".", begun(run)]
    title = f"Orderlens: run {run.id} of {run.mode} replays {_STATES[run.state]}"
    return Message(title, mask(redact("\n".join(lines))))


def _part(part: Part) -> str:
    money = " and ".join(map(str, part.money))
    return f"{part.items:,} {CALLED[part.state]}{f' ({money})' if money else ''}"
