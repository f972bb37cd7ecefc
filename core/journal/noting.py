"""What a reading means for a case that is kept. Pure: the case as it stood and the reading in, the case as it stands
out.

Holds the promises of the inbox: only a later clean reading resolves; one that could not tell never does, nor one of an
order that is paid and lacks what the settings want of it; what was found and could not be looked at again stays found,
and all of it; a reading older than the last changes nothing; the same reading noted twice in one scan is the same news,
once.
"""

from dataclasses import dataclass, replace

from core.findings import Severity
from core.journal.kept import Noted, State, What

_WEIGHTS = {severity: 5 - severity.rank for severity in Severity}
_SEVERITIES = {weight: severity for severity, weight in _WEIGHTS.items()}
_LOUD = {"quiet": 0, "again": 1, "changed": 2, "new": 3, "reopened": 3, "resolved": 3}


@dataclass(frozen=True, slots=True, kw_only=True)
class Standing:
    """A case as the table of cases has it: what is filtered and sorted by. `weight`: 5 for critical ... 1 for info, 0
    where nothing could be told."""

    key: str
    read_at: int
    scan_id: int | None
    change: What
    first_seen: int
    last_seen: int
    state: State = "open"
    weight: int = 0
    code: str | None = None
    codes: tuple[str, ...] = ()
    confidence: str = ""
    currency: str = ""
    money_minor: int | None = None
    happened_at: int | None = None
    ignored_until: int | None = None
    resolved_at: int | None = None
    reopened: int = 0
    who: str | None = None
    opened_at: int = 0
    id: int | None = None


def weight(severity: Severity | None) -> int:
    """How heavy a case of this severity weighs."""
    return _WEIGHTS[severity] if severity else 0


def severity(weight: int) -> Severity | None:
    """The severity of a weight."""
    return _SEVERITIES.get(weight)


def stands_after(before: Standing | None, noted: Noted, now: int) -> tuple[What, Standing | None]:
    """What the reading is to the case `before` (None: not kept), and the case after it (None: not kept either)."""
    if before is None:
        return ("quiet", None) if noted.outcome == "clean" or noted.lacks else ("new", _fresh(noted, now))
    older = noted.read_at < before.read_at <= now  # one from the future is of a clock that has been put right since
    less = noted.partial and noted.outcome == "found" and not set(before.codes) <= set(noted.codes)
    if older or (less and before.state != "resolved"):
        return "quiet", before
    what, after = _BY_OUTCOME[noted.outcome](before, noted, now)
    in_one_scan = noted.scan_id is not None and noted.scan_id == before.scan_id
    if in_one_scan and _LOUD[what] < _LOUD[before.change]:
        what = before.change
    return what, replace(after, read_at=noted.read_at, scan_id=noted.scan_id, change=what)


def _fresh(noted: Noted, now: int) -> Standing:
    empty = Standing(
        key=noted.key, read_at=noted.read_at, scan_id=noted.scan_id, change="new", first_seen=now, last_seen=now,
        opened_at=now,
    )  # fmt: skip
    return _told(empty, noted)


def _clean(before: Standing, _noted: Noted, now: int) -> tuple[What, Standing]:
    if before.state == "resolved":
        return "quiet", before
    return "resolved", replace(before, state="resolved", resolved_at=now, ignored_until=None)


def _undetermined(before: Standing, _noted: Noted, now: int) -> tuple[What, Standing]:
    if before.state == "resolved" or before.code is not None:
        return "quiet", before
    return "again", replace(before, last_seen=max(before.last_seen, now))


def _found(before: Standing, noted: Noted, now: int) -> tuple[What, Standing]:
    after = replace(_told(before, noted), last_seen=max(before.last_seen, now))
    if _wakes(before, after, now):
        woken = replace(
            after, state="open", resolved_at=None, ignored_until=None, reopened=before.reopened + 1, opened_at=now
        )
        return "reopened", woken
    if before.code is None:
        return "new", after
    same = (before.codes, before.weight, before.money_minor, before.currency) == (
        after.codes, after.weight, after.money_minor, after.currency,
    )  # fmt: skip
    return ("again" if same else "changed"), after


def _wakes(before: Standing, after: Standing, now: int) -> bool:
    """Whether a case that was laid aside is to be looked at again: a resolved one found once more; an acknowledged one
    whose headline is another; an ignored one whose time is over, or that has got worse."""
    if before.state == "ignored":
        return (before.ignored_until or 0) <= now or after.weight > before.weight
    return before.state == "resolved" or (before.state == "acknowledged" and before.code != after.code)


def _told(standing: Standing, noted: Noted) -> Standing:
    return replace(
        standing,
        weight=weight(noted.severity),
        code=noted.code,
        codes=noted.codes,
        confidence=noted.confidence.value if noted.confidence else "",
        currency=noted.money.currency if noted.money else noted.currency.strip().lower(),
        money_minor=noted.money.amount_minor if noted.money else None,
        happened_at=noted.happened_at,
    )


_BY_OUTCOME = {"found": _found, "undetermined": _undetermined, "clean": _clean}
