"""What a shop's own payments prove of names: under which keys an order's name stands, and under which something else.

An order that stores a payment's id is beside it in a `Pair`, whatever either is called. Where the pairs agree that a
key has the order's id, its number or a further column of it, that key names orders, as if [stripe.metadata] said so;
where they agree that it has none of these, it accuses nobody. Each time anew: what later pairs contradict is unlearned.
"""

import json
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field

from core.facts import CLIENT, REFERENCE_KEYS, Order, may_name, plainly, same_name

ENOUGH = 5  # pairs, with as many different values
COUNTED = 20  # pairs, where the values are running numbers: a customer's may go along with the order's for a while
_AGREED = 0.95
_RUNNING = 4  # digits of a running number


@dataclass(frozen=True, slots=True)
class Pair:
    """An order and what its payment bears, by key."""

    order: Order
    written: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Learned:
    """What is known of names. `lines`: keys that name orders, each with a template as in [stripe.metadata]; `strange`:
    keys that could name one and do not; `seen`: in how many pairs of how many each of these did not name its order."""

    lines: Mapping[str, str] = field(default_factory=dict)
    strange: tuple[str, ...] = ()
    seen: Mapping[str, tuple[int, int]] = field(default_factory=dict)

    @property
    def said(self) -> str:
        """What is to be said of it once, to whoever keeps the settings; empty where nothing is."""
        told = [f"{off} of {of} under `{key}`" for key, (off, of) in self.seen.items()]
        if not told:
            return ""
        return (
            f"Payments bear what is not the name of the order that stores them ({', '.join(told)}): it is taken for no "
            "order's name, and nobody is accused by it. If it stands in a column of orders or payments, say so in "
            "[stripe.metadata]; `orderlens doctor` looks for it."
        )


def learned(
    pairs: Iterable[Pair], before: Learned, said: Collection[str] = (), naming: Collection[str] = ()
) -> Learned:
    """What `pairs` prove; of a key that too few of them bear, what was known `before`. `said`: the keys of which the
    settings say what stands there, `naming`: those that name orders by them."""
    borne: dict[str, list[tuple[Order, str]]] = {}
    for pair in pairs:
        for key, value in pair.written.items():
            if may_name(value):
                borne.setdefault(key, []).append((pair.order, value))
    told = {key: some for key, some in borne.items() if len(some) >= ENOUGH}
    custom = {*REFERENCE_KEYS, CLIENT}
    lines = {key: line for key, line in before.lines.items() if key not in told and key not in said}
    strange = [key for key in before.strange if key not in told]
    seen = {key: before.seen[key] for key in strange if key in before.seen}
    for key, some in sorted(told.items()):
        line = _template(some) if key not in said else None
        if line is not None and not (key in custom and line in ("{id}", "{number}")):
            lines[key] = line
        elif key in custom or key in naming:
            off = sum(not _names(order, key, value) for order, value in some)
            if _is_strange(off, len(some)) and line is None:
                strange.append(key)
                if not all(order.metadata_expected.get(key) == value for order, value in some):  # nobody said so yet
                    seen[key] = (off, len(some))
    return Learned(lines, tuple(strange), seen)


def kept_under(mode: str, account: str | None) -> str:
    """By which name the journal keeps it, for an account of the settings."""
    return f"names {mode} {account or ''}".strip()


def written(found: Learned) -> str:
    """It as one text."""
    kept = {"lines": dict(found.lines), "strange": list(found.strange), "seen": dict(found.seen)}
    return json.dumps(kept, sort_keys=True)


def read(kept: str | None) -> Learned:
    """What was written; nothing where it cannot be read: it is learned anew."""
    try:
        raw = json.loads(kept or "{}")
        lines = {str(key): str(line) for key, line in dict(raw.get("lines", {})).items()}
        seen = {str(key): (int(off), int(of)) for key, (off, of) in dict(raw.get("seen", {})).items()}
        return Learned(lines, tuple(map(str, raw.get("strange", ()))), seen)
    except (ValueError, TypeError, AttributeError):
        return Learned()


def _template(some: list[tuple[Order, str]]) -> str | None:
    """What of the order the key has in nearly all pairs, as a template; None where that is not proven."""
    different = {plainly(value) for _, value in some}
    running = all(one.isdecimal() and len(one) <= _RUNNING for one in different)
    enough = COUNTED if running else ENOUGH
    if len(different) < enough:
        return None
    for field_, same in _candidates(some).items():
        if same >= enough and same >= _AGREED * len(some):
            return f"{{{field_}}}"
    return None


def _candidates(some: list[tuple[Order, str]]) -> dict[str, int]:
    """In how many pairs the key has each field of the order, the most telling field first."""
    extras = dict.fromkeys(name for order, _ in some for name in order.extra)
    counted = {
        "number": sum(bool(order.number) and same_name(value, order.number or "") for order, value in some),
        "id": sum(same_name(value, order.id) for order, value in some),
    }
    for name in extras:
        values = {plainly(order.extra.get(name, "")) for order, _ in some}
        if len(values) >= ENOUGH:
            counted[name] = sum(plainly(value) == plainly(order.extra.get(name, "")) for order, value in some)
    return counted


def _names(order: Order, key: str, value: str) -> bool:
    """Whether the value names this order, by anything it is called."""
    if any(same_name(value, own) for own in order.names):
        return True
    return plainly(value) in order.by_key.get(key, ()) or plainly(value.rpartition(":")[2]) in order.spellings


def _is_strange(off: int, of: int) -> bool:
    """Whether so many of so many pairs, in which a key does not name the order, are no fault of these orders."""
    return off == of or (of >= COUNTED and off > 0.8 * of)
