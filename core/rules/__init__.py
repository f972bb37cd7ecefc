"""The catalogue of discrepancies, and `diagnose`, which asks it.

`RULES` is the catalogue in headline order: the first rule that holds is the headline, the others that hold stand below
it as its consequences and causes. Two things bend the order: a rule may supersede others, which then vanish, and a
rule may lead over one that stands before it. `NOTES` never make a headline. A new rule is a value in its family's
module and a line here.

Nothing is called clean unless all was read and the two sides agree: what was not read, what is not understood, and a
disagreement that no rule names, make a diagnosis undetermined.
"""

from core.cases import Case
from core.findings import Diagnosis
from core.rules.diagnosing import judged
from core.rules.identity import KEY_MODE_MISMATCH, METADATA_DRIFT, SESSION_FOREIGN, SESSION_NOT_FOUND
from core.rules.ids import ID_MALFORMED, ID_MISSING, ID_PLACEHOLDER, STALE_ID
from core.rules.rule import Match, Rule, Seen
from core.rules.transport import PAID_NOT_RECORDED, WEBHOOK_ACKED_NOT_APPLIED, WEBHOOK_FAILING

RULES: tuple[Rule, ...] = (
    KEY_MODE_MISMATCH,
    SESSION_FOREIGN,
    ID_PLACEHOLDER,
    ID_MALFORMED,
    STALE_ID,
    ID_MISSING,
    SESSION_NOT_FOUND,
    METADATA_DRIFT,
    WEBHOOK_FAILING,
    WEBHOOK_ACKED_NOT_APPLIED,
    PAID_NOT_RECORDED,
)
NOTES: tuple[Rule, ...] = ()


def diagnose(case: Case) -> Diagnosis:
    """What is wrong with a case: a pure function of it; never raises, whatever Stripe or the database said."""
    return judged(case, RULES, NOTES)


__all__ = ["NOTES", "RULES", "Match", "Rule", "Seen", "diagnose"]
