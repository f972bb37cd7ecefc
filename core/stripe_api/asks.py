"""The questions Orderlens puts to Stripe, one function each: path, parameters, and the words for what is missing
without the answer. Pure; sends nothing."""

from collections.abc import Iterable, Iterator
from dataclasses import replace
from typing import Final
from urllib.parse import quote

from core.described import Described
from core.facts import REFERENCE_KEYS
from core.facts.never_made import HEALTH
from core.pasted import Kind
from core.stripe_api.wire import PLATFORM, Ask, Params
from core.times import iso

PAGE: Final = 100
PAGES: Final = 49  # that may follow the first of endpoints and destinations: 5,000 of them
CLAUSES: Final = 10  # of one search
FOUND: Final = 20  # payments of one search by what a customer said of them
FOLLOWED: Final = 10  # payments or customers of one search that are followed
ACCOUNT: Final = "/v1/account"
_CHARGE: Final = ("expand[0]", "latest_charge")
_INTENT: Final = ("expand[0]", "payment_intent.latest_charge")
_OBJECTS: Final[dict[Kind, tuple[str, str, str, tuple[tuple[str, str], ...]]]] = {
    Kind.SESSION: ("sessions", "checkout session", "/v1/checkout/sessions/", (_INTENT,)),
    Kind.INTENT: ("intents", "payment intent", "/v1/payment_intents/", (_CHARGE,)),
    Kind.CHARGE: ("charges", "charge", "/v1/charges/", (_INTENT,)),
    Kind.REFUND: ("refunds", "refund", "/v1/refunds/", (_INTENT, ("expand[1]", "charge"))),
    Kind.DISPUTE: ("disputes", "dispute", "/v1/disputes/", (_INTENT, ("expand[1]", "charge"))),
    Kind.EVENT: ("events", "event", "/v1/events/", ()),
    Kind.CUSTOMER: ("customers", "customer", "/v1/customers/", ()),
    Kind.INVOICE: ("invoices", "invoice", "/v1/invoices/", (("expand[0]", "payments"),)),
    Kind.SUBSCRIPTION: ("subscriptions", "subscription", "/v1/subscriptions/", ()),
}


def one(kind: Kind, object_id: str) -> Ask:
    """One object by its id, with the payment inside it. Any text may come as an id: it is quoted."""
    facts, word, path, expand = _OBJECTS[kind]
    return Ask(facts, f"the {word} {object_id}", path + quote(object_id, safe=""), expand, id=object_id)


def sessions_of_email(email: str, *, since: int | None, pages: int) -> Ask:
    """Sessions whose customer gave this address, newest first, with their payments."""
    span: Params = (("created[gte]", since),) if since is not None else ()
    params: Params = (("customer_details[email]", email), *span, ("limit", PAGE), ("expand[0]", "data." + _INTENT[1]))
    return Ask("sessions", f"the checkout sessions of {email}", "/v1/checkout/sessions", params, pages=pages)


def sessions_of_intent(intent_id: str) -> Ask:
    """The sessions a payment intent came from; Stripe knows at most one or two."""
    return _listed("sessions", "checkout sessions", "/v1/checkout/sessions", "payment_intent", intent_id)


def charges_of_intent(intent_id: str) -> Ask:
    """Every attempt to pay, failed ones too."""
    return _listed("charges", "charges", "/v1/charges", "payment_intent", intent_id)


def refunds_of(owner: str, owner_id: str) -> Ask:
    """Refunds of a `payment_intent` or a `charge`."""
    return _listed("refunds", "refunds", "/v1/refunds", owner, owner_id)


def disputes_of(owner: str, owner_id: str) -> Ask:
    """Disputes of a `payment_intent` or a `charge`."""
    return _listed("disputes", "disputes", "/v1/disputes", owner, owner_id)


def intents_naming(names: Iterable[str], further: Iterable[tuple[str, str]] = ()) -> Iterator[Ask]:
    """Payment intents whose metadata name the order: one of `names` under a customary key, or one of the `further` keys
    with its value. Search takes at most ten clauses of one kind, so each name is a question of its own, and the further
    ones fill what room there is. Its index lags by up to a minute."""
    left = list(dict.fromkeys(further))
    for name in names:
        room, left = left[: CLAUSES - len(REFERENCE_KEYS)], left[CLAUSES - len(REFERENCE_KEYS) :]
        yield _searched(name, [*((key, name) for key in REFERENCE_KEYS), *room])
    for start in range(0, len(left), CLAUSES):
        part = left[start : start + CLAUSES]
        yield _searched(part[0][1], part)


def _searched(name: str, clauses: Iterable[tuple[str, str]]) -> Ask:
    query = " OR ".join(f'metadata["{_quoted(key)}"]:"{_quoted(value)}"' for key, value in clauses)
    params = (("query", query), ("limit", PAGE), ("expand[0]", "data.latest_charge"))
    return Ask("intents", f"the payments whose metadata name {name}", "/v1/payment_intents/search", params)


def charges_described(said: Described, amounts: Iterable[int]) -> Iterator[Ask]:
    """Attempts to pay by amount (minor units, each a question of its own, as each day that may be meant), day and card;
    the newest. Search has no other way than to ask for one amount; currencies are sorted out from what comes."""
    card = [f'payment_method_details.card.last4:"{said.last4}"'] if said.last4 else []
    wanted: tuple[int | None, ...] = tuple(amounts) or (None,)
    for amount in wanted:
        for span in said.spans or (None,):
            days = [f"created>={span[0]}", f"created<{span[1]}"] if span else []
            query = " AND ".join(([f"amount:{amount}"] if amount is not None else []) + card + days)
            params = (("query", query), ("limit", FOUND), ("expand[0]", "data.payment_intent"))
            yield Ask("charges", f"Stripe's charges for {said.says}", "/v1/charges/search", params)


def invoices_of_receipt(receipt: str) -> Ask:
    """Invoices by the number of their receipt. Search knows none of a charge's own."""
    params = (("query", f'receipt_number:"{receipt}"'), ("limit", FOUND))
    return Ask("invoices", f"the invoices with the receipt {receipt}", "/v1/invoices/search", params)


def customers_called(name: str) -> Ask:
    """Customers kept under a name; guests are none."""
    params = (("query", f'name~"{_quoted(name)}"'), ("limit", FOLLOWED))
    return Ask("customers", f"Stripe's customers called {name}", "/v1/customers/search", params)


def _quoted(text: str) -> str:
    return text.replace("\\", "\\\\").replace('"', '\\"')


def endpoints() -> Ask:
    """The account's webhook endpoints."""
    return Ask("endpoints", "the webhook endpoints", "/v1/webhook_endpoints", (("limit", PAGE),), pages=PAGES)


def destinations() -> Ask:
    """The account's event destinations, with the addresses of those that are webhook endpoints (API v2)."""
    params: Params = (("limit", PAGE), ("include[0]", "webhook_endpoint.url"))
    return Ask("destinations", "the event destinations", "/v2/core/event_destinations", params, pages=PAGES)


def connect_endpoints() -> Ask:
    """The endpoints of the key's own account, among which are those that hear of connected accounts."""
    return replace(endpoints(), what="the platform's webhook endpoints", account=PLATFORM)


def of_the_platform() -> tuple[Ask, Ask]:
    """Where the key's own account has events sent, by either API."""
    theirs = replace(destinations(), what="the platform's event destinations", account=PLATFORM)
    return connect_endpoints(), theirs


def undelivered_events(since: int) -> Ask:
    """What Stripe has not delivered yet, or gave up on; usually short."""
    params: Params = (("delivery_success", "false"), ("created[gte]", since), ("limit", PAGE))
    return Ask("events", "the events that were not delivered", "/v1/events", params)


def events_between(since: int, until: int, types: Iterable[str], what: str) -> Ask:
    """Events of up to twenty types in a span (both ends included)."""
    listed = tuple((f"types[{place}]", name) for place, name in enumerate(types))
    params: Params = (("created[gte]", since), ("created[lte]", until), ("limit", PAGE), *listed)
    return Ask("events", what, "/v1/events", params, pages=2)


def thin_events_of(object_id: str) -> Ask:
    """The notifications of one object. Not every account answers this; then spans are searched instead."""
    params = (("object_id", object_id), ("limit", PAGE))
    return Ask("events", f"the events of {object_id}", "/v2/core/events", params, optional=True)


def health_events(since: int) -> Ask:
    """What Stripe says of events that it failed to make, since then; the newest hundred (API v2)."""
    params: Params = (("types[0]", HEALTH), ("created[gte]", iso(since) or ""), ("limit", PAGE))
    return Ask("health", "Stripe's health events", "/v2/core/events", params)


def thin_event(event_id: str) -> Ask:
    """A notification in full: only then it may name its snapshot."""
    return Ask("events", f"the notification {event_id}", f"/v2/core/events/{quote(event_id, safe='')}", id=event_id)


def of_customer(customer_id: str) -> tuple[Ask, ...]:
    """A customer's sessions and payment intents."""
    return (
        _listed("sessions", "checkout sessions", "/v1/checkout/sessions", "customer", customer_id),
        _listed("intents", "payment intents", "/v1/payment_intents", "customer", customer_id),
    )


def customers_of_email(email: str) -> Ask:
    """Customers kept under this address (letter case counts)."""
    return _listed("customers", "customers", "/v1/customers", "email", email)


def sessions_of_subscription(subscription_id: str) -> Ask:
    """The session that began a subscription."""
    return _listed("sessions", "checkout sessions", "/v1/checkout/sessions", "subscription", subscription_id)


def setup_intent(setup_id: str) -> Ask:
    """What a checkout of mode `setup` saved. Not every key may read it, and little is missing then."""
    path = f"/v1/setup_intents/{quote(setup_id, safe='')}"
    return Ask("setup_intents", f"the saved card {setup_id}", path, optional=True)


def payments_of_invoice(invoice_id: str) -> Ask:
    """Which payment intents or charges paid an invoice."""
    return _listed("invoices", "payments", "/v1/invoice_payments", "invoice", invoice_id)


def subscriptions_of_customer(customer_id: str) -> Ask:
    """A customer's newest hundred, also those that ended: another one may run for the same thing."""
    ask = _listed("subscriptions", "subscriptions", "/v1/subscriptions", "customer", customer_id)
    return replace(ask, params=(*ask.params, ("status", "all")))


def invoices_of_subscription(subscription_id: str) -> Ask:
    """The newest hundred bills of a subscription, with what paid them."""
    ask = _listed("invoices", "invoices", "/v1/invoices", "subscription", subscription_id)
    return replace(ask, params=(*ask.params, ("expand[0]", "data.payments")))


def payment_of_bill(invoice_id: str) -> Ask:
    """An invoice and what paid it, with the payment inside."""
    ask = payments_of_invoice(invoice_id)
    inside = (("expand[0]", "data.invoice"), ("expand[1]", "data.payment.payment_intent.latest_charge"))
    return replace(ask, params=(*ask.params, *inside))


def bill_of_intent(intent_id: str) -> Ask:
    """The invoice that a payment intent paid or was to pay, with all that paid it; since 2025-03-31 the intent does not
    name it."""
    about = (("payment[type]", "payment_intent"), ("payment[payment_intent]", intent_id))
    params: Params = (*about, ("limit", PAGE), ("expand[0]", "data.invoice.payments"))
    return Ask("invoices", f"the invoice of {intent_id}", "/v1/invoice_payments", params)


def own_account() -> Ask:
    """Whose data the key reads. Closed to least-privilege keys, and nothing is missing then but a link's first part."""
    return Ask("account", "the account", ACCOUNT, optional=True)


def any_session() -> Ask:
    """The cheapest question every useful key may ask; `/v1/account` is closed to least-privilege keys."""
    return Ask("sessions", "one checkout session", "/v1/checkout/sessions", (("limit", 1),))


def any_subscription() -> Ask:
    """Whether there is one at all."""
    return Ask("subscriptions", "one subscription", "/v1/subscriptions", (("limit", 1), ("status", "all")))


def _listed(kind: str, word: str, path: str, owner: str, owner_id: str) -> Ask:
    object_id = owner_id if owner != "email" else None
    return Ask(kind, f"the {word} of {owner_id}", path, ((owner, owner_id), ("limit", PAGE)), id=object_id)
