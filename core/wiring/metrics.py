"""Settings in, the figures for a monitor out."""

from core.journal import Journal
from core.metrics import Collected
from core.settings import Settings
from core.wiring import access_of


def collected(settings: Settings) -> Collected:
    """What the journal of `settings` says of itself. SettingsError where its address or the key is none."""
    access = access_of(settings)
    journal = Journal(settings.journal_url.get_secret_value(), mode=access.mode)
    return Collected(journal, access.mode, access.account)
