"""`Relation`: one relation of the mapping as a SELECT of bare columns, and a row of it as a `Record`.

SQL is asked for columns, simple conditions and an order, nothing more. The settings' own SQL is always wrapped
(`SELECT ... FROM (<query>) AS q ... LIMIT :n`), and a bound LIMIT keeps drivers from running a second statement.
Refuses to interpret a value.
"""

import re
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import (
    ColumnClause,
    ColumnElement,
    FromClause,
    Select,
    and_,
    cast,
    column,
    false,
    func,
    literal_column,
    or_,
    select,
    text,
)
from sqlalchemy import String as SqlString
from sqlalchemy import Text as SqlText
from sqlalchemy import table as sql_table
from sqlalchemy.engine import Connection
from sqlalchemy.sql.elements import quoted_name

from core.errors import SettingsError
from core.orders.database import shapes
from core.orders.database.column_forms import ids_like
from core.orders.database.complaints import misspelled, no_equation, no_such
from core.orders.database.connections import Doors
from core.orders.meaning import Record, Values, evaluated, spelled
from core.settings import KNOWN, Database, OrdersTable
from core.settings import Relation as Settings
from core.settings import columns as language
from core.settings.columns import Spec, Term

Condition = ColumnElement[bool]
Row = Sequence[Any]
QUERY = "q"
_ROWS = 500
_PREFIX = "{prefix}"
_SIDE = re.compile(r"[\w$]+(\.[\w$]+)*")
_LITERAL = re.compile(r"-?\d+|[xX]?'(?:[^'\\]|'')*'")
_VALUE = re.compile(r"\\:value\b")
_TEXT = SqlText().with_variant(SqlString(), "mysql", "mariadb")


@dataclass(frozen=True, slots=True)
class _Place:
    """A column that is read: where it stands in a row, how it is compared, what it holds."""

    at: int
    column: ColumnElement[Any]
    holds: type | None


class Relation:
    """One relation on one database. Made by asking it what the tables or the query's result look like:
    OrdersUnreachable where they are not as the settings say, SettingsError where a `join` cannot be read or one of
    the fields it `needs` is not there."""

    def __init__(self, settings: Settings, database: Database, doors: Doors, *, needs: Sequence[str] = ()) -> None:
        self.settings = settings
        self._doors = doors
        self._prefix = database.prefix
        self._sources: dict[str, tuple[FromClause, shapes.Shape]] = {}
        self._main = self._open_query(settings.query) if settings.query else self._open_tables()
        named = {name: language.parse(value) for name, value in settings.columns.items()}
        if settings.query:
            result = self._sources[self._main][1]
            named = {
                name.lower(): language.parse(name) for name in result if name.lower() in KNOWN[settings.kind]
            } | named
        self.specs: Mapping[str, Spec] = named
        for missing in (name for name in needs if name not in named):
            raise self._not_given(missing)
        self._extra = {name: language.parse(value) for name, value in settings.extra.items()}
        self._places: dict[tuple[str | None, str], _Place] = {}
        for name, spec in (*self.specs.items(), *self._extra.items()):
            for term in spec.terms:
                self._place(term, name)
        if settings.query:
            misspelled(result, self.specs, [place.column.name for place in self._places.values()], KNOWN[settings.kind])
        single = {name: spec.column for name, spec in named.items()}
        self._single = {name: self._places[one.table, one.column] for name, one in single.items() if one}
        self._from = self._joined()
        self._fields = {name: self._reading(spec) for name, spec in self.specs.items()}
        self._extras = {name: self._reading(spec) for name, spec in self._extra.items()}

    def select(self, *more: ColumnElement[Any]) -> Select[Any]:
        """All columns that are read, then `more`. The caller bounds it."""
        chosen = select(*(place.column for place in self._places.values()), *more).select_from(self._from)
        where = self.settings.where
        return chosen.where(text(f"({self._sql(where)}\n)")) if where else chosen

    def record(self, row: Row) -> Record:
        """What a row of `select` holds."""
        return Record(
            {name: read(row) for name, read in self._fields.items()},
            {name: read(row) for name, read in self._extras.items()},
        )

    def read_of(self, name: str) -> tuple[list[ColumnElement[Any]], Callable[[Row], Values]]:
        """The columns of a field, and what it is in a row of these."""
        spec = self.specs[name]
        places = {term: self._places[term.table, term.column] for term in spec.terms}

        def read(row: Row) -> Values:
            held = {term: _held(value, place.holds) for (term, place), value in zip(places.items(), row, strict=False)}
            return evaluated(spec, held.__getitem__)

        return [place.column for place in places.values()], read

    def counted(self, connection: Connection, name: str, limit: int) -> Iterator[tuple[Values, int]]:
        """What the columns of a field hold, combination by combination, and how many rows hold it."""
        columns, read = self.read_of(name)
        query = self.select(func.count()).with_only_columns(*columns, func.count())
        for row in connection.execute(query.group_by(*columns).order_by(func.count().desc()).limit(limit)):
            yield read(row), row[-1]

    def texts_of_all(
        self, connection: Connection, name: str, wanted: Collection[str]
    ) -> Iterator[tuple[str, str, str]]:
        """Of the rows whose field `name` is one of `wanted`: that, and each column of the relation's own table with
        what stands there, as text. At most some hundred rows."""
        own, (source, shape) = self._own(name), self._sources[self._main]
        forms = [form for one in dict.fromkeys(wanted) for form in ids_like(one, own.holds)]
        asked = self.select().with_only_columns(own.column, *(source.c[one] for one in shape))
        for row in connection.execute(asked.where(one_of(own.column, forms)).limit(_ROWS)) if forms else ():
            for column_name, value in zip(shape, row[1:], strict=True):
                yield spelled(row[0]) or "", column_name, spelled(value) or ""

    def raw(self, row: Row, name: str) -> Any:  # noqa: ANN401 - whatever the driver gives
        """The value of a field that is one column, as the driver gives it."""
        return row[self._own(name).at]

    def column(self, name: str) -> ColumnElement[Any]:
        """The column of a field that is one column."""
        return self._own(name).column

    def holds(self, name: str) -> type | None:
        """What it holds; None: anything."""
        return self._own(name).holds

    def plain(self, name: str) -> tuple[tuple[ColumnElement[Any], type | None], ...]:
        """The alternatives of a field (or a further column) that a database can compare: columns, what they hold."""
        spec = self.specs.get(name) or self._extra.get(name)
        places = [self._places[term.table, term.column] for term in spec.plain] if spec else []
        return tuple((place.column, place.holds) for place in places)

    def texts(self, name: str) -> tuple[ColumnElement[Any], ...]:
        """Every column that a field is read from, as text to be searched."""
        spec = self.specs.get(name)
        terms = dict.fromkeys((term.table, term.column) for term in spec.terms) if spec else {}
        return tuple(cast(self._places[term].column, _TEXT) for term in terms)

    def ordered(self, name: str) -> ColumnElement[Any] | None:
        """A field as one expression to sort and compare by; None where it is no more than that after reading."""
        spec, found = self.specs.get(name), self.plain(name)
        if spec is None or len(found) != len(spec.alternatives):
            return None
        return found[0][0] if len(found) == 1 else func.coalesce(*(one for one, _ in found))

    def deep(self, name: str) -> bool:
        """Whether a field or a further column is read from inside of any column, or from several."""
        spec = self.specs.get(name) or self._extra.get(name)
        return spec is not None and len(spec.plain) < len(spec.alternatives)

    def finds(self, kind: str) -> bool:
        """Whether the settings have a condition of their own for a kind of Stripe id."""
        return kind in self.settings.find

    def finder(self, kind: str, values: Collection[str]) -> Condition | None:
        """The settings' own condition for a kind of Stripe id, for any of `values`; None where there is none."""
        sql = self.settings.find.get(kind)  # type: ignore[call-overload] # any text may be asked
        if not sql or not values:
            return None
        each = [f"({_VALUE.sub(f':value{n}', self._sql(sql))}\n)" for n in range(len(values))]
        return text("(" + " OR ".join(each) + ")").bindparams(**{f"value{n}": one for n, one in enumerate(values)})  # type: ignore[return-value] # a condition

    def _reading(self, spec: Spec) -> Callable[[Row], Values]:
        """How a field is read from a row of `select`."""
        places = {term: self._places[term.table, term.column] for term in spec.terms}
        bare = places[spec.column] if spec.column else None
        if bare is not None and bare.holds is not bool:
            at = bare.at
            return lambda row: (row[at],)

        def read(row: Row) -> Values:
            return evaluated(spec, lambda term: _held(row[places[term].at], places[term].holds))

        return read

    def _own(self, name: str) -> _Place:
        """The place of a field that has to be one column."""
        if name not in self._single:
            raise self._not_given(name)
        return self._single[name]

    def _not_given(self, name: str) -> SettingsError:
        what = "the query's result" if self.settings.query else f"`columns` of {self.settings.table}"
        return SettingsError(
            f"There is no column for `{name}` in {what}; there is {', '.join(sorted(self.specs)) or 'nothing known'}.",
            next_step=f"Select it in the query AS {name}, or name it: columns.{name}.",
            setting=f"columns.{name}",
        )

    def _sql(self, sql: str) -> str:
        """The settings' SQL as SQLAlchemy's text: no colon in it is a parameter."""
        return sql.replace(_PREFIX, self._prefix).strip().removesuffix(";").replace(":", "\\:")

    def _open_query(self, query: str) -> str:
        wrapped = text(self._sql(query) + "\n")
        with self._doors.reading() as connection:
            shape = shapes.result(connection, wrapped)
        columns: list[ColumnClause[Any]] = [column(quoted_name(name, quote=True)) for name in shape]
        self._sources[QUERY] = (wrapped.columns(*columns).subquery(QUERY), shape)
        return QUERY

    def _open_tables(self) -> str:
        own = self.settings.schema_name if isinstance(self.settings, OrdersTable) else None
        with self._doors.inspecting() as connection:
            main = self._open_table(connection, self.settings.table or "", None, own)
            for join in self.settings.join:
                self._open_table(connection, join.table, join.alias, own)
        return main

    def _open_table(self, connection: Connection, name: str, alias: str | None, own_schema: str | None) -> str:
        *schemas, bare = name.replace(_PREFIX, self._prefix).split(".")
        inside = ".".join(schemas) or own_schema
        shape = shapes.table(self._doors, connection, bare, inside)
        columns: list[ColumnClause[Any]] = [column(quoted_name(one, quote=True)) for one in shape]
        quoted_schema = quoted_name(inside, quote=True) if inside else None
        found: FromClause = sql_table(quoted_name(bare, quote=True), *columns, schema=quoted_schema)
        if alias:
            found = found.alias(quoted_name(alias, quote=True))
        self._sources[alias or bare] = (found, shape)
        return alias or bare

    def _place(self, term: Term, wanted: str) -> None:
        if (term.table, term.column) in self._places:
            return
        found, holds = self._named(term.table, term.column, wanted)
        self._places[term.table, term.column] = _Place(len(self._places), found, holds)

    def _named(self, alias: str | None, name: str, wanted: str) -> tuple[ColumnElement[Any], type | None]:
        """A column by its name, in any letter case where none is spelled exactly so."""
        where = (alias or self._main).replace(_PREFIX, self._prefix)
        if where not in self._sources:
            raise no_such(self._doors.url, f"table or alias for {wanted}:", where, list(self._sources))
        source, shape = self._sources[where]
        exact = name if name in shape else next((one for one in shape if one.casefold() == name.casefold()), None)
        if exact is None:
            raise no_such(self._doors.url, f"column for {wanted} in `{where}`:", name, list(shape))
        return source.c[exact], shape[exact]

    def _joined(self) -> FromClause:
        joined = self._sources[self._main][0]
        for join in self.settings.join:
            alias = join.alias or join.table.replace(_PREFIX, self._prefix).split(".")[-1]
            joined = joined.outerjoin(self._sources[alias][0], and_(*self._equalities(join.on, alias)))
        return joined

    def _equalities(self, on: Sequence[str], alias: str) -> Iterator[Condition]:
        for one in on:
            sides = [side.strip() for side in one.split("=", 1)]
            if len(sides) != 2:  # noqa: PLR2004 - an equation has two sides
                raise no_equation(one)
            left, right = self._side(sides[0], alias, one), self._side(sides[1], self._main, one)
            yield left == right

    def _side(self, side: str, alias: str, whole: str) -> ColumnElement[Any]:
        if _LITERAL.fullmatch(side):
            return literal_column(side)
        if not _SIDE.fullmatch(side.replace(_PREFIX, self._prefix)):
            raise no_equation(whole)
        table, _, name = side.rpartition(".")
        return self._named(table or alias, name, "a join")[0]


def one_of(compared: ColumnElement[Any], forms: Collection[object]) -> Condition:
    """The column is one of `forms`, which may be of several types."""
    of_type: dict[type, list[object]] = {}
    for form in forms:
        of_type.setdefault(type(form), []).append(form)
    return or_(false(), *(compared.in_(same) for same in of_type.values()))


def _held(value: object, holds: type | None) -> object:
    """A value of a column; a boolean as such, where the database keeps a number for it."""
    return bool(value) if holds is bool and value in (0, 1) else value
