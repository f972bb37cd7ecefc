"""How a row of one table names a row of another: foreign keys, names that values bear out, and references that say the
kind beside the id (`sale.sale,24`; `payable_type` and `payable_id`; Django's content types). Pure.

Refuses a way that no row proves: a whole number fits many tables, so the kind's name has to fit as well.
"""

import re
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field

from core.orders.meaning import spelled
from core.setup.guessing import vocabulary
from core.setup.guessing.sampling import SAMPLE_ROWS, Link, Seen, Table
from core.setup.guessing.sql import literal, quoted, quoted_table

_BETWEEN = ",|#/:"  # a kind and an id in one text
_LONGEST = 200
_ALONE = 16  # characters of an id that no two tables have by chance
_NOISE = frozenset("app apps models model entity entities domain gid src shop".split())
_SURE = 3


@dataclass(frozen=True, slots=True)
class Way:
    """How rows name their order: its id stands in `column`, behind `prefix` where the kind stands in the same text;
    `kind` is what `kind_column` says of an order, or rows of `kinds_table` whose columns hold what is listed."""

    column: str
    prefix: str = ""
    kind_column: str = ""
    kind: str = ""
    kinds_table: str = ""
    kinds_key: str = ""
    kinds_words: tuple[tuple[str, str], ...] = ()
    sure: bool = True

    @property
    def plain(self) -> bool:
        """Whether the id of the order is all that the column holds."""
        return not self.prefix

    def order_id(self, alias: str, dialect: str) -> str:
        """The order's id in SQL."""
        column = f"{alias}.{quoted(self.column, dialect)}"
        return f"SUBSTR({column}, {len(self.prefix) + 1})" if self.prefix else column

    def condition(self, dialect: str, alias: str = "") -> str:
        """What keeps rows that name something else out; "" where nothing has to."""
        before = f"{alias}." if alias else ""
        if self.prefix:
            column = f"{before}{quoted(self.column, dialect)}"
            return f"SUBSTR({column}, 1, {len(self.prefix)}) = {literal(self.prefix, dialect)}"
        if not self.kind_column:
            return ""
        column = before + quoted(self.kind_column, dialect)
        if not self.kinds_table:
            return f"{column} = {literal(self.kind, dialect)}"
        words = " AND ".join(f"{quoted(name, dialect)} = {literal(word, dialect)}" for name, word in self.kinds_words)
        table, key = quoted_table(self.kinds_table, dialect), quoted(self.kinds_key, dialect)
        return f"{column} = (SELECT {key} FROM {table} WHERE {words})"  # noqa: S608 - quoted above; it is a setting

    def says(self) -> str:
        """In words."""
        if self.prefix:
            return f"{self.column} names the order behind {self.prefix!r}"
        kind = self.kind or ".".join(word for _, word in self.kinds_words)
        return f"{self.column} names the order" + (f" where {self.kind_column} says {kind}" if kind else "")


@dataclass(slots=True)
class Ways:
    """How the rows of each table name their order, looked for once a table."""

    orders: Table
    seen: Seen
    _known: dict[str, Way | None] = field(default_factory=dict)

    def of(self, child: Table) -> Way | None:
        """The way from `child`; None where no row proves any."""
        if child.name not in self._known:
            self._known[child.name] = _way(child, self.orders, self.seen)
        return self._known[child.name]


def _way(child: Table, orders: Table, seen: Seen) -> Way | None:
    plain = order_link(child, orders)
    if len(orders.key) != 1 or (plain and (child.columns[plain].there or not child.rows)):
        return Way(plain) if plain else None
    found = [*_typed(child, orders), *_of_a_kind(child, orders, seen)]
    return max(found, key=lambda one: one[0])[1] if found else Way(plain, sure=False) if plain else None


def order_link(child: Table, orders: Table) -> str | None:
    """The column of `child` that names an order and nothing else, by foreign key, or by a name that its values bear
    out."""
    if len(orders.key) != 1:
        return None
    for link in child.links:
        if link.table == orders.name and link.to == orders.key[0] and "parent" not in link.column:
            return link.column
    one = vocabulary.singular(orders.words[-1]) if orders.words else "order"
    named = [
        name
        for name in child.columns
        if re.fullmatch(rf"(\w+_)?({one}|order)s?_(id|uuid)|id_({one}|order)|{one}", vocabulary.plain_name(name))
        and (name,) != child.key
    ]
    return next((name for name in named if bears_out(child, name, orders, orders.key[0])), None)


def bears_out(child: Table, column: str, parent: Table, key: str) -> bool:
    """Whether sampled values allow that `column` names rows of `parent` by `key`; nothing sampled allows it."""
    mine = _values(child, column)
    theirs = _values(parent, key)
    if not mine or not theirs:
        return child.rows == 0 or parent.rows in (0, None)
    return _shared(mine, parent, theirs)


def target(table: Table, name: str, seen: Seen) -> Link | None:
    """What an id column points at: its foreign key, or the table that its name means and its values bear out."""
    for link in table.links:
        if link.column == name:
            return link
    plain = vocabulary.plain_name(name)
    match = re.fullmatch(r"(?:(?P<a>\w+)_(?:id|uuid)|id_(?P<b>\w+))", plain)
    full = (match["a"] or match["b"]) if match else plain if table.columns[name].kind == "whole" else ""
    if not full:
        return None
    meant = vocabulary.singular(full.rsplit("_", 1)[-1])
    nearest = sorted(seen.tables.values(), key=lambda one: not vocabulary.singular("_".join(one.words)).endswith(full))
    for other in nearest:
        fits = bool(other.words) and vocabulary.singular(other.words[-1]) == meant and len(other.key) == 1
        if fits and other != table and bears_out(table, name, other, other.key[0]):
            return Link(name, other.name, other.key[0])
    return None


def proven(table: Table, name: str, between: Table, to: str) -> bool:
    """Whether rows of `table` really name rows of `between`. An empty table proves nothing; one that was not looked
    into has to be believed."""
    if between.rows is None:
        return True
    mine, theirs = _values(table, name), _values(between, to)
    keyed = any((one.column, one.table, one.to) == (name, between.name, to) for one in table.links)
    return bool(mine and theirs) and ((keyed and between.rows >= SAMPLE_ROWS) or _shared(mine, between, theirs))


def telling(table: Table, name: str) -> bool:
    """Whether a column tells rows apart. What is the same in every row (an account, a shop) leads from each to all."""
    there = [spelled(value) for value in table.columns[name].there]
    return len(set(there)) >= max(2, len(there) * 0.9)


def _typed(child: Table, orders: Table) -> Iterator[tuple[int, Way]]:
    """Columns whose texts are a kind and an id: `sale.sale,24`, `Order#24`, `gid://shop/Order/24`."""
    for name, one in child.columns.items():
        if one.kind != "text":
            continue
        found: dict[str, list[str]] = {}
        for prefix, key in filter(None, (_apart(str(value).strip()) for value in one.there)):
            found.setdefault(prefix, []).append(key)
        for prefix, ids in found.items():
            if proof := _proof(prefix, ids, orders):
                yield proof, Way(name, prefix=prefix, sure=proof >= _SURE)


def _apart(text: str) -> tuple[str, str] | None:
    """The kind with what ends it, and the id; None for a text that is something else."""
    at = max(map(text.rfind, _BETWEEN)) + 1
    prefix, key = text[:at], text[at:]
    fits = 0 < at < len(text) <= _LONGEST and prefix[:1].isalpha() and prefix[-2:-1].isalpha()
    return (prefix, key) if fits and key.replace("-", "").isalnum() and " " not in prefix else None


def _of_a_kind(child: Table, orders: Table, seen: Seen) -> Iterator[tuple[int, Way]]:
    """A column of kinds beside one of ids: `payable_type` and `payable_id`, `content_type_id` and `object_id`."""
    for name in child.columns:
        plain = vocabulary.plain_name(name)
        if plain.endswith("_type") and child.columns[name].kind == "text":
            stem = plain.removesuffix("_type")
            for held in (one for one in child.columns if vocabulary.plain_name(one) in (f"{stem}_id", f"{stem}_uuid")):
                for kind, ids in _grouped(child, name, held).items():
                    if proof := _proof(kind, ids, orders):
                        yield proof, Way(held, kind_column=name, kind=kind, sure=proof >= _SURE)
        elif re.search(r"(content_?type|_ct)(_id)?$", plain):
            yield from _generic(child, name, orders, seen)


def _generic(child: Table, name: str, orders: Table, seen: Seen) -> Iterator[tuple[int, Way]]:
    """Django's generic keys: the kind is a row of the table of content types."""
    types = next(
        (one for one in seen.tables.values() if {"app_label", "model"} <= one.columns.keys() and one.rows), None
    )
    if types is None or len(types.key) != 1:
        return
    keys = types.columns[types.key[0]].values
    said = zip(types.columns["app_label"].values, types.columns["model"].values, strict=True)
    models = {spelled(key): (str(app), str(model)) for key, (app, model) in zip(keys, said, strict=True)}
    for held in (one for one in child.columns if re.search(r"object_?(id|pk|uuid)$", vocabulary.plain_name(one))):
        for kind, ids in _grouped(child, name, held).items():
            app, model = models.get(kind, ("", ""))
            if model and (proof := _proof(f"{app}.{model}", ids, orders) or _proof(model, ids, orders)):
                words = (("app_label", app), ("model", model))
                sure = proof >= _SURE
                yield proof, Way(held, "", name, "", types.name, types.key[0], words, sure)


def _grouped(child: Table, kinds: str, ids: str) -> dict[str, list[str]]:
    found: dict[str, list[str]] = {}
    for kind, value in zip(child.columns[kinds].values, child.columns[ids].values, strict=False):
        if (said := spelled(kind)) and (name := spelled(value)):
            found.setdefault(said, []).append(name)
    return found


def _proof(kind: str, ids: Iterable[str], orders: Table) -> int:
    """How many rows prove that ids of this kind are those of orders; 0 where they do not."""
    counted = Counter(ids)
    known = _values(orders, orders.key[0])
    if not counted or not known or not _shared(set(counted), orders, known):
        return 0
    chance = any(len(one) < _ALONE for one in counted)
    return 0 if chance and not _means(kind, orders) else sum(counted.values())


def _means(kind: str, orders: Table) -> bool:
    """Whether a kind's name is that of the orders' table: `App\\Models\\Order`, `Spree::Order`, `sale.order`."""
    said = [vocabulary.singular(one) for one in vocabulary.parts(kind)]
    while len(said) > 1 and said[0] in _NOISE:
        said = said[1:]
    table = [vocabulary.singular(one) for one in orders.words]
    return bool(said) and (table[-len(said) :] == said or said[-len(table) :] == table)


def _shared(mine: set[str], parent: Table, theirs: set[str]) -> bool:
    whole = (parent.rows or 0) < SAMPLE_ROWS
    return len(mine & theirs) / len(mine) >= (0.5 if whole else 0.02)


def _values(table: Table, column: str) -> set[str]:
    return (
        {text for value in table.columns[column].there if (text := spelled(value))}
        if column in table.columns
        else set()
    )
