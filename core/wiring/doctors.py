"""Settings in, a doctor out."""

import time

from core.settings import OrdersSettings, Settings
from core.setup import Doctor


def doctor(settings: Settings | OrdersSettings) -> Doctor:
    """Who says whether all of `settings` holds. Nothing is asked yet."""
    return Doctor(settings, clock=time.time)
