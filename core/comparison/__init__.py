"""The order beside what Stripe says of it, field by field: which agree, which differ, and what explains it.

    attempts    which session, intent and charge are one attempt at paying
    table       a value and where it was read, a row and its verdict, a sum that can be checked
    amounts     the total: discount, tax, shipping, tip, conversion, deposits, partial capture
    refunded    what went back, and what is left; disputes
    billing     the subscription that it began, and the bill that it was paid by
    fields      status, ids, references, e-mail, metadata, mode, account, times
    payments    several payments: a column a payment, and their sum
    accused     the field that a finding is about is not the same
    view        what a row is made from
    places      the columns of the shop's database behind the order's values

Pure. Owns what "the same" means for a field, and why a difference is all right. The findings have the last word: what
they show as a discrepancy differs here too. Never calls equal what was not read, and never explains by sums that do not
add up.
"""

from dataclasses import replace

from core.comparison import amounts, billing, fields, refunded
from core.comparison.accused import accused
from core.comparison.attempts import NOTHING, Attempt, attempts, label
from core.comparison.payments import SEVERAL, by_payment
from core.comparison.places import placed, places
from core.comparison.table import Column, Comparison, Row, Sum, Term, Value, Verdict
from core.comparison.view import View
from core.rules import Examined, Seen
from core.rules.rule import unread

__all__ = [
    "NOTHING", "Attempt", "Column", "Comparison", "Row", "Sum", "Term", "Value", "Verdict", "attempts", "compare",
    "label", "placed", "places", "several",
]  # fmt: skip

_KINDS = ("", "sessions", "intents", "charges")
_TITLES = ("Order", "Checkout session", "Payment intent", "Charge")
_WAITS = Value(None, unread=True)


def compare(seen: Examined, attempt: Attempt | None = None) -> Comparison:
    """The order beside one attempt at paying (by default the first of `attempts`); without one it stands alone."""
    case, links = seen.case, seen.links
    tried = attempt or next(iter(attempts(seen)), NOTHING)
    view = View(case, links, seen.diagnosis, tried, Seen(case, case.order, links) if case.order else None)
    rows = (
        fields.status(view),
        amounts.total(view),
        *amounts.beside(view),
        fields.currency(view, amounts.converted_for_order(view)),
        *refunded.refunded(view),
        *refunded.disputed(view),
        *fields.ids(view),
        fields.reference(view),
        fields.email(view),
        *fields.metadata(view),
        fields.mode(view),
        fields.account(view),
        *billing.billed(view),
        *fields.circumstances(view),
    )
    return _arranged(view, tuple(accused(row, seen.diagnosis.findings) for row in rows))


def several(seen: Examined) -> Comparison | None:
    """The order beside each of its payments, the oldest first; None where it was not paid by several."""
    if len(seen.links.payments) < SEVERAL:
        return None
    return by_payment(seen, [(one, compare(seen, one)) for one in attempts(seen)])


def _arranged(view: View, rows: tuple[Row, ...]) -> Comparison:
    """The rows that say anything, the most telling first, without the columns of objects that are not there."""
    order, attempt = view.case.order, view.attempt
    parts = (order, attempt.session, attempt.intent, attempt.charge)
    waits = tuple(
        bool(kind) and part is None and unread(view.case, kind) for kind, part in zip(_KINDS, parts, strict=True)
    )
    names = (order.name if order else "", *(part.id if part else "" for part in parts[1:]))
    kept = [index for index, part in enumerate(parts) if part is not None or waits[index]]
    found = [_narrowed(_waiting(row, waits, view), kept) for row in rows if any(v and v.there for v in row.values)]
    order_of = list(Verdict)
    return Comparison(
        columns=tuple(Column(_TITLES[index], names[index], waits[index]) for index in kept),
        rows=tuple(sorted(found, key=lambda row: order_of.index(row.verdict))),
        read_at=view.case.facts.read_at,
    )


def _waiting(row: Row, waits: tuple[bool, ...], view: View) -> Row:
    """The row with what it lacks because it was not read. What is there may agree; the field stays open."""
    lacking = [index for index in range(1, len(waits)) if waits[index] and index in _BELONGS.get(row.field, ())]
    if not lacking:
        return row
    values = tuple(_WAITS if index in lacking else one for index, one in enumerate(row.values))
    if row.verdict not in {Verdict.SAME, Verdict.SHOWN}:
        return replace(row, values=values)
    kinds = {_KINDS[index] for index in lacking}
    because = [one.because.rstrip(".") for one in view.case.facts.unread if one.kind in kinds or one.kind not in _KINDS]
    why = f"Not read: {' and '.join(sorted(kinds))}" + (f" ({because[0]})." if because and because[0] else ".")
    return replace(row, values=values, verdict=Verdict.NOT_READ, why=why)


_BELONGS = {  # the columns that a field stands in, by index
    "Payment": (1, 2, 3),
    "Amount": (1, 2, 3),
    "Currency": (1, 2, 3),
    "Session id": (1,),
    "Intent id": (1, 2, 3),
    "Charge id": (3,),
    "Order reference": (1, 2, 3),
    "E-mail": (1, 2, 3),
    "Mode": (1, 2, 3),
}


def _narrowed(row: Row, kept: list[int]) -> Row:
    return replace(row, values=tuple(row.values[index] for index in kept))
