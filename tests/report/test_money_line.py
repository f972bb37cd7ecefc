"""The money line: six figures, the same six for every case, and no figure where nobody looked."""

import json
from pathlib import Path

import pytest

from core.cases import Case
from core.report import Cell, Tone, report
from core.rules import examine
from tests.report.told import NAMES, said, unread, without_order

WORKED = {
    found["case"]: found
    for found in map(json.loads, (Path(__file__).parents[1] / "cases" / "worked.jsonl").read_text().splitlines())
}
TITLES = ("Order", "Taken", "Reserved", "Back", "Kept", "Shop says")


def texts(cells: tuple[Cell, ...]) -> dict[str, str]:
    return {cell.title: cell.text for cell in cells}


def of_case(name: str) -> tuple[Cell, ...]:
    return report(examine(Case.of(WORKED[name]))).money_line


@pytest.mark.parametrize("name", NAMES)
def test_every_case_has_the_same_six_figures(name: str) -> None:
    assert tuple(cell.title for cell in said(name).money_line) == TITLES
    assert tuple(cell.title for cell in without_order(name).money_line) == TITLES


@pytest.mark.parametrize("name", NAMES)
def test_what_was_not_read_is_never_nothing(name: str) -> None:
    found = texts(unread(name).money_line)
    assert not {found[title] for title in ("Taken", "Reserved", "Kept")} & {"-"}


@pytest.mark.parametrize("name", ["C09", "C11", "C12", "C13", "C21"])
def test_where_the_payment_may_be_elsewhere_nothing_is_said_of_it(name: str) -> None:
    """Another mode, another account, another order's session, a payment that may be the order's."""
    assert [cell.text for cell in of_case(name)[1:5]] == ["not known"] * 4


@pytest.mark.parametrize(
    ("name", "line"),
    [
        ("H05", ["50.00 USD", "50.00 USD", "-", "-", "50.00 USD", "fulfilled"]),
        ("H18", ["50.00 USD", "-", "-", "-", "-", "pending"]),
        ("H12", ["50.00 USD", "50.00 USD", "-", "50.00 USD", "-", "refunded"]),
        ("C78", ["50.00 USD", "2 x 50.00 USD", "-", "-", "100.00 USD", "paid"]),
        ("C63", ["50.00 USD", "-", "50.00 USD", "-", "-", "paid"]),
        ("C68", ["6,000 JPY", "600,000 JPY", "-", "-", "600,000 JPY", "paid"]),
    ],
)
def test_the_figures_are_the_ledgers(name: str, line: list[str]) -> None:
    assert [cell.text for cell in of_case(name)] == line


@pytest.mark.parametrize(
    ("name", "title", "note"),
    [
        ("C61", "Reserved", "50.00 USD let go"),
        ("C85", "Back", "50.00 USD failed"),
        ("C86", "Kept", "50.00 USD with the bank"),
        ("C55", "Taken", "the bank has not answered"),
    ],
)
def test_what_a_figure_leaves_out_stands_with_it(name: str, title: str, note: str) -> None:
    assert next(cell for cell in of_case(name) if cell.title == title).note == note


def test_a_payment_without_an_order_says_so() -> None:
    found = texts(without_order("paid_and_booked").money_line)
    assert (found["Order"], found["Shop says"]) == ("no order", "no order")
    assert found["Kept"] != "-"


def test_when_it_was_taken_is_said_of_one_payment() -> None:
    assert said("paid_and_booked").money_line[1].at
    assert said("paid_twice").money_line[1].at is None
    assert {cell.at for cell in said("voucher_in_hand").money_line} == {None}


def test_what_later_bills_came_to_stands_beside_the_orders_own_money() -> None:
    assert said("cancelled_and_still_charged").money_line[1].note == "17.70 EUR more by later bills"
    assert said("renewed_each_month").money_line[1].note == "44.70 EUR more by later bills"
    declined = said("renewal_declined")
    assert declined.money_line[1].note == "a later bill not paid yet: 43.90 EUR"
    assert (declined.verdict.tone, declined.verdict.title) == (
        Tone.NOTE,
        "The order agrees; a later bill is not paid yet",
    )
    assert declined.verdict.says.endswith("A later bill of its subscription is not paid yet: 43.90 EUR.")
    assert "nothing you need to do" not in declined.letter
    assert said("renewed_each_month").verdict.tone is Tone.AGREES
    assert said("subscription").money_line[1].note == ""
