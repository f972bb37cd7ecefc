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
from core.rules.amounts import AMOUNT_EXPLAINED, AMOUNT_MISMATCH, CURRENCY_MISMATCH
from core.rules.diagnosing import judged
from core.rules.drift import METADATA_DRIFT
from core.rules.identity import KEY_MODE_MISMATCH, SESSION_FOREIGN, SESSION_NOT_FOUND
from core.rules.ids import ID_MALFORMED, ID_MISSING, ID_PLACEHOLDER, STALE_ID
from core.rules.notes import NOTE_API_VERSION_SKEW, NOTE_CLOCK_OR_UNIT, NOTE_DUPLICATE_ENDPOINTS, NOTE_EMAIL_DIFFERS
from core.rules.payment import DUPLICATE_PAYMENT, PAID_ORDER_CLOSED, UNPAID_MARKED_PAID
from core.rules.refunds import REFUND_NOT_RECORDED
from core.rules.rule import Match, Rule, Seen
from core.rules.timing import EXPIRED_ORDER_OPEN, SETTLING
from core.rules.transport import PAID_NOT_RECORDED, WEBHOOK_ACKED_NOT_APPLIED, WEBHOOK_FAILING

RULES: tuple[Rule, ...] = (
    # can the two sides be compared at all?
    KEY_MODE_MISMATCH,
    SESSION_FOREIGN,
    # money that needs a person today
    DUPLICATE_PAYMENT,
    PAID_ORDER_CLOSED,
    # broken ids
    ID_PLACEHOLDER,
    ID_MALFORMED,
    STALE_ID,
    ID_MISSING,
    SESSION_NOT_FOUND,
    # the app is ahead of Stripe
    UNPAID_MARKED_PAID,
    CURRENCY_MISMATCH,
    METADATA_DRIFT,
    # the app is behind Stripe
    WEBHOOK_FAILING,
    WEBHOOK_ACKED_NOT_APPLIED,
    PAID_NOT_RECORDED,
    # amounts, refunds, time
    AMOUNT_MISMATCH,
    REFUND_NOT_RECORDED,
    AMOUNT_EXPLAINED,
    EXPIRED_ORDER_OPEN,
    SETTLING,
)
NOTES: tuple[Rule, ...] = (
    NOTE_EMAIL_DIFFERS,
    NOTE_CLOCK_OR_UNIT,
    NOTE_DUPLICATE_ENDPOINTS,
    NOTE_API_VERSION_SKEW,
)


def diagnose(case: Case) -> Diagnosis:
    """What is wrong with a case: a pure function of it; never raises, whatever Stripe or the database said."""
    return judged(case, RULES, NOTES)


__all__ = ["NOTES", "RULES", "Match", "Rule", "Seen", "diagnose"]
