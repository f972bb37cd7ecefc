"""What follows where an intent that was paid belongs to an invoice: the invoice is paid, its subscription begins."""

from core.sandbox.stripe.api.call import Call
from core.sandbox.stripe.objects import Json
from core.sandbox.stripe.store import at


def settled(call: Call, intent: Json) -> None:
    """Tell the invoices of a paid intent."""
    for tie in call.store.newest_first(
        "invoice_payment", livemode=call.livemode, where={"payment.payment_intent": [intent["id"]]}
    ):
        bill = call.find("invoice", tie["invoice"])
        if bill["status"] != "open":
            continue
        moments = {"canceled_at": None, "paid_at": call.now}
        call.store.change(tie, amount_paid=bill["total"], status="paid", status_transitions=moments)
        paid = call.store.change(
            bill,
            amount_paid=bill["total"],
            amount_remaining=0,
            attempted=True,
            attempt_count=bill["attempt_count"] + 1,
            status="paid",
            status_transitions={**bill["status_transitions"], "paid_at": call.now},
        )
        call.announce("invoice.paid", paid)
        call.announce("invoice.payment_succeeded", paid)
        if about := at(bill, "parent.subscription_details.subscription"):
            _begin(call, call.find("subscription", about))


def _begin(call: Call, known: Json) -> None:
    if known["status"] in ("incomplete", "past_due"):
        active = call.store.change(known, status="active")
        call.announce("customer.subscription.updated", active, previous={"status": known["status"]})
