"""How one order's name is spelled on both sides; and what is another order, however alike it looks."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.facts import may_name, plainly, same_name, spellings_of

NUMBERS = st.integers(min_value=1, max_value=10**12)
LETTERS = st.text(alphabet="ABCDEFGHJKLMNPQRSTUVWXYZ", min_size=1, max_size=4)
NAMES = st.one_of(
    st.text(max_size=30),
    st.builds(
        lambda word, number: f"{word}{number}",
        st.sampled_from(["", "#", "A-", "ord_", "order_", "invoice-", "41:", "shop:", "user_", "cart_", "#0"]),
        NUMBERS,
    ),
)
DRESSED: tuple[str, ...] = (
    "{}",
    "#{}",
    "order_{}",
    "Order #{}",
    "ORDER-{}",
    "wc_order_{}",
    "Order No. {}",
    "order:{}",
    "ord-{}",
    "invoice_{}",
    "{:08d}",
    "order_{:07d}",
    "shop.example.com:{}",
    "site2:{}",
)
OTHERS: tuple[str, ...] = (
    "A-{}",
    "R{}",
    "user_{}",
    "user:{}",
    "cart_{}",
    "customer-{}",
    "41:{}",
    "reorder-{}",
    "{}-2",
    "{}.5",
    "-{}",
    "http://{}",
)


@given(NUMBERS, NUMBERS, st.sampled_from(DRESSED), st.sampled_from(DRESSED))
def test_two_numbers_are_two_orders_however_they_are_dressed(one: int, other: int, here: str, there: str) -> None:
    if one != other:
        assert not same_name(here.format(one), there.format(other))


@given(NUMBERS, st.sampled_from(OTHERS), st.sampled_from(DRESSED))
def test_other_letters_are_part_of_a_name(number: int, other: str, dressed: str) -> None:
    assert not same_name(other.format(number), dressed.format(number))


@given(NUMBERS, LETTERS, LETTERS, st.sampled_from(["-", "_", "", " ", "/"]))
def test_numbers_of_two_series_are_two_orders(number: int, one: str, other: str, between: str) -> None:
    if one != other:
        assert not same_name(f"{one}{between}{number}", f"{other}{between}{number}")


@given(NAMES, NAMES)
def test_it_is_the_same_from_both_sides(one: str, other: str) -> None:
    assert same_name(one, other) == same_name(other, one)


@given(NAMES)
def test_a_name_is_its_own_and_in_any_letter_case(name: str) -> None:
    assert same_name(name, name) == bool(plainly(name))
    if name.isascii() and plainly(name):
        assert same_name(name.upper(), name.lower())


@given(NAMES)
def test_a_spelling_is_short_work_and_begins_with_the_name(name: str) -> None:
    found = spellings_of(name)
    assert len(found) < 20
    assert len(set(found)) == len(found)
    assert bool(found) == may_name(name)
    assert found[:1] == ((name.strip(),) if found else ())


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("1042", "10420"),
        ("1042", "104"),
        ("1042", "01042-1"),
        ("ord-A", "ord-B"),
        ("ord-A", "A"),  # letters alone are no number: the word is the name
        ("R1467-1", "R1467-2"),
        ("A-1042", "B-1042"),
        ("wp2:1042", "wp3:1042"),  # two sites of one shop that keeps them apart
        ("order_1042", "invoice_1042"),
        ("12:7", "7"),  # a user and a plan
        ("user:7", "7"),
        ("acme:7", "7"),
        ("", "#"),
        ("order_", "order"),
    ],
)
def test_these_are_two(one: str, other: str) -> None:
    assert not same_name(one, other)


@pytest.mark.parametrize("dressed", DRESSED)
def test_these_are_the_bare_number(dressed: str) -> None:
    assert same_name(dressed.format(1042), "1042")
    assert "1042" in spellings_of(dressed.format(1042))


@pytest.mark.parametrize(
    ("one", "other"),
    [
        (" #1042 ", "1042"),
        ("a-1042", "#A-1042"),
        ("41:tk7Q", "tk7Q"),
        ("000001042", "1042"),
        ("1042", "ORD-1042"),
        ("6F0C1C52-7F0E-4A7B-9A7E-3D1E54B2C9AA", "6f0c1c527f0e4a7b9a7e3d1e54b2c9aa"),
        ("0", "00"),
    ],
)
def test_these_are_one(one: str, other: str) -> None:
    assert same_name(one, other)


@pytest.mark.parametrize(
    "text", ["", "  ", "#", '{"cart": [1]}', "[1, 2]", "x" * 201, "10\x0042", "two\nlines", "\ud800"]
)
def test_what_is_no_name_has_no_spelling(text: str) -> None:
    assert not may_name(text)
    assert spellings_of(text) == ()


@pytest.mark.parametrize("text", ["1042", "jo@example.com", "cus_NabcDEF", "team plan", "Bestellung Ü7", "x" * 200])
def test_what_may_be_a_name_is_not_judged(text: str) -> None:
    assert may_name(text)
