"""What a copy of Stripe's data does not show: the holes of one that has single columns, and which of its objects are
taken all the same.

An object is taken that is over, has all by which it can be called well, and is some order's by what the copy has of it:
an order stores one of its ids, or it names somebody. Where the copy has no metadata of a kind, one of which neither is
true may bear a name that is not seen there, so it is read from Stripe.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from core.errors import OrdersUnreachable
from core.facts import CUSTOMARY, Json, NameKeys
from core.orders import OrdersReader
from core.rest.assembling import finished
from core.rest.copy import Copy
from core.rest.fields import HOLES, enough
from core.rest.files import Files
from core.scanning.scratch.briefs import texts_of_object
from core.stripe_api.spans import gist_of

_STORED: Final = ("cs_", "pi_", "ch_", "py_")


@dataclass(slots=True)
class Unseen:
    """What `copy` does not show, beside `orders`; `keys`: where names stand."""

    copy: Copy | Files
    orders: OrdersReader | None = None
    keys: NameKeys = CUSTOMARY

    def because(self) -> str:
        """The hole that this leaves, with how to take it on; nothing where there is none or all is accepted."""
        open_ = [one for one in self.copy.lacks if one not in self.copy.rest.accept]
        if not open_:
            return ""
        every = ", ".join(f'"{one}"' for one in (*self.copy.rest.accept, *open_))
        return (
            f"{self.copy.name} does not show {_named(open_)}, so what is wrong there is not seen; to take it all the "
            f"same, write accept = [{every}] under [stripe.rest]"
        )

    def accepted(self) -> str:
        """What the shop has taken on, in words that the report repeats."""
        some = [one for one in self.copy.lacks if one in self.copy.rest.accept]
        return f"As the settings accept, it does not show {_named(some)}." if some else ""

    def refused(self, kind: str, objects: Sequence[Json]) -> str:
        """Why a copy is of no use to this shop, by some of its sessions: nothing there leads to an order."""
        if not self._nameless(kind) or not objects:
            return ""
        if any(map(self._names, objects)) or self._stored(objects):
            return ""
        return (
            f"{self.copy.name} keeps no metadata of {kind}, and neither a client_reference_id nor the metadata of a "
            "payment nor an id that an order stores leads from them to an order"
        )

    def over(self, kind: str, objects: Sequence[Json]) -> tuple[list[Json], list[Json]]:
        """Those that may be taken, and the others."""
        done = self.finished(kind, objects)
        if self._nameless(kind):
            strange = [raw for raw in done if not self._names(raw)]
            stored = self._stored(strange)
            lost = {id(raw) for raw in strange if stored.isdisjoint(_ids(raw))}
            done = [raw for raw in done if id(raw) not in lost]
        taken = set(map(id, done))
        return done, [raw for raw in objects if id(raw) not in taken]

    def finished(self, kind: str, objects: Sequence[Json]) -> list[Json]:
        """Those that are over, with all by which they can be called well."""
        done = [raw for raw in objects if finished(kind, raw)]
        return [raw for raw in done if enough(kind, gist_of(raw))] if self.copy.flat else done

    def _nameless(self, kind: str) -> bool:
        return f"{kind.removesuffix('s')}.metadata" in self.copy.lacks

    def _names(self, raw: Json) -> bool:
        return bool(texts_of_object(gist_of(raw), self.keys)[1])

    def _stored(self, objects: Sequence[Json]) -> frozenset[str]:
        """Of the ids of these those that orders store."""
        if self.orders is None or not objects:
            return frozenset()
        ids = {one for raw in objects for one in _ids(raw)}
        kinds = {kind: [one for one in ids if one.startswith(kind)] for kind in _STORED}
        try:
            found = self.orders.find(
                sessions=kinds["cs_"],
                intents=kinds["pi_"],
                charges=[*kinds["ch_"], *kinds["py_"]],
                limit=4 * len(objects),
            )
        except OrdersUnreachable:
            return frozenset()
        return frozenset(one for order in found for one in order.stored_ids) & ids


def _ids(raw: Json) -> list[str]:
    return texts_of_object(gist_of(raw))[0]


def _named(holes: Sequence[str]) -> str:
    return "; ".join(f"{one} ({HOLES[one]})" for one in holes)
