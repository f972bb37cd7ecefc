"""The row of the total: what the order costs beside what was asked and paid, and which figures lie between.

Pure. The same figures decide here and in the rules (`core.rules.questions.figures`), so that a page never explains
what a finding calls unexplained. A sum is shown only if it adds up exactly.
"""

from collections.abc import Iterator

from core.comparison.refunded import left
from core.comparison.table import WIDTH, Row, Sum, Term, Value, Verdict, compared, even, value
from core.comparison.view import View
from core.facts import OPEN_ORDER, Charge, Intent, Order, Session
from core.linking import Payment, parts
from core.money import Money
from core.rules import Seen
from core.rules.questions import figures, states
from core.rules.sentences import short

_READ = {
    "promotion code": "total_details.amount_discount",
    "tax": "total_details.amount_tax",
    "shipping": "total_details.amount_shipping",
    "tip": "amount_details.tip.amount",
}
_Judgement = tuple[Verdict, str, tuple[Sum, ...]]


def total(view: View) -> Row:
    """Order total, the session's, the intent's and the charge's amount."""
    attempt, order = view.attempt, view.case.order
    values = (
        value(order.amount, "total") if order else None,
        _session_amount(attempt.session) if attempt.session else None,
        _intent_amount(attempt.intent) if attempt.intent else None,
        _charge_amount(attempt.charge) if attempt.charge else None,
    )
    plain = compared("Amount", *values)
    if view.seen is None or order is None or order.due is None or not attempt.parts:
        return plain
    beside_due = compared("Amount", value(order.due, "total"), *values[1:]) if order.paid_otherwise else plain
    verdict, why, sums = _verdict(view, view.seen, _rounded(order, order.due, view), beside_due)
    if less := _less(order, order.due):
        same = verdict in {Verdict.SAME, Verdict.SHOWN}
        verdict, why = (Verdict.EXPLAINED, "A part was paid otherwise.") if same else (verdict, why)
        sums = (less, *sums)
    if verdict is Verdict.DIFFERS:
        return Row(plain.field, plain.values, verdict, why, sums)
    return even(plain, verdict, why, sums)


def _rounded(order: Order, due: Money, view: View) -> Money:
    """What is due, as Stripe's figure has it where only the rounding of the total lies between the two."""
    paid = view.attempt.payment.amount if view.attempt.payment else None
    asked = paid or (view.attempt.session.total if view.attempt.session else None)
    return (order.due_beside(asked) or due) if asked else due


def _less(order: Order, due: Money) -> Sum | None:
    """The total less what was paid by other means than Stripe; None where nothing was."""
    if not order.amount or not order.paid_otherwise:
        return None
    less = Term("paid otherwise", Money(due.amount_minor - order.amount.amount_minor, due.currency), "paid otherwise")
    return Sum((Term("ordered", order.amount, "total"), less), Term("due at Stripe", due))


def beside(view: View) -> Iterator[Row]:
    """What the total is made up of, and what the customer saw of it."""
    session, order = view.attempt.session, view.case.order
    if order and order.paid_otherwise:
        yield Row("Paid otherwise", (value(order.paid_otherwise, "paid otherwise"), None, None, None), Verdict.SHOWN)
    if session and session.amount_subtotal is not None and session.amount_subtotal != session.amount_total:
        before = value(_money(session.amount_subtotal, session.currency), "amount_subtotal")
        yield Row("Before discount, tax and shipping", (None, before, None, None), Verdict.SHOWN)
    if found := conversion(view):
        seen = value(found[0], found[2])
        column = 1 if session and (session.presentment or session.converted) else 2
        values = tuple(seen if index == column else None for index in range(WIDTH))
        yield Row("Shown to the customer", values, Verdict.SHOWN, converted(view))


def conversion(view: View) -> tuple[Money, Money, str] | None:
    """What the customer saw, what the shop gets, and where Stripe says so; None where nothing was converted."""
    session, intent = view.attempt.session, view.attempt.intent
    if session and session.presentment and session.total:
        found = (session.presentment, session.total, "presentment_details")
    elif session and session.converted and session.currency and session.amount_total is not None:
        found = (Money(session.amount_total, session.currency), session.converted, "currency_conversion")
    elif intent and intent.presentment and intent.currency:
        own = Money(intent.amount_received or intent.amount, intent.currency)
        found = (intent.presentment, own, "presentment_details")
    else:
        return None
    return found if found[0].currency != found[1].currency else None


def converted(view: View) -> str:
    """The conversion in a sentence; empty where there was none."""
    if (found := conversion(view)) is None:
        return ""
    return f"Stripe converted: the customer saw {found[0]}, which is {found[1]} for the shop ({found[2]})."


def converted_for_order(view: View) -> str:
    """The same, where the order is in one of the two currencies."""
    order, found = view.case.order, conversion(view)
    own = (order.currency or "").strip().lower() if order else ""
    return converted(view) if found and (not own or own in {found[0].currency, found[1].currency}) else ""


def _verdict(view: View, seen: Seen, ordered: Money, plain: Row) -> _Judgement:
    if "Amount" in view.accused:
        return Verdict.DIFFERS, _apart(seen, ordered), ()
    if early := _not_to_be_judged(view, seen):
        return early
    if not view.attempt.settled:
        return _asked(view, ordered, plain)
    pair = figures.figures(seen) or figures.free_figures(seen) or _gross(seen, ordered)
    paid = pair[0] if pair else ordered
    if pair and paid == ordered:
        return _paid_in_full(view, seen, ordered, plain)
    return _explained(seen, ordered, paid) or _unexplained(view, seen, ordered, pair)


def _not_to_be_judged(view: View, seen: Seen) -> _Judgement | None:
    if stranger := view.stranger:
        return Verdict.INCOMPARABLE, stranger, ()
    if states.money_unread(seen) or (len(seen.links.still_paid) > 1 and seen.unread("refunds")):
        return (
            Verdict.NOT_READ,
            "Not everything about the money could be read: there may be more of it, or less, than stands here.",
            (),
        )
    return None


def _paid_in_full(view: View, seen: Seen, ordered: Money, plain: Row) -> _Judgement:
    """The total was paid; the objects may still say other things, and there are reasons for that."""
    sums = [*_deposits(seen.links.payments, ordered), *_captured(view)]
    if len(seen.links.payments) > 1 and sums:
        return Verdict.EXPLAINED, "Several payments add up to the total.", tuple(sums)
    if plain.verdict in {Verdict.SAME, Verdict.SHOWN}:
        return Verdict.SAME, "", ()
    rounding = "The order's total has parts of the smallest coin; rounded, the two are the same."
    if why := converted(view) or (rounding if seen.order.rounded else ""):
        return Verdict.EXPLAINED, why, ()
    if sums:
        return Verdict.EXPLAINED, "Only a part of what was reserved was taken.", tuple(sums)
    if view.links.refunded:
        return Verdict.EXPLAINED, "Refunds lie between the two; see what was refunded.", ()
    return Verdict.INCOMPARABLE, "What was paid is the total, although Stripe's objects show other figures.", ()


def _explained(seen: Seen, ordered: Money, paid: Money) -> _Judgement | None:
    """What Stripe itself lists between the total and what was paid."""
    factor = figures.unit_factor(paid, ordered)
    if factor and ordered.currency in figures.TWO_MEANINGS:
        return Verdict.EXPLAINED, f"Stripe counts {ordered.currency.upper()} with two decimals, the shop with none.", ()
    session, intent = figures.of_payment(seen)
    between = parts(session, intent, paid.amount_minor - ordered.amount_minor) if not factor else ()
    if between:
        made = _from_total(ordered, between, Term("paid", paid))
        return Verdict.EXPLAINED, "Stripe's own figures lie between the two.", (made,)
    if own := figures.own_figure(seen, paid.amount_minor - ordered.amount_minor):
        return Verdict.EXPLAINED, f"The order itself notes the difference (`{own}`).", ()
    gone = paid.amount_minor - seen.links.refunded
    if seen.links.refunded and gone == ordered.amount_minor:
        return Verdict.EXPLAINED, "What is left after the refund is the order's total.", tuple(left(seen.links))
    return None


def _unexplained(view: View, seen: Seen, ordered: Money, pair: tuple[Money, Money] | None) -> _Judgement:
    """Nothing adds up: whether that may be held against the order."""
    if pair and (rest := _rest(seen, ordered, pair[0])):
        return rest
    if excuse := _excuse(view, seen, ordered, pair):
        return Verdict.INCOMPARABLE, excuse, ()
    return Verdict.DIFFERS, _apart(seen, ordered), tuple(_added(seen.links.unreturned))


def _rest(seen: Seen, ordered: Money, paid: Money) -> _Judgement | None:
    """A part is paid, and what an open page asks for is exactly what is missing."""
    rest = [s for s in seen.links.sessions if figures.is_open(s, seen.case.now) and figures.is_rest(seen, s)]
    asked = tuple(Term(f"still asked for ({short(s.id)})", s.total, "amount_total") for s in rest if s.total)
    made = Sum((Term("paid", paid), *asked), Term("ordered", ordered))
    if not asked or not made.exact:
        return None
    return Verdict.EXPLAINED, "A part is paid, and an open page asks for the rest.", (made,)


def _excuse(view: View, seen: Seen, ordered: Money, pair: tuple[Money, Money] | None) -> str:
    """Why a difference is not held against the order; empty where it is."""
    under = pair is not None and pair[0].amount_minor < ordered.amount_minor
    reasons = (
        (
            view.attempt.free and not seen.links.payments,
            "Nothing had to be paid in this checkout: a trial, or a coupon for all of it.",
        ),
        (pair is None, f"What was paid is not in {ordered.currency.upper()}."),
        (states.grouped(seen), "Several orders share this payment on purpose; it is not this one's alone."),
        (
            under and seen.order.status in OPEN_ORDER and len(seen.links.still_paid) > 1,
            "Parts of the total are paid; the order is open, so more may come.",
        ),
        (
            seen.links.refunded or seen.links.pending_refund,
            "Money went back: what is left is what counts, not what was paid at first.",
        ),
        (
            states.waits_for_the_rest(seen),
            "A part is paid, and the shop itself shows that: it waits for the rest.",
        ),
        (view.diagnosis.clean, "Nothing is held against the order for this yet."),
    )
    return next((why for holds, why in reasons if holds), "")


def _asked(view: View, ordered: Money, plain: Row) -> _Judgement:
    """An attempt that nothing was paid by: what it asks for is not owed by anybody yet."""
    session = view.attempt.session
    asked = session.total if session else None
    if asked and session and asked.currency == ordered.currency and asked != ordered:
        between = parts(session, None, asked.amount_minor - ordered.amount_minor)
        if between and not figures.unit_factor(asked, ordered):
            made = _from_total(ordered, between, Term("asked for", asked))
            return Verdict.EXPLAINED, "Stripe's own figures lie between the two.", (made,)
    if plain.verdict is not Verdict.DIFFERS:
        return plain.verdict, "", ()
    if by_conversion := converted(view):
        return Verdict.EXPLAINED, by_conversion, ()
    return Verdict.INCOMPARABLE, "Nothing was paid by this attempt; what it asks for need not be the total.", ()


def _apart(seen: Seen, ordered: Money) -> str:
    """How far the two are from one another, in a sentence."""
    if found := figures.payable(seen):
        return f"The open page asks for {found[1]}, and the order is {ordered}."
    pair = figures.figures(seen) or _gross(seen, ordered)
    if pair is None or pair[0].currency != ordered.currency:
        return "Paid in a currency that is not the order's, and Stripe shows no conversion between the two."
    gap = pair[0].amount_minor - ordered.amount_minor
    far = f"{Money(abs(gap), ordered.currency)} too {'much' if gap > 0 else 'little'}"
    return f"{pair[0]} paid for an order of {ordered}: {far}, and no figure of Stripe's explains it."


def _gross(seen: Seen, ordered: Money) -> tuple[Money, Money] | None:
    """All that came in, whatever became of it, where it is in the order's currency."""
    paid = seen.links.paid
    return (paid, ordered) if paid and paid.currency == ordered.currency else None


def _from_total(ordered: Money, between: tuple[tuple[str, int], ...], result: Term) -> Sum:
    steps = (Term(name, Money(minor, ordered.currency), _READ.get(name, "")) for name, minor in between)
    return Sum((Term("ordered", ordered, "total"), *steps), result)


def _deposits(payments: tuple[Payment, ...], ordered: Money) -> list[Sum]:
    return [made for made in _added(payments) if made.result.amount == ordered]


def _added(payments: tuple[Payment, ...]) -> list[Sum]:
    """The payments added up, where there are several, in one currency."""
    terms = tuple(Term(f"({short(payment.id)})", payment.left) for payment in payments if payment.left)
    if len(terms) < 2 or len(terms) < len(payments) or len({term.amount.currency for term in terms}) > 1:  # noqa: PLR2004 - several
        return []
    minor = sum(term.amount.amount_minor for term in terms)
    return [Sum(terms, Term("paid", Money(minor, terms[0].amount.currency)))]


def _captured(view: View) -> list[Sum]:
    """What was reserved, less what was let go, where only a part was taken."""
    intent = view.attempt.intent
    if not intent or not intent.currency or not 0 < intent.amount_received < intent.amount:
        return []
    all_, taken = Money(intent.amount, intent.currency), Money(intent.amount_received, intent.currency)
    let_go = Money(intent.amount_received - intent.amount, intent.currency)
    terms = (Term("reserved", all_, "amount"), Term("not captured", let_go))
    return [Sum(terms, Term("paid", taken, "amount_received"))]


def _session_amount(session: Session) -> Value:
    where = "currency_conversion.amount_total" if session.converted else "amount_total"
    return value(session.total, where)


def _intent_amount(intent: Intent) -> Value:
    where = "amount_received" if intent.amount_received else "amount"
    return value(_money(intent.amount_received or intent.amount, intent.currency), where)


def _charge_amount(charge: Charge) -> Value:
    where = "amount_captured" if charge.amount_captured else "amount"
    return value(_money(charge.amount_captured or charge.amount, charge.currency), where)


def _money(minor: int, currency: str | None) -> Money | None:
    return Money(minor, currency) if currency else None
