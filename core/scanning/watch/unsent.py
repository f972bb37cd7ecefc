"""What Stripe never sends: its health events name objects whose event it failed to make, and each is looked at.

Asked once an hour: such an event is made when Stripe has noticed, hours after what it is about. What was heard is
kept in the journal, so that whoever opens such a case later is told, and no scan says otherwise.
"""

from dataclasses import dataclass, replace
from typing import Final

from core.facts import Json, NameKeys, NeverMade, never_made
from core.journal import Journal
from core.pasted import stripe_id
from core.scanning.watch.how_far import SLACK, Touched, touched
from core.stripe_api import KEPT_DAYS
from core.stripe_api.spans import SpanReader
from core.times import DAY, GRACE, HOUR

EVERY: Final = HOUR


@dataclass(frozen=True, slots=True)
class Unsent:
    """What was heard: the payments to look at, now; how many requests it took; `because`: what could not be read, in
    words, empty where all was."""

    payments: tuple[Touched, ...] = ()
    requests: int = 0
    because: str = ""


def hear(spans: SpanReader, journal: Journal, keys: NameKeys, now: int) -> Unsent:
    """Read the health events that are not known yet, keep them, and say which payments they are about. One whose object
    could not be read is not kept: it is heard of again. Unreachable where the journal cannot be used."""
    name = never_made.kept_under(spans.access.mode, spans.access.account)
    known = never_made.read(journal.cursors.get(name))
    made, failed, requests = spans.never_made(now - KEPT_DAYS * DAY, known=frozenset(one.id for one in known))
    things, lost, more = _read(spans, made)
    kept = tuple(one for one in made if one.about not in lost)
    if kept:
        journal.cursors.set(name, never_made.written((*known, *kept)), now)
    payments = (_touched(one, things[one.about], keys, now) for one in kept if one.about in things)
    because = "; ".join(sorted({one.because for one in failed}))
    return Unsent(tuple(filter(None, payments)), requests + more, because)


def _read(spans: SpanReader, made: tuple[NeverMade, ...]) -> tuple[dict[str, Json], frozenset[str], int]:
    """The objects by their ids, the ids of those that could not be read, and the requests."""
    ids = [one.about for one in made if (ref := stripe_id(one.about)) is not None and ref.value == one.about]
    if not ids:
        return {}, frozenset(), 0
    things: dict[str, Json] = {}
    came = spans.retrieve(ids, keep=lambda raw: things.update({str(raw.get("id")): raw}))
    gone = {one.id for one in came.missing}
    return things, frozenset(ids) - things.keys() - gone, came.requests


def _touched(one: NeverMade, thing: Json, keys: NameKeys, now: int) -> Touched | None:
    """As if the event had been made: the payment it is about, due at once."""
    event = {"id": one.id, "type": one.type, "created": now - GRACE - SLACK, "data": {"object": thing}}
    found = touched(event, keys)
    return replace(found, due=now, later=False) if found else None
