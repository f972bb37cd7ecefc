"""Parameters as clients really send them: indexed, bracketed, percent-encoded."""

from urllib.parse import parse_qsl, quote, urlencode

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.sandbox.stripe.api.forms import Form

NAMES = st.text(st.characters(codec="ascii", categories=("L", "Nd"), include_characters="_-"), min_size=1, max_size=9)


@pytest.mark.parametrize(
    "encoded",
    [
        "expand[]=a&expand[]=b",
        "expand[0]=a&expand[1]=b",
        "expand%5B0%5D=a&expand%5B1%5D=b",
        "expand%5B%5D=a&expand%5B%5D=b",
        "expand[1]=b&expand[0]=a",
    ],
)
def test_a_list_can_be_written_in_many_ways(encoded: str) -> None:
    assert Form(encoded).texts("expand") == ["a", "b"]


def test_hashes_in_lists_in_hashes() -> None:
    form = Form("line_items[0][price_data][currency]=eur&line_items[0][quantity]=2&line_items[1][price]=price_1")
    first, second = form.parts("line_items")
    assert first.text("price_data[currency]") == "eur"
    assert first.integer("quantity") == 2
    assert second.text("price") == "price_1"


def test_metadata_may_be_called_anything() -> None:
    assert Form("metadata[order_id]=6735&metadata[a b]=c").mapping("metadata") == {"order_id": "6735", "a b": "c"}
    assert Form("metadata[0]=zero").mapping("metadata") == {"0": "zero"}


def test_many_list_entries_keep_their_order() -> None:
    encoded = "&".join(f"types[{number}]=t{number}" for number in range(20))
    assert Form(encoded).texts("types") == [f"t{number}" for number in range(20)]


def test_nothing_given_is_nothing() -> None:
    form = Form("")
    assert (form.text("a"), form.integer("a"), form.flag("a"), form.texts("a"), form.mapping("a"), form.part("a")) == (
        None,
        None,
        None,
        [],
        {},
        None,
    )


@given(metadata=st.dictionaries(NAMES, st.text(max_size=20), max_size=5))
def test_any_metadata_survives_the_wire(metadata: dict[str, str]) -> None:
    encoded = urlencode([(f"metadata[{name}]", value) for name, value in metadata.items()], quote_via=quote)
    numbered = {str(number): value for number, value in enumerate(metadata.values())}
    expected = numbered if metadata and all(name.isdecimal() for name in metadata) else metadata
    assert sorted(Form(encoded).mapping("metadata").values()) == sorted(expected.values())
    if expected is metadata:
        assert Form(encoded).mapping("metadata") == metadata


@given(encoded=st.text(max_size=40))
def test_any_garbage_is_read_without_an_exception(encoded: str) -> None:
    assert bool(Form(encoded).fields) is bool(parse_qsl(encoded, keep_blank_values=True))
