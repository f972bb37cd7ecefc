"""`Listed`: where Stripe sends events, as it was listed, and what could not be read of it."""

from collections.abc import Iterable
from dataclasses import dataclass
from urllib.parse import urlsplit

from core.facts import Destination, Event, Mode


@dataclass(frozen=True, slots=True)
class Listed:
    """`destinations`: of either API, one that both list only once; `unread`: why the webhook endpoints of API v1 could
    not be read, None where they were; `unread_v2`: the same of the event destinations of API v2; `more`: there are more
    than were read; `undelivered`: events that not every endpoint has accepted, newest first, `undelivered_more` where
    there are more; `undelivered_unread`: why they could not be read."""

    destinations: tuple[Destination, ...] = ()
    unread: str | None = None
    unread_v2: str | None = None
    more: bool = False
    undelivered: tuple[Event, ...] = ()
    undelivered_more: bool = False
    undelivered_unread: str | None = None

    def of(self, mode: Mode) -> tuple[Destination, ...]:
        """Those of one mode."""
        return tuple(one for one in self.destinations if one.livemode in (None, mode == "live"))

    @property
    def unseen(self) -> str:
        """What may be there unseen, and why, in words; empty where all was read."""
        if self.unread is not None:
            return f"the webhook endpoints were not read, because {self.unread}"
        if self.unread_v2 is not None:
            return f"the event destinations of API v2 were not read, because {self.unread_v2}"
        return "there are more destinations than were read" if self.more else ""


def together(endpoints: Iterable[Destination], destinations: Iterable[Destination]) -> tuple[Destination, ...]:
    """What the two APIs list. One that both have is told by its id, or by an address and a second of making that are
    the same: then the endpoint of v1 stands for it."""
    first = list(endpoints)
    ids, made = {one.id for one in first}, {(address(one.url), one.created) for one in first if one.url}
    rest = [one for one in destinations if one.id not in ids]
    return (*first, *(one for one in rest if one.thin or not one.url or (address(one.url), one.created) not in made))


def address(url: str) -> str:
    """An address as far as it tells one endpoint from another."""
    try:
        parts = urlsplit(url)
    except ValueError:
        return url
    return f"{parts.scheme.lower()}://{parts.netloc.lower()}{parts.path.rstrip('/')}" + (
        f"?{parts.query}" if parts.query else ""
    )
