"""`Pipeline`: what Stripe's Data Pipeline lays into cloud storage, copied or mounted: the newest complete run.

A folder has `livemode/` and `testmode/`, these a directory for each run, that one for each table; a run counts once
`coreapi_SUCCESS` lies in it. Its tables are those of Sigma: no amount, no state of payment, no metadata of a checkout
(`core.rest.views` makes of them what can be made, and names the rest). What it holds is at most twelve hours older than
the run. Nothing says how many files a table has: only a number that is left out among them shows that one may not have
been copied. Known by its documents: no file of Stripe's own was ever seen here.
"""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from core.errors import SettingsError, Unreachable
from core.rest.fields import FIELDS, STRIPES
from core.rest.files import Files
from core.rest.kinds import NEEDED
from core.rest.laid import DUCKDB, Laid
from core.rest.parquet import Written
from core.rest.sieve.duck import Duck
from core.rest.views import Views
from core.times import HOUR

SUCCESS: Final = "coreapi_SUCCESS"
FRESH: Final = 12 * HOUR  # by Stripe's documents, of its API-backed tables
NAME: Final = "data-pipeline"
_TABLES: Final[Mapping[str, str]] = {kind: f"{STRIPES[kind]}s" for kind in FIELDS}
_PART: Final = re.compile(r"part-(\d{1,9})")
_OTHER: Final = {"live": "testmode", "test": "livemode"}


@dataclass(slots=True)
class Pipeline(Files):
    """The folder that `rest` names, for a key of `mode`. SettingsError where no run in it is complete; Unreachable
    where it cannot be read."""

    part: int = (
        100_000  # each part looks for the last charge of a payment among all: few parts; and its objects are small
    )
    _run: Path | None = None
    _views: Views | None = None

    @property
    def run(self) -> Path:
        """The newest complete run, by the names of their directories."""
        if self._run is None:
            runs = self._runs()
            done = [one for one in runs if (one / SUCCESS).is_file()]
            if not done:
                raise self._none(runs)
            self._run = max(done, key=_named)
        return self._run

    @property
    def written(self) -> Written:
        """What the run holds: all until it was made, less what it may be late. Made when its mark was, or when it says
        itself that it was read, whichever is earlier: a mark that was copied is as young as the copying."""
        if self._written is None:
            marked = int((self.run / SUCCESS).stat().st_mtime)
            at = min([marked, *(self._batch(kind) or marked for kind in NEEDED)]) - FRESH
            rows = {kind: self._count(kind) for kind in self.views.tables}
            self._written = Written(0, at, at, self.mode, None, rows)
        return self._written

    @property
    def views(self) -> Views:
        """The tables of the run, and what is made of them."""
        if self._views is None:
            laid = dict[str, Laid]()
            for kind, table in _TABLES.items():
                if columns := self._columns(table):
                    laid[kind] = Laid(_files(self.run / table), columns, pairs=self._pairs(kind))
            if lacking := [_TABLES[kind] for kind in NEEDED if kind not in laid]:
                raise SettingsError(
                    f"The run {self.run} lacks {', '.join(lacking)}: a session says little without its payment.",
                    next_step="Copy the whole run, with a directory for each table.",
                    setting="stripe.rest",
                )
            self._views = Views(DUCKDB, laid, livemode=self.mode == "live")
        return self._views

    @property
    def name(self) -> str:
        """Which kind of copy it is."""
        return NAME

    @property
    def words(self) -> str:
        """What it is, for people."""
        later = [_named(one) for one in self._runs() if _named(one) > _named(self.run)]
        beside = f", while {max(later)} is not complete" if later else ""
        return f"{NAME} (by its documents; it was never seen at work here), the run {self.run}{beside}"

    @property
    def doubt(self) -> str:
        """Why it may not have all that it should: the numbers of its files have gaps."""
        for table in [*_TABLES.values(), *(f"{one}_metadata" for one in _TABLES.values())]:
            numbers = [_PART.match(one.name) for one in (self.run / table).rglob("*.parquet")]
            there = {int(one[1]) for one in numbers if one}
            if gone := sorted(set(range(max(there, default=0))) - there):
                return f"the run {_named(self.run)} has no part {gone[0]} of {table}, and has part {max(there)}"
        return ""

    @property
    def flat(self) -> bool:
        """Whether it has single columns and not Stripe's whole objects."""
        return True

    @property
    def lacks(self) -> tuple[str, ...]:
        """What is not seen in it, by name."""
        return tuple(self.views.lacks)

    @property
    def without(self) -> tuple[str, ...]:
        """All fields that no column of it holds."""
        return tuple(one for one in self.views.missing if not one.endswith(".livemode"))

    def _runs(self) -> list[Path]:
        """The directories that may be runs: those in the directory of the mode, or that itself."""
        root = self.rest.path
        if root is None:
            raise SettingsError("[stripe.rest] names no folder.", next_step='Say path = "...".', setting="stripe.rest")
        if root.name == _OTHER[self.mode] and not (root / f"{self.mode}mode").is_dir():
            raise SettingsError(
                f"{root} is of {root.name}, and the key is a {self.mode} key.",
                next_step="Name the folder that holds livemode and testmode, or that of the key's own mode.",
                setting="stripe.rest",
            )
        of_mode = root / f"{self.mode}mode"
        at = of_mode if of_mode.is_dir() else root
        try:
            found = [one for one in sorted(at.iterdir()) if one.is_dir() and one.name not in _OTHER.values()]
        except FileNotFoundError:
            return []
        except OSError as error:
            raise Unreachable(
                f"{at} cannot be read: {error.strerror}.", next_step="See that it is mounted, and may be read."
            ) from error
        nested = [one / of_mode.name for one in found if (one / of_mode.name).is_dir()]
        return [at] if (at / SUCCESS).exists() else nested or found

    def _none(self, runs: list[Path]) -> SettingsError:
        some = f"None of its {len(runs)} runs is complete" if runs else "It holds no run"
        return SettingsError(
            f"{self.rest.path} has no complete run of Data Pipeline in {self.mode} mode. {some}: no {SUCCESS}.",
            next_step=f"Copy a run whole, its {SUCCESS} last, into PATH/{self.mode}mode/RUN.",
            setting="stripe.rest",
        )

    def _columns(self, table: str) -> dict[str, str]:
        """Names and types of a table; none where it has no file."""
        if not any((self.run / table).rglob("*.parquet")):
            return {}
        return {str(row[0]): str(row[1]) for row in self._asked(f"DESCRIBE SELECT * FROM {_files(self.run / table)}")}

    def _pairs(self, kind: str) -> tuple[str, str] | None:
        """Where the metadata of a kind lie, and the column that says whose."""
        table, owner = f"{_TABLES[kind]}_metadata", f"{STRIPES[kind]}_id"
        return (_files(self.run / table), owner) if owner in self._columns(table) else None

    def _batch(self, kind: str) -> int | None:
        """When Stripe made the rows of a table, by themselves."""
        laid = self.views.tables[kind]
        column = laid.first(("batch_timestamp",))
        if column is None:
            return None
        read = DUCKDB.epoch(f'max("{column}")') if laid.columns[column].startswith("TIME") else f'max("{column}")'
        ((found,),) = self._asked(f"SELECT {read} FROM {laid.source}")
        return int(found) if isinstance(found, int) else None

    def _count(self, kind: str) -> int:
        ((found,),) = self._asked(f"SELECT count(*) FROM {self.views.tables[kind].source}")
        return int(str(found))

    def _asked(self, query: str) -> Iterator[tuple[Any, ...]]:
        if self._duck is None:
            self._duck = Duck(self.beside)
        return self._duck.rows(query)

    def _rows(self, query: str) -> Iterator[tuple[str, ...]]:
        _ = self.written
        return self._asked(query)

    def _file(self, kind: str) -> str:
        """The objects of a kind, as text."""
        return f"(SELECT * REPLACE (CAST(raw AS VARCHAR) AS raw) FROM ({self.views.of(kind)}))"


def _named(run: Path) -> str:
    """What a run is called: by its directory, also where that of the mode lies inside it."""
    return run.parent.name if run.name in _OTHER.values() else run.name


def _files(folder: Path) -> str:
    path = str(folder / "**" / "*.parquet").replace("'", "''")
    return f"read_parquet('{path}', union_by_name = true)"
