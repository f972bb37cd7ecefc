"""The CSV opens in any spreadsheet, and nothing in it is run."""

import csv
import io
from collections.abc import Iterator
from pathlib import Path

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.cases import Case
from core.export import COLUMNS, columns_markdown, csv_lines
from core.rules import Examined, examine
from tests.rules import stage

ROOT = Path(__file__).parents[1]
RENEW = "uv run python -c 'from core import export; print(export.columns_markdown(), end=\"\")' > docs/csv.md"


def rows(*cases: Case) -> list[dict[str, str]]:
    text = "".join(csv_lines(map(examine, cases)))
    return list(csv.DictReader(io.StringIO(text.removeprefix("\ufeff"), newline="")))


def test_it_begins_with_a_byte_order_mark_and_the_header() -> None:
    (first,) = csv_lines([])
    assert first.encode("utf-8").startswith(b"\xef\xbb\xbf")
    assert next(csv.reader([first.removeprefix("\ufeff")])) == list(COLUMNS)
    assert first.endswith("\r\n")


def test_the_columns_never_change_their_places() -> None:
    """New ones go to the end: somebody's spreadsheet counts on it."""
    assert " ".join(COLUMNS) == (
        "order_id order_number order_status order_status_meaning customer_email code title headline severity "
        "confidence money_at_risk money_at_risk_minor money_at_risk_currency order_amount order_amount_minor "
        "order_currency net_paid net_paid_minor net_paid_currency session_ids payment_intent_ids says remedy "
        "actions evidence notes undetermined stripe_url mode account order_created_at read_at state "
        "first_seen last_seen paid_otherwise cart_id cart_customer"
    )


def test_one_row_a_finding_the_headline_first() -> None:
    two = rows(stage.case(stage.order(session_id=None)))
    assert [(row["code"], row["headline"]) for row in two] == [
        ("id_missing", "yes"),
        ("webhook_acked_not_applied", "no"),
    ]
    assert {row["order_id"] for row in two} == {"1042"}


def test_a_clean_case_has_none_and_one_that_could_not_be_told_has_one_without_a_code() -> None:
    paid = stage.order(status="paid", payment_intent_id=stage.INTENT)
    assert rows(stage.case(paid)) == []
    (row,) = rows(stage.case(paid, unread=["refunds"]))
    assert (row["code"], row["headline"], row["severity"]) == ("", "no", "")
    assert "the refunds (429)" in row["undetermined"]
    assert (row["title"], row["remedy"]) == ("Could not look at everything", "")
    assert "cannot be said whether this case is in order" in row["says"]


@pytest.mark.parametrize(
    ("currency", "minor", "major"), [("usd", 5000, "50.00"), ("jpy", 5000, "5000"), ("kwd", 5000, "5.000")]
)
def test_amounts_in_major_units_beside_minor_units(currency: str, minor: int, major: str) -> None:
    (row,) = rows(
        stage.case(
            stage.order(currency=currency, status="cancelled"), sessions=[stage.session(currency=currency)], intents=[]
        )
    )
    for name in ("money_at_risk", "net_paid"):
        assert (row[name], row[f"{name}_minor"], row[f"{name}_currency"]) == (major, str(minor), currency.upper())
    assert (row["order_amount"], row["order_amount_minor"], row["order_currency"]) == (
        major,
        str(minor),
        currency.upper(),
    )


def test_times_are_iso_in_utc() -> None:
    (row,) = rows(stage.case(stage.order(created_at=stage.NOW * 1000)))[:1]
    assert (row["order_created_at"], row["read_at"]) == ("2026-11-18T11:06:40Z", "2026-11-18T11:06:40Z")


def test_what_is_not_known_is_empty_and_not_zero() -> None:
    (row,) = rows(stage.case(stage.order(amount_minor=None, currency=None, status="cancelled")))
    assert (row["order_amount"], row["order_amount_minor"], row["order_currency"]) == ("", "", "")


def test_the_ids_and_the_page_of_the_payment() -> None:
    (row,) = rows(stage.case())
    assert (row["session_ids"], row["payment_intent_ids"]) == (stage.SESSION, stage.INTENT)
    assert row["stripe_url"] == f"https://dashboard.stripe.com/acct_1/payments/{stage.INTENT}"


def test_negative_numbers_stay_numbers() -> None:
    other, paid = stage.second_payment()
    (row, *_) = rows(stage.case(stage.order(amount_minor=-1000), sessions=[stage.session(), other], intents=[paid]))
    assert (row["order_amount"], row["order_amount_minor"]) == ("-10.00", "-1000")


FORMULAS = [
    "=1+1",
    "+1+1",
    "-1+1",
    "@SUM(A1)",
    "\t=1",
    "\r=1",
    "  =1",
    "'=1",
    '"=1',
    "\ufeff=1",
    "\uff1d1",
    "|calc",
    "%0a",
]


@pytest.mark.parametrize("text", FORMULAS)
def test_a_formula_is_only_text(text: str) -> None:
    (row,) = rows(stage.case(stage.order(customer_email=text, number=text)))
    assert row["customer_email"].startswith("'")
    assert row["order_number"].startswith("'")


def test_a_cell_is_no_longer_than_a_spreadsheet_takes() -> None:
    (row,) = rows(stage.case(stage.order(customer_email="x" * 100_000, status="cancelled")))
    assert len(row["customer_email"]) == 32_767
    assert row["customer_email"].endswith("x...")


def test_pandas_reads_it_as_it_was_written() -> None:
    built = stage.case(
        stage.order(id="00123", status="cancelled"), sessions=[stage.session(client_reference_id="00123")]
    )
    text = "".join(csv_lines([examine(built)])).encode()
    frame = pd.read_csv(io.BytesIO(text), dtype=str, keep_default_na=False)
    assert list(frame.columns) == list(COLUMNS)
    assert [frame[name].iloc[0] for name in ("order_id", "money_at_risk")] == ["00123", "50.00"]


@given(st.text(max_size=30))
def test_no_cell_begins_as_a_formula_or_breaks_its_line(text: str) -> None:
    built = stage.case(stage.order(customer_email=text, number=text, raw_status=text))
    lines = list(csv_lines([examine(built)]))
    assert len("".join(lines).split("\n")) == len(lines) + 1
    for line in lines[1:]:
        (cells,) = csv.reader([line])
        assert len(cells) == len(COLUMNS)
        for cell in cells:
            begins = cell.lstrip(" \u00a0\ufeff'\"")[:1]
            assert begins not in ("=", "+", "@", "\t", "\r") or cell.startswith("'")
        line.encode("utf-8")


def test_lines_come_as_the_cases_do() -> None:
    """Thousands of orders never stand in memory at once."""
    taken: list[str] = []

    def cases() -> Iterator[Examined]:
        for number in ("1", "2", "3"):
            taken.append(number)
            built = stage.case(
                stage.order(id=number, session_id=stage.SESSION), sessions=[stage.session(client_reference_id=number)]
            )
            yield examine(built)

    lines = csv_lines(cases())
    next(lines)
    assert taken == []
    next(lines)
    assert taken == ["1"]


def test_the_evidence_and_the_steps_stand_on_one_line() -> None:
    refund, refunded = stage.refund(), stage.charge(amount_refunded=5000)
    (row,) = rows(
        stage.case(stage.order(status="paid", payment_intent_id=stage.INTENT), charges=[refunded], refunds=[refund])
    )
    assert row["remedy"].startswith("1. ")
    assert " 2. " in row["remedy"]
    assert f"refund {refund['id']}: succeeded = 50.00 USD" in row["evidence"]
    assert stage.CHARGE not in row["payment_intent_ids"]


def test_the_page_about_it_is_current() -> None:
    assert (ROOT / "docs" / "csv.md").read_text(encoding="utf-8") == columns_markdown(), f"Write it anew: {RENEW}"
