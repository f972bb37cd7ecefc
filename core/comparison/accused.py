"""What the findings are about: a field whose two values a finding holds against each other is never called the same.

Pure. Goes by the evidence of a finding, never by its code.
"""

from collections.abc import Iterable
from dataclasses import replace

from core.comparison.table import Row, Verdict
from core.findings import Evidence, Finding

_OF_ORDER = {
    "status": "Payment",
    "total": "Amount",
    "currency": "Currency",
    "session_id": "Session id",
    "payment_intent_id": "Intent id",
    "charge_id": "Charge id",
    "customer_email": "E-mail",
    "refunded amount": "Refunded",
    "stripe_account": "Account",
}
_OF_STRIPE = {
    "status": "Payment",
    "payment_status": "Payment",
    "paid": "Amount",
    "asks for": "Amount",
    "left of the payment": "Refunded",
}
_EXPLAINS = frozenset({"promotion code", "tax", "shipping", "tip"})
_STRIPE = frozenset({"Stripe", "session", "intent", "charge", "payment"})


def accused(row: Row, findings: Iterable[Finding]) -> Row:
    """The row as it is; where it says "same" of what a finding is about, with the finding as the reason that it does
    not."""
    if row.verdict is not Verdict.SAME:
        return row
    found = next((one for one in findings if row.field in fields_of(one)), None)
    return replace(row, verdict=Verdict.DIFFERS, why=f"{found.title}.") if found else row


def fields_of(finding: Finding) -> frozenset[str]:
    """The fields of the comparison of which it shows the order's value and Stripe's."""
    ours = {_OF_ORDER[one.field]: one for one in finding.evidence if _kind(one) == "order" and one.field in _OF_ORDER}
    theirs = [one for one in finding.evidence if _kind(one) in _STRIPE and one.field in _OF_STRIPE]
    shown = {_OF_STRIPE[one.field] for one in theirs} & ours.keys()
    if "Amount" in shown and not _is_about_amount(finding, ours["Amount"], theirs):
        shown.discard("Amount")
    return frozenset(shown)


def _is_about_amount(finding: Finding, total: Evidence, theirs: list[Evidence]) -> bool:
    """Whether none of what was paid or asked for is the total, and it shows no figure that explains it."""
    amounts = [one.value for one in theirs if _OF_STRIPE[one.field] == "Amount"]
    explained = any(one.field in _EXPLAINS for one in finding.evidence)
    return not explained and not any(amount.startswith(total.value) for amount in amounts)


def _kind(evidence: Evidence) -> str:
    return evidence.source.partition(" ")[0]
