"""`Recalled`: what scans have learned of names; `never_sent`: what Stripe failed to make, as the journal has it.

Asked again after a minute at most; where the journal cannot be read, nothing is known, and cases open all the same.
"""

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Final

from core.errors import OrderlensError
from core.facts import NeverMade, never_made
from core.journal import Journal
from core.linking import Learned, learning
from core.stripe_api import Access

FOR: Final = 60  # seconds


@dataclass(slots=True)
class Recalled:
    """Called, it says what is known. `clock` gives seconds since 1970."""

    journal: Journal
    access: Access
    clock: Callable[[], float]
    _known: Learned = field(default_factory=Learned)
    _until: float = 0.0

    def __call__(self) -> Learned:
        """What is known, at most a minute old."""
        now = self.clock()
        if not now < self._until <= now + FOR:
            try:
                kept = self.journal.cursors.get(learning.kept_under(self.access.mode, self.access.account))
                self._known = learning.read(kept)
            except OrderlensError:
                self._known = Learned()
            self._until = now + FOR
        return self._known


def never_sent(journal: Journal, access: Access) -> tuple[NeverMade, ...]:
    """The events that Stripe failed to make, as far as a watch has heard of them; none where the journal cannot be
    read."""
    try:
        return never_made.read(journal.cursors.get(never_made.kept_under(access.mode, access.account)))
    except OrderlensError:
        return ()
