"""Where payments are listed rather than asked for one by one: wherever that takes fewer requests.

Reckons by the hour: how many payments Stripe is likely to have made in each, and how many of these orders wait for. A
request lists a hundred, or reads one. It sees only how many there are. Pure.
"""

import math
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Final

from core.scanning.scratch.coverage import both, joined
from core.stripe_api import PAGE
from core.stripe_api.spans import Range
from core.times import DAY, HOUR

AFFORDABLE: Final = 25  # requests: as many as Stripe's list takes in a second
PARTS: Final = 64
FEW: Final = 4  # pages, which are read sooner by one than by several
_AROUND: Final = HOUR // 2  # a payment is made within minutes of its order; of those that are not few are left over


@dataclass(frozen=True, slots=True)
class Volume:
    """About how many payments were made in the hours of `span`, by the hour's number since 1970."""

    span: Range
    hours: Mapping[int, int]

    def pages(self, ranges: Iterable[Range]) -> int:
        """About how many requests a list over these ranges takes."""
        return sum(max(math.ceil(_within(self.hours, one) / PAGE), 1) for one in ranges)

    @property
    def a_page(self) -> int:
        """About how many seconds a page lasts: up to such a gap it is cheaper to read on."""
        return PAGE * (self.span.until - self.span.since) // max(sum(self.hours.values()), 1)

    @property
    def edges(self) -> tuple[int, ...]:
        """Times that divide the payments about evenly; none where a few pages hold them all."""
        parts = min(self.pages([self.span]) // FEW, PARTS)
        whole, before, found = sum(self.hours.values()), 0, list[int]()
        for hour in sorted(self.hours):
            before += self.hours[hour]
            if before * parts >= whole * (len(found) + 1):
                found.append(hour * HOUR)
        return tuple(found)


def worth_listing(waiting: Mapping[int, int], volume: Volume) -> tuple[Range, ...]:
    """Where to list what orders wait for: the hours in which that takes fewer requests than one for each of
    `waiting` (by the hour). All of the span where that is half of it or more: payments without any order are found
    too, then."""
    dense = [
        _around(hour, _AROUND, _AROUND) for hour, some in waiting.items() if some * PAGE > volume.hours.get(hour, 0)
    ]
    runs = both(joined(dense, volume.a_page), [volume.span])
    found = tuple(one for one in runs if volume.pages([one]) < _within(waiting, one))
    mostly = found and 2 * volume.pages(found) >= volume.pages([volume.span])
    return (volume.span,) if mostly else found


def is_quiet(volume: Volume) -> bool:
    """Whether anything can be `affordable`: the payments of one day are, if they are as many each day."""
    return volume.a_page * AFFORDABLE >= DAY


def affordable(waiting: Iterable[int], volume: Volume) -> tuple[Range, ...]:
    """Where a payment may lie that nothing points at, of orders made in these hours: up to a day later. Nothing where
    that takes more than a few requests."""
    days = both(joined([_around(hour, HOUR, DAY) for hour in waiting], volume.a_page), [volume.span])
    if not days or volume.pages(days) > AFFORDABLE:
        return ()
    return (volume.span,) if volume.pages([volume.span]) <= AFFORDABLE else days


def _around(hour: int, before: int, after: int) -> Range:
    return Range(hour * HOUR - before, (hour + 1) * HOUR + after)


def _within(hours: Mapping[int, int], one: Range) -> int:
    """How many there are in the hours that a range touches."""
    return sum(hours.get(hour, 0) for hour in range(one.since // HOUR, -(-one.until // HOUR)))
