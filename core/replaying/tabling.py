"""The CSV of a plan, and of what came of a run: the same columns; and such a file read back as a selection.

What is read back is no plan: each case is opened and planned anew, and again right before it is sent.
"""

import csv
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Final, cast

from core.errors import UsageError
from core.export import as_written, table
from core.journal import ReplayItem
from core.replaying.selecting import Selection, Wanted
from core.replays import How
from core.times import iso

COLUMNS: Final = (
    "case", "order", "event", "event_type", "object", "happened_at", "way", "endpoint", "stripe_endpoint", "amount",
    "amount_minor", "currency", "mode", "state", "left_out", "says", "order_before", "order_after", "answer_status",
    "answer", "begun_at", "ended_at", "reconstructed",
)  # fmt: skip
_NEEDED: Final = ("case", "event", "way", "mode", "state")
_UNSENT: Final = ("planned", "cancelled")  # of a run's own file: what was never sent
_NEXT: Final = "Take a file that `orderlens replay --plan --csv FILE` wrote, and leave its columns as they are."


def csv_of(items: Iterable[ReplayItem], mode: str) -> Iterator[str]:
    """Lines of CSV, with a header, that a spreadsheet can open safely."""
    return table(COLUMNS, (_cells(item, mode) for item in items))


def selection_of(lines: Sequence[str], mode: str, name: str) -> Selection:
    """What of the file `name` is to be sent. UsageError where it is no plan, or one of the other mode."""
    rows = csv.DictReader(line.removeprefix("\ufeff") for line in lines)
    if missing := [column for column in _NEEDED if column not in (rows.fieldnames or ())]:
        raise UsageError(f"{name} is no plan of replays: it has no column {missing[0]}.", next_step=_NEXT)
    wanted = list[Wanted]()
    for number, row in enumerate(rows, start=2):
        if row["state"] in _UNSENT:
            wanted.append(_wanted(row, mode, f"{name}, line {number}"))
    return Selection(tuple(wanted), f"the plan {name}")


def _wanted(row: Mapping[str, str | None], mode: str, where: str) -> Wanted:
    cells = {column: as_written(row[column] or "") for column in (*_NEEDED, *(["stripe_endpoint"])) if column in row}
    if cells["way"] not in ("replay", "resend"):
        raise UsageError(f"{where}: the way is {cells['way'] or 'empty'}, not replay or resend.", next_step=_NEXT)
    if cells["mode"] != mode:
        raise UsageError(
            f"{where}: this is a plan of {cells['mode'] or 'no'} mode, and STRIPE_API_KEY is a {mode} key.",
            next_step="Set the other key, or plan anew with this one.",
        )
    if not cells["case"] or not cells["event"]:
        raise UsageError(f"{where}: it names no case, or no event.", next_step=_NEXT)
    how = cast("How", cells["way"])
    return Wanted(cells["case"], cells["event"], how, cells.get("stripe_endpoint") or None)


def _cells(item: ReplayItem, mode: str) -> dict[str, str]:
    money = item.money
    amounts = (
        {"amount": f"{money.major:f}", "amount_minor": str(money.amount_minor), "currency": money.currency.upper()}
        if money
        else {}
    )
    return {
        "case": item.case_key,
        "order": item.name,
        "event": item.event_id,
        "event_type": item.event_type,
        "object": item.object_id,
        "happened_at": iso(item.event_created) or "" if item.event_created else "",
        "way": item.how,
        "endpoint": item.endpoint,
        "stripe_endpoint": item.endpoint_id,
        **amounts,
        "mode": mode,
        "state": item.state,
        "left_out": item.left_out,
        "says": item.says,
        "order_before": item.before,
        "order_after": item.after,
        "answer_status": str(item.status or ""),
        "answer": item.answer,
        "begun_at": iso(item.begun_at) or "",
        "ended_at": iso(item.ended_at) or "",
        "reconstructed": "yes" if item.reconstructed else "",
    }
