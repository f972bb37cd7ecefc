"""A journal that an older Orderlens made keeps what is in it; one that a newer made is left alone."""

from pathlib import Path

import pytest
from alembic.config import Config
from alembic.script import ScriptDirectory
from sqlalchemy import create_engine, inspect, text

from core.errors import Unreachable
from core.journal import Filter, Journal, opening
from core.journal.tables import CASES
from tests.journal.noted import NOW, found


def test_the_entries_of_an_older_journal_are_still_there(url: str) -> None:
    _older(url, "m0001")
    journal = Journal(url)
    entries, _ = journal.recent()
    assert [(entry.who, entry.case_key, entry.details) for entry in entries] == [("ada", "order:1", {"note": "é"})]
    assert [change.what for change in journal.inbox.note([found()], now=NOW)] == ["new"]
    assert journal.inbox.acknowledge(["order:1"], "ben", NOW) == 1
    assert len(journal.recent(case_key="order:1")[0]) == 2
    journal.close()


def test_a_journal_of_a_newer_orderlens_is_said_and_left_alone(url: str) -> None:
    journal = Journal(url)
    journal.inbox.note([found()], now=NOW)
    journal.close()
    _execute(url, "UPDATE alembic_version SET version_num = 'm9999'")
    for ask in (journal.check, lambda: journal.inbox.count(Filter())):
        with pytest.raises(Unreachable, match="newer Orderlens"):
            ask()
    _execute(url, "UPDATE alembic_version SET version_num = 'm0003'")
    assert journal.inbox.count(Filter()) == 1
    journal.close()


def test_the_tables_are_as_the_queries_see_them(url: str) -> None:
    journal = Journal(url)
    journal.check()
    journal.close()
    engine = opening.opened(opening.understood(url))
    made = inspect(engine)
    for table in CASES.metadata.sorted_tables:
        assert [column["name"] for column in made.get_columns(table.name)] == [column.name for column in table.columns]
    engine.dispose()


def test_there_is_one_line_of_steps() -> None:
    config = Config()
    config.set_main_option("script_location", str(Path(opening.__file__).parent / "migrations"))
    assert len(ScriptDirectory.from_config(config).get_heads()) == 1


def _older(url: str, revision: str) -> None:
    """A journal as it was after that step, with an entry in it."""
    engine = opening.opened(opening.understood(url), revision)
    with opening.writing(engine) as connection:
        connection.execute(
            text(
                "INSERT INTO entries (at, who, what, case_key, object_id, outcome, details)"
                " VALUES (1, 'ada', 'replay', 'order:1', 'evt_1', 'healed', :details)"
            ),
            {"details": '{"note": "é"}'},
        )
    assert "cases" not in inspect(engine).get_table_names()
    engine.dispose()


def _execute(url: str, statement: str) -> None:
    engine = create_engine(opening.understood(url))
    with engine.begin() as connection:
        connection.execute(text(statement))
    engine.dispose()
