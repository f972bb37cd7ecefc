"""The money line: six figures that say of any case where its money stands, always the same six. Pure.

Goes by the ledger of the payments alone. What may not have been read is "not known", never nothing: a dash stands only
where all that could hold money was read, and holds none.
"""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final

from core.facts import Invoice, InvoiceStatus, Order, RefundStatus
from core.linking import Kind
from core.money import Money
from core.report.situation import Situation
from core.report.whereabouts import Place, holding
from core.rules import Examined

NOTHING: Final = "-"
NOT_KNOWN: Final = "not known"
_HOLDS_MONEY: Final = frozenset({"sessions", "intents", "charges", "refunds", "disputes", "invoices", "objects"})
_PERHAPS_MORE: Final = frozenset({Situation.NOT_KNOWN, Situation.PERHAPS})
_UNDER_WAY: Final = {
    Situation.WITH_BANK: "the bank has not answered",
    Situation.PAYABLE: "can still be paid",
    Situation.BOUNCED: "refused by the bank",
}
ORDER: Final = "Order"
SHOP: Final = "Shop says"
STRIPES: Final = ("Taken", "Reserved", "Back", "Kept")


@dataclass(frozen=True, slots=True)
class Cell:
    """One figure: `text` is an amount, "-" for none, or "not known"; `note` what has to be said with it; `at` when it
    came to be (seconds since 1970), None where it is not one moment."""

    title: str
    text: str
    note: str = ""
    at: int | None = None


def money_line(seen: Examined, found: Situation) -> tuple[Cell, ...]:
    """Ordered, taken, reserved, back, kept, and what the shop says."""
    ordered, shop = of_order(seen.case.order)
    links = seen.links
    if found is Situation.NOT_KNOWN and (seen.diagnosis.findings or not links.movements):
        return (ordered, *[Cell(title, NOT_KNOWN) for title in STRIPES], shop)
    partly = found in _PERHAPS_MORE or any(one.kind in _HOLDS_MONEY for one in seen.case.facts.unread)
    unsaid = any(payment.net is None for payment in links.payments)
    came = [movement for movement in links.movements if movement.kind is Kind.TAKEN]
    taken = [movement.amount for movement in came]
    return (
        ordered,
        Cell(
            "Taken",
            _several(taken, open_end=partly or unsaid),
            _UNDER_WAY.get(found) or _outside(seen) or _later(seen),
            at=came[0].at if len(came) == 1 else None,
        ),
        Cell("Reserved", _sum(seen, Place.RESERVED, open_end=partly), _sum_note(seen, Place.LET_GO, "let go")),
        Cell("Back", _sum(seen, Place.CUSTOMER, open_end=partly), _back_note(seen)),
        Cell("Kept", _sum(seen, Place.SHOP, open_end=partly or unsaid), _sum_note(seen, Place.BANK, "with the bank")),
        shop,
    )


def of_order(order: Order | None) -> tuple[Cell, Cell]:
    """The first and the last of the six, which the order itself says."""
    if order is None:
        return Cell(ORDER, "no order"), Cell(SHOP, "no order")
    otherwise = f"{order.paid_otherwise} paid otherwise" if order.paid_otherwise else ""
    return Cell(ORDER, _one(order.amount), otherwise), Cell(SHOP, order.status.value.replace("_", " "))


def _one(amount: Money | None) -> str:
    return NOT_KNOWN if amount is None else str(amount)


def _several(amounts: list[Money], *, open_end: bool) -> str:
    """Equal payments are counted: "2 x 219.00 EUR"."""
    if not amounts:
        return NOT_KNOWN if open_end else NOTHING
    counted = Counter(amounts)
    return " + ".join(f"{times} x {amount}" if times > 1 else str(amount) for amount, times in counted.items())


def _sum(seen: Examined, place: Place, *, open_end: bool) -> str:
    amounts = holding(place, seen.links.movements)
    if not amounts:
        return NOT_KNOWN if open_end else NOTHING
    return " + ".join(map(str, amounts))


def _sum_note(seen: Examined, place: Place, words: str) -> str:
    amounts = holding(place, seen.links.movements)
    return f"{' + '.join(map(str, amounts))} {words}" if amounts else ""


def _outside(seen: Examined) -> str:
    return _sum_note(seen, Place.OUTSIDE, "settled outside Stripe")


def _later(seen: Examined) -> str:
    """What the order's subscription was billed after the order itself: no part of the order's own money."""
    paid = _billed((bill, bill.amount_paid) for bill in _later_bills(seen) if _is_paid_here(bill))
    unpaid = later_unpaid(seen)
    said = (f"{paid} more by later bills" if paid else "", f"a later bill not paid yet: {unpaid}" if unpaid else "")
    return ", ".join(filter(None, said))


def later_unpaid(seen: Examined) -> str:
    """What such bills ask for that are not paid yet; empty where there is none."""
    return _billed((bill, bill.amount_due) for bill in _later_bills(seen) if bill.status is InvoiceStatus.OPEN)


def _later_bills(seen: Examined) -> list[Invoice]:
    own = {bill.id for bill in seen.links.bills}
    return [bill for bill in seen.links.invoices if seen.case.order and bill.id not in own and bill.currency]


def _is_paid_here(bill: Invoice) -> bool:
    return bill.status is InvoiceStatus.PAID and not bill.paid_out_of_band


def _billed(bills: Iterable[tuple[Invoice, int | None]]) -> str:
    return _added([Money(minor, bill.currency or "") for bill, minor in bills if minor])


def _back_note(seen: Examined) -> str:
    """What is on its way back, and what came back to Stripe instead."""
    failed = [
        Money(one.amount, one.currency)
        for one in seen.links.refunds
        if one.status is RefundStatus.FAILED and one.currency
    ]
    notes = (_sum_note(seen, Place.RETURNING, "on its way"), f"{_added(failed)} failed" if failed else "")
    return ", ".join(filter(None, notes))


def _added(amounts: Iterable[Money]) -> str:
    totals = Counter[str]()
    for one in amounts:
        totals[one.currency] += one.amount_minor
    return " + ".join(str(Money(minor, currency)) for currency, minor in totals.items())
