"""Figures, states and rows of a plan and of a run. Pure."""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from core.errors import redact
from core.money import Money
from core.replaying import ItemState, Part, ReplayItem, ReplayRun, RunPlan
from core.replaying.told import CALLED
from core.replays import Why
from core.report import count
from core.times import clock, span
from dashboard.words import Look

CURRENCIES: Final = 3  # that are named of a sum
OBJECTIONS: Final = 6  # that are said above a plan's table
NAMED: Final = 3  # orders
LOST: Final = Look("Interrupted", ":material/power_off:", "orange")
STATES: Final[Mapping[str, Look]] = {
    "waiting": Look("Waits for a second person", ":material/group:", "orange"),
    "ready": Look("Ready", ":material/hourglass_top:", "blue"),
    "running": Look("Sending", ":material/sync:", "blue"),
    "paused": Look("Paused", ":material/pause_circle:", "orange"),
    "stopped": Look("Stopped by itself", ":material/front_hand:", "red"),
    "complete": Look("Complete", ":material/check_circle:", "green"),
    "cancelled": Look("Cancelled", ":material/cancel:", "gray"),
    "failed": Look("Failed", ":material/error:", "red"),
}
OPEN: Final = Look("Complete, not all healed", ":material/incomplete_circle:", "yellow")
ITEMS: Final[Mapping[ItemState, Look]] = {
    "planned": Look("Not sent yet", "", "gray"),
    "sending": Look("Being sent", "", "blue"),
    "healed": Look("Healed", "", "green"),
    "changed": Look("Changed otherwise", "", "orange"),
    "unchanged": Look("Unchanged", "", "orange"),
    "failed": Look("Failed", "", "red"),
    "unverified": Look("Sent, not verified", "", "violet"),
    "skipped": Look("Skipped", "", "gray"),
    "cancelled": Look("Not sent: cancelled", "", "gray"),
}
_GROUPS: Final[tuple[tuple[str, str, tuple[ItemState, ...]], ...]] = (
    ("Healed", "green", ("healed",)),
    ("Not healed", "orange", ("unchanged", "changed")),
    ("Failed", "red", ("failed",)),
    ("Begun, not verified", "violet", ("sending", "unverified")),
    ("Left out or skipped", "gray", ("skipped",)),
    ("Not sent", "gray", ("planned", "cancelled")),
)
_BY: Final = {"replay": "sent by Orderlens, signed,", "resend": "sent by Stripe"}
_WAYS: Final = {"replay": "Orderlens, signed", "resend": "Stripe"}


@dataclass(frozen=True, slots=True)
class Figure:
    """One figure: `color` where it says that something is right or wrong."""

    title: str
    text: str
    note: str = ""
    color: str = ""


def figures_of_plan(plan: RunPlan) -> tuple[Figure, ...]:
    """How many, for how much, who not, how long."""
    number, out = len(plan.to_send), len(plan.left_out)
    made = f", {plan.made:,} reconstructed" if plan.made else ""
    return (
        Figure("To send", count(number, "event"), f"in {plan.mode} mode{made}"),
        Figure("Money of these", added(plan.money) or ("not known" if number else "none")),
        Figure("Left out", count(out, "case or event", "cases or events"), "why stands below" if out else ""),
        Figure(
            "Takes about", span(plan.expected()) if number else "no time", "one by one, if each order changes at once"
        ),
    )


def figures_of_run(parts: Iterable[Part]) -> tuple[Figure, ...]:
    """What came of it, each with its money; the same six for every run."""
    by_state = {part.state: part for part in parts}
    found = []
    for title, color, states in _GROUPS:
        own = [by_state[one] for one in states if one in by_state]
        number = sum(part.items for part in own)
        money = added(_sums(amount for part in own for amount in part.money))
        found.append(Figure(title, f"{number:,}", money, color if number else ""))
    return tuple(found)


def through(run: ReplayRun, parts: Iterable[Part]) -> int:
    """How many of what was to be sent are through, by the same counting as `figures_of_run`: the run's own figure is
    of its last beat."""
    return run.total - sum(part.items for part in parts if part.state in ("planned", "sending", "cancelled"))


def look(run: ReplayRun, parts: Sequence[Part], now: int) -> Look:
    """How a run stands: green only where all that was sent healed its order, and of each left out it is known why."""
    if run.lost(now):
        return LOST
    unwell = sum(part.items for part in parts if part.state in ("changed", "unchanged", "failed", "unverified"))
    unwell += sum(part.unread for part in parts)
    return OPEN if run.state == "complete" and unwell else STATES[run.state]


def canary(items: Sequence[ReplayItem]) -> str:
    """What came of the first that was sent, in a sentence; empty before there is one. `items`: of the run, those that
    were begun."""
    begun = [one for one in items if one.begun_at is not None and one.state not in ("planned", "skipped")]
    first = min(begun, key=lambda one: (one.begun_at or 0, one.position), default=None)
    if first is None:
        return ""
    if first.state == "sending":
        return f"The first one is being sent, for {first.name}. The others go only if it heals its order."
    if first.state == "healed":
        return f"The first one healed its order, {first.name}."
    return f"The first one, for {first.name}: {CALLED[first.state]}."


def all_alike(items: Sequence[ReplayItem]) -> str:
    """By whom and where to, in a sentence, where that is the same for all; else empty."""
    ways = {(one.how, one.endpoint) for one in items}
    if len(ways) != 1:
        return ""
    ((how, endpoint),) = ways
    each = "Each is" if len(items) > 1 else "It is"
    return f"{each} {_BY[how]} to {endpoint}"


def against(items: Sequence[ReplayItem]) -> list[str]:
    """What speaks against them, each said once, with the orders or how many there are, the most frequent first: a
    table's cell has no room for it. The last line says that there are more."""
    said = Counter(redact(one.says) for one in items if one.says).most_common()
    lines = [f"{_of_these(items, says, number)}: {says}" for says, number in said[:OBJECTIONS]]
    left = count(len(said) - OBJECTIONS, "other objection")
    return [*lines, f"{left}: in the table and in the CSV."] if len(said) > OBJECTIONS else lines


def planned_rows(items: Iterable[ReplayItem], *, brief: bool = False) -> dict[str, list[object]]:
    """What would be sent, as the columns of a table; `brief`: without what `all_alike` says."""
    rows = list(items)
    ways: dict[str, list[object]] = {
        "Sent by": [_WAYS[one.how] for one in rows],
        "To": [one.endpoint for one in rows],
    }
    return {
        "Order": [one.name for one in rows],
        "Event": [one.called for one in rows],
        "Happened": [clock(one.event_created) for one in rows],
        "Amount": [str(one.money or "not known") for one in rows],
        **({} if brief else ways),
        "Speaks against it": [redact(one.says) for one in rows],
    }


def left_rows(items: Iterable[ReplayItem]) -> dict[str, list[object]]:
    """Who is left out, as the columns of a table."""
    rows = list(items)
    return {
        "Order": [one.name for one in rows],
        "Why": [_why(one) for one in rows],
        "In words": [redact(one.says) for one in rows],
        "Event": [one.called for one in rows],
    }


def run_rows(items: Iterable[ReplayItem]) -> dict[str, list[object]]:
    """What came of each, as the columns of a table."""
    rows = list(items)
    return {
        "Order": [one.name for one in rows],
        "State": [[ITEMS[one.state].word] for one in rows],
        "Before": [one.before for one in rows],
        "After": [one.after for one in rows],
        "Answer": [f"HTTP {one.status}" if one.status else "" for one in rows],
        "Amount": [str(one.money or "not known") for one in rows],
        "Event": [one.called for one in rows],
        "In words": [f"{_why(one)}. {one.says}" if one.state == "skipped" else one.says for one in rows],
    }


def reasons(plan: RunPlan) -> list[str]:
    """Why cases are left out, with how many, the most frequent first."""
    return [f"{number:,} {why.called}" for why, number in plan.reasons.items()]


def added(amounts: Iterable[Money]) -> str:
    """`504.00 EUR + 20.00 USD and 2 other currencies`; empty where there is none."""
    every = tuple(amounts)
    left = len(every) - CURRENCIES
    others = f" and {count(left, 'other currency', 'other currencies')}" if left > 0 else ""
    return " + ".join(map(str, every[:CURRENCIES])) + others


def lasting(seconds: int) -> str:
    """About how long it takes, as a sentence."""
    said = span(seconds)
    return f"Takes {said if said.startswith('less') else f'about {said}'}."


def _sums(amounts: Iterable[Money]) -> tuple[Money, ...]:
    sums: dict[str, int] = {}
    for one in amounts:
        sums[one.currency] = sums.get(one.currency, 0) + one.amount_minor
    return tuple(Money(minor, currency) for currency, minor in sorted(sums.items()))


def _of_these(items: Sequence[ReplayItem], says: str, number: int) -> str:
    if number > NAMED:
        return f"{number:,} of {len(items):,}"
    return ", ".join(one.name for one in items if redact(one.says) == says)


def _why(item: ReplayItem) -> str:
    called = Why(item.left_out).called if item.left_out in set(Why) else item.left_out
    return called[:1].upper() + called[1:]
