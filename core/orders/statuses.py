"""The app's words in ours: patterns over one or more status columns. Pure.

`"complete/paid|credit_owed/*" = "paid"`: a part for each column, `|` between alternatives, `*` for any. Of the patterns
that fit, the one with the fewest `*` wins, then the one that stands first. Exact spelling goes before letter case; a
boolean is `true` or `1`, `false` or `0`, whatever the database calls it. Refuses to guess: what fits nothing is None.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

_TWINS = {"true": "1", "1": "true", "false": "0", "0": "false"}


@dataclass(frozen=True, slots=True)
class _Pattern:
    parts: tuple[frozenset[str] | None, ...]  # None: any
    word: str

    def fits(self, raws: Sequence[frozenset[str]]) -> bool:
        return len(self.parts) == len(raws) and all(
            part is None or not part.isdisjoint(raw) for part, raw in zip(self.parts, raws, strict=True)
        )


@dataclass(frozen=True, slots=True)
class Words:
    """The patterns of a `status_map`, asked with what the columns of a row hold."""

    patterns: Mapping[str, str]
    _exact: tuple[_Pattern, ...] = field(init=False, repr=False)
    _folded: tuple[_Pattern, ...] = field(init=False, repr=False)
    _known: dict[tuple[str, ...], str | None] = field(init=False, default_factory=dict, repr=False, compare=False)

    def __post_init__(self) -> None:
        """Patterns are taken apart once."""
        ranked = sorted(self.patterns.items(), key=lambda entry: entry[0].count("*"))
        object.__setattr__(self, "_exact", tuple(_patterns(ranked, fold=False)))
        object.__setattr__(self, "_folded", tuple(_patterns(ranked, fold=True)))

    def of(self, raws: Sequence[str]) -> str | None:
        """Our word for what the columns hold, as text and in their order; None where no pattern fits."""
        key = tuple(raws)
        if key not in self._known:
            self._known[key] = self._look(key)
        return self._known[key]

    def _look(self, raws: tuple[str, ...]) -> str | None:
        exact = [frozenset((raw, _TWINS.get(raw, raw))) for raw in raws]
        folded = [frozenset(one.casefold() for one in raw) for raw in exact]
        for patterns, spellings in ((self._exact, exact), (self._folded, folded)):
            for pattern in patterns:
                if pattern.fits(spellings):
                    return pattern.word
        return None


def _patterns(ranked: Sequence[tuple[str, str]], *, fold: bool) -> list[_Pattern]:
    """Each entry as a pattern over several columns and, where it has a `/`, as one over a single column: a word may
    itself have a slash."""
    found = []
    for text, word in ranked:
        spelled = text.casefold() if fold else text
        found.append(_Pattern(tuple(_part(part) for part in spelled.split("/")), word))
        if "/" in spelled:
            found.append(_Pattern((_part(spelled),), word))
    return found


def _part(text: str) -> frozenset[str] | None:
    alternatives = frozenset(one.strip() for one in text.split("|"))
    return None if "*" in alternatives else alternatives
