"""The catalogue of discrepancies, and `examine`, which asks it of a case.

    identity/ ids/ payment/ amounts/ money_back/ transport/ timing notes
                the families: where a rule stands is its `family`
    rule        Rule, Match, Seen: what a rule is and what it is asked about
    questions/  what several rules ask of a case
    sentences   how values are put into sentences and evidence
    examined    Examined: a case that was looked at once
    ranking     which of those that hold is the headline; their sentences filled; how sure each is, and why

`RULES` is the catalogue in headline order: the first rule that holds is the headline, the others that hold stand below
it as its consequences and causes. Two things bend the order: a rule may supersede others, which then vanish, and a
rule may lead over one that stands before it. `NOTES` never make a headline. A new rule is a value in its family's
folder and a line here.

Nothing is called clean unless all was read and the two sides agree: what was not read, what is not understood, and a
disagreement that no rule names, make a diagnosis undetermined.
"""

from core.cases import Case
from core.facts import OrderStatus
from core.rules.amounts import AMOUNT_EXPLAINED, AMOUNT_MISMATCH, AMOUNT_STALE_CART, CURRENCY_MISMATCH, MINOR_UNIT_ERROR
from core.rules.examined import Examined
from core.rules.identity import (
    KEY_MODE_MISMATCH,
    LINK_MISSING,
    METADATA_DRIFT,
    SESSION_FOREIGN,
    SESSION_NOT_FOUND,
    WRONG_ACCOUNT,
)
from core.rules.ids import ID_MALFORMED, ID_MISSING, ID_PLACEHOLDER, ID_WRONG_TYPE, STALE_ID
from core.rules.money_back import DISPUTE_NOT_REFLECTED, REFUND_NOT_RECORDED, REFUND_OVERSTATED
from core.rules.notes import (
    NOTE_API_VERSION_SKEW,
    NOTE_CLOCK_OR_UNIT,
    NOTE_DUPLICATE_ENDPOINTS,
    NOTE_EMAIL_DIFFERS,
    NOTE_PI_NOT_STORED,
)
from core.rules.payment import (
    ASYNC_FAILED,
    ASYNC_MARKED_FAILED,
    AUTH_EXPIRED,
    AUTH_NOT_CAPTURED,
    DUPLICATE_PAYMENT,
    FULFILLED_BEFORE_FUNDS,
    LATE_FAILURE_OVERWROTE,
    PAID_ORDER_CLOSED,
    UNPAID_MARKED_PAID,
)
from core.rules.ranking import examined_by
from core.rules.rule import Match, Rule, Seen
from core.rules.timing import EXPIRED_ORDER_OPEN, OPEN_SESSION_ON_CLOSED_ORDER, SETTLING
from core.rules.transport import (
    METADATA_NOT_ON_PI,
    NO_PI_BY_DESIGN,
    PAID_NOT_RECORDED,
    WEBHOOK_ACKED_NOT_APPLIED,
    WEBHOOK_BEFORE_ORDER,
    WEBHOOK_FAILING,
    WEBHOOK_NOT_SUBSCRIBED,
    WEBHOOK_OFF,
    WEBHOOK_WRONG_HOST,
)

RULES: tuple[Rule, ...] = (
    # can the two sides be compared at all?
    KEY_MODE_MISMATCH,
    SESSION_FOREIGN,
    # money that needs a person today
    DUPLICATE_PAYMENT,
    LATE_FAILURE_OVERWROTE,
    PAID_ORDER_CLOSED,
    DISPUTE_NOT_REFLECTED,
    # broken ids
    ID_PLACEHOLDER,
    ID_WRONG_TYPE,
    ID_MALFORMED,
    WRONG_ACCOUNT,
    STALE_ID,
    ID_MISSING,
    SESSION_NOT_FOUND,
    # the app is ahead of Stripe
    ASYNC_FAILED,
    AUTH_EXPIRED,
    AUTH_NOT_CAPTURED,
    FULFILLED_BEFORE_FUNDS,
    ASYNC_MARKED_FAILED,
    UNPAID_MARKED_PAID,
    MINOR_UNIT_ERROR,
    CURRENCY_MISMATCH,
    METADATA_DRIFT,
    # the app is behind Stripe
    WEBHOOK_OFF,
    WEBHOOK_NOT_SUBSCRIBED,
    METADATA_NOT_ON_PI,
    WEBHOOK_WRONG_HOST,
    WEBHOOK_FAILING,
    WEBHOOK_BEFORE_ORDER,
    NO_PI_BY_DESIGN,
    WEBHOOK_ACKED_NOT_APPLIED,
    LINK_MISSING,
    PAID_NOT_RECORDED,
    # amounts, refunds, time
    AMOUNT_STALE_CART,
    AMOUNT_MISMATCH,
    REFUND_OVERSTATED,
    REFUND_NOT_RECORDED,
    AMOUNT_EXPLAINED,
    OPEN_SESSION_ON_CLOSED_ORDER,
    EXPIRED_ORDER_OPEN,
    SETTLING,
)
NOTES: tuple[Rule, ...] = (
    NOTE_EMAIL_DIFFERS,
    NOTE_PI_NOT_STORED,
    NOTE_CLOCK_OR_UNIT,
    NOTE_DUPLICATE_ENDPOINTS,
    NOTE_API_VERSION_SKEW,
)
TITLES = {rule.code: rule.title for rule in RULES}  # what each code is called, where no finding is at hand
ASKED = {  # by the order's status, and whether it is paid at Stripe: the rules that may hold then
    (status, paid): tuple(rule for rule in RULES if status in rule.orders and rule.paid in (None, paid))
    for status in OrderStatus
    for paid in (True, False)
}


def examine(case: Case) -> Examined:
    """A case, linked once, and what is wrong with it: a pure function of it; never raises, whatever Stripe or the
    database said."""
    return examined_by(case, RULES, NOTES, ASKED)


__all__ = [
    "ASKED", "KEY_MODE_MISMATCH", "NOTES", "PAID_NOT_RECORDED", "PAID_ORDER_CLOSED", "RULES", "TITLES", "Examined",
    "Match", "Rule", "Seen", "examine",
]  # fmt: skip
