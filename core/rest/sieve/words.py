"""How each engine spells what SQL does not spell alike. The statements themselves are everybody's.

`digest`: 64 bits of a text, a number with a sign; two texts of one digest make suspects, never a clean order. `inside`:
a text under a key of an object; `agree`: no key of two objects has two values; `has`: an object has this key; `names`:
the names that stand under some keys of some objects, plain, each once; `lines`: the lines of a text as a list.
Pure.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Final

ID, NAME, EMAIL = 0, 1, 3  # a handle's kind: an e-mail is a likeness, and claims nothing


@dataclass(frozen=True, slots=True)
class Words:
    """One engine's spelling. `count`: of a list; `empty`: an object that has nothing, `nobody`: a list of texts that
    has none; `object`: the type of an object; `matches`: a text is of a pattern from end to end; `learn`: what it has
    to be told of a table that was filled."""

    count: str
    empty: str
    nobody: str
    object: str
    matches: str
    replace: str
    digest: Callable[[str], str]
    inside: Callable[[str, str], str]
    agree: Callable[[str, str], str]
    has: Callable[[str, str], str]
    names: Callable[[Sequence[str], Sequence[str]], str]
    lines: Callable[[str], str]
    learn: str | None = None


def digest_of(words: Words, kind: int, text: str) -> str:
    """The handle of an id, a name or an e-mail."""
    return words.digest(f"'{kind} ' || {text}")


def _duckdb_names(parts: Sequence[str], keys: Sequence[str]) -> str:
    paths = ", ".join(f"'$.\"{key}\"'" for key in keys)
    first = f"json_extract_string({parts[0]}, [{paths}])"
    others = "".join(
        f", CASE WHEN {part} = {parts[0]} THEN CAST([] AS VARCHAR[]) ELSE json_extract_string({part}, [{paths}]) END"
        for part in parts[1:]
    )
    every = f"list_concat({first}{others})" if others else first
    told = f"list_filter({every}, lambda x: trim(x) <> '')"
    return f"list_distinct(list_transform({told}, lambda x: trim(ltrim(trim(x), '#'))))"


def _duckdb_agree(one: str, other: str) -> str:
    here, there = (f"CAST(CAST({part} AS JSON) AS MAP(VARCHAR, VARCHAR))" for part in (one, other))
    differing = f"list_filter(map_keys({here}), lambda k: {here}[k] <> {there}[k])"
    return f"CASE WHEN {one} = {other} OR '{{}}' IN ({one}, {other}) THEN TRUE ELSE len({differing}) = 0 END"


def _postgresql_names(parts: Sequence[str], keys: Sequence[str]) -> str:
    every = ", ".join(f"{part} ->> '{key}'" for part in parts for key in keys)
    return f"""ARRAY(SELECT DISTINCT btrim(ltrim(btrim(v), '#')) FROM unnest(ARRAY[{every}]) v WHERE btrim(v) <> '')"""


DUCKDB: Final = Words(
    count="len",
    empty="'{}'",
    nobody="CAST([] AS VARCHAR[])",
    object="text",
    matches="regexp_full_match({0}, '{1}')",
    replace="regexp_replace({0}, '{1}', '{2}', 'g')",
    digest=lambda text: f"CAST(hash({text}) >> 1 AS BIGINT)",
    inside=lambda column, key: f"json_extract_string({column}, '$.{key}')",
    agree=_duckdb_agree,
    has=lambda column, key: f"strpos({column}, '{key}') > 0",
    names=_duckdb_names,
    lines=lambda text: f"string_split({text}, chr(10))",
)
POSTGRESQL: Final = Words(
    count="cardinality",
    empty="CAST('{}' AS jsonb)",
    nobody="CAST('{}' AS text[])",
    object="jsonb",
    matches="{0} ~ '^(?:{1})$'",
    replace="regexp_replace({0}, '{1}', '{2}', 'g')",
    digest=lambda text: f"hashtextextended({text}, 0)",
    inside=lambda column, key: f"{column} ->> '{key}'",
    agree=lambda one, other: f"({one} || {other}) = ({other} || {one})",
    has=lambda column, key: f"jsonb_exists({column}, '{key}')",
    names=_postgresql_names,
    lines=lambda text: f"string_to_array({text}, chr(10))",
    learn="ANALYZE {0}",
)
