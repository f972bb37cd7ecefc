"""What a scan is asked to do, in words and as a command line, and how far it is. Pure."""

from dataclasses import dataclass
from typing import Final

from core.jobs import orderlens
from core.stripe_api.spans import Range
from core.times import DAY, HOUR

SETTLE: Final = 5  # seconds below now: Stripe lists an object a moment after it was made
OVERLAP: Final = 25 * HOUR  # a session can change for a day; so long is read again below the last horizon


@dataclass(frozen=True, slots=True)
class Plan:
    """The span `[since, until)` of orders and of Stripe's objects (seconds since 1970; None: where the last scan ended,
    and now). `only`: fill in these ranges of a scan that is there already; `who` asked for it; `resume`: go on with an
    interrupted or partial scan of the same span, if there is one; `scan_id`: with this one."""

    since: int | None
    until: int | None = None
    only: tuple[Range, ...] = ()
    who: str = ""
    resume: bool = True
    scan_id: int | None = None
    canary: float = 0.005

    def span(self, *, now: int, last_horizon: int | None) -> Range:
        """What is to be read: nothing newer than a few seconds, and an overlap with the scan before, which may have
        missed what was made while it ran. A span of its own, before or long after it, stays as it is."""
        horizon = now - SETTLE
        until = horizon if self.until is None else min(self.until, horizon)
        if last_horizon is None:
            return Range(until - 30 * DAY if self.since is None else self.since, until)
        since = last_horizon if self.since is None else self.since
        overlaps = since <= last_horizon <= until
        return Range(min(since, last_horizon - OVERLAP) if overlaps else min(since, until), until)


@dataclass(frozen=True, slots=True)
class Stage:
    """How far a scan is: `phase` ("reading", "comparing", "suspects", "noting", "done"), `done` of about `total` (0:
    not known yet), `requests` so far."""

    phase: str
    done: int
    total: int
    requests: int


def command(plan: Plan, *, shop: str = "") -> list[str]:
    """The command line that carries out the plan; times are seconds since 1970. `shop`: whose orders, where shops have
    names."""
    given: dict[str, object] = {
        "--shop": shop or None,
        "--since": plan.since,
        "--until": plan.until,
        "--who": plan.who or None,
        "--scan": plan.scan_id,
    }
    options = [str(part) for name, value in given.items() if value is not None for part in (name, value)]
    only = [part for one in plan.only for part in ("--only", f"{one.since}-{one.until}")]
    return orderlens("scan", "--json", *options, *only, *([] if plan.resume else ["--anew"]))
