"""A plan of replays as text, and read back: without keys and secrets, e-mail addresses masked, as a run's items are.

A plan that is read back is what was shown then: each of its items is read and chosen anew before it is sent.
"""

import json
from dataclasses import fields
from typing import Any, Final

from core.journal import item_of_row, row_of_item
from core.replaying.planning import RunPlan

_OWN: Final = tuple(one.name for one in fields(RunPlan) if one.name != "items")


def written(plan: RunPlan) -> str:
    """The plan as text."""
    items = [row_of_item(item, "") for item in plan.items]
    return json.dumps({**{name: getattr(plan, name) for name in _OWN}, "items": items})


def read(text: str) -> RunPlan | None:
    """The plan of such a text; None where it is none, or one of another Orderlens."""
    try:
        kept: dict[str, Any] = json.loads(text)
        items = tuple(item_of_row({"id": 0, **row}) for row in kept["items"])
        return RunPlan(items=items, **{name: kept[name] for name in _OWN})
    except (ValueError, TypeError, KeyError, AttributeError):
        return None
