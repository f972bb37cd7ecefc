"""Settings in, a desk out: here; in `scans` what a scan and a watch need, in `doctors` a doctor, in `entrances` how
people come in, in `metrics` the figures for a monitor, in `replays` runs of replays. The one place that knows which
parts the product is made of.

Reads the clock for them. Starts no server and no thread, and connects to nothing. A command that opens one case loads
neither what reads a million nor what writes messages.
"""

import time
from collections.abc import Callable
from pathlib import Path

import platformdirs

from core.desk import Desk
from core.errors import SettingsError
from core.journal import Journal
from core.orders import OrdersReader
from core.settings import KEY, Settings, Variables
from core.stripe_api import Access, StripeReader
from core.surroundings import Surroundings
from core.webhooks import Sender


def desk(settings: Settings, *, patience: tuple[float, ...] = (), told: Callable[[str], None] = lambda _: None) -> Desk:
    """A desk on the shop and the account of `settings`. SettingsError where a URL or a key is not one. `patience`:
    seconds between two tries of what a job needs of a journal that is gone for a while; `told`: called with a sentence
    when that is waited for.

    Nothing is asked of either side yet. The caller closes it.
    """
    access = access_of(settings)
    secret = settings.webhook_secret
    return Desk(
        OrdersReader(settings.database_url.get_secret_value(), settings.mapping),
        StripeReader(access),
        Sender(settings.webhook_url, secret.get_secret_value().strip() if secret else None),
        Journal(
            settings.journal_url.get_secret_value(),
            patience=patience,
            told=told,
            mode=access.mode,
            shop=settings.kept_as,
        ),
        surroundings_of(settings, access),
        clock=time.time,
        pause=time.sleep,
    )


def scans_folder(settings: Settings) -> Path:
    """Where scans keep what they have read so far: the user's cache folder, unless the settings name another; a shop
    that has a name has a folder of its own there."""
    return (settings.cache_dir or platformdirs.user_cache_path("orderlens", appauthor=False)) / "scans" / settings.shop


def access_of(settings: Settings) -> Access:
    """The way to Stripe. SettingsError for a key that is none."""
    key = settings.stripe_api_key.get_secret_value().strip()
    name = Variables(settings.shop).name(KEY)
    if not key.startswith(("sk_", "rk_", "rkcs_")):
        raise SettingsError(
            f"{name} is not a secret or restricted key of Stripe's (they begin with sk_ or rk_).",
            next_step="Make a restricted key with read rights in the Stripe dashboard, under Developers, API keys.",
            setting=name,
        )
    return Access(api_key=key, api_base=settings.stripe_api_base, account=settings.stripe_account)


def surroundings_of(settings: Settings, access: Access) -> Surroundings:
    """What the settings say of the app around its orders."""
    return Surroundings(
        app_hosts=settings.app_hosts,
        webhook_hosts=settings.webhook_hosts,
        app_api_version=settings.app_api_version,
        name_keys=settings.mapping.naming_keys,
        as_live=access.rehearsing,
        keeps_payments=settings.mapping.keeps_payments,
        booked_on=settings.mapping.booked_on,
        fetches_events=settings.app_fetches_events,
        reconstructs=settings.replays.reconstruct,
    )
