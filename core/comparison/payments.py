"""Several payments of one order: a column a payment, the oldest first, and what they come to beside the order's amount.

Pure. What a field's verdict is, the comparison with each attempt says; here the most telling of them is kept. That two
payments have two ids, two times and two checkouts is no difference.
"""

from collections.abc import Mapping, Sequence
from dataclasses import replace

from core.comparison.attempts import Attempt
from core.comparison.table import Column, Comparison, Row, Sum, Term, Value, Verdict, value
from core.facts import Order
from core.linking import Payment
from core.money import Money
from core.rules import Examined

MOST = 4  # payments that have a column
SEVERAL = 2
_IDS = ("Session id", "Charge id")
_FIRST = ("Amount", "Paid", "Payment id")
_OWN = {*_FIRST, "Intent id", "Refunded"}
Compared = Sequence[tuple[Attempt, Comparison]]


def by_payment(seen: Examined, compared: Compared) -> Comparison | None:
    """The order beside each of its payments; None where there are not several. `compared`: the order beside each
    attempt, the one worth comparing first in front."""
    paid, order = seen.links.payments, seen.case.order
    if order is None or len(paid) < SEVERAL or not compared:
        return None
    chosen = sorted(sorted(paid, key=lambda one: (not one.unreturned, one.at))[:MOST], key=lambda one: one.at)
    of = {id(one.payment): found for one, found in reversed(compared) if one.payment}  # the one to compare with first
    told = [_told(of.get(id(one))) for one in chosen]
    main = compared[0][1]
    fields = [field for field in dict.fromkeys(row.field for one in told for row in one.values()) if field not in _OWN]
    rows = (
        _amount(main, chosen, order.due if len(chosen) == len(paid) else None),
        Row("Paid", (None, *(Value(None, "settled", at=one.at or None) for one in chosen)), Verdict.SHOWN),
        _ids(order, chosen, told),
        *_refunded(main, chosen),
        *(_row(field, told, order, chosen) for field in fields),
    )
    return Comparison(
        columns=(
            Column("Order", order.name),
            *(Column(f"Payment {number}", one.id) for number, one in enumerate(chosen, 1)),
        ),
        rows=tuple(sorted(rows, key=_place)),
        read_at=main.read_at,
        left_out=len(paid) - len(chosen),
    )


def _place(row: Row) -> tuple[int, int]:
    """What tells the payments apart stands in front, then what needs a look."""
    return _FIRST.index(row.field) if row.field in _FIRST else len(_FIRST), list(Verdict).index(row.verdict)


def _told(found: Comparison | None) -> dict[str, Row]:
    """The rows of a comparison by their field, each as the order's value and the payment's own."""
    if found is None:
        return {}
    titles = [column.title for column in found.columns]
    rows = {}
    for row in found.rows:
        values = list(zip(titles, row.values, strict=True))
        own = next((one for title, one in values if title == "Order"), None)
        theirs = [one for title, one in values if title != "Order" and one is not None and (one.there or one.unread)]
        said = next((one for one in theirs if one.odd), theirs[-1] if theirs else None)
        rows[row.field] = replace(row, values=(own, said))
    return rows


def _row(field: str, told: list[dict[str, Row]], order: Order, chosen: list[Payment]) -> Row:
    """One field over all of them."""
    rows = [one[field] for one in told if field in one]
    most = min(rows, key=lambda row: list(Verdict).index(row.verdict))
    if field in _IDS and _known(order, field, chosen):
        most = replace(most, verdict=Verdict.SHOWN, why="", sums=())
        rows = [replace(row, values=tuple(one and replace(one, odd=False) for one in row.values)) for row in rows]
    own = next((row.values[0] for row in (most, *rows) if row.values[0]), None)
    cells = {id(one): one[field].values[1] for one in told if field in one}
    return replace(most, values=(own, *(cells.get(id(one)) for one in told)))


def _known(order: Order, field: str, chosen: list[Payment]) -> bool:
    """Whether the order stores no such id, or that of one of its payments."""
    stored = order.session_ids if field == "Session id" else order.charge_ids
    return not stored or any(one.ids.intersection(stored) for one in chosen)


def _amount(main: Comparison, chosen: list[Payment], due: Money | None) -> Row:
    """The order's amount beside what each payment brought; their sum where `due` is known and all in one currency."""
    found = next((row for row in main.rows if row.field == "Amount"), None)
    own = found.values[0] if found and main.columns[0].title == "Order" else None
    verdict, why = (found.verdict, found.why) if found else (Verdict.SHOWN, "")
    sums = _summed(chosen, due) if verdict not in {Verdict.SAME, Verdict.NOT_READ} else ()
    if sums and due and verdict is Verdict.DIFFERS:
        gap = sums[0].result.amount.amount_minor - due.amount_minor
        far = f"{Money(abs(gap), due.currency)} {'more' if gap > 0 else 'less'}"
        why = f"That is {far} than the {due} that the order asks for." if gap else why
    return Row("Amount", (own, *(value(one.amount, "amount") for one in chosen)), verdict, why, sums)


def _summed(chosen: list[Payment], due: Money | None) -> tuple[Sum, ...]:
    terms = tuple(Term(f"payment {number}", one.amount) for number, one in enumerate(chosen, 1) if one.amount)
    if due is None or len(terms) < len(chosen) or {term.amount.currency for term in terms} != {due.currency}:
        return ()
    total = Money(sum(term.amount.amount_minor for term in terms), due.currency)
    return (Sum(terms, Term("paid", total)),)


def _ids(order: Order, chosen: list[Payment], told: Sequence[Mapping[str, Row]]) -> Row:
    """Which payment is which, and which of them the order points at."""
    stored = (*order.payment_intent_ids, *order.charge_ids)
    known = next((key for key in stored if any(key in one.ids for one in chosen)), None)
    verdict, why = Verdict.SHOWN, ""
    if known is None and (named := [one["Intent id"] for one in told if "Intent id" in one]):
        most = min(named, key=lambda row: list(Verdict).index(row.verdict))
        verdict, why = (most.verdict, most.why) if most.verdict is not Verdict.SAME else (Verdict.SHOWN, "")
    key = known or next(iter(stored), None)
    own = Value(key, "charge id" if key in order.charge_ids else "intent id", odd=verdict is Verdict.DIFFERS)
    return Row("Payment id", (own, *(Value(one.id, "id") for one in chosen)), verdict, why)


def _refunded(main: Comparison, chosen: list[Payment]) -> tuple[Row, ...]:
    """What went back of each, and what is on its way."""
    found = next((row for row in main.rows if row.field == "Refunded"), None)
    if found is None:
        return ()
    own = found.values[0] if main.columns[0].title == "Order" else None
    return (replace(found, values=(own, *map(_back, chosen))),)


def _back(one: Payment) -> Value | None:
    if one.amount is None or not (one.refunded or one.pending):
        return None
    gone, going = (str(Money(minor, one.amount.currency)) for minor in (one.refunded, one.pending))
    said = [gone] if one.refunded else []
    return Value(", ".join([*said, *([f"{going} on its way"] if one.pending else [])]), "amount_refunded")
