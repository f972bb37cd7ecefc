"""Settings in, a desk out (or a doctor): the one place that knows which parts the product is made of.

Reads the clock for them. Starts no server and no thread, and connects to nothing.
"""

import time
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from dataclasses import replace
from pathlib import Path
from typing import Final

import platformdirs

from core.desk import Desk
from core.errors import SettingsError
from core.journal import Journal
from core.login import Entrance, secret
from core.orders import OrdersReader
from core.scanning.plan import Stage
from core.scanning.reading.lister import Lister
from core.scanning.scan import Sources
from core.scanning.watch import Reporter, Watch
from core.settings import DoorSettings, Login, OrdersSettings, Settings
from core.setup import Doctor
from core.stripe_api import Access, StripeReader
from core.stripe_api.spans import Limits, SpanReader
from core.surroundings import Surroundings
from core.telling import Teller
from core.webhooks import Sender

SCAN_SECONDS: Final = 120  # that one statement of a scan may take: it reads thousands of rows
JOURNAL_PATIENCE: Final[tuple[float, ...]] = (1, 2, 4, 8, 15, 25)  # seconds between two tries; less than a scan's lease


def doctor(settings: Settings | OrdersSettings) -> Doctor:
    """Who says whether all of `settings` holds. Nothing is asked yet."""
    return Doctor(settings, clock=time.time)


def desk(settings: Settings) -> Desk:
    """A desk on the shop and the account of `settings`. SettingsError where a URL or a key is not one.

    Nothing is asked of either side yet. The caller closes it.
    """
    access = _access(settings)
    secret = settings.webhook_secret
    return Desk(
        OrdersReader(settings.database_url.get_secret_value(), settings.mapping),
        StripeReader(access),
        Sender(settings.webhook_url, secret.get_secret_value().strip() if secret else None),
        Journal(settings.journal_url.get_secret_value(), mode=access.mode),
        _surroundings(settings, access),
        clock=time.time,
        pause=time.sleep,
    )


def sources(
    settings: Settings,
    *,
    limits: Limits | None = None,
    folder: Path | None = None,
    stop: Callable[[], bool] = lambda: False,
    progress: Callable[[Stage], None] = lambda _: None,
) -> Sources:
    """What a scan of the shop and the account of `settings` reads, and where it tells. `limits` and `folder` (for
    scratch files): those of the settings where None. The caller closes it.

    SettingsError where a URL or a key is not one.
    """
    access = _access(settings)
    allowed = limits or _limits(settings, access)
    main, ahead = _shared(allowed)
    return Sources(
        OrdersReader(settings.database_url.get_secret_value(), settings.mapping, seconds=SCAN_SECONDS),
        SpanReader(access, main),
        Journal(settings.journal_url.get_secret_value(), patience=JOURNAL_PATIENCE, mode=access.mode),
        folder or scans_folder(settings),
        _surroundings(settings, access),
        time.time,
        stop,
        progress,
        ahead=SpanReader(access, ahead, workers=8) if ahead else None,
        lister=Lister(access, main),
    )


@contextmanager
def watching(settings: Settings, *, me: str, stop: Callable[[], bool] = lambda: False) -> Iterator[Watch]:
    """A watch of the shop and the account of `settings`, which tells whom the settings name; `me`: this process.

    SettingsError where a URL, a key or an address is not one.
    """
    teller = Teller(settings.tell) if settings.tell else None
    with closing(sources(settings, stop=stop)) as read, desk(settings) as opening:
        access = read.spans.access
        name = f"told {access.mode} {access.account or ''}".strip()
        reporter = Reporter(read.journal, read.orders, teller, name) if teller else None
        yield Watch(read, opening.open, who=settings.operator, me=me, reporter=reporter)


def entrance(login: Login, door: DoorSettings, clock: Callable[[], float] = time.time) -> Entrance:
    """How people come in, with the journal for what has to be kept. SettingsError where the journal's address is none,
    or where there is no secret to sign with and none can be made."""
    journal, given = Journal(door.journal_url.get_secret_value()), login.session_secret
    signing = (
        given.get_secret_value()
        if given
        else secret.kept(journal.folder or platformdirs.user_data_path("orderlens", appauthor=False))
    )
    return Entrance(login, signing, journal.sessions, clock)


def scans_folder(settings: Settings) -> Path:
    """Where scans keep what they have read so far: the user's cache folder, unless the settings name another."""
    return (settings.cache_dir or platformdirs.user_cache_path("orderlens", appauthor=False)) / "scans"


def _limits(settings: Settings, access: Access) -> Limits:
    """What the settings say that the account allows; Stripe's published limits where they say nothing. An endpoint
    never gets more than the account in all."""
    published = Limits.published(access)
    overall = settings.stripe_rate_overall or max(published.overall, settings.stripe_rate_endpoint or 0)
    return Limits(min(settings.stripe_rate_endpoint or published.per_endpoint, overall), overall)


def _shared(allowed: Limits) -> tuple[Limits, Limits | None]:
    """What the account allows in all, shared between the reader of a span and one that reads ahead on other endpoints;
    None where the first needs all of it."""
    one = allowed.per_endpoint
    if allowed.overall < 3 * one:
        return allowed, None
    return replace(allowed, overall=allowed.overall - one), Limits(one, one)


def _access(settings: Settings) -> Access:
    key = settings.stripe_api_key.get_secret_value().strip()
    if not key.startswith(("sk_", "rk_", "rkcs_")):
        raise SettingsError(
            "STRIPE_API_KEY is not a secret or restricted key of Stripe's (they begin with sk_ or rk_).",
            next_step="Make a restricted key with read rights in the Stripe dashboard, under Developers, API keys.",
            setting="STRIPE_API_KEY",
        )
    return Access(api_key=key, api_base=settings.stripe_api_base, account=settings.stripe_account)


def _surroundings(settings: Settings, access: Access) -> Surroundings:
    return Surroundings(
        app_hosts=settings.app_hosts,
        webhook_hosts=settings.webhook_hosts,
        app_api_version=settings.app_api_version,
        name_keys=settings.mapping.naming_keys,
        as_live=access.rehearsing,
        keeps_payments=settings.mapping.keeps_payments,
        booked_on=settings.mapping.booked_on,
    )
