"""Subscriptions and their bills, listed for the span where one of its sessions began one; elsewhere nothing is asked.

A session says that a subscription began, not what became of it. So what began since the span does is listed, and every
bill since: a bulk of a hundred a request, and none for a suspect. What is older is read where a case is opened.
"""

from dataclasses import dataclass
from functools import partial
from typing import Final

from core.scanning.heart import Heart
from core.scanning.scratch import Scratch, coverage
from core.stripe_api.spans import INVOICES, SUBSCRIPTIONS, Batch, Hole, Listing, Range, SpanReader

_BEGAN: Final = "SELECT 1 FROM objects WHERE plan_key IS NOT NULL AND kind = 'session' LIMIT 1"


@dataclass(slots=True)
class Subscriptions:
    """The reading of what began in `span`, as it stands since `began` (seconds since 1970). `known`: a copy has a
    session that began one."""

    scratch: Scratch
    spans: SpanReader
    heart: Heart
    span: Range
    began: int
    known: bool = False

    def read(self, holes: list[Hole]) -> list[Hole]:
        """Read, where there is any. The holes, and those that this leaves. Stops early where the heart says so."""
        if self.heart.stopped() or not (self.known or self.scratch.rows(_BEGAN)):
            return holes
        since = Range(self.span.since, max(self.span.until, self.began))
        wanted = [(one, coverage.less([since], self.scratch.done(one.kind))) for one in (SUBSCRIPTIONS, INVOICES)]
        return self._list([(listing, left) for listing, left in wanted if left], holes)

    def _list(self, wanted: list[tuple[Listing, tuple[Range, ...]]], holes: list[Hole]) -> list[Hole]:
        if not wanted:
            return holes
        before = self.heart.requests
        progress = partial(self.heart.listed, before)
        read = self.spans.read(wanted, keep=self._keep, stop=self.heart.stopped, progress=progress)
        self.heart.requests = before + read.requests
        kinds = {listing.kind for listing, _ in wanted}
        flaws = [hole for hole in self.scratch.flaws(events=False, of=kinds) if hole not in holes]
        return [*holes, *read.holes, *flaws]

    def _keep(self, batch: Batch) -> None:
        self.scratch.keep(batch.listing.kind, batch.objects, batch.done, batch.flaws())
