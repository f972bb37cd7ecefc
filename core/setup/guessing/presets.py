"""Presets: the mappings of applications that Orderlens knows, and which of them a database is.

Each is a file of `presets/`: a `[preset]` table (`name`, `requires`: the columns that must be there, `note`), then a
settings file as it would be written. Where an application has carts, its [carts] stand behind that, with what they
require in `[preset.carts]`: without those columns the rest is written all the same. Of several generations of one
application the first whose columns are all there is taken. Never by a name alone.
"""

import re
import tomllib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from functools import cache
from importlib.resources import files
from typing import Any

from core.setup.guessing.sampling import Seen, Table

_PREFIX = "{prefix}"


@dataclass(frozen=True, slots=True)
class Preset:
    """One application in one generation. `prefix` is that of its tables in the database where it was recognised;
    `missing` names what a database that resembles it lacks."""

    name: str
    note: str
    requires: tuple[str, ...]
    text: str
    prefix: str = ""
    dialect: str = ""
    missing: tuple[str, ...] = ()
    carts: str = ""
    carts_require: tuple[str, ...] = ()

    @property
    def mapping(self) -> dict[str, Any]:
        """The settings as they are parsed from the file."""
        return tomllib.loads(self.settings)

    @property
    def settings(self) -> str:
        """The settings file's text, with the prefix that was found."""
        text = re.sub(r'(?m)^prefix = "\w*"', f'prefix = "{self.prefix}"', self.text, count=1)
        backtick = self.dialect in ("mysql", "mariadb")
        names, quote = (r'"(\w+)"', "`") if backtick else (r"`(\w+)`", '"')
        return re.sub(r'query = """.*?"""', lambda query: _quoted(query[0], names, quote), text, flags=re.DOTALL)


def _quoted(query: str, names: str, quote: str) -> str:
    """A query with its names quoted as this database does."""
    opening = 'query = """'
    body = query.removeprefix(opening).removesuffix('"""')
    return opening + re.sub(names, rf"{quote}\1{quote}", body) + '"""'


@cache
def presets() -> tuple[Preset, ...]:
    """All of them, by file name: newer generations stand first."""
    folder = files("core.setup.guessing") / "presets"
    found = sorted((one for one in folder.iterdir() if one.name.endswith(".toml")), key=lambda one: one.name)
    return tuple(_read(one.read_text(encoding="utf-8")) for one in found)


def _read(text: str) -> Preset:
    head, _, settings = text.partition("\n# ---\n")
    said = tomllib.loads(head)["preset"]
    settings, _, carts = settings.partition("\n# --- carts\n")
    needed = tuple(said["carts"]["requires"]) if carts else ()
    text = settings if settings.endswith("\n") else f"{settings}\n"
    return Preset(said["name"], said.get("note", ""), tuple(said["requires"]), text, carts=carts, carts_require=needed)


def recognised(seen: Seen) -> Preset | None:
    """The application whose columns are all there, with the prefix under which they are; None where there is none."""
    fits = [found for one in presets() if (found := fitting(one, seen)) is not None]
    used = [one for one in fits if seen.tables[_spelled(one, seen)].rows]  # an old way of keeping orders may lie unused
    return max(used or fits, key=lambda one: len(one.requires), default=None)


def resembling(seen: Seen) -> Preset | None:
    """The application most of whose columns are there, with those it lacks: another generation, most likely."""
    best: Preset | None = None
    for one in presets():
        for prefix in _prefixes(one, seen):
            missing = _missing(one, seen, prefix)
            near = len(missing) * 4 <= len(one.requires)
            if near and (best is None or len(missing) < len(best.missing)):
                best = _found(one, seen, prefix, missing)
    return best


def fitting(preset: Preset, seen: Seen) -> Preset | None:
    """`preset` with its prefix where the database has all it requires."""
    for prefix in _prefixes(preset, seen):
        if not _missing(preset, seen, prefix):
            return _found(preset, seen, prefix, ())
    return None


def _spelled(preset: Preset, seen: Seen) -> str:
    """The table of the first column that is required, as the database spells it."""
    name = preset.requires[0].rpartition(".")[0].replace(_PREFIX, preset.prefix)
    return next(one for one in seen.tables if one.casefold() == name.casefold())


def _found(preset: Preset, seen: Seen, prefix: str, missing: Iterable[str]) -> Preset:
    carts = preset.carts and not _lacking(preset.carts_require, seen, prefix)
    text = f"{preset.text}\n{preset.carts}" if carts else preset.text
    return replace(preset, prefix=prefix, dialect=seen.dialect, missing=tuple(missing), text=text)


def _prefixes(preset: Preset, seen: Seen) -> list[str]:
    """The prefixes under which the first table that is required is there."""
    first = preset.requires[0].rpartition(".")[0]
    if _PREFIX not in first:
        return [""] if any(name.casefold() == first.casefold() for name in seen.tables) else []
    bare = first.replace(_PREFIX, "")
    ends = [name for name in seen.tables if name.endswith(bare) and re.fullmatch(r"\w*", name.removesuffix(bare))]
    return sorted((name.removesuffix(bare) for name in ends), key=len)


def _missing(preset: Preset, seen: Seen, prefix: str) -> list[str]:
    return _lacking(preset.requires, seen, prefix)


def _lacking(required: Iterable[str], seen: Seen, prefix: str) -> list[str]:
    tables: Mapping[str, Table] = {name.casefold(): table for name, table in seen.tables.items()}
    lacking = []
    for one in required:
        name, _, column = one.replace(_PREFIX, prefix).rpartition(".")
        table = tables.get(name.casefold())
        if table is None or column.casefold() not in {held.casefold() for held in table.columns}:
            lacking.append(f"{name}.{column}")
    return lacking
