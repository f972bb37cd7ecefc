"""Customers, saved cards, the account, and the endpoints that want to hear of events.

Owns what a shop does with them. An endpoint's secret is shown once, when it is made.
"""

from core.sandbox.stripe.api import lists, refusals, search
from core.sandbox.stripe.api.call import Call, Operation
from core.sandbox.stripe.api.sessions import merged
from core.sandbox.stripe.objects import Json, account, customer, webhook_endpoint

_ENDPOINTS = "/v1/webhook_endpoints"


def own_account(call: Call) -> Json:  # noqa: ARG001 - an operation takes its call
    """The account that the key belongs to."""
    return account()


_TEXTS = ("description", "email", "name", "phone")


def create_customer(call: Call) -> Json:
    """Make a customer."""
    form = call.form
    given = {name: form.text(name) for name in _TEXTS}
    made = customer(call.rng, call.now, livemode=call.livemode, metadata=form.mapping("metadata"), **given)
    call.store.put(made)
    call.announce("customer.created", made)
    return made


def one_customer(call: Call) -> Json:
    """One customer."""
    return call.find("customer", call.path["id"])


def update_customer(call: Call) -> Json:
    """Change what is stored of a customer."""
    known, form = one_customer(call), call.form
    changed: Json = {name: form.text(name) or None for name in _TEXTS if name in form.fields}
    if "metadata" in form.fields:
        changed["metadata"] = merged(known["metadata"], form)
    return call.store.change(known, **changed)


def customers(call: Call) -> Json:
    """Customers by e-mail (exactly as it was written) and time."""
    return lists.page(call, "customer", "/v1/customers", filters={"email": "email"})


def search_customers(call: Call) -> Json:
    """Customers by metadata and more, once they are indexed."""
    return search.search(call, "customer", "/v1/customers/search")


def one_setup_intent(call: Call) -> Json:
    """One saved card, or the attempt to save one."""
    return call.find("setup_intent", call.path["intent"])


def create_endpoint(call: Call) -> Json:
    """Make a webhook endpoint; this answer alone carries its secret."""
    kinds = call.form.texts("enabled_events")
    if not kinds:
        raise refusals.missing_parameter("enabled_events")
    return call.store.put(
        webhook_endpoint(
            call.rng,
            call.now,
            api_version=call.form.text("api_version"),
            description=call.form.text("description"),
            enabled_events=kinds,
            livemode=call.livemode,
            metadata=call.form.mapping("metadata"),
            url=_url(call.form.required("url"), livemode=call.livemode),
        )
    )


def one_endpoint(call: Call) -> Json:
    """One endpoint, without its secret."""
    return _without_secret(call.find("webhook_endpoint", call.path["id"]))


def endpoints(call: Call) -> Json:
    """All endpoints; there is no filter."""
    answer = lists.page(call, "webhook_endpoint", _ENDPOINTS)
    return {**answer, "data": [_without_secret(one) for one in answer["data"]]}


def update_endpoint(call: Call) -> Json:
    """Change an endpoint; `disabled` stops what is still to be delivered to it."""
    known = call.find("webhook_endpoint", call.path["id"])
    changed: Json = {}
    if "url" in call.form.fields:
        changed["url"] = _url(call.form.required("url"), livemode=call.livemode)
    if kinds := call.form.texts("enabled_events"):
        changed["enabled_events"] = kinds
    if (disabled := call.form.flag("disabled")) is not None:
        changed["status"] = "disabled" if disabled else "enabled"
    if "description" in call.form.fields:
        changed["description"] = call.form.text("description") or None
    if "metadata" in call.form.fields:
        changed["metadata"] = merged(known["metadata"], call.form)
    return _without_secret(call.store.change(known, **changed))


def delete_endpoint(call: Call) -> Json:
    """Remove an endpoint."""
    known = call.find("webhook_endpoint", call.path["id"])
    call.store.remove(known)
    return {"id": known["id"], "object": "webhook_endpoint", "deleted": True}


def _without_secret(endpoint: Json) -> Json:
    return {name: value for name, value in endpoint.items() if name != "secret"}


def _url(given: str, *, livemode: bool) -> str:
    if not given.startswith("https://" if livemode else ("http://", "https://")):
        raise refusals.invalid(
            "Invalid URL: An explicit scheme (such as https) must be provided.", "url", "url_invalid"
        )
    return given


_SETTINGS = ("description", "enabled_events", "expand", "metadata", "url")
OPERATIONS = (
    Operation("GET", "/v1/account", own_account, "account_read", ("expand",)),
    Operation(
        "POST",
        "/v1/customers",
        create_customer,
        "customer_write",
        (*_TEXTS, "expand", "metadata"),
    ),
    Operation("POST", "/v1/customers/{id}", update_customer, "customer_write", (*_TEXTS, "expand", "metadata")),
    Operation("GET", "/v1/customers", customers, "customer_read", (*lists.CURSORS, "created", "email")),
    Operation("GET", "/v1/customers/search", search_customers, "customer_read", search.ACCEPTS),
    Operation("GET", "/v1/customers/{id}", one_customer, "customer_read", ("expand",)),
    Operation("GET", "/v1/setup_intents/{intent}", one_setup_intent, "setup_intent_read", ("expand",)),
    Operation("POST", _ENDPOINTS, create_endpoint, "webhook_write", (*_SETTINGS, "api_version")),
    Operation("GET", _ENDPOINTS, endpoints, "webhook_read", lists.CURSORS),
    Operation("GET", _ENDPOINTS + "/{id}", one_endpoint, "webhook_read", ("expand",)),
    Operation("POST", _ENDPOINTS + "/{id}", update_endpoint, "webhook_write", (*_SETTINGS, "disabled")),
    Operation("DELETE", _ENDPOINTS + "/{id}", delete_endpoint, "webhook_write"),
)
