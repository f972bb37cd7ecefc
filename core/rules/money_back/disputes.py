"""Disputes that the app does not show: to be answered, under review, or lost."""

from collections.abc import Iterable

from core.facts import PAID_ORDER, Dispute, DisputeStatus, OrderStatus
from core.findings import Action, Evidence, Severity
from core.money import Money
from core.rules.questions.hearing import cure
from core.rules.rule import Match, Rule, Seen
from core.rules.sentences import about_order, money, status_of
from core.times import HOUR, moment, span

_ANSWER = frozenset(
    {DisputeStatus.NEEDS_RESPONSE, DisputeStatus.WARNING_NEEDS_RESPONSE, DisputeStatus.APPEAL_NEEDS_RESPONSE}
)
_REVIEW = frozenset({DisputeStatus.UNDER_REVIEW, DisputeStatus.WARNING_UNDER_REVIEW, DisputeStatus.APPEAL_UNDER_REVIEW})
_PAID = PAID_ORDER | {OrderStatus.PARTIALLY_REFUNDED}
_DUE_SOON = 72 * HOUR  # an answer takes a person a day or two
_SHOWN = ("dispute", "chargeback", "charged back")


def dispute_not_reflected(seen: Seen) -> Match | None:
    """A dispute waits for an answer, is being decided or is lost, and the order says something else."""
    order, now = seen.order, seen.case.now
    if not seen.links.disputes:
        return None
    said = _plain(order.metadata.get("dispute_status", ""))
    if not said and any(word in _plain(order.raw_status).replace("_", " ") for word in _SHOWN):
        return None
    hidden = [d for d in seen.links.disputes if d.status.value != said and _matters(d, order.status)]
    if not hidden:
        return None
    first = min(hidden, key=lambda dispute: _urgency(dispute, now))
    detail = _detail(first, now)
    return Match(
        _severity(first, now),
        _disputed(hidden),
        (
            *(Evidence(f"dispute {d.id}", "status", f"{d.status.value}, {money(_amount(d))}") for d in hidden),
            *(Evidence(f"dispute {d.id}", "due_by", moment(d.due_by)) for d in _waiting(hidden)),
            about_order(order, "metadata.dispute_status", order.metadata.get("dispute_status")),
            status_of(order),
        ),
        {
            "amount": money(_amount(first)),
            "dispute": first.id,
            "word": first.status.value.replace("_", " "),
            "reason": (first.reason or "not given").replace("_", " "),
            "due": moment(first.due_by),
            "left": span(max(0, (first.due_by or now) - now)),
            "more": f" {len(hidden) - 1} more on this order." if len(hidden) > 1 else "",
            "said": f"`{said}`" if said else "nothing of it",
        },
        detail=detail,
        actions=(*_steps(hidden, now), *cure(seen, f"charge.dispute.{'closed' if detail == 'lost' else 'created'}")),
    )


def _matters(dispute: Dispute, status: OrderStatus) -> bool:
    """An answer is due whatever the order says; the rest concerns orders that count the money as theirs."""
    return dispute.status in _ANSWER or (dispute.status in _REVIEW | {DisputeStatus.LOST} and status in _PAID)


def _waiting(disputes: Iterable[Dispute]) -> list[Dispute]:
    """Those that wait for an answer until a day that Stripe names."""
    return [dispute for dispute in disputes if dispute.status in _ANSWER and dispute.due_by]


def _overdue(dispute: Dispute, now: int) -> bool:
    return dispute.status in _ANSWER and dispute.due_by is not None and dispute.due_by <= now


def _urgency(dispute: Dispute, now: int) -> tuple[int, int, str]:
    """What can still be answered first, by its date; then what is lost; then what others decide."""
    if dispute.status in _ANSWER and not _overdue(dispute, now):
        return 0, dispute.due_by or 2**62, dispute.id
    return (1 if dispute.status is DisputeStatus.LOST else 2), -dispute.created, dispute.id


def _severity(dispute: Dispute, now: int) -> Severity:
    soon = dispute.status in _ANSWER and dispute.due_by is not None and 0 < dispute.due_by - now < _DUE_SOON
    return Severity.CRITICAL if soon else Severity.HIGH


def _detail(dispute: Dispute, now: int) -> str:
    """Which sentence fits: lost, review, overdue, soon (a date is near), undated or answer."""
    if dispute.status not in _ANSWER:
        return "lost" if dispute.status is DisputeStatus.LOST else "review"
    if _overdue(dispute, now):
        return "overdue"
    if dispute.due_by is None:
        return "undated"
    return "soon" if _severity(dispute, now) is Severity.CRITICAL else "answer"


def _steps(hidden: list[Dispute], now: int) -> tuple[Action, ...]:
    """What each of them asks for."""
    kinds = {_detail(dispute, now) for dispute in hidden}
    answer = (Action.RESPOND_DISPUTE,) if kinds & {"answer", "soon", "undated"} else ()
    lost = (Action.RECORD_DISPUTE_LOSS,) if "lost" in kinds else ()
    late = (Action.FRESH_RETRIEVE,) if "overdue" in kinds else ()
    return (*answer, *lost, *late) or (Action.WAIT,)


def _amount(dispute: Dispute) -> Money | None:
    return Money(dispute.amount, dispute.currency) if dispute.currency else None


def _disputed(disputes: list[Dispute]) -> Money | None:
    currencies = {dispute.currency for dispute in disputes}
    currency = currencies.pop() if len(currencies) == 1 else None
    return Money(sum(dispute.amount for dispute in disputes), currency) if currency else None


def _plain(word: str) -> str:
    return word.strip().lower().replace(" ", "_").replace("-", "_")


DISPUTE_NOT_REFLECTED = Rule(
    code="dispute_not_reflected",
    title="A dispute the app does not show",
    family="money_back",
    severity="high; critical where an answer is due within 72 hours",
    money="the disputed amount; the bank's fee comes on top",
    explanation="A dispute over the payment needs a response (whatever the order's status), or is under review or lost "
    "while the order is paid, fulfilled or partially refunded, and metadata.dispute_status does not say so.",
    support="The bank opened a dispute over {amount} (reason: {reason}). An answer is due by {due}.{more}",
    support_by_detail={
        "soon": "The bank opened a dispute over {amount} (reason: {reason}). Time left: {left}. An answer is due "
        "by {due}; after that it is lost.{more}",
        "undated": "The bank opened a dispute over {amount} (reason: {reason}). It needs an answer; Stripe's page says "
        "until when.{more}",
        "overdue": "The bank opened a dispute over {amount} (reason: {reason}). The answer was due by {due}, and none "
        "was given.{more}",
        "review": "The bank opened a dispute over {amount} (reason: {reason}), and is deciding about our answer. Until "
        "then the money is not ours.{more}",
        "lost": "The dispute over {amount} was lost; the money is gone. The order is still {status}: record the loss."
        "{more}",
    },
    causes=(
        "The endpoint does not ask for the charge.dispute events.",
        "The app looks for metadata that a dispute does not carry.",
        "The app goes by the event's name and not by the dispute's status.",
    ),
    developer="Find the order of {dispute} by its charge or payment_intent, and store its status ({word}; the order "
    "says {said}). funds_reinstated is no win, and no dispute reopens a closed order.",
    remedy=(
        "Open the dispute in Stripe.",
        "Answer it in time, with what proves the order and its delivery; or accept it.",
        "Do not ship, refund or pay out for this order until it is decided.",
        "Have the app keep the dispute's status.",
    ),
    remedy_by_detail={
        "review": (
            "Wait for the bank's decision; nothing can be added to the answer.",
            "Do not ship, refund or pay out for this order until then.",
            "Have the app keep the dispute's status.",
        ),
        "lost": (
            "Record the loss of {amount} in the books; the bank's fee comes on top.",
            "Stop what is still to be shipped or paid out for this order.",
            "Have the app act on charge.dispute.closed, by the dispute's status.",
        ),
        "overdue": (
            "Read the dispute afresh: it is decided soon, most likely against us.",
            "Do not ship, refund or pay out for this order.",
            "Find out who is told of disputes, and make it more than one person.",
        ),
    },
    guards=(
        "A dispute that was won, prevented, or closed as a mere inquiry.",
        "A dispute whose status is in the order's metadata.dispute_status.",
        "An order whose own status speaks of a dispute or chargeback.",
        "A lost dispute of an order that is cancelled or refunded.",
    ),
    actions=(Action.RESPOND_DISPUTE, Action.RECORD_DISPUTE_LOSS, Action.SUBSCRIBE_EVENT),
    confidence="certain: the dispute's status and the order's were both read",
    unchecked=(
        "The bank's fee.",
        "Whether evidence was staged but not submitted.",
        "Notes on the dispute that the app keeps elsewhere than metadata.dispute_status.",
    ),
    searched=(
        "charge.dispute.created webhook order not updated",
        "charge.dispute.funds_reinstated",
        "charge_disputed",
        "has been charged back; cannot issue a refund",
        "dispute lost order still completed",
    ),
    check=dispute_not_reflected,
)
