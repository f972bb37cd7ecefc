"""What one Stripe account holds, in test and in live mode.

Owns the objects, their order and the few indexes that lists need. An object in the store is never changed: it is
replaced by another, so that an event may keep the one it was made from. Anything with an id and a kind may be put
there: so history is seeded.
"""

import threading
from bisect import bisect_left
from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping
from itertools import count
from typing import Any

from core.sandbox.stripe.objects import Json

INDEXED: Mapping[str, tuple[str, ...]] = {
    "checkout.session": ("customer", "payment_intent", "payment_link", "subscription", "customer_details.email"),
    "payment_intent": ("customer",),
    "charge": ("customer", "payment_intent", "transfer_group"),
    "refund": ("charge", "payment_intent"),
    "dispute": ("charge", "payment_intent"),
    "customer": ("email",),
    "setup_intent": ("customer", "payment_method"),
    "payment_method": ("customer",),
    "balance_transaction": ("source",),
    "event": ("data.object.id", "pending_webhooks", "type"),
    "subscription": ("customer",),
    "invoice": ("customer", "parent.subscription_details.subscription"),
    "invoice_payment": ("invoice", "payment.payment_intent"),
}
"""The fields, by kind of object, whose equals are found without a walk."""

_FEW = 2000
"""So many are sorted by themselves; of more, the whole list is walked, which is in order already."""

Entry = tuple[int, int, str]
"""Where an object stands in its list: created, order of arrival, id."""


class Store:
    """The state of the sandbox's Stripe; safe to seed from another thread than the server's."""

    def __init__(self) -> None:
        self._lock = threading.RLock()
        self._arrivals = count()
        self._objects: dict[bool, dict[str, Json]] = {False: {}, True: {}}
        self._entries: dict[str, Entry] = {}
        self._lists: dict[tuple[str, bool], list[Entry]] = defaultdict(list)
        self._unsorted: set[tuple[str, bool]] = set()
        self._index: dict[tuple[bool, str, str, Any], dict[str, None]] = defaultdict(dict)
        self.baskets: dict[str, list[Json]] = {}
        """The line items of a session, by its id; filled by `fill`."""
        self.in_baskets: dict[str, Json] = {}
        """A line item by the id of its price and of its product. Lists of these leave out what was priced in a session
        itself, but by its id it is found."""
        self.payment_data: dict[str, Json] = {}
        """The `payment_intent_data` a session was made with, by its id; Stripe does not show it again."""
        self.agreed: set[str] = set()
        """The intents whose customers have confirmed in the browser what the shop has yet to confirm again."""
        self.awaiting: dict[str, set[str]] = {}
        """The endpoints that are yet to accept an event which happened here, by the event's id."""
        self.audience: dict[str, frozenset[str]] = {}
        """The endpoints that wanted an event when it happened here, by the event's id."""

    def put(self, thing: Json, *, livemode: bool | None = None) -> Json:
        """Add an object, or replace the one of the same id. Its mode is its own `livemode`; a refund, which has none,
        lives where its charge does, unless it says where."""
        with self._lock:
            mode = self._mode_of(thing) if livemode is None else livemode
            known = self._objects[mode].get(thing["id"])
            if known is None:
                self._append(thing, livemode=mode)
            else:
                self._reindex(known, livemode=mode, add=False)
            self._objects[mode][thing["id"]] = thing
            self._reindex(thing, livemode=mode, add=True)
        return thing

    def fill(self, baskets: Mapping[str, list[Json]]) -> None:
        """What is in these sessions, by their ids."""
        self.baskets.update(baskets)
        for items in baskets.values():
            for item in items:
                self.in_baskets |= {item["price"]["id"]: item, item["price"]["product"]: item}

    def put_all(self, things: Iterable[Json]) -> None:
        """Add many objects, in the order given."""
        for thing in things:
            self.put(thing)

    def change(self, thing: Json, **fields: object) -> Json:
        """Replace an object of this store by one with other fields."""
        return self.put({**thing, **fields}, livemode=self.mode(thing["id"]))

    def remove(self, thing: Json) -> None:
        """Forget an object."""
        with self._lock:
            mode = self.mode(thing["id"])
            del self._objects[mode][thing["id"]]
            self._reindex(thing, livemode=mode, add=False)
            self._lists[thing["object"], mode].remove(self._entries.pop(thing["id"]))

    def get(self, made_id: str, *, livemode: bool) -> Json | None:
        """The object of that id in that mode."""
        return self._objects[livemode].get(made_id)

    def mode(self, made_id: str) -> bool:
        """In which mode an id lives: True for live."""
        return made_id in self._objects[True]

    def count(self, kind: str, *, livemode: bool = False) -> int:
        """How many objects of a kind there are."""
        return len(self._lists[kind, livemode])

    def newest_first(
        self,
        kind: str,
        *,
        livemode: bool,
        where: Mapping[str, Collection[object]] | None = None,
        below: Entry | None = None,
        above: Entry | None = None,
        backwards: bool = False,
    ) -> Iterator[Json]:
        """The objects of a kind whose indexed fields are among the values of `where`, strictly between two places in
        the list. `backwards` gives the oldest first."""
        with self._lock:
            entries, among = self._sorted(kind, livemode=livemode), None
            if where:
                among = self._among(kind, where, livemode=livemode)
                if len(among) <= _FEW:
                    entries, among = sorted(self._entries[one] for one in among), None
            first = bisect_left(entries, (above[0], above[1] + 1, "")) if above else 0
            last = bisect_left(entries, below) if below else len(entries)
            chosen = range(first, last) if backwards else range(last - 1, first - 1, -1)
            objects = self._objects[livemode]
        ids = (entries[number][2] for number in chosen)
        return (objects[one] for one in ids if among is None or one in among)

    def entry(self, made_id: str) -> Entry:
        """Where an object stands in its list."""
        return self._entries[made_id]

    def _append(self, thing: Json, *, livemode: bool) -> None:
        entry = (thing["created"], next(self._arrivals), thing["id"])
        listed = self._lists[thing["object"], livemode]
        if listed and entry < listed[-1]:
            self._unsorted.add((thing["object"], livemode))
        self._entries[thing["id"]] = entry
        listed.append(entry)

    def _sorted(self, kind: str, *, livemode: bool) -> list[Entry]:
        if (kind, livemode) in self._unsorted:
            self._lists[kind, livemode] = sorted(self._lists[kind, livemode])
            self._unsorted.discard((kind, livemode))
        return self._lists[kind, livemode]

    def _among(self, kind: str, where: Mapping[str, Collection[object]], *, livemode: bool) -> set[str]:
        """The ids of those that have one of the values in each of the fields."""
        found = [
            {one for value in values for one in self._index.get((livemode, kind, field, value), ())}
            for field, values in where.items()
        ]
        return set.intersection(*found)

    def _reindex(self, thing: Json, *, livemode: bool, add: bool) -> None:
        for field in INDEXED.get(thing["object"], ()):
            value = at(thing, field)
            if value is None:
                continue
            named = self._index[livemode, thing["object"], field, value]
            if add:
                named[thing["id"]] = None
            else:
                named.pop(thing["id"], None)

    def _mode_of(self, thing: Json) -> bool:
        if "livemode" in thing:
            return bool(thing["livemode"])
        return any(self.mode(thing.get(field) or "") for field in ("charge", "payment_intent", "source"))


def at(thing: Json, path: str) -> Any:  # noqa: ANN401 - whatever JSON holds there
    """What stands at a dotted path of an object; None where the path ends early. An expanded object is its id."""
    value: Any = thing
    for name in path.split("."):
        value = value.get(name) if isinstance(value, dict) else None
    return value
