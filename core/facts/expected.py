"""`Expected`: one thing that the settings want to be true of a paid order, and whether it is."""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Self

from core.facts import json as read
from core.facts.json import Json


class Held(StrEnum):
    """Whether it is so."""

    YES = "yes"
    NO = "no"
    UNREAD = "could not look"


@dataclass(frozen=True, slots=True)
class Expected:
    """What was looked at for one order, by its `name` in the settings: `says` what is so where it `held`, `lacks` what
    is so else. `found`: what stands there, for people, empty where nothing does; `because`: why it could not be looked
    at."""

    name: str
    says: str
    lacks: str
    held: Held
    found: str = ""
    because: str = ""

    @property
    def sentence(self) -> str:
        """What can be said of it."""
        if self.held is Held.UNREAD:
            return f"could not look whether {self.says}"
        return self.says if self.held is Held.YES else self.lacks

    @classmethod
    def of(cls, raw: Json) -> Self:
        """As a bundle has it; what is not understood was not looked at."""
        held = read.text(raw, "held")
        texts = {key: read.text(raw, key) or "" for key in ("name", "says", "lacks", "found", "because")}
        return cls(held=Held(held) if held in set(Held) else Held.UNREAD, **texts)


def listed(parts: Sequence[str]) -> str:
    """As a sentence lists them: "a, b and c"."""
    return " and ".join([", ".join(parts[:-1]), parts[-1]]) if parts[1:] else "".join(parts)


def lacks(expected: Sequence[Expected]) -> str:
    """What is not so, listed; empty where nothing is known to be lacking."""
    return listed([one.lacks for one in expected if one.held is Held.NO])


def unsettled(expected: Sequence[Expected]) -> str:
    """Why an order that is paid is not known to have all: what is not so, else what could not be looked at; empty where
    all is so."""
    unread = [one.says for one in expected if one.held is Held.UNREAD]
    return lacks(expected) or (f"nobody could look whether {listed(unread)}" if unread else "")
