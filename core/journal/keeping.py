"""How a case is written and read: rows of the journal's tables to `Standing`, `Kept` and `Reading`, and back.

Works on the caller's connection, in the caller's transaction.
"""

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import fields, replace
from typing import TypeVar

from sqlalchemy import Connection, RowMapping, bindparam, delete, func, insert, select, update
from sqlalchemy.dialects import postgresql, sqlite

from core.findings import Confidence
from core.journal.cleaning import plain, read, text, whole
from core.journal.filtering import of, terms
from core.journal.kept import Kept, Noted, Reading
from core.journal.noting import Standing, severity
from core.journal.tables import CASES, READINGS, TERMS, TEXTS
from core.money import Money

T = TypeVar("T")
_STANDING = tuple(field.name for field in fields(Standing) if field.name != "id")


def cleaned(noted: Noted) -> Noted:
    """What was noted, as it may be kept: no secrets, e-mails masked, numbers that fit."""
    money = noted.money if noted.money and whole(noted.money.amount_minor) is not None else None
    return replace(
        noted,
        key=plain(noted.key),
        order_id=None if noted.order_id is None else text(noted.order_id),
        number=None if noted.number is None else text(noted.number),
        order_status=text(noted.order_status),
        email=text(noted.email),
        money=money and Money(money.amount_minor, plain(money.currency)),
        currency=plain(noted.currency),
        happened_at=whole(noted.happened_at),
        says=text(noted.says),
        undetermined=None if noted.undetermined is None else text(noted.undetermined),
        session_ids=tuple(map(plain, noted.session_ids)),
        intent_ids=tuple(map(plain, noted.intent_ids)),
        cells=tuple({name: text(cell) for name, cell in row.items() if cell} for row in noted.cells),
    )


def standings(connection: Connection, keys: Sequence[str], part: str) -> dict[str, Standing]:
    """The cases of these keys, as they stand."""
    rows = connection.execute(select(CASES).where(CASES.c.key.in_(keys), of(part))).mappings()
    return {row["key"]: _standing(row) for row in rows}


def write_cases(connection: Connection, cases: Iterable[Standing], part: str) -> dict[str, int]:
    """Add the new ones, change the others; their ids by key."""
    rows = {case.key: (case.id, _case_row(case)) for case in cases}
    fresh = [{**row, "key_mode": part} for known, row in rows.values() if known is None]
    ids = {key: known for key, (known, _) in rows.items() if known is not None}
    if fresh:
        connection.execute(insert(CASES), fresh)
        made = select(CASES.c.key, CASES.c.id).where(CASES.c.key.in_([row["key"] for row in fresh]), of(part))
        ids |= {row.key: row.id for row in connection.execute(made)}
    if old := [{**row, "of": known} for known, row in rows.values() if known is not None]:
        change = update(CASES).where(CASES.c.id == bindparam("of"))
        connection.execute(change.values({name: bindparam(name) for name in _STANDING}), old)
    return ids


def write_texts(connection: Connection, shown: Mapping[int, Noted], unread: Mapping[int, str | None]) -> None:
    """What is shown of cases, by id: all of it, or only what could not be told in the last reading."""
    if shown:
        connection.execute(delete(TEXTS).where(TEXTS.c.case_id.in_(shown)))
        connection.execute(insert(TEXTS), [_text_row(case_id, noted) for case_id, noted in shown.items()])
        dialect = sqlite if connection.dialect.name == "sqlite" else postgresql
        found_by = [{"term": term, "case_id": case_id} for case_id, noted in shown.items() for term in terms(noted)]
        connection.execute(dialect.insert(TERMS).on_conflict_do_nothing(), found_by)
    if unread:
        change = update(TEXTS).where(TEXTS.c.case_id == bindparam("of")).values(undetermined=bindparam("because"))
        connection.execute(change, [{"of": case_id, "because": because} for case_id, because in unread.items()])


def write_readings(connection: Connection, read: Iterable[tuple[int, Noted]]) -> None:
    """Add readings of cases, in their order. One that found the same as the last only counts it up; the same one of the
    same scan does not even that."""
    read = list(read)
    newest = select(func.max(READINGS.c.id)).where(READINGS.c.case_id.in_([case_id for case_id, _ in read]))
    query = select(READINGS).where(READINGS.c.id.in_(newest.group_by(READINGS.c.case_id)))
    last = {row["case_id"]: dict(row) for row in connection.execute(query).mappings()} if read else {}
    fresh: list[dict[str, object]] = []
    counted: dict[int, dict[str, object]] = {}
    for case_id, noted in read:
        row, before = _reading_row(case_id, noted), last.get(case_id)
        if before is None or any(before[name] != row[name] for name in _SAME):
            fresh.append(row)
            last[case_id] = row
            continue
        if noted.scan_id is None or before["scan_id"] != noted.scan_id:
            before["times"] += 1
        before |= {"last_at": noted.read_at, "scan_id": noted.scan_id}
        if "id" in before:
            counted[before["id"]] = {
                "of": before["id"],
                **{name: before[name] for name in ("last_at", "times", "scan_id")},
            }
    if fresh:
        connection.execute(insert(READINGS), fresh)
    if counted:
        names = ("last_at", "times", "scan_id")
        change = update(READINGS).where(READINGS.c.id == bindparam("of"))
        connection.execute(change.values({name: bindparam(name) for name in names}), list(counted.values()))


def kept(row: RowMapping) -> Kept:
    """A case from a row of both tables."""
    return Kept(
        key=row["key"],
        order_id=row["order_id"],
        number=row["number"],
        order_status=row["order_status"],
        email=row["email"],
        code=row["code"],
        codes=tuple(row["codes"].split()),
        title=row["title"],
        severity=severity(row["weight"]),
        confidence=Confidence(row["confidence"]) if row["confidence"] else None,
        money=_money(row),
        currency=row["currency"],
        happened_at=row["happened_at"],
        says=row["says"],
        undetermined=row["undetermined"],
        session_ids=_listed(row["session_ids"], str),
        intent_ids=_listed(row["intent_ids"], str),
        cells=_listed(row["cells"], dict),
        **{
            name: row[name]
            for name in (
                "id read_at scan_id state first_seen last_seen ignored_until resolved_at reopened who change owner "
                "opened_at".split()
            )
        },
    )


def reading(row: RowMapping) -> Reading:
    """A reading from its row."""
    names = ("first_at", "last_at", "times", "scan_id", "outcome", "code", "undetermined")
    return Reading(**{name: row[name] for name in names}, codes=tuple(row["codes"].split()), money=_money(row))


_SAME = ("outcome", "code", "codes", "currency", "money_minor", "undetermined")


def _listed(kept: object, kind: type[T]) -> tuple[T, ...]:
    """What was kept as a list of these; without what was damaged."""
    return tuple(one for one in read(kept, list) or () if isinstance(one, kind))


def _standing(row: RowMapping) -> Standing:
    values = {name: row[name] for name in _STANDING}
    return Standing(**{**values, "codes": tuple(row["codes"].split()), "id": row["id"]})


def _case_row(case: Standing) -> dict[str, object]:
    values = {name: getattr(case, name) for name in _STANDING}
    dear = -1 if case.money_minor is None else case.money_minor
    return {**values, "codes": f" {' '.join(case.codes)} ", "dear": dear}


def _text_row(case_id: int, noted: Noted) -> dict[str, object]:
    names = ("order_id", "number", "order_status", "email", "title", "says", "undetermined")
    lists = ("session_ids", "intent_ids", "cells")
    return {
        "case_id": case_id,
        **{name: getattr(noted, name) for name in names},
        **{name: json.dumps(getattr(noted, name), separators=(",", ":")) for name in lists},
    }


def _reading_row(case_id: int, noted: Noted) -> dict[str, object]:
    return {
        "case_id": case_id,
        "first_at": noted.read_at,
        "last_at": noted.read_at,
        "times": 1,
        "scan_id": noted.scan_id,
        "outcome": noted.outcome,
        "code": noted.code,
        "codes": f" {' '.join(noted.codes)} ",
        "currency": noted.money.currency if noted.money else "",
        "money_minor": noted.money.amount_minor if noted.money else None,
        "undetermined": noted.undetermined,
    }


def _money(row: RowMapping) -> Money | None:
    return None if row["money_minor"] is None else Money(row["money_minor"], row["currency"])
