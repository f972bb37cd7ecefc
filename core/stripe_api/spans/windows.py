"""Which page next? A span in windows that split themselves where the volume is. Pure: no I/O, no clock, no threads.

A window is read newest first, page after page behind a cursor. The first cuts come from the orders' own times; later
ones from what the pages show: whoever has nothing to do takes over the older part of the fullest window. The cut lies
at most `NEAR` pages below the window's cursor, so that the density just seen is a good guess of what lies there.

Each window says exactly what it has read to the end: `[top, upper)` is done, `[since, top)` is still to be read.
It sees the times of objects, nothing else of them.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Final

from core.stripe_api.asks import PAGE
from core.stripe_api.spans.listings import Range, merged

NEAR: Final = 64
WORTH_SHARING: Final = 4.0  # pages; less than that is read sooner by whoever is at it


@dataclass(slots=True, eq=False)
class Window:
    """`[since, upper)`, read from above. `top`: everything from here on is read; `pace`: how many seconds the newest
    full page spanned, None before the first. `asked` is what the page under way was asked for: `since` may rise
    meanwhile, when another takes over what lies below."""

    since: int
    upper: int
    top: int
    asked: Range
    cursor: str | None = None
    pace: float | None = None

    @property
    def left(self) -> float:
        """About how many pages are left; 0 before the first has shown how full it is."""
        return 0.0 if self.pace is None else (self.top - self.since) / self.pace


@dataclass(frozen=True, slots=True)
class Landed:
    """What a page came to: objects older than `since` are another window's by now; `done` is read to the end."""

    since: int
    done: Range | None


class Windows:
    """The windows of some ranges. `take` one, ask for its page, then say how it `landed` or that it `failed`."""

    def __init__(self, ranges: Iterable[Range], *, edges: Sequence[int] = (), parts: int = 1) -> None:
        """`edges`: times, in order, that divide the expected objects evenly, from which cuts are chosen for about
        `parts` windows. Ranges may overlap: nothing is read twice."""
        whole = merged(ranges)
        spare = max(parts - len(whole), 0)
        even = {edges[len(edges) * number // (spare + 1)] for number in range(1, spare + 1)} if edges else set()
        self._ready = [
            _fresh(since, until)
            for one in whole
            for since, until in _cut(one, sorted(at for at in even if one.since < at < one.until))
        ]
        self._live: list[Window] = []
        self._read = self._spanned = 0.0  # pages that came, and how many seconds they spanned

    @property
    def live(self) -> int:
        """How many pages are under way."""
        return len(self._live)

    def take(self) -> Window | None:
        """The window whose next page to ask for (`Window.asked`, `Window.cursor`); None where nothing is to be had."""
        window = self._ready.pop() if self._ready else self._share()
        if window is not None:
            window.asked = Range(window.since, window.upper)
            self._live.append(window)
        return window

    def landed(self, window: Window, times: Sequence[int], cursor: str | None, *, more: bool) -> Landed:
        """A page came: the times of its objects, newest first, the id to go on behind, and whether more follow."""
        self._live.remove(window)
        top = window.top
        oldest = times[-1] if times else top
        if times:
            spanned = max(top - oldest, 0.5)
            window.pace = spanned * PAGE / len(times)
            self._read, self._spanned = self._read + 1, self._spanned + spanned
        window.cursor = cursor or window.cursor
        if more and oldest >= window.since:
            window.top = min(top, oldest + 1)
            self._ready.append(window)
        else:
            window.top = window.since
        return Landed(window.since, Range(window.top, top) if window.top < top else None)

    def failed(self, window: Window) -> Range:
        """Its page could not be read: the window is given up. Returns what is not read of it."""
        self._live.remove(window)
        return Range(window.since, window.top)

    def rest(self) -> tuple[Range, ...]:
        """What is not read, windows under way included."""
        return merged(Range(window.since, window.top) for window in (*self._ready, *self._live))

    def left(self) -> float | None:
        """About how many pages are left; None before the first came."""
        if not self._read:
            return None if self._ready or self._live else 0.0
        usual = self._spanned / self._read
        return sum((one.top - one.since) / (one.pace or usual) for one in (*self._ready, *self._live))

    def _share(self) -> Window | None:
        """A window cut from the fullest one under way. The page asked for may reach below the cut: `landed` says so."""
        fullest = max(self._live, key=lambda one: one.left, default=None)
        if fullest is None or fullest.pace is None or fullest.left < WORTH_SHARING:
            return None
        cut = int(fullest.top - min((fullest.top - fullest.since) / 2, NEAR * fullest.pace))
        if not fullest.since < cut < fullest.top:
            return None
        taken = _fresh(fullest.since, cut)
        fullest.since = cut
        return taken


def _fresh(since: int, until: int) -> Window:
    return Window(since, until, until, Range(since, until))


def _cut(whole: Range, cuts: Sequence[int]) -> Iterable[tuple[int, int]]:
    return zip((whole.since, *cuts), (*cuts, whole.until), strict=True)
