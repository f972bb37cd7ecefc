"""`Reporter`: what a watch found, told to people: what is new, once, grouped; what did not arrive, again.

What was told is kept in the journal before it is sent, so that a restart repeats nothing and loses nothing; a crash
between sending and noting that it was sent may send once more. Never raises: what could not be sent is an answer.
"""

from collections import Counter
from dataclasses import dataclass, field, replace
from hashlib import blake2b
from typing import Final

import msgspec

from core.errors import OrdersUnreachable
from core.facts import PAID_ORDER
from core.findings import Severity
from core.journal import Filter, Journal, Kept
from core.orders import OrdersReader
from core.outages import SLOT, Outage, outages
from core.rules import TITLES
from core.telling import Found, Letter, Teller, Told, after_try, news, posted
from core.telling.news import PAUSE
from core.times import DAY, GRACE, HOUR

BACK: Final = 30 * DAY  # outages are looked for among the cases of the last month
SELDOM: Final = 600  # seconds between two looks for outages while nothing changes
MARGIN: Final = 120  # seconds that the clocks of two writers may differ
_GRAVE: Final = (Severity.CRITICAL, Severity.HIGH, Severity.MEDIUM)


@dataclass(frozen=True, slots=True)
class Reported:
    """What the journal keeps: what was told, the messages on their way, up to when the inbox was looked through."""

    told: Told = field(default_factory=Told)
    letters: tuple[Letter, ...] = ()
    looked_to: int = 0


class Reporter:
    """Tells through `teller` what the inbox of `journal` has; `name` is the cursor under which it remembers."""

    def __init__(self, journal: Journal, orders: OrdersReader, teller: Teller, name: str) -> None:
        self._journal, self._orders, self._teller, self._name = journal, orders, teller, name
        self._known = _read(journal.cursors.get(name))
        self._outages: tuple[Outage, ...] = ()
        self._outages_at: int | None = None

    def report(self, now: int, *, moved: bool) -> tuple[int, tuple[str, ...]]:
        """Tell what is new by now; `moved`: whether any case has changed. How many messages arrived somewhere, and what
        did not arrive, in words."""
        at = self._known.told.at
        if at is None or not 0 <= now - at < PAUSE:
            self._look(now, moved=moved)
        return self._deliver(now)

    def _look(self, now: int, *, moved: bool) -> None:
        """Decide what is news, and keep it before anything is sent."""
        before = self._known
        going = self._outages_now(now, moved=moved)
        found = self._critical(before.looked_to - MARGIN)
        message, told = news(found, going, before.told, now, titles=TITLES)
        letters = posted(before.letters, message, self._teller.marks, now) if message else before.letters
        self._known = replace(before, told=told, letters=letters, looked_to=now)
        if (told, letters) != (before.told, before.letters):
            self._keep(now)

    def _deliver(self, now: int) -> tuple[int, tuple[str, ...]]:
        """Send the letters that are due."""
        left, sent, troubles = list[Letter](), 0, list[str]()
        for letter in self._known.letters:
            if letter.again > now:
                left.append(letter)
                continue
            failed = self._teller.tell(letter.message, letter.to)
            sent += len(failed) < len(letter.to)
            again = after_try(letter, failed, now)
            left += [again] if again is not None else []
            names = ", ".join(map(self._teller.name, failed))
            troubles += [f"A message did not reach {names}; it is tried again."] if failed else []
        if tuple(left) != self._known.letters:
            self._known = replace(self._known, letters=tuple(left))
            self._keep(now)
        return sent, tuple(troubles)

    def _critical(self, since: int) -> list[Found]:
        """The critical cases that nobody has settled, as far as they were found since."""
        found, after = list[Found](), None
        chosen = Filter(severities=(Severity.CRITICAL,), states=("open",), seen_since=since)
        while True:
            cases, after = self._journal.inbox.page(chosen, after=after, limit=500, order_by="newest")
            found += [_found(case) for case in cases if case.code is not None]
            if after is None:
                return found

    def _outages_now(self, now: int, *, moved: bool) -> tuple[Outage, ...]:
        if not moved and self._outages_at is not None and 0 <= now - self._outages_at < SELDOM:
            return self._outages
        inbox = self._journal.inbox
        seen = tuple(inbox.sightings(Filter(states=(), severities=_GRAVE, seen_since=now - BACK)))
        if any(one.until is None for one in self._outages):
            self._book(now)
        self._outages = outages(seen, now, booked=inbox.booked(now - BACK, now) or None)
        self._outages_at = now
        return self._outages

    def _book(self, now: int) -> None:
        """While an outage lasts: how many orders of the last hours came through well, for that is what ends it."""
        bad = frozenset(self._journal.inbox.keys_open())
        since, until = (now - 2 * HOUR) // SLOT * SLOT, (now - GRACE) // SLOT * SLOT
        booked = Counter(dict.fromkeys(range(since, until, SLOT), 0))
        try:
            for batch in self._orders.batches(since=since, until=until, left=lambda _: None):
                booked.update(
                    order.created_at // SLOT * SLOT
                    for order in batch
                    if order.created_at is not None and order.status in PAID_ORDER and f"order:{order.id}" not in bad
                )
        except OrdersUnreachable:
            return  # it is looked at again in a moment
        self._journal.inbox.note_booked(booked)

    def _keep(self, now: int) -> None:
        self._journal.cursors.set(self._name, msgspec.json.encode(self._known).decode(), now)


def _read(kept: str | None) -> Reported:
    try:
        return msgspec.json.decode(kept, type=Reported) if kept else Reported()
    except msgspec.DecodeError:
        return Reported()


def _found(case: Kept) -> Found:
    told = f"{case.key} {case.code} {case.reopened}"
    name = f"Order {case.number or case.order_id}" if case.order_id else f"Payment {case.key.partition(':')[2]}"
    mark = blake2b(told.encode("utf-8", "replace"), digest_size=8).hexdigest()
    return Found(mark, case.code or "", case.title, name, case.money)
