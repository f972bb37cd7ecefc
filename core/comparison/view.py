"""`View`: what a row of the comparison is made from."""

from dataclasses import dataclass

from core.comparison.attempts import Attempt
from core.linking import names_other
from core.rules import Examined, Seen


@dataclass(frozen=True, slots=True)
class View(Examined):
    """A case, and the one attempt at paying that is looked at. `seen` is the case as the rules see it, None where there
    is no order."""

    attempt: Attempt
    seen: Seen | None

    @property
    def codes(self) -> frozenset[str]:
        """The codes of the findings."""
        return frozenset(found.code for found in self.diagnosis.findings)

    @property
    def stranger(self) -> str:
        """Why the attempt is not held against the order; empty where it is the order's own."""
        order = self.case.order
        if self.attempt.linked or order is None:
            return ""
        if any(names_other(order, part) for part in self.attempt.parts):
            return "This attempt to pay is for another order."
        return "Nothing says that this attempt to pay is for this order."
