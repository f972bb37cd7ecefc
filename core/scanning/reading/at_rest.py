"""A copy of Stripe's data, read before Stripe is: what is over and done comes from there, everything else does not.

Believed are only ranges that the copy has (`core.rest.proof`), less the last day of them, and only while none of what
Stripe lists for some random minutes is missing there. Of these, sessions, intents and charges that are over are taken;
one that is not is read by its id, or, where there are many, the range is listed. Refunds, disputes, subscriptions and
bills go on moving long after they were made, and are a few: they are always listed, with the payment as it is now. So
whatever a copy does not give is read as it is without one; a copy that is away, or behind, costs time and is told.
"""

import random
from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass, field
from typing import Final

from core.errors import SettingsError, Unreachable
from core.facts import Json, Missing
from core.orders import OrdersReader
from core.rest.copy import Copy
from core.rest.files import Files
from core.rest.proof import proofs
from core.scanning.heart import Heart
from core.scanning.reading.unseen import Unseen
from core.scanning.scratch import Scratch, coverage
from core.scanning.scratch.copied import forget
from core.stripe_api import PAGE
from core.stripe_api.spans import (
    CHARGES,
    DISPUTES,
    INTENTS,
    REFUNDS,
    SESSIONS,
    Batch,
    Hole,
    Listing,
    Range,
    SpanReader,
    gist_of,
)
from core.times import DAY, moment

Wanted = Sequence[tuple[Listing, Sequence[Range]]]
TAKEN: Final = (SESSIONS, INTENTS, CHARGES)
_TAKEN: Final = frozenset(listing.kind for listing in TAKEN)
_INSIDE: Final = {"expand[0]": "data.payment_intent.latest_charge", "expand[1]": "data.charge"}
WENT_BACK: Final = (Listing(REFUNDS.kind, REFUNDS.path, _INSIDE), Listing(DISPUTES.kind, DISPUTES.path, _INSIDE))
"""What went back, with the payment that it went back from as it is now: a copy's may be older."""
COPY: Final = "copy"  # the kind of a hole: what a copy gave may not be all, or not as it is
FEW: Final = 100  # objects that are read one by one whatever a list would take
WINDOWS: Final = 2  # of each list that are held against the copy
_IN_A_WINDOW: Final = 60  # objects: a page holds more


@dataclass(slots=True)
class AtRest:
    """The copy for one scan of `span`, of `account` where that is known, beside `orders`. `said`: what is to be told of
    it; `holes`: what it cannot prove, or does not show; `taken`: objects that came from it; `at`: until when it is
    known (seconds since 1970); `sieved`: what its sieve goes through, of which nothing is read here."""

    copy: Copy | Files
    scratch: Scratch
    spans: SpanReader
    heart: Heart
    span: Range
    account: str | None
    orders: OrdersReader | None = None
    said: str = ""
    taken: int = 0
    at: int = 0
    sieved: Range | None = None
    holes: list[Hole] = field(default_factory=list)
    _believed: dict[str, tuple[Range, ...]] = field(default_factory=dict)
    _chance: random.Random = field(default_factory=random.Random)

    def begin(self) -> None:
        """See what the copy is and how far it can be believed. SettingsError where it cannot be what is meant. Where an
        earlier reading of this scan found it wanting, nothing that it gave counts any more."""
        if any(hole.kind == COPY for hole in self.heart.record.holes):
            with self.scratch.writing() as db:
                db.executemany("DELETE FROM done WHERE kind = ?", [(listing.kind,) for listing in TAKEN])
            self._distrust("The copy of Stripe's data was found wanting before: all was read from Stripe.")
            return
        try:
            if other := self._choose_account():
                self._distrust(f"The copy of Stripe's data is of {other}, not of {self.copy.account}: it was not used.")
            else:
                self._believe()
        except Unreachable as error:
            self._distrust(f"{error.message} All was read from Stripe.")

    def read(self, wanted: Wanted, keep: Callable[[Batch], None]) -> list[tuple[Listing, tuple[Range, ...]]]:
        """Take what can be taken of these lists. What is left to be listed."""
        if self.sieved is not None:
            beside = [self.sieved]
            wanted = [(one, coverage.less(ranges, beside if one.kind in _TAKEN else ())) for one, ranges in wanted]
        for listing, ranges in wanted:
            for one in coverage.both(ranges, self._believed.get(listing.kind, ())):
                try:
                    self._take(listing, one, keep)
                except Unreachable as error:
                    self._distrust(f"{error.message} What it had not given by then was read from Stripe.")
        left = [(listing, coverage.less(ranges, self.scratch.done(listing.kind))) for listing, ranges in wanted]
        return [(listing, ranges) for listing, ranges in left if ranges]

    def begin_anew(self) -> None:
        """Nothing that the copy gave before is kept: it comes anew."""
        forget(self.scratch)
        for kind, ranges in self._believed.items():
            self.scratch.set_done(kind, coverage.less(self.scratch.done(kind), ranges))

    @property
    def widest(self) -> Range | None:
        """The longest range of which everything is believed; None where that is less than half of what is of any. The
        others are taken piece by piece."""
        every = [self._believed.get(kind, ()) for kind in _TAKEN]
        whole = every[0]
        for ranges in every[1:]:
            whole = coverage.both(whole, ranges)
        longest = max(whole, key=_length, default=None)
        some = max(sum(map(_length, ranges)) for ranges in every)
        return longest if longest is not None and 2 * _length(longest) >= some else None

    def told(self, stale: Collection[str]) -> str:
        """What is to be said of the copy; `stale`: orders that only looked wrong there."""
        behind = f"{len(stale)} of its orders looked wrong there and are well at Stripe." if stale else ""
        return " ".join(filter(None, [self.said, behind]))

    def _choose_account(self) -> str:
        """Whose rows are read; nobody's are mixed with another's. Whose the copy is, where it is another's."""
        rest, mode = self.copy.rest, self.copy.mode
        if rest.mode is not None and rest.mode != mode:
            raise _wrong(f"mode is {rest.mode}, and the key is a {mode} key.", "Name the copy of the key's own mode.")
        there = self.copy.accounts()
        self.copy.account = (self.account or rest.account) if there else None
        if self.copy.account is None and len(there) > 1:
            raise _wrong("the copy holds several accounts.", 'Say whose it is: account = "acct_..." under it.')
        if rest.account and self.account not in (None, rest.account):
            return rest.account
        return there[0] if self.copy.account and len(there) == 1 and self.copy.account not in there else ""

    def _believe(self) -> None:
        words, found = self.copy.words, proofs(self.copy)
        believed = {name: coverage.both(one.believed, [self.span]) for name, one in found.items()}
        self._believed = {
            name: ranges
            for name, ranges in believed.items()
            if ranges and (found[name].proven or any(self.copy.count(name, one) for one in ranges))
        }
        if self._believed.keys().isdisjoint({SESSIONS.kind, INTENTS.kind}):
            self._distrust(f"The copy of Stripe's data ({words}) has nothing of this span that is a day old.")
            return
        if twice := self._twice():
            self._distrust(
                f"The copy of Stripe's data ({words}) has several rows of {twice}, and which of them is the newest is "
                "not known. It was not used: name a view that is kept and has one row an object."
            )
            return
        if lacking := self._lacking():
            self._distrust(f"The copy of Stripe's data ({words}) is not complete: {lacking}. It was not used.")
            return
        if refused := self._leads_nowhere():
            self._distrust(
                f"The copy of Stripe's data ({words}) is of no use to this shop: {refused}. It was not used."
            )
            return
        self.at = min(one.at for one in found.values() if one.at is not None)
        ends = max(one.until for ranges in self._believed.values() for one in ranges)
        self.said = f"Payments that were over by {moment(ends)} come from the copy of Stripe's data ({words})."
        if not all(one.proven for one in found.values()) and "gaps" not in self.copy.rest.accept:
            because = f"{self.copy.doubt}, so nobody can see whether payments are missing in it; to take it all the "
            because += 'same, write accept = "gaps" under [stripe.rest]'
            self.holes.append(Hole(COPY, self.span.since, min(ends, self.span.until), because))
        if because := self._unseen.because():
            self.holes.append(Hole(COPY, self.span.since, min(ends, self.span.until), because))
        self.said = " ".join(filter(None, [self.said, self._unseen.accepted()]))

    @property
    def _unseen(self) -> Unseen:
        return Unseen(self.copy, self.orders, self.scratch.keys)

    def _leads_nowhere(self) -> str:
        """Why nothing leads from the sessions of the copy to an order, by some of those that would be taken."""
        unseen = self._unseen
        if not self.copy.lacks or not (ranges := self._believed.get(SESSIONS.kind)):
            return ""
        some = next(iter(self.copy.objects(SESSIONS.kind, ranges[-1])), [])
        return unseen.refused(SESSIONS.kind, unseen.finished(SESSIONS.kind, some))

    def _distrust(self, said: str) -> None:
        self._believed, self.said = {}, " ".join(filter(None, [self.said, said]))

    def _twice(self) -> str | None:
        """An object of which several rows tell."""
        every = ((kind, one) for kind, ranges in self._believed.items() for one in ranges)
        return next((own for kind, one in every if (own := self.copy.twice(kind, one))), None)

    def _lacking(self) -> str:
        """What Stripe lists in some minutes of the span and the copy has not; nothing where it has all."""
        for listing in (SESSIONS, INTENTS):
            for one in self._windows(listing.kind):
                found = self._listed(Listing(listing.kind, listing.path, {}), one)
                if lost := sorted(found - self.copy.known(listing.kind, found).keys()):
                    of = f"{len(lost)} of {len(found)} {listing.kind} looked at"
                    return f"it has not {lost[0]}, which Stripe lists ({of})"
        return ""

    def _windows(self, kind: str) -> list[Range]:
        """Some minutes of what would be believed, in which about a page of objects was made."""
        ranges = self._believed.get(kind)
        if not ranges:
            return []
        within = self._chance.choice(ranges)
        length, there = within.until - within.since, self.copy.count(kind, within)
        wide = max(length * _IN_A_WINDOW // max(there, _IN_A_WINDOW), 1) if there else min(length, DAY)
        begins = [
            within.since + self._chance.randrange(length - wide + 1) for _ in range(WINDOWS if wide < length else 1)
        ]
        return [Range(at, at + wide) for at in begins]

    def _listed(self, listing: Listing, one: Range) -> set[str]:
        """The ids of what Stripe lists. Unreachable where it does not list all of it."""
        found = set[str]()
        read = self.spans.read(
            [(listing, [one])],
            keep=lambda batch: found.update(str(raw["id"]) for raw in batch.objects),
            stop=self.heart.stopped,
        )
        self.heart.requests += read.requests
        if read.holes:
            said = f"The copy of Stripe's data could not be held against Stripe's {listing.kind}: it was not used."
            raise Unreachable(said, next_step="Scan again when Stripe answers.")
        return found

    def _take(self, listing: Listing, one: Range, keep: Callable[[Batch], None]) -> None:
        """What is over of a range; it is done where all else could be read by its ids."""
        going_on = list[str]()
        taken = 0
        unseen = self._unseen
        for objects in self.copy.objects(listing.kind, one):
            over, others = unseen.over(listing.kind, objects)
            going_on += [str(gist_of(raw).get("id")) for raw in others]
            keep(Batch(listing, tuple(over), (), at_rest=True))
            taken += len(over)
            self.heart.beat()
            if self.heart.stopped():
                return
        self.taken += taken
        if len(going_on) > max(FEW, (taken + len(going_on)) // PAGE):
            return  # a list takes fewer requests
        live = list[Json]()
        missing, whole = self.retrieved(going_on, live.append)
        keep(Batch(listing, tuple(live), (one,) if whole else ()))
        if missing:
            self.said += f" It has {missing[0].id}, which Stripe does not know ({len(missing)} such)."

    def retrieved(self, ids: Collection[str], keep: Callable[[Json], None]) -> tuple[tuple[Missing, ...], bool]:
        """Objects as they are now; whether all were read, or are known not to be."""
        if not ids:
            return (), True
        read = self.spans.retrieve(ids, keep=keep, stop=self.heart.stopped)
        self.heart.requests += read.requests
        return read.missing, not read.failed


def _length(one: Range) -> int:
    return one.until - one.since


def _wrong(what: str, do: str) -> SettingsError:
    return SettingsError(f"[stripe.rest]: {what}", next_step=do, setting="stripe.rest")
