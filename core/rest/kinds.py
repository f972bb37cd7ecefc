"""Which kind of copy these tables are, and of which generation: seen by their columns, never by a version. Pure.

    generation       seen by                                          its JSON      its age
    sync-engine A1   `last_synced_at`: read by `core.rest.mapped`     none          `last_synced_at`
    sync-engine A2   `_raw_data`, no ranges in its runs               `_raw_data`   `_last_synced_at`
    sync-engine A3   `_raw_data`, `_sync_obj_runs` with ranges        `_raw_data`   ranges, `_last_synced_at`
    sync-engine A4   singular names, `_synced_at`                     `_raw_data`   `_synced_at`
    stripe-database  `_raw_data`, `_updated_at`, no `_last_synced_at` `_raw_data`   `_updated_at`
    dj-stripe        `djstripe_...` with `stripe_data` (2.9 and later) `stripe_data` `djstripe_updated`

Refused, with the reason: a foreign data wrapper, which lists the API row by row and takes a 404 for an empty table;
tables that keep no whole JSON and do not say how old a row is (dj-stripe up to 2.8, others like the engine's).
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Final, NamedTuple

from core.errors import SettingsError

SETTING: Final = "stripe.rest"
KINDS: Final = ("sessions", "intents", "charges", "refunds", "disputes", "subscriptions", "invoices")
NEEDED: Final = ("sessions", "intents", "charges")
_PLURAL: Final = dict(zip(KINDS, ("checkout_sessions", "payment_intents", *KINDS[2:]), strict=True))
_SINGULAR: Final = {kind: name.removesuffix("s") for kind, name in _PLURAL.items()}
_DJANGO: Final = {kind: f"djstripe_{name.replace('_', '')}" for kind, name in _SINGULAR.items()} | {
    "sessions": "djstripe_session"
}
RUNS: Final = "_sync_obj_runs"
ACCOUNTS: Final = "djstripe_account"
LOOKED_AT: Final = (*_PLURAL.values(), *_SINGULAR.values(), *_DJANGO.values(), RUNS, ACCOUNTS)
CHECKOUTS: Final = (_PLURAL["sessions"], _SINGULAR["sessions"], _DJANGO["sessions"])
_NUMBERS: Final = frozenset("smallint integer bigint numeric".split())


class Column(NamedTuple):
    """A column as the catalogue has it. `relation`: "r" a table, "v" a view, "m" a kept one, "f" a foreign table."""

    schema: str
    table: str
    relation: str
    name: str
    type: str


@dataclass(frozen=True, slots=True)
class Table:
    """A table of a copy. `json`, `synced`, `account`: the columns with the whole object, with when the row was last
    written, with whose it is ("" where there is none); `columns`: all of them with their types."""

    name: str
    json: str
    synced: str
    account: str
    columns: Mapping[str, str]
    select: str = ""
    """What stands in its place in a statement, where it has no JSON of its own (`core.rest.views`)."""

    @property
    def is_timed(self) -> bool:
        """Whether `created` is a time, not seconds since 1970."""
        return self.columns.get("created", "") not in _NUMBERS


@dataclass(frozen=True, slots=True)
class Kind:
    """What was found. `tables`: by the kind of object; `proves`: whether it says which ranges it has listed to the end;
    `missing`: tables that would be read and are not there."""

    name: str
    generation: str
    schema: str
    tables: Mapping[str, Table] = field(default_factory=dict)
    proves: bool = False
    flat: bool = False
    """Whether it has single columns and not Stripe's whole objects."""
    lacks: tuple[str, ...] = ()
    """What is not seen in it, by name (`core.rest.fields.HOLES`)."""
    without: tuple[str, ...] = ()
    """All fields that no column of it holds."""

    @property
    def missing(self) -> tuple[str, ...]:
        """Kinds of objects that the copy has no table of."""
        return tuple(kind for kind in KINDS if kind not in self.tables)

    @property
    def words(self) -> str:
        """What it is, for people."""
        return f"{self.name} ({self.generation}) in the schema {self.schema}"


def recognised(columns: Iterable[Column], *, kind: str | None, schema: str | None) -> Kind:
    """The copy among these tables; `kind` and `schema` as the settings say. SettingsError where there is none, more
    than one, or one that cannot be read from."""
    schemas: dict[str, dict[str, dict[str, Column]]] = {}
    for one in columns:
        if schema in (None, one.schema):
            schemas.setdefault(one.schema, {}).setdefault(one.table, {})[one.name] = one
    found = [
        (name, tables, which) for name, tables in schemas.items() for which in _whose(tables) if kind in (None, which)
    ]
    if not found:
        raise _none(kind, schema)
    if len(found) > 1:
        named = ", ".join(f"{which} in {name}" for name, _, which in found)
        raise SettingsError(
            f"[stripe.rest] may mean one of several copies: {named}.",
            next_step='Say which: kind = "..." and schema = "..." under [stripe.rest].',
            setting=SETTING,
        )
    name, tables, which = found[0]
    return _django(name, tables) if which == "dj-stripe" else _engine(name, tables)


def _whose(tables: Mapping[str, Mapping[str, Column]]) -> list[str]:
    plural, singular = _PLURAL["sessions"] in tables, _SINGULAR["sessions"] in tables
    return ["sync-engine"] * (plural or singular) + ["dj-stripe"] * (_DJANGO["sessions"] in tables)


def _engine(schema: str, tables: Mapping[str, Mapping[str, Column]]) -> Kind:
    """Sync Engine's tables, of whichever generation, or Stripe's own database."""
    names = _PLURAL if _PLURAL["sessions"] in tables else _SINGULAR
    sessions = tables[names["sessions"]]
    if any(one.relation == "f" for one in sessions.values()):
        raise foreign(schema, names["sessions"])
    if "_raw_data" not in sessions:
        raise SettingsError(
            f"The tables in {schema} keep single columns and not Stripe's whole objects, and no column says when a row "
            "was last written: an older Sync Engine's have `last_synced_at`.",
            next_step="Sync with @stripe/sync-engine 1.0 or newer, or leave [stripe.rest] out: Stripe is read then.",
            setting=SETTING,
        )
    synced = next((one for one in ("_last_synced_at", "_synced_at", "_updated_at") if one in sessions), "")
    proves = {"created_gte", "created_lte", "run_started_at"} <= tables.get(RUNS, {}).keys()
    if names is _SINGULAR:
        return _kind("sync-engine", "A4", schema, names, tables, "_raw_data", synced)
    if synced == "_updated_at":
        return _kind("sync-engine", "Stripe Database", schema, names, tables, "_raw_data", synced)
    return _kind("sync-engine", "A3" if proves else "A2", schema, names, tables, "_raw_data", synced, proves=proves)


def _django(schema: str, tables: Mapping[str, Mapping[str, Column]]) -> Kind:
    """dj-stripe's tables."""
    if "stripe_data" not in tables[_DJANGO["sessions"]]:
        raise SettingsError(
            f"dj-stripe's tables in {schema} have no `stripe_data`: they are of 2.8 or older and keep single columns.",
            next_step="Migrate to dj-stripe 2.9 or newer, or leave [stripe.rest] out: Stripe is read then.",
            setting=SETTING,
        )
    return _kind("dj-stripe", "2.9 or newer", schema, _DJANGO, tables, "stripe_data", "djstripe_updated")


def _kind(
    name: str,
    generation: str,
    schema: str,
    names: Mapping[str, str],
    tables: Mapping[str, Mapping[str, Column]],
    json: str,
    synced: str,
    *,
    proves: bool = False,
) -> Kind:
    account = "djstripe_owner_account_id" if name == "dj-stripe" else "_account_id"
    found = {
        kind: Table(
            names[kind],
            json,
            synced if synced in tables[names[kind]] else "",
            account if account in tables[names[kind]] else "",
            {one.name: one.type for one in tables[names[kind]].values()},
        )
        for kind in KINDS
        if json in tables.get(names[kind], {}) and not any(c.relation == "f" for c in tables[names[kind]].values())
    }
    if lacking := [names[kind] for kind in NEEDED if kind not in found]:
        raise SettingsError(
            f"The copy in {schema} ({name}) lacks {', '.join(lacking)}: a session says little without its payment.",
            next_step="Have these synced as well, or let this user read them, or leave [stripe.rest] out.",
            setting=SETTING,
        )
    return Kind(name, generation, schema, found, proves)


def foreign(schema: str, table: str) -> SettingsError:
    """Why a foreign data wrapper is no copy."""
    return SettingsError(
        f"{schema}.{table} is a foreign table: no copy, but Stripe's API behind it. Each statement lists the account "
        "from its beginning, `created` narrows nothing, and what Stripe refuses reads as an empty table.",
        next_step="Leave [stripe.rest] out: Orderlens lists Stripe itself, faster. Or keep what it lists: CREATE "
        "MATERIALIZED VIEW stripe_copy AS SELECT * FROM that table, so also of payment intents and charges, and write "
        'kind = "json", table.checkout_session = "stripe_copy", json = "attrs". Or copy with Stripe\'s Sync Engine.',
        setting=SETTING,
    )


def _none(kind: str | None, schema: str | None) -> SettingsError:
    where = f"the schema {schema}" if schema else "any schema that this user may see"
    return SettingsError(
        f"No copy of Stripe's data ({kind or 'Sync Engine or dj-stripe'}) is in {where}: no table of checkouts.",
        next_step="Check `schema` and the address under [stripe.rest], and that this user may read the tables.",
        setting=SETTING,
    )
