"""`Check`: one thing that `orderlens doctor` looked at: what, what was found, what to do.

Owns the four levels. A check never holds a secret: what is found is redacted when it is made.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum

from core.errors import redact


class Level(StrEnum):
    """How it stands. `UNREAD` is no finding: nobody could look."""

    FINE = "fine"
    WARNING = "warning"
    ERROR = "error"
    UNREAD = "unread"


@dataclass(frozen=True, slots=True)
class Check:
    """`area`: "settings", "orders", "stripe", "webhooks", "journal", "letters", "login", "clock"; `checked`: what was
    looked at; `found`: what was there; `do`: the next step, "" where none is needed; `paste`: SQL, settings or a link
    to go with it."""

    area: str
    checked: str
    level: Level
    found: str
    do: str = ""
    paste: str = ""

    def __post_init__(self) -> None:
        """Whatever the texts were made of, no secret stays in them."""
        for name in ("found", "do", "paste"):
            object.__setattr__(self, name, redact(getattr(self, name)))


def worst_of(checks: Iterable[Check]) -> Level:
    """The worst level: an error before what nobody could look at, that before a warning."""
    rank = (Level.FINE, Level.WARNING, Level.UNREAD, Level.ERROR)
    return max((one.level for one in checks), key=rank.index, default=Level.FINE)
