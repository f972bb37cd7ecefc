"""Charges, refunds and disputes: read, listed, searched; refunds also made.

Owns what a refund does to its charge. Never more is refunded than is left of what was taken.
"""

from core.sandbox.stripe.api import lists, refusals, search
from core.sandbox.stripe.api.call import Call, Operation
from core.sandbox.stripe.objects import Json, balance_transaction, refund

_REASONS = ("duplicate", "fraudulent", "requested_by_customer")
_WITHOUT_CENTS = "bif clp djf gnf jpy kmf krw mga pyg rwf vnd vuv xaf xof xpf".split()


def one_charge(call: Call) -> Json:
    """One charge."""
    return call.find("charge", call.path["id"])


def update_charge(call: Call) -> Json:
    """Change the metadata or the description of a charge; its intent keeps the old ones."""
    known = one_charge(call)
    changed: Json = {}
    if "metadata" in call.form.fields:
        changed["metadata"] = call.form.merged(known["metadata"])
    if "description" in call.form.fields:
        changed["description"] = call.form.text("description") or None
    return call.store.change(known, **changed)


def charges(call: Call) -> Json:
    """Charges by customer, intent and time."""
    filters = {name: name for name in ("customer", "payment_intent", "transfer_group")}
    return lists.page(call, "charge", "/v1/charges", filters=filters)


def search_charges(call: Call) -> Json:
    """Charges by metadata and more, once they are indexed."""
    return search.search(call, "charge", "/v1/charges/search")


def create_refund(call: Call) -> Json:
    """Give back all or part of a charge, which may be named by its intent."""
    paid = _refundable(call)
    amount = _amount(call, paid)
    entry = balance_transaction(
        call.rng,
        call.now,
        amount=-amount,
        fee=0,
        currency=paid["currency"],
        type="refund",
        reporting_category="refund",
        fee_details=[],
    )
    made = refund(
        call.rng,
        call.now,
        amount=amount,
        balance_transaction=entry["id"],
        charge=paid["id"],
        currency=paid["currency"],
        metadata=call.form.mapping("metadata"),
        payment_intent=paid["payment_intent"],
        reason=call.form.choice("reason", _REASONS),
    )
    call.store.put({**entry, "source": made["id"]}, livemode=call.livemode)
    call.store.put(made, livemode=call.livemode)
    total = paid["amount_refunded"] + amount
    after = call.store.change(paid, amount_refunded=total, refunded=total == paid["amount"])
    before = {name: paid[name] for name in ("amount_refunded", "refunded") if paid[name] != after[name]}
    call.announce("charge.refunded", after, previous=before)
    call.announce("refund.created", made)
    return made


def _refundable(call: Call) -> Json:
    if charge_id := call.form.text("charge"):
        return call.find("charge", charge_id, "charge")
    known = call.find("payment_intent", call.form.required("payment_intent"), "payment_intent")
    last = call.get("charge", known["latest_charge"]) if known["latest_charge"] else None
    if last is None or last["status"] == "failed":
        message = f"This PaymentIntent ({known['id']}) does not have a successful charge to refund."
        raise refusals.invalid(message, "payment_intent")
    return last


def _amount(call: Call, paid: Json) -> int:
    """How much is to be refunded: what was asked for, else all that is left."""
    released = paid["amount"] - paid["amount_captured"]  # of a part that was captured: counted as refunded too
    left: int = paid["amount_captured"] - max(paid["amount_refunded"] - released, 0)
    amount = call.form.integer("amount", 1) or left
    if not left:
        raise refusals.invalid(f"Charge {paid['id']} has already been refunded.", code="charge_already_refunded")
    if amount > left:
        what = "unrefunded amount on charge" if paid["amount_refunded"] else "charge amount"
        message = f"Refund amount ({_money(amount, paid)}) is greater than {what} ({_money(left, paid)})"
        raise refusals.invalid(message, "amount")
    return amount


def _money(amount: int, paid: Json) -> str:
    whole = paid["currency"] in _WITHOUT_CENTS
    return f"{amount if whole else f'{amount / 100:.2f}'} {paid['currency'].upper()}"


def one_refund(call: Call) -> Json:
    """One refund."""
    return call.find("refund", call.path["id"])


def update_refund(call: Call) -> Json:
    """Change the metadata of a refund; nothing else of it can be."""
    known = one_refund(call)
    if "metadata" not in call.form.fields:
        return known
    return call.store.change(known, metadata=call.form.merged(known["metadata"]))


def refunds(call: Call) -> Json:
    """Refunds by charge, intent and time."""
    return lists.page(call, "refund", "/v1/refunds", filters={name: name for name in ("charge", "payment_intent")})


def one_dispute(call: Call) -> Json:
    """One dispute."""
    return call.find("dispute", call.path["id"])


def disputes(call: Call) -> Json:
    """Disputes by charge, intent and time."""
    return lists.page(call, "dispute", "/v1/disputes", filters={name: name for name in ("charge", "payment_intent")})


_TIMED = (*lists.CURSORS, "created")
_OF_A_CHARGE = (*_TIMED, "charge", "payment_intent")
OPERATIONS = (
    Operation("GET", "/v1/charges", charges, "charge_read", (*_TIMED, "customer", "payment_intent", "transfer_group")),
    Operation("GET", "/v1/charges/search", search_charges, "charge_read", search.ACCEPTS),
    Operation("GET", "/v1/charges/{id}", one_charge, "charge_read", ("expand",)),
    Operation("POST", "/v1/charges/{id}", update_charge, "charge_write", ("description", "expand", "metadata")),
    Operation(
        "POST",
        "/v1/refunds",
        create_refund,
        "charge_write",
        (
            *("amount", "charge", "expand", "instructions_email", "metadata", "payment_intent", "reason"),
            *("refund_application_fee", "reverse_transfer"),
        ),
    ),
    Operation("GET", "/v1/refunds", refunds, "charge_read", _OF_A_CHARGE),
    Operation("GET", "/v1/refunds/{id}", one_refund, "charge_read", ("expand",)),
    Operation("POST", "/v1/refunds/{id}", update_refund, "charge_write", ("expand", "metadata")),
    Operation("GET", "/v1/disputes", disputes, "dispute_read", _OF_A_CHARGE),
    Operation("GET", "/v1/disputes/{id}", one_dispute, "dispute_read", ("expand",)),
)
