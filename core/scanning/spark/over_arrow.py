"""A scan's own functions, as Spark calls them: batches of Arrow in, batches of Arrow out.

None of them knows Spark; each can be called with batches in one process as well. What goes in and comes out has the
columns of a record of a scan's (`ORDERS`, `OBJECTS`), in its order, spelled as Spark spells them.
"""

import random
from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import TYPE_CHECKING, Any, Final, NamedTuple, get_args, get_type_hints

from core.facts import Mode, NameKeys
from core.rest.assembling import assembled, finished
from core.rest.sieve import OrderRow, Touch
from core.rest.sieve.words import EMAIL, ID, NAME
from core.scanning.scratch import ObjectBrief, OrderBrief, brief_of_object, of_id, of_name
from core.scanning.scratch.briefs import of_email
from core.scanning.sieve.healthy import provably_healthy, provably_signed
from core.stripe_api.spans import gist_of

if TYPE_CHECKING:
    import pyarrow as pa

    Batches = Iterator[pa.RecordBatch]
    Function = Callable[[Batches], Batches]

NEVER: Final = 1 << 62
"""Seconds since 1970 at which no checkout is open any more."""
_SQL: Final = {"int": "bigint", "str": "string", "bool": "boolean"}
_ARROW: Final = {"string": "string", "bigint": "int64", "boolean": "bool_"}


def _columns(record: type[NamedTuple]) -> str:
    """The columns of a record: names and types, in Spark's words."""
    types = {name: str(getattr(one, "__name__", one)).partition(" ")[0] for name, one in _hints(record).items()}
    return ", ".join(f"{name} {_SQL[of]}" for name, of in types.items())


def _hints(record: type[NamedTuple]) -> dict[str, Any]:
    return {name: next(iter(get_args(one)), one) for name, one in get_type_hints(record).items()}


ROWS: Final = _columns(OrderRow)
ORDERS: Final = _columns(OrderBrief)
OBJECTS: Final = _columns(ObjectBrief)
TOUCHES: Final = "handle bigint, owner bigint"
BORNE: Final = "handles array<bigint>"
OVER: Final = "over boolean"
WELL: Final = "key bigint, thing bigint, sample boolean"
SIGNED: Final = "key bigint, thing bigint, plan bigint, bill bigint, sample boolean"
_ORDER, _OBJECT = len(OrderBrief._fields), len(ObjectBrief._fields)
_FITS: Final = 1 << 63


def orders(batches: "Batches") -> "Batches":
    """Of `OrderRow`s their briefs, and the handles they bear."""
    for batch in batches:
        found = [_order(OrderRow._make(row)) for row in rows_of(batch)]
        yield batch_of([(*brief, handles) for brief, handles in found], f"{ORDERS}, {BORNE}")


def objects(keys: NameKeys) -> "Function":
    """Of Stripe's objects (kind, JSON, JSON of what stands inside, and inside that) their briefs, the handles they
    bear, and whether they are over. `keys`: where the names of orders stand."""

    def function(batches: "Batches") -> "Batches":
        for batch in batches:
            yield batch_of([_object(*row, keys=keys) for row in rows_of(batch)], f"{OBJECTS}, {BORNE}, {OVER}")

    return function


def pairs(mode: Mode, now: int | None, canary: float) -> "Function":
    """Of orders, each beside the one thing that touches it or beside nothing, those that are healthy beyond doubt, with
    the thing; a share of them, `canary`, as a sample. `now`: None, where what is open here need not be so any more."""

    def function(batches: "Batches") -> "Batches":
        chance = random.Random()  # noqa: S311 - a sample, no secret
        for batch in batches:
            well = list[tuple[int, int | None, bool]]()
            for row in rows_of(batch):
                order, thing = OrderBrief._make(row[:_ORDER]), row[_ORDER:]
                beside = ObjectBrief._make(thing) if thing[0] is not None else None
                if provably_healthy(order, beside, mode=mode, now=NEVER if now is None else now):
                    well.append((order.key, thing[0], chance.random() < canary))
            yield batch_of(well, WELL)

    return function


def signed(mode: Mode, canary: float) -> "Function":
    """Of orders, each beside its session, the subscription that this began, the first bill of that and what paid it,
    or beside nothing, those that are healthy beyond doubt if nothing else touches any of it."""

    def function(batches: "Batches") -> "Batches":
        chance = random.Random()  # noqa: S311 - a sample, no secret
        for batch in batches:
            well = list[tuple[int, int, int, int, bool]]()
            for row in rows_of(batch):
                order, (session, plan, bill, payment) = OrderBrief._make(row[:_ORDER]), _objects(row[_ORDER:])
                if not (session and plan and bill):
                    continue
                if provably_signed(order, session, plan, bill, payment=payment, mode=mode):
                    well.append((order.key, session.key, plan.key, bill.key, chance.random() < canary))
            yield batch_of(well, SIGNED)

    return function


def _objects(row: tuple[Any, ...]) -> list[ObjectBrief | None]:
    """Briefs that stand side by side; None for one that is not there."""
    parts = (row[first : first + _OBJECT] for first in range(0, len(row), _OBJECT))
    return [ObjectBrief._make(one) if one[0] is not None else None for one in parts]


def rows_of(batch: "pa.RecordBatch") -> Iterator[tuple[Any, ...]]:
    """A batch's rows."""
    return zip(*(column.to_pylist() for column in batch.columns), strict=True)


def batch_of(rows: Sequence[Sequence[object]], types: str) -> "pa.RecordBatch":
    """Rows as a batch of these columns (name and type, in Spark's words). Letters of which only half is there become
    question marks, numbers that are too big nothing: such a record is no plain one."""
    import pyarrow as pa  # noqa: PLC0415 - 165 MB, for those who use it

    columns = [one.split(" ") for one in types.split(", ")]
    each: Iterable[Sequence[object]] = zip(*rows, strict=True) if rows else [()] * len(columns)
    arrays = [pa.array(map(_storable, some), _arrow(kind)) for some, (_, kind) in zip(each, columns, strict=True)]
    return pa.RecordBatch.from_arrays(arrays, names=[name for name, _ in columns])


def _arrow(kind: str) -> "pa.DataType":
    import pyarrow as pa  # noqa: PLC0415 - see above

    if kind.startswith("array<"):
        return pa.list_(_arrow(kind[len("array<") : -1]))
    return getattr(pa, _ARROW[kind])()


def _storable(value: object) -> object:
    if isinstance(value, str) and not value.isascii():
        return value.encode("utf-8", "replace").decode()
    if isinstance(value, int) and not -_FITS <= value < _FITS:
        return None
    return value


def _order(row: OrderRow) -> tuple[OrderBrief, list[int]]:
    """What `brief_of_order` makes of the order itself; when it was made is not known here, nor asked."""
    ids, names, surnames = ([one for one in some.split("\n") if one] for some in (row.ids, row.names, row.surnames))
    worked_out: dict[str, Any] = {
        "key": of_id(f"order {row.id}"),
        "created_at": None,
        "names": "\n".join(sorted(names)),
        "session_key": of_id(row.session) if row.session else None,
        "intent_key": of_id(row.intent) if row.intent else None,
    }
    brief = OrderBrief(**{**{one: getattr(row, one, None) for one in OrderBrief._fields}, **worked_out})
    handles = [*map(of_id, ids), *map(of_name, names), *map(of_name, surnames)]
    return brief, [*handles, of_email(row.email)] if row.email else handles


def handle_of(touch: Touch) -> int:
    """The handle of something by which an object that was read elsewhere may belong to what lies at rest."""
    of = {ID: of_id, NAME: of_name, EMAIL: of_email}
    return of[touch.kind](touch.said)


def _object(kind: str, own: str, inner: str | None, innermost: str | None, *, keys: NameKeys) -> tuple[object, ...]:
    raw = assembled(kind, own, inner, innermost)
    brief, handles = brief_of_object(gist_of(raw), keys)
    return (*brief, [one.value for one in handles], finished(kind, raw))
