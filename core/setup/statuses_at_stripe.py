"""What Stripe knows of the orders whose status nobody could tell: how many of a word are paid. Pure.

It is offered with the counts, never taken: one order of a word may be the one whose message was lost.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace

from core.facts import Order
from core.orders.meaning import Words
from core.setup.guessing import Question
from core.stripe_api import Sampled

_OF_A_WORD = 5
_WORDS = 8
_TELLING = 2
_PAID = ("paid", "fulfilled")
_UNPAID = ("created", "pending", "cancelled", "failed")


@dataclass(frozen=True, slots=True)
class Asked:
    """The payments of a few orders of each status that is a question: their ids by the question's key."""

    of: Mapping[str, tuple[str, ...]]

    @property
    def ids(self) -> tuple[str, ...]:
        """All of them."""
        return tuple(dict.fromkeys(one for ids in self.of.values() for one in ids))


def wanted(questions: Iterable[Question], sample: Iterable[Order]) -> Asked:
    """Whose payments are to be asked for."""
    orders = [(one, name) for one in sample if (name := one.payment_intent_id or one.charge_id or one.session_id)]
    found: dict[str, tuple[str, ...]] = {}
    for one in questions:
        _, _, pattern = one.key.partition("#")
        if pattern and len(found) < _WORDS:
            words = Words({pattern: "it"})
            ids = [
                name for order, name in orders if words.of(order.raw_status.split("/")) or words.of([order.raw_status])
            ]
            if ids:
                found[one.key] = tuple(ids[:_OF_A_WORD])
    return Asked(found)


def told(questions: Iterable[Question], asked: Asked, sampled: Mapping[str, Sampled | None]) -> tuple[Question, ...]:
    """The questions with what Stripe says of them."""
    return tuple(_told(one, [sampled.get(name) for name in asked.of.get(one.key, ())]) for one in questions)


def _told(question: Question, payments: Iterable[Sampled | None]) -> Question:
    known = [one for one in payments if one is not None and one.paid is not None]
    if not known:
        return question
    paid, back = sum(bool(one.paid) for one in known), sum(one.returned for one in known)
    said = f"{paid} of {len(known)} are paid at Stripe" + (f", {back} of them refunded" if back else "")
    return replace(
        question, asks=f"{said}. {question.asks}", suggestion=_offered(question.suggestion, len(known), paid, back)
    )


def _offered(before: str, known: int, paid: int, back: int) -> str:
    """The word to offer: what the shop's own word suggests where that does not contradict Stripe."""
    if back == known and (known >= _TELLING or before == "refunded"):
        return "refunded"
    if known < _TELLING:
        return before if before in (_PAID if paid else _UNPAID) and not back else ""
    if paid == known and not back:
        return before if before in _PAID else "paid"
    few = paid * 2 < known and not back  # paid, and the app does not know it: that is what is looked for
    return before if few and before in _UNPAID else ""
