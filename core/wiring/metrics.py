"""Settings in, the figures for a monitor out."""

from collections.abc import Sequence

from core.journal import Journal
from core.metrics import Collected, Of
from core.settings import Settings
from core.wiring import access_of


def collected(every: Sequence[Settings]) -> Collected:
    """What the journal says of the shops of `every` settings. SettingsError where its address or a key is none."""
    return Collected({one.shop: _shop(one) for one in every})


def _shop(settings: Settings) -> Of:
    access = access_of(settings)
    journal = Journal(settings.journal_url.get_secret_value(), mode=access.mode, shop=settings.kept_as)
    return Of(journal, access.mode, access.account)
