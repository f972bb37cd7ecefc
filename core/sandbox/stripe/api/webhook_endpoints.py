"""The webhook endpoints that want to hear of events: made, changed, removed, read, listed.

An endpoint's secret is shown once, when it is made. Its API version, once chosen, is the one that its events come in.
Event destinations (API v2) are listed as they were seeded; their addresses only where they are asked for.
"""

from datetime import UTC, datetime
from itertools import islice

from core.sandbox.stripe import versions
from core.sandbox.stripe.api import lists, refusals
from core.sandbox.stripe.api.call import Call, Operation
from core.sandbox.stripe.objects import Json, webhook_endpoint

_URL = "/v1/webhook_endpoints"
_DESTINATIONS = "/v2/core/event_destinations"
_PLATFORM = "ca_1RvS7mH0pLanternQ8Connect"
"""The application of a Connect endpoint: the one thing that tells it from another."""


def create(call: Call) -> Json:
    """Make a webhook endpoint; this answer alone carries its secret."""
    kinds = call.form.texts("enabled_events")
    if not kinds:
        raise refusals.missing_parameter("enabled_events")
    version = call.form.text("api_version")
    if versions.known(version) is None:
        raise refusals.unknown_version(str(version), versions.KNOWN, "api_version")
    return call.store.put(
        webhook_endpoint(
            call.rng,
            call.now,
            api_version=version,
            application=_PLATFORM if call.form.flag("connect") else None,
            description=call.form.text("description"),
            enabled_events=kinds,
            livemode=call.livemode,
            metadata=call.form.mapping("metadata"),
            url=_url(call.form.required("url"), livemode=call.livemode),
        )
    )


def retrieve(call: Call) -> Json:
    """One endpoint, without its secret."""
    return _without_secret(call.find("webhook_endpoint", call.path["id"]))


def listing(call: Call) -> Json:
    """All endpoints; there is no filter."""
    answer = lists.page(call, "webhook_endpoint", _URL)
    return {**answer, "data": [_without_secret(one) for one in answer["data"]]}


def update(call: Call) -> Json:
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
        changed["metadata"] = call.form.merged(known["metadata"])
    return _without_secret(call.store.change(known, **changed))


def delete(call: Call) -> Json:
    """Remove an endpoint."""
    known = call.find("webhook_endpoint", call.path["id"])
    call.store.remove(known)
    return {"id": known["id"], "object": "webhook_endpoint", "deleted": True}


def destinations(call: Call) -> Json:
    """The event destinations of API v2, newest first."""
    if not call.switches.v2_events:
        raise refusals.not_on_v2()
    limit, start = call.form.integer("limit", 1, 100) or 20, call.form.integer("page", 0) or 0
    addressed = "webhook_endpoint.url" in call.form.texts("include")
    listed = call.store.newest_first("v2.core.event_destination", livemode=call.livemode)
    taken = [_as_v2(one, addressed=addressed) for one in islice(listed, start, start + limit + 1)]
    more = f"{_DESTINATIONS}?page={start + limit}&limit={limit}" if len(taken) > limit else None
    return {"data": taken[:limit], "next_page_url": more, "previous_page_url": None}


def _as_v2(one: Json, *, addressed: bool) -> Json:
    spelled = {
        name: datetime.fromtimestamp(one[name], UTC).strftime("%Y-%m-%dT%H:%M:%S.000Z")
        for name in ("created", "updated")
    }
    hook = {} if addressed or "webhook_endpoint" not in one else {"webhook_endpoint": {"url": None}}
    return {**one, **spelled, **hook}


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
    Operation("POST", _URL, create, "webhook_write", (*_SETTINGS, "api_version", "connect")),
    Operation("GET", _URL, listing, "webhook_read", lists.CURSORS),
    Operation("GET", _URL + "/{id}", retrieve, "webhook_read", ("expand",)),
    Operation("POST", _URL + "/{id}", update, "webhook_write", (*_SETTINGS, "disabled")),
    Operation("DELETE", _URL + "/{id}", delete, "webhook_write"),
    Operation("GET", _DESTINATIONS, destinations, "webhook_read", ("include", "limit", "page")),
)
