"""From a case and the rules to what is known of it: which hold, which of them is the headline, and what stayed open."""

from collections.abc import Callable, Mapping
from dataclasses import replace
from functools import cache

from core.cases import Case
from core.errors import redact
from core.facts import CLOSED_ORDER, OPEN_ORDER, DisputeStatus, Order, OrderStatus
from core.findings import Action, Confidence, Diagnosis, Evidence, Finding, Severity
from core.linking import Links, link
from core.money import Money
from core.rules.advice import Held, peaceful
from core.rules.examined import Examined
from core.rules.questions import states, subscribed
from core.rules.rule import KINDS, SEARCH, Match, Rule, Seen, Step, WithoutOrder
from core.rules.sentences import money, sentence, several, short, total_of
from core.times import moment

EVERYTHING = "*"  # in `supersedes`: nothing else can be compared


class _Values(dict[str, str]):
    """The values for a sentence's gaps. What no rule gave is asked of the case; a gap without a value stays visible."""

    seen: Seen | None = None

    def __missing__(self, key: str) -> str:
        ask = _COMMON.get(key) if self.seen else None
        value = ask(self.seen) if ask and self.seen else f"{{{key}}}"
        self[key] = value
        return value


Asked = Mapping[tuple[OrderStatus, bool], tuple[Rule, ...]]


def examined_by(case: Case, rules: tuple[Rule, ...], notes: tuple[Rule, ...], asked: Asked | None = None) -> Examined:
    """A case examined by `rules`, which stand in headline order, and `notes`. `asked`: those of the rules that are to
    be asked of an order with a status that is paid at Stripe, or is not; all, where it is not given."""
    links = link(case)
    if links.facts and links.facts is not case.facts:
        case = replace(case, facts=links.facts)
    if case.order is None:
        return Examined(case, links, _of_stray(case, links, rules))
    seen = Seen(case, case.order, links)
    able = asked[case.order.status, bool(links.payments or links.free)] if asked else rules
    ranked = _ranked([(rule, match) for rule in able if (match := rule.check(seen)) is not None])
    held = peaceful(seen, ranked)
    findings = tuple([_finding(one, seen) for one in held])
    remarks = tuple([_finding(Held(note, match), seen) for note in notes if (match := note.check(seen)) is not None])
    alone = bool(held) and EVERYTHING in held[0].rule.supersedes
    open_questions = [] if alone else [*_not_read(case, seen.links), *_not_understood(seen, findings)]
    diagnosis = Diagnosis(findings[0] if findings else None, findings[1:], remarks, " ".join(open_questions) or None)
    return Examined(case, links, diagnosis)


def _ranked(held: list[tuple[Rule, Match]]) -> list[tuple[Rule, Match]]:
    """Of the rules that hold, in the catalogue's order, those that stay beside one another: the headline first."""
    if len(held) <= 1:
        return held
    for rule, match in held:
        if EVERYTHING in rule.supersedes:
            return [(rule, match)]
    gone = set[str]()
    for rule, _ in held:  # what is superseded itself supersedes nothing
        gone |= rule.supersedes if rule.code not in gone else set()
    left = [(rule, match) for rule, match in held if rule.code not in gone]
    led = {code for rule, _ in left for code in rule.leads_over}
    return sorted(left, key=lambda pair: pair[0].code in led)  # stable: the others keep the catalogue's order


def _of_stray(case: Case, links: Links, rules: tuple[Rule, ...]) -> Diagnosis:
    """The diagnosis of a payment that no order claims, by the rules that can speak of one."""
    asked = [(rule, own, own.check(case, links)) for rule in rules if (own := rule.unclaimed)]
    found = [
        _put(_in_words_of(own, rule), match, _Values({"net": _net(links), **match.values}))
        for rule, own, match in asked
        if match
    ]
    undetermined = [*_not_read(case, links), *_unclear(links)]
    return Diagnosis(found[0] if found else None, tuple(found[1:]), (), " ".join(undetermined) or None)


def _in_words_of(own: WithoutOrder, rule: Rule) -> Rule:
    return replace(rule, support_by_detail=own.support, remedy_by_detail=own.remedy, sureness=own.sureness)


def _finding(held: Held, seen: Seen) -> Finding:
    rule, match = held.rule, held.match
    values = _Values(match.values)
    values.seen = seen
    doubtful = rule.from_absence and match.confidence is Confidence.CERTAIN and seen.unread(SEARCH)
    found = _put(rule, match, values, doubt=_doubt(seen.case) if doubtful else None, barred=held.barred)
    return _rehearsed(found) if seen.case.is_rehearsal else found


def _rehearsed(found: Finding) -> Finding:
    """In test mode nothing is critical, and no money is at risk."""
    risk, severity = found.money_at_risk, found.severity
    return replace(
        found,
        severity=Severity.HIGH if severity is Severity.CRITICAL else severity,
        money_at_risk=Money(0, risk.currency) if risk else None,
    )


def _doubt(case: Case) -> str:
    """Why what rests on finding no other payment is not certain."""
    blind = [redact(u.what or u.kind) for u in case.facts.unread if u.kind == SEARCH or u.kind not in KINDS]
    return f"Probable only: it rests on there being no other payment, and not all was read ({several(blind)})."


def _put(
    rule: Rule,
    match: Match,
    values: _Values,
    *,
    doubt: str | None = None,
    barred: frozenset[Action] = frozenset(),
) -> Finding:
    """A match in words. `doubt`: why it is only probable, although it would be certain; `barred`: actions that may not
    be proposed, with the steps that carry them out."""
    detail = match.detail or ""
    support = rule.support_by_detail.get(detail, rule.support)
    actions = rule.actions if match.actions is None else match.actions
    steps = rule.remedy_by_detail.get(detail, rule.remedy)
    if barred:
        actions = tuple([action for action in actions if action not in barred])
        steps = tuple([step for step in steps if not (isinstance(step, Step) and step.action in barred)])
    sure = rule.sureness.get(detail) or rule.sureness.get(match.confidence, rule.confidence)
    return Finding(
        code=rule.code,
        title=rule.title,
        severity=match.severity,
        confidence=Confidence.PROBABLE if doubt else match.confidence,
        money_at_risk=match.money,
        evidence=tuple([_without_secrets(evidence) for evidence in match.evidence]),
        says=short(redact(support.format_map(values))),
        cause=_each_filled(rule.causes, values),
        developer=redact(_filled(rule.developer, values)),
        remedy=_each_filled(steps, values),
        sureness=doubt or _filled(_sentence(sure), values),
        actions=actions,
        detail=match.detail,
        due=match.due,
        unchecked=_each_filled(rule.unchecked, values),
    )


_sentence = cache(sentence)


def _each_filled(texts: tuple[str, ...], values: _Values) -> tuple[str, ...]:
    return tuple([text.format_map(values) if "{" in text else text for text in texts])


def _filled(text: str, values: _Values) -> str:
    """The text with its gaps filled, if it has any."""
    return text.format_map(values) if "{" in text else text


def _without_secrets(evidence: Evidence) -> Evidence:
    value = redact(evidence.value)
    return evidence if value == evidence.value else replace(evidence, value=value)


def _net(links: Links) -> str:
    """What was not returned of the payments, each on its own where they cannot be added up."""
    return money(links.left) if links.left else several([money(one.left) for one in links.still_paid]) or "nothing"


def _kept(seen: Seen) -> str:
    """The same, without what subscriptions that are over were paid by, where another payment stands."""
    return money(subscribed.left(seen)) if subscribed.spent(seen) else _net(seen.links)


def _status(order: Order) -> str:
    return order.state


_COMMON: Mapping[str, Callable[[Seen], str]] = {  # values that every sentence may use
    "order": lambda seen: seen.order.name,
    "status": lambda seen: _status(seen.order),
    "total": lambda seen: total_of(seen.order),
    "net": _kept,
    "happened": lambda seen: (
        f"The customer paid {_kept(seen)}." if seen.links.still_paid else "The checkout was finished; nothing was due."
    ),
    "paid": lambda seen: money(seen.links.paid),
    "mode": lambda seen: seen.case.facts.key_mode,
    "created": lambda seen: moment(seen.order.created_at),
}


def _not_read(case: Case, links: Links) -> list[str]:
    """Which reads failed. Nothing is clean after a partial reading; but where the money was found by its ids, that the
    account has no search leaves nothing open."""
    if not case.facts.unread:
        return []
    found = bool(links.payments or links.free)
    failed = [
        f"{u.what or u.kind} ({u.because or 'no reason given'})"
        for u in case.facts.unread
        if not (found and u.kind == SEARCH)
    ]
    return [f"Not everything could be read: {several(failed)}."] if failed else []


def _not_understood(seen: Seen, findings: tuple[Finding, ...]) -> list[str]:
    """What keeps a fully read case from being called clean although no rule speaks, or which rule could not."""
    order, links, now = seen.order, seen.links, _unclear(seen.links)
    if order.status is OrderStatus.UNKNOWN:
        now.insert(
            0,
            f"The order's status `{order.raw_status}` is not one that Orderlens knows; "
            "say what it means under [orders.status_map].",
        )
    if order.odd_amount is not None:
        now.append(f"The order's total cannot be read, for `{order.odd_amount}` is no amount: it was not compared.")
    if order.paid_otherwise_minor is None:
        now.append("What of the order was paid otherwise than by Stripe cannot be read: what is due was not compared.")
    if (account := states.other_account(seen)) and "wrong_account" not in [found.code for found in findings]:
        now.append(f"The order's payment is on the connected account {account}, which was not read.")
    elif not findings and (plans := subscribed.untold(seen)):
        now.append(f"The order may have ended with its subscription, which was not read: {several(list(plans))}.")
    elif not findings and not links.payments and not states.other_method(seen) and (lost := _lost(seen)):
        now.append(f"What the order points at was not found: {several(lost)}.")
    if not findings and not now and (differs := _disagreement(seen)):
        unread = bool(seen.case.facts.unread)
        now.append(f"Order and Stripe disagree{'' if unread else ', and the catalogue has no name for it'}: {differs}")
    return now


def _lost(seen: Seen) -> list[str]:
    """Stored ids that were looked for and not found. Of those that could not be read that is already said."""
    unread = seen.case.facts.unread
    return [lost for lost in states.unresolved(seen) if not any(lost in failed.what for failed in unread)]


def _unclear(links: Links) -> list[str]:
    """What of Stripe's answer is in words that nobody here knows."""
    odd = [*links.unclear, *[d.id for d in links.disputes if d.status is DisputeStatus.UNKNOWN]]
    return [f"Stripe uses a status that Orderlens does not know on {several(odd)}."] if odd else []


def _disagreement(seen: Seen) -> str | None:
    """How the money and the order's status differ, in words; None where they agree. The net under the catalogue, and
    what can be said where a part of the reading failed and the rules are silent."""
    order, links = seen.order, seen.links
    due = order.status in CLOSED_ORDER | {OrderStatus.REFUNDED} or (
        order.status in OPEN_ORDER and not states.grouped(seen)
    )
    settled = links.pending_refund or states.is_young(seen)
    settled = settled or states.waits_for_the_rest(seen) or states.is_squared(seen) or states.is_credited(seen)
    if due and links.standing and not settled and not subscribed.ended_with_it(seen):
        return f"the order is {_status(order)}, and Stripe has {_net(links)} for it."
    return None
