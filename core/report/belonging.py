"""What belongs to a paid order beside its status, as the settings name it: a line each, made once. Pure.

A fact and no accusation: the app may do it later, or the settings may name the wrong column.
"""

from dataclasses import dataclass
from typing import Final

from core.facts import PAID_ORDER, Expected, Held, unsettled
from core.report.tone import Tone
from core.rules import Examined

TITLE: Final = "What belongs to a paid order"
_TONES: Final = {Held.YES: Tone.AGREES, Held.NO: Tone.MEDIUM, Held.UNREAD: Tone.COULD_NOT_LOOK}


@dataclass(frozen=True, slots=True)
class Belonging:
    """One thing that was looked at: `says` what is so, as a sentence; `note` what stands there, or why nobody could
    look, empty where there is no more to say."""

    tone: Tone
    says: str
    note: str


def belongings(seen: Examined) -> tuple[Belonging, ...]:
    """Each thing that the settings want of a paid order; () of any other, for which nothing is expected yet."""
    order = seen.case.order
    if order is None or order.status not in PAID_ORDER:
        return ()
    return tuple(_line(one) for one in seen.case.expected)


def wanting(seen: Examined) -> str:
    """Why a paid order is not known to have all that belongs to it, the end of a sentence; empty where it has, or where
    nothing is expected."""
    return unsettled(seen.case.expected) if belongings(seen) else ""


def _line(one: Expected) -> Belonging:
    note = one.because if one.held is Held.UNREAD else one.found
    said = one.sentence
    return Belonging(_TONES[one.held], f"{said[:1].upper()}{said[1:]}", note)
