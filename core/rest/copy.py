"""`Copy`: a copy of Stripe's data in PostgreSQL, read-only: the objects of a span, with the payment inside them, as
Stripe's own list would send them.

Owns the SQL, and that no connection may write (`core.orders.Doors`). Says nothing of how far a copy can be believed:
that is `proof`; what of an object is over and done is `finished`.
"""

import threading
from collections.abc import Collection, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any, Final

from sqlalchemy import text
from sqlalchemy.engine import Connection

from core.errors import OrdersUnreachable, SettingsError, Unreachable
from core.facts import Json, Mode
from core.orders import Doors
from core.rest import mapped
from core.rest.assembling import assembled
from core.rest.kinds import ACCOUNTS, LOOKED_AT, RUNS, Column, Kind, Table
from core.settings import Rest
from core.stripe_api.spans import Range, gist_of

SECONDS: Final = 120  # that one statement may take: it reads a whole span
AT_A_TIME: Final = 500  # objects
INSIDE: Final = {  # what stands inside an object: the field, and the kind of what it is the id of
    "sessions": ("payment_intent", "intents"),
    "intents": ("latest_charge", "charges"),
    "charges": ("payment_intent", "intents"),
}
_CATALOGUE: Final = text("""
SELECT n.nspname, c.relname, c.relkind::text, a.attname, format_type(a.atttypid, NULL)
FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace JOIN pg_attribute a ON a.attrelid = c.oid
WHERE c.relname = ANY(:names) AND c.relkind IN ('r', 'p', 'v', 'm', 'f') AND a.attnum > 0 AND NOT a.attisdropped
  AND has_table_privilege(c.oid, 'SELECT')
""")


@dataclass(slots=True)
class Copy:
    """The copy that `rest` names, of the objects of `mode`; of `account` where it holds several. Connects at the first
    question. SettingsError where it is none that can be read from; Unreachable where the database is not there."""

    rest: Rest
    mode: Mode
    account: str | None = None
    seconds: int = SECONDS
    _doors: Doors | None = None
    _kind: Kind | None = None
    _lock: threading.Lock = field(default_factory=threading.Lock)

    @property
    def kind(self) -> Kind:
        """Which kind of copy it is."""
        with self._lock:
            if self._kind is None:
                with self.reading() as connection:
                    names = [*LOOKED_AT, *mapped.asked(self.rest)]
                    rows = connection.execute(_CATALOGUE, {"names": names}).all()
                self._kind = mapped.found((Column(*row) for row in rows), self.rest)
            return self._kind

    @property
    def name(self) -> str:
        """Which kind of copy it is, in a word."""
        return self.kind.name

    @property
    def words(self) -> str:
        """What it is, for people."""
        return self.kind.words

    @property
    def flat(self) -> bool:
        """Whether it has single columns and not Stripe's whole objects."""
        return self.kind.flat

    @property
    def lacks(self) -> tuple[str, ...]:
        """What is not seen in it, by name."""
        return self.kind.lacks

    @property
    def without(self) -> tuple[str, ...]:
        """All fields that no column of it holds."""
        return self.kind.without

    @property
    def doubt(self) -> str:
        """Why it may not have all that it should, where it proves nothing."""
        return f"{self.name} does not note what it has listed to the end in {self.mode} mode"

    def objects(self, kind: str, span: Range) -> Iterator[list[Json]]:
        """All objects of a kind that were made in a span, some at a time, with the payment inside them."""
        with self.reading() as connection:
            self._plan_well(connection)
            query = self._query(kind)
            values = {"since": span.since, "until": span.until, "account": self.account}
            found = connection.execution_options(yield_per=AT_A_TIME).execute(text(query), values)
            for rows in found.partitions():
                yield [assembled(kind, *row) for row in rows]

    def known(self, kind: str, ids: Collection[str]) -> dict[str, Json]:
        """Those of some ids that the copy has, with the payment inside them."""
        with self.reading() as connection:
            self._plan_well(connection)
            where = "o.id = ANY(:ids)"
            found = connection.execute(text(self._query(kind, where)), {"ids": list(ids), "account": self.account})
            objects = [assembled(kind, *row) for row in found]
        return {str(own): one for one in objects if (own := gist_of(one).get("id"))}

    def count(self, kind: str, span: Range) -> int:
        """How many objects of a kind were made in a span."""
        table = self.kind.tables[kind]
        query = f"SELECT count(*) FROM {self.named(table)} o WHERE {_within(table)} AND {self.own(table)}"
        values = {"since": span.since, "until": span.until, "account": self.account}
        with self.reading() as connection:
            return int(connection.execute(text(query), values).scalar_one())

    def twice(self, kind: str, span: Range) -> str | None:
        """An object of a span of which several rows tell, where the tables are of nobody's make that is known."""
        if self.kind.name != "json":
            return None
        table = self.kind.tables[kind]
        query = f"""SELECT o.id FROM {self.named(table)} o WHERE {_within(table)} AND {self.own(table)}
                    GROUP BY o.id HAVING count(*) > 1 ORDER BY o.id LIMIT 1"""
        values = {"since": span.since, "until": span.until, "account": self.account}
        with self.reading() as connection:
            return connection.execute(text(query), values).scalar_one_or_none()

    def subscribed(self, span: Range) -> bool:
        """Whether a session of a span began a subscription."""
        table = self.kind.tables["sessions"]
        query = f"""SELECT EXISTS (SELECT 1 FROM {self.named(table)} o WHERE {_within(table)} AND {self.own(table)}
                    AND {_ref(table, "o", "subscription")} IS NOT NULL)"""
        values = {"since": span.since, "until": span.until, "account": self.account}
        with self.reading() as connection:
            return bool(connection.execute(text(query), values).scalar_one())

    def accounts(self) -> tuple[str, ...]:
        """Whose sessions are in it: nobody's known, one account, or the first and the last of several."""
        table = self.kind.tables["sessions"]
        if not table.account:
            return ()
        query = f'SELECT min(o."{table.account}"::text), max(o."{table.account}"::text) FROM {self.named(table)} o'
        if self.kind.name == "dj-stripe":
            query = f"""SELECT min(a.id), max(a.id) FROM "{self.kind.schema}"."{ACCOUNTS}" a
                        WHERE EXISTS (SELECT 1 FROM {self.named(table)} o WHERE {_owned(table)})"""
        with self.reading() as connection:
            found = connection.execute(text(query)).one()
        return tuple(dict.fromkeys(str(one) for one in found if one))

    def rows(self, query: str, **values: object) -> Sequence[Any]:
        """What a SELECT of the room's own finds."""
        with self.reading() as connection:
            return connection.execute(text(query), values).all()

    def named(self, table: Table | str) -> str:
        """A table as it is written in a statement."""
        if isinstance(table, Table) and table.select:
            return f"({table.select})"
        return f'"{self.kind.schema}"."{table if isinstance(table, str) else table.name}"'

    @property
    def runs(self) -> str:
        """The table of what was listed to the end, as it is written in a statement."""
        return self.named(RUNS)

    @contextmanager
    def reading(self) -> Iterator[Connection]:
        """A read-only transaction. Unreachable for whatever the database complains of."""
        try:
            with self._opened().reading() as connection:
                yield connection
        except OrdersUnreachable as error:
            raise self._unreachable(error) from error

    def close(self) -> None:
        """Let go of the database."""
        if self._doors is not None:
            self._doors.close()

    def _opened(self) -> Doors:
        if self._doors is None:
            if self.rest.url is None:
                raise SettingsError(
                    f"{self.rest.variable} is not set: where the copy of Stripe's data lies is not known.",
                    next_step=f"Set {self.rest.variable} to postgresql://reader@host/name.",
                    setting=self.rest.variable,
                )
            doors = Doors(self.rest.url.get_secret_value(), seconds=self.seconds)
            if doors.kind != "postgresql":
                doors.close()
                raise SettingsError(
                    f"A copy of Stripe's data is read from PostgreSQL; {self.rest.variable} is {doors.kind}.",
                    next_step=f"Set {self.rest.variable} to postgresql://..., or leave [stripe.rest] out.",
                    setting=self.rest.variable,
                )
            self._doors = doors
        return self._doors

    def _unreachable(self, error: OrdersUnreachable) -> Unreachable:
        said = error.message.replace("The orders database", "The copy of Stripe's data in").replace("the orders", "it")
        step = error.next_step.replace("ORDERLENS_DATABASE_URL", self.rest.variable)
        step = step.replace("the orders table", "its tables").replace("orderlens.toml", "[stripe.rest]")
        return Unreachable(said, next_step=step, setting=self.rest.variable)

    def _plan_well(self, connection: Connection) -> None:
        """How many objects several tables make is not known to the database, which may then look for one beside the
        other row by row: hours instead of seconds."""
        if self.kind.flat:
            connection.execute(text("SET LOCAL enable_nestloop = off"))

    def _query(self, kind: str, where: str | None = None) -> str:
        """An object, what stands inside it, and what stands in that: as JSON texts."""
        tables = self.kind.tables
        own, joins, chosen = tables[kind], list[str](), [f'o."{tables[kind].json}"::text']
        outer, of, alias = own, kind, "o"
        for inner_alias in ("i", "c"):
            if of not in INSIDE or (kind == "charges" and inner_alias == "c"):
                chosen.append("NULL")
                continue
            name, of = INSIDE[of]
            table = tables[of]
            joins.append(
                f"LEFT JOIN {self.named(table)} {inner_alias} ON {inner_alias}.id = {_ref(outer, alias, name)}"
                + (f" AND {_same(outer, alias, table, inner_alias)}" if outer.account and table.account else "")
            )
            chosen.append(f'{inner_alias}."{table.json}"::text')
            outer, alias = table, inner_alias
        return f"""SELECT {", ".join(chosen)} FROM {self.named(own)} o {" ".join(joins)}
                   WHERE {where or _within(own)} AND {self.own(own)}"""

    def own(self, table: Table, *, other: bool = False) -> str:
        """A condition: the rows (of `o`) of this key's mode and, where it is known, of its account, which is `:account`
        in it; `other`: those of the other mode."""
        live = "true" if (self.mode == "live") is not other else "false"
        mode = 'o."livemode"' if "livemode" in table.columns else f"(o.\"{table.json}\"->>'livemode')::boolean"
        whose = "true"
        if table.account and self.account is not None:
            whose = f'o."{table.account}" = :account'
            if self.kind.name == "dj-stripe":
                accounts = f'"{self.kind.schema}"."{ACCOUNTS}"'
                whose = f"EXISTS (SELECT 1 FROM {accounts} a WHERE {_owned(table)} AND a.id = :account)"
        unsaid = "false" if other else f"{mode} IS NULL"
        return f"({mode} = {live} OR {unsaid}) AND ({whose})"


def _within(table: Table) -> str:
    """Made in the span."""
    if "created" not in table.columns:
        at = f"(o.\"{table.json}\"->>'created')::bigint"
        return f"{at} >= :since AND {at} < :until"
    if table.is_timed:
        return "o.created >= to_timestamp(:since) AND o.created < to_timestamp(:until)"
    return "o.created >= :since AND o.created < :until"


def _ref(table: Table, alias: str, name: str) -> str:
    """The id that an object keeps of another, which may be written in its place; of what was sent in Stripe's form of
    before November 2022, that of the newest of its charges."""
    json = f'{alias}."{table.json}"'
    found = [f"{json}->'{name}'->>'id'", f"{json}->>'{name}'"]
    if table.columns.get(name) == "text" and (table.json == "_raw_data" or table.select):
        found = [f'{alias}."{name}"']  # made of the JSON by the database itself, or the other way about; and quicker
    if name == "latest_charge":
        found.append(f"{json}#>>'{{charges,data,0,id}}'")
    return f"coalesce({', '.join(found)})"


def _same(outer: Table, alias: str, table: Table, inner: str) -> str:
    return f'{inner}."{table.account}" = {alias}."{outer.account}"'


def _owned(table: Table) -> str:
    """dj-stripe keeps the owner's id, or the number of its row: as the app has set it."""
    return f'o."{table.account}"::text IN (a.id, a.djstripe_id::text)'
