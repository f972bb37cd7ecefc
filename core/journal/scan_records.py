"""`ScanRecord`: one scan as it is kept, and `Hole`: what of it was not read."""

from dataclasses import dataclass
from typing import Final, Literal, Protocol

from sqlalchemy import RowMapping

from core.jobs import abandoned
from core.journal import cleaning
from core.journal.partitions import mode_in

ALONE: Final = "alone "  # before the account, of a scan of nothing but its orders
State = Literal["running", "complete", "partial", "cancelled", "failed"]


class HoleLike(Protocol):
    """What could not be read; `since` and `until` are seconds since 1970."""

    @property
    def kind(self) -> str: ...
    @property
    def since(self) -> int: ...
    @property
    def until(self) -> int: ...
    @property
    def because(self) -> str: ...


@dataclass(frozen=True, slots=True)
class Hole:
    """What of a scan was not read: which kind of object, created in [since, until), and why."""

    kind: str
    since: int
    until: int
    because: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ScanRecord:
    """One scan of [since, until). Times are seconds since 1970. `phase`, `done`, `total`: how far it is; `requests` to
    Stripe and `statements` to the orders database so far; `why`: what ended it, where that needs words; `turn`: counts
    who has held it: above the first, it is gone on with. `account`: the one that was read; marked (`ALONE`) where only
    the orders that name it were."""

    id: int
    since: int
    until: int
    key_mode: str
    account: str
    who: str
    started_at: int
    beat_at: int
    finished_at: int | None
    state: State
    phase: str
    done: int
    total: int
    requests: int
    statements: int
    orders: int
    sessions: int
    suspects: int
    findings: int
    holes: tuple[Hole, ...]
    why: str
    cancel_asked: bool
    holder: str
    turn: int = 1

    @property
    def alone(self) -> str | None:
        """The connected account whose orders alone were scanned; None of a scan of the shop."""
        return self.account.removeprefix(ALONE) if self.account.startswith(ALONE) else None

    def lost(self, now: int) -> bool:
        """Whether it is called running and nobody runs it."""
        return self.state == "running" and abandoned(self.holder, self.beat_at, now)


def record_of(row: RowMapping) -> ScanRecord:
    """A scan as its row has it."""
    told = {
        "key_mode": mode_in(row["key_mode"]),
        "holes": _holes(row),
        "cancel_asked": bool(row["cancel_asked"]),
        "turn": row["turn"] or 1,
    }
    return ScanRecord(**{**row, **told})


def _holes(row: RowMapping) -> tuple[Hole, ...]:
    """What was not read. Where that is not to be read itself, nothing of the scan is taken for read."""
    kept = cleaning.read(row["holes"], list)
    try:
        if kept is not None:
            return tuple(Hole(*hole) for hole in kept)
    except TypeError:
        pass
    damaged = "what was written down of it cannot be read any more"
    return (Hole("everything", row["since"], row["until"], damaged),)
