"""Two readings of one case -> what changed, field by field. Pure."""

import json
from collections.abc import Iterator, Mapping
from dataclasses import fields
from enum import Enum

from core.desk.results import Change, Opened
from core.facts import Charge, Dispute, Endpoint, Event, Facts, Intent, Invoice, Order, Refund, Session, Subscription
from core.findings import Diagnosis
from core.money import Money
from core.times import moment

_KINDS = ("session", "intent", "charge", "refund", "dispute", "subscription", "invoice", "event", "endpoint")
Thing = Session | Intent | Charge | Refund | Dispute | Subscription | Invoice | Event | Endpoint
_HIDDEN = frozenset({"raw", "id", "raw_status", "session_ids", "payment_intent_ids", "charge_ids", "odd_times"})
_TIMES = frozenset(
    "created created_at updated_at expires_at canceled_at capture_before due_by pay_by action_from cancel_at ended_at "
    "period_end period_start trial_end paid_at next_attempt".split()
)
NOTHING = "nothing found"
_FINDINGS = ("diagnosis", "findings")
_STATE = ("status", "payment_status", "type", "enabled")


def changes(before: Opened, after: Opened) -> tuple[Change, ...]:
    """Every field that differs, the order's first, then Stripe's objects, then what is wrong."""
    return (
        *_order(before.case.order, after.case.order),
        *(one for kind in _KINDS for one in _things(kind, before.case.facts, after.case.facts)),
        *_reading(before.case.facts, after.case.facts),
        *_diagnosis(before.diagnosis, after.diagnosis),
    )


def of_healed(before: Order, after: Order, found: str) -> tuple[Change, ...]:
    """What changed where the order became what its payment says, which is as it was: `found` was wrong with it before,
    and nothing is now."""
    return (*_order(before, after), Change(*_FINDINGS, found, NOTHING))


def said(found: tuple[Change, ...]) -> list[str]:
    """The first fifty changes in a line each, for the journal."""
    return [f"{one.source}: {one.field}: {one.before} -> {one.after}" for one in found[:50]]


def _order(before: Order | None, after: Order | None) -> Iterator[Change]:
    known = after or before
    if known is None:
        return
    source = f"order {known.name}"
    if before is None or after is None:
        yield Change(source, "the order", _state(before), _state(after))
        return
    words = (before.raw_status, after.raw_status)
    if words[0] != words[1] and words != (before.status, after.status):
        yield Change(source, "the app's status", *words)
    yield from _fields(source, before, after)


def _things(kind: str, before: Facts, after: Facts) -> Iterator[Change]:
    old, new = ({thing.id: thing for thing in getattr(facts, f"{kind}s")} for facts in (before, after))
    for key in dict.fromkeys((*old, *new)):
        was, now = old.get(key), new.get(key)
        if was is None or now is None:
            yield Change(f"{kind} {key}", f"the {kind}", _state(was), _state(now))
        else:
            yield from _fields(f"{kind} {key}", was, now)


def _reading(before: Facts, after: Facts) -> Iterator[Change]:
    was, now = {one.what: one.because for one in before.unread}, {one.what: one.because for one in after.unread}
    for what in dict.fromkeys((*was, *now)):
        if was.get(what) != now.get(what):
            said = [f"not read: {one[what]}" if what in one else "read" for one in (was, now)]
            yield Change("reading", what, *said)


def _diagnosis(before: Diagnosis, after: Diagnosis) -> Iterator[Change]:
    was, now = ([finding.title for finding in one.findings] for one in (before, after))
    if was != now:
        yield Change(*_FINDINGS, *("; ".join(titles) or NOTHING for titles in (was, now)))
    if before.undetermined != after.undetermined:
        yield Change("diagnosis", "could not look", before.undetermined or "", after.undetermined or "")


def _fields(source: str, before: Order | Thing, after: Order | Thing) -> Iterator[Change]:
    for one in fields(before):
        was, now = getattr(before, one.name), getattr(after, one.name)
        if one.name not in _HIDDEN and was != now:
            yield Change(source, one.name, _shown(one.name, was, before), _shown(one.name, now, after))


def _shown(name: str, value: object, owner: object) -> str:
    currency = getattr(owner, "currency", None)
    match value:
        case None:
            said = ""
        case Enum():
            said = str(value.value)
        case bool():
            said = "yes" if value else "no"
        case int() if name in _TIMES:
            said = moment(value, seconds=True)
        case int() if currency and ("amount" in name or name in ("refunded_minor", "tip")):
            said = str(Money(value, currency))
        case Mapping():
            said = json.dumps(dict(value), ensure_ascii=False, default=str)
        case tuple() | frozenset():
            said = ", ".join(sorted(map(str, value)))
        case _:
            said = str(value)
    return said


def _state(thing: Order | Thing | None) -> str:
    if thing is None:
        return "not there"
    words = [_shown(name, getattr(thing, name, None), thing) for name in _STATE]
    return f"there ({', '.join(word for word in words if word)})"
