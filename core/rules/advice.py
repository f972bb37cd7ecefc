"""No advice fights another, and none moves money twice: the one guard over all that a diagnosis proposes.

Each action has an effect on money or on the books. What the ledger forbids is withheld from every finding; of two
actions that cannot both be carried out, the first finding's stays. A finding whose whole point is withheld vanishes,
the steps that carry out a withheld action (`core.rules.rule.does`) go with it.
"""

from dataclasses import dataclass

from core.findings import Action
from core.linking import Claim
from core.linking.ledger import LEFT, OPEN
from core.rules.questions import not_paid_but, states, subscribed
from core.rules.questions.figures import is_open, too_little
from core.rules.rule import Match, Rule, Seen, Step

RETURNS = frozenset(  # money goes back to the customer
    {Action.REFUND_DUPLICATE, Action.REFUND_PAYMENT, Action.RETRY_REFUND, Action.REOPEN_OR_REFUND}
)
TAKES = frozenset({Action.REQUEST_NEW_PAYMENT, Action.CAPTURE_NOW})  # the customer is charged
BOOKS = frozenset({Action.MARK_PAID_AFTER_VERIFY, Action.REPLAY_EVENT})  # the order is called paid
ENDS = frozenset({Action.CANCEL_ORDER, Action.END_ACCESS})
_NOT_BOTH = (  # of different findings: what one of them does makes the other harmful
    (RETURNS, RETURNS),
    (RETURNS - {Action.REFUND_DUPLICATE}, BOOKS),
    (RETURNS, TAKES),
    (BOOKS, {Action.REQUEST_NEW_PAYMENT}),
    (BOOKS, ENDS),
    ({Action.CAPTURE_NOW}, {Action.RELEASE_HOLD, Action.REQUEST_NEW_PAYMENT, *ENDS}),
    ({Action.WAIT}, {Action.CANCEL_ORDER, Action.REQUEST_NEW_PAYMENT}),
)
_TOO_LITTLE = frozenset({"under", "low"})  # of an amount that is not the total
_UNEQUAL = frozenset({"amount_mismatch", "minor_unit_error", "currency_mismatch", "amount_stale_cart"})


_GUARDED = RETURNS | TAKES | BOOKS | ENDS | {Action.WAIT, Action.RELEASE_HOLD}


@dataclass(frozen=True, slots=True)
class Held:
    """A rule that holds, with its match, and the actions that may not be proposed here."""

    rule: Rule
    match: Match
    barred: frozenset[Action] = frozenset()

    @property
    def actions(self) -> tuple[Action, ...]:
        """What it proposes."""
        own = self.rule.actions if self.match.actions is None else self.match.actions
        return tuple([action for action in own if action not in self.barred])


def peaceful(seen: Seen, held: list[tuple[Rule, Match]]) -> list[Held]:
    """The rules that hold, the headline first, with what each may propose beside the others and the ledger."""
    if not any(_may_harm(rule, match) for rule, match in held):
        return [Held(rule, match) for rule, match in held]
    forbidden = _forbidden(seen, held)
    stay, proposed = list[Held](), set[Action]()
    for rule, match in held:
        own = Held(rule, match).actions
        withheld = {action for action in own if action in forbidden or (proposed and _fights(action, proposed))}
        if own and own[0] in withheld & (RETURNS | TAKES):
            continue
        stay.append(Held(rule, match, forbidden | withheld))
        proposed |= set(own) - withheld
    return stay


def _may_harm(rule: Rule, match: Match) -> bool:
    """Whether it proposes anything that may have to be withheld, in actions or in a step."""
    if _GUARDED & set(rule.actions if match.actions is None else match.actions):
        return True
    steps = rule.remedy_by_detail.get(match.detail or "", rule.remedy)
    return any(isinstance(step, Step) for step in steps)


def _fights(action: Action, proposed: set[Action]) -> bool:
    """Whether it cannot be carried out beside what the findings before it propose."""
    return any((action in one and proposed & other) or (action in other and proposed & one) for one, other in _NOT_BOTH)


def _asked_about_a_bill(seen: Seen) -> bool:
    """Whether a bank questions, or took, what paid a later bill of the order's subscription."""
    ids = {key for bill in seen.links.invoices for key in (*bill.intent_ids, *bill.charge_ids)}
    asked = [one for one in seen.case.facts.disputes if one.status in LEFT | OPEN] if ids else []
    return any(one.charge_id in ids or one.payment_intent_id in ids for one in asked)


def _forbidden(seen: Seen, held: list[tuple[Rule, Match]]) -> frozenset[Action]:
    """What the ledger and the owner of the payment forbid to everybody."""
    links, codes = seen.links, {rule.code for rule, match in held if match.detail != "rounding"}
    theirs = "session_foreign" in codes and not (links.standing or links.outside)
    nothing_due = any(session.mode != "setup" for session in links.free)
    paid = links.still_paid or links.standing or links.outside or nothing_due
    paid = paid or any(what is Claim.COPIED for what, _ in links.claims)
    forbidden: set[Action] = set()
    if states.with_bank(seen) or _asked_about_a_bill(seen) or states.won_back(seen) or not links.standing:
        forbidden |= RETURNS
    if links.pending_refund:  # that may be the same money; an extra payment is another one
        forbidden |= RETURNS - {Action.REFUND_DUPLICATE}
    if paid or not_paid_but.under_way(seen):
        forbidden.add(Action.REQUEST_NEW_PAYMENT)
    if theirs:
        forbidden |= BOOKS
    if subscribed.all_over(seen):  # it is not to be given any more
        forbidden |= BOOKS
    if held[0][0].code in codes & _UNEQUAL or any(match.detail in _TOO_LITTLE for _, match in held):
        forbidden.add(Action.MARK_PAID_AFTER_VERIFY)
    if too_little(seen):
        forbidden.add(Action.MARK_PAID_AFTER_VERIFY)
    if not_paid_but.under_way(seen) or any(is_open(session, seen.case.now) for session in links.sessions):
        forbidden.add(Action.CANCEL_ORDER)
    return frozenset(forbidden)
