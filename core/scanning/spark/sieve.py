"""`SparkSieve`: which orders are healthy beyond doubt, which payments no order claims, found by Spark where Stripe's
data lie. The three methods of `core.rest.sieve.Sieve`, with the same answers.

There, a third statement of the rules is made in SQL; here the briefs and the pair test are a scan's own functions, so
what is left are a scan's own suspects. Each step is kept by the cluster until `close`.
"""

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from itertools import chain, islice
from typing import TYPE_CHECKING, Any, Final

from core.errors import Unreachable
from core.facts import CUSTOMARY, Json, Mode, NameKeys
from core.rest.assembling import assembled
from core.rest.sieve import CANARY, Kept, Listed, OrderRow, Sieved, Touch
from core.rest.sieve.sieve import AROUND
from core.scanning.scratch import of_id
from core.scanning.scratch.row_at_rest import touches_of
from core.scanning.spark import over_arrow, statements
from core.scanning.spark.alike import alike
from core.scanning.spark.lying import NOTHING, Lying
from core.scanning.spark.over_arrow import BORNE, OBJECTS, ORDERS, OVER, ROWS, SIGNED, TOUCHES, WELL
from core.scanning.spark.session import in_words

if TYPE_CHECKING:
    from pyspark.sql import DataFrame, SparkSession

_AT_A_TIME: Final = 100_000
_ROUNDS: Final = 50  # of following what hangs together; each finds more, or is the last
_WENT_BACK: Final = ("refunds", "disputes")
_BILLED: Final = ("subscriptions", "invoices")


@dataclass(slots=True)
class SparkSieve:
    """The sieving, in a `session`, of what lies in `tables`, read with a key of `mode`. `keys`: where the names of
    orders stand; `canary`: the share of the discarded that comes out all the same. `close` it; the session stays."""

    session: "SparkSession"
    tables: Lying
    mode: Mode
    keys: NameKeys = CUSTOMARY
    canary: float = CANARY
    _made: dict[str, "DataFrame"] = field(default_factory=dict)

    def run(
        self,
        orders: Iterable[OrderRow],
        *,
        since: int,
        until: int,
        now: int | None,
        beside: Iterable[Touch] = (),
        listed: Listed | None = None,
        go_on: Callable[[], None] = lambda: None,
    ) -> Sieved:
        """As of `core.rest.sieve.Sieve`."""
        plans = (touch for some in (listed or {}).values() for one in some for touch in touches_of(one, self.keys))
        with in_words():
            self._load(orders, chain(beside, plans))
            go_on()
            self._things(since, until)
            for _ in self._compared(now):
                go_on()
            for _ in self._grown(over=now is None):
                go_on()
            return self._found()

    def objects(self, *, size: int = 500) -> Iterator[Kept]:
        """All that was taken, as it lies there, with the intent put into its session and the charge into its intent, by
        the kind under which a scan lists it. After `run`, before `close`."""
        with in_words():
            lying = {kind: self._lying(kind) for kind in ("sessions", "intents", "charges")}
            every = [self._sql(statements.INSIDE, "objects", "taken", **lying)]
            for kind in (*_WENT_BACK, *_BILLED):
                asked = statements.OUTSIDE.format(kind=kind, one=kind.removesuffix("s"))
                every.append(self._sql(asked, "objects", "taken", found=self._lying(kind)))
        batches: dict[str, list[Json]] = {}
        for frame in every:
            for kind, own, inner, innermost in _rows(frame):
                some = batches.setdefault(kind, [])
                some.append(dict(assembled(kind, own, inner, innermost)))
                if len(some) >= size:
                    yield kind, batches.pop(kind)
        yield from batches.items()

    def close(self) -> None:
        """Let the cluster forget each step: it does when nobody names it any more."""
        self._made.clear()

    def _load(self, orders: Iterable[OrderRow], beside: Iterable[Touch]) -> None:
        """Orders, which are read here, and what was read from Stripe itself."""
        briefs = (self._mapped(some, over_arrow.orders, f"{ORDERS}, {BORNE}") for some in self._frames(orders, ROWS))
        self._keep("orders", _together([one.localCheckpoint() for one in briefs]))
        touches = ((over_arrow.handle_of(one), of_id(f"beside {one.id}")) for one in beside)
        self._keep("beside", _together([one.localCheckpoint() for one in self._frames(touches, TOUCHES)]))

    def _things(self, since: int, until: int) -> None:
        """What each of Stripe's objects is; subscriptions and bills only where a session began one."""
        lying = {kind: self._lying(kind) for kind in ("sessions", "intents", "charges")}
        joined = self.session.sql(statements.joined(since, until, AROUND), **lying)
        found = self._keep("objects", self._briefs([joined, *self._further(_WENT_BACK, since)]))
        if not self._sql(statements.BEGAN, "objects").isEmpty():
            bills = self._keep("bills", self._briefs(self._further(_BILLED, since)))
            self._made["objects"] = found.unionAll(bills)
        twice = self._sql("SELECT first(id) FROM {objects} GROUP BY key HAVING count(*) > 1 LIMIT 1", "objects")
        if found_twice := twice.collect():
            raise Unreachable(
                f"The copy has {found_twice[0][0]} more than once, and nobody can say which row counts.",
                next_step="Name a view that has the newest row of each object under [stripe.rest.spark].",
                setting="stripe.rest.spark",
            )

    def _compared(self, now: int | None) -> Iterator[None]:
        """Who is well, who is a suspect, what is an orphan."""
        self._keep("handles", self._sql(statements.HANDLES, "orders", "objects", "beside"))
        self._keep("tangled", self._sql(statements.TANGLED, "handles"))
        yield
        pairs = self._sql(statements.PAIRS, "orders", "objects", "tangled")
        self._keep("well", self._mapped(pairs, over_arrow.pairs(self.mode, now, self.canary), WELL))
        if "bills" in self._made and now is not None:  # of what is older, nobody knows what became of a subscription
            yield
            self._sign_ups()
        yield
        left = "SELECT o.key, o.id FROM {orders} o LEFT ANTI JOIN {well} w ON w.key = o.key"
        self._keep("suspects", self._sql(left, "orders", "well"))
        self._keep("orphans", self._sql(statements.ORPHANS, "objects", "handles"))
        yield

    def _sign_ups(self) -> None:
        """Orders of subscriptions are well, too, where all is plain that hangs together with them."""
        signed = self._sql(statements.SIGNED, "orders", "objects")
        self._keep("signed", self._mapped(signed, over_arrow.signed(self.mode, self.canary), SIGNED))
        self._keep("kin", self._sql(statements.KIN, "signed", "objects"))
        further = self._sql(statements.UNTOUCHED, "signed", "kin", "handles", "objects")
        self._keep("well", self._made["well"].unionAll(further))

    def _grown(self, *, over: bool) -> Iterator[None]:
        """Take what is left, and all that hangs together with it."""
        began = "bills" in self._made
        first = statements.TAKEN + (statements.NOT_OVER if over else "") + (statements.TWINS if began else "")
        fresh = self._keep("taken", self._sql(first, "suspects", "well", "orphans", "objects"))
        for _ in range(1, _ROUNDS):
            yield
            fresh = self._keep("fresh", self._sql(statements.GROWN, "handles", "taken", fresh=fresh))
            if fresh.isEmpty():
                break
            self._made["taken"] = self._made["taken"].unionAll(fresh)

    def _found(self) -> Sieved:
        def ids(query: str, *names: str) -> tuple[str, ...]:
            return tuple(self._sql(query, *names).toArrow().column(0).to_pylist())

        suspects = ids("SELECT id FROM {suspects}", "suspects")
        ours = "SELECT o.id FROM {orders} o LEFT SEMI JOIN "
        canaries = ids(ours + "(SELECT key FROM {well} WHERE sample) x ON x.key = o.key", "orders", "well")
        taken = set(ids(ours + "{taken} x ON x.key = o.key", "orders", "taken"))
        orphans = "SELECT p.id FROM {objects} p LEFT SEMI JOIN {orphans} x ON x.key = p.key"
        return Sieved(
            orders=self._made["orders"].count(),
            discarded=self._made["well"].count(),
            suspects=suspects,
            canaries=canaries,
            around=tuple(taken.difference(suspects, canaries)),
            orphans=ids(orphans, "objects", "orphans"),
        )

    def _lying(self, kind: str) -> "DataFrame":
        return self.session.sql(self.tables.get(kind, NOTHING))

    def _further(self, kinds: Sequence[str], since: int) -> "list[DataFrame]":
        return [self.session.sql(statements.further(kind, since), found=self._lying(kind)) for kind in kinds]

    def _briefs(self, frames: "Sequence[DataFrame]") -> "DataFrame":
        return self._mapped(_together(frames), over_arrow.objects(self.keys), f"{OBJECTS}, {BORNE}, {OVER}")

    @staticmethod
    def _mapped(frame: "DataFrame", function: "over_arrow.Function", types: str) -> "DataFrame":
        """What a scan's own function makes of a frame on the cluster."""
        return frame.mapInArrow(alike(function), types)

    def _sql(self, query: str, *names: str, **more: "DataFrame") -> "DataFrame":
        """A SELECT from steps that were made before."""
        return self.session.sql(query, **{name: self._made[name] for name in names}, **more)

    def _keep(self, name: str, frame: "DataFrame") -> "DataFrame":
        """Have it made once, and kept on the cluster without how it came about: else each step would be planned with
        all that stand before it, many times over."""
        self._made[name] = frame.localCheckpoint()
        return self._made[name]

    def _frames(self, rows: Iterable[Sequence[object]], types: str) -> "Iterator[DataFrame]":
        """Rows that are here, some at a time, as frames of the cluster; one at least."""
        import pyarrow as pa  # noqa: PLC0415 - 165 MB, for those who use it

        left = iter(rows)
        nothing = ", ".join("CAST(NULL AS {1}) AS `{0}`".format(*one.split(" ")) for one in types.split(", "))
        yield self.session.sql(f"SELECT {nothing} WHERE FALSE")  # Connect takes no empty table
        while some := list(islice(left, _AT_A_TIME)):
            batch = over_arrow.batch_of(some, types)
            yield self.session.createDataFrame(pa.Table.from_batches([batch]))


def _together(frames: "Sequence[DataFrame]") -> "DataFrame":
    """All rows of some frames. However many there are, no plan is deep."""
    if len(frames) == 1:
        return frames[0]
    middle = len(frames) // 2
    return _together(frames[:middle]).unionAll(_together(frames[middle:]))


def _rows(frame: "DataFrame") -> Iterator[tuple[Any, ...]]:
    """What a frame has, some of it in memory at a time."""
    with in_words():
        found = frame.toLocalIterator()
    while True:
        with in_words():
            row = next(found, None)
        if row is None:
            return
        yield tuple(row)
