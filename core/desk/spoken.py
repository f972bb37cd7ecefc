"""Order numbers as people say them: `10482` for SH-10482, `SH 10482`, `SH-1O482`, one within a sentence. Pure.

How the shop writes its numbers is learned from some of them: what stands around the digits, and how many digits there
are. What is merely near a number is never taken for it: it is offered, and somebody chooses.
"""

import re
import unicodedata
from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import islice
from typing import Final

MOST: Final = 20  # numbers that a text may mean
NEAR: Final = 200  # numbers that are looked up near it
_SHAPES: Final = 8
_LONGEST: Final = 40  # letters of a number
_BEGUN: Final = 3  # digits of a number that was only begun, at least
_MISSING: Final = 2  # digits of it that are not there, at most
_SHARE: Final = 20  # a shape has at least one of so many numbers
_NUMBER: Final = re.compile(r"(?P<before>\D{0,20}(?:\d{4}\D{1,3})?)(?P<digits>\d{2,18})(?P<after>\D{0,6})")
_RUN: Final = re.compile(r"[0-9OIL]{2,18}")
_JOINED: Final = re.compile(r"[^\W\d_][-\u2010-\u2015/_.]?\Z")  # letters that go with the digits behind them
_AS_DIGITS: Final = str.maketrans("OIL", "011")


@dataclass(frozen=True, slots=True)
class Shape:
    """How numbers are written: what stands before and after the digits, how many digits there are, and whether they are
    filled up with zeros."""

    before: str
    after: str
    lengths: frozenset[int]
    filled: bool

    def written(self, digits: str) -> str | None:
        """The number of these digits; None where it has another length."""
        longest = max(self.lengths)
        if self.filled and len(digits) < longest:
            digits = digits.zfill(longest)
        return f"{self.before}{digits}{self.after}" if len(digits) in self.lengths else None


def shapes(numbers: Iterable[str]) -> tuple[Shape, ...]:
    """The shapes of a shop's numbers, the commonest first; none where they have none (random letters)."""
    found: dict[tuple[str, str], list[str]] = defaultdict(list)
    total = 0
    for number in numbers:
        total += 1
        if len(number) <= _LONGEST and (parts := _NUMBER.fullmatch(number)):
            found[parts["before"], parts["after"]].append(parts["digits"])
    often = sorted(found.items(), key=lambda one: -len(one[1]))
    return tuple(
        Shape(before, after, frozenset(map(len, digits)), any(one.startswith("0") for one in digits))
        for (before, after), digits in often[:_SHAPES]
        if len(digits) * _SHARE >= total
    )


def meant(text: str, known: Iterable[Shape]) -> tuple[str, ...]:
    """The numbers that a text may mean, in the order in which they stand there."""
    return tuple(dict.fromkeys(islice(_meant(text, tuple(known)), MOST)))


def near(text: str, known: Iterable[Shape]) -> tuple[str, ...]:
    """Numbers with one digit another, missing, too many, or two of them swapped."""
    around = (
        written
        for digits, fitting in _runs(text, tuple(known))
        for other in (digits, *_around(digits))
        for shape in fitting
        if (written := shape.written(other))
    )
    own = frozenset(meant(text, known))
    return tuple(number for number in dict.fromkeys(islice(around, NEAR)) if number not in own)


def begun(text: str, known: Iterable[Shape]) -> tuple[str, ...]:
    """The numbers that begin with what was typed, where one or two digits are missing: at most a hundred a shape."""
    fitting = (
        f"{shape.before}{digits}{rest:0{missing}}{shape.after}"
        for digits, shapes in _runs(text, tuple(known), named_otherwise=False)
        for shape in shapes
        for length in sorted(shape.lengths)
        if len(digits) >= _BEGUN and 0 < (missing := length - len(digits)) <= _MISSING
        for rest in range(10**missing)
    )
    return tuple(dict.fromkeys(islice(fitting, NEAR)))


def _meant(text: str, known: tuple[Shape, ...]) -> Iterator[str]:
    for digits, fitting in _runs(text, known, named_otherwise=False):
        yield from (written for shape in fitting if (written := shape.written(digits)))


def _runs(
    text: str, known: tuple[Shape, ...], *, named_otherwise: bool = True
) -> Iterator[tuple[str, tuple[Shape, ...]]]:
    """Each run of digits (an O read as 0, an I or L as 1) with the shapes that it may have: those whose letters stand
    before it; all, where that is so of no run. Digits to which other letters are joined (INV-10482) are of something
    else: they are among these only where `named_otherwise`."""
    plain = unicodedata.normalize("NFKC", text).upper()
    runs = [run for run in islice(_RUN.finditer(plain), MOST) if 2 * sum(map(str.isdigit, run[0])) > len(run[0])]
    named = [(run, tuple(one for one in known if _follows(one, plain, run.start()))) for run in runs]
    for run, own in named:
        if not own and not named_otherwise and _JOINED.search(plain[max(0, run.start() - 4) : run.start()]):
            continue
        if own or not any(shapes for _, shapes in named):
            yield run[0].translate(_AS_DIGITS), own or known


def _follows(shape: Shape, text: str, at: int) -> bool:
    """Whether the letters before the digits of a number stand before this place."""
    letters = _letters(shape.before)
    return bool(letters) and _letters(text[max(0, at - 2 * _LONGEST) : at]).endswith(letters)


def _letters(text: str) -> str:
    """Its letters and digits alone."""
    return "".join(sign for sign in text.upper() if sign.isalnum())


def _around(digits: str) -> Iterator[str]:
    for at in range(len(digits) - 1):
        if digits[at] != digits[at + 1]:
            yield digits[:at] + digits[at + 1] + digits[at] + digits[at + 2 :]
    for at, own in enumerate(digits):
        yield from (digits[:at] + other + digits[at + 1 :] for other in "0123456789" if other != own)
    yield from (digits[:at] + digits[at + 1 :] for at in range(len(digits)))
    yield from (digits[:at] + other + digits[at:] for at in range(len(digits) + 1) for other in "0123456789")
