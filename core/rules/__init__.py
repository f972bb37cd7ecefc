"""The catalogue of discrepancies, and `examine`, which asks it of a case.

`RULES` is the catalogue in headline order: the first rule that holds is the headline, the others that hold stand below
it as its consequences and causes. Two things bend the order: a rule may supersede others, which then vanish, and a
rule may lead over one that stands before it. `NOTES` never make a headline. A new rule is a value in its family's
module and a line here.

Nothing is called clean unless all was read and the two sides agree: what was not read, what is not understood, and a
disagreement that no rule names, make a diagnosis undetermined.
"""

from core.cases import Case
from core.facts import OrderStatus
from core.rules.amounts.carts import AMOUNT_STALE_CART
from core.rules.amounts.differing import AMOUNT_EXPLAINED, AMOUNT_MISMATCH, CURRENCY_MISMATCH
from core.rules.amounts.units import MINOR_UNIT_ERROR
from core.rules.examined import Examined
from core.rules.identity.not_ours import KEY_MODE_MISMATCH, SESSION_FOREIGN
from core.rules.identity.two_stories import METADATA_DRIFT
from core.rules.identity.unclaimed import LINK_MISSING
from core.rules.identity.unknown_to_stripe import SESSION_NOT_FOUND, WRONG_ACCOUNT
from core.rules.ids.broken import ID_MALFORMED, ID_PLACEHOLDER, ID_WRONG_TYPE
from core.rules.ids.leads_elsewhere import ID_MISSING, STALE_ID
from core.rules.money_back.disputes import DISPUTE_NOT_REFLECTED
from core.rules.money_back.refunds import REFUND_NOT_RECORDED, REFUND_OVERSTATED
from core.rules.notes import (
    NOTE_API_VERSION_SKEW,
    NOTE_CLOCK_OR_UNIT,
    NOTE_DUPLICATE_ENDPOINTS,
    NOTE_EMAIL_DIFFERS,
    NOTE_PI_NOT_STORED,
)
from core.rules.payment.bank_answers_later import ASYNC_FAILED, ASYNC_MARKED_FAILED, FULFILLED_BEFORE_FUNDS
from core.rules.payment.holds import AUTH_EXPIRED, AUTH_NOT_CAPTURED
from core.rules.payment.paid_only_here import UNPAID_MARKED_PAID
from core.rules.payment.twice_or_closed import DUPLICATE_PAYMENT, LATE_FAILURE_OVERWROTE, PAID_ORDER_CLOSED
from core.rules.ranking import judged
from core.rules.rule import Match, Rule, Seen
from core.rules.timing import EXPIRED_ORDER_OPEN, OPEN_SESSION_ON_CLOSED_ORDER, SETTLING
from core.rules.transport.endpoints import WEBHOOK_NOT_SUBSCRIBED, WEBHOOK_OFF, WEBHOOK_WRONG_HOST
from core.rules.transport.handlers import METADATA_NOT_ON_PI, NO_PI_BY_DESIGN, WEBHOOK_BEFORE_ORDER
from core.rules.transport.refused_or_dropped import PAID_NOT_RECORDED, WEBHOOK_ACKED_NOT_APPLIED, WEBHOOK_FAILING

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
    return judged(case, RULES, NOTES, ASKED)


__all__ = ["ASKED", "NOTES", "RULES", "TITLES", "Examined", "Match", "Rule", "Seen", "examine"]
