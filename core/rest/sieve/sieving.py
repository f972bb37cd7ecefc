"""`Sieving`: what a scan knows of a sieve, whichever engine it runs in; and what comes out of one."""

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Protocol

from core.facts import Json, NameKeys
from core.rest.sieve.rows import OrderRow, Touch

Kept = tuple[str, list[Json]]
"""Some objects, by the kind under which a scan lists them, with the intent in its session, the charge in its intent."""

Listed = Mapping[str, Iterable[Json]]
"""Subscriptions and invoices, by these kinds, as Stripe itself has listed them: all of a span's, until now. By them
an engine may find healthy who has a subscription, or leave whomever they touch."""


@dataclass(frozen=True, slots=True)
class Sieved:
    """What is left. `orders`: how many there were; `discarded`: how many of them are healthy beyond doubt; `suspects`
    and `canaries` (a sample of the discarded): ids of orders; `around`: ids of further orders that hang together with
    these; `orphans`: ids of sessions, intents and charges that hold money and that no order of the span claims."""

    orders: int
    discarded: int
    suspects: tuple[str, ...]
    canaries: tuple[str, ...]
    around: tuple[str, ...]
    orphans: tuple[str, ...]


class Sieving(Protocol):
    """One sieving: `run` once, then `objects`, then `close`. All raise `core.errors.Unreachable` where the engine
    fails; then nothing that came out counts."""

    def run(
        self,
        orders: Iterable[OrderRow],
        *,
        since: int,
        until: int,
        now: int | None,
        beside: Iterable[Touch] = (),
        listed: Listed | None = None,
        go_on: Callable[[], None] = lambda: None,
    ) -> Sieved:
        """Sieve the orders of `[since, until)`, each once, beside Stripe's objects of that span (seconds since 1970).

        `now`: None, where the data are older than now: then nothing open is discarded, and whatever is not over comes
        out too, to be read from Stripe. `beside`: what was read from Stripe itself bears, and ids that are looked at
        in any case; whom these touch is left. `listed`: nothing that lies here of these kinds counts. All are read
        once, in this order. `go_on` is called between any two steps, and may raise to stop."""

    def objects(self) -> Iterator[Kept]:
        """All that hangs together with what is left, as it lies there, some at a time."""

    def close(self) -> None:
        """Let go of everything that this made, and of the engine where nobody else has it. Safe to call twice."""


class Sieves(Protocol):
    """Makes sievings of one copy."""

    def __call__(self, keys: NameKeys, canary: float) -> Sieving | None:
        """One more. `keys`: where the names of orders stand; `canary`: the share of the discarded that comes out all
        the same. None where no engine can be had: then the copy is read piece by piece. Unreachable as above."""
