"""What is believed of a database and what is asked: the words in which a guess is handed on. Pure data."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Literal

Confidence = Literal["sure", "likely", "unsure"]
CHOICES = ("created", "pending", "paid", "fulfilled", "cancelled", "failed", "refunded", "partially_refunded")


@dataclass(frozen=True, slots=True)
class Belief:
    """One part of the mapping: its key in the settings, what is believed, how firmly, and why. No value of a row."""

    key: str
    value: str
    confidence: Confidence
    because: str


@dataclass(frozen=True, slots=True)
class Question:
    """What the user knows and the database does not say. `key` is that of the setting; of a status map its pattern
    follows after `#`. `suggestion` "" means that there is none."""

    key: str
    asks: str
    suggestion: str
    choices: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Open:
    """What was looked for and not found, to be written into the file by hand: what is known of it, and `example`, lines
    of settings to begin with."""

    key: str
    says: str
    example: str = ""


@dataclass(frozen=True, slots=True)
class Guess:
    """A mapping as the settings file would have it (without secrets), and how far it is to be believed. `mapping` is
    empty where no table looks like one of orders."""

    mapping: Mapping[str, Any]
    beliefs: tuple[Belief, ...] = ()
    questions: tuple[Question, ...] = ()
    nothing_because: str = ""
    opens: tuple[Open, ...] = ()


@dataclass(slots=True)
class Making:
    """A guess while it is made."""

    beliefs: list[Belief] = field(default_factory=list)
    questions: list[Question] = field(default_factory=list)
    opens: list[Open] = field(default_factory=list)

    def believe(self, key: str, value: object, confidence: Confidence, because: str) -> None:
        """Note a part of the mapping."""
        said = (
            value if isinstance(value, str) else ", ".join(map(str, value)) if isinstance(value, list) else str(value)
        )
        self.beliefs.append(Belief(key, said, confidence, because))
