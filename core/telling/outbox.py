"""Messages on their way: what could not be delivered is tried again, later each time, and only where it did not arrive.

Pure.
"""

from collections.abc import Collection
from dataclasses import dataclass, replace
from typing import Final

from core.telling.news import Message
from core.times import HOUR

MOST: Final = 20  # messages that wait; the oldest goes first
LONGEST: Final = HOUR  # between two tries


@dataclass(frozen=True, slots=True)
class Letter:
    """A message that is not delivered everywhere. `to`: the marks of the addresses it still has to reach; `again`: when
    it is tried next (seconds since 1970)."""

    message: Message
    to: tuple[str, ...]
    again: int
    tries: int = 0


def posted(letters: tuple[Letter, ...], message: Message, to: Collection[str], now: int) -> tuple[Letter, ...]:
    """The letters with one more, to be sent at once."""
    return (*letters, Letter(message, tuple(to), now))[-MOST:] if to else letters


def after_try(letter: Letter, failed: Collection[str], now: int) -> Letter | None:
    """The letter after it was tried: for whoever it did not reach, later. None where it has arrived everywhere."""
    if not failed:
        return None
    pause = min(60 * 2**letter.tries, LONGEST)
    return replace(letter, to=tuple(failed), again=now + pause, tries=min(letter.tries + 1, 10))
