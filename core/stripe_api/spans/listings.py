"""What is listed over a span, and what came of it: listings, ranges, batches, and how one page is sifted. Pure.

A page is data from elsewhere: an object without an id or a time is reported and the rest is taken. One with an amount
that cannot be read is reported and taken: what hangs together with it is known by its ids, and is not called well.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from core.facts import Json, unreadable
from core.stripe_api.asks import PAGE
from core.stripe_api.spans.sent import gist_of
from core.stripe_api.wire import Ask, Params

ODD: Final = "objects"  # the kind of a hole that is one object, and hides no other
MOST_TYPES: Final = 20  # how many `types` a list of events takes


@dataclass(frozen=True, slots=True)
class Range:
    """`[since, until)` of `created`, in whole seconds since 1970."""

    since: int
    until: int


@dataclass(frozen=True, slots=True)
class Listing:
    """One of Stripe's lists: what it holds ("sessions"), its path, and the parameters of each page."""

    kind: str
    path: str
    params: Mapping[str, str]

    def ask(self, asked: Range, cursor: str | None) -> Ask:
        """The question for the page after `cursor`, newest first."""
        after: Params = (("starting_after", cursor),) if cursor else ()
        span: Params = (("limit", PAGE), ("created[gte]", asked.since), ("created[lt]", asked.until))
        return Ask(self.kind, f"the {self.kind} of a span", self.path, (*span, *self.params.items(), *after))


SESSIONS: Final = Listing("sessions", "/v1/checkout/sessions", {"expand[0]": "data.payment_intent.latest_charge"})
INTENTS: Final = Listing("intents", "/v1/payment_intents", {"expand[0]": "data.latest_charge"})
CHARGES: Final = Listing("charges", "/v1/charges", {"expand[0]": "data.payment_intent"})
REFUNDS: Final = Listing("refunds", "/v1/refunds", {})
DISPUTES: Final = Listing("disputes", "/v1/disputes", {})
SUBSCRIPTIONS: Final = Listing("subscriptions", "/v1/subscriptions", {"status": "all"})
INVOICES: Final = Listing("invoices", "/v1/invoices", {"expand[0]": "data.payments"})


def events_of(types: Sequence[str]) -> Listing:
    """The events of one to twenty types; Stripe lists those of the last thirty days. ValueError for other counts."""
    if not 1 <= len(types) <= MOST_TYPES:
        raise ValueError(f"A list of events takes 1 to {MOST_TYPES} types, not {len(types)}.")
    return Listing("events", "/v1/events", {f"types[{place}]": name for place, name in enumerate(types)})


@dataclass(frozen=True, slots=True)
class Malformed:
    """An object of a page that cannot be taken: `what` is its id, or where it stood; `because` why not, in words."""

    kind: str
    what: str
    because: str


@dataclass(frozen=True, slots=True)
class Batch:
    """What one page brought: objects as Stripe sent them (`Sent`), newest first, with each `client_secret` emptied, and
    the ranges that are completely read once this batch and those before it are kept. `asked`: the page's own span;
    `at_rest`: the objects are a copy's."""

    listing: Listing
    objects: tuple[Json, ...]
    done: tuple[Range, ...]
    malformed: tuple[Malformed, ...] = ()
    asked: Range | None = None
    at_rest: bool = False

    def flaws(self) -> tuple["Hole", ...]:
        """What is malformed, as holes where it stood: in what the page completes, else in what was asked for."""
        near = self.done[0] if self.done else self.asked or Range(0, 0)
        return tuple(Hole(one.kind, near.since, near.until, f"{one.what}: {one.because}") for one in self.malformed)


@dataclass(frozen=True, slots=True)
class Hole:
    """A part of a span that was not read, and why not, in words."""

    kind: str
    since: int
    until: int
    because: str


@dataclass(frozen=True, slots=True)
class Page:
    """A page, sifted. `objects` with their `created`; `malformed` with the time of the neighbour above, which is where
    they belong, and what tells one from another; `cursor`: the last id, None where nothing on the page has one."""

    objects: tuple[tuple[int, Json], ...]
    malformed: tuple[tuple[int, str, Malformed], ...]
    cursor: str | None
    more: bool


def is_page(body: Json) -> bool:
    """Whether an answer is a list that can be gone on with: Stripe never promises more after nothing."""
    data, more = body.get("data"), body.get("has_more")
    return isinstance(data, list) and isinstance(more, bool) and bool(data or not more)


def sifted(body: Json, kind: str, asked: Range, cursor: str | None, *, top: int) -> Page:
    """The objects of an answer to `Listing.ask(asked, cursor)`, which `is_page`; all older than `top`."""
    data = body["data"]
    assert isinstance(data, list)  # noqa: S101 - for the type checker: the answer was looked at before it came here
    objects: list[tuple[int, Json]] = []
    malformed: list[tuple[int, str, Malformed]] = []
    last: str | None = None
    near = top - 1
    for place, raw in enumerate(data, start=1):
        gist = gist_of(raw)
        named = _id(gist)
        last = named or last
        because, at = _flaw(gist, asked)
        if because is None:
            objects.append((at, raw))
            near = at
            if odd := unreadable(gist):
                malformed.append((at, f"{named} {odd}", Malformed(ODD, named or "", odd)))
        else:
            where = f"number {place} of the page after {cursor or 'the beginning'} before {asked.until}"
            malformed.append((near, named or f"{near} {raw!r}", Malformed(kind, named or where, because)))
    return Page(tuple(objects), tuple(malformed), last, body["has_more"] is True)


def _id(raw: object) -> str | None:
    named = raw.get("id") if isinstance(raw, Mapping) else None
    return named if isinstance(named, str) and named else None


def _flaw(raw: object, asked: Range) -> tuple[str | None, int]:
    if not isinstance(raw, Mapping):
        return "it is no object", 0
    if _id(raw) is None:
        return "it has no id", 0
    at = raw.get("created")
    if not isinstance(at, int) or isinstance(at, bool):
        return "its `created` is no number of seconds", 0
    if not asked.since <= at < asked.until:
        return f"its `created` ({at}) lies outside the span that was asked for", 0
    return None, at


def merged(ranges: Iterable[Range]) -> tuple[Range, ...]:
    """The same seconds in as few ranges as possible, the oldest first; empty ranges fall away."""
    done: list[Range] = []
    for one in sorted((r for r in ranges if r.since < r.until), key=lambda r: r.since):
        if done and one.since <= done[-1].until:
            done[-1] = Range(done[-1].since, max(done[-1].until, one.until))
        else:
            done.append(one)
    return tuple(done)
