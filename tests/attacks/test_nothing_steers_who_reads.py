"""Attacked: a text of a customer's that is printed, exported, or drawn. It moves no cursor, becomes no formula, turns
no line round, and comes out as what it is."""

import csv
import io
import json
import sqlite3
import unicodedata
from contextlib import closing
from pathlib import Path

import pytest

from core.cli import speaking
from core.export import COLUMNS, csv_of_cells
from core.sandbox import World
from core.times import clock, day, iso, moment
from tests.cli.conftest import Orderlens
from tests.dashboard.conftest import Opening, shown

STEERING = "a\x1b[31m\x9b31mb\x9d52;c;aGk=\x9c\x7f\u202ec\u2066d\u200e\u2028e"
FORMULAS = ("=1+1", "+1+1", "-1+1", "@SUM(1)", "=cmd|' /C calc'!A0", "\uff1d1+1", "|x", "%x")
UNSEEN = (
    "",
    " ",
    "\t",
    "\r\n",
    "'",
    '"',
    "\u200b",
    "\u200d",
    "\u2060",
    "\u00ad",
    "\u200e",
    "\u034f",
    "\ufeff",
    "\u3000",
)


def is_harmless(letter: str) -> bool:
    return letter == "\n" or unicodedata.category(letter) not in {"Cc", "Cf", "Cs", "Zl", "Zp"}


def test_orders_print_what_steers_as_escapes(orderlens: Orderlens, tmp_path: Path) -> None:
    with closing(sqlite3.connect(tmp_path / "shop.sqlite3")) as db:
        db.execute("CREATE TABLE orders (id, number, status, email)")
        db.execute("INSERT INTO orders VALUES (1, ?, ?, ?)", (STEERING,) * 3)
        db.commit()
    (tmp_path / "orderlens.toml").write_text(
        '[orders]\ntable = "orders"\n[orders.columns]\nid = "id"\nnumber = "number"\nstatus = "status"\n'
        'customer_email = "email"\n'
    )
    done = orderlens("orders", env={"ORDERLENS_DATABASE_URL": f"sqlite:///{tmp_path / 'shop.sqlite3'}"})
    assert json.loads(done.stdout)["number"] == STEERING
    assert [letter for letter in done.stdout + done.stderr if not is_harmless(letter)] == []


def test_a_line_without_end_is_cut_with_a_sign_for_people_and_whole_for_programs(
    capsys: pytest.CaptureFixture[str],
) -> None:
    speaking.narrate("a" * 10_000_000)
    assert capsys.readouterr().err.strip() == "a" * 4_000 + "… (10,000,000 letters)"
    speaking.emit({"a": "a" * 100_000})
    assert json.loads(capsys.readouterr().out) == {"a": "a" * 100_000}


def test_a_page_with_a_number_of_100_000_letters_is_as_short_as_any(app: Opening, world: World) -> None:
    """It is cut with a sign, in the title and in the letter; the raw row has the whole."""
    with closing(sqlite3.connect(world.shop.books.path)) as db:
        (order,) = db.execute("SELECT id FROM orders ORDER BY id DESC LIMIT 1").fetchone()
        db.execute("UPDATE orders SET order_number = ? WHERE id = ?", ("a" * 100_000, order))
        db.commit()
    page = app(case=f"order:{order}")
    assert not page.exception
    assert len(shown(page)) < 30_000
    assert "a…" in shown(page)


def test_half_a_letter_is_printed(capsys: pytest.CaptureFixture[str]) -> None:
    speaking.emit({"a": "x\ud800y", "b": "😀"})
    assert capsys.readouterr().out == '{"a": "x\\ud800y", "b": "😀"}\n'
    assert speaking.plain("x\ud800y") == "x\ufffdy"


@pytest.mark.parametrize("separator", [",", ";"])
@pytest.mark.parametrize("before", UNSEEN, ids=ascii)
def test_no_cell_is_a_formula(before: str, separator: str) -> None:
    """However the file is separated by whom it is opened."""
    texts = [
        f"{lead}{before}{formula}{end}" for formula in FORMULAS for lead in ("", "a;", "a; b;;") for end in ("", ";b")
    ]
    lines = list(csv_of_cells({COLUMNS[0]: text, COLUMNS[1]: text} for text in texts))
    cells = [cell for row in csv.reader(io.StringIO("".join(lines[1:])), delimiter=separator) for cell in row]
    seen = ["".join(one for one in cell if unicodedata.category(one) not in {"Cf", "Mn", "Zs"}) for cell in cells]
    assert [cell for cell in seen if cell.lstrip("\"' \t\r\n")[:1] in FORMULA_SIGNS and not cell.startswith("'")] == []


FORMULA_SIGNS = {formula[0] for formula in FORMULAS}


@pytest.mark.parametrize("text", ["-5", "4200", "-4.20", "a; b", "x;y", "a-b;c=d", "10% off", "Jane; order 7"])
def test_what_is_no_formula_stays_as_it_is(text: str) -> None:
    (_, line) = csv_of_cells([{COLUMNS[0]: text}])
    assert line.startswith(f'"{text}",')


@pytest.mark.parametrize("at", [253_402_300_799, 253_402_300_800, 10**18, 10**400, -62_135_596_801, -(10**18), 2**63])
def test_a_time_that_no_calendar_has_is_said_to_be_none(at: int) -> None:
    assert clock(at + 1) is None or at < 0
    assert (moment(at), day(at), iso(at)) != ("", "", "")


@pytest.mark.parametrize(
    "moved", ["9999-12-31 23:59:59", "0001-01-01 00:00:00", "never", 253_402_300_799, -62_135_596_800]
)
def test_a_case_at_the_end_of_time_is_drawn_whole(app: Opening, world: World, moved: object) -> None:
    """The customer's letter, the timeline and the tabs are there, also where the reader's clock is ahead of ours."""
    with closing(sqlite3.connect(world.shop.books.path)) as db:
        (order,) = db.execute("SELECT id FROM orders LIMIT 1").fetchone()
        db.execute("UPDATE orders SET updated_at = ? WHERE id = ?", (moved, order))
        db.commit()
    page = app(case=f"order:{order}")
    assert not page.exception
    assert "What happened" in shown(page)
    assert [tab.label for tab in page.tabs]


@pytest.mark.parametrize(
    "total", ["'9223372036854775808'", "9223372036854775807", "-9223372036854775808", "1e30", "'x'"]
)
def test_a_case_whose_total_is_no_amount_is_drawn_whole(app: Opening, world: World, total: str) -> None:
    with closing(sqlite3.connect(world.shop.books.path)) as db:
        (order,) = db.execute("SELECT id FROM orders WHERE status = 'paid' LIMIT 1").fetchone()
        db.execute(f"UPDATE orders SET total_minor = {total} WHERE id = ?", (order,))
        db.commit()
    page = app(case=f"order:{order}")
    assert not page.exception
    assert "is no amount" in shown(page)
    assert [tab.label for tab in page.tabs]
