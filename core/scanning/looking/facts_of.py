"""The facts of one suspect, gathered from what the scan has read: all that hangs together with it, and no stranger.

Follows handles from the order (or the payment) to objects and from these to further objects, until nothing new comes;
what belongs to the case is then decided as for a case read live (`stripe_api.collected`). Does not ask Stripe.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from core.facts import Destination, Endpoint, Facts, IntentStatus, Json, Missing, Mode, NeverMade, Order, Unread
from core.journal.scan_records import ALONE
from core.linking import stored_ids
from core.pasted import stripe_id
from core.scanning.looking.platform import Platform
from core.scanning.scratch import Handle, Scratch, brief_of_object, brief_of_order, of_id
from core.scanning.scratch.copied import ids_copied
from core.stripe_api import Collected, newest

_AT_A_TIME = 500


@dataclass(frozen=True, slots=True)
class Account:
    """What is the same for every case of a scan: whose data, which endpoints, what could not be read of them,
    and which events Stripe says it failed to make. `alone`: it is a connected account, of which nothing but the orders
    that name it are scanned; `platform`: whose it is then."""

    mode: Mode
    account: str | None
    endpoints: tuple[Endpoint, ...] = ()
    unread: tuple[Unread, ...] = ()
    never_made: tuple[NeverMade, ...] = ()
    destinations: tuple[Destination, ...] = ()
    alone: bool = False
    platform: Platform | None = None

    @property
    def kept_as(self) -> str:
        """How the journal calls it."""
        return f"{ALONE if self.alone else ''}{self.account or ''}"


@dataclass(frozen=True, slots=True)
class Gathered:
    """What hangs together with a suspect. `seeds`: the ids it points at, and what paid a first bill of which something
    went back; `handles`: of all that was looked for, among
    the objects that had come up to `mark`; `at_rest`: the ids of those that are a copy's; `lost`: ids it points at and
    nobody read."""

    collected: Collected
    seeds: frozenset[str]
    order: Order | None
    handles: frozenset[int]
    mark: int
    at_rest: frozenset[str] = frozenset()

    @property
    def lost(self) -> frozenset[str]:
        """The stored ids that were not found."""
        return (self.seeds | self._given_back()) - {one.id for one in self.collected.linked()}

    @property
    def holds(self) -> bool:
        """Whether anything was read that the order points at, or that names it."""
        kin = self.collected.kin(self.seeds, self.order)
        return any(one.id in kin for one in self.collected.linked())

    @property
    def ids(self) -> frozenset[str]:
        """Of the ids that the order points at those that are any."""
        return frozenset(filter(is_id, self.seeds))

    @property
    def unbilled(self) -> frozenset[str]:
        """The payments that came to nothing and are a bill's by their own words, of which nobody has read the bill."""
        found = self.collected
        known = {key for bill in found.invoices.values() for key in bill.intent_ids}
        dropped = {one.id for one in found.intents.values() if one.billed and one.status is IntentStatus.CANCELED}
        return frozenset(dropped - known)

    def _given_back(self) -> set[str]:
        """The payments of first bills, which no order stores, that were refunded or disputed."""
        found = self.collected
        back = {one.payment_intent_id for one in found.refunds.values()}
        back |= {one.payment_intent_id for one in found.disputes.values()}
        return {key for one in found.invoices.values() if one.is_first for key in one.intent_ids if key in back}


@dataclass(frozen=True, slots=True)
class Suspect:
    """An order as its row was `at` (seconds since 1970), other orders with one of its ids, what the scan has read of
    it; `unasked`: ids it stores that nobody has read and Stripe may know; `unbilled`: payments that were dropped with
    a bill that nobody has asked for."""

    order: Order
    sharing: tuple[Order, ...]
    parts: Gathered
    unasked: frozenset[str]
    unbilled: frozenset[str]
    at: int


def gathered(scratch: Scratch, order: Order | None, seeds: Iterable[str] = ()) -> Gathered:
    """All that shares an id with an order or names it; without an order, with the objects of `seeds`."""
    ids = frozenset(seeds) if order is None else stored_ids(order)
    found, mark = Collected(), scratch.meet().objects
    handles = brief_of_order(order)[1] if order is not None else []
    waiting = {one.value for one in handles} | {of_id(one) for one in ids}
    asked: set[int] = set()
    taken: set[int] = set()
    places = list[int]()
    while waiting:
        asked |= waiting
        fresh = {key: place for key, place in _bearers(scratch, waiting) if key not in taken}
        taken |= fresh.keys()
        places += fresh.values()
        raws = [scratch.raw(place) for place in fresh.values()]
        for raw in raws:
            found.take(raw)
        waiting = {one.value for raw in raws for one in _by_id(raw)} - asked
    return Gathered(found, ids, order, frozenset(asked), mark, ids_copied(scratch, places))


def facts_of(scratch: Scratch, one: Gathered, account: Account, *, now: int, unread: Sequence[Unread]) -> Facts:
    """The facts of what was gathered, with the events that were read of it. `now`: seconds since 1970."""
    collected = one.collected
    kin = collected.kin(one.seeds, one.order)
    kept = collected.kept(kin, one.order)
    named = {key for one in kept.sessions for key in (one.subscription_id, one.invoice_id, one.setup_intent_id) if key}
    ids = {thing.id for thing in kept.linked} | named
    for place in _events(scratch, ids):
        collected.take(scratch.raw(place))
    return Facts(
        key_mode=account.mode,
        read_at=now,
        account=account.account,
        connected=account.alone,
        sessions=kept.sessions,
        intents=kept.intents,
        charges=kept.charges,
        refunds=kept.refunds,
        disputes=kept.disputes,
        subscriptions=kept.subscriptions,
        invoices=kept.invoices,
        events=newest(event for event in collected.events.values() if event.related_ids & ids),
        endpoints=account.endpoints,
        destinations=account.destinations,
        missing=_missing(scratch, one.lost),
        unread=(*account.unread, *unread, *collected.unread.values()),
    ).with_never_made(account.never_made)


def _by_id(raw: Json) -> list[Handle]:
    return [one for one in brief_of_object(raw)[1] if not one.value & 1]


def absent(scratch: Scratch, ids: Iterable[str]) -> set[str]:
    """Those of some ids that Stripe does not know."""
    return {str(row[0]) for row in _found(scratch, "SELECT id FROM absent WHERE id IN ({})", ids)}


def is_id(text: str) -> bool:
    """Whether it is an id of Stripe's, and nothing else."""
    return (ref := stripe_id(text)) is not None and ref.value == text


def unread_ids(scratch: Scratch, account: str | None) -> Iterator[Sequence[tuple[int | None, str]]]:
    """When suspects were made, and the ids that they store and nobody has read, but for those of other accounts."""
    query = """
        SELECT o.created_at, coalesce(o.session, o.intent) FROM suspects JOIN orders o USING (key)
        WHERE coalesce(o.session_key, o.intent_key) IS NOT NULL AND (o.make NOT LIKE 'acct%' OR o.make IS ?)
          AND NOT EXISTS (SELECT 1 FROM objects p WHERE p.key = coalesce(o.session_key, o.intent_key))
          AND NOT EXISTS (SELECT 1 FROM objects p WHERE p.intent_key = coalesce(o.session_key, o.intent_key))
          AND NOT EXISTS (SELECT 1 FROM absent a WHERE a.id = coalesce(o.session, o.intent))"""
    return scratch.stream(query, (account,))


def _bearers(scratch: Scratch, handles: set[int]) -> list[tuple[Any, ...]]:
    """Key and place of the objects that bear any of the handles."""
    query = """SELECT DISTINCT p.key, p.raw FROM handles t JOIN objects p ON p.key = t.owner
               WHERE t.side = 1 AND t.handle IN ({})"""
    return list(dict.fromkeys(_found(scratch, query, handles)))


def _events(scratch: Scratch, ids: Iterable[str]) -> list[int]:
    found = _found(scratch, "SELECT DISTINCT raw FROM events WHERE handle IN ({})", map(of_id, ids))
    return list(dict.fromkeys(row[0] for row in found))


def _missing(scratch: Scratch, lost: Iterable[str]) -> tuple[Missing, ...]:
    found = _found(scratch, "SELECT id, code, message FROM absent WHERE id IN ({})", lost)
    return tuple(Missing(*row) for row in sorted(found))


def _found(scratch: Scratch, query: str, values: Iterable[object]) -> Iterator[tuple[Any, ...]]:
    """What a query finds for any of the values, some at a time."""
    listed = list(values)
    for first in range(0, len(listed), _AT_A_TIME):
        part = listed[first : first + _AT_A_TIME]
        yield from scratch.rows(query.format(", ".join("?" * len(part))), part)
