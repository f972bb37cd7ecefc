"""The app's words in ours: patterns over one or more status columns. Pure.

`"complete/paid|credit_owed/*" = "paid"`: a part for each column, `|` between alternatives, `*` for any. Of the patterns
that fit, the one with the fewest `*` wins; of these one that is spelled exactly so, before one in another letter case;
then the one that stands first. A boolean is `true` or `1`, `false` or `0`, whatever the database calls it. Refuses to
guess: what fits nothing is None.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

_TWINS = {"true": "1", "1": "true", "false": "0", "0": "false"}


@dataclass(frozen=True, slots=True)
class _Pattern:
    rank: tuple[int, bool, int]  # stars, whether letter case is ignored, place in the file
    parts: tuple[frozenset[str] | None, ...]  # None: any
    word: str

    def fits(self, raws: Sequence[str]) -> bool:
        return len(self.parts) == len(raws) and all(
            part is None or not part.isdisjoint(_spellings(raw, fold=self.rank[1]))
            for part, raw in zip(self.parts, raws, strict=True)
        )


@dataclass(frozen=True, slots=True)
class Words:
    """The patterns of a `status_map`, asked with what the columns of a row hold."""

    patterns: Mapping[str, str]
    _ranked: tuple[_Pattern, ...] = field(init=False, repr=False, compare=False)
    _known: dict[tuple[str, ...], str | None] = field(init=False, default_factory=dict, repr=False, compare=False)

    def __post_init__(self) -> None:
        """Patterns are taken apart and ranked once."""
        every = [
            one
            for place, (text, word) in enumerate(self.patterns.items())
            for fold in (False, True)
            for one in _patterns(text.casefold() if fold else text, word, fold=fold, place=place)
        ]
        object.__setattr__(self, "_ranked", tuple(sorted(every, key=lambda pattern: pattern.rank)))

    def of(self, raws: Sequence[str]) -> str | None:
        """Our word for what the columns hold, as text and in their order; None where no pattern fits."""
        key = tuple(raws)
        if key not in self._known:
            self._known[key] = next((one.word for one in self._ranked if one.fits(key)), None)
        return self._known[key]


def summed_up(unknown: Mapping[str, int], known: Iterable[str]) -> dict[str, int]:
    """Combinations of several status columns that nobody knows, with their rows, in as few patterns as tell them: a
    word that no known combination has is what makes them unknown, whatever stands beside it (`*/stripe_refunded/*`)."""
    left = {raw: rows for raw, rows in unknown.items() if "/" in raw}
    told = {(at, word) for raw in known for at, word in enumerate(raw.split("/"))}
    found: dict[str, int] = {}
    while told and left:
        of: dict[tuple[int, str], list[str]] = {}
        for raw in left:
            for place in enumerate(raw.split("/")):
                if place not in told and place[1]:
                    of.setdefault(place, []).append(raw)
        best = max(of, key=lambda place: (len(of[place]), -place[0]), default=None)
        if best is None or len(of[best]) < 2:  # noqa: PLR2004 - several combinations in one
            break
        parts = ["*"] * len(of[best][0].split("/"))
        parts[best[0]] = best[1]
        found["/".join(parts)] = sum(left.pop(raw) for raw in of[best])
    every = found | {raw: rows for raw, rows in unknown.items() if raw in left or "/" not in raw}
    return dict(sorted(every.items(), key=lambda one: -one[1]))


def _patterns(text: str, word: str, *, fold: bool, place: int) -> list[_Pattern]:
    """A pattern over several columns and, where it has a `/`, one over a single column: a word may itself have it."""
    rank = (text.count("*"), fold, place)
    several = _Pattern(rank, tuple(_part(part) for part in text.split("/")), word)
    return [several, _Pattern(rank, (_part(text),), word)] if "/" in text else [several]


def _part(text: str) -> frozenset[str] | None:
    alternatives = frozenset(one.strip() for one in text.split("|"))
    return None if "*" in alternatives else alternatives


def _spellings(raw: str, *, fold: bool) -> frozenset[str]:
    spelled = raw.casefold() if fold else raw
    return frozenset((spelled, _TWINS.get(spelled, spelled)))
