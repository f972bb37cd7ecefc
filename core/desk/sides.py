"""`Sides`: both sides of one case, read at one moment."""

from collections.abc import Callable, Collection
from dataclasses import dataclass, replace

from core.cases import Case
from core.desk.connected import read_where_it_is
from core.desk.results import Opened
from core.errors import OrdersUnreachable, UsageError
from core.facts import Charge, Expected, Facts, Intent, NeverMade, Order, Session, order_references, plainly
from core.linking import Learned
from core.orders import OrdersReader
from core.rules import examine
from core.stripe_api import StripeReader
from core.surroundings import Surroundings

KEYS = ORDER, STRIPE = "order:", "stripe:"  # what the key of a case begins with


@dataclass(frozen=True, slots=True)
class Sides:
    """The two readers and the clock. `now` gives seconds since 1970; `in_vain` the events of a case's key that were
    sent, accepted, and changed nothing; `learned` what scans have proven of names; `never_made` what Stripe failed
    to make."""

    orders: OrdersReader
    stripe: StripeReader
    surroundings: Surroundings
    clock: Callable[[], float]
    in_vain: Callable[[str], tuple[str, ...]] = lambda _: ()
    learned: Callable[[], Learned] = Learned
    never_made: Callable[[], tuple[NeverMade, ...]] = tuple

    def known(self) -> Surroundings:
        """The surroundings with the keys that name orders: by the settings, by the rows, by what scans have proven."""
        found = self.learned()
        self.orders.learn(found.lines)
        try:
            keys = self.orders.name_keys
        except OrdersUnreachable:
            keys = self.orders.mapping.naming_keys
        keys = tuple(dict.fromkeys((*self.surroundings.name_keys, *keys)))
        return replace(self.surroundings, name_keys=keys, strange_keys=found.strange)

    def now(self) -> int:
        """The present second."""
        return int(self.clock())

    def open(self, key: str, on_row: Callable[[Order], None] = lambda _: None) -> Opened:
        """Read a case afresh. A payment that an order has come to claim meanwhile opens as that order's case. `on_row`
        gets the order before Stripe is asked for what belongs to it.

        UsageError where the key is none, or what it names is gone.
        """
        self.known()  # before the row is read: it tells what it is called
        if key.startswith(STRIPE):
            return self._open_payment(key.removeprefix(STRIPE), on_row)
        order = self.orders.get(key.removeprefix(ORDER)) if key.startswith(ORDER) else None
        if order is None:
            raise UsageError(
                f"There is no case {key}: the orders database has no such order (any more).",
                next_step="Search for it by its number, the customer's e-mail or an id of Stripe's.",
            )
        on_row(order)
        return self.open_order(order)

    def open_order(self, order: Order) -> Opened:
        """The case of an order that was just read."""
        now = self.now()
        return read_where_it_is(
            self.stripe, order, now, judged=lambda facts: self._opened(f"{ORDER}{order.id}", order, facts, now)
        )

    def row(self, opened: Opened) -> Order | None:
        """The order of an opened case as it stands now: the cheap look while something is awaited."""
        if opened.case.order is not None:
            return self.orders.get(opened.case.order.id)
        return self._claiming(opened.case.facts)

    def _open_payment(self, stripe_id: str, on_row: Callable[[Order], None]) -> Opened:
        now = self.now()
        facts = self.stripe.read_case(None, also=(stripe_id,), now=now)
        if not (facts.sessions or facts.intents or facts.charges or facts.unread):
            raise UsageError(
                f"Stripe does not know {stripe_id} in this account and mode.",
                next_step="Check the id, and whether the key is of the right mode (test or live).",
            )
        order = self._claiming(facts)
        if order is not None:
            on_row(order)
            return self.open_order(order)
        return self._opened(STRIPE + stripe_id, None, facts, now)

    def _claiming(self, facts: Facts) -> Order | None:
        """The newest order that stores one of these objects or is named by one."""
        things: tuple[Session | Intent | Charge, ...] = (*facts.sessions, *facts.intents, *facts.charges)
        keys = self.known().keys
        claiming = self.orders.find(
            sessions=[found.id for found in facts.sessions],
            intents=[found.id for found in facts.intents],
            charges=[found.id for found in facts.charges],
            limit=1,
        )
        borne = [name for thing in things for name in order_references(thing, keys)]
        letter_by_letter = set(map(plainly, borne))
        named = [one for one in self.named(borne) if letter_by_letter & (one.spellings | one.surnames)]
        return min((*claiming, *named[:1]), key=lambda one: (-(one.created_at or 0), one.id), default=None)

    def named(self, names: Collection[str]) -> tuple[Order, ...]:
        """The orders of any of these names, the newest first."""
        found = self.orders.named(names) if names else {}
        every = {order.id: order for orders in found.values() for order in orders}
        return tuple(sorted(every.values(), key=lambda one: (-(one.created_at or 0), one.id)))

    def _opened(self, key: str, order: Order | None, facts: Facts, now: int) -> Opened:
        case = Case(
            order=order,
            facts=facts.with_never_made(self.never_made()),
            now=now,
            other_orders=self.orders.sharing(order) if order else (),
            surroundings=self._around(order, now),
            name=order.name if order else "",
            in_vain=self.in_vain(key) if facts.events else (),
            expected=self.orders.outcomes.of(order),
        )
        return _examined(self._carted(self._asked(case)), key)

    def knowing(self, opened: Opened, in_vain: str) -> Opened:
        """The same reading, where one event more was sent in vain."""
        return _examined(replace(opened.case, in_vain=(*opened.case.in_vain, in_vain)), opened.key)

    def as_it_was(self, opened: Opened, order: Order, expected: tuple[Expected, ...]) -> Opened:
        """The same reading beside the order as it was before, with what was true of it then."""
        return _examined(replace(opened.case, order=order, expected=expected), opened.key)

    def beside(self, key: str, order: Order, facts: Facts, expected: tuple[Expected, ...]) -> Opened:
        """A case of which nothing is read any more."""
        case = Case(order, facts, self.now(), surroundings=self.known(), name=order.name, expected=expected)
        return _examined(case, key)

    def _around(self, order: Order | None, now: int) -> Surroundings:
        """What the settings say of the app; of an order without an id, whether the app's other rows say why."""
        known = self.known()
        if order is None or order.stored_ids or not self.orders.habits.ids_come_with_payment(now):
            return known
        return replace(known, ids_come_with_payment=True)

    def _carted(self, case: Case) -> Case:
        """The case of a payment without an order, with its cart; or with why the carts could not be read."""
        if case.order is not None:
            return case
        try:
            (cart,) = self.orders.carts.led_to([case.trace])
        except OrdersUnreachable as error:
            return replace(case, carts_unread=error.message)
        return replace(case, cart=cart)

    def _asked(self, case: Case) -> Case:
        """The case with the orders of the names that its payments bear. As it is where the database does not say: then
        it is not known whose they are."""
        names = case.foreign_names
        try:
            return case.answered(self.orders.named(names)) if names else case
        except OrdersUnreachable:
            return case


def _examined(case: Case, key: str) -> Opened:
    seen = examine(case)
    return Opened(seen.case, seen.links, seen.diagnosis, key)
