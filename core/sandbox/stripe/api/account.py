"""The account that a key belongs to, those that are connected to it, and what lies in its balance.

Owns the sums: what has come in and gone out, by currency, and how much of it can be had already.
"""

from collections import Counter

from core.sandbox.stripe.api import lists, refusals
from core.sandbox.stripe.api.call import Call, Operation
from core.sandbox.stripe.objects import Json, account

_ACCOUNTS = "/v1/accounts"
_ENTRIES = "/v1/balance_transactions"


def own_account(call: Call) -> Json:
    """The account that the key belongs to, or the connected one that is asked."""
    return account(id=call.account.id)


def connected(call: Call) -> Json:
    """The accounts that are connected to this one; it is not among them."""
    return lists.whole(call, [account(id=one) for one in reversed(call.account.connected)], _ACCOUNTS)


def by_id(call: Call) -> Json:
    """This account or a connected one."""
    asked = call.path["id"]
    if asked != call.account.id and asked not in call.account.connected:
        raise refusals.foreign_account(call.asker.key, asked)
    return account(id=asked)


def balance(call: Call) -> Json:
    """What is in the balance after fees: available, or on its way."""
    sums: dict[bool, Counter[str]] = {True: Counter(), False: Counter()}
    for entry in call.store.newest_first("balance_transaction", livemode=call.livemode):
        sums[entry["available_on"] <= call.now][entry["currency"]] += entry["net"]
    currencies = sorted(sums[True] | sums[False] | {currency: 0 for one in sums.values() for currency in one}) or [
        "eur"
    ]
    return {
        "object": "balance",
        "available": [_amount(sums[True][one], one) for one in currencies],
        "livemode": call.livemode,
        "pending": [_amount(sums[False][one], one) for one in currencies],
    }


def _amount(amount: int, currency: str) -> Json:
    return {"amount": amount, "currency": currency, "source_types": {"card": amount}}


def entries(call: Call) -> Json:
    """The entries of the balance by what made them, by kind and time."""
    kind, currency = call.form.text("type"), call.form.text("currency")

    def shown(entry: Json) -> bool:
        return kind in (None, entry["type"]) and currency in (None, entry["currency"])

    return lists.page(call, "balance_transaction", _ENTRIES, filters={"source": "source"}, keep=shown)


def entry(call: Call) -> Json:
    """One entry of the balance."""
    return call.find("balance_transaction", call.path["id"])


_RIGHT = "balance_transaction_source_read"
OPERATIONS = (
    Operation("GET", "/v1/account", own_account, "account_read", ("expand",)),
    Operation("GET", _ACCOUNTS, connected, "account_read", (*lists.CURSORS, "created")),
    Operation("GET", _ACCOUNTS + "/{id}", by_id, "account_read", ("expand",)),
    Operation("GET", "/v1/balance", balance, "balance_read", ("expand",)),
    Operation("GET", _ENTRIES, entries, _RIGHT, (*lists.CURSORS, "created", "currency", "source", "type")),
    Operation("GET", _ENTRIES + "/{id}", entry, _RIGHT, ("expand",)),
)
