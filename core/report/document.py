"""A report as plain data: for programs (`--json`), and beside the facts in a bundle, so that who opens it reads what
was said. Pure."""

from core.cases import bundle as facts_of
from core.cases import cleaned
from core.comparison import Comparison, Value
from core.report.belonging import Belonging
from core.report.report import Report
from core.rules import Examined


def bundle(seen: Examined, said: Report, *, masked: bool = True) -> dict[str, object]:
    """The case as one JSON document (`core.cases.bundle`) with what was said of it under `said`. Secrets never; e-mails
    only if not `masked`."""
    return {**facts_of(seen.case, masked=masked), "said": cleaned(_said(said), masked=masked)}


def comparisons(said: Report) -> list[dict[str, object]]:
    """Each attempt at paying beside the order, the one worth comparing first; times are seconds since 1970."""
    return [_comparison(one.comparison) for one in said.beside]


def _said(said: Report) -> dict[str, object]:
    return {
        "verdict": said.verdict.title,
        "says": said.verdict.says,
        "steps": list(said.verdict.steps),
        "money": said.situation.value,
        "where_the_money_is": {one.place.value: [str(amount) for amount in one.amounts] for one in said.money.holdings},
        "money_line": {one.title: " ".join(filter(None, (one.text, one.note))) for one in said.money_line},
        "letter": said.letter,
        "unread": list(said.unread),
        **({"belongs": [_belongs(one) for one in said.belongs]} if said.belongs else {}),
    }


def _belongs(one: Belonging) -> str:
    return f"{one.says} ({one.note})" if one.note else one.says


def _comparison(found: Comparison) -> dict[str, object]:
    return {
        "read_at": found.read_at,
        "columns": [{"title": one.title, "name": one.name, "unread": one.unread} for one in found.columns],
        "rows": [
            {
                "field": row.field,
                "verdict": row.verdict.value,
                "why": row.why,
                "sums": [str(made) for made in row.sums],
                "values": [_value(value) if value else None for value in row.values],
            }
            for row in found.rows
        ],
    }


def _value(value: Value) -> dict[str, object]:
    return {"text": value.text, "at": value.at, "where": value.where, "odd": value.odd, "unread": value.unread}
