"""Disputes that the app does not show: to be answered, under review, lost; and won, while the app still counts the
money as gone. An inquiry is none yet: no money has left."""

from collections.abc import Iterable

from core.facts import CLOSED_ORDER, PAID_ORDER, Dispute, DisputeStatus, OrderStatus
from core.findings import Action, Evidence, Severity
from core.money import Money
from core.rules.questions import states
from core.rules.questions.hearing import cure
from core.rules.rule import Match, Rule, Seen, does
from core.rules.sentences import about_order, money, status_of
from core.times import HOUR, moment, span

_INQUIRY = frozenset({DisputeStatus.WARNING_NEEDS_RESPONSE, DisputeStatus.WARNING_UNDER_REVIEW})
_ANSWER = frozenset(
    {DisputeStatus.NEEDS_RESPONSE, DisputeStatus.WARNING_NEEDS_RESPONSE, DisputeStatus.APPEAL_NEEDS_RESPONSE}
)
_REVIEW = frozenset({DisputeStatus.UNDER_REVIEW, DisputeStatus.WARNING_UNDER_REVIEW, DisputeStatus.APPEAL_UNDER_REVIEW})
_PAID = PAID_ORDER | {OrderStatus.PARTIALLY_REFUNDED}
_DUE_SOON = 72 * HOUR  # an answer takes a person a day or two
_SHOWN = ("dispute", "chargeback", "charged back")
_DATED = frozenset({"answer", "soon", "inquiry"})  # an answer is still possible, and the day is known


def dispute_not_reflected(seen: Seen) -> Match | None:
    """A dispute waits for an answer, is being decided, is lost or is won, and the order says something else."""
    order, now = seen.order, seen.case.now
    if not seen.links.disputes:
        return None
    said = _plain(order.metadata.get("dispute_status", ""))
    if not said and any(word in _plain(order.raw_status).replace("_", " ") for word in _SHOWN):
        return None
    hidden = [d for d in seen.links.disputes if d.status.value != said and _matters(seen, d, said)]
    if not hidden:
        return None
    first = min(hidden, key=lambda dispute: _urgency(dispute, now))
    detail = _detail(seen, first)
    return Match(
        _severity(first, now),
        _disputed(hidden),
        (
            *(Evidence(f"dispute {d.id}", "status", f"{d.status.value}, {money(_amount(d))}") for d in hidden),
            *(Evidence(f"dispute {d.id}", "due_by", moment(d.due_by)) for d in _waiting(hidden)),
            *(Evidence(f"dispute {d.id}", "evidence", _evidence(d)) for d in _waiting(hidden)),
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
            "evidence": _evidence(first),
            "net": money(seen.links.net),
        },
        detail=detail,
        actions=(*_steps(seen, hidden), *cure(seen, f"charge.dispute.{_event(detail)}")),
        due=first.due_by if detail in _DATED else None,
    )


def _matters(seen: Seen, dispute: Dispute, said: str) -> bool:
    """An answer is due whatever the order says; the rest concerns orders that count the money as theirs, or count it as
    gone although it was won back."""
    status = seen.order.status
    if dispute.status is DisputeStatus.WON:
        return said == "lost" or (not said and states.won_back(seen))
    if dispute.status is DisputeStatus.LOST and status in CLOSED_ORDER:
        return bool(seen.links.standing)
    return dispute.status in _ANSWER or (dispute.status in _REVIEW | {DisputeStatus.LOST} and status in _PAID)


def _event(detail: str) -> str:
    return "closed" if detail in {"lost", "lost_part", "won"} else "created"


def _evidence(dispute: Dispute) -> str:
    """Whether an answer was given: there is one submission."""
    if dispute.submissions:
        return "handed in already"
    return "saved, not handed in" if dispute.has_evidence else "none handed in yet"


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
    waits = dispute.status in _ANSWER and not dispute.submissions
    soon = waits and dispute.due_by is not None and 0 < dispute.due_by - now < _DUE_SOON
    return Severity.CRITICAL if soon else Severity.HIGH


def _detail(seen: Seen, dispute: Dispute) -> str:
    """Which sentence fits: the first."""
    now, status, inquiry = seen.case.now, dispute.status, dispute.status in _INQUIRY
    details = (
        (status is DisputeStatus.WON, "won"),
        (status is DisputeStatus.LOST and seen.order.status in CLOSED_ORDER, "lost_part"),
        (status is DisputeStatus.LOST, "lost"),
        (status not in _ANSWER and inquiry, "inquiry_review"),
        (status not in _ANSWER, "review"),
        (dispute.submissions, "submitted"),
        (_overdue(dispute, now), "overdue"),
        (dispute.due_by is None, "undated"),
        (inquiry, "inquiry"),
        (_severity(dispute, now) is Severity.CRITICAL, "soon"),
    )
    return next((detail for holds, detail in details if holds), "answer")


def _steps(seen: Seen, hidden: list[Dispute]) -> tuple[Action, ...]:
    """What each of them asks for."""
    kinds = {_detail(seen, dispute) for dispute in hidden}
    answer = (Action.RESPOND_DISPUTE,) if kinds & {"answer", "soon", "undated", "inquiry"} else ()
    lost = (Action.RECORD_DISPUTE_LOSS,) if kinds & {"lost", "lost_part"} else ()
    late = (Action.FRESH_RETRIEVE,) if "overdue" in kinds else ()
    won = (Action.MARK_PAID_AFTER_VERIFY,) if kinds == {"won"} else ()
    return (*answer, *lost, *late, *won) or (Action.WAIT,)


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
    "while the order is paid, fulfilled or partially refunded, and metadata.dispute_status does not say so; or it was "
    "won, and the order still counts the money as gone.",
    support="The bank opened a dispute over {amount} (reason: {reason}) and has taken the money. An answer is due by "
    "{due}; {evidence}.{more}",
    support_by_detail={
        "soon": "The bank opened a dispute over {amount} (reason: {reason}). Time left: {left}. An answer is due "
        "by {due}, {evidence}; after that it is lost.{more}",
        "submitted": "The bank opened a dispute over {amount} (reason: {reason}). Our answer was handed in already, "
        "and there is only one; the bank decides now.{more}",
        "inquiry": "The bank asks about {amount} (an inquiry, reason: {reason}). No money has left. An answer is due "
        "by {due}; without one it may become a dispute.{more}",
        "inquiry_review": "The bank asked about {amount} (an inquiry, reason: {reason}) and has our answer. No money "
        "has left.{more}",
        "won": "The dispute over {amount} was won: the money is back with us. The order is still {status}. Put it back "
        "to paid; nobody is refunded.{more}",
        "lost_part": "The dispute over {amount} was lost, and the order is {status}; {net} of the payment are still "
        "with us. A person decides what becomes of them.{more}",
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
        "submitted": (
            "Wait for the bank's decision; a second answer is not taken.",
            "Do not ship, refund or pay out for this order until then.",
            "Have the app keep the dispute's status.",
        ),
        "inquiry": (
            "Open the inquiry in Stripe, and answer it in time with what proves the order.",
            "Do not refund it from the shop while it is open.",
            "Have the app keep the dispute's status.",
        ),
        "inquiry_review": (
            "Wait for the bank; nothing can be added to the answer.",
            "Have the app keep the dispute's status.",
        ),
        "won": (
            "Read the payment afresh: {net} stand.",
            does(
                Action.MARK_PAID_AFTER_VERIFY,
                "Put the order back to paid, and take its refund entry out of the books. Refund nobody.",
            ),
            "Have the app act on charge.dispute.closed, by the dispute's status.",
        ),
        "lost_part": (
            "Record the loss of {amount} in the books; the bank's fee comes on top.",
            "Decide with a colleague what the {net} that stand are for. Send nothing back for what the bank has taken.",
            "Have the app act on charge.dispute.closed, by the dispute's status.",
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
        "A dispute that was prevented, or closed as a mere inquiry; one that was won, and the order shows the money.",
        "A dispute whose status is in the order's metadata.dispute_status.",
        "An order whose own status speaks of a dispute or chargeback.",
        "A lost dispute of an order that is refunded, or that is cancelled and has nothing left.",
    ),
    actions=(Action.RESPOND_DISPUTE, Action.RECORD_DISPUTE_LOSS, Action.SUBSCRIBE_EVENT),
    confidence="certain: the dispute's status and the order's were both read",
    unchecked=(
        "The bank's fee.",
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
