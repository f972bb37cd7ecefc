"""What names and words usually mean in a shop's database. Pure: vocabularies, and nothing that reads.

Owns the vocabulary of table names, column names and status words. Refuses to decide where shops differ: `complete`,
`closed`, `processing` and numbers have at most a suggestion (`suggested`), never a meaning.
"""

import re
from collections.abc import Sequence
from functools import lru_cache

from core.settings import OrderWord

ORDERISH = frozenset("order orders".split())
SALEISH = frozenset(
    "booking bookings registration registrations purchase purchases sale sales invoice invoices".split()
)
MONEYISH = frozenset(
    "payment payments transaction transactions checkout checkouts charge charges intent intents".split()
)
RELATED = (
    ORDERISH
    | SALEISH
    | MONEYISH
    | frozenset(
        "refund refunds stripe session sessions reference references collection collections meta metadata postmeta "
        "customer customers user users account accounts event events shop shops store stores tenant tenants "
        "posts organization organizations summary orderpayment orderrefund orderpayments orderrefunds "
        "currency currencies party parties partner partners contact contacts".split()
    )
)
"""Words of table names that are worth a look."""
DETAIL = frozenset(
    "item items line lines lineitem lineitems meta metadata refund refunds history log logs status statuses state "
    "states address addresses note notes tax taxes discount discounts shipment shipments shipping tracking audit "
    "version versions summary event events message messages stat stats lookup promotion promotions product products "
    "tag tags comment comments payment payments transaction transactions position positions operational change changes "
    "adjustment adjustments archive tmp temp backup bak migration migrations collection collections detail details "
    "type types carrier slip cart carts claim claims return returns exchange exchanges rels orderitem session".split()
)
"""Words that make a table a detail of orders, not the orders."""

_PRIVATE = frozenset(
    "password passwd hash salt token tokens phone telephone mobile street address address1 address2 zip postcode ip "
    "agent birthday birthdate ssn iban vat firstname lastname avatar signature otp".split()
)

FIELD_NAMES: dict[str, tuple[str, ...]] = {
    "amount": (
        r"(order_)?grand_total(_(minor|cents))?",
        r"(order_total|total_order)(_(amount|price|minor|cents|in_cents))?",
        r"(total_(amount|price|cost|value|sum)|(amount|price)_total)(_(minor|cents|in_cents))?",
        r"total_(incl|including|with|inc)_(tax|vat)|total_gross(_amount)?|gross_total|total_paid_tax_incl|total_ttc",
        r"total(_(minor|cents|in_cents|cent))?",
        r"(amount|price|gross)_(minor|cents|in_cents|cent)|cents|amount_gross|gross_amount",
        r"amount|price|total_paid|value|sum",
    ),
    "refunded_amount": (
        r"(total|amount)_refund(ed)?(_(minor|cents|amount|in_cents))?",
        r"refund(ed)?_(total|amount)(_(minor|cents|in_cents))?",
        r"(grand_total_)?refunded(_(minor|cents))?",
    ),
    "currency": (r"(order_)?currency(_code|_iso)?", r"currency(_iso)?_?code|iso_currency|\w+_currency(_code|_iso)?"),
    "number": (
        r"(order|sale|purchase|booking)_(number|no|nr|code|ref|reference)",
        r"(order_)?(number|increment_id|display_id)",
        r"code|reference|short_id|public_id|ref|invoice_number|friendly_id|friendly_token",
        r"name",
    ),
    "customer_email": (
        r"(customer|billing|buyer|contact|client|user|payer)_email(_address)?",
        r"e?mail(_address)?",
        r"(guest|attendee|receipt)_email",
    ),
    "created_at": (
        r"(date_)?created(_at|_on|_date|_time)?_(gmt|utc)",
        r"created(_at|_on|_date|_time|_dt)?|date_created|creation_date|inserted_at",
        r"(order|placed|ordered|date_placed|order_date_time|date_(added|add|placed|ordered|purchased)|purchased|datetime|submitted|added)(_(at|on|dt|date|time))?",
        r"create_(date|time|dt|at)|creation_(date|time)|date_order|(order|sale|booking)_(date|time)",
        r"date|timestamp|post_date_gmt",
    ),
    "updated_at": (
        r"(date_)?(updated|modified)(_at|_on|_date)?_(gmt|utc)",
        r"(updated|modified|changed)(_at|_on|_date|_dt)?|date_(updated|modified|upd)|last_(modified|updated?)",
        r"(write|update|modification|change)_(date|time|dt|at)",
    ),
    "deleted": (r"deleted(_at|_on|_date)?|is_deleted|date_deleted|soft_deleted|removed_at|trashed_at",),
    "tenant": (
        r"(tenant|store|shop|organi[sz]ation|merchant|vendor|sales_channel|site|workspace|account|team)_id",
        r"tenant|store|shop",
    ),
    "stripe_account": (r"(stripe_)?(connected_)?account_id|stripe_account|connected_account",),
}
"""Names of columns by canonical field, the likeliest first, as whole matches of `plain_name`."""
SUMS: tuple[tuple[str, str], ...] = (
    (r"net_amount", r"tax_amount"),
    (r"sub_?total_with_tax", r"shipping_with_tax"),
    (r"sub_?total", r"tax(_total|_amount)?"),
)
"""Columns that together are the amount where none is it alone."""
STATUS = r"(?!address|country|billing|home|tax)([a-z]+_)?(status|state)(_id)?"


@lru_cache(maxsize=20_000)
def parts(name: str) -> tuple[str, ...]:
    """The words of a name: `wp_wc_orders`, `stripePaymentIntentId`, `Order` alike."""
    spaced = re.sub(r"(?<=[a-z0-9])(?=[A-Z])|(?<=[A-Z])(?=[A-Z][a-z])", "_", name)
    return tuple(part for part in re.split(r"[^a-z0-9]+", spaced.lower()) if part)


@lru_cache(maxsize=20_000)
def plain_name(name: str) -> str:
    """A column's name in lower snake case, without a version or a cache's mark at its end: `net_amount_v2` is
    `net_amount`, `total_amount_cache` is `total_amount`."""
    return re.sub(r"_(v\d+|cached?|stored)$", "", "_".join(parts(name)))


def singular(word: str) -> str:
    """`orders` is `order`, `currencies` is `currency`."""
    return f"{word[:-3]}y" if word.endswith("ies") else word.removesuffix("s")


def private(name: str) -> bool:
    """Whether a column holds what Orderlens has no business to look at."""
    return not _PRIVATE.isdisjoint(parts(name)) and "email" not in name.lower()


def role(column: str) -> str:
    """What a status column speaks of: `payment`, `shipment`, `refund` or the order itself (`main`)."""
    name = plain_name(column)
    if re.search(r"pay|paid|financial|charge", name):
        return "payment"
    return "shipment" if re.search(r"ship|fulfil|deliver", name) else "refund" if "refund" in name else "main"


_ORDER: dict[OrderWord, str] = {
    "created": "created draft checkoutdraft autodraft cart basket addingitems reserved incomplete address delivery "
    "initial started",
    "pending": "pending pendingpayment paymentpending awaitingpayment awaiting unpaid notpaid onhold arrangingpayment "
    "paymentauthorized waiting waitingpayment requiresaction awaitingofflinepayment unconfirmed payment confirm "
    "pendingconfirmation authorized",
    "paid": "paid paymentreceived paymentsettled paymentaccepted paymentcomplete paymentcompleted settled captured",
    "fulfilled": "fulfilled shipped delivered dispatched sent partiallyshipped partiallydelivered partiallyfulfilled "
    "handedover pickedup",
    "cancelled": "cancelled canceled void voided expired abandoned annulled cancelledbycustomer",
    "failed": "failed paymentfailed declined error paymenterror denied rejected paymentdeclined fraud failure",
    "refunded": "refunded fullyrefunded",
    "partially_refunded": "partiallyrefunded partialrefund partialrefunded refundedpartially",
}
_SUGGESTED: dict[OrderWord, str] = {
    "paid": "processing confirmed approved accepted active success succeeded complete ok inprogress finished",
    "fulfilled": "completed closed done archived",
    "pending": "new open hold processingpayment inreview review",
    "cancelled": "trash deleted inactive returned",
    "created": "none",
}
_PAYMENT: dict[OrderWord, str] = {
    "paid": "paid captured succeeded settled completed complete success successful confirmed full fullycharged "
    "overcharged creditowed paymentreceived paymentsettled true 1 approved",
    "pending": "pending unpaid notpaid awaiting balancedue authorized processing none created requiresaction "
    "requirespaymentmethod requiresconfirmation requirescapture partial partiallyauthorized partiallypaid open new "
    "checkout nopaymentrequired awaitingofflinepayment awaitingpayment false 0",
    "failed": "failed error declined denied rejected refused failure paymentfailed",
    "refunded": "refunded fullyrefunded",
    "partially_refunded": "partiallyrefunded partialrefund",
    "cancelled": "cancelled canceled void voided expired",
}
_SHIPMENT: dict[OrderWord, str] = {"fulfilled": "shipped delivered fulfilled dispatched sent completed complete"}


def _by_word(groups: dict[OrderWord, str]) -> dict[str, OrderWord]:
    return {raw: word for word, raws in groups.items() for raw in raws.split()}


_PAYER = re.compile(r"(?i)^(stripe|paypal|klarna|adyen|mollie|braintree|gateway|card)[-_ .]+")
_NOT_DONE = frozenset(
    "not non un never to be being can pending requested request failed awaiting rejected denied".split()
)
_CARTS = frozenset("draft checkoutdraft autodraft cart basket addingitems incomplete address delivery".split())
_MEANINGS = {"main": _by_word(_ORDER), "payment": _by_word(_PAYMENT), "shipment": _by_word(_SHIPMENT)}
_MEANINGS["refund"] = {raw: word for raw, word in _MEANINGS["payment"].items() if "refunded" in word}
_HINTS = _by_word(_SUGGESTED)


def meaning(raw: str, role_name: str = "main") -> OrderWord | None:
    """What one word means in a column of this role; None where shops differ."""
    known = _MEANINGS[role_name]
    return (
        known.get(_bare(raw))
        or known.get(_bare(_PAYER.sub("", raw)))
        or (None if role_name == "shipment" else _back(raw))
    )


def _back(raw: str) -> OrderWord | None:
    """What a word means that says refunded among others, such as a gateway's name; None where it is denied or not
    over."""
    said = set(parts(raw))
    if "refunded" not in said or said & _NOT_DONE:
        return None
    return "partially_refunded" if said & {"partial", "partially", "part", "partly"} else "refunded"


def suggested(raw: str) -> OrderWord | None:
    """What an ambiguous word most often means, to be offered and not to be taken."""
    return meaning(raw) or _HINTS.get(_bare(raw))


def combined(roles: Sequence[str], raws: Sequence[str]) -> OrderWord | None:
    """What the words of several status columns mean together; None where that is not certain."""
    if len(roles) == 1:
        return meaning(raws[0], roles[0])
    said = {name: meaning(raw, name) for name, raw in zip(roles, raws, strict=True)}
    main, payment = said.get("main"), said.get("payment")
    shipped = "fulfilled" in (main, said.get("shipment"))
    back = next((one for one in (said.get("refund"), payment, main) if one in ("refunded", "partially_refunded")), None)
    if back or main in ("cancelled", "failed"):
        return back or main
    if payment == "failed":
        return payment
    if payment == "paid":
        return "fulfilled" if shipped else "paid"
    if payment == "pending":
        return _unpaid(raws[list(roles).index("main")] if main or "main" in roles else "", main, shipped=shipped)
    silent = "payment" in roles and not raws[list(roles).index("payment")].strip()
    return main if main in ("created", "pending") and (silent or "payment" not in roles) else None


def _unpaid(raw: str, main: OrderWord | None, *, shipped: bool) -> OrderWord | None:
    """What an order is that nobody has paid: a cart, or waiting. Where it was placed, that is the shop's to say."""
    if main == "created":
        return main if _bare(raw) in _CARTS else None
    return "pending" if not shipped and (main == "pending" or not raw.strip()) else None


def offered(roles: Sequence[str], raws: Sequence[str]) -> OrderWord | None:
    """What words of one or several status columns most often mean together, to be offered and not to be taken."""
    said = {name: meaning(raw, name) for name, raw in zip(roles, raws, strict=True)}
    if said.get("payment") == "pending":
        return "pending"
    return next((suggested(raw) for raw in raws if not raw.isdecimal() and suggested(raw)), None)


def settles(raw: str) -> str | None:
    """`succeeded` or `refunded` where a payment's word says so, None for every other."""
    word = meaning(raw, "payment")
    return "succeeded" if word == "paid" else "refunded" if word in ("refunded", "partially_refunded") else None


def gone(raw: str) -> bool | None:
    """Whether a refund's word says that the money went back; None where that is not certain."""
    bare = _bare(raw)
    if bare in "done succeeded success successful completed complete refunded processed paid settled true 1".split():
        return True
    known = (
        "failed pending canceled cancelled created transit external error requested rejected requiresaction new false 0"
    )
    return False if bare in known.split() else None


def _bare(raw: str) -> str:
    return re.sub(r"[^a-z0-9]", "", re.sub(r"^wc-", "", raw.strip().lower()))
