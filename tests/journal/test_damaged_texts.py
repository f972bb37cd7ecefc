"""One damaged row hides no other: a case whose texts were damaged is still listed, and so are its neighbours; of a scan
whose holes cannot be read any more nothing is taken for read."""

import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from core.export import csv_of_cells
from core.journal import Filter, Journal
from tests.journal.noted import NOW, found

BAD = ('{"a', "[1", '{"a":1}', "7", "", "[" * 2_000, "[[1]]", '["\\ud800"]')


def damaged(path: Path, statement: str, bad: str) -> Journal:
    """The journal after somebody has written this into it."""
    with closing(sqlite3.connect(path)) as connection, connection:
        connection.execute(statement, (bad,))
    return Journal(f"sqlite:///{path}")


@pytest.mark.parametrize("column", ["cells", "session_ids", "intent_ids"])
@pytest.mark.parametrize("bad", BAD)
def test_a_case_with_damaged_texts_is_listed_and_hides_no_other(tmp_path: Path, column: str, bad: str) -> None:
    path = tmp_path / "journal.sqlite3"
    with closing(Journal(f"sqlite:///{path}")) as journal:
        journal.inbox.note([found("order:1"), found("order:2"), found("order:3")], now=NOW)
    statement = f"UPDATE case_texts SET {column} = ? WHERE order_id = '2'"
    with closing(damaged(path, statement, bad)) as journal:
        cases, _ = journal.inbox.page(Filter())
        assert {case.key for case in cases} == {"order:1", "order:2", "order:3"}
        assert journal.inbox.get("order:2") is not None
        lines = "".join(csv_of_cells(journal.inbox.rows_for_csv(Filter())))
    assert lines.count("\r\n") >= 3  # the head, and at least those of the others


@pytest.mark.parametrize("bad", BAD)
def test_of_a_scan_with_damaged_holes_nothing_is_taken_for_read(tmp_path: Path, bad: str) -> None:
    path = tmp_path / "journal.sqlite3"
    with closing(Journal(f"sqlite:///{path}")) as journal:
        begun = journal.scans.begin(since=NOW - 9, until=NOW, who="ana", now=NOW, key_mode="test", account="")
        journal.scans.finish(begun.id, "complete", now=NOW)
    with closing(damaged(path, "UPDATE scans SET holes = ?", bad)) as journal:
        read = journal.scans.get(begun.id)
        assert read is not None
        assert read.holes
