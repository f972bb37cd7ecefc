"""Spans of time as people write them on the command line: `--since`, `--until`, `--last 7d`.

What is not a time is said, with an example.
"""

import re
from collections.abc import Iterable
from typing import Final

from core.cli.speaking import instant
from core.errors import UsageError
from core.stripe_api.spans import Range
from core.times import DAY, HOUR, MINUTE

_UNITS: Final = {"m": MINUTE, "h": HOUR, "d": DAY, "w": 7 * DAY}
_EPOCH: Final = re.compile(r"\d{9,11}|0")
_LENGTH: Final = re.compile(r"(\d{1,6})\s*([mhdw])")
_RANGE: Final = re.compile(r"(\d{1,11})-(\d{1,11})")


def span(since: str | None, until: str | None, last: str | None, *, now: int) -> tuple[int | None, int | None]:
    """From when (None: where the scan before ended) until when (None: now), in seconds since 1970. UsageError."""
    if last is not None and (since is not None or until is not None):
        raise UsageError("--last already says from when until when.", next_step="Leave out --since and --until.")
    begins, ends = (now - length(last), None) if last is not None else (at(since), at(until))
    if begins is not None and begins >= now:
        raise UsageError(f"{since or last} has not come yet.", next_step="Scan a span that has: --last 7d, say.")
    if begins is not None and ends is not None and begins >= ends:
        raise UsageError(f"{until} is not after {since}.", next_step="Let --until be later than --since.")
    return begins, ends


def at(text: str | None) -> int | None:
    """A date, a time (UTC where no zone is named) or seconds since 1970. UsageError."""
    return int(text) if text is not None and _EPOCH.fullmatch(text) else instant(text)


def length(text: str) -> int:
    """`90m`, `24h`, `7d` or `2w` in seconds. UsageError."""
    found = _LENGTH.fullmatch(text.strip().lower())
    if not found or not int(found[1]):
        raise UsageError(f"{text} is not a length of time.", next_step="Write a number and a unit: 90m, 24h, 7d or 2w.")
    return int(found[1]) * _UNITS[found[2]]


def ranges(texts: Iterable[str]) -> tuple[Range, ...]:
    """`A-B`, each from A until B in seconds since 1970. UsageError."""
    found = [(text, _RANGE.fullmatch(text)) for text in texts]
    for text, ends in found:
        if not ends or int(ends[1]) >= int(ends[2]):
            raise UsageError(
                f"{text} is not a range.",
                next_step="Write it as 1763251200-1763337600: from when until when, in seconds.",
            )
    return tuple(Range(int(ends[1]), int(ends[2])) for _, ends in found if ends)
