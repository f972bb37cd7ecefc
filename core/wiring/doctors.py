"""Settings in, a doctor out."""

import time
from pathlib import Path

from core.errors import SettingsError
from core.settings import OrdersSettings, Settings, load_door
from core.setup import Doctor


def doctor(settings: Settings | OrdersSettings, *, config: Path | None = None) -> Doctor:
    """Who says whether all of `settings` holds, and the log-in of the same file. Nothing is asked yet."""
    try:
        door = load_door(config=config)
    except SettingsError as error:
        return Doctor(settings, clock=time.time, door=error)
    return Doctor(settings, clock=time.time, door=door)
