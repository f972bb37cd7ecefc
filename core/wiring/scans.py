"""Settings in, what a scan or a watch needs out."""

import time
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from dataclasses import replace
from pathlib import Path
from typing import Final

from core.journal import Journal
from core.orders import OrdersReader
from core.rest.copy import Copy
from core.rest.files import Files
from core.rest.opening import opened
from core.rest.sieves import Sieves
from core.scanning.plan import Stage
from core.scanning.reading.lister import Lister
from core.scanning.scan import Sources
from core.scanning.sifting import WORTH_IT
from core.scanning.spark import SparkSieves
from core.scanning.watch import Reporter, Watch
from core.settings import Settings
from core.stripe_api import Access
from core.stripe_api.spans import Limits, SpanReader
from core.telling import Teller
from core.wiring import access_of, desk, scans_folder, surroundings_of

SCAN_SECONDS: Final = 120  # that one statement of a scan may take: it reads thousands of rows
JOURNAL_PATIENCE: Final[tuple[float, ...]] = (1, 2, 4, 8, 15, 25)  # seconds between two tries; less than a scan's lease


def sources(
    settings: Settings,
    *,
    limits: Limits | None = None,
    folder: Path | None = None,
    stop: Callable[[], bool] = lambda: False,
    progress: Callable[[Stage], None] = lambda _: None,
    alone: str | None = None,
) -> Sources:
    """What a scan of the shop and the account of `settings` reads, and where it tells. `limits` and `folder` (for
    scratch files): those of the settings where None; `alone`: the connected account whose orders alone are scanned. The
    caller closes it.

    SettingsError where a URL or a key is not one.
    """
    platform = replace(access_of(settings), account=None)
    access = replace(platform, account=alone) if alone else access_of(settings)
    allowed = limits or _limits(settings, access)
    main, ahead = _shared(allowed)
    copy = None if alone else _copy(settings, access, folder or scans_folder(settings))
    return Sources(
        OrdersReader(settings.database_url.get_secret_value(), settings.mapping, seconds=SCAN_SECONDS),
        SpanReader(access, main),
        Journal(
            settings.journal_url.get_secret_value(), patience=JOURNAL_PATIENCE, mode=access.mode, shop=settings.kept_as
        ),
        folder or scans_folder(settings),
        surroundings_of(settings, access),
        time.time,
        stop,
        progress,
        ahead=SpanReader(access, ahead, workers=8) if ahead else None,
        lister=Lister(access, main),
        keep_days=settings.privacy.days,
        copy=copy,
        sieves=_sieves(settings, copy, access, folder or scans_folder(settings)) if copy is not None else None,
        sieved_from=_sieved_from(settings),
        platform=SpanReader(platform, main, workers=2) if alone else None,
    )


def everything(settings: Settings) -> SpanReader:
    """What reads all of an account, as fast as the settings allow. The caller closes it. SettingsError as above."""
    access = access_of(settings)
    return SpanReader(access, _limits(settings, access))


def _sieves(settings: Settings, copy: Copy | Files, access: Access, folder: Path) -> Sieves | SparkSieves:
    """What goes through the copy: a cluster, where the settings name one."""
    if settings.rest is not None and settings.rest.spark is not None and settings.rest.path is not None:
        return SparkSieves(settings.rest.spark, access.mode, settings.rest.path)
    return Sieves(copy, folder)


def _sieved_from(settings: Settings) -> int:
    """How many payments a span needs for a sieve to be worth it."""
    spark = settings.rest.spark if settings.rest else None
    return WORTH_IT if spark is None or spark.from_payments is None else spark.from_payments


def _copy(settings: Settings, access: Access, folder: Path) -> Copy | Files | None:
    """The copy of Stripe's data that the settings name. What reading it lays aside lies in `folder`: e-mail addresses
    may be in it."""
    if settings.rest is None:
        return None
    return opened(settings.rest, access.mode, beside=folder)


@contextmanager
def watching(settings: Settings, *, me: str, stop: Callable[[], bool] = lambda: False) -> Iterator[Watch]:
    """A watch of the shop and the account of `settings`, which tells whom the settings name; `me`: this process.

    SettingsError where a URL, a key or an address is not one.
    """
    teller = Teller(settings.tell, shop=settings.shop) if settings.tell else None
    with closing(sources(settings, stop=stop)) as read, desk(settings) as opening:
        access = read.spans.access
        name = f"told {access.mode} {access.account or ''}".strip()
        reporter = Reporter(read.journal, read.orders, teller, name) if teller else None
        yield Watch(read, opening.open, who=settings.operator, me=me, reporter=reporter)


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
