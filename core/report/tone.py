"""`Tone`: how a case is to be looked at; whoever draws gives it an icon, a word and a colour."""

from enum import StrEnum


class Tone(StrEnum):
    """The first five are the severities, under the same names."""

    CRITICAL = "critical"
    HIGH = "high"
    MEDIUM = "medium"
    LOW = "low"
    INFO = "info"
    AGREES = "agrees"
    COULD_NOT_LOOK = "could not look"  # not all was read: neither good nor bad
    CANNOT_TELL = "cannot tell"  # all was read, and it fits nothing that has a name
    NO_ORDER = "no order"
    NOTE = "note"
