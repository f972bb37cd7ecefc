"""The rows of a subscription that a payment began, and of the bill that it paid.

Pure. An order is held against neither here: what is wrong with them, the findings say.
"""

from collections.abc import Iterator

from core.comparison.table import WIDTH, Row, Value, Verdict, value
from core.comparison.view import View
from core.money import Money


def billed(view: View) -> Iterator[Row]:
    """What the attempt began and what it paid; nothing where it is no subscription's and paid no bill."""
    session, paid = view.attempt.session, view.attempt.payment
    bill = paid.bill if paid else None
    began = (session.subscription_id if session else None) or (paid.subscription_id if paid else None)
    if began:
        yield _row(view, "Subscription id", value(began, "subscription"))
        found = next((one for one in view.links.subscriptions if one.id == began), None)
        if found:
            costs = f", {found.amount} a period" if found.amount else ""
            ends = ", ends by itself" if found.ends_by_itself and not found.ended else ""
            yield _row(view, "Subscription", Value(f"{_words(found.status)}{costs}{ends}", "subscription: status"))
            until = Value(None, "subscription: current_period_end", at=found.period_end)
            yield _row(view, "Period ends", until)
    billed_by = bill.id if bill else session.invoice_id if session else None
    if billed_by:
        yield _row(view, "Invoice id", value(billed_by, "invoice"))
    if bill:
        total = f", {Money(bill.total, bill.currency)}" if bill.total is not None and bill.currency else ""
        outside = ", settled outside Stripe" if bill.paid_out_of_band else ""
        yield _row(view, "Invoice", Value(f"{_words(bill.status)}{total}{outside}", "invoice: status, total"))


def _row(view: View, field: str, held: Value) -> Row:
    """The value in the column of the first object that is there."""
    three = (view.attempt.session, view.attempt.intent, view.attempt.charge)
    column = next((at for at, part in enumerate(three, 1) if part), 1)
    return Row(field, tuple(held if at == column else None for at in range(WIDTH)), Verdict.SHOWN)


def _words(word: str) -> str:
    return str(word).replace("_", " ")
