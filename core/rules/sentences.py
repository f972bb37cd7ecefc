"""How values are put into sentences and evidence: times, amounts, names of things."""

import re
from datetime import UTC, datetime

from core.facts import Intent, Order, Session
from core.findings import Evidence
from core.money import Money

_LONG = re.compile(r"_[A-Za-z0-9]{20}")
_LONG_ID = re.compile(r"\b[a-z]{2,6}_(?:test_|live_)?[A-Za-z0-9]{20,}\b")
_MONTHS = "Jan Feb Mar Apr May Jun Jul Aug Sep Oct Nov Dec".split()
_DIGITS = tuple(f"{number:02}" for number in range(60))
MILLISECONDS = 100_000_000_000  # as seconds, the year 5138


def seconds(at: int | None) -> int | None:
    """A time of an orders table in seconds since 1970, also where it was kept in milliseconds or microseconds."""
    while at is not None and abs(at) >= MILLISECONDS:
        at //= 1000
    return at


def moment(at: int | None) -> str:
    """A time as it is read aloud: `22 Nov 2026, 21:10 UTC`."""
    try:
        time = datetime.fromtimestamp(seconds(at) or 0, UTC)
    except (ValueError, OverflowError, OSError):  # before the year 1
        return "an unreadable time"
    return (
        f"{time.day} {_MONTHS[time.month - 1]} {time.year}, {_DIGITS[time.hour]}:{_DIGITS[time.minute]} UTC"
        if at
        else "an unknown time"
    )


def span(length: int) -> str:
    """A length of time as it is read aloud: `3 days`, `1 hour`, `5 minutes`."""
    for size, name in ((86_400, "day"), (3_600, "hour"), (60, "minute")):
        if (count := length // size) >= 1:
            return f"{count} {name}" + ("s" if count > 1 else "")
    return "less than a minute"


def money(amount: Money | None) -> str:
    """An amount for people; an unknown one is called that."""
    return str(amount) if amount else "an unknown amount"


def short(text: str) -> str:
    """A sentence with its long ids cut to what can be compared by eye or on the phone: `cs_live_a1Eu...KULSN`."""
    if _LONG.search(text) is None:
        return text
    return _LONG_ID.sub(lambda found: f"{found[0][:12]}...{found[0][-5:]}", text)


def several(things: list[str]) -> str:
    """`a`, `a and b`, `a, b and c`."""
    if len(things) == 1:
        return things[0]
    return " and ".join(filter(None, [", ".join(things[:-1]), things[-1] if things else ""]))


def about_order(order: Order, name: str, value: object) -> Evidence:
    """A value as the orders database has it."""
    return Evidence(f"order {order.number or order.id}", name, _shown(value))


def _shown(value: object) -> str:
    return ("" if value is None else str(value)) or "(empty)"


def status_of(order: Order) -> Evidence:
    """The order's status, in the app's own word where that is another."""
    own, ours = order.raw_status, order.status
    return about_order(order, "status", ours if own in ("", ours) else f"{own} ({ours})")


def about(thing: Session | Intent, name: str, value: object) -> Evidence:
    """A value as Stripe has it."""
    kind = "session" if isinstance(thing, Session) else "intent"
    return Evidence(f"{kind} {thing.id}", name, _shown(value))
