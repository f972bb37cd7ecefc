"""`Sources`: what a scan reads, and where it tells."""

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from core.journal import Journal, ScanRecord
from core.orders import OrdersReader
from core.rest.copy import Copy
from core.rest.files import Files
from core.rest.sieve import Sieves
from core.scanning.names import Names
from core.scanning.plan import Stage
from core.scanning.reading.both_sides import PATIENCE
from core.scanning.reading.lister import Lister
from core.scanning.sifting import WORTH_IT
from core.stripe_api.spans import SpanReader
from core.surroundings import Surroundings


@dataclass(frozen=True, slots=True)
class Sources:
    """What a scan reads, and the journal it notes in: all of it is the caller's, who closes it.

    `folder`: for scratch files; `clock`: seconds since 1970; `stop`: asked often, True ends the scan; `progress`: shown
    how far it is; `patience`: seconds between tries to read orders that cannot be reached; `ahead`: a second
    reader, for what suspects need, where the account's limit leaves room for one beside the first; `begun`: called with
    the record at the beginning, whether it is new or one that is gone on with; `lister`: reads the lists of the span
    instead of `spans`, which begins where it ends; `keep_days`: for how long what is settled is kept, None for ever;
    `copy`: of Stripe's data, from which is taken what is over; `sieves`: go through it where it lies, if it has
    `sieved_from` payments of the span; `platform`: a reader of the key's own account, where
    `spans` is of a connected one whose orders alone are scanned.
    """

    orders: OrdersReader
    spans: SpanReader
    journal: Journal
    folder: Path
    surroundings: Surroundings
    clock: Callable[[], float]
    stop: Callable[[], bool] = lambda: False
    progress: Callable[[Stage], None] = lambda _: None
    patience: tuple[float, ...] = PATIENCE
    ahead: SpanReader | None = None
    begun: Callable[[ScanRecord], None] = lambda _: None
    lister: Lister | None = None
    keep_days: int | None = None
    copy: Copy | Files | None = None
    sieves: Sieves | None = None
    sieved_from: int = WORTH_IT
    platform: SpanReader | None = None

    @property
    def idle(self) -> SpanReader | None:
        """A reader that nobody uses while the lists are read."""
        return self.spans if self.lister is not None and self.ahead is not None and self.copy is None else None

    def close(self) -> None:
        """Let go of both sides and of the journal, for whoever made all three."""
        for one in (self.spans, self.lister, self.ahead, self.platform, self.copy, self.orders, self.journal):
            if one is not None:
                one.close()


def names_of(sources: Sources) -> Names:
    """What is known of names in the account that is scanned."""
    access = sources.spans.access
    return Names.of(sources.orders, sources.journal, sources.surroundings, access.mode, access.account)
