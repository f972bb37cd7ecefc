"""Settings in, a desk out (or a doctor): the one place that knows which parts the product is made of.

Reads the clock for them. Refuses to start a server or a thread of its own, and connects to nothing until asked:
`ready` asks, so that a wrong key or a missing database is said at the start and not under the first click.
"""

import time

from core.cases import Surroundings
from core.desk import Desk
from core.errors import SettingsError
from core.journal import Journal
from core.orders import OrdersReader
from core.settings import OrdersSettings, Settings
from core.setup import Doctor
from core.stripe_api import Access, StripeReader
from core.webhooks import Sender


def doctor(settings: Settings | OrdersSettings) -> Doctor:
    """Who says whether all of `settings` holds. Nothing is asked yet."""
    return Doctor(settings, clock=time.time)


def desk(settings: Settings) -> Desk:
    """A desk on the shop and the account of `settings`. SettingsError where a URL or a key is not one.

    Nothing is asked of either side yet. The caller closes it.
    """
    key = settings.stripe_api_key.get_secret_value().strip()
    if not key.startswith(("sk_", "rk_", "rkcs_")):
        raise SettingsError(
            "STRIPE_API_KEY is not a secret or restricted key of Stripe's (they begin with sk_ or rk_).",
            next_step="Make a restricted key with read rights in the Stripe dashboard, under Developers, API keys.",
            setting="STRIPE_API_KEY",
        )
    secret = settings.webhook_secret
    return Desk(
        OrdersReader(settings.database_url.get_secret_value(), settings.mapping),
        StripeReader(Access(api_key=key, api_base=settings.stripe_api_base, account=settings.stripe_account)),
        Sender(settings.webhook_url, secret.get_secret_value().strip() if secret else None),
        Journal(settings.journal_url.get_secret_value()),
        Surroundings(
            app_hosts=settings.app_hosts,
            webhook_hosts=settings.webhook_hosts,
            app_api_version=settings.app_api_version,
        ),
        clock=time.time,
        pause=time.sleep,
    )
