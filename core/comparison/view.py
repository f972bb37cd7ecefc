"""`View`: what a row of the comparison is made from."""

from dataclasses import dataclass

from core.comparison.accused import fields_of
from core.comparison.attempts import Attempt
from core.findings import Evidence
from core.linking import Whose
from core.rules import Examined, Seen


@dataclass(frozen=True, slots=True)
class View(Examined):
    """A case, and the one attempt at paying that is looked at. `seen` is the case as the rules see it, None where there
    is no order."""

    attempt: Attempt
    seen: Seen | None

    @property
    def evidence(self) -> tuple[Evidence, ...]:
        """All that the findings show."""
        return tuple(one for found in self.diagnosis.findings for one in found.evidence)

    @property
    def accused(self) -> frozenset[str]:
        """The fields that the findings are about."""
        return frozenset[str]().union(*map(fields_of, self.diagnosis.findings))

    @property
    def stranger(self) -> str:
        """Why the attempt is not held against the order; empty where it is the order's own."""
        order = self.case.order
        if self.attempt.linked or order is None:
            return ""
        books = self.links.books
        if books and any(books.whose(part) is Whose.ANOTHERS for part in self.attempt.parts):
            return "This attempt to pay is for another order."
        return "Nothing says that this attempt to pay is for this order."
