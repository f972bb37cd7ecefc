"""Reading everything about one case: what is asked first, and what each answer makes worth asking.

Owns the breadth of a case. Everything that shares an id with the order, or names it, is read to the end: sessions,
payments, charges, refunds, disputes, subscriptions with their bills, events. Sessions of the same e-mail address are
kept only if they name this order or nobody: facts are not to be full of strangers.

A connected account is read as any other; but who hears of it are its own endpoints and the platform's Connect
endpoints, and the events these get carry the account.
"""

import re
from collections.abc import Iterator
from dataclasses import replace
from typing import Final

from core.facts import CLIENT, INSIDE, REFERENCE_KEYS, ChargeStatus, Facts, IntentStatus, Order, SessionStatus
from core.pasted import Kind, stripe_id
from core.stripe_api import asks
from core.stripe_api.collected import Collected, Linked, newest
from core.stripe_api.elsewhere import Elsewhere
from core.stripe_api.event_search import EventSearch
from core.stripe_api.event_spans import KEPT_DAYS
from core.stripe_api.reading import ROUNDS, TOO_LONG, Reading, following, items
from core.stripe_api.wire import PLATFORM, Access, Answer, Ask
from core.times import DAY, moment

DEEP: Final = 10  # payments whose refunds, disputes and attempts are read
EMAIL_PAGES: Final = 2  # after the first
LONGEST_ID: Final = 255
LONGEST_VALUE: Final = 500  # letters of what Stripe keeps under a key: nothing there has a longer name
NAMES: Final = 3  # under one key: an attempt to pay may have one of its own
BILLS: Final = 3  # whose events are looked for
_SESSION_ID: Final = re.compile(r"cs_(?:test|live)_[A-Za-z0-9]+")
_UNPAID: Final = frozenset(
    {
        IntentStatus.REQUIRES_PAYMENT_METHOD,
        IntentStatus.REQUIRES_CONFIRMATION,
        IntentStatus.REQUIRES_ACTION,
        IntentStatus.CANCELED,
    }
)
_NEWEST_WILL_DO: Final = frozenset({"/v1/subscriptions", "/v1/invoices"})
_READABLE: Final = frozenset(
    {Kind.SESSION, Kind.INTENT, Kind.CHARGE, Kind.REFUND, Kind.DISPUTE, Kind.SUBSCRIPTION, Kind.INVOICE}
)


class CaseReading:
    """One reading of one case. `now` is seconds since 1970; `marked`: the connected account that its events are marked
    with, where it is known to be one."""

    def __init__(
        self,
        reading: Reading,
        access: Access,
        order: Order | None,
        also: tuple[str, ...],
        now: int,
        marked: str | None = None,
    ) -> None:
        self._reading, self._access, self._now = reading, access, now
        self._mark = {"account": marked} if marked else {}
        self._order = order
        self._names = order.names if order is not None else frozenset[str]()
        self._collected = Collected()
        self._events = EventSearch(reading.habits, now=now)
        self._pages: list[Ask] = []
        self._round = 0
        self._cut: dict[str, None] = {}
        stored = [*also] if order is None else [*also, *_stored(order)]
        self._seeds = frozenset(found.value for text in stored if (found := stripe_id(text)))
        self._start = tuple(self._first(order, stored))
        self._elsewhere = Elsewhere(connected=reading.account is not None)

    def facts(self) -> Facts:
        """Read, and lay out what was found, newest first. StripeUnreachable where nothing could be read."""
        for ask in self._reading.run(self._wanted, self._take):
            if ask.kind == "events":
                self._cut[f"{ask.what}: {TOO_LONG}"] = None
            else:
                self._reading.leave(ask.kind, ask.what, TOO_LONG)
        kin = self._kin()
        self._name_what_was_skipped(kin)
        kept = self._collected.kept(kin, self._order)
        named = {
            key for one in kept.sessions for key in (one.subscription_id, one.invoice_id, one.setup_intent_id) if key
        }
        ids = {item.id for item in kept.linked} | named
        events = newest(event for event in self._collected.events.values() if event.related_ids & ids)
        self._events.settle(self._told_of(kin), events)
        return Facts(
            key_mode=self._access.mode,
            read_at=self._now,
            account=self._reading.account or self._reading.habits.account,
            connected=self._reading.account is not None,
            sessions=kept.sessions,
            intents=kept.intents,
            charges=kept.charges,
            refunds=kept.refunds,
            disputes=kept.disputes,
            subscriptions=kept.subscriptions,
            invoices=kept.invoices,
            events=events,
            endpoints=newest(self._collected.endpoints.values()),
            destinations=self._elsewhere.found(self._collected.endpoints.values()),
            setup_intents=newest(self._collected.setup_intents.values()),
            missing=tuple(missing for missing in self._reading.missing.values() if not missing.id.startswith("evt_")),
            unread=(*self._reading.unread.values(), *self._collected.unread.values(), *self._elsewhere.unread),
            events_unsearched=(*self._cut, *self._events.unsearched),
            cost=self._reading.cost,
        )

    def _first(self, order: Order | None, stored: list[str]) -> Iterator[Ask]:
        """What can be asked before anything is known."""
        for text in stored:
            found = stripe_id(text)
            if found is None or found.value != text:  # damaged, or no id at all: Stripe's own "no such" is the evidence
                yield from _as_stored(order, text)
        if self._reading.habits.asks_account:
            yield asks.own_account()
        yield asks.endpoints()
        if self._reading.account is not None:
            yield asks.connect_endpoints()
        created = order.created_at if order is not None else None
        began = created if created is not None and created <= self._now else None
        yield asks.undelivered_events(max(self._now - KEPT_DAYS * DAY, (began or self._now - 3 * DAY) - DAY))
        email = ((order.customer_email if order is not None else None) or "").strip()
        if "@" in email:
            since = began - 30 * DAY if began is not None else None
            for spelling in dict.fromkeys((email, email.lower())):
                yield asks.sessions_of_email(spelling, since=since, pages=EMAIL_PAGES)
        names = [name for name in sorted(self._names) if len(name) <= LONGEST_VALUE]
        yield from asks.intents_naming(names, _further(order) if order is not None else ())

    def _wanted(self) -> Iterator[Ask]:
        yield from self._start
        yield from self._pages
        if self._asked(asks.endpoints()):
            yield from self._elsewhere.wanted(self._collected.endpoints.values(), self._reading.unread.values())
        kin = self._kin()
        yield from self._unknown(kin)
        yield from self._depths(kin)
        yield from self._bills(kin)
        own = [event for event in self._collected.events.values() if event.related_ids & kin]
        self._round += 1
        yield from self._events.wanted([*self._told_of(kin), *own], last=self._round >= ROUNDS)

    def _told_of(self, kin: frozenset[str]) -> list[Linked]:
        """What its events are about. Of its bills the newest that Stripe may still have events of, and no more."""
        since, invoices = self._now - KEPT_DAYS * DAY, newest(self._collected.invoices.values())
        old = {one.id for one in (*[one for one in invoices if one.created < since], *invoices[BILLS:])}
        return [item for item in self._collected.linked() if item.id in kin and item.id not in old]

    def _unknown(self, kin: frozenset[str]) -> Iterator[Ask]:
        """Objects that are named but not there yet."""
        known = {item.id for item in self._collected.linked()}
        for one in self._collected.sessions.values():
            if one.subscription_id:  # its bill is listed with it, and itself with its customer's
                known.add(one.invoice_id or "")
                if one.customer_id and not self._asked(asks.subscriptions_of_customer(one.customer_id)):
                    known.add(one.subscription_id)
        for key in sorted(kin - known):
            found = stripe_id(key)
            if found is not None and found.kind in _READABLE:
                yield asks.one(found.kind, key)

    def _depths(self, kin: frozenset[str]) -> Iterator[Ask]:
        """What hangs on a payment: its session, attempts, refunds, disputes; on a finished set-up: what it saved."""
        intents = self._collected.intents
        billed = {key for one in self._collected.invoices.values() if one.subscription_id for key in one.intent_ids}
        for key in self._payments(kin)[:DEEP]:
            if key not in billed:
                yield asks.sessions_of_intent(key)
            if key in intents and intents[key].latest_charge_id is None:
                continue  # nobody has tried to pay yet
            yield asks.charges_of_intent(key)
            yield asks.refunds_of("payment_intent", key)
            yield asks.disputes_of("payment_intent", key)
        for session in self._collected.sessions.values():
            if session.id in kin and session.setup_intent_id and session.status is SessionStatus.COMPLETE:
                yield asks.setup_intent(session.setup_intent_id)
        for charge in self._collected.charges.values():
            if charge.id in kin and charge.payment_intent_id is None:
                yield asks.refunds_of("charge", charge.id)
                yield asks.disputes_of("charge", charge.id)

    def _bills(self, kin: frozenset[str]) -> Iterator[Ask]:
        """The subscriptions of the case, their bills, and what paid the first one. What became of the money of the
        newest other bill: it may have been given back already."""
        found, sessions = self._collected, [one for one in self._collected.sessions.values() if one.id in kin]
        for key in sorted(key for key in kin if key.startswith("sub_"))[:DEEP]:
            yield asks.invoices_of_subscription(key)
            if all(session.subscription_id != key for session in sessions):
                yield asks.sessions_of_subscription(key)
            if key in found.subscriptions and (customer := found.subscriptions[key].customer_id):
                yield asks.subscriptions_of_customer(customer)
        for session in sessions:
            if session.subscription_id and session.customer_id:
                yield asks.subscriptions_of_customer(session.customer_id)
            if session.subscription_id and session.invoice_id:
                yield asks.payment_of_bill(session.invoice_id)
        yield from self._bills_of_intents(kin)
        later = [one for one in newest(found.invoices.values()) if one.id in kin and one.paid_at and not one.is_first]
        for key in later[0].intent_ids if later else ():
            yield asks.refunds_of("payment_intent", key)
            yield asks.disputes_of("payment_intent", key)

    def _bills_of_intents(self, kin: frozenset[str]) -> Iterator[Ask]:
        """The bills of payments that are a bill's by their own words. Where nothing is paid, also of those that no
        checkout began: the bill may have been settled outside Stripe, or by another payment. Most have none, so a key
        that may not look misses nothing."""
        found = self._collected
        own = [found.intents[key] for key in self._payments(kin) if key in found.intents]
        charged = [one for one in found.charges.values() if one.id in kin and one.status is ChargeStatus.SUCCEEDED]
        unpaid = not charged and all(one.status in _UNPAID for one in own)
        known = {key for one in found.invoices.values() for key in one.intent_ids}
        begun = {one.payment_intent_id for one in found.sessions.values()}
        for intent in [one for one in own if one.id not in known]:
            if intent.billed:
                yield asks.bill_of_intent(intent.id)
            elif unpaid and intent.id not in begun and self._asked(asks.sessions_of_intent(intent.id)):
                yield replace(asks.bill_of_intent(intent.id), optional=True)

    def _payments(self, kin: frozenset[str]) -> list[str]:
        """The payment intents of the case: the stored ones, then the newest."""
        intents = self._collected.intents
        keys = [key for key in kin if key.startswith("pi_")]
        return sorted(keys, key=lambda k: (k not in self._seeds, -(intents[k].created if k in intents else 0), k))

    def _name_what_was_skipped(self, kin: frozenset[str]) -> None:
        more = len(self._payments(kin)) - DEEP
        if more > 0:
            because = f"only {DEEP} payments of an order are followed to the end"
            self._reading.leave("refunds", f"attempts, refunds and disputes of {more} older payments", because)

    def _asked(self, ask: Ask) -> bool:
        return ask in self._reading.asked

    def _kin(self) -> frozenset[str]:
        return self._collected.kin(self._seeds, self._order)

    def _take(self, answer: Answer) -> None:
        self._events.take(answer)
        if answer.ask.path == asks.ACCOUNT:
            self._reading.habits.learn_account(answer)
            return
        if self._elsewhere.took(answer):
            return
        if answer.body is None:
            self._note_outage(answer)
            return
        for item in items(answer.body):
            if answer.ask.account == PLATFORM and not item.get("application"):
                continue  # it hears of the platform alone
            self._collected.take({**item, **self._mark} if item.get("object") == "event" else item)
        if answer.ask.kind == "events":
            if answer.ask.path == "/v1/events" and answer.body.get("has_more") and answer.ask in self._start:
                oldest = min((event.created for event in self._collected.events.values()), default=self._now)
                self._cut[f"undelivered events before {moment(oldest)}: there are more than {asks.PAGE}"] = None
        elif page := following(answer):
            self._pages.append(page)
        elif answer.body.get("has_more") and answer.ask.path not in _NEWEST_WILL_DO:
            self._reading.leave(answer.ask.kind, answer.ask.what, "there are more than Orderlens reads for one case")

    def _note_outage(self, answer: Answer) -> None:
        """A bill that may be refused is missed all the same where Stripe did not answer at all."""
        failure, ask = answer.failure, answer.ask
        if ask.kind == "invoices" and ask.optional and failure is not None and not failure.is_final:
            self._reading.leave(ask.kind, ask.what, failure.because)


def _stored(order: Order) -> tuple[str, ...]:
    """Every id the order carries, as it is stored."""
    listed = _SESSION_ID.findall(order.metadata.get("session_ids", ""))
    first = (order.session_id, order.payment_intent_id, order.charge_id)
    every = (*first, *order.session_ids, *order.payment_intent_ids, *order.charge_ids, *listed)
    further = [text for text in (*order.extra.values(), *order.metadata.values()) if text.startswith(("sub_", "in_"))]
    return tuple(dict.fromkeys(text for text in (*every, *further) if text and text.strip()))


def _further(order: Order) -> Iterator[tuple[str, str]]:
    """What it is called under other keys than the customary ones, or otherwise: what can be searched, the last names of
    each key."""
    for key, names in order.called.items():
        if key != CLIENT and INSIDE not in key:
            own = [name for name in names if key not in REFERENCE_KEYS or name not in order.names]
            yield from ((key, name) for name in own[-NAMES:])


def _as_stored(order: Order | None, text: str) -> Iterator[Ask]:
    """The question for a value that does not look like an id, by the column it stands in. Secrets are not sent, nor
    what would make another question of it."""
    if order is None or len(text) > LONGEST_ID or "_secret_" in text or "/" in text:
        return
    if text == order.payment_intent_id or text in order.payment_intent_ids:
        yield asks.one(Kind.INTENT, text)
    elif text == order.charge_id or text in order.charge_ids:
        yield asks.one(Kind.CHARGE, text)
    else:
        yield asks.one(Kind.SESSION, text)
