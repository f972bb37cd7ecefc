"""Order numbers as people say them on the phone."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.desk.spoken import MOST, begun, meant, near, shapes

SHOP = shapes([f"SH-{number}" for number in range(10400, 10480)])
FILLED = shapes([f"{number:08d}" for number in range(1, 60)])
YEARLY = shapes([f"2026-{number}" for number in range(1000, 1060)])
TWO = shapes([*(f"SH-{n}" for n in range(10400, 10440)), *(f"RG/{n}" for n in range(10400, 10440))])


@pytest.mark.parametrize(
    "text",
    [
        "hello",
        "INV-10482",
        "rechnung/RE10482",
        "RG\u201310482",
        "149",
        "my 3 parcels of 2025",
        "SH",
        "ILOL",
        "",
        "10482937465",
    ],
)
def test_what_has_no_number_of_the_shops_make_means_none(text: str) -> None:
    assert meant(text, SHOP) == ()


def test_numbers_without_a_shape_teach_none() -> None:
    assert shapes(["k3x9wq", "p0zz81aa", "q7"]) == ()
    assert shapes([]) == ()


@pytest.mark.parametrize(
    "text",
    [
        "10482", "SH 10482", "sh10482", "SH\u201110482", "SH\u201310482", "order no. 10482", "SH-1O482", "SH-L0482",
        "I paid 149.00 yesterday, the order is 10482!", "#10482", "Bestellung SH - 10482 bitte",
    ],
)  # fmt: skip
def test_a_number_is_understood_however_it_is_said(text: str) -> None:
    assert meant(text, SHOP) == ("SH-10482",)


@pytest.mark.parametrize("text", ["1044", "SH-1044", "order 1044"])
def test_the_beginning_of_a_number_is_all_that_begin_so(text: str) -> None:
    assert begun(text, SHOP) == tuple(f"SH-1044{last}" for last in range(10))


@pytest.mark.parametrize("text", ["10482", "10", "1", "INV-1044", "104829", "hello"])
def test_what_is_whole_too_short_or_of_something_else_begins_none(text: str) -> None:
    assert begun(text, SHOP) == ()


def test_two_digits_may_be_missing() -> None:
    assert len(begun("104", SHOP)) == 100


def test_zeros_in_front_need_not_be_said() -> None:
    assert meant("order 42", FILLED) == ("00000042",)


def test_what_stands_before_the_digits_is_part_of_the_number() -> None:
    assert meant("2026-1044", YEARLY) == ("2026-1044",)
    assert meant("1044", YEARLY) == ("2026-1044",)


def test_letters_that_were_said_choose_among_several_shapes() -> None:
    assert set(meant("10482", TWO)) == {"SH-10482", "RG/10482"}
    assert meant("rg 10482", TWO) == ("RG/10482",)


def test_what_is_near_is_apart_from_what_is_meant() -> None:
    found = near("SH-10428", SHOP)
    assert "SH-10482" in found
    assert "SH-10428" not in found
    assert {"SH-10482"} <= set(near("1048", SHOP)), "a digit was left out"
    assert near("hello", SHOP) == ()
    assert near("INV-10482", SHOP)[0] == "SH-10482", "what is named otherwise is only near"


@given(st.text(max_size=300))
def test_any_text_means_few_numbers_of_the_shops_own_make(text: str) -> None:
    found = meant(text, SHOP)
    assert len(found) <= MOST
    assert all(number.startswith("SH-") and number[3:].isdigit() for number in found)
