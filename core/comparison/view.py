"""`View`: what a row of the comparison is made from."""

from dataclasses import dataclass, replace

from core.cases import Case
from core.comparison.attempts import Attempt
from core.findings import Diagnosis
from core.linking import Links, names_other
from core.rules import Seen


@dataclass(frozen=True, slots=True)
class View:
    """A case with its diagnosis, and the one attempt at paying that is looked at. `seen` is the case as the rules see
    it, None where there is no order."""

    case: Case
    links: Links
    diagnosis: Diagnosis
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

    @classmethod
    def of(cls, case: Case, links: Links, diagnosis: Diagnosis, attempt: Attempt) -> "View":
        """The case as `core.rules.diagnose` looks at it: each object once, the oldest first."""
        if links.facts and links.facts is not case.facts:
            case = replace(case, facts=links.facts)
        seen = Seen(case, case.order, links) if case.order else None
        return cls(case, links, diagnosis, attempt, seen)
