"""By which value the payments name their orders, and in which column that stands: what `[stripe.metadata]` should say.

A few orders are laid beside their payments, with every column of their rows. Each key that the payments bear is looked
for there; a column fits where its value is the payment's in most pairs, and another one for each order. Pure.
"""

import re
from collections.abc import Collection, Iterator, Mapping, Sequence
from copy import deepcopy
from dataclasses import dataclass
from typing import Any, Final

from core.checks import Check, Level
from core.facts import CLIENT, REFERENCE_KEYS, plainly, same_name
from core.linking import Pair
from core.orders import Columns, Place
from core.settings import OrdersMapping

ENOUGH: Final = 3
_MOST: Final = 0.6
_WORD: Final = re.compile(r"\w+")
_NONE: Final[Columns] = {}


@dataclass(frozen=True, slots=True)
class Line:
    """A line of [stripe.metadata]: what stands under `key` is `field` of the order ("id", "number"), or the column at
    `place`; in `same` of `of` pairs it is."""

    key: str
    field: str
    same: int
    of: int
    place: Place | None = None

    @property
    def template(self) -> str:
        """What is written behind the key."""
        return f"{{{self.field}}}"

    @property
    def because(self) -> str:
        """Why it is believed."""
        where = "" if self.place is None else f", a column of {_source(self.place[0])}"
        return f"{self.same} of {self.of} payments bear the order's {self.field} there{where}"


def lines(pairs: Sequence[Pair], rows: Mapping[str, Columns]) -> tuple[Line, ...]:
    """The keys under which most pairs bear something of the order's own, each with what fits best."""
    return tuple(line for key, some in _borne(pairs).items() if (line := _best(key, some, rows)) is not None)


def strange(pairs: Sequence[Pair], known: Sequence[Line], said: Collection[str] = ()) -> dict[str, int]:
    """Of the keys that should name an order, by custom or as the settings say, those that name none in any pair, with
    the number of pairs."""
    fits = {line.key for line in known}
    return {
        key: len(some)
        for key, some in _borne(pairs).items()
        if (key in said or key == CLIENT or key in REFERENCE_KEYS) and key not in fits
        if not any(_names(pair, key) for pair in some)
    }


def checks(pairs: Sequence[Pair], rows: Mapping[str, Columns], mapping: OrdersMapping) -> Iterator[Check]:
    """Whether what the settings expect stands in the payments; which line is missing; what names no order."""
    if len(pairs) < ENOUGH:
        return
    known = lines(pairs, rows)
    if mapping.metadata:
        yield _kept(pairs)
    missing = [one for one in known if mapping.metadata.get(one.key) != one.template and _is_news(one, mapping)]
    if missing:
        said = "; ".join(f"under `{one.key}` {one.because}" for one in missing)
        do = "Add this: payments are then linked to their orders by it, and found by it at Stripe."
        yield Check("stripe", "metadata", Level.WARNING, f"The settings do not say: {said}.", do, _paste(missing))
    for key, of in strange(pairs, known, mapping.metadata).items():
        said = f"{of} of {of} payments bear under `{key}` what is no order's name, and no column of orders or payments."
        do = f"Nobody is accused by it. If it names the order, make that column one of `extra`, and say what {key} is."
        yield Check("stripe", "names of orders", Level.WARNING, said, do)


def written_into(raw: Mapping[str, Any], found: Sequence[Line]) -> dict[str, Any]:
    """A settings file to be, with these lines and the further columns that they need."""
    changed: dict[str, Any] = deepcopy(dict(raw))
    metadata = changed.setdefault("stripe", {}).setdefault("metadata", {})
    for line in found:
        metadata[line.key] = line.template
        if line.place is not None:
            at, column = line.place
            relation = changed["orders"] if at is None else changed["payments"][at]
            relation.setdefault("extra", {})[column] = column
    return changed


def _borne(pairs: Sequence[Pair]) -> dict[str, list[Pair]]:
    """The pairs that bear each key, of those that enough bear, with enough different values: not the shop's own id."""
    borne: dict[str, list[Pair]] = {}
    for pair in pairs:
        for key in pair.written:
            borne.setdefault(key, []).append(pair)
    different = {key: {plainly(pair.written[key]) for pair in some} for key, some in borne.items()}
    return {key: some for key, some in borne.items() if len(different[key]) >= ENOUGH}


def _best(key: str, some: Sequence[Pair], rows: Mapping[str, Columns]) -> Line | None:
    """What of the order stands there most often: its id or number before any other column."""
    counted: dict[Place, int] = {
        (None, "id"): sum(same_name(pair.written[key], pair.order.id) for pair in some),
        (None, "number"): sum(same_name(pair.written[key], pair.order.number or "") for pair in some),
    }
    best = max(counted, key=lambda place: counted[place])
    if counted[best] >= _MOST * len(some):
        return Line(key, best[1], counted[best], len(some))
    columns = dict.fromkeys(place for pair in some for place in rows.get(pair.order.id, _NONE))
    fitting = {place: _same(key, place, some, rows) for place in columns if _WORD.fullmatch(place[1])}
    place = max(fitting, key=lambda one: fitting[one], default=None)
    if place is None or fitting[place] < max(ENOUGH, _MOST * len(some)):
        return None
    return Line(key, place[1], fitting[place], len(some), place)


def _same(key: str, place: Place, some: Sequence[Pair], rows: Mapping[str, Columns]) -> int:
    """In how many pairs a column has what the payment bears; 0 where two orders have one value: it names neither."""
    held = [(pair, rows.get(pair.order.id, _NONE).get(place, ())) for pair in some]
    values = [text for _, texts in held for text in texts]
    if len(set(values)) < len(values):
        return 0
    return sum(plainly(pair.written[key]) in map(plainly, texts) for pair, texts in held)


def _names(pair: Pair, key: str) -> bool:
    """Whether what it bears is anything that the order is called."""
    borne, order = pair.written[key], pair.order
    if any(same_name(borne, own) for own in order.names) or borne == order.metadata_expected.get(key):
        return True
    return plainly(borne) in order.by_key.get(key, ())


def _kept(pairs: Sequence[Pair]) -> Check:
    """Whether the payments carry what is expected of them."""
    expected = [pair for pair in pairs if pair.order.metadata_expected]
    kept = sum(all(_has(pair, key) for key in pair.order.metadata_expected) for pair in expected)
    said = f"{kept} of {len(expected)} payments carry what [stripe.metadata] expects."
    few = kept * 2 < len(expected)
    do = "Check the templates; a payment has only what payment_intent_data of its session says." if few else ""
    return Check("stripe", "metadata", Level.WARNING if few else Level.FINE, said, do)


def _has(pair: Pair, key: str) -> bool:
    borne = pair.written.get(key, "")
    return borne == pair.order.metadata_expected[key] or plainly(borne) in pair.order.by_key.get(key, ())


def _is_news(line: Line, mapping: OrdersMapping) -> bool:
    """Whether it is not known without saying: id and number are looked for under the customary keys anyway."""
    custom = line.key == CLIENT or line.key in REFERENCE_KEYS
    return line.key not in mapping.metadata and (line.place is not None or not custom or not mapping.metadata)


def _paste(missing: Sequence[Line]) -> str:
    """The lines to be added, each under its heading."""
    extras: dict[int | None, dict[str, None]] = {}
    for line in missing:
        if line.place is not None:
            extras.setdefault(line.place[0], {})[line.place[1]] = None
    named = {at: ", ".join(f'{one} = "{one}"' for one in columns) for at, columns in extras.items()}
    parts = [f"{_heading(at)}\nextra = {{ {columns} }}" for at, columns in named.items()]
    said = "\n".join(f'{_key(line.key)} = "{line.template}"' for line in missing)
    return "\n\n".join([*parts, f"[stripe.metadata]\n{said}"])


def _heading(at: int | None) -> str:
    return "[orders]" if at is None else f"[[payments]]  # number {at + 1}"


def _key(key: str) -> str:
    return key if re.fullmatch(r"[A-Za-z0-9_-]+", key) else f'"{key}"'


def _source(at: int | None) -> str:
    return "orders" if at is None else "payments"
