"""`Examined`: a case that was looked at once, with all that came of it; handed on, so that nobody links it again."""

from dataclasses import dataclass

from core.cases import Case
from core.findings import Diagnosis
from core.linking import Links


@dataclass(frozen=True, slots=True)
class Examined:
    """A case and what is known of it. `case`: each object of its facts once, the oldest first, however they were read;
    `links`: what of them belongs to its order; `diagnosis`: what is wrong."""

    case: Case
    links: Links
    diagnosis: Diagnosis
