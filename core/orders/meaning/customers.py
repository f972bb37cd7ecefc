"""Names and addresses as people say and misspell them. Pure.

A name is compared without letter case, accents and the order of its words (`mueller, hanna` is Hanna M\u00fcller); an
address is near another where one letter is wrong, missing, too many, or swapped with its neighbour, or where a
well-known host is misspelled.
"""

import re
import unicodedata
from collections.abc import Collection, Iterable

from core.orders.meaning.values import spelled

_LETTERS = str.maketrans(
    {
        "\u00f8": "o",
        "\u0142": "l",
        "\u0111": "d",
        "\u00e6": "a",
        "\u0153": "o",
        "\u0131": "i",
        "\u00fe": "th",
        "\u00f0": "d",
    }
)
_UMLAUTS = re.compile(r"(?<=[aou])e")
_LONGEST = 200  # letters of a name that are looked at
_HOSTS = (
    (re.compile(r"@g(?:mial|nail|mal|amil|mai|maill|mali|imail|mil)\."), "@gmail."),
    (re.compile(r"@(?:hotmial|hotmal|hotmai|hotmil|homail|hotnail)\."), "@hotmail."),
    (re.compile(r"@(?:outlok|outllok|outloook|oulook|outlock)\."), "@outlook."),
    (re.compile(r"@(?:yaho|yahooo|yhoo|yhaoo)\."), "@yahoo."),
    (re.compile(r"\.(?:con|cmo|vom|xom|comm|cim|cpm|c0m)$"), ".com"),
)


def whole_name(parts: Iterable[object]) -> str | None:
    """What a customer is called: the parts that are there, each once; None where there is none."""
    found = dict.fromkeys(text for part in parts if (text := spelled(part)))
    return " ".join(found) or None


def folded(name: str) -> tuple[str, ...]:
    """The words of a name, in small letters without accents."""
    plain = unicodedata.normalize("NFKD", name[:_LONGEST].casefold().translate(_LETTERS))
    letters = "".join(
        sign if sign.isalnum() else "" if unicodedata.combining(sign) or sign in "'\u2019" else " " for sign in plain
    )
    return tuple(_UMLAUTS.sub("", word) for word in letters.split())


def bears(name: str, asked: Collection[str]) -> bool:
    """Whether each of the `asked` words begins another word of a name."""
    left = list(folded(name))
    for word in sorted(asked, key=len, reverse=True):
        fitting = next((one for one in left if one.startswith(word)), None)
        if fitting is None:
            return False
        left.remove(fitting)
    return bool(asked)


def corrected(address: str) -> str:
    """An address in small letters, with a well-known host spelled right."""
    said = address.strip().casefold()
    for wrong, right in _HOSTS:
        said = wrong.sub(right, said)
    return said


def nearly(one: str, other: str) -> bool:
    """Whether two different texts are one slip apart: a letter wrong, missing, too many, or two of them swapped."""
    if one == other or abs(len(one) - len(other)) > 1:
        return False
    start = next((at for at, (a, b) in enumerate(zip(one, other, strict=False)) if a != b), min(len(one), len(other)))
    here, there = one[start:], other[start:]
    if len(here) == len(there):
        swapped = here[:2] == there[1::-1] and here[2:] == there[2:]
        return here[1:] == there[1:] or swapped
    return here[1:] == there if len(here) > len(there) else here == there[1:]
