"""A preset that lacks one table beside the orders, such as a Django shop's own table of users: the preset is kept, and
what stood in that table is guessed. Pure.

Refuses to mend what payments, refunds or the orders themselves are read from: that is another application.
"""

from collections.abc import Mapping
from copy import deepcopy
from dataclasses import dataclass
from typing import Any

from core.setup.guessing import asking, choosing
from core.setup.guessing.beliefs import Belief, Open
from core.setup.guessing.presets import Preset
from core.setup.guessing.sampling import Seen

_NEEDED = frozenset({"id", "status", "amount"})


@dataclass(frozen=True, slots=True)
class Mended:
    """A preset's settings with other joins; `instead` says what was taken, in words."""

    raw: Mapping[str, Any]
    instead: str
    beliefs: tuple[Belief, ...]
    opens: tuple[Open, ...]


def mended(preset: Preset, seen: Seen) -> Mended | None:
    """`preset` as far as it fits, with what it lacks guessed; None where it lacks more than a table that is joined."""
    raw = deepcopy(preset.mapping)
    orders, prefix = raw["orders"], preset.prefix
    lacking = {one.rpartition(".")[0] for one in preset.missing}
    joins = {one.get("as", one["table"]): one for one in orders.get("join", ())}
    lost = {alias for alias, one in joins.items() if one["table"].replace("{prefix}", prefix) in lacking}
    joined = {joins[alias]["table"].replace("{prefix}", prefix) for alias in lost}
    name = str(orders.get("table", "")).replace("{prefix}", prefix)
    table = next((one for one in seen.tables.values() if one.name.casefold() == name.casefold()), None)
    elsewhere = str([*(raw.get(one) for one in ("payments", "paid_otherwise", "refunds")), orders.get("where")])
    if table is None or not lost or lacking - joined or any(one in elsewhere for one in lacking):
        return None
    found, beside = choosing.columns(table, seen)
    kept = [one for alias, one in joins.items() if alias not in lost]
    beliefs = []
    for field, spec in list(orders["columns"].items()):
        every = _texts(spec)
        left = [one for one in every if one.partition(".")[0] not in lost]
        if len(left) == len(every):
            continue
        better = [one for one in _texts(found.get(field, [])) if one not in left]
        if field in _NEEDED and not (better or left):
            return None
        _put(orders["columns"], field, [*better, *left])
        used = {one.partition(".")[0] for one in better if "." in one}
        kept += [one for one in beside if one.get("as", one["table"].rsplit(".", 1)[-1]) in used and one not in kept]
        if better:
            because = f"{preset.name} has it in {', '.join(sorted(lacking))}, which is not as its preset needs it"
            beliefs.append(Belief(f"orders.columns.{field}", ", ".join(better), "likely", because))
    orders.pop("join", None)
    if kept:
        orders["join"] = kept
    instead = ", ".join(one.value for one in beliefs) or "nothing was found instead"
    opens = tuple(one for one in asking.fields(table, orders["columns"], seen) if _asked(one, preset))
    return Mended(raw, instead, tuple(beliefs), opens)


def _texts(spec: object) -> list[str]:
    return [str(one) for one in (spec if isinstance(spec, list) else [spec])]


def _put(columns: dict[str, Any], field: str, spec: list[str]) -> None:
    if spec:
        columns[field] = spec[0] if len(spec) == 1 else spec
    else:
        del columns[field]


def _asked(one: Open, preset: Preset) -> bool:
    """Whether the preset itself names the field: what it never had is not asked."""
    return one.key.rpartition(".")[2] in preset.mapping["orders"]["columns"]
