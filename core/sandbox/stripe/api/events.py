"""Events: read and listed for thirty days, sent once more on request; and their thin twins on `/v2`.

Owns how long they can be had. They are found by object on `/v2` only, where the account has it.
"""

from collections.abc import Collection
from dataclasses import replace
from datetime import UTC, datetime
from itertools import islice

from core.sandbox.stripe.api import lists, refusals
from core.sandbox.stripe.api.call import Call, Operation
from core.sandbox.stripe.objects import HEALTH, Json
from core.sandbox.stripe.objects.sessions import DAY

_KEPT = 30 * DAY
_MOST_TYPES = 20
_NOBODY, _SOMEBODY = range(1), range(1, 17)
"""How many endpoints may wait for an event; Stripe allows sixteen."""
_THIN = "evt_65"
"""How the id of a thin event begins; the rest is its twin's, and no snapshot's id begins so."""
_URLS = {
    "setup_intent": "/v1/setup_intents/",
    "checkout.session": "/v1/checkout/sessions/",
    "payment_intent": "/v1/payment_intents/",
    "charge": "/v1/charges/",
    "refund": "/v1/refunds/",
    "dispute": "/v1/disputes/",
    "subscription": "/v1/subscriptions/",
    "invoice": "/v1/invoices/",
}
"""The kinds whose events have thin twins, and where the object is found."""


def retrieve(call: Call) -> Json:
    """One event, unless it is older than thirty days."""
    found = call.find("event", call.path["id"])
    if found["created"] < call.now - _KEPT:
        raise refusals.missing("event", found["id"])
    return found


def listing(call: Call) -> Json:
    """Events by `type` (`charge.*` will do) or `types[]`, by time, by whether all endpoints have them."""
    kind, kinds = call.form.text("type"), call.form.texts("types")
    if kind and kinds:
        raise refusals.invalid("You may only specify one of these parameters: type, types.", "type")
    if len(kinds) > _MOST_TYPES:
        raise refusals.invalid(f"You may only specify up to {_MOST_TYPES} types.", "types")
    wanted = [kind] if kind else kinds
    where: dict[str, Collection[object]] = {}
    if wanted and not any(one.endswith(".*") for one in wanted):
        where["type"] = wanted
    if (delivered := call.form.flag("delivery_success")) is not None:
        where["pending_webhooks"] = _NOBODY if delivered else _SOMEBODY

    def keep(happened: Json) -> bool:
        return not wanted or any(_matches(happened["type"], one) for one in wanted)

    return lists.page(call, "event", "/v1/events", where=where, keep=keep, since=call.now - _KEPT)


def retry(call: Call) -> Json:
    """Send an event again, to one endpoint or to whoever listens; the answer does not wait for theirs."""
    made_id = call.path["id"]
    happened = call.get("event", made_id)
    if happened is None or happened["created"] < call.now - _KEPT:
        raise refusals.missing("notification", made_id)
    endpoint_id, listener = call.form.text("webhook_endpoint"), call.form.flag("for_stripecli")
    if bool(endpoint_id) == bool(listener):
        raise refusals.invalid(
            "You must specify exactly one of these parameters: webhook_endpoint, for_stripecli.", "webhook_endpoint"
        )
    if endpoint_id:
        platform = call.account.platform
        where = replace(call, account=platform) if platform else call
        call.deliveries.resend(happened, where.find("webhook_endpoint", endpoint_id, "webhook_endpoint"))
    else:
        call.deliveries.forward(happened)
    return happened


def thin(call: Call) -> Json:
    """One thin event, with the id of its twin."""
    _require_v2(call)
    made_id = call.path["id"]
    if (health := call.get("v2.core.event", made_id)) is not None:
        return _health(health, whole=True)
    snapshot = call.get("event", made_id.replace(_THIN, "evt_", 1)) if made_id.startswith(_THIN) else None
    if snapshot is None or not _has_twin(snapshot):
        raise refusals.Refusal(404, "Event not found.", code="not_found", documented=False)
    return _thin(snapshot)


def thin_list(call: Call) -> Json:
    """The thin events of one object (`object_id`), newest first."""
    _require_v2(call)
    where = {"data.object.id": [object_id]} if (object_id := call.form.text("object_id")) else None
    kinds = call.form.texts("types")
    if kinds == [HEALTH]:
        return _health_list(call)
    limit, start = call.form.integer("limit", 1, 100) or 20, call.form.integer("page", 0) or 0
    found = (
        _thin(happened)
        for happened in call.store.newest_first(
            "event", livemode=call.livemode, where=where, above=(call.now - _KEPT, -1, "")
        )
        if _has_twin(happened) and (not kinds or f"v1.{happened['type']}" in kinds) and _in_span(call, happened)
    )
    taken = list(islice(found, start, start + limit + 1))
    more = f"/v2/core/events?page={start + limit}&limit={limit}" if len(taken) > limit else None
    if more and object_id:
        more += f"&object_id={object_id}"
    return {"data": taken[:limit], "next_page_url": more, "previous_page_url": None}


def _health_list(call: Call) -> Json:
    """What could not be made, newest first, all on one page; without what only a fetched one has."""
    listed = call.store.newest_first("v2.core.event", livemode=call.livemode, above=(call.now - _KEPT, -1, ""))
    data = [_health(one, whole=False) for one in listed if _in_span(call, one)]
    return {"data": data[:100], "next_page_url": None, "previous_page_url": None}


def _health(kept: Json, *, whole: bool) -> Json:
    created = datetime.fromtimestamp(kept["created"], UTC).strftime("%Y-%m-%dT%H:%M:%S.000Z")
    return {name: value for name, value in kept.items() if whole or name != "data"} | {"created": created}


def _require_v2(call: Call) -> None:
    if not call.switches.v2_events:
        raise refusals.not_on_v2()


def _in_span(call: Call, happened: Json) -> bool:
    span = call.form.part("created")
    if span is None:
        return True
    created = datetime.fromtimestamp(happened["created"], UTC)
    bounds = {name: span.text(name) for name in ("gt", "gte", "lt", "lte")}
    moments = {name: _moment(text) for name, text in bounds.items() if text}
    return (
        ("gt" not in moments or created > moments["gt"])
        and ("gte" not in moments or created >= moments["gte"])
        and ("lt" not in moments or created < moments["lt"])
        and ("lte" not in moments or created <= moments["lte"])
    )


def _moment(text: str) -> datetime:
    try:
        moment = datetime.fromisoformat(text)
    except ValueError:
        raise refusals.invalid(f"Invalid timestamp: {text}", "created") from None
    return moment if moment.tzinfo else moment.replace(tzinfo=UTC)


def _has_twin(happened: Json) -> bool:
    return happened["data"]["object"]["object"] in _URLS


def _thin(happened: Json) -> Json:
    about = happened["data"]["object"]
    created = datetime.fromtimestamp(happened["created"], UTC)
    return {
        "id": happened["id"].replace("evt_", _THIN, 1),
        "object": "v2.core.event",
        "created": created.strftime("%Y-%m-%dT%H:%M:%S.000Z"),
        "livemode": happened["livemode"],
        "related_object": {"id": about["id"], "type": about["object"], "url": _URLS[about["object"]] + about["id"]},
        "snapshot_event": happened["id"],
        "type": f"v1.{happened['type']}",
    }


def _matches(kind: str, wanted: str) -> bool:
    return kind.startswith(wanted[:-1]) if wanted.endswith(".*") else kind == wanted


OPERATIONS = (
    Operation(
        "GET", "/v1/events", listing, "event_read", (*lists.CURSORS, "created", "delivery_success", "type", "types")
    ),
    Operation("GET", "/v1/events/{id}", retrieve, "event_read", ("expand",)),
    Operation(
        "POST",
        "/v1/events/{id}/retry",
        retry,
        "event_write",
        ("account", "expand", "for_stripecli", "webhook_endpoint"),
    ),
    Operation("GET", "/v2/core/events", thin_list, "event_read", ("created", "limit", "object_id", "page", "types")),
    Operation("GET", "/v2/core/events/{id}", thin, "event_read"),
)
