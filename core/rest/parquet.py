"""Stripe's objects in files of Parquet: one file a kind, written from what Stripe lists, gone through by DuckDB.

Each row has an object's id, `created`, the columns that the sieve needs (named as in the tables of Stripe's Sync
Engine, amounts in minor units) and the whole object as JSON; of what is expanded inside only the id. A folder counts as
whole by `export.json` alone, which is written last and says which span was read, when, and how many rows each file has;
a folder without it was left half-written, and is refused, as is one whose files have other rows (a copying of it that
was not finished). Nobody but the owner may read it.
"""

import json
import os
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Final

import msgspec

from core import private
from core.errors import SettingsError, Unreachable
from core.facts import Json
from core.facts.json import whole
from core.rest.sieve.engines import Table, Tables
from core.rest.sieve.rows import AS_JSON, COLUMNS, How, value_of

if TYPE_CHECKING:
    import pyarrow as pa
    from pyarrow.parquet import ParquetWriter

WRITTEN: Final = "export.json"
NAMES: Final[Mapping[str, str]] = {
    "sessions": "checkout_sessions", "intents": "payment_intents", "charges": "charges", "refunds": "refunds",
    "disputes": "disputes", "subscriptions": "subscriptions", "invoices": "invoices",
}  # fmt: skip
_FORMAT: Final = 2
_GROUP: Final = 20_000  # rows that are compressed together
_INSIDE: Final = {"sessions": ("payment_intent",), "intents": ("latest_charge",), "charges": ("payment_intent",)}


@dataclass(frozen=True, slots=True)
class Written:
    """What a folder holds: the span that was read (seconds since 1970) and when that began, whose it is, how many rows
    of each kind."""

    since: int
    until: int
    read_at: int
    mode: str
    account: str | None
    rows: Mapping[str, int] = field(default_factory=dict)
    format: int = _FORMAT


class Writer:
    """Writes a folder: `keep` what comes, `finish` when all has come. Nothing counts before that. Raises Unreachable
    where the folder cannot be written."""

    def __init__(self, folder: Path) -> None:
        """Begin. What an earlier one left half-written is written anew; what it finished stays until this has."""
        self.folder = folder
        self._writers: dict[str, ParquetWriter] = {}
        self._waiting: dict[str, dict[str, Json]] = {kind: {} for kind in COLUMNS}
        self.rows = dict.fromkeys(COLUMNS, 0)
        try:
            private.folder(folder)
            for kind in COLUMNS:
                self._part(kind).unlink(missing_ok=True)
        except OSError as error:
            raise _unwritable(folder, error) from error

    def keep(self, kind: str, objects: Sequence[Json]) -> None:
        """Objects as Stripe sent them. Each id is to come once a kind."""
        waiting = self._waiting[kind]
        waiting.update((str(raw["id"]), raw) for raw in objects)
        if len(waiting) >= _GROUP:
            self._flush(kind)

    def finish(self, written: Written) -> Written:
        """All has come: let it count."""
        for kind in COLUMNS:
            self._flush(kind, last=True)
        done = Written(**{**asdict(written), "rows": self.rows})
        mark = self.folder / WRITTEN
        try:
            mark.unlink(missing_ok=True)
            for kind in COLUMNS:
                self._part(kind).replace(self.folder / f"{NAMES[kind]}.parquet")
            part = mark.with_suffix(".part")
            with private.text(part) as file:
                file.truncate()
                file.write(json.dumps(asdict(done), indent=1) + "\n")
            part.replace(mark)
        except OSError as error:
            raise _unwritable(self.folder, error) from error
        return done

    def close(self) -> None:
        """Let go; what was not finished goes."""
        for writer in self._writers.values():
            writer.close()
        self._writers.clear()
        for kind in COLUMNS:
            self._part(kind).unlink(missing_ok=True)

    def _part(self, kind: str) -> Path:
        return self.folder / f"{NAMES[kind]}.parquet.part"

    def _flush(self, kind: str, *, last: bool = False) -> None:
        import pyarrow as pa  # noqa: PLC0415 - 165 MB, for those who use it

        found = list(self._waiting[kind].values())
        self._waiting[kind] = {}
        try:
            if kind not in self._writers:
                self._writers[kind] = self._writer(kind)
            if found:
                self._writers[kind].write_table(_table(kind, found), row_group_size=_GROUP)
            if last:
                self._writers.pop(kind).close()
        except (OSError, pa.ArrowException) as error:
            raise _unwritable(self.folder, error) from error
        self.rows[kind] += len(found)

    def _writer(self, kind: str) -> "ParquetWriter":
        from pyarrow.parquet import ParquetWriter  # noqa: PLC0415 - see above

        part = self._part(kind)
        private.begun(part)
        return ParquetWriter(part, _schema(kind), compression="zstd")


def written(folder: Path) -> Written:
    """What a folder holds. SettingsError where it holds nothing that is whole."""
    again = f"Write it again: `orderlens export --stripe {folder}`."
    try:
        found = msgspec.json.decode((folder / WRITTEN).read_bytes(), type=Written)
    except FileNotFoundError as error:
        some = any((folder / f"{name}.parquet{end}").exists() for name in NAMES.values() for end in ("", ".part"))
        why = "was left half-written" if some else "holds no export of Stripe's objects"
        raise SettingsError(f"{folder} {why}: there is no {WRITTEN}.", next_step=again) from error
    except OSError as error:
        raise SettingsError(f"{folder / WRITTEN} cannot be read: {error.strerror}.", next_step=again) from error
    except msgspec.DecodeError as error:
        raise SettingsError(f"{folder / WRITTEN} is not what an export writes.", next_step=again) from error
    if found.format != _FORMAT:
        raise SettingsError(f"{folder} was written by another version of Orderlens.", next_step=again)
    if lost := [
        name for kind, name in NAMES.items() if kind in found.rows and not (folder / f"{name}.parquet").exists()
    ]:
        raise SettingsError(f"{folder} lacks {', '.join(lost)}.", next_step=again)
    for kind, rows in found.rows.items():
        if kind in NAMES and (there := _rows_in(path := folder / f"{NAMES[kind]}.parquet")) != rows:
            said = "is not whole" if there is None else f"has {there:,} rows, and {WRITTEN} says {rows:,}"
            raise SettingsError(f"{path} {said}: it is not of this export.", next_step=again)
    return found


def tables(folder: Path) -> Tables:
    """Where each kind lies, for DuckDB."""
    found: dict[str, Table] = {}
    for kind, name in NAMES.items():
        path = str(folder / f"{name}.parquet").replace("'", "''")
        columns = ", ".join(("id", "created", *COLUMNS[kind]))
        found[kind] = Table(*(f"SELECT {some} FROM read_parquet('{path}')" for some in (columns, "id, raw")))
    return found


def _rows_in(path: Path) -> int | None:
    """How many rows a file says that it has; None for one that is none."""
    import pyarrow as pa  # noqa: PLC0415 - see above
    from pyarrow.parquet import read_metadata  # noqa: PLC0415 - see above

    try:
        return int(read_metadata(path).num_rows)
    except (OSError, pa.ArrowException):
        return None


def _schema(kind: str) -> "pa.Schema":
    import pyarrow as pa  # noqa: PLC0415 - see above

    types: dict[How, pa.DataType] = {"whole": pa.int64(), "flag": pa.bool_()}
    columns = [(name, types.get(how, pa.string())) for name, how in COLUMNS[kind].items()]
    return pa.schema([("id", pa.string()), ("created", pa.int64()), *columns, ("raw", pa.string())])


def _table(kind: str, objects: Sequence[Json]) -> "pa.Table":
    import pyarrow as pa  # noqa: PLC0415 - see above

    columns: list[list[object]] = [[raw["id"] for raw in objects], [whole(raw, "created") for raw in objects]]
    for name, how in COLUMNS[kind].items():
        values = (value_of(raw, name, how) for raw in objects)
        columns.append([_json(one) if how in AS_JSON else one for one in values])
    columns.append([_json(_folded(raw, _INSIDE.get(kind, ()))) for raw in objects])
    schema = _schema(kind)
    arrays = [pa.array(each, type=one.type) for each, one in zip(columns, schema, strict=True)]
    return pa.Table.from_arrays(arrays, schema=schema)


def _folded(raw: Json, names: Sequence[str]) -> Json:
    """An object with the ids of what is expanded inside it."""
    expanded = {name: one["id"] for name in names if isinstance(one := raw.get(name), Mapping) and "id" in one}
    return {**raw, **expanded}


def _json(value: object) -> str:
    return msgspec.json.encode(value).decode()


def _unwritable(folder: Path, error: Exception) -> Unreachable:
    why = os.strerror(error.errno) if isinstance(error, OSError) and error.errno else str(error)
    return Unreachable(
        f"{folder} cannot be written: {why}.",
        next_step="Make room there, or name another folder. What was finished before is untouched.",
    )
