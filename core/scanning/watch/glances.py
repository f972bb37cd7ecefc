"""What is due is looked at: at one request where all is plainly well, at everything about the case where it is not.

A glance reads the one session (or intent) that the order stores and puts the pair to the cheap test. It is not trusted
where anything else might hang on the order: another payment that an event told of, a checkout made long after the order
(there may be an earlier one), another row with the same id, or a case that is kept already. These are opened in full,
as a person would open them. Nothing is noted here.
"""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field, replace
from typing import Final

from core.cases import Case
from core.errors import OrdersUnreachable, StripeUnreachable, UsageError
from core.facts import Json, NameKeys, Order, plainly
from core.journal import Inbox, Noted
from core.orders import OrdersReader, TooManyRows, refuse
from core.pasted import stripe_id
from core.rules import Examined
from core.scanning.looking import tells_less
from core.scanning.scratch import brief_of_object, brief_of_order
from core.scanning.sieve import provably_healthy
from core.scanning.watch.how_far import TRIES, Waiting
from core.stripe_api.spans import SpanReader
from core.times import GRACE

AT_ONCE: Final = 200  # payments that the orders are asked for in one statement
FULLY: Final = 50  # cases opened in full in one round; the others wait for the next
SETTLING: Final = "settling"


Full = Callable[[str], Examined]  # a case by its key, with everything about it


@dataclass(slots=True)
class Glanced:
    """What came of it. `noted`: for the inbox; `done`: the keys that wait no longer, `again`: those of which nothing
    certain could be said, `later`: those that could not be read; `requests`: to Stripe; `looked`: at how many cases,
    `fully`: at how many of them in full."""

    noted: list[Noted] = field(default_factory=list)
    done: set[str] = field(default_factory=set)
    again: set[str] = field(default_factory=set)
    later: set[str] = field(default_factory=set)
    requests: int = 0
    looked: int = 0
    fully: int = 0
    troubles: list[str] = field(default_factory=list)


@dataclass(slots=True)
class _Due:
    """An order that is due, and why: under which keys it waits, and the ids that events told."""

    order: Order
    keys: set[str] = field(default_factory=set)
    ids: set[str] = field(default_factory=set)


class Glancing:
    """Looks at what is due. `keys`: where the names of orders stand."""

    def __init__(self, orders: OrdersReader, spans: SpanReader, inbox: Inbox, full: Full, keys: NameKeys) -> None:
        self._orders, self._spans, self._inbox, self._full, self.keys = orders, spans, inbox, full, keys

    def claimed(self, waiting: Mapping[str, Waiting]) -> dict[str, tuple[Order, ...]]:
        """The orders that store one of the ids, or are called by one of the names, of each payment that waits.
        A payment is left out whose order cannot be read."""
        found: dict[str, tuple[Order, ...]] = {}
        keys = list(waiting)
        for start in range(0, len(keys), AT_ONCE):
            some = {key: waiting[key] for key in keys[start : start + AT_ONCE]}
            found |= self._claimed(some)
        return found

    def _claimed(self, some: Mapping[str, Waiting]) -> dict[str, tuple[Order, ...]]:
        ids = {one for each in some.values() for one in each.ids}
        names = {one for each in some.values() for one in each.names}
        try:
            named = self._orders.named(names, left=refuse) if names else {}
            stored = self._orders.find(
                sessions={one for one in ids if one.startswith("cs_")},
                intents={one for one in ids if one.startswith("pi_")},
                charges={one for one in ids if one.startswith(("ch_", "py_"))},
                limit=20 * AT_ONCE,
            )
        except TooManyRows:
            keys, half = list(some), len(some) // 2
            parts = [{key: some[key] for key in part} for part in (keys[:half], keys[half:])] if half else []
            return {key: orders for part in parts for key, orders in self._claimed(part).items()}
        orders = {order.id: order for part in (stored, *named.values()) for order in part}.values()
        return {key: tuple(order for order in orders if _claims(order, each)) for key, each in some.items()}

    def glance(self, waiting: Mapping[str, Waiting], now: int) -> Glanced:
        """Look at all of these. Unreachable where a side cannot be read at all: then they go on waiting."""
        done = Glanced()
        due, loose = self._due(waiting, done)
        bearers = self._bearers(due.values())
        read = self._read(due.values(), loose, done)
        in_full: list[tuple[str, set[str]]] = []
        for order_id, one in due.items():
            key, thing = f"order:{order_id}", read.get(_stored(one.order) or "")
            if self._plainly_well(one, thing, bearers, now) and not self._kept(key):
                done.noted += self._well(key, one, thing, now)
                done.looked += 1
                done.done |= one.keys
            else:
                in_full.append((key, one.keys))
        for key, each in loose.items():
            thing = read.get(_payment(each) or "")
            if thing is not None and not brief_of_object(thing)[0].money and not self._kept(key.split()[0]):
                done.done.add(key)  # nobody paid: no order is missed
            else:
                in_full.append((key, {key}))
        for key, keys in in_full[:FULLY]:
            try:
                self._open(key.split()[0], keys, waiting, done)
            except (OrdersUnreachable, StripeUnreachable) as error:
                done.troubles.append(error.message)
                done.later |= keys
                break  # the others wait for the next round
        return done

    def _due(self, waiting: Mapping[str, Waiting], done: Glanced) -> tuple[dict[str, _Due], dict[str, Waiting]]:
        """The orders that are due by their ids; and the payments that nobody claims by their keys."""
        ours = {key.removeprefix("order:"): key for key in waiting if key.startswith("order:")}
        due = {order.id: _Due(order) for order in self._orders.find(ids=ours, limit=2 * len(ours) + 1)} if ours else {}
        for order_id, key in ours.items():
            if order_id in due:
                due[order_id].keys.add(key)
                due[order_id].ids |= set(waiting[key].ids)
            else:
                done.done.add(key)  # the row is gone
        payments = {key: one for key, one in waiting.items() if not key.startswith("order:")}
        loose: dict[str, Waiting] = {}
        claimed = self.claimed(payments) if payments else {}
        for key in payments.keys() - claimed.keys():
            done.done.add(key)
            done.troubles.append(f"{key} was not looked at: too many rows name its order.")
        for key, orders in claimed.items():
            for order in orders:
                one = due.setdefault(order.id, _Due(order))
                one.keys.add(key)
                one.ids |= set(payments[key].ids)
            if not orders:
                loose[key] = payments[key]
        return due, loose

    def _bearers(self, due: Iterable[_Due]) -> dict[str, set[str]]:
        """Which orders store each of the ids."""
        orders = [one.order for one in due]
        sessions = {one for order in orders for one in order.session_ids}
        intents = {one for order in orders for one in order.payment_intent_ids}
        if not (sessions or intents):
            return {}
        bearers: dict[str, set[str]] = {}
        for order in self._orders.find(sessions=sessions, intents=intents, limit=20 * len(orders)):
            for one in (*order.session_ids, *order.payment_intent_ids):
                bearers.setdefault(one, set()).add(order.id)
        return bearers

    def _read(self, due: Iterable[_Due], loose: Mapping[str, Waiting], done: Glanced) -> dict[str, Json]:
        """The stored sessions of orders that a glance may be enough for, and the payments without an order."""
        wanted = [_stored(one.order) for one in due if brief_of_order(one.order)[0].make == "plain"]
        wanted += map(_payment, loose.values())
        ids = [one for one in wanted if one and (ref := stripe_id(one)) is not None and ref.value == one]
        read: dict[str, Json] = {}
        if ids:
            came = self._spans.retrieve(ids, keep=lambda raw: read.update({str(raw.get("id")): raw}))
            done.requests += came.requests
            done.troubles += sorted({one.because for one in came.failed})
        return read

    def _plainly_well(self, one: _Due, thing: Json | None, bearers: Mapping[str, set[str]], now: int) -> bool:
        """Whether nothing but its own payment hangs on the order, and the two are healthy beyond doubt."""
        order = brief_of_order(one.order)[0]
        if thing is None:
            return not one.ids and provably_healthy(order, None, mode=self._spans.access.mode, now=now)
        brief = brief_of_object(thing, self.keys)[0]
        made = one.order.created_at
        shared = any(len(bearers.get(own, ())) > 1 for own in (order.session, order.intent) if own)
        return (
            one.ids <= {brief.id, brief.intent, brief.charge}
            and not shared
            and made is not None
            and brief.created <= made + GRACE
            and provably_healthy(order, brief, mode=self._spans.access.mode, now=now)
        )

    def _well(self, key: str, one: _Due, thing: Json | None, now: int) -> list[Noted]:
        """That the order is well, and so is a case that was kept of its payment before the order claimed it."""
        brief = brief_of_object(thing)[0] if thing is not None else None
        orphans = (f"stripe:{own}" for own in (brief.id, brief.intent) if own) if brief else ()
        noted = [Noted(key=key, order_id=one.order.id, number=one.order.number, read_at=now)]
        return noted + [Noted(key=orphan, read_at=now) for orphan in orphans if self._kept(orphan)]

    def _open(self, key: str, keys: set[str], waiting: Mapping[str, Waiting], done: Glanced) -> None:
        """A full look."""
        try:
            opened = self._full(key)
        except UsageError:  # the row, or the payment, is gone
            done.done |= keys
            return
        case = opened.case
        if case.order is None and _is_of_a_subscription(key, case):  # nobody's; its checkout waits under its own key
            done.requests += case.facts.cost.requests
            done.done |= keys
            return
        done.requests += case.facts.cost.requests
        done.looked, done.fully = done.looked + 1, done.fully + 1
        key = f"order:{case.order.id}" if case.order is not None else key
        noted, known = Noted.of(key, opened), self._inbox.get(key)
        if known is not None and tells_less(noted, opened, known):
            noted = replace(noted, partial=True)
        unclear = noted.code == SETTLING or (noted.code is None and not opened.diagnosis.clean)
        if unclear and any(waiting[one].tries < TRIES for one in keys):
            done.again |= keys
            return
        done.done |= keys
        done.noted.append(noted)
        if case.order is not None:
            orphans = (f"stripe:{own}" for own in (*noted.session_ids, *noted.intent_ids))
            done.noted += [Noted(key=orphan, read_at=noted.read_at) for orphan in orphans if self._kept(orphan)]

    def _kept(self, key: str) -> bool:
        """Whether a case of this key is kept that is not resolved."""
        kept = self._inbox.get(key)
        return kept is not None and kept.state != "resolved"


def _is_of_a_subscription(key: str, case: Case) -> bool:
    """Whether it is a subscription, or the payment of a bill, and not the checkout that began it."""
    billed = any(session.subscription_id for session in case.facts.sessions)
    return key.startswith("stripe:sub_") or (billed and not key.startswith("stripe:cs_"))


def _claims(order: Order, payment: Waiting) -> bool:
    """Whether the order stores one of the payment's ids, or bears a name that it gives."""
    stored = {*order.session_ids, *order.payment_intent_ids, *order.charge_ids}
    called = order.spellings | order.surnames
    return not stored.isdisjoint(payment.ids) or not called.isdisjoint(map(plainly, payment.names))


def _stored(order: Order) -> str | None:
    return order.session_id or order.payment_intent_id


def _payment(payment: Waiting) -> str | None:
    """What to read of a payment: its session where that is known, for the rest is inside."""
    return next((one for start in ("cs_", "pi_", "ch_", "py_") for one in payment.ids if one.startswith(start)), None)
