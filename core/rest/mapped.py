"""Copies in PostgreSQL that have single columns, or whole objects under other names: by mapping, with their columns.

    kind            seen by                  tables                         its age
    fivetran        `_fivetran_synced`       singular, flat, `..._id`       `_fivetran_synced`
    airbyte         `_airbyte_extracted_at`  as the API's lists are called  `_airbyte_extracted_at`, one row a version
    sync-engine A1  `last_synced_at`         as the API's lists are called  `last_synced_at`; Sync Engine up to 0.48
    json            only where it is said    any: whole objects in `json`   the column `synced`, or none

Neither Fivetran nor Airbyte was ever seen at work here; Sync Engine was. A foreign table is refused: it is no copy.
Pure.
"""

from collections.abc import Iterable, Mapping
from typing import Final

from core.errors import SettingsError
from core.rest.fields import FIELDS, OBJECTS, STRIPES
from core.rest.kinds import CHECKOUTS, NEEDED, Column, Kind, Table, foreign, recognised
from core.rest.laid import POSTGRESQL, Laid, newest
from core.rest.views import Views, checked
from core.settings import Rest

DOCUMENTED: Final = "by its documents; it was never seen at work here"
_ENGINE: Final = "sync-engine"
_SYNCED: Final = {
    "fivetran": ("_fivetran_synced",),
    "airbyte": ("_airbyte_extracted_at", "_airbyte_emitted_at"),
    _ENGINE: ("last_synced_at",),
}
_NAMES: Final[Mapping[str, Mapping[str, str]]] = {
    "fivetran": {kind: STRIPES[kind] for kind in FIELDS},
    **{which: {kind: f"{STRIPES[kind]}s" for kind in FIELDS} for which in ("airbyte", _ENGINE)},
}
_LATER: Final = ("_airbyte_generation_id", "updated")
"""What tells two versions of one moment apart: which refresh they are of, and what the connector reads on by."""
_NUMBERS: Final = ("bigint", "integer", "numeric")
_TYPES: Final = {"id": "text", "created": "bigint", "livemode": "boolean"}
_INSIDE: Final = {"payment_intent": "text", "latest_charge": "text"}
_Tables = Mapping[str, Mapping[str, Column]]


def asked(rest: Rest) -> tuple[str, ...]:
    """Names of tables that the settings add to those that are looked at."""
    return tuple(rest.tables.values())


def found(columns: Iterable[Column], rest: Rest) -> Kind:
    """The copy among these tables, as the settings have it. SettingsError where there is none, more than one, or one
    that cannot be read from."""
    every = [one for one in columns if rest.schema in (None, one.schema)]
    if rest.kind == "fdw":
        raise foreign(rest.schema or "the schema", "a table of a foreign data wrapper")
    if rest.kind == "json":
        return _json(every, rest)
    there = [
        (which, schema) for which in _SYNCED if rest.kind in (None, which) for schema in _schemas(every, which, rest)
    ]
    others = _not_a_connectors(every)
    if not there:
        if rest.kind in _SYNCED and rest.kind != _ENGINE:  # which has whole objects in its later generations
            raise _none(rest.kind, rest)
        kind = None if rest.kind in ("parquet", "data-pipeline") else rest.kind
        return recognised(others, kind=kind, schema=rest.schema)
    if rest.kind is None:
        there += [("another", schema) for schema in sorted({one.schema for one in others if one.table in CHECKOUTS})]
    if len(there) > 1:
        named = ", ".join(f"{which} in {schema}" for which, schema in there)
        raise SettingsError(
            f"[stripe.rest] may mean one of several copies: {named}.",
            next_step='Say which: kind = "..." and schema = "..." under [stripe.rest].',
            setting="stripe.rest",
        )
    which, schema = there[0]
    return _laid_out(which, schema, _tables(every, schema), rest)


def _schemas(columns: Iterable[Column], which: str, rest: Rest) -> list[str]:
    """The schemas in which a connector's checkouts lie."""
    name = _name(which, "sessions", rest)
    return sorted({one.schema for one in columns if one.table == name and one.name in _SYNCED[which]})


def _not_a_connectors(columns: list[Column]) -> list[Column]:
    """What is of tables that no connector has marked."""
    marks = {mark for some in _SYNCED.values() for mark in some}
    marked = {(one.schema, one.table) for one in columns if one.name in marks}
    return [one for one in columns if (one.schema, one.table) not in marked]


def _name(which: str, kind: str, rest: Rest) -> str:
    return rest.tables.get(STRIPES[kind]) or _NAMES[which][kind]


def _tables(columns: Iterable[Column], schema: str) -> _Tables:
    tables: dict[str, dict[str, Column]] = {}
    for one in columns:
        if one.schema == schema:
            tables.setdefault(one.table, {})[one.name] = one
    return tables


def _laid_out(which: str, schema: str, tables: _Tables, rest: Rest) -> Kind:
    """A connector's tables of single columns."""
    laid = dict[str, Laid]()
    for kind in FIELDS:
        there = tables.get(_name(which, kind, rest), {})
        if not there:
            continue
        _must_be_kept(schema, there.values())
        columns = {one.name: one.type for one in there.values()}
        said = checked(kind, rest.columns.get(STRIPES[kind], {}), columns)
        synced = next((one for one in _SYNCED[which] if one in columns), "")
        versions = which == "airbyte" and bool(synced)
        table = _source(schema, _name(which, kind, rest), columns)
        source = (
            newest(table, [synced, *(one for one in _LATER if columns.get(one) in _NUMBERS)]) if versions else table
        )
        laid[kind] = Laid(source, columns, said, synced=synced, versions=versions)
    if lacking := [_name(which, kind, rest) for kind in NEEDED if kind not in laid]:
        raise SettingsError(
            f"The copy in {schema} ({which}) lacks {', '.join(lacking)}: a session says little without its payment.",
            next_step='Have these synced as well, or say how they are called, as in table.charge = "charges_v2".',
            setting="stripe.rest",
        )
    views = Views(POSTGRESQL, laid)
    made = {kind: _table(_name(which, kind, rest), views.of(kind)) for kind in laid}
    generation = "A1" if which == _ENGINE else DOCUMENTED
    return Kind(which, generation, schema, made, flat=True, lacks=tuple(views.lacks), without=tuple(views.missing))


def _source(schema: str, name: str, columns: Mapping[str, str]) -> str:
    """A table as it is written in FROM; what is a connected account's is not the key's own."""
    table = f'"{schema}"."{name}"'
    return f"(SELECT * FROM {table} WHERE connected_account_id IS NULL)" if "connected_account_id" in columns else table


def _json(columns: list[Column], rest: Rest) -> Kind:
    """Tables of whole objects, under whatever names."""
    if rest.json is None or not {STRIPES[kind] for kind in NEEDED} <= rest.tables.keys():
        raise SettingsError(
            'kind = "json" is a copy of whole objects: the tables and the column with the JSON are to be named.',
            next_step='Write table.checkout_session, table.payment_intent, table.charge, and json = "attrs".',
            setting="stripe.rest",
        )
    schemas = sorted({one.schema for one in columns if one.table == rest.tables["checkout_session"]})
    if len(schemas) != 1:
        raise (
            _none("json", rest)
            if not schemas
            else SettingsError(
                f"{rest.tables['checkout_session']} is in several schemas: {', '.join(schemas)}.",
                next_step='Say which: schema = "..." under [stripe.rest].',
                setting="stripe.rest",
            )
        )
    tables = _tables(columns, schemas[0])
    made = {}
    for name, table in rest.tables.items():
        there = tables.get(table, {})
        if absent := [one for one in filter(None, (rest.json, rest.synced)) if one not in there]:
            raise SettingsError(
                f"{schemas[0]}.{table} is not there, or has no column {absent[0]}, or this user may not read it.",
                next_step="Correct table, json or synced under [stripe.rest].",
                setting="stripe.rest",
            )
        _must_be_kept(schemas[0], there.values(), views=False)
        raw = f't."{rest.json}"::jsonb'
        made_at = f"CAST({raw} ->> 'created' AS bigint)"
        synced = f't."{rest.synced}"' if rest.synced else f"to_timestamp({made_at})"
        made[OBJECTS[name]] = _table(
            table,
            f"SELECT {raw} ->> 'id' AS id, {made_at} AS created, CAST({raw} ->> 'livemode' AS boolean) AS livemode, "
            f'{raw} AS raw, {synced} AS synced FROM "{schemas[0]}"."{table}" t',
            inside=False,
        )
    return Kind("json", "whole objects", schemas[0], made)


def _table(name: str, select: str, *, inside: bool = True) -> Table:
    return Table(name, "raw", "synced", "", _TYPES | _INSIDE if inside else _TYPES, select)


def _must_be_kept(schema: str, columns: Iterable[Column], *, views: bool = True) -> None:
    """A table is a copy, and so is a view that is kept; a foreign table is not, and a mere view may stand on one."""
    for one in columns:
        if one.relation == "f":
            raise foreign(schema, one.table)
        if one.relation == "v" and not views:
            raise SettingsError(
                f"{schema}.{one.table} is a view: it may read Stripe's API at each statement.",
                next_step=f'Keep it: CREATE MATERIALIZED VIEW ... AS SELECT * FROM "{one.table}", and name that.',
                setting="stripe.rest",
            )


def _none(kind: str, rest: Rest) -> SettingsError:
    where = f"the schema {rest.schema}" if rest.schema else "any schema that this user may see"
    name = rest.tables.get("checkout_session") or _NAMES.get(kind, {}).get("sessions", "")
    return SettingsError(
        f"No copy of Stripe's data ({kind}) is in {where}: no table {name} of checkouts as {kind} would keep it.",
        next_step="Check `schema`, `table` and the address under [stripe.rest], and that this user may read them.",
        setting="stripe.rest",
    )
