"""From anything of Stripe's, or an e-mail address, to what the orders can be asked for.

Follows references (a refund to its charge, its payment, its session) until it stands at sessions and payments; those
carry the order references. Does not look into the orders.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field

from core.described import Described
from core.facts import (
    CLIENT,
    INSIDE,
    REFERENCE_KEYS,
    Charge,
    Cost,
    Event,
    Intent,
    Json,
    Missing,
    NameKeys,
    Session,
    Trace,
    Unread,
    json,
    order_references,
)
from core.pasted import Kind, Ref, stripe_id
from core.stripe_api import asks
from core.stripe_api.asks import FOLLOWED, FOUND
from core.stripe_api.collected import Collected, newest
from core.stripe_api.reading import TOO_LONG, Reading, items
from core.stripe_api.wire import Answer, Ask


@dataclass(frozen=True, slots=True)
class Resolved:
    """Stripe's side of a search, newest first. `references` are the order numbers or ids the objects carry; `looked`
    says in words what was asked; `more` that Stripe has more of it than was read."""

    ref: Ref
    sessions: tuple[Session, ...] = ()
    intents: tuple[Intent, ...] = ()
    charges: tuple[Charge, ...] = ()
    references: tuple[str, ...] = ()
    emails: tuple[str, ...] = ()
    customers: tuple[str, ...] = ()
    missing: tuple[Missing, ...] = ()
    unread: tuple[Unread, ...] = ()
    looked: tuple[str, ...] = ()
    more: bool = False
    cost: Cost = field(default_factory=Cost)

    @property
    def session_ids(self) -> tuple[str, ...]:
        """The sessions found, and the one asked for even where Stripe does not know it: an order may hold it."""
        return self._ids(Kind.SESSION, (one.id for one in self.sessions))

    @property
    def intent_ids(self) -> tuple[str, ...]:
        """The payment intents found or named, likewise."""
        named = [one.payment_intent_id for one in self.sessions] + [one.payment_intent_id for one in self.charges]
        return self._ids(Kind.INTENT, (*(one.id for one in self.intents), *(key for key in named if key)))

    @property
    def charge_ids(self) -> tuple[str, ...]:
        """The charges found or named, likewise."""
        named = (one.latest_charge_id for one in self.intents)
        return self._ids(Kind.CHARGE, (*(one.id for one in self.charges), *(key for key in named if key)))

    def _ids(self, kind: Kind, found: "Iterator[str] | tuple[str, ...]") -> tuple[str, ...]:
        own = (self.ref.value,) if self.ref.kind is kind else ()
        return tuple(dict.fromkeys((*own, *found)))


class Resolving:
    """One search in Stripe. `now` is seconds since 1970; `keys`: where the names of orders stand; `traces`: what else
    the payments of a person may bear; `said`: what was told of the payment instead of a name for it, and `amounts` what
    its amount may be in minor units."""

    def __init__(
        self,
        reading: Reading,
        ref: Ref,
        *,
        now: int,
        keys: NameKeys,
        traces: Iterable[Trace] = (),
        said: Described | None = None,
        amounts: tuple[int, ...] = (),
    ) -> None:
        self._reading, self._ref, self._now, self._keys = reading, ref, now, keys
        self._said, self._amounts = said, amounts
        self._collected = Collected()
        self._traces = tuple(traces)
        kept = (one for trace in self._traces for one in (*trace.sessions, *trace.intents, *trace.charges))
        self._leads: dict[str, None] = dict.fromkeys(kept)
        self._more = False

    def resolved(self) -> Resolved:
        """Ask, follow, and lay out what was found. StripeUnreachable where nothing could be read."""
        for ask in self._reading.run(self._wanted, self._take):
            self._reading.leave(ask.kind, ask.what, TOO_LONG)
        found = self._fitting()
        sessions = newest(found.sessions.values())
        intents = newest(found.intents.values())
        charges = newest(found.charges.values())
        named = (name for one in found.linked() for name in order_references(one, self._keys))
        own = (self._ref.value,) if self._ref.kind is Kind.EMAIL else ()
        customers = (json.text(raw, "email") for raw in found.others.values() if raw.get("object") == "customer")
        emails = (
            *own,
            *customers,
            *(one.email for one in sessions),
            *(one.email for one in charges),
            *(one.email for one in intents),
        )
        return Resolved(
            ref=self._ref,
            sessions=sessions,
            intents=intents,
            charges=charges,
            references=tuple(dict.fromkeys(named)),
            emails=tuple(dict.fromkeys(email for email in emails if email)),
            customers=tuple(key for key, raw in found.others.items() if raw.get("object") == "customer"),
            missing=tuple(self._reading.missing.values()),
            unread=(*self._reading.unread.values(), *self._collected.unread.values()),
            looked=tuple(ask.what for ask in self._reading.asked),
            more=self._more,
            cost=self._reading.cost,
        )

    def _wanted(self) -> Iterator[Ask]:
        ref = self._ref
        if self._said:
            yield from self._told(self._said)
            return
        if ref.kind is Kind.ORDER:
            spelled = ref.spellings[-2:]
            further = [(key, name) for name in spelled for key in self._keys.plain if key not in REFERENCE_KEYS]
            yield from asks.intents_naming(spelled, further)
            return
        if ref.kind is Kind.EMAIL:
            for email in dict.fromkeys((ref.value, ref.value.lower())):
                yield asks.sessions_of_email(email, since=None, pages=0)
                yield asks.customers_of_email(email)
            yield from asks.intents_naming((), self._written())
        elif ref.kind in {Kind.CUSTOMER, Kind.INVOICE}:
            yield from _asks(ref.kind, ref.value)
        else:
            self._leads[ref.value] = None
        for lead in list(self._leads)[: 2 * FOLLOWED]:
            if lead.startswith("sub_"):
                yield asks.sessions_of_subscription(lead)
                if lead == ref.value:
                    yield asks.one(Kind.SUBSCRIPTION, lead)
            elif (known := stripe_id(lead)) is not None:
                yield from _asks(known.kind, lead)

    def _written(self) -> Iterator[tuple[str, str]]:
        """What stands under a key of the metadata of payments: only there Stripe can search."""
        for trace in self._traces:
            yield from sorted(pair for pair in trace.written if pair[0] != CLIENT and INSIDE not in pair[0])

    def _told(self, said: Described) -> Iterator[Ask]:
        """A search by what was said; then of each payment its session, of each customer or invoice its payments."""
        if said.amount is not None or said.last4:
            yield from asks.charges_described(said, self._amounts)
        if said.receipt:
            yield asks.invoices_of_receipt(said.receipt)
        if said.name:
            yield asks.customers_called(said.name)
        for bill in list(self._collected.invoices)[:FOLLOWED]:
            yield asks.payments_of_invoice(bill)
        apart = {one.payment_intent_id for one in self._collected.charges.values()}
        apart -= {one.payment_intent_id for one in self._fitting().charges.values()}
        leads = [lead for lead in self._leads if lead.startswith(("pi_", "cus_")) and lead not in apart]
        for lead in leads[: FOLLOWED if said.name else FOUND]:
            if lead in self._collected.intents:
                yield asks.sessions_of_intent(lead)
            elif (known := stripe_id(lead)) is not None:
                yield from _asks(known.kind, lead)

    def _fitting(self) -> Collected:
        """What of all that came is meant: of charges that were searched for by their amount, those in a currency in
        which it is that amount, and what hangs on these."""
        found, said = self._collected, self._said
        if said is None or said.amount is None:
            return found
        fitting = Collected()
        fitting.charges = {key: one for key, one in found.charges.items() if said.fits(one.amount, one.currency)}
        paid = {one.payment_intent_id for one in fitting.charges.values()}
        fitting.intents = {key: one for key, one in found.intents.items() if key in paid}
        fitting.sessions = {key: one for key, one in found.sessions.items() if one.payment_intent_id in paid}
        return fitting

    def _take(self, answer: Answer) -> None:
        if answer.body is None:
            return
        self._more = self._more or answer.body.get("has_more") is True
        for item in items(answer.body):
            self._collected.take(item)
            self._leads.update(dict.fromkeys(_leads(item)))


def _asks(kind: Kind, key: str) -> Iterator[Ask]:
    """An object, and the lists that lead on from it."""
    yield asks.one(kind, key)
    match kind:
        case Kind.CUSTOMER:
            yield from asks.of_customer(key)
        case Kind.INVOICE:
            yield asks.payments_of_invoice(key)
        case Kind.INTENT:
            yield asks.sessions_of_intent(key)
        case _:
            pass


def _leads(item: Json) -> Iterator[str]:
    """The ids worth following from an object to the payment it is about."""
    names: Iterable[str | None]
    match item.get("object"):
        case "refund" | "dispute" | "charge":
            names = [json.ref(item, "payment_intent"), json.ref(item, "charge")]
        case "event":
            names = sorted(Event.of(item).related_ids)
        case "invoice_payment":
            payment = json.inner(item, "payment")
            names = [json.ref(payment, "payment_intent"), json.ref(payment, "charge")]
        case "invoice":
            about = json.inner(json.inner(item, "parent"), "subscription_details")
            subscription = json.ref(about, "subscription") or json.ref(item, "subscription")
            names = [json.ref(item, "payment_intent"), json.ref(item, "charge"), subscription]
        case "customer":
            names = [json.text(item, "id")]
        case _:
            names = []
    yield from (name for name in names if name)
