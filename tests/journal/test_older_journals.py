"""A journal that an older Orderlens made keeps what is in it; one that a newer made is left alone."""

from collections.abc import Mapping
from pathlib import Path

import pytest
from alembic.config import Config
from alembic.script import ScriptDirectory
from sqlalchemy import create_engine, inspect, text

from core.errors import Unreachable
from core.facts import Mode
from core.journal import Filter, Journal, opening
from core.journal.tables import CASES
from tests.journal.noted import NOW, found
from tests.people import person


def test_the_entries_of_an_older_journal_are_still_there(url: str) -> None:
    _older(url, "m0001")
    journal = Journal(url)
    entries, _ = journal.recent()
    assert [(entry.who, entry.case_key, entry.details) for entry in entries] == [("ada", "order:1", {"note": "é"})]
    assert [change.what for change in journal.inbox.note([found()], now=NOW)] == ["new"]
    assert journal.inbox.acknowledge(["order:1"], person("ben"), NOW) == 1
    assert len(journal.recent(case_key="order:1")[0]) == 2
    journal.close()


def test_what_an_older_orderlens_sent_is_told_before_it_is_sent_again(url: str) -> None:
    """Where it went stands in its details; one whose details are broken is kept as it is."""
    _older(url, "m0003")
    entries = (
        ("evt_1", "unchanged", '{"url": "https://shop.example.com/hooks", "note": "é"}'),
        ("evt_2", "refused", '{"url": "https://shop.example.com/hooks"}'),
        ("evt_3", "healed", "{broken"),
        ("evt_4", "healed", '["https://shop.example.com/hooks"]'),
    )
    rows = ({"at": 1, "who": "ada", "what": "replay", "case_key": "order:1", "key_mode": "test"} for _ in entries)
    for row, (event, outcome, details) in zip(rows, entries, strict=True):
        _execute(url, _insert("entries", row | {"object_id": event, "outcome": outcome, "details": details}))
    journal = Journal(url)
    told = journal.sendings.last("evt_1", "HTTPS://SHOP.example.com:443/hooks")
    assert told is not None
    assert (told.who, told.outcome, told.holder, told.details["note"]) == ("ada", "unchanged", "", "é")
    for event in ("evt_2", "evt_3", "evt_4"):
        assert journal.sendings.last(event, "https://shop.example.com/hooks") is None
    assert [one.object_id for one in journal.recent()[0]] == ["evt_4", "evt_3", "evt_2", "evt_1", "evt_1"]
    journal.close()


def test_the_cases_of_an_older_journal_are_of_the_mode_that_read_them(url: str) -> None:
    _older(url, "m0002")
    with_modes = {"order:1": (1, 20), "order:2": (2, 40), "order:3": (None, 20), "order:4": (None, 40)}
    _execute(url, *(_scan(scan_id, mode, at) for scan_id, mode, at in ((1, "test", 10), (2, "live", 30))))
    _execute(url, *(_case(key, scan_id, read_at) for key, (scan_id, read_at) in with_modes.items()))
    _execute(url, "INSERT INTO booked_slots (slot, orders) VALUES (600, 7)")
    modes: tuple[tuple[Mode, list[str], object], ...] = (
        ("test", ["order:1", "order:3"], ()),
        ("live", ["order:2", "order:4"], ((600, 7),)),
    )
    for mode, keys, booked in modes:
        journal = Journal(url, mode=mode)
        assert sorted(journal.inbox.keys_open()) == keys
        assert journal.inbox.booked(0, 1200) == booked
        journal.inbox.note([found("order:1", at=NOW), found("order:9", at=NOW)], now=NOW)
        assert journal.inbox.get("order:9") is not None
        journal.close()


def test_the_cases_of_an_older_journal_are_nobodys_and_open_since_they_were_found(url: str) -> None:
    _older(url, "m0004")
    _execute(url, *(_case(f"order:{at}", None, at) for at in (20, 40)))
    journal = Journal(url)
    assert journal.inbox.count(Filter(owners=("",), new_since=0)) == 2
    assert journal.inbox.count(Filter(new_since=1)) == 0
    assert (journal.inbox.views.saved(), journal.inbox.looks.look("ada", NOW)) == ((), None)
    journal.close()


def test_a_journal_of_a_newer_orderlens_is_said_and_left_alone(url: str) -> None:
    journal = Journal(url)
    journal.inbox.note([found()], now=NOW)
    journal.close()
    _execute(url, "UPDATE alembic_version SET version_num = 'm9999'")
    for ask in (journal.check, lambda: journal.inbox.count(Filter())):
        with pytest.raises(Unreachable, match="newer Orderlens"):
            ask()
    _execute(url, f"UPDATE alembic_version SET version_num = '{opening.NEWEST}'")
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


def test_there_is_one_line_of_steps_and_its_end_is_where_nothing_is_left_to_do() -> None:
    config = Config()
    config.set_main_option("script_location", str(Path(opening.__file__).parent / "migrations"))
    assert ScriptDirectory.from_config(config).get_heads() == [opening.NEWEST]


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
    assert ("cases" in inspect(engine).get_table_names()) == (revision > "m0001")
    engine.dispose()


def _scan(scan_id: int, mode: str, at: int) -> str:
    """A scan that began then."""
    numbers = "done total requests statements orders sessions suspects findings cancel_asked turn".split()
    told = {"id": scan_id, "since": 1, "until": 2, "key_mode": mode, "account": "", "who": "ada", "started_at": at}
    told |= {"beat_at": at, "state": "complete", "phase": "", "holes": "[]", "why": "", "holder": ""}
    return _insert("scans", told | dict.fromkeys(numbers, 0))


def _case(key: str, scan_id: int | None, read_at: int) -> str:
    """An open case of an older journal, read by a scan or (None) by a watch."""
    told: dict[str, object] = {"key": key, "state": "open", "weight": 5, "codes": " a ", "confidence": ""}
    told |= {"currency": "", "dear": -1, "read_at": read_at, "change": "new", "first_seen": 1, "last_seen": 1}
    return _insert("cases", told | {"reopened": 0} | ({"scan_id": scan_id} if scan_id else {}))


def _insert(table: str, row: Mapping[str, object]) -> str:
    return f"INSERT INTO {table} ({', '.join(row)}) VALUES ({', '.join(map(repr, row.values()))})"


def _execute(url: str, *statements: str) -> None:
    engine = create_engine(opening.understood(url))
    with engine.begin() as connection:
        for statement in statements:
            connection.execute(text(statement))
    engine.dispose()
