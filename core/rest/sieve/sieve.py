"""`Sieve`: which orders are healthy beyond doubt, which payments no order claims, found where Stripe's data lie.

What comes out is little: the ids of the orders that are left, and every object that hangs together with them, as Stripe
sent it. They go into a scan's scratch as if they had been listed live, and all that follows is unchanged. An order that
is not among them is clean as of the age of the copy; nothing here reads a clock or Stripe.
"""

import json
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from typing import Any, Final

from core.facts import CUSTOMARY, Json, Mode, NameKeys, plainly, references_in
from core.rest.sieve import sign_ups, statements, things
from core.rest.sieve.engines import Engine, Tables
from core.rest.sieve.rows import COLUMNS, OrderRow, Touch, row_of, types_of
from core.rest.sieve.sieving import Kept, Listed, Sieved
from core.rest.sieve.words import EMAIL, NAME
from core.times import HOUR

CANARY: Final = 0.005  # of the pairs that are discarded come out all the same
AROUND: Final = 25 * HOUR  # a checkout lives for a day
_ROUNDS: Final = 50  # of following what hangs together; each finds more, or is the last
_TEMPORARY: Final = (
    "taken orphans canaries suspects well touched kin signed twins tangled knots handles rest_told rest_beside others "
    "things named joined orders rest_orders"
).split()
_TAKEN: Final = "SELECT t.{0} FROM things t JOIN taken x ON x.key = t.key WHERE t.{0} IS NOT NULL AND {1}".format
_WANTED: Final = {
    "sessions": _TAKEN("id", "kind = 'session'"),
    "intents": _TAKEN("intent", "kind <> 'charge'"),
    "charges": _TAKEN("charge", "TRUE"),
    **{
        kind: f"SELECT o.id FROM others o JOIN taken x ON x.key = o.key WHERE o.kind = '{kind.removesuffix('s')}'"
        for kind in sign_ups.FURTHER
    },
}
_INSIDE: Final = """
SELECT t.kind, s.raw, i.raw, c.raw FROM taken x JOIN things t ON t.key = x.key
LEFT JOIN raw_sessions s ON t.kind = 'session' AND s.id = t.id
LEFT JOIN raw_intents i ON t.kind <> 'charge' AND i.id = t.intent
LEFT JOIN raw_charges c ON c.id = t.charge
"""


@dataclass(slots=True)
class Sieve:
    """The sieving of what lies in `tables`, read with a key of `mode`. `keys`: where the names of orders stand;
    `canary`: the share of the discarded that comes out all the same."""

    engine: Engine
    tables: Tables
    mode: Mode
    keys: NameKeys = CUSTOMARY
    canary: float = CANARY
    _listed: frozenset[str] = field(default=frozenset(), init=False)

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
        """Sieve the orders of `[since, until)` beside Stripe's objects of that span (seconds since 1970).

        `now`: None, where the data are older than now: then nothing open is discarded, and whatever is not over comes
        out too, to be read from Stripe. `beside`: what was read from Stripe itself bears; whom it touches is left, and
        what was read is compared with it after that. `listed`: subscriptions and bills as they are at Stripe; without
        them nobody knows what became of a subscription since. `go_on` is called between any two steps, and may raise to
        stop. Unreachable where the engine fails.
        """
        engine, words = self.engine, self.engine.words
        engine.load("rest_orders", statements.ORDERS, orders)
        engine.load("rest_beside", statements.BESIDE, beside)
        self._listed = frozenset(listed or ())
        for kind, some in (listed or {}).items():
            rows = (row_of(kind, one) for one in some)
            engine.load(f"rest_{kind}", types_of(kind, words.object), rows)
        for statement in self._steps(since, until, now, go_on):
            go_on()
            if statement:
                engine.run(statement)
            else:
                engine.load("rest_told", statements.TOLD, list(self._told()))
            made = statement.split()[3] if statement.split()[1:3] == ["TEMP", "TABLE"] else ""
            if made and words.learn:
                engine.run(words.learn.format(made))
        for round_ in range(1, _ROUNDS):
            go_on()
            engine.run(statements.grown(round_))
            if not self._count(f"taken WHERE round = {round_}"):
                break
        return self._found()

    def objects(self, *, size: int = 500) -> Iterator[Kept]:
        """All that was taken, as it lies there, with the intent put into its session and the charge into its intent, by
        the kind under which a scan lists it. After `run`, before `close`."""
        for kind in self._lying(_WANTED):
            self.engine.bring_raws(kind, self.tables[kind], _WANTED[kind])
        batches: dict[str, list[Json]] = {}
        for kind, *parts in self.engine.rows(_INSIDE):
            yield from _batched(batches, f"{kind}s", _whole(kind, *map(_read, parts)), size)
        for kind in self._lying(sign_ups.FURTHER):
            for (raw,) in self.engine.rows(f"SELECT raw FROM raw_{kind}"):
                yield from _batched(batches, kind, _read(raw), size)
        yield from ((kind, some) for kind, some in batches.items() if some)

    def close(self) -> None:
        """Take the temporary tables away; the engine stays."""
        for table in _TEMPORARY:
            self.engine.drop(table)
        for kind in COLUMNS:
            self.engine.drop(f"rest_{kind}")
            self.engine.drop(f"raw_{kind}")

    def _steps(self, since: int, until: int, now: int | None, go_on: Callable[[], None]) -> Iterator[str]:
        """The statements, one after the other; an empty one stands for what is worked out here."""
        words = self.engine.words
        ends: dict[str, tuple[int, int | None]] = {
            "sessions": (since - AROUND, until),
            "intents": (since - AROUND, until + AROUND),
            "charges": (since - AROUND, until + AROUND),
            "refunds": (since, None),
            "disputes": (since, None),
            "subscriptions": (since, None),
            "invoices": (since, None),
        }
        for kind in self._lying(COLUMNS):
            self.engine.bring(kind, self.tables[kind], *ends[kind])
            go_on()
        yield statements.orders(words)
        yield from things.things(words, self.keys, since=since, until=until)
        yield sign_ups.OTHERS
        began = bool(self._count("things WHERE state IN ('signed', 'subscription')"))
        for kind in self._kinds(sign_ups.FURTHER):
            if began or kind in ("refunds", "disputes"):
                yield sign_ups.further(words, self.keys, kind)
        yield from statements.handles(words)
        yield ""
        yield from statements.told(words)
        yield statements.KNOTS
        yield statements.TANGLED
        if began:
            yield sign_ups.TWINS
        if signed := began and (now is not None or self._listed.issuperset(sign_ups.PLANS)):
            yield from sign_ups.signed(statements.signed_pair_of(self.mode))
        yield statements.well(self.mode, now, signed=signed)
        yield from statements.left(self.canary, over=now is None, twins=began)

    def _lying(self, some: Iterable[str]) -> list[str]:
        return [kind for kind in some if kind in self.tables and kind not in self._listed]

    def _kinds(self, some: Iterable[str]) -> list[str]:
        return [kind for kind in some if kind in self.tables or kind in self._listed]

    def _told(self) -> Iterator[tuple[int, int, str]]:
        """The names and e-mails that SQL cannot be trusted to spell as the rules do."""
        odd = "SELECT key, client, meta, i_meta, c_meta, email, money FROM things WHERE odd"
        for key, client, *metas, email, money in self.engine.rows(odd):
            names = {plainly(one) for meta in metas for one in references_in(client, _read(meta), self.keys)} - {""}
            yield from ((key, NAME, name) for name in names)
            if money and email and not names:
                yield key, EMAIL, email.strip().casefold()
        for key, *metas in self.engine.rows("SELECT key, meta, about FROM others WHERE odd"):
            said = {plainly(one) for meta in metas for one in references_in(None, _read(meta), self.keys)}
            yield from ((key, NAME, name) for name in said - {""})

    def _found(self) -> Sieved:
        def ids(query: str) -> tuple[str, ...]:
            return tuple(str(one) for (one,) in self.engine.rows(query))

        ours = "SELECT o.id FROM orders o JOIN {0} x ON x.key = o.key"
        suspects, canaries = ids(ours.format("suspects")), ids(ours.format("canaries"))
        taken = set(ids(ours.format("taken")))
        return Sieved(
            orders=self._count("orders"),
            discarded=self._count("well"),
            suspects=suspects,
            canaries=canaries,
            around=tuple(taken.difference(suspects, canaries)),
            orphans=ids("SELECT t.id FROM things t JOIN orphans x ON x.key = t.key"),
        )

    def _count(self, table: str) -> int:
        return next(int(row[0]) for row in self.engine.rows(f"SELECT count(*) FROM {table}"))


def _batched(batches: dict[str, list[Json]], kind: str, raw: Json, size: int) -> Iterator[Kept]:
    some = batches.setdefault(kind, [])
    some.append(raw)
    if len(some) >= size:
        yield kind, batches.pop(kind)


def _whole(kind: str, session: Json, intent: Json, charge: Json) -> Json:
    """A thing with what is inside of it."""
    if kind == "charge":
        return charge
    if intent and charge:
        intent = {**intent, "latest_charge": charge}
    if kind == "intent":
        return intent
    return {**session, "payment_intent": intent} if intent else session


def _read(raw: Any) -> Json:  # noqa: ANN401 - whatever the engine makes of JSON
    found = json.loads(raw) if isinstance(raw, str | bytes) else raw
    return found if isinstance(found, dict) else {}
