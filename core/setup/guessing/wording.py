"""What the words of the status columns mean: patterns that are certain, and questions about the rest. Pure.

A word that decides whatever the others say (refunded, cancelled) is one pattern with stars; other combinations are
written as they were seen, so that one nobody has seen yet stays unknown.
"""

from collections.abc import Mapping, Sequence

from core.setup.guessing import choosing, vocabulary
from core.setup.guessing.beliefs import CHOICES, Making, Question
from core.setup.guessing.fitting import words_of
from core.setup.guessing.sampling import Seen, Table

_DECIDING = (("refund", "payment", "main"), ("main",), ("payment",))
_WORDS = (("refunded", "partially_refunded"), ("cancelled", "failed"), ("failed",))


def status_map(table: Table, states: Sequence[str], seen: Seen, making: Making) -> dict[str, str]:
    """The patterns that are certain; each that is not becomes a question."""
    roles = [vocabulary.role(name) for name in states]
    called = choosing.labels(table, states[0], seen) if len(states) == 1 else {}
    found: dict[str, str] = {}
    left = dict(words_of(table, tuple(states)))
    if len(states) > 1:
        found, left = _deciding(roles, left)
    asked: dict[str, tuple[tuple[str, ...], int]] = {}
    for raws, rows in left.items():
        words = tuple(called.get(raw, raw) for raw in raws)
        if meant := vocabulary.combined(roles, words):
            found["/".join(raws)] = meant
        elif "".join(raws):
            pattern = "/".join(_asked_of(roles, raws))
            asked[pattern] = (words, rows + asked.get(pattern, ((), 0))[1])
    for pattern, (words, rows) in asked.items():
        label = f" ({words[0]})" if len(words) == 1 and words[0] != pattern else ""
        asks = f"What does the status {pattern}{label} mean ({rows} of the newest {table.rows} orders have it)?"
        hint = vocabulary.offered(roles, words) or ""
        making.questions.append(Question(f"orders.status_map#{pattern}", asks, hint, CHOICES))
    said = f"{len(found)} of {len(found) + len(asked)} are words whose meaning is certain"
    making.believe("orders.status_map", f"{len(found)} words", "unsure" if asked else "likely", said)
    return found


def _deciding(
    roles: Sequence[str], counted: Mapping[tuple[str, ...], int]
) -> tuple[dict[str, str], dict[tuple[str, ...], int]]:
    """The patterns of words that decide alone, the mightiest first, and the combinations that none of them fits."""
    found: dict[str, str] = {}
    left = dict(counted)
    for wanted, meanings in zip(_DECIDING, _WORDS, strict=True):
        for raws in list(left):
            for at, (name, raw) in enumerate(zip(roles, raws, strict=True)):
                meant = vocabulary.meaning(raw, name)
                if name in wanted and meant in meanings:
                    found["/".join(raw if place == at else "*" for place in range(len(roles)))] = str(meant)
                    left.pop(raws, None)
                    break
    return found, left


def _asked_of(roles: Sequence[str], raws: Sequence[str]) -> tuple[str, ...]:
    """The pattern of a question: how far it was sent does not matter where that says nothing."""
    silent = [
        name == "shipment" and vocabulary.meaning(raw, name) is None for name, raw in zip(roles, raws, strict=True)
    ]
    return tuple("*" if one else raw for one, raw in zip(silent, raws, strict=True))
