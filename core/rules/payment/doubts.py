"""Money that came in, and that Stripe or the card's bank does not trust."""

from core.facts import OPEN_ORDER, Charge, ChargeStatus, FraudWarning, Review, fraud_warnings, reviews
from core.findings import Action, Confidence, Evidence, Severity
from core.money import Money
from core.rules.questions import not_paid_but, states
from core.rules.rule import Match, Rule, Seen, does
from core.rules.sentences import money, status_of
from core.times import DAY, moment

_SPARED = " A refund now is likely to spare you a dispute."
_TOLD = 30 * DAY  # how long Stripe lists the event that would say that a review is over


def payment_doubted(seen: Seen) -> Match | None:
    """A review is open, or the bank has warned of fraud and a refund would still help."""
    order, links = seen.order, seen.links
    if (
        not _is_spoken_of(seen)
        or order.status not in states.ALIVE
        or states.other_account(seen)
        or not (links.still_paid or _held_ids(seen))
    ):
        return None
    if seen.unread("charges", "refunds", "disputes"):
        return None
    charges = _standing(seen)
    ids = _ids(seen, charges)
    warnings = [one for one in fraud_warnings(links.events) if one.actionable and _about(one, ids)]
    opened, unsure = _open_reviews(seen, charges, ids)
    if seen.unread("events"):
        unsure = []  # that the review is over may be among them
    if not (warnings or opened or unsure):
        return None
    noted = warnings[-1] if warnings else None
    told: tuple[FraudWarning | Review, ...] = (*warnings, *opened)
    named = {id_ for one in told for id_ in (one.charge_id, one.payment_intent_id) if id_}
    held = _only_held(seen, named or {charge.id for charge in unsure})
    warned = (Action.HOLD_FULFILMENT, Action.RELEASE_HOLD if held else Action.REFUND_PAYMENT, Action.CONTACT_CUSTOMER)
    return Match(
        Severity.HIGH,
        held or links.net,
        (
            *(Evidence(f"warning {one.id}", "early fraud warning", _kind(one)) for one in warnings),
            *(Evidence(f"review {one.id}", "open", f"since {moment(one.at)}, {one.reason or '?'}") for one in opened),
            *(Evidence(f"charge {one.id}", "outcome", _outcome(one)) for one in charges),
            status_of(order),
        ),
        {
            "why": _kind(noted) if noted else _reason(charges),
            "since": moment(noted.at if noted else opened[-1].at if opened else charges[-1].created),
            "charge": charges[-1].id if charges else links.still_paid[-1].id,
            "spared": "" if states.with_bank(seen) or links.pending_refund else _SPARED,
            **({"happened": f"{money(held)} is reserved on the customer's card."} if held else {}),
        },
        detail=("held" if held else "warning") if warnings else "open" if order.status in OPEN_ORDER else None,
        confidence=Confidence.CERTAIN if warnings or opened else Confidence.PROBABLE,
        actions=warned if warnings else None,
    )


def _is_spoken_of(seen: Seen) -> bool:
    """Whether anything speaks of a review or a warning: of most orders nothing does."""
    links = seen.links
    return bool(
        [c for c in links.charges if c.review_id or c.outcome == "manual_review"]
        or [i for i in links.intents if i.review_id]
        or [e for e in links.events if e.type.startswith(("review.", "radar."))]
    )


def _only_held(seen: Seen, ids: set[str]) -> Money | None:
    """What is reserved by the charges and intents of these `ids`, where none of it was taken."""
    ids = ids | {c.payment_intent_id for c in seen.links.charges if c.id in ids and c.payment_intent_id}
    held = tuple([intent for intent in not_paid_but.held(seen) if intent.id in ids])
    taken = any(not payment.ids.isdisjoint(ids) for payment in seen.links.still_paid)
    return not_paid_but.left_to_take(held) if held and not taken else None


def _held_ids(seen: Seen) -> set[str]:
    return {intent.id for intent in not_paid_but.held(seen)}


def _standing(seen: Seen) -> list[Charge]:
    """The charges whose money stands or is reserved: not given back, not on the way back, not disputed."""
    links, paying = seen.links, _held_ids(seen)
    paid = {id_ for payment in links.still_paid for id_ in payment.ids}
    back = {one.charge_id for one in links.disputes} | {one.payment_intent_id for one in links.disputes}
    if links.pending_refund:
        back |= {r.charge_id for r in links.refunds}
    return [
        charge
        for charge in links.charges
        if charge.status is ChargeStatus.SUCCEEDED
        and {charge.id, charge.payment_intent_id} & (paid | paying)
        and not ({charge.id, charge.payment_intent_id} - {None}) & back
        and not (charge.refunded or charge.disputed)
    ]


def _ids(seen: Seen, charges: list[Charge]) -> set[str]:
    """By which a warning or a review may name what stands: charges and their payments, payments without a charge."""
    disputed = {id_ for one in seen.links.disputes for id_ in (one.charge_id, one.payment_intent_id)}
    bare = [payment.ids for payment in seen.links.still_paid if not payment.charges and not payment.pending]
    ids = {id_ for charge in charges for id_ in (charge.id, charge.payment_intent_id) if id_}
    return ids.union(*(some for some in bare if not some & disputed))


def _about(one: FraudWarning | Review, ids: set[str]) -> bool:
    return bool({one.charge_id, one.payment_intent_id} & ids)


def _open_reviews(seen: Seen, charges: list[Charge], ids: set[str]) -> tuple[list[Review], list[Charge]]:
    """The reviews that an event opened and none closed; and the charges whose review may still be open, for neither
    event is there. A review's id stays on its charge when it is over: of an old charge it tells nothing."""
    told = reviews(seen.links.events)
    intents = {intent.id for intent in seen.links.intents if intent.review_id}
    doubted = [c for c in charges if c.outcome == "manual_review" or c.review_id or c.payment_intent_id in intents]
    untold = [c for c in doubted if not any(_about(one, {c.id, c.payment_intent_id or c.id}) for one in told)]
    young = [charge for charge in untold if seen.case.now - charge.created < _TOLD]
    return [one for one in told if one.is_open and _about(one, ids)], young


def _kind(warning: FraudWarning) -> str:
    return (warning.kind or "fraud").replace("_", " ")


def _outcome(charge: Charge) -> str:
    said = (charge.outcome, charge.outcome_reason, charge.risk_level and f"risk {charge.risk_level}", *charge.reported)
    return ", ".join(filter(None, (*said, charge.seller_message))) or "(empty)"


def _reason(charges: list[Charge]) -> str:
    said = next((charge.outcome_reason for charge in reversed(charges) if charge.outcome_reason), None)
    return (said or "a review was asked for").replace("_", " ")


PAYMENT_DOUBTED = Rule(
    code="payment_doubted",
    title="Paid, but Stripe or the bank doubts it",
    family="payment",
    severity="high",
    money="what was paid",
    explanation="The payment stands, and a review of it is open in Stripe (charge.review, outcome manual_review, "
    "review.opened without review.closed), or the card's bank has sent an early fraud warning that is actionable.",
    support="{happened} Stripe wants somebody to look at this payment before you rely on it ({why}). The order is "
    "{status}: hold the goods until the review is decided.",
    support_by_detail={
        "open": "{happened} Stripe wants somebody to look at this payment before you rely on it ({why}). The order may "
        "be waiting for that: decide the review in Stripe first.",
        "warning": "{happened} On {since} the customer's bank reported it as fraudulent ({why}). The order is "
        "{status}: hold the goods.{spared}",
        "held": "{happened} On {since} the customer's bank reported it as fraudulent ({why}). The order is {status}: "
        "hold the goods, and do not take the money.",
    },
    causes=(
        "Stripe, or a rule of the shop's, took the payment for risky.",
        "The cardholder told the bank that the payment is not theirs.",
        "The app ships on payment_intent.succeeded and knows nothing of reviews.",
    ),
    developer="Let review.opened and radar.early_fraud_warning.created hold an order, and review.closed let it go: "
    "order {order} is {status}, and {charge} is doubted.",
    remedy=(
        "Hold the goods back if they have not gone out.",
        "Open the payment in Stripe, and decide the review there.",
        "Go on with the order once the review is closed as approved.",
    ),
    remedy_by_detail={
        "warning": (
            "Hold the goods back if they have not gone out.",
            does(
                Action.REFUND_PAYMENT,
                "Unless you know that the customer is who they say, refund the payment in Stripe, once, in full.",
            ),
            does(Action.REFUND_PAYMENT, "Tell the customer, and close the order."),
        ),
        "held": (
            "Hold the goods back if they have not gone out.",
            does(
                Action.RELEASE_HOLD,
                "Unless you know that the customer is who they say, cancel the intent in Stripe; that releases the "
                "reservation.",
            ),
            "Tell the customer that nothing was charged.",
        ),
    },
    guards=(
        "A review that was closed as approved.",
        "A payment that was refunded or disputed already.",
        "A warning that is no longer actionable.",
        "A payment older than 30 days whose review nothing tells of: it may be over for long.",
    ),
    actions=(Action.HOLD_FULFILMENT, Action.REVIEW_SECURITY),
    supersedes=frozenset({"webhook_acked_not_applied", "paid_not_recorded"}),
    confidence="certain: Stripe says that it is open. Probable where only the charge tells of a review, and no message "
    "says whether it is over",
    sureness={
        Confidence.CERTAIN: "certain: Stripe says so, and nothing closed it since",
        Confidence.PROBABLE: "probable: the charge tells of a review, and no message says whether it is over",
    },
    unchecked=("What the shop knows of this customer.",),
    searched=(
        "review.opened order already processing",
        "radar.early_fraud_warning.created",
        "Stripe placed it in your manual review queue",
        "payment succeeded but under review elevated risk",
    ),
    orders=states.ALIVE,
    check=payment_doubted,
)
