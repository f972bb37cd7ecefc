"""Status patterns: the fewest stars win, then the order of the file; spelling goes before letter case."""

import re
from collections.abc import Sequence

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.orders.meaning.statuses import Words, summed_up

SPREE = Words(
    {
        "*/*/*": "pending",
        "complete/paid|credit_owed/*": "paid",
        "complete/paid/shipped": "fulfilled",
        "canceled/*/*": "cancelled",
        "complete/*/returned": "refunded",
        "COMPLETE/PAID/SHIPPED": "failed",
    }
)


@pytest.mark.parametrize(
    ("raws", "word"),
    [
        (("complete", "paid", "ready"), "paid"),
        (("complete", "credit_owed", ""), "paid"),
        (("complete", "paid", "shipped"), "fulfilled"),
        (("COMPLETE", "PAID", "SHIPPED"), "failed"),
        (("Complete", "Paid", "Shipped"), "fulfilled"),
        (("complete", "paid", "returned"), "paid"),
        (("complete", "void", "returned"), "refunded"),
        (("canceled", "", ""), "cancelled"),
        (("cart", "", ""), "pending"),
        (("complete", "paid"), None),
        ((), None),
    ],
)
def test_the_pattern_with_the_fewest_stars_wins_then_the_first(raws: Sequence[str], word: str | None) -> None:
    assert SPREE.of(raws) == word


@pytest.mark.parametrize(
    ("pattern", "raws", "fits"),
    [
        ("n/true|1", ("n", "1"), True),
        ("n/true", ("n", "1"), True),
        ("n/0", ("n", "false"), True),
        ("n/true", ("n", "false"), False),
        ("2", ("2",), True),
        ("2|3", ("3",), True),
        ("paid | settled", ("settled",), True),
        ("in/transit", ("in/transit",), True),
        ("a//c", ("a", "", "c"), True),
        ("", ("",), True),
        ("*", ("",), True),
        ("paid", ("paid ",), False),
    ],
)
def test_what_fits(pattern: str, raws: Sequence[str], *, fits: bool) -> None:
    assert Words({pattern: "paid"}).of(raws) == ("paid" if fits else None)


WORD = st.text("abcAB", max_size=2)
PART = st.lists(WORD | st.just("*"), min_size=1, max_size=3).map("|".join)
COLUMNS = st.shared(st.integers(1, 3))
PATTERNS = COLUMNS.flatmap(
    lambda count: st.dictionaries(st.lists(PART, min_size=count, max_size=count).map("/".join), WORD, max_size=6)
)
RAWS = COLUMNS.flatmap(lambda count: st.lists(WORD, min_size=count, max_size=count))


@given(PATTERNS, RAWS)
def test_patterns_mean_what_the_plain_rule_says(patterns: dict[str, str], raws: list[str]) -> None:
    """The rule, spelled out with regular expressions instead of sets."""

    fitting = [
        (pattern.count("*"), flags, place, word)
        for place, (pattern, word) in enumerate(patterns.items())
        for flags in (0, re.IGNORECASE)
        if re.fullmatch(_as_regex(pattern), "/".join(raws), flags)
    ]
    assert Words(patterns).of(raws) == (min(fitting)[3] if fitting else None)


def _as_regex(pattern: str) -> str:
    parts = [
        "[^/]*" if "*" in part.split("|") else f"(?:{'|'.join(map(re.escape, part.split('|')))})"
        for part in pattern.split("/")
    ]
    return "/".join(parts)


def test_combinations_that_nobody_knows_are_told_by_the_word_that_makes_them_so() -> None:
    known = ["new/pending/pending", "done/captured/pending", "done/captured/shipped"]
    unknown = {
        "done/refunded/pending": 4,
        "done/refunded/shipped": 2,
        "closed/refunded/shipped": 1,
        "held/captured/pending": 3,
        "new/pending/lost": 1,
    }
    assert summed_up(unknown, known) == {"*/refunded/*": 7, "held/captured/pending": 3, "new/pending/lost": 1}
    assert summed_up(unknown, []) == dict(sorted(unknown.items(), key=lambda one: -one[1]))
    assert summed_up({"5": 2, "7": 1}, ["1"]) == {"5": 2, "7": 1}
    assert Words(dict.fromkeys(summed_up(unknown, known), "x")).of(["closed", "refunded", "shipped"]) == "x"
