"""From a case and the rules to a diagnosis: which hold, which of them is the headline, and what stayed open."""

from collections.abc import Mapping
from dataclasses import replace

from core.cases import Case
from core.errors import redact
from core.facts import CLOSED_ORDER, OPEN_ORDER, PAID_ORDER, DisputeStatus, Order, OrderStatus, SessionStatus
from core.findings import Confidence, Diagnosis, Finding
from core.linking import Links, link
from core.rules import states
from core.rules.rule import SEARCH, Match, Rule, Seen
from core.rules.words import moment, money, several, short

TWO_MEANINGS = frozenset({"isk", "ugx"})  # no decimals by nature, two at Stripe: never held against an order
_UNSETTLED = frozenset(
    {
        DisputeStatus.NEEDS_RESPONSE,
        DisputeStatus.WARNING_NEEDS_RESPONSE,
        DisputeStatus.UNDER_REVIEW,
        DisputeStatus.WARNING_UNDER_REVIEW,
        DisputeStatus.LOST,
    }
)
EVERYTHING = "*"  # in `supersedes`: nothing else can be compared


class _Values(dict[str, str]):
    """The values for a sentence's gaps; a gap without a value stays visible."""

    def __missing__(self, key: str) -> str:
        return f"{{{key}}}"


def judged(case: Case, rules: tuple[Rule, ...], notes: tuple[Rule, ...]) -> Diagnosis:
    """The diagnosis of a case by `rules`, which stand in headline order, and `notes`."""
    if case.order is None:
        return Diagnosis(undetermined=_not_read(case, link(case)) or None)
    seen = Seen(case, case.order, link(case))
    held = [(rule, match) for rule in rules if (match := rule.check(seen)) is not None]
    alone = [(rule, match) for rule, match in held if EVERYTHING in rule.supersedes][:1]
    gone = set[str]()
    for rule, _ in held:  # what is superseded itself supersedes nothing
        gone |= rule.supersedes if rule.code not in gone else set()
    left = alone or [(rule, match) for rule, match in held if rule.code not in gone]
    led = {code for rule, _ in left for code in rule.leads_over}
    left.sort(key=lambda pair: pair[0].code in led)  # stable: the others keep the catalogue's order
    findings = tuple(_finding(rule, match, seen) for rule, match in left)
    remarks = tuple(_finding(note, match, seen) for note in notes if (match := note.check(seen)) is not None)
    open_questions = [] if alone else [_not_read(case, seen.links), *_not_understood(seen, findings)]
    return Diagnosis(
        findings[0] if findings else None, findings[1:], remarks, " ".join(filter(None, open_questions)) or None
    )


def _finding(rule: Rule, match: Match, seen: Seen) -> Finding:
    values = _Values({**_common(seen), **match.values})
    support = rule.support_by_detail.get(match.detail or "", rule.support)
    steps = rule.remedy_by_detail.get(match.detail or "", rule.remedy)
    unsearched, sure = rule.from_absence and seen.unread(SEARCH), match.confidence is Confidence.CERTAIN
    return Finding(
        code=rule.code,
        title=rule.title,
        severity=match.severity,
        confidence=Confidence.PROBABLE if unsearched and sure else match.confidence,
        money_at_risk=match.money,
        evidence=tuple(replace(evidence, value=redact(evidence.value)) for evidence in match.evidence),
        says=short(redact(support.format_map(values))),
        cause=" ".join(rule.causes).format_map(values),
        developer=rule.developer.format_map(values),
        remedy="\n".join(f"{number}. {step.format_map(values)}" for number, step in enumerate(steps, 1)),
        actions=match.actions or rule.actions,
        detail=match.detail,
        unchecked=tuple(text.format_map(values) for text in rule.unchecked),
    )


def _common(seen: Seen) -> Mapping[str, str]:
    """Values that every sentence may use."""
    order, links = seen.order, seen.links
    return {
        "order": order.number or order.id,
        "status": _status(order),
        "total": money(order.amount),
        "net": _net(links),
        "happened": f"The customer paid {_net(links)}."
        if links.standing
        else "The checkout was finished; nothing was due.",
        "paid": money(links.paid),
        "mode": seen.case.facts.key_mode,
        "created": moment(order.created_at),
    }


def _net(links: Links) -> str:
    """What is left of the payments, each on its own where they cannot be added up."""
    return money(links.net) if links.net else several([money(payment.net) for payment in links.standing]) or "nothing"


def _status(order: Order) -> str:
    return (order.raw_status or order.status.value).replace("_", " ")


def _not_read(case: Case, links: Links) -> str:
    """Which reads failed. Nothing is clean after a partial reading; but where the money was found by its ids, that the
    account has no search leaves nothing open."""
    found = bool(links.payments or links.free)
    failed = [
        f"{u.what or u.kind} ({u.because or 'no reason given'})"
        for u in case.facts.unread
        if not (found and u.kind == SEARCH)
    ]
    return f"Not everything could be read: {several(failed)}." if failed else ""


def _not_understood(seen: Seen, findings: tuple[Finding, ...]) -> list[str]:
    """What keeps a fully read case from being called clean although no rule speaks, or which rule could not."""
    order, links, now = seen.order, seen.links, []
    if order.status is OrderStatus.UNKNOWN:
        now.append(
            f"The order's status `{order.raw_status}` is not one that Orderlens knows; "
            "say what it means under [orders.status_map]."
        )
    if links.unclear:
        now.append(f"Stripe uses a status that Orderlens does not know on {several(list(links.unclear))}.")
    if account := states.other_account(seen):
        now.append(f"The order's payment is on the connected account {account}, which was not read.")
    elif not findings and not links.payments and not states.other_method(seen) and (lost := states.unresolved(seen)):
        now.append(f"What the order points at was not found: {several(list(lost))}.")
    if not findings and not now and (differs := _disagreement(seen)):
        now.append(f"Order and Stripe disagree, and the catalogue has no name for it: {differs}")
    return now


def _disagreement(seen: Seen) -> str | None:
    """How the money and the order's status differ, in words; None where they agree. The net under the catalogue."""
    order, links, status = seen.order, seen.links, _status(seen.order)
    closed = order.status in CLOSED_ORDER | {OrderStatus.REFUNDED}
    payable = [session.id for session in links.sessions if session.status is SessionStatus.OPEN]
    if payable and (closed or (order.status in PAID_ORDER and links.standing)):
        return f"the order is {status}, and its checkout {short(payable[-1])} can still be paid."
    if order.status in PAID_ORDER:
        return _of_paid(seen)
    if (
        links.standing
        and not states.is_young(seen)
        and not links.pending_refund
        and (closed or order.status in OPEN_ORDER)
    ):
        return f"the order is {status}, and Stripe has {_net(links)} for it."
    if order.status is OrderStatus.PARTIALLY_REFUNDED and links.standing and not links.refunded + links.pending_refund:
        return f"the order is {status}, and Stripe has refunded nothing."
    if order.status in CLOSED_ORDER and links.under_way:
        return f"the order is {status}, and a payment for it is still under way."
    return None


def _of_paid(seen: Seen) -> str | None:
    """The same for an order that counts as paid."""
    order, links, status = seen.order, seen.links, _status(seen.order)
    if not links.payments and order.amount_minor and not states.other_method(seen) and (now := states.between(seen)):
        return f"the order is {status}, and its payment {now}."
    if disputed := [dispute.status.value for dispute in links.disputes if dispute.status in _UNSETTLED]:
        word = disputed[-1]
        said = f"the order is {status}, and a dispute over it is: {word.replace('_', ' ')}."
        return None if word == order.metadata.get("dispute_status") else said
    return _other_amount(seen)


def _other_amount(seen: Seen) -> str | None:
    total, net = seen.order.amount, seen.links.net
    if not total or not net or seen.links.refunded or seen.links.pending_refund or net == total or states.grouped(seen):
        return None
    if total.currency in TWO_MEANINGS and net.currency == total.currency:
        return None
    shown = {payment.shown for payment in seen.links.standing}
    return None if shown == {total} else f"the order's total is {total}, and {net} were paid."
