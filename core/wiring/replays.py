"""Settings in, runs of replays out; and the message about one, to whom the watch tells."""

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Final

from core.journal import ReplayRun
from core.replaying import Runs
from core.replaying.told import TOLD, message
from core.settings import Settings
from core.telling import Teller
from core.wiring import desk

PATIENCE: Final[tuple[float, ...]] = (1, 2, 4, 8, 15, 20)  # seconds between two tries; less than a job's lease


@contextmanager
def replaying(settings: Settings, told: Callable[[str], None] = lambda _: None) -> Iterator[Runs]:
    """Runs on the shop and the account of `settings`. SettingsError where a URL or a key is not one. `told`: called
    with a sentence when the journal is waited for."""
    with desk(settings, patience=PATIENCE, told=told) as live:
        fetches = settings.app_fetches_events
        yield Runs(live, settings.replays, lambda: int(time.time()), settings.shop, fetches)


def tell(settings: Settings, runs: Runs, run: ReplayRun) -> tuple[int, tuple[str, ...]]:
    """Say to whom the watch tells what came of a run that has ended: how many it reached, and whom it did not."""
    if not settings.tell or run.state not in TOLD:
        return 0, ()
    teller = Teller(settings.tell, shop=settings.shop)
    failed = teller.tell(message(run, runs.parts(run.id)), teller.marks)
    return len(teller.marks) - len(failed), tuple(map(teller.name, failed))
