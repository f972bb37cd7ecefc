"""What runs side by side: a listing over its ranges, or objects by their ids. Each lane says what to ask next, makes
something of the answer, and in the end what was not read. Pure; used by one thread.
"""

from collections import deque
from collections.abc import Iterable, Sequence
from http import HTTPStatus
from typing import Final, Protocol, TypeVar

from core.facts import Json, Missing, Unread, unreadable
from core.stripe_api.failures import Failure
from core.stripe_api.reading import following, goes_on, items
from core.stripe_api.spans.fetching import again, endpoint_of
from core.stripe_api.spans.listings import Batch, Hole, Listing, Range, merged, sifted
from core.stripe_api.spans.windows import Window, Windows
from core.stripe_api.wire import Answer, Ask

NOT_PAGING: Final = "Stripe's list does not go on: a page names nothing to go on behind"
T_co = TypeVar("T_co", covariant=True)


class Lane(Protocol[T_co]):
    """Questions of one endpoint. `kept`: what an answer comes to."""

    endpoint: str
    paged: bool

    @property
    def under_way(self) -> int:
        """How many questions are."""

    def next(self) -> Ask | None:
        """The next question; None where there is none at present."""

    def land(self, answer: Answer) -> T_co | None:
        """What came of a question."""

    def refuse(self, because: str) -> None:
        """Ask nothing more: the answer would be the same."""


class ListingLane:
    """A listing over some ranges. `holes` tells, in the end, what is not read of them."""

    paged = True

    def __init__(self, listing: Listing, ranges: Iterable[Range], *, edges: Sequence[int], parts: int) -> None:
        self.listing = listing
        self.endpoint = listing.path
        self.pages = self.objects = 0
        self._windows = Windows(ranges, edges=edges, parts=parts)
        self._asked: dict[Ask, Window] = {}
        self._refused: str | None = None
        self._holes: list[tuple[Range, str]] = []
        self._reported: set[str] = set()

    @property
    def under_way(self) -> int:
        """How many pages are."""
        return self._windows.live

    def next(self) -> Ask | None:
        """The question for the next page."""
        window = None if self._refused else self._windows.take()
        if window is None:
            return None
        ask = self.listing.ask(window.asked, window.cursor)
        self._asked[ask] = window
        return ask

    def land(self, answer: Answer) -> Batch | None:
        """The batch of a page; None where it failed."""
        window = self._asked.pop(answer.ask)
        if answer.body is None:
            failure = answer.failure
            assert failure is not None  # noqa: S101 - for the type checker: an answer is a body or a failure
            self._holes.append((self._windows.failed(window), again(answer, failure)))
            if refuses(failure):
                self.refuse(failure.because)
            return None
        page = sifted(answer.body, self.listing.kind, window.asked, window.cursor, top=window.top)
        self.pages += 1
        if page.more and page.cursor in {None, window.cursor}:
            self._holes.append((self._windows.failed(window), NOT_PAGING))
            landed_since, done = window.since, None
        else:
            landed = self._windows.landed(window, [at for at, _ in page.objects], page.cursor, more=page.more)
            landed_since, done = landed.since, landed.done
        objects = tuple(raw for at, raw in page.objects if at >= landed_since)
        self.objects += len(objects)
        malformed = tuple(one for at, key, one in page.malformed if at >= landed_since and self._is_new(key))
        return Batch(self.listing, objects, (done,) if done else (), malformed, window.asked)

    def refuse(self, because: str) -> None:
        """Ask for no further page."""
        self._refused = self._refused or because

    def left(self) -> float | None:
        """About how many pages are left; None before the first came."""
        return 0.0 if self._refused else self._windows.left()

    def holes(self, otherwise: str) -> tuple[Hole, ...]:
        """What is not read, the oldest first; `otherwise`: why not, where nothing else is known."""
        rest = self._refused or otherwise
        reasons = dict.fromkeys((*(because for _, because in self._holes), rest))
        unread = [*self._holes, *((one, rest) for one in self._windows.rest())]
        found = [
            Hole(self.listing.kind, one.since, one.until, because)
            for because in reasons
            for one in merged(where for where, why in unread if why == because)
        ]
        return tuple(sorted(found, key=lambda hole: hole.since))

    def _is_new(self, key: str) -> bool:
        """The same object may come again: behind a cursor above it where it has no id, and at a cut."""
        known = key in self._reported
        self._reported.add(key)
        return not known


class AsksLane:
    """Questions known beforehand, all of one endpoint, with the pages that may follow. `missing`: Stripe knows no such
    object; `failed`: not read."""

    def __init__(self, questions: Sequence[Ask], *, paged: bool = False) -> None:
        self.endpoint = endpoint_of(questions[0])
        self.paged = paged
        self.missing: list[Missing] = []
        self.failed: list[Unread] = []
        self._waiting = deque(questions)
        self._asked: dict[Ask, None] = {}

    @property
    def under_way(self) -> int:
        """How many questions are."""
        return len(self._asked)

    def next(self) -> Ask | None:
        """The next question."""
        if not self._waiting:
            return None
        ask = self._waiting.popleft()
        self._asked[ask] = None
        return ask

    def land(self, answer: Answer) -> Json | None:
        """The object, if it was read."""
        failure, ask = answer.failure, answer.ask
        del self._asked[ask]
        if failure is None:
            if answer.body is None or (because := unreadable(answer.body)) is None:
                if page := following(answer):
                    self._waiting.appendleft(page)
                return answer.body
            self.failed.append(Unread(ask.kind, ask.what, because))
            return None
        if failure.is_missing and ask.id is not None:
            self.missing.append(Missing(ask.id, failure.code or "", failure.message))
            return None
        self.failed.append(Unread(ask.kind, ask.what, again(answer, failure)))
        if refuses(failure):
            self.refuse(failure.because)
        return None

    def refuse(self, because: str) -> None:
        """Ask nothing further."""
        self.failed += [Unread(ask.kind, ask.what, because) for ask in self._waiting]
        self._waiting.clear()

    def end(self, because: str) -> None:
        """The reading is over: what is still open is not read."""
        self.refuse(because)
        self.failed += [Unread(ask.kind, ask.what, because) for ask in self._asked]


def refuses(failure: Failure) -> bool:
    """Whether all questions of the lane would meet the same refusal: the key may not."""
    return failure.status in {HTTPStatus.UNAUTHORIZED, HTTPStatus.FORBIDDEN}


def joined(listed: AsksLane, found: Iterable[Json]) -> tuple[Json, ...] | Unread:
    """What the pages of a list hold; or why it was not read to its end."""
    pages = list(found)
    if listed.failed or not pages:
        return listed.failed[0]
    if goes_on(pages[-1]):
        return Unread("endpoints", "the endpoints behind these", "there are more than Orderlens reads")
    return tuple(dict(one) for page in pages for one in items(page))
