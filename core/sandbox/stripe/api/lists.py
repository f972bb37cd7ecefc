"""Lists: newest first, filtered, in pages of up to a hundred, walked with cursors in both directions.

Owns `limit`, `starting_after`, `ending_before` and `created`, and the error for a filter on a missing object.
"""

from collections.abc import Callable, Collection, Iterable, Mapping
from itertools import islice

from core.sandbox.stripe.api import refusals
from core.sandbox.stripe.api.call import Call
from core.sandbox.stripe.objects import Json
from core.sandbox.stripe.store import Entry

CURSORS = ("ending_before", "expand", "limit", "starting_after")
"""The parameters of every list."""

_POINTS_AT = {"customer": "customer", "charge": "charge", "payment_intent": "payment_intent"}


def page(
    call: Call,
    kind: str,
    url: str,
    *,
    filters: Mapping[str, str] | None = None,
    where: Mapping[str, Collection[object]] | None = None,
    keep: Callable[[Json], bool] | None = None,
    since: int = 0,
) -> Json:
    """One page of a kind of object. `filters` maps a parameter to the indexed field it must equal; `where` gives the
    values of other indexed fields; `keep` says which of those found are shown; nothing from before `since` (unix
    seconds) is."""
    fields = {**(where or {}), **_filtered(call, filters or {})}
    low, high = _bounds(call, since)
    after, before = call.form.text("starting_after"), call.form.text("ending_before")
    if after and before:
        raise refusals.invalid(
            "Received both starting_after and ending_before parameters. Please pass in only one.", "ending_before"
        )
    if after:
        high = min(high, call.store.entry(call.find(kind, after, "starting_after")["id"]))
    if before:
        low = max(low, call.store.entry(call.find(kind, before, "ending_before")["id"]))
    found = call.store.newest_first(
        kind, livemode=call.livemode, where=fields, below=high, above=low, backwards=bool(before)
    )
    return _envelope(call, filter(keep, found) if keep else found, url, backwards=bool(before))


def whole(call: Call, things: list[Json], url: str) -> Json:
    """One page of things that are not objects of their own, such as line items; the cursors are their ids."""
    after, before = call.form.text("starting_after"), call.form.text("ending_before")
    places = {thing["id"]: number for number, thing in enumerate(things)}
    for cursor in (after, before):
        if cursor and cursor not in places:
            raise refusals.missing("item", cursor)
    if before:
        return _envelope(call, reversed(things[: places[before]]), url, backwards=True)
    return _envelope(call, things[places[after] + 1 :] if after else things, url, backwards=False)


def _envelope(call: Call, found: Iterable[Json], url: str, *, backwards: bool) -> Json:
    limit = call.form.integer("limit", 1, 100) or 10
    taken = list(islice(found, limit + 1))
    shown = taken[:limit]
    return {
        "object": "list",
        "data": shown[::-1] if backwards else shown,
        "has_more": len(taken) > limit,
        "url": url,
    }


def _filtered(call: Call, filters: Mapping[str, str]) -> dict[str, list[str]]:
    fields = {}
    for param, field in filters.items():
        if (value := call.form.text(param)) is None:
            continue
        if kind := _POINTS_AT.get(param):
            call.find(kind, value, param)
        fields[field] = [value]
    return fields


def _bounds(call: Call, since: int) -> tuple[Entry, Entry]:
    """The places in a list that `created` allows, as an open interval."""
    low, high = since, 1 << 62
    if bounds := call.form.part("created"):
        bounds.refuse_unknown(("gt", "gte", "lt", "lte"))
        if (one := bounds.integer("gt")) is not None:
            low = max(low, one + 1)
        if (one := bounds.integer("gte")) is not None:
            low = max(low, one)
        if (one := bounds.integer("lt")) is not None:
            high = min(high, one - 1)
        if (one := bounds.integer("lte")) is not None:
            high = min(high, one)
    elif (exactly := call.form.integer("created")) is not None:
        low, high = max(low, exactly), exactly
    return (low, -1, ""), (high + 1, -1, "")
