"""What the app's own rows of payments say of the orders whose status nobody could tell. Pure.

It is offered with the counts, never taken: what the app has booked is what it may have missed.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace

from core.facts import Order
from core.orders.meaning import Words
from core.settings import Payments
from core.setup.guessing import Question, vocabulary

_OFFERED = {"succeeded": "paid", "refunded": "refunded", "open": "pending", "lost": ""}
_SAID = {
    "succeeded": "have a settled payment",
    "refunded": "have one that was given back",
    "open": "have none that is settled",
    "lost": "have none that went through",
}


def told(questions: Iterable[Question], orders: Sequence[Order], payments: Sequence[Payments]) -> tuple[Question, ...]:
    """The questions with how many orders of that status have a payment that is settled, given back or open."""
    words = Words({raw: word for one in payments for raw, word in one.status_map.items()})
    known = [(order, state) for order in orders if (state := _state(order, words)) is not None]
    return tuple(_told(one, [state for order, state in known if _has(one, order)]) for one in questions)


def _told(question: Question, states: Sequence[str]) -> Question:
    if not states:
        return question
    counted = {name: states.count(name) for name in _OFFERED if name in states}
    listed = ", ".join(f"{many} of {len(states)} {_SAID[name]}" for name, many in counted.items())
    alone = next(iter(counted)) if len(counted) == 1 else ""
    hint = question.suggestion or _OFFERED.get(alone, "")
    return replace(question, asks=f"By the app's payments {listed}. {question.asks}", suggestion=hint)


def _state(order: Order, words: Words) -> str | None:
    """What the order's payments came to by their own words; None where no row has one."""
    rows = order.raw.get("payments")
    held = [row.get("status") for row in rows if isinstance(row, Mapping)] if isinstance(rows, list) else []
    raws = [str(raw) for raw in held if raw not in (None, "")]
    found = {words.of([raw]) or vocabulary.settles(raw) or vocabulary.meaning(raw, "payment") for raw in raws}
    settled = next((one for one in ("succeeded", "refunded") if one in found), None)
    return settled or ("lost" if found <= {"failed", "cancelled"} else "open") if raws else None


def _has(question: Question, order: Order) -> bool:
    _, _, pattern = question.key.partition("#")
    words = Words({pattern: "it"} if pattern else {})
    return bool(words.of(order.raw_status.split("/")) or words.of([order.raw_status]))
