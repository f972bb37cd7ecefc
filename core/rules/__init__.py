"""The catalogue of discrepancies, and `examine`, which asks it of a case.

    identity/ ids/ payment/ billing/ amounts/ money_back/ transport/ timing notes
                the families: where a rule stands is its `family`
    rule        Rule, Match, Seen: what a rule is and what it is asked about
    questions/  what several rules ask of a case
    sentences   how values are put into sentences and evidence
    examined    Examined: a case that was looked at once
    advice      the guard: no advice fights another, and none moves money twice
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
from core.rules import amounts, billing, identity, ids, money_back, notes, payment, timing, transport
from core.rules.examined import Examined
from core.rules.ranking import examined_by
from core.rules.rule import Match, Rule, Seen

RULES: tuple[Rule, ...] = (
    # can the two sides be compared at all?
    identity.KEY_MODE_MISMATCH,
    identity.SESSION_FOREIGN,
    identity.ORDER_COPIED,
    # money that needs a person today
    payment.DUPLICATE_PAYMENT,
    billing.SUBSCRIPTION_DOUBLED,
    billing.SUBSCRIPTION_STILL_CHARGED,
    payment.LATE_FAILURE_OVERWROTE,
    payment.PAID_ORDER_CLOSED,
    money_back.DISPUTE_NOT_REFLECTED,
    payment.PAYMENT_DOUBTED,
    # broken ids
    ids.ID_PLACEHOLDER,
    ids.ID_WRONG_TYPE,
    ids.ID_MALFORMED,
    identity.WRONG_ACCOUNT,
    ids.STALE_ID,
    ids.ID_MISSING,
    identity.SESSION_NOT_FOUND,
    # the app is ahead of Stripe
    payment.ASYNC_FAILED,
    payment.AUTH_EXPIRED,
    payment.HOLD_RELEASED,
    payment.AUTH_NOT_CAPTURED,
    payment.HOLD_SHORT,
    payment.SETUP_UNUSABLE,
    payment.FULFILLED_BEFORE_FUNDS,
    payment.ASYNC_MARKED_FAILED,
    payment.UNPAID_MARKED_PAID,
    billing.SUBSCRIPTION_ENDED,
    amounts.MINOR_UNIT_ERROR,
    amounts.CURRENCY_MISMATCH,
    identity.METADATA_DRIFT,
    # the app is behind Stripe
    billing.PAID_OUTSIDE_STRIPE,
    transport.WEBHOOK_OFF,
    transport.WEBHOOK_NOT_SUBSCRIBED,
    transport.METADATA_NOT_ON_PI,
    transport.WEBHOOK_WRONG_HOST,
    transport.WEBHOOK_FAILING,
    transport.WEBHOOK_BEFORE_ORDER,
    transport.NO_PI_BY_DESIGN,
    transport.WEBHOOK_ACKED_NOT_APPLIED,
    identity.LINK_MISSING,
    transport.PAID_NOT_RECORDED,
    # amounts, refunds, time
    amounts.AMOUNT_STALE_CART,
    amounts.AMOUNT_MISMATCH,
    money_back.REFUND_OVERSTATED,
    money_back.REFUND_NOT_RECORDED,
    amounts.AMOUNT_EXPLAINED,
    payment.HOLD_ON_CLOSED_ORDER,
    timing.OPEN_SESSION_ON_CLOSED_ORDER,
    timing.EXPIRED_ORDER_OPEN,
    timing.SETTLING,
)
NOTES: tuple[Rule, ...] = (
    notes.NOTE_EMAIL_DIFFERS,
    notes.NOTE_PI_NOT_STORED,
    notes.NOTE_CLOCK_OR_UNIT,
    notes.NOTE_DUPLICATE_ENDPOINTS,
    notes.NOTE_API_VERSION_SKEW,
)
TITLES = {rule.code: rule.title for rule in RULES}  # what each code is called, where no finding is at hand
WITHOUT_ORDER = frozenset(rule.code for rule in RULES if rule.unclaimed)  # these are told of payments, too
ASKED = {  # by the order's status, and whether it is paid at Stripe: the rules that may hold then
    (status, paid): tuple(rule for rule in RULES if status in rule.orders and rule.paid in (None, paid))
    for status in OrderStatus
    for paid in (True, False)
}


def examine(case: Case) -> Examined:
    """A case, linked once, and what is wrong with it: a pure function of it; never raises, whatever Stripe or the
    database said."""
    return examined_by(case, RULES, NOTES, ASKED)


__all__ = ["ASKED", "NOTES", "RULES", "TITLES", "WITHOUT_ORDER", "Examined", "Match", "Rule", "Seen", "examine"]
