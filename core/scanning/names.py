"""What a scan knows of names when it begins, and what it learns: under which keys of Stripe's objects they stand.

Learned from orders that store a payment's id (`core.linking.learning`), a few hundred of them whatever the span holds,
and kept in the journal for later scans and for cases that are opened. Asks nothing of Stripe.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from typing import Final

from core.errors import OrdersUnreachable
from core.facts import CLIENT, Json, NameKeys, all_written, plainly
from core.facts.json import inner, text
from core.journal import Journal
from core.linking import Learned, Pair, learning
from core.orders import OrdersReader
from core.scanning.reading.patience import Patient
from core.scanning.scratch import Scratch, brief_of_object, of_name
from core.surroundings import Surroundings

PAIRS: Final = 200
AT_A_TIME: Final = 400
_PAIRED: Final = """
SELECT o.id, p.raw FROM orders o JOIN objects p ON p.key = coalesce(o.session_key, o.intent_key) LIMIT ?
"""


@dataclass(slots=True)
class Names:
    """What is known of names, for one scan or one watch of an account. `surroundings` and `keys` say it."""

    orders: OrdersReader
    journal: Journal
    name: str
    settings: Surroundings
    known: Learned = field(default_factory=Learned)

    @classmethod
    def of(
        cls, orders: OrdersReader, journal: Journal, surroundings: Surroundings, mode: str, account: str | None
    ) -> "Names":
        """As the journal has it."""
        found = cls(orders, journal, learning.kept_under(mode, account), surroundings)
        found.recall()
        return found

    @property
    def surroundings(self) -> Surroundings:
        """The settings' own, with the keys that name orders."""
        try:
            keys = self.orders.name_keys
        except OrdersUnreachable:  # whoever reads the orders says so
            keys = self.orders.mapping.naming_keys
        named = tuple(dict.fromkeys((*self.settings.name_keys, *keys)))
        return replace(self.settings, name_keys=named, strange_keys=self.known.strange)

    @property
    def keys(self) -> NameKeys:
        """Where the names of orders stand."""
        return self.surroundings.keys

    def recall(self) -> None:
        """Take over what the journal has by now."""
        self._is_now(learning.read(self.journal.cursors.get(self.name)))

    def learn(self, scratch: Scratch, orders: Patient, *, now: int, pairs: Iterable[Pair] | None = None) -> bool:
        """Learn from `pairs`, or from what was read; whether anything is new. `now`: seconds since 1970."""
        try:
            naming = [key for key in self.surroundings.name_keys if key not in self.known.lines]
            found = learning.learned(
                _pairs(scratch, orders) if pairs is None else pairs, self.known, self.orders.said_keys, naming
            )
        except OrdersUnreachable:  # nothing is learned this time; who reads the orders says why
            return False
        if found == self.known:
            return False
        before = self.known
        self.journal.cursors.set(self.name, learning.written(found), now)
        self._is_now(found)
        return (before.lines, before.strange) != (found.lines, found.strange)

    def _is_now(self, found: Learned) -> None:
        self.known = found
        self.orders.learn(found.lines)


def renamed(scratch: Scratch, keys: NameKeys) -> None:
    """Look at the orphans again for the names that stand under `keys`. An order of the span that one of them names is a
    suspect, and the payment no orphan any more."""
    for rows in scratch.stream("SELECT p.key, p.raw FROM orphans JOIN objects p USING (key)", size=AT_A_TIME):
        bearers = dict[int, list[int]]()
        references = []
        for key, place in rows:
            brief, _ = brief_of_object(scratch.raw(place), keys)
            references.append((brief.references, key))
            for name in filter(None, brief.references.split("\n")):
                bearers.setdefault(of_name(plainly(name)), []).append(key)
        with scratch.writing() as db:
            db.executemany("UPDATE objects SET refs = ? WHERE key = ?", references)
        named = _orders_called(scratch, bearers)
        handles = [(handle, key, key, key) for handle in named for key in bearers[handle]]
        with scratch.writing() as db:
            db.executemany(
                "INSERT INTO object_handles (handle, owner, pair_key, intent_pair_key) VALUES (?, ?, ?, ?)", handles
            )
        with scratch.deducing() as db:
            found = [(key,) for some in named.values() for key in some]
            db.executemany("INSERT OR IGNORE INTO suspects (key) VALUES (?)", found)
            db.executemany("DELETE FROM orphans WHERE key = ?", [(key,) for _, key, *_ in handles])


def _orders_called(scratch: Scratch, handles: Iterable[int]) -> dict[int, list[int]]:
    """The orders of the span that bear each of these handles of names."""
    found: dict[int, list[int]] = {}
    listed = list(handles)
    for start in range(0, len(listed), AT_A_TIME):
        part = listed[start : start + AT_A_TIME]
        marks = ", ".join("?" * len(part))
        query = f"SELECT handle, owner FROM handles WHERE side = 0 AND handle IN ({marks})"  # noqa: S608 - only marks
        for handle, owner in scratch.rows(query, part):
            found.setdefault(handle, []).append(owner)
    return found


def _pairs(scratch: Scratch, orders: Patient) -> Iterator[Pair]:
    """Some orders beside the payment whose id they store."""
    places = {str(own): place for own, place in scratch.rows(_PAIRED, (PAIRS,))}
    for order in orders.find(ids=places, limit=2 * len(places)) if places else ():
        if order.id in places:
            yield Pair(order, written(scratch.raw(places[order.id])))


def written(raw: Json) -> Mapping[str, str]:
    """All that an object bears, and the payment inside of it: the first of each key."""
    found = {CLIENT: client} if (client := text(raw, CLIENT)) else {}
    for one in (raw, inner(raw, "payment_intent"), inner(inner(raw, "payment_intent"), "latest_charge")):
        found = {**dict(all_written(inner(one, "metadata"))), **found}
    return found
