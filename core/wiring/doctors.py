"""Settings in, a doctor out."""

import time
from functools import partial
from pathlib import Path

from core.checks import Check
from core.errors import SettingsError
from core.settings import DoorSettings, OrdersSettings, Settings, load_door
from core.setup import Doctor


def doctor(settings: Settings | OrdersSettings, *, config: Path | None = None) -> Doctor:
    """Who says whether all of `settings` holds, and the log-in of the same file. Nothing is asked yet."""
    door: DoorSettings | SettingsError
    try:
        door = load_door(config=config)
    except SettingsError as error:
        door = error
    return Doctor(settings, clock=time.time, door=door, cluster=partial(_cluster, settings))


def _cluster(settings: Settings | OrdersSettings) -> tuple[Check, ...]:
    """What is to be said of the cluster that goes through an export, where one is named."""
    rest = settings.rest if isinstance(settings, Settings) else None
    if rest is None or rest.spark is None or rest.path is None:
        return ()
    from core.scanning.spark import examining  # noqa: PLC0415 - a page needs nothing of a scan

    return examining.examine(rest.spark, rest.path)
