"""Whether a database finds rows by a column without reading them all: asked of its own planner.

A small table is read whole whatever indexes it has, so each planner is asked what it could do, not what it would.
Never runs what it asks about.
"""

import json
from collections.abc import Iterator, Mapping
from typing import Any

from sqlalchemy import ColumnElement, select, text
from sqlalchemy.engine import Connection

from core.orders.database.relations import Relation


def served(connection: Connection, relation: Relation, column: ColumnElement[Any], value: object) -> bool:
    """Whether rows of `relation` with `column` = `value` are found by an index."""
    source = relation.select(column)
    asked = source.where(column == value).limit(1) if relation.settings.query else _bare(column, value)
    compiled = asked.compile(connection)
    values = compiled.construct_params()
    given = [values[name] for name in compiled.positiontup] if compiled.positiontup else values
    kind = connection.dialect.name
    if kind == "postgresql":
        connection.execute(text("SET LOCAL enable_seqscan = off"))
        plan: Any = connection.exec_driver_sql(f"EXPLAIN (FORMAT JSON) {compiled}", given or None).scalar()
        nodes = list(_nodes((json.loads(plan) if isinstance(plan, str) else plan)[0]["Plan"]))
        return not any(node["Node Type"] == "Seq Scan" for node in nodes) and any(
            "Index Cond" in node or "Recheck Cond" in node for node in nodes
        )
    explain = "EXPLAIN QUERY PLAN" if kind == "sqlite" else "EXPLAIN"
    held = tuple(given) if compiled.positiontup else given  # a driver takes either, by place or by name
    rows = connection.exec_driver_sql(f"{explain} {compiled}", held).mappings().all()
    if kind == "sqlite":
        steps = [str(row["detail"]) for row in rows]
        return any(step.startswith("SEARCH") for step in steps) and not any(_whole(step) for step in steps)
    return all(row["possible_keys"] or "const" in str(row["Extra"]) for row in rows if row["table"])


def _bare(column: ColumnElement[Any], value: object) -> Any:  # noqa: ANN401 - a SELECT of whatever the column is
    """The question put to the column's own table, so that no join hides the answer."""
    return select(column).where(column == value).limit(1)


def _whole(step: str) -> bool:
    return step.startswith(("SCAN", "MATERIALIZE", "CO-ROUTINE")) and "CONSTANT ROW" not in step


def _nodes(plan: Mapping[str, Any]) -> Iterator[Mapping[str, Any]]:
    yield plan
    for one in plan.get("Plans", ()):
        yield from _nodes(one)
